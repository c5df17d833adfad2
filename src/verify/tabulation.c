#include "verify/tabulation.h"
#include "base/alloc.h"
#include "base/error.h"
#include "verify/tabulation_parts.h"
#include <stdlib.h>

enum { LARGEST_SPREAD = 1 << 14, LARGEST_LENGTH = 4096 };
static const double largest_table = 1 << 28;   // bytes

// y <- the product of m with every embedding row 0 .. rows-1, as rows x m->rows numbers.
static mpq_t *project(const Transformer *t, const Matrix *m, size_t rows) {
    mpq_t *y = vector_init(rows * m->rows);
    for (size_t r = 0; r < rows; r++)
        matrix_apply(y + r * m->rows, m, t->embedding.entry + r * t->width);
    return y;
}

// The exponents of one row from its scores; those of columns not seen are -1.
static const char *row_exponents(int32_t *exponent, mpq_t *score, size_t first_unseen,
                                 size_t columns) {
    mpz_t least, spread;
    const char *why = NULL;
    mpz_inits(least, spread, NULL);
    for (size_t c = 0; c < first_unseen; c++) {
        if (mpz_cmp_ui(mpq_denref(score[c]), 1) != 0)
            why = "a score of layer 1 is no integer";
        if (c == 0 || mpz_cmp(mpq_numref(score[c]), least) < 0)
            mpz_set(least, mpq_numref(score[c]));
    }
    for (size_t c = 0; c < columns && why == NULL; c++) {
        exponent[c] = -1;
        if (c >= first_unseen)
            continue;
        mpz_sub(spread, mpq_numref(score[c]), least);
        if (mpz_cmp_ui(spread, LARGEST_SPREAD) > 0)
            why = "the scores of layer 1 lie too far apart";
        else
            exponent[c] = (int32_t)mpz_get_si(spread);
    }
    mpz_clears(least, spread, NULL);
    return why;
}

static void integer_values(HeadTable *ht, mpq_t *v, size_t n) {
    ht->value = alloc_array(n, 1, sizeof *ht->value);
    mpz_init_set_ui(ht->denominator, 1);
    for (size_t k = 0; k < n; k++)
        mpz_lcm(ht->denominator, ht->denominator, mpq_denref(v[k]));
    for (size_t k = 0; k < n; k++) {
        mpz_init(ht->value[k]);
        mpz_divexact(ht->value[k], ht->denominator, mpq_denref(v[k]));
        mpz_mul(ht->value[k], ht->value[k], mpq_numref(v[k]));
    }
}

static void head_values(HeadTable *ht, const Tabulation *tab, const Head *h) {
    ht->d_v = h->v.rows;
    mpq_t *v = project(tab->t, &h->v, tab->columns);
    integer_values(ht, v, tab->columns * ht->d_v);
    vector_clear(v, tab->columns * ht->d_v);
}

static const char *head_exponents(HeadTable *ht, const Tabulation *tab, const Head *h) {
    const Transformer *t = tab->t;
    size_t d_k = h->q.rows, columns = tab->columns;
    const char *why = NULL;
    ht->exponent = alloc_array(tab->rows, columns, sizeof *ht->exponent);
    mpq_t *q = project(t, &h->q, tab->row_base + tab->rows), *k = project(t, &h->k, columns);
    mpq_t *score = vector_init(columns);
    for (size_t r = 0; r < tab->rows && why == NULL; r++) {
        size_t row = tab->row_base + r;
        size_t unseen = t->first_row[transformer_sees(t, tabulation_position(t, row))];
        for (size_t c = 0; c < unseen; c++)
            tabulation_dot(score[c], q + row * d_k, k + c * d_k, d_k);
        why = row_exponents(ht->exponent + r * columns, score, unseen, columns);
    }
    vector_clear(q, (tab->row_base + tab->rows) * d_k);
    vector_clear(k, columns * d_k);
    vector_clear(score, columns);
    return why;
}

size_t tabulation_position(const Transformer *t, size_t row) {
    size_t i = 0;
    while (t->first_row[i + 1] <= row)
        i++;
    return i;
}

void tabulation_dot(mpq_t s, mpq_t *a, mpq_t *b, size_t n) {
    Matrix row = { .rows = 1, .columns = n, .entry = a };
    matrix_apply((mpq_t *)s, &row, b);
}

// Whether row r sees a difference between columns a and b.
static bool tells_apart(const Tabulation *tab, size_t r, size_t a, size_t b) {
    for (size_t h = 0; h < tab->heads; h++) {
        const HeadTable *ht = &tab->head[h];
        const int32_t *exponent = ht->exponent + r * tab->columns;
        if (exponent[a] != exponent[b])
            return true;
        if (exponent[a] < 0)
            continue;
        for (size_t c = 0; c < ht->d_v; c++)
            if (mpz_cmp(ht->value[a * ht->d_v + c], ht->value[b * ht->d_v + c]) != 0)
                return true;
    }
    return false;
}

static bool depends(const Tabulation *tab, size_t r, size_t position) {
    const Transformer *t = tab->t;
    size_t first = t->first_row[position];
    if (first >= tab->columns || tabulation_position(t, tab->row_base + r) == position)
        return false;
    for (size_t c = first + 1; c < t->first_row[position + 1]; c++)
        if (tells_apart(tab, r, first, c))
            return true;
    return false;
}

