#include "base/text.h"
#include "base/alloc.h"
#include "base/error.h"
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void text_clear(Text *t) {
    free(t->bytes);
    *t = (Text){ 0 };
}

// Room for that many more bytes and the NUL.
static void reserve(Text *t, size_t more) {
    size_t needed = t->length + more + 1;
    if (needed <= t->capacity)
        return;
    size_t capacity = t->capacity * 2 > needed ? t->capacity * 2 : needed + 16;
    char *bytes = realloc(t->bytes, capacity);
    if (bytes == NULL)
        die("out of memory: %zu bytes", capacity);
    t->bytes = bytes;
    t->capacity = capacity;
}

void text_add_bytes(Text *t, const char *bytes, size_t length) {
    reserve(t, length);
    memcpy(t->bytes + t->length, bytes, length);
    t->length += length;
    t->bytes[t->length] = '\0';
}

void text_add(Text *t, const char *s) { text_add_bytes(t, s, strlen(s)); }

void text_printf(Text *t, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    require(length >= 0);
    reserve(t, (size_t)length);
    va_start(args, format);
    vsnprintf(t->bytes + t->length, (size_t)length + 1, format, args);
    va_end(args);
    t->length += (size_t)length;
}

const char *text_string(const Text *t) { return t->bytes ? t->bytes : ""; }

char *text_take(Text *t) {
    char *bytes = t->bytes ? t->bytes : alloc_string("");
    *t = (Text){ 0 };
    return bytes;
}

int text_read(Text *t, FILE *in, size_t limit) {
    size_t start = t->length;
    for (;;) {
        reserve(t, 65536);
        size_t got = fread(t->bytes + t->length, 1, 65536, in);
        t->length += got;
        t->bytes[t->length] = '\0';
        if (t->length - start > limit) {
            errno = EFBIG;
            return -1;
        }
        if (got == 0)
            return ferror(in) ? -1 : 0;
    }
}

bool text_matches(const char *pattern, const char *name) {
    const char *star = NULL, *resume = NULL;   // where the last * stands, and what it has eaten
    while (*name) {
        if (*pattern == '*') {
            star = pattern++;
            resume = name;
        } else if (*pattern == '?' || *pattern == *name) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star + 1;
            name = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}
