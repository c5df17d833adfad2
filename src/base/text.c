#include "base/text.h"
#include "base/alloc.h"
#include "base/error.h"
#include <errno.h>
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

void text_vprintf(Text *t, const char *format, va_list args) {
    require(format != NULL);
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    require(length >= 0);
    reserve(t, (size_t)length);
    vsnprintf(t->bytes + t->length, (size_t)length + 1, format, args);
    t->length += (size_t)length;
}

void text_printf(Text *t, const char *format, ...) {
    va_list args;
    va_start(args, format);
    text_vprintf(t, format, args);
    va_end(args);
}

size_t text_characters(const char *s, size_t length) {
    size_t characters = 0;
    for (size_t i = 0; i < length; i++)
        characters += ((unsigned char)s[i] & 0xc0) != 0x80;
    return characters;
}

void text_wrap(Text *t, const char *s, size_t column, size_t indent, size_t width) {
    bool first = true;   // on its line
    while (*s) {
        size_t length = strcspn(s, " \n"), characters = text_characters(s, length);
        if (!first && column + 1 + characters > width) {
            text_printf(t, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            text_add(t, " ");
            column++;
        }
        text_add_bytes(t, s, length);
        column += characters;
        s += length;
        first = *s == '\n';
        if (first) {
            text_printf(t, "\n%*s", s[1] && s[1] != '\n' ? (int)indent : 0, "");
            column = indent;
        }
        s += *s != '\0';
    }
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