static void affected_init(Tabulation *tab) {
    size_t length = tab->t->length, count = 0;
    tab->affected_begin = alloc_array(length + 1, 1, sizeof *tab->affected_begin);
    tab->affected = alloc_array(length, tab->rows, sizeof *tab->affected);
    for (size_t i = 0; i < length; i++) {
        for (size_t r = 0; r < tab->rows; r++)
            if (depends(tab, r, i))
                tab->affected[count++] = r;
        tab->affected_begin[i + 1] = count;
    }
    tab->order = alloc_array(length, 1, sizeof *tab->order);
    for (size_t i = 0; i < length; i++) {   // insertion sort, later positions first among equals
        size_t effect = tab->affected_begin[i + 1] - tab->affected_begin[i], k = i;
        for (; k > 0; k--) {
            size_t before = tab->order[k - 1];
            if (tab->affected_begin[before + 1] - tab->affected_begin[before] < effect)
                break;
            tab->order[k] = before;
        }
        tab->order[k] = i;
    }
}

// Ratios of the layer's heads, and what forms over them read and yield: see tabulation_forms.c.
static double ratio_count(const Layer *l) {
    double n = 0;
    for (size_t h = 0; h < l->heads; h++)
        n += (double)l->head[h].v.rows;
    return n;
}

// Numbers in the forms of all rows and in those of the last step.
static double form_entries(const Transformer *t) {
    static const Layer none = { 0 };
    const Layer *first = t->layers > 0 ? &t->layer[0] : &none;
    const Layer *second = t->layers > 1 ? &t->layer[1] : &none;
    double ratios = ratio_count(first), units = (double)first->mlp.w1.rows;
    double ratios2 = ratio_count(second), units2 = (double)second->mlp.w1.rows;
    double answers = (double)t->readout.w.rows, outputs = answers + units2 + ratios2;
    for (size_t h = 0; h < second->heads; h++)
        outputs += 2 * (double)second->head[h].q.rows;
    double rows = (double)t->first_row[t->length];
    return rows * (units * (1 + ratios) + outputs * (1 + ratios + units)) +
           (units2 + answers) * (1 + ratios2 + 2 * units2 + answers);
}

const char *tabulation_outline_admits(const Transformer *t) {
    if (t->layers > 2)
        return "it has more than two layers";
    return form_entries(t) * sizeof(mpq_t) > largest_table ? "its maps would take over 256 MiB"
                                                           : NULL;
}

static const char *too_large(const Transformer *t) {
    if (t->length > LARGEST_LENGTH)
        return "its words are longer than 4096 tokens";
    double sums = 1;
    for (size_t h = 0; t->layers > 0 && h < t->layer[0].heads; h++)
        sums += 1 + (double)t->layer[0].head[h].v.rows;
    double rows = (double)t->first_row[t->length];
    return rows * rows * sums * sizeof(Wide) > largest_table ? "its tables would take over 256 MiB"
                                                             : NULL;
}

void tabulation_outline(Tabulation *tab, const Transformer *t) {
    require(tabulation_outline_admits(t) == NULL);
    size_t r = t->readout.position, seen = transformer_sees(t, r);
    bool all = t->layers == 2;
    *tab = (Tabulation){ .t = t };
    tab->columns = t->first_row[seen];
    tab->row_base = all ? 0 : t->first_row[r];
    tab->rows = all ? tab->columns : t->first_row[r + 1] - t->first_row[r];
    tab->heads = t->layers > 0 ? t->layer[0].heads : 0;
    tab->head = alloc_array(tab->heads, 1, sizeof *tab->head);
    for (size_t h = 0; h < tab->heads; h++) {
        tab->head[h].offset = tab->sums;
        head_values(&tab->head[h], tab, &t->layer[0].head[h]);
        tab->sums += 1 + tab->head[h].d_v;
    }
    mpz_init_set_ui(tab->scale, 1);
    tabulate_forms(tab);
}

bool tabulation_init(Tabulation *tab, const Transformer *t, const char **why) {
    require(t->base == BASE_2);
    *tab = (Tabulation){ .t = t };
    *why = tabulation_outline_admits(t);
    if (*why == NULL)
        *why = too_large(t);
    if (*why != NULL)
        return false;
    tabulation_outline(tab, t);
    for (size_t h = 0; h < tab->heads && *why == NULL; h++)
        *why = head_exponents(&tab->head[h], tab, &t->layer[0].head[h]);
    if (*why != NULL) {
        tabulation_clear(tab);
        return false;
    }
    tabulate_wide(tab);
    affected_init(tab);
    return true;
}

void tabulation_clear(Tabulation *tab) {
    for (size_t h = 0; h < tab->heads; h++) {
        HeadTable *ht = &tab->head[h];
        for (size_t k = 0; k < tab->columns * ht->d_v; k++)
            mpz_clear(ht->value[k]);
        mpz_clear(ht->denominator);
        free(ht->value);
        free(ht->exponent);
    }
    free(tab->head);
    for (size_t r = 0; r < tab->rows && tab->forms != NULL; r++)
        forms_clear(&tab->forms[r]);
    for (size_t r = 0; r < tab->rows && tab->wide_forms != NULL; r++)
        wide_forms_clear(&tab->wide_forms[r]);
    if (tab->forms != NULL)
        mpz_clear(tab->scale);
    forms_clear(&tab->finish);
    free(tab->forms);
    free(tab->wide_forms);
    free(tab->weight);
    free(tab->affected_begin);
    free(tab->affected);
    free(tab->order);
    free(tab->place);
    *tab = (Tabulation){ 0 };
}
