#include "verify/unit_signs.h"
#include "base/alloc.h"
#include <stdlib.h>

// A unit's coefficient on a column stays below 2^COEFFICIENT_BITS, so that sums over 2^14 slots of
// wide weights stay below 2^(72 + 40 + 14) = 2^126; and below 2^NARROW_COEFFICIENT where weights
// are narrow, whose sums then stay below 2^(36 + 12 + 14) = 2^62.
enum { COEFFICIENT_BITS = 40, NARROW_COEFFICIENT = 12, LARGEST_SLOTS_SUMMED = 1 << 14 };

static const int64_t coefficient_limit = INT64_C(1) << COEFFICIENT_BITS;
static const int64_t narrow_limit = INT64_C(1) << NARROW_COEFFICIENT;

// The heads' projections and values as machine integers; false if some are large.
const char *integer_layer_init(IntegerLayer *l, const Choices *c, const Tabulation *tab) {
    *l = (IntegerLayer){ .choices = c, .tab = tab };
    const Transformer *t = tab->t;
    bool small = true;
    l->projection = alloc_array(tab->heads, 1, sizeof *l->projection);
    l->value = alloc_array(tab->heads, 1, sizeof *l->value);
    l->largest_value = alloc_array(tab->heads, 1, sizeof *l->largest_value);
    for (size_t h = 0; h < tab->heads; h++) {
        const HeadTable *ht = &tab->head[h];
        size_t n = tab->columns * ht->d_v;
        l->value[h] = alloc_array(n, 1, sizeof **l->value);
        small &= projection_init(&l->projection[h], t, &t->layer[0].head[h], tab->columns);
        for (size_t k = 0; k < n; k++) {
            bool fits = mpz_cmpabs_ui(ht->value[k], (unsigned long)coefficient_limit) < 0;
            small &= fits;
            l->value[h][k] = fits ? mpz_get_si(ht->value[k]) : 0;
            int64_t magnitude = l->value[h][k] < 0 ? -l->value[h][k] : l->value[h][k];
            if (magnitude > l->largest_value[h])
                l->largest_value[h] = magnitude;
        }
    }
    l->slot_row = choices_rows(c, t);
    if (c->groups * GROUP_POSITIONS > LARGEST_SLOTS_SUMMED)
        return "the words have more groups of positions than certificates sum over";
    return small ? NULL : "the weights of layer 1 are no small integers";
}

void integer_layer_clear(IntegerLayer *l) {
    for (size_t h = 0; h < l->tab->heads; h++) {
        projection_clear(&l->projection[h]);
        free(l->value[h]);
    }
    free(l->projection);
    free(l->value);
    free(l->largest_value);
    free(l->slot_row);
    *l = (IntegerLayer){ 0 };
}

// c <- row u of the forms' first map, scaled to integers; false if they are large.
static bool integer_coefficients(Wide *c, const Forms *f, size_t u) {
    mpz_t scale, z;
    bool small = true;
    mpz_init_set_ui(scale, 1);
    mpz_init(z);
    for (size_t k = 0; k <= f->inputs; k++)
        mpz_lcm(scale, scale, mpq_denref(matrix_at(&f->a, u, k)));
    for (size_t k = 0; k <= f->inputs; k++) {
        mpz_divexact(z, scale, mpq_denref(matrix_at(&f->a, u, k)));
        mpz_mul(z, z, mpq_numref(matrix_at(&f->a, u, k)));
        small &= mpz_cmpabs_ui(z, (unsigned long)coefficient_limit) < 0;
        c[k] = wide_get(z);
    }
    mpz_clears(scale, z, NULL);
    return small;
}

// The one head whose ratios the unit reads; `heads` if none, heads + 1 if several.
static size_t head_of_unit(const Tabulation *tab, const Wide *coefficient) {
    size_t found = tab->heads, input = 1;
    for (size_t h = 0; h < tab->heads; h++)
        for (size_t c = 0; c < tab->head[h].d_v; c++, input++) {
            if (coefficient[input] == 0 || found == h)
                continue;
            if (found != tab->heads)
                return tab->heads + 1;
            found = h;
        }
    return found;
}

