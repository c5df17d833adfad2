// text.h - a string that grows.
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

// bytes[0 .. length-1] and a final NUL.  { 0 } is the empty text; undo with text_clear.
typedef struct Text {
    char *bytes;   // NULL only while empty and never written to
    size_t length, capacity;
} Text;

void text_clear(Text *t);

// Appends.
void text_add(Text *t, const char *s);
void text_add_bytes(Text *t, const char *bytes, size_t length);
void text_printf(Text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_vprintf(Text *t, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

// Appends s, its blanks turned into line ends so that no line exceeds `width` characters where
// words allow, every line but the first indented; the first is taken to start at column `column`.
// Line ends in s stay.  Characters are UTF-8 code points.
void text_wrap(Text *t, const char *s, size_t column, size_t indent, size_t width);

// The code points in s[0 .. length-1].
size_t text_characters(const char *s, size_t length);

// The string, "" for an empty text.  Lives until the text changes.
const char *text_string(const Text *t);

// Gives the string to the caller, who frees it; the text is empty afterwards.
char *text_take(Text *t);

// Appends all that is left in the stream; at most limit bytes.
// -1 on a read error (errno tells) and, with errno = EFBIG, if there are more than limit bytes.
int text_read(Text *t, FILE *in, size_t limit);

// Whether the name matches the pattern, in which * stands for any run and ? for any one character.
bool text_matches(const char *pattern, const char *name);
