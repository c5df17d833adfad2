// The gap is spent in quarters: one on rounding, one on copying, two are left for layer 2.
#include "constructions/nearest_data.h"
#include "base/alloc.h"
#include "base/error.h"
#include "constructions/codes/family.h"
#include "math/code_facts.h"
#include "math/rational.h"

enum { FRACTION_MOST = 1 << 16, TEMPERATURE_MOST = 1 << 24 };

// error <- by how much rounding to multiples of 2^-f may change a score, e = 2^-(f+1):
// e (sum of |q_c| + sum of |x_c| + d e), and e more for |x|^2 / 2.
static void rounding_error(mpq_t error, const Gap *g, size_t f) {
    mpq_t e;
    mpq_init(e);
    mpq_set_ui(e, 1, 1);
    mpq_div_2exp(e, e, f + 1);
    mpq_set_ui(error, g->dimension, 1);
    mpq_mul(error, error, e);
    mpq_add(error, error, g->query_sum);
    mpq_add(error, error, g->point_sum);
    if (!g->alike) {
        mpq_t one;
        mpq_init(one);
        mpq_set_ui(one, 1, 1);
        mpq_add(error, error, one);
        mpq_clear(one);
    }
    mpq_mul(error, error, e);
    mpq_clear(e);
}

// The least f for which nothing is rounded, or two scores change by at most a quarter of the gap.
static size_t fraction_bits(const Gap *g) {
    mpq_t error;
    size_t f = 0;
    mpq_init(error);
    for (; f < FRACTION_MOST && !(g->dyadic && f >= g->grid_bits); f++) {
        rounding_error(error, g, f);
        mpq_mul_2exp(error, error, 3);
        if (mpq_cmp(error, g->gap) <= 0)
            break;
    }
    mpq_clear(error);
    return f;
}

// Bits of a two's complement number with f of them behind the point that holds +-largest, rounded.
static size_t precision_for(const Gap *g, size_t f) {
    mpq_t scaled;
    mpz_t most;
    mpq_init(scaled);
    mpz_init(most);
    mpq_mul_2exp(scaled, g->largest, f);
    mpz_cdiv_q(most, mpq_numref(scaled), mpq_denref(scaled));
    size_t bits = 1 + mpz_sizeinbase(most, 2);
    mpz_clear(most);
    mpq_clear(scaled);
    return bits;
}

// stretch <- what the copies' mass elsewhere is multiplied with, at most, in a score: the sum over
// c of |q_c| times the interval of x_c and 0, after rounding.
static void find_stretch(mpq_t stretch, const Gap *g, size_t f) {
    // (Q + e)(R + 2e) = Q R + e R + 2 e Q + 2 e^2, with R <= 2 max |x_c|.
    mpq_t e, term;
    mpq_inits(e, term, NULL);
    mpq_set_ui(e, 1, 1);
    mpq_div_2exp(e, e, f);   // 2 e
    mpq_set_ui(term, g->dimension, 1);
    mpq_mul(term, term, e);
    mpq_div_2exp(term, term, 1);   // d e
    mpq_add(term, term, g->query_sum);
    mpq_add(term, term, g->point_sum);
    if (!g->alike) {   // and 1 (R + e), R = max |x|^2 / 2
        mpq_t one;
        mpq_init(one);
        mpq_set_ui(one, 1, 1);
        mpq_add(term, term, one);
        mpq_clear(one);
    }
    mpq_mul(term, term, e);
    mpq_add(stretch, g->spread, term);
    if (!g->alike)
        mpq_add(stretch, stretch, g->half_norm);
    mpq_clears(e, term, NULL);
}

// others <- what else attracts a copying position, at most, as a multiple of the right key:
// S + 2^(-tk) (2 + S), S = (N - 1) 4^(-t distance).
static void find_others(mpq_t others, const Code *code, uint64_t distance, uint64_t t) {
    mpq_t spread;
    mpq_init(spread);
    mpq_set_ui(spread, code->words - 1, 1);
    mpq_div_2exp(spread, spread, 2 * t * distance);
    mpq_set_ui(others, 2, 1);
    mpq_add(others, others, spread);
    mpq_div_2exp(others, others, t * code->length);
    mpq_add(others, others, spread);
    mpq_clear(spread);
}

