// main.c - chasm-check FILE..: VERIFIED or NOT VERIFIED, and why, for each certificate.
#include "checker_run.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LONGEST = 1 << 30 };

// The file's bytes, which the caller frees; NULL, with errno, if it cannot be read.
static char *read_file(const char *name, size_t *length) {
    FILE *in = strcmp(name, "-") == 0 ? stdin : fopen(name, "rb");
    size_t room = 1 << 16;
    char *bytes = malloc(room);
    *length = 0;
    errno = in ? ENOMEM : errno;
    while (in != NULL && bytes != NULL) {
        *length += fread(bytes + *length, 1, room - *length, in);
        if (*length < room)
            break;
        errno = EFBIG;
        char *grown = room < LONGEST ? realloc(bytes, 2 * room) : NULL;
        if (grown == NULL)
            free(bytes);
        room *= 2;
        bytes = grown;
    }
    if (in != NULL && bytes != NULL && ferror(in)) {
        free(bytes);
        bytes = NULL;
    }
    if (in != NULL && in != stdin)
        fclose(in);
    if (in == NULL) {
        free(bytes);
        bytes = NULL;
    }
    return bytes;
}

static int check_file(const char *name, bool named) {
    char message[ROOM];
    size_t length;
    char *bytes = read_file(name, &length);
    if (bytes == NULL) {
        fprintf(stderr, "chasm-check: %s: cannot be read: %s\n", name, strerror(errno));
        return 2;
    }
    bool good = checker_run(bytes, length, message);
    free(bytes);
    printf("%s%s%sVERIFIED: %s\n", named ? name : "", named ? ": " : "", good ? "" : "NOT ",
           message);
    return !good;
}

int main(int argc, char **argv) {
    int status = 0;
    if (argc < 2 || argv[1][0] == '-') {
        if (argc != 2 || strcmp(argv[1], "-") != 0) {
            bool help = argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
            fputs(
                "Usage: chasm-check FILE...\nChecks certificates that 'chasm verify --certificate "
                "FILE' wrote; - is standard input.\nExit status: 0 all verified, 1 one is not, 2 "
                "wrong usage or unreadable file.\n",
                help ? stdout : stderr);
            return help ? 0 : 2;
        }
    }
    for (int i = 1; i < argc; i++) {
        int one = check_file(argv[i], argc > 2);
        status = one > status ? one : status;
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("chasm-check: standard output cannot be written\n", stderr);
        return 2;
    }
    return status;
}
