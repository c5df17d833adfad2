// alloc.h - memory that is there, or the program ends.
#pragma once
#include <stddef.h>

// rows * columns elements of the given size, all bytes zero; free with free.  Never NULL, also for
// zero elements.  Dies with a message if the product overflows or memory ran out.
void *alloc_array(size_t rows, size_t columns, size_t size);

// A copy of the string; free with free.
char *alloc_string(const char *s);