// The least t for which the mass elsewhere, others / (1 + others), times 8 stretch is at most the
// gap.
static uint64_t copy_temperature(const Code *code, uint64_t distance, const mpq_t gap,
                                 const mpq_t stretch) {
    mpq_t others, lost;
    uint64_t t = 0;
    mpq_inits(others, lost, NULL);
    do {   // ends: others tends to 0
        find_others(others, code, distance, ++t);
        mpq_mul_2exp(lost, stretch, 3);
        mpq_sub(lost, lost, gap);   // 8 stretch o <= gap (1 + o)
        mpq_mul(lost, lost, others);
    } while (mpq_cmp(lost, gap) > 0);
    mpq_clears(others, lost, NULL);
    return t;
}

// The least t with t gap / 2 >= ceil(log2(6 n)); 0 if it is beyond TEMPERATURE_MOST.
static uint64_t temperature_for(const Gap *g) {
    mpz_t t;
    mpz_init(t);
    mpz_mul_ui(t, mpq_denref(g->gap), 2 * log2_ceil(6 * g->points));
    mpz_cdiv_q(t, t, mpq_numref(g->gap));
    uint64_t least = mpz_cmp_ui(t, TEMPERATURE_MOST) <= 0 ? mpz_get_ui(t) : 0;
    mpz_clear(t);
    return least;
}

// (1 - (n - 1) w) / (1 + 2 n w), with w = 2^-floor(t gap / 2) at most 1 / (6 n).
static void find_margin(mpq_t margin, const Gap *g, uint64_t t) {
    mpq_t w, other;
    mpz_t exponent;
    mpq_inits(w, other, NULL);
    mpz_init(exponent);
    mpz_mul_ui(exponent, mpq_numref(g->gap), t);
    mpz_fdiv_q(exponent, exponent, mpq_denref(g->gap));
    mpz_fdiv_q_2exp(exponent, exponent, 1);
    require(mpz_fits_ulong_p(exponent));
    mpq_set_ui(w, 1, 1);
    mpq_div_2exp(w, w, mpz_get_ui(exponent) > FRACTION_MOST ? FRACTION_MOST : mpz_get_ui(exponent));
    mpq_set_ui(margin, 1, 1);
    mpq_set_ui(other, 2 * g->points, 1);
    mpq_mul(other, other, w);
    mpq_add(other, other, margin);
    mpz_mul_ui(mpq_numref(w), mpq_numref(w), g->points - 1);
    mpq_canonicalize(w);
    mpq_sub(margin, margin, w);
    mpq_div(margin, margin, other);
    mpz_clear(exponent);
    mpq_clears(w, other, NULL);
}

// NULL and the least distance of the code, or why it does not do.
static char *find_code(Code *code, uint64_t *distance, const char *name, size_t words) {
    char *why;
    CodeFacts facts;
    if (code_find(code, &why, name, words) < 0)
        return why;
    code_facts_init(&facts, code, CODE_EXTENT, (Hamming){ .kernel = KERNEL_AUTO, .jobs = 1 });
    *distance = facts.distance_min;
    why = facts.checked == NULL ? alloc_string(facts.reason)
          : *distance == 0      ? alloc_string("two words of the code are equal")
                                : NULL;
    code_facts_clear(&facts);
    if (why != NULL)
        code_clear(code);
    return why;
}

char *nearest_data_init(NearestData *n, const Gap *g, const char *code) {
    uint64_t distance = 0;
    *n = (NearestData){ 0 };
    require(mpq_sgn(g->gap) > 0);
    n->temperature = temperature_for(g);
    n->fraction_bits = fraction_bits(g);
    if (n->temperature == 0 || n->fraction_bits == FRACTION_MOST)
        return alloc_string("the gap is too small: a temperature above 2^24 would be needed");
    char *why = find_code(&n->code, &distance, code, g->points);
    if (why != NULL)
        return why;
    mpq_t stretch;
    mpq_init(stretch);
    find_stretch(stretch, g, n->fraction_bits);
    n->copy_temperature = copy_temperature(&n->code, distance, g->gap, stretch);
    mpq_clear(stretch);
    n->precision = precision_for(g, n->fraction_bits);
    mpq_init(n->margin);
    find_margin(n->margin, g, n->temperature);
    return NULL;
}

void nearest_data_clear(NearestData *n) {
    code_clear(&n->code);
    mpq_clear(n->margin);
    *n = (NearestData){ 0 };
}
