#include "base/error.h"
#include "base/interrupt.h"
#include "cli/help.h"
#include "cli/nearest.h"
#include "registry.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

// Descriptors 0 to 2 are taken, so that no file we open is mistaken for a standard stream; one that
// was closed takes no part in anything: it cannot be read or written.
static void open_standard_streams(void) {
    for (int descriptor = 0; descriptor <= 2; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF)
            open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
}

static int unknown_command(const char *name) {
    Text message = { 0 };
    Nearest nearest;
    nearest_init(&nearest, name);
    for (size_t i = 0; commands[i] != NULL; i++)
        nearest_add(&nearest, commands[i]->name);
    nearest_tell(&message, &nearest);
    error("'%s': no such command%s", name,
          message.length ? text_string(&message) : "; 'chasm --help' lists them");
    text_clear(&message);
    return EXIT_USAGE;
}

static int run_command(const Command *command, int argc, char **argv) {
    Options o;
    int first;
    if (options_parse(&o, &first, argc, argv, command->options) < 0)
        return EXIT_USAGE;
    int status = EXIT_HOLDS;
    if (o.help)
        help_print(stdout, command);
    else
        status = command->run(&o, argc - first, argv + first);
    options_clear(&o);
    return status;
}

// chasm help [COMMAND], and for the build chasm --man [COMMAND].
static int describe(int argc, char **argv, void (*print)(FILE *out, const Command *command)) {
    const Command *command = argc > 2 ? command_find(argv[2]) : NULL;
    if (argc > 2 && command == NULL)
        return unknown_command(argv[2]);
    if (argc > 3) {
        error("'%s': one command is expected", argv[3]);
        return EXIT_USAGE;
    }
    print(stdout, command);
    return EXIT_HOLDS;
}

static int dispatch(int argc, char **argv) {
    if (argc < 2) {
        error("a command is missing; 'chasm --help' lists them");
        return EXIT_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
        return describe(argc, argv, help_print);
    if (strcmp(word, "--man") == 0)
        return describe(argc, argv, man_print);
    if (strcmp(word, "--version") == 0) {
        puts("chasm " VERSION);
        return EXIT_HOLDS;
    }
    if (word[0] == '-') {
        error("'%s': a command goes before the options; 'chasm --help' lists them", word);
        return EXIT_USAGE;
    }
    const Command *command = command_find(word);
    return command ? run_command(command, argc - 1, argv + 1) : unknown_command(word);
}

// A full disk or a closed pipe must not look like a result.
static int finish(int status) {
    if (interrupted() && status == EXIT_USAGE)
        status = EXIT_UNDECIDED;   // what was stopped was no wrong usage
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    if (status != EXIT_USAGE)   // else an error has been told
        error("standard output: cannot be written: %s", strerror(errno ? errno : EIO));
    return EXIT_USAGE;
}

int main(int argc, char **argv) {
    open_standard_streams();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);   // a file too large is an error of the write
    interrupt_install();
    return finish(dispatch(argc, argv));
}
