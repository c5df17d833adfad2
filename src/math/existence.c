// Every k is tried in turn: d(k) is rounded up, so that a bound may hold at k and fail at k + 1.
#include "math/existence.h"
#include "base/error.h"
#include <mpfr.h>
#include <stdbool.h>

// ceil((1 - eps) k / 2).
static uint64_t needed_distance(const mpq_t epsilon, uint64_t k) {
    mpz_t d, b;
    mpz_inits(d, b, NULL);
    mpz_sub(d, mpq_denref(epsilon), mpq_numref(epsilon));   // (b - a) k / (2 b) for eps = a / b
    mpz_mul_ui(d, d, k);
    mpz_mul_ui(b, mpq_denref(epsilon), 2);
    mpz_cdiv_q(d, d, b);
    uint64_t result = mpz_get_ui(d);
    mpz_clears(d, b, NULL);
    return result;
}

static void require_admissible(uint64_t words, const mpq_t epsilon) {
    require(words >= 1 && mpq_sgn(epsilon) >= 0 && mpq_cmp_ui(epsilon, 1, 1) < 0);
}

// pairs <- C(N,2).
static void count_pairs(mpz_t pairs, uint64_t words) {
    mpz_set_ui(pairs, words);
    mpz_bin_ui(pairs, pairs, 2);
}

// Whether ln(pairs) < k eps^2 / 2; the logarithm, irrational for pairs >= 2, is enclosed ever more
// tightly until it is on one side.
static bool is_below_exponential(const mpz_t pairs, const mpq_t epsilon, uint64_t k) {
    if (mpz_cmp_ui(pairs, 1) <= 0)
        return mpz_sgn(pairs) == 0 || mpq_sgn(epsilon) > 0;
    mpq_t bound;
    mpq_init(bound);
    mpq_mul(bound, epsilon, epsilon);
    mpz_mul_ui(mpq_numref(bound), mpq_numref(bound), k);
    mpq_canonicalize(bound);
    mpq_div_2exp(bound, bound, 1);
    bool below = false, decided = false;
    for (mpfr_prec_t precision = 128; !decided; precision *= 2) {
        mpfr_t low, high;
        mpfr_inits2(precision, low, high, (mpfr_ptr)NULL);
        mpfr_set_z(low, pairs, MPFR_RNDD);
        mpfr_log(low, low, MPFR_RNDD);
        mpfr_set_z(high, pairs, MPFR_RNDU);
        mpfr_log(high, high, MPFR_RNDU);
        require(!mpfr_nan_p(low) && !mpfr_nan_p(high));
        below = mpfr_cmp_q(high, bound) < 0;
        decided = below || mpfr_cmp_q(low, bound) > 0;
        mpfr_clears(low, high, (mpfr_ptr)NULL);
    }
    mpq_clear(bound);
    return below;
}

uint64_t existence_johnson_lindenstrauss(uint64_t words, const mpq_t epsilon) {
    mpz_t pairs;
    uint64_t found = 0;
    require_admissible(words, epsilon);
    mpz_init(pairs);
    count_pairs(pairs, words);
    for (uint64_t k = 1; k <= EXISTENCE_LONGEST && found == 0; k++)
        if (is_below_exponential(pairs, epsilon, k))
            found = k;
    mpz_clear(pairs);
    return found;
}

// The sums B(k) = sum over i < d(k) of C(k,i), and the last term C(k, d(k)-1), for k = 1, 2, ..
// From Pascal's rule, with d fixed: B(k+1) = 2 B(k) - C(k, d-1).  d(k+1) is d(k) or d(k) + 1.
typedef struct Ball {
    uint64_t k, d;
    mpz_t volume, last;
} Ball;

// k = 0 with d = 0: the empty sum, and C(0,-1) = 0.
static void ball_init(Ball *b) {
    *b = (Ball){ 0 };
    mpz_inits(b->volume, b->last, NULL);
}

static void ball_clear(Ball *b) { mpz_clears(b->volume, b->last, NULL); }

