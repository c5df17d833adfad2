#include "base/error.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static _Thread_local const char *place_told;   // NULL: none

void error_place(const char *place) { place_told = place; }

// One call to the stream per message, so that lines of several threads do not mix; and one line,
// whatever control characters a file name or an argument holds.
static void say(const char *prefix, const char *format, va_list args) {
    char line[4096];
    int used =
        snprintf(line, sizeof line, "%s%s", place_told ? place_told : "", place_told ? ": " : "");
    if (used >= 0 && (size_t)used < sizeof line)
        vsnprintf(line + used, sizeof line - (size_t)used, format, args);
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
