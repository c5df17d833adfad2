// hamming_kernel.h - the inner loops of hamming.c, one pair of functions per instruction set.
//
// Layout: a block is 32 words side by side, cut into pieces of 16 bits: lane[piece][word].  A tile
// is TILE_ROWS words, each piece repeated over 32 lanes: lane[row][piece][0 .. 31].  So one vector
// operation works on one piece of 16 or 32 pairs, and sums of 16 bits hold every distance, the
// length being less than 2^16.  Tiles and blocks are aligned to 64 bytes.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LANES = 32, TILE_ROWS = 4, LANE_BITS = 16 };

typedef struct HammingKernel {
    const char *name;
    bool (*is_available)(void);
    // lo, hi (LANES each) <- the minimum and maximum of what they are and of the distances of all
    // rows of the tile from the words of the count blocks.
    void (*extent)(uint16_t *lo, uint16_t *hi, const uint16_t *tile, const uint16_t *blocks,
                   size_t count, size_t pieces);
    // out[block][row][lane] <- the distances.
    void (*distances)(uint16_t *out, const uint16_t *tile, const uint16_t *blocks, size_t count,
                      size_t pieces);
} HammingKernel;

extern const HammingKernel hamming_portable, hamming_avx2, hamming_avx512;
