// input.h - a file read whole.
#pragma once
#include "base/text.h"

// What messages call the file: its name, or <stdin> for "-".
const char *input_name(const char *file);

// Appends the bytes of the file, or of standard input for "-": at most 2^bits.  -1 after an error.
int input_read(Text *t, const char *file, unsigned bits);