// factor[c] <- A_0 + sum A_c v_c, the coefficient on the weight of column c.  Returns a bound of
// their magnitudes, coefficient_limit if it is as large as that (and then no factors).
static int64_t column_factors(UnitSigns *w, size_t head) {
    const Tabulation *tab = w->layer->tab;
    size_t d_v = tab->head[head].d_v, input = 1;
    for (size_t h = 0; h < head; h++)
        input += tab->head[h].d_v;
    const Wide *a = w->coefficient + input;
    Wide bound = w->coefficient[0] < 0 ? -w->coefficient[0] : w->coefficient[0];
    for (size_t v = 0; v < d_v; v++)
        bound += (a[v] < 0 ? -a[v] : a[v]) * w->layer->largest_value[head];
    if (bound >= coefficient_limit)
        return coefficient_limit;
    for (size_t c = 0; c < tab->columns; c++) {
        int64_t sum = (int64_t)w->coefficient[0];
        for (size_t v = 0; v < d_v; v++)
            sum += (int64_t)a[v] * w->layer->value[head][c * d_v + v];
        w->factor[c] = sum;
    }
    return (int64_t)bound;
}

// The sign of a unit for each option of the position's group, given what it adds up to at least and
// at most over the other groups.
static void settle_signs(const UnitSigns *w, size_t group, Wide least, Wide most, int *sign,
                         size_t stride) {
    for (size_t o = 0; o < w->layer->choices->group[group].options; o++)
        sign[o * stride] = least + w->own_low[o] >= 0 ? 1 : most + w->own_high[o] <= 0 ? -1 : 0;
}

// The signs from bounds in narrow integers.
static void signs_narrow(UnitSigns *w, const Mixture *m, size_t group, int *sign, size_t stride) {
    const Choices *c = w->layer->choices;
    const size_t *slot_row = w->layer->slot_row;
    int64_t least = 0, most = 0;
    for (size_t k = 0; k < m->columns; k++) {
        int64_t f = w->factor[k];
        w->narrow_low[k] = f * (f >= 0 ? m->narrow_low[k] : m->narrow_high[k]);
        w->narrow_high[k] = f * (f >= 0 ? m->narrow_high[k] : m->narrow_low[k]);
    }
    for (size_t g = 0; g < c->groups; g++) {
        int64_t group_least = INT64_MAX, group_most = INT64_MIN;
        for (size_t o = 0; o < c->group[g].options; o++) {
            int64_t low = 0, high = 0;
            size_t choice = c->first[g] + o;
            for (size_t s = c->slot[choice]; s < c->slot[choice + 1]; s++) {
                low += w->narrow_low[slot_row[s]];
                high += w->narrow_high[slot_row[s]];
            }
            group_least = low < group_least ? low : group_least;
            group_most = high > group_most ? high : group_most;
            if (g == group) {
                w->own_low[o] = low;
                w->own_high[o] = high;
            }
        }
        least += g == group ? 0 : group_least;
        most += g == group ? 0 : group_most;
    }
    settle_signs(w, group, least, most, sign, stride);
}

// The same from bounds in wide integers: slower, and finer.
static void signs_wide(UnitSigns *w, Mixture *m, size_t group, int *sign, size_t stride) {
    const Choices *c = w->layer->choices;
    Wide least = 0, most = 0;
    mixture_widen(m);
    for (size_t g = 0; g < c->groups; g++) {
        Wide group_least = 0, group_most = 0;
        for (size_t o = 0; o < c->group[g].options; o++) {
            Wide low = 0, high = 0;
            size_t choice = c->first[g] + o;
            for (size_t s = c->slot[choice]; s < c->slot[choice + 1]; s++) {
                size_t k = w->layer->slot_row[s];
                Wide f = w->factor[k];
                low += f * (f >= 0 ? m->low[k] : m->high[k]);
                high += f * (f >= 0 ? m->high[k] : m->low[k]);
            }
            group_least = o == 0 || low < group_least ? low : group_least;
            group_most = o == 0 || high > group_most ? high : group_most;
            if (g == group) {
                w->own_low[o] = low;
                w->own_high[o] = high;
            }
        }
        least += g == group ? 0 : group_least;
        most += g == group ? 0 : group_most;
    }
    settle_signs(w, group, least, most, sign, stride);
}

