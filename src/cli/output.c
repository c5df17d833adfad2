// A regular file is written under another name in the same directory, flushed to the disk, and
// renamed: at any moment the name stands for the old contents or for all of the new.
#define _XOPEN_SOURCE 700   // realpath
#include "cli/output.h"
#include "base/alloc.h"
#include "base/error.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_standard(const char *name) { return name == NULL || strcmp(name, "-") == 0; }

// The file behind symbolic links; free it.  The name itself if there is no such file yet.
static char *resolve(const char *name) {
    char *path = realpath(name, NULL);
    return path ? path : alloc_string(name);
}

// The directory part with its slash, "" for none.
static size_t directory_length(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

static bool is_special(const char *path) {
    struct stat s;
    return stat(path, &s) == 0 && !S_ISREG(s.st_mode) && !S_ISDIR(s.st_mode);
}

void output_check(const char *name, Text *why) {
    if (is_standard(name))
        return;
    char *path = resolve(name);
    struct stat s;
    Text directory = { 0 };
    text_add_bytes(&directory, path, directory_length(path));
    if (directory.length == 0)
        text_add(&directory, ".");
    if (*name == '\0')
        text_add(why, "the name of a file is expected");
    else if (stat(path, &s) < 0 && lstat(path, &s) == 0)
        text_add(why, "is a symbolic link that leads nowhere");
    else if (stat(path, &s) == 0 && S_ISDIR(s.st_mode))
        text_add(why, "is a directory");
    else if (is_special(path) ? access(path, W_OK) < 0
                              : access(text_string(&directory), W_OK | X_OK) < 0)
        text_printf(why, "cannot be written: %s", strerror(errno));
    text_clear(&directory);
    free(path);
}

// The permissions of the file to be replaced, or those of a new one.
static mode_t mode_for(const char *path) {
    struct stat s;
    if (stat(path, &s) == 0)
        return s.st_mode & 0777;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static int open_temporary(Output *o) {
    Text path = { 0 };
    text_add_bytes(&path, o->target, directory_length(o->target));
    text_add(&path, ".chasm-XXXXXX");
    o->temporary = text_take(&path);
    int descriptor = mkstemp(o->temporary);
    if (descriptor < 0) {
        free(o->temporary);
        o->temporary = NULL;
        return -1;
    }
    fchmod(descriptor, mode_for(o->target));
    o->file = fdopen(descriptor, "w");
    if (o->file == NULL)
        close(descriptor);
    return o->file ? 0 : -1;
}

int output_open(Output *o, const char *name) {
    *o = (Output){ .name = name };
    if (is_standard(name)) {
        o->file = stdout;
        o->name = "standard output";
        return 0;
    }
    if (is_special(name)) {
        o->file = fopen(name, "w");
    } else {
        o->target = resolve(name);
        open_temporary(o);
    }
    if (o->file != NULL)
        return 0;
    error("--output: '%s': cannot be written: %s", name, strerror(errno));
    output_discard(o);
    return -1;
}

// 0, or -1 with errno: the stream is flushed, to the disk if it is a regular file, and closed
// unless it is standard output.
static int finish(Output *o) {
    errno = 0;
    bool good = fflush(o->file) == 0 && !ferror(o->file);
    if (good && o->target)
        good = fsync(fileno(o->file)) == 0;
    int why = o->failure ? o->failure : errno ? errno : EIO;
    if (o->file != stdout && fclose(o->file) != 0 && good) {
        why = errno;
        good = false;
    }
    o->file = NULL;
    errno = why;
    return good ? 0 : -1;
}

int output_close(Output *o) {
    int status = finish(o);
    if (status == 0 && o->target)
        status = rename(o->temporary, o->target);
    if (status < 0) {
        error("%s: cannot be written: %s", o->name, strerror(errno));
        output_discard(o);
        return -1;
    }
    free(o->temporary);
    free(o->target);
    *o = (Output){ 0 };
    return 0;
}

void output_discard(Output *o) {
    if (o->file != NULL && o->file != stdout)
        fclose(o->file);
    if (o->temporary)
        unlink(o->temporary);
    free(o->temporary);
    free(o->target);
    *o = (Output){ 0 };
}

static int write_bytes(const char *name, const char *bytes, size_t length) {
    Output o;
    if (output_open(&o, name) < 0)
        return -1;
    errno = 0;
    if (fwrite(bytes, 1, length, o.file) < length)
        o.failure = errno;
    return output_close(&o);
}

int output_certificate(const char *name, const char *claim, const Text *text, const char *why) {
    return why ? error("--certificate: %s: %s", claim, why)
               : write_bytes(name, text_string(text), text->length);
}

// The text is complete before any of it is written, so that the reason of a failed write is not
// lost among later ones.
int output_table(const char *name, const Format *format, const Table *t) {
    char *bytes = NULL;
    size_t length = 0;
    FILE *text = open_memstream(&bytes, &length);
    if (text == NULL)
        die("out of memory: the text of a table");
    format->write(text, t);
    if (fclose(text) != 0)
        die("out of memory: the text of a table");
    int status = write_bytes(name, bytes, length);
    free(bytes);
    return status;
}
