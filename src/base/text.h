// text.h - a string that grows.
#pragma once
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

// The string, "" for an empty text.  Lives until the text changes.
const char *text_string(const Text *t);

// Gives the string to the caller, who frees it; the text is empty afterwards.
char *text_take(Text *t);

// Appends all that is left in the stream; at most limit bytes.
// -1 on a read error (errno tells) and, with errno = EFBIG, if there are more than limit bytes.
int text_read(Text *t, FILE *in, size_t limit);

// Whether the name matches the pattern, in which * stands for any run and ? for any one character.
bool text_matches(const char *pattern, const char *name);
