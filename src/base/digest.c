#include "base/digest.h"
#include <nettle/sha2.h>
#include <stdint.h>
#include <stdio.h>

Digest digest_of(const char *first, size_t first_length, const char *second, size_t second_length) {
    struct sha256_ctx context;
    uint8_t bytes[SHA256_DIGEST_SIZE];
    Digest d;
    sha256_init(&context);
    if (first_length > 0)
        sha256_update(&context, first_length, (const uint8_t *)first);
    if (second_length > 0)
        sha256_update(&context, second_length, (const uint8_t *)second);
    sha256_digest(&context, sizeof bytes, bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(d.hex + 2 * i, 3, "%02x", bytes[i]);
    return d;
}
