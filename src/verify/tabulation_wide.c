// The machine path of a tabulation: integer tables, and the proof that nothing overflows.
#include "base/alloc.h"
#include "verify/tabulation_parts.h"
#include <stdlib.h>

void tabulation_homogeneous(Wide *p, const Tabulation *tab, const Wide *sums) {
    p[0] = 1;
    for (size_t h = 0, input = 1; h < tab->heads; h++) {
        const Wide *own = sums + tab->head[h].offset;
        for (size_t c = 1; c < input; c++)
            p[c] *= own[0];
        for (size_t c = 0; c < tab->head[h].d_v; c++)
            p[input + c] = own[1 + c] * p[0];
        p[0] *= own[0];
        input += tab->head[h].d_v;
    }
}

// largest <- the largest |2^e v_s| (s = 0: 2^e) among the tokens of position i, for row r.
static void heaviest(mpz_t largest, const Tabulation *tab, const HeadTable *ht, size_t r, size_t i,
                     size_t s) {
    const size_t *first_row = tab->t->first_row;
    mpz_t term;
    mpz_init(term);
    mpz_set_ui(largest, 0);
    for (size_t c = first_row[i]; c < first_row[i + 1]; c++) {
        int32_t exponent = ht->exponent[r * tab->columns + c];
        if (exponent < 0)
            continue;
        mpz_set_ui(term, 1);
        if (s > 0)
            mpz_abs(term, ht->value[c * ht->d_v + s - 1]);
        mpz_mul_2exp(term, term, (mp_bitcnt_t)exponent);
        if (mpz_cmp(term, largest) > 0)
            mpz_set(largest, term);
    }
    mpz_clear(term);
}

// bound[0 .. sums-1] <- what the magnitudes of row r's sums cannot exceed: at every position the
// token that weighs most.
static void bound_sums(mpz_t *bound, const Tabulation *tab, size_t r) {
    mpz_t largest;
    mpz_init(largest);
    for (size_t h = 0; h < tab->heads; h++)
        for (size_t s = 0; s <= tab->head[h].d_v; s++) {
            mpz_ptr sum = bound[tab->head[h].offset + s];
            mpz_set_ui(sum, 0);
            for (size_t i = 0; tab->t->first_row[i] < tab->columns; i++) {
                heaviest(largest, tab, &tab->head[h], r, i, s);
                mpz_add(sum, sum, largest);
            }
        }
    mpz_clear(largest);
}

// bound of the homogeneous coordinates from that of the sums, as tabulation_homogeneous computes
// them.  Whether all of them fit.
static bool bound_homogeneous(mpz_t *p, const Tabulation *tab, mpz_t *sums) {
    size_t input = 1;
    mpz_set_ui(p[0], 1);
    for (size_t h = 0; h < tab->heads; h++) {
        mpz_t *own = sums + tab->head[h].offset;
        for (size_t c = 1; c < input; c++)
            mpz_mul(p[c], p[c], own[0]);
        for (size_t c = 0; c < tab->head[h].d_v; c++)
            mpz_mul(p[input + c], own[1 + c], p[0]);
        mpz_mul(p[0], p[0], own[0]);
        input += tab->head[h].d_v;
    }
    bool fits = true;
    for (size_t s = 0; s < tab->sums; s++)
        fits &= wide_fits(sums[s]);
    for (size_t c = 0; c < input; c++)
        fits &= wide_fits(p[c]);
    return fits;
}

static bool all_wide_forms_init(Tabulation *tab) {
    size_t inputs = 1 + tab->sums - tab->heads;
    mpz_t *sums = alloc_array(tab->sums, 1, sizeof *sums);
    mpz_t *p = alloc_array(inputs, 1, sizeof *p);
    for (size_t s = 0; s < tab->sums; s++)
        mpz_init(sums[s]);
    for (size_t c = 0; c < inputs; c++)
        mpz_init(p[c]);
    tab->wide_forms = alloc_array(tab->rows, 1, sizeof *tab->wide_forms);
    bool fits = true;
    for (size_t r = 0; r < tab->rows && fits; r++) {
        bound_sums(sums, tab, r);
        fits = bound_homogeneous(p, tab, sums) &&
               wide_forms_init(&tab->wide_forms[r], &tab->forms[r], tab->scale, p);
    }
    for (size_t s = 0; s < tab->sums; s++)
        mpz_clear(sums[s]);
    for (size_t c = 0; c < inputs; c++)
        mpz_clear(p[c]);
    free(sums);
    free(p);
    return fits;
}

static void weights_init(Tabulation *tab) {
    tab->weight = alloc_array(tab->rows * tab->columns, tab->sums, sizeof *tab->weight);
    mpz_t term;
    mpz_init(term);
    for (size_t h = 0; h < tab->heads; h++) {
        const HeadTable *ht = &tab->head[h];
        for (size_t r = 0; r < tab->rows; r++)
            for (size_t c = 0; c < tab->columns; c++) {
                int32_t exponent = ht->exponent[r * tab->columns + c];
                if (exponent < 0)
                    continue;
                Wide *to = tab->weight + (r * tab->columns + c) * tab->sums + ht->offset;
                to[0] = (Wide)1 << exponent;
                for (size_t s = 0; s < ht->d_v; s++) {
                    mpz_mul_2exp(term, ht->value[c * ht->d_v + s], (mp_bitcnt_t)exponent);
                    to[1 + s] = wide_get(term);
                }
            }
    }
    mpz_clear(term);
}

void tabulate_wide(Tabulation *tab) {
    mpz_t scale;
    mpz_init(scale);
    for (size_t r = 0; r < tab->rows; r++) {
        forms_scale(scale, &tab->forms[r]);
        mpz_lcm(tab->scale, tab->scale, scale);
    }
    mpz_clear(scale);
    tab->wide = wide_fits(tab->scale) && all_wide_forms_init(tab);
    if (tab->wide)
        weights_init(tab);
}
