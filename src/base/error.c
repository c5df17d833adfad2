#include "base/error.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

// One call to the stream per message, so that lines of several threads do not mix; and one line,
// whatever control characters a file name or an argument holds.
static void say(const char *prefix, const char *format, va_list args) {
    char line[4096];
    vsnprintf(line, sizeof line, format, args);
    for (char *c = line; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    fprintf(stderr, "chasm: %s%s\n", prefix, line);
}

void require_failed(const char *condition, const char *file, int line) {
    fprintf(stderr, "chasm: %s:%d: broken contract: %s\n", file, line, condition);
    abort();
}

int error(const char *format, ...) {
    va_list args;
    va_start(args, format);
    say("", format, args);
    va_end(args);
    return -1;
}

void warn(const char *format, ...) {
    va_list args;
    va_start(args, format);
    say("warning: ", format, args);
    va_end(args);
}

void die(const char *format, ...) {
    va_list args;
    va_start(args, format);
    say("", format, args);
    va_end(args);
    exit(2);
}