// Whether unit u's sign is known for every option of the group that puts the row at its k-th
// position.
static bool all_known(const UnitSigns *w, const Forms *f, size_t u, size_t row, size_t group,
                      size_t k) {
    const Choices *c = w->layer->choices;
    for (size_t o = 0; o < c->group[group].options; o++)
        if (w->layer->slot_row[c->slot[c->first[group] + o] + k] == row &&
            w->sign[o * f->hidden + u] == 0)
            return false;
    return true;
}

// sign[option][u] for the options of the group with the row's token, over all other groups'
// options.
static bool find_unit(UnitSigns *w, const Forms *f, size_t u, size_t row, size_t group, size_t k) {
    const Tabulation *tab = w->layer->tab;
    if (!integer_coefficients(w->coefficient, f, u))
        return false;
    size_t head = head_of_unit(tab, w->coefficient);
    if (head > tab->heads)
        return false;
    if (head == tab->heads) {
        for (size_t o = 0; o < w->layer->choices->group[group].options; o++)
            w->sign[o * f->hidden + u] = w->coefficient[0] >= 0 ? 1 : -1;
        return true;
    }
    int64_t largest = column_factors(w, head);
    if (largest >= coefficient_limit)
        return false;
    if (largest < narrow_limit) {
        signs_narrow(w, &w->mixture[head], group, w->sign + u, f->hidden);
        if (all_known(w, f, u, row, group, k))
            return true;
    }
    signs_wide(w, &w->mixture[head], group, w->sign + u, f->hidden);
    return true;
}

void unit_signs_init(UnitSigns *w, const IntegerLayer *l) {
    const Tabulation *tab = l->tab;
    const Choices *c = l->choices;
    // All rows of the embedding: slots at positions that are not read weigh nothing.
    size_t hidden = 0, options = 0, rows = tab->t->first_row[tab->t->length];
    for (size_t r = 0; r < tab->rows; r++)
        hidden = tab->forms[r].hidden > hidden ? tab->forms[r].hidden : hidden;
    for (size_t g = 0; g < c->groups; g++)
        options = c->group[g].options > options ? c->group[g].options : options;
    *w = (UnitSigns){ .layer = l,
                      .mixture = alloc_array(tab->heads, 1, sizeof *w->mixture),
                      .sign = alloc_array(options, hidden, sizeof *w->sign),
                      .coefficient = alloc_array(1 + tab->sums, 1, sizeof *w->coefficient),
                      .factor = alloc_array(rows, 1, sizeof *w->factor),
                      .narrow_low = alloc_array(rows, 1, sizeof *w->narrow_low),
                      .narrow_high = alloc_array(rows, 1, sizeof *w->narrow_high),
                      .own_low = alloc_array(options, 1, sizeof *w->own_low),
                      .own_high = alloc_array(options, 1, sizeof *w->own_high) };
    for (size_t h = 0; h < tab->heads; h++)
        mixture_init(&w->mixture[h], rows);
}

void unit_signs_clear(UnitSigns *w) {
    for (size_t h = 0; h < w->layer->tab->heads; h++)
        mixture_clear(&w->mixture[h]);
    free(w->mixture);
    free(w->sign);
    free(w->coefficient);
    free(w->factor);
    free(w->narrow_low);
    free(w->narrow_high);
    free(w->own_low);
    free(w->own_high);
    *w = (UnitSigns){ 0 };
}

static bool weigh_row(UnitSigns *w, size_t row, size_t position) {
    const Tabulation *tab = w->layer->tab;
    size_t seen = tab->t->first_row[transformer_sees(tab->t, position)];
    for (size_t h = 0; h < tab->heads; h++)
        if (!mixture_weigh(&w->mixture[h], &w->layer->projection[h], row, seen))
            return false;
    return true;
}

const char *unit_signs_find(UnitSigns *w, size_t row, size_t position) {
    const Choices *c = w->layer->choices;
    const Forms *f = &w->layer->tab->forms[row];
    if (!weigh_row(w, row, position))
        return "a score of layer 1 is no integer, or is far from the others,";
    for (size_t u = 0; u < f->hidden; u++)
        if (!find_unit(w, f, u, row, c->group_of[position], choices_place(c, position)))
            return "a hidden unit reads several heads, or has huge weights,";
    return NULL;
}
