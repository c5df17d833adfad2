// digest.h - SHA-256 (FIPS 180-4), in hexadecimal.
#pragma once
#include <stddef.h>

enum { DIGEST_LENGTH = 64 };   // digits of one

typedef struct Digest {
    char hex[DIGEST_LENGTH + 1];
} Digest;

// Of the bytes of one after those of the other; `first` may be NULL if its length is 0.
Digest digest_of(const char *first, size_t first_length, const char *second, size_t second_length);
