// code.c - claim: so many sign vectors with such inner products.
#include "checker.h"
#include <string.h>

// The next LIMBS words of 64 coordinates <- hexadecimal digits, the last one coordinates 0 .. 3.
static void read_row(Input *in, mp_limb_t *row, long length) {
    static const char digits[] = "0123456789abcdef";
    for (long d = (length + 3) / 4; d-- > 0;) {
        const char *digit = in->at < in->end && *in->at ? strchr(digits, *in->at) : NULL;
        if (digit == NULL)
            reject(in, "expected %ld hexadecimal digits", (length + 3) / 4);
        row[d / 16] |= (mp_limb_t)(digit - digits) << 4 * (d % 16);
        in->at++;
    }
    if (length % 64 && row[length / 64] >> length % 64)
        reject(in, "the vectors have %ld coordinates", length);
    demand(in, "\n");
}

// "claim code words=N length=K distance=D": N vectors of K signs, any two of which differ in D
// coordinates at least, and some in D: so the largest inner product of two is K - 2 D.
void check_code(Input *in) {
    enum { LENGTH_MOST = 1 << 16, PAIRS_MOST = 1 << 16, RANK_MOST = 26 };
    demand(in, "words=");
    long words = read_natural(in, 1 << RANK_MOST);
    demand(in, " length=");
    long length = read_natural(in, LENGTH_MOST), limbs = length / 64 + 1;
    demand(in, " distance=");
    long distance = read_natural(in, length), least = length + 1;
    demand(in, "\nproof ");
    bool span = skip(in, "span\n");
    long rows = words;
    if (!span)
        demand(in, "pairs\n");
    for (rows = span ? 0 : words; span && words >> rows > 1;)
        rows++;
    if (words < 2 || (span ? words != 1L << rows : words > PAIRS_MOST))
        reject(in, "the number of words does not fit the proof");
    need_room(in, (double)rows * (double)(length / 4));
    mp_limb_t *row = keep(in, (size_t)((rows + 1) * limbs), sizeof *row);
    for (long i = 0; i < rows; i++) {
        demand(in, span ? "row " : "word ");
        read_row(in, row + i * limbs, length);
    }
    mp_limb_t *sum = row + rows * limbs;
    // Sums of two words are the words other than 0: all of them, in the order of a Gray code.
    for (long i = 1; span && i < words; i++) {
        const mp_limb_t *r = row + __builtin_ctzl((unsigned long)i) * limbs;
        for (long k = 0; k < limbs; k++)
            sum[k] ^= r[k];
        long w = (long)mpn_popcount(sum, limbs);
        least = w < least ? w : least;
    }
    for (long i = 0; !span && i < words; i++)
        for (long j = 0; j < i; j++) {
            long w = (long)mpn_hamdist(row + i * limbs, row + j * limbs, limbs);
            least = w < least ? w : least;
        }
    if (least != distance)
        reject(in, "the least distance is %ld", least);
    verified(in, "%ld vectors of %ld signs, of which no two have a larger inner product than %ld",
             words, length, length - 2 * distance);
}
