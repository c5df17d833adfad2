#include "base/alloc.h"
#include "base/error.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *alloc_array(size_t rows, size_t columns, size_t size) {
    size_t elements, bytes;
    if (__builtin_mul_overflow(rows, columns, &elements) ||
        __builtin_mul_overflow(elements, size, &bytes) || bytes > PTRDIFF_MAX)
        die("out of memory: %zu x %zu elements of %zu bytes", rows, columns, size);
    void *p = calloc(bytes ? bytes : 1, 1);
    if (p == NULL)
        die("out of memory: %zu bytes", bytes);
    return p;
}

char *alloc_string(const char *s) {
    size_t size = strlen(s) + 1;
    return memcpy(alloc_array(size, 1, 1), s, size);
}