static void ball_next(Ball *b, uint64_t distance) {
    mpz_mul_2exp(b->volume, b->volume, 1);
    mpz_sub(b->volume, b->volume, b->last);
    b->k++;
    if (b->d > 0)
        mpz_bin_uiui(b->last, b->k, b->d - 1);
    for (; b->d < distance; b->d++) {
        mpz_bin_uiui(b->last, b->k, b->d);
        mpz_add(b->volume, b->volume, b->last);
    }
    require(b->d == distance);
}

// The least k with factor * B(k) < 2^k, or <= 2^k if not strict.
static uint64_t least_by_volume(const mpz_t factor, const mpq_t epsilon, bool strict) {
    Ball ball;
    mpz_t left;
    uint64_t found = 0;
    mpz_init(left);
    ball_init(&ball);
    for (uint64_t k = 1; k <= EXISTENCE_LONGEST && found == 0; k++) {
        ball_next(&ball, needed_distance(epsilon, k));
        mpz_mul(left, factor, ball.volume);
        if (!strict && mpz_sgn(left) > 0)
            mpz_sub_ui(left, left, 1);
        if (mpz_sizeinbase(left, 2) <= k || mpz_sgn(left) == 0)   // left < 2^k
            found = k;
    }
    ball_clear(&ball);
    mpz_clear(left);
    return found;
}

// Pr[<X,Y> > eps k] = Pr[d(X,Y) < d(k)] = B(k) / 2^k.
uint64_t existence_union(uint64_t words, const mpq_t epsilon) {
    mpz_t pairs;
    require_admissible(words, epsilon);
    mpz_init(pairs);
    count_pairs(pairs, words);
    uint64_t k = least_by_volume(pairs, epsilon, true);
    mpz_clear(pairs);
    return k;
}

uint64_t existence_gilbert_varshamov(uint64_t words, const mpq_t epsilon) {
    mpz_t factor;
    require_admissible(words, epsilon);
    mpz_init_set_ui(factor, words);
    uint64_t k = least_by_volume(factor, epsilon, false);
    mpz_clear(factor);
    return k;
}

// Whether Plotkin's bound lets N words of length k have distance d.  Needs d >= 1.
static bool plotkin_allows(uint64_t words, uint64_t k, uint64_t d) {
    k += d % 2;   // an odd distance becomes even by a parity bit
    d += d % 2;
    if (k < 2 * d)
        return words <= 2 * (d / (2 * d - k));
    uint64_t excess = k - 2 * d;   // N <= 2^excess 4 d
    return excess >= 64 || (words - 1) >> excess < 4 * d;
}

uint64_t existence_plotkin(uint64_t words, const mpq_t epsilon) {
    require_admissible(words, epsilon);
    for (uint64_t k = 1; k <= EXISTENCE_LONGEST; k++)
        if (words == 1 || plotkin_allows(words, k, needed_distance(epsilon, k)))
            return k;
    return 0;
}

// Whether N sum over i <= (d-1)/2 of C(k,i) <= 2^k.
static bool hamming_allows(uint64_t words, uint64_t k, uint64_t d) {
    mpz_t volume, term;
    mpz_inits(volume, term, NULL);
    for (uint64_t i = 0; i <= (d - 1) / 2; i++) {
        mpz_bin_uiui(term, k, i);
        mpz_add(volume, volume, term);
    }
    mpz_mul_ui(volume, volume, words);
    mpz_set_ui(term, 1);
    mpz_mul_2exp(term, term, k);
    bool allows = mpz_cmp(volume, term) <= 0;
    mpz_clears(volume, term, NULL);
    return allows;
}

uint64_t existence_hamming(uint64_t words, const mpq_t epsilon) {
    require_admissible(words, epsilon);
    for (uint64_t k = 1; k <= EXISTENCE_LONGEST; k++)
        if (words == 1 || hamming_allows(words, k, needed_distance(epsilon, k)))
            return k;
    return 0;
}

uint64_t existence_least_length(uint64_t words, const mpq_t epsilon) {
    require_admissible(words, epsilon);
    for (uint64_t k = 1; k <= EXISTENCE_LONGEST; k++) {
        uint64_t d = needed_distance(epsilon, k);
        if (words == 1 || (plotkin_allows(words, k, d) && hamming_allows(words, k, d)))
            return k;
    }
    return 0;
}
