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
const char *integer_layer_init(IntegerLayer *l, const Choices *c, const Tabulation *tab,
                               bool whole) {
    *l = (IntegerLayer){ .choices = c, .tab = tab, .whole = whole };
    const Transformer *t = tab->t;
    bool small = true;
    l->projection = alloc_array(tab->heads, 1, sizeof *l->projection);
    l->value = alloc_array(tab->heads, 1, sizeof *l->value);
    l->largest_value = alloc_array(tab->heads, 1, sizeof *l->largest_value);
    for (size_t h = 0; h < tab->heads; h++) {
        const HeadTable *ht = &tab->head[h];
        size_t n = tab->columns * ht->d_v;
        l->value[h] = alloc_array(n, 1, sizeof **l->value);
        small &= projection_init(&l->projection[h], t, &t->layer[0].head[h], tab->columns, whole);
        for (size_t k = 0; k < n; k++) {
            bool fits = mpz_cmpabs_ui(ht->value[k], (unsigned long)coefficient_limit) < 0;
            small &= fits;
            l->value[h][k] = fits ? mpz_get_si(ht->value[k]) : 0;
            int64_t magnitude = l->value[h][k] < 0 ? -l->value[h][k] : l->value[h][k];
            if (magnitude > l->largest_value[h])
                l->largest_value[h] = magnitude;
        }
    }
    l->slot_row = c ? choices_rows(c, t) : NULL;
    if (c != NULL && c->groups * GROUP_POSITIONS > LARGEST_SLOTS_SUMMED)
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

bool unit_coefficients(Wide *c, const Forms *f, size_t u) {
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

// value[c] <- sum A_c v_c over the heads of the class, the weight of column c in its part of the
// unit.  Returns a bound of their magnitudes, coefficient_limit if it is as large as that (and then
// no values); 0 if the unit does not read the class.
static int64_t class_values(UnitSigns *w, size_t class) {
    const IntegerLayer *l = w->layer;
    const Tabulation *tab = l->tab;
    Wide bound = 0;
    for (size_t h = 0, input = 1; h < tab->heads; input += tab->head[h++].d_v)
        for (size_t v = 0; v < tab->head[h].d_v && w->class[h] == class; v++) {
            Wide a = w->coefficient[input + v];
            bound += (a < 0 ? -a : a) * l->largest_value[h];
        }
    if (bound >= coefficient_limit)
        return coefficient_limit;
    for (size_t c = 0; c < tab->columns && bound > 0; c++) {
        w->value[c] = 0;
        for (size_t h = 0, input = 1; h < tab->heads; input += tab->head[h++].d_v)
            for (size_t v = 0; v < tab->head[h].d_v && w->class[h] == class; v++)
                w->value[c] +=
                    (int64_t)w->coefficient[input + v] * l->value[h][c * tab->head[h].d_v + v];
    }
    return (int64_t)bound;
}

// ---- sums over the groups ----

// Adds what the other groups come to at least and at most.
static void add_others(UnitSigns *w, size_t group, Wide least, Wide most) {
    for (size_t o = 0; o < w->layer->choices->group[group].options; o++) {
        w->low[o] += least;
        w->high[o] += most;
    }
}

// The sums from bounds in narrow integers.
static void sums_narrow(UnitSigns *w, const Mixture *m, size_t group) {
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
                w->low[o] = low;
                w->high[o] = high;
            }
        }
        least += g == group ? 0 : group_least;
        most += g == group ? 0 : group_most;
    }
    add_others(w, group, least, most);
}

// The same from bounds in wide integers: slower, and finer.
static void sums_wide(UnitSigns *w, Mixture *m, size_t group) {
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
                w->low[o] = low;
                w->high[o] = high;
            }
        }
        least += g == group ? 0 : group_least;
        most += g == group ? 0 : group_most;
    }
    add_others(w, group, least, most);
}

// low[o], high[o] <- bounds of the sum of weight times factor over all words in which the group
// takes option o.
static void sums(UnitSigns *w, size_t class, size_t group, bool narrow) {
    if (narrow)
        sums_narrow(w, &w->mixture[class], group);
    else
        sums_wide(w, &w->mixture[class], group);
}

// ---- a unit ----

// Where a unit is looked at: that row of the embedding, at the k-th position of the group.
typedef struct Place {
    size_t row, group, k;
} Place;

// Whether the row stands there in words with the option.
static bool stands(const UnitSigns *w, const Place *p, size_t option) {
    const Choices *c = w->layer->choices;
    return w->layer->slot_row[c->slot[c->first[p->group] + option] + p->k] == p->row;
}

// The part of a class, the mean of the values by the weights, times side: the largest `least` found
// with part >= least / scale on all words with the option.  By bisection, to within 1 / scale but
// for weights that are known by bounds only.
static int64_t least_part(UnitSigns *w, size_t class, const Place *p, size_t option, int side,
                          int64_t scale, int64_t largest, bool narrow) {
    int64_t least = -scale * largest, beyond = scale * largest + 1;
    while (beyond - least > 1) {
        int64_t middle = least + (beyond - least) / 2;
        for (size_t c = 0; c < w->layer->tab->columns; c++)
            w->factor[c] = side * scale * w->value[c] - middle;
        sums(w, class, p->group, narrow);
        if (w->low[option] >= 0)
            least = middle;
        else
            beyond = middle;
    }
    return least;
}

// least[o], most[o] <- bounds of the unit times a scale, class by class.  false: no room.  Factors
// are at most 2 scale largest + 1.
static bool bound_classes(UnitSigns *w, const Place *p, size_t classes, int64_t largest,
                          bool narrow) {
    const Tabulation *tab = w->layer->tab;
    size_t options = w->layer->choices->group[p->group].options;
    int64_t most = ((narrow ? narrow_limit : coefficient_limit) - 2) / (2 * largest);
    int64_t scale = (int64_t)classes;   // so that equal parts of a whole number are met exactly
    if (scale > most)
        return false;
    while (scale <= most / 2)
        scale *= 2;
    for (size_t o = 0; o < options; o++)
        w->least[o] = w->most[o] = scale * w->coefficient[0];
    for (size_t class = 0; class < tab->heads; class ++) {
        int64_t bound = class_values(w, class);
        for (size_t o = 0; o < options && bound > 0; o++) {
            if (!stands(w, p, o))
                continue;
            w->least[o] += least_part(w, class, p, o, 1, scale, bound, narrow);
            w->most[o] -= least_part(w, class, p, o, -1, scale, bound, narrow);
        }
    }
    return true;
}

// The same, exactly but for weights that are known by bounds only, for a unit that reads one class,
// whose values are at hand.
static bool bound_class(UnitSigns *w, const Place *p, size_t class, int64_t largest, bool narrow) {
    Wide constant = w->coefficient[0];
    if ((constant < 0 ? -constant : constant) + largest >=
        (narrow ? narrow_limit : coefficient_limit))
        return false;
    for (size_t c = 0; c < w->layer->tab->columns; c++)
        w->factor[c] = (int64_t)constant + w->value[c];
    sums(w, class, p->group, narrow);
    for (size_t o = 0; o < w->layer->choices->group[p->group].options; o++) {
        w->least[o] = w->low[o];
        w->most[o] = w->high[o];
    }
    return true;
}

// sign[o * stride] <- what the bounds tell.  Whether they do for all options that put the row
// there.
static bool settle_signs(const UnitSigns *w, const Place *p, int *sign, size_t stride) {
    bool all = true;
    for (size_t o = 0; o < w->layer->choices->group[p->group].options; o++) {
        sign[o * stride] = w->least[o] >= 0 ? 1 : w->most[o] <= 0 ? -1 : 0;
        all &= sign[o * stride] != 0 || !stands(w, p, o);
    }
    return all;
}

// least[o], most[o] <- the unit, which reads no head.
static bool bound_constant(UnitSigns *w, const Place *p) {
    for (size_t o = 0; o < w->layer->choices->group[p->group].options; o++)
        w->least[o] = w->most[o] = w->coefficient[0];
    return true;
}

// sign[o * stride] for the options with which the row stands there, over all other groups'
// options, for the unit of these coefficients.  false: the numbers are too large.
static bool find_signs(UnitSigns *w, const Place *p, int *sign, size_t stride) {
    size_t classes = 0, last = 0;
    int64_t largest = 0;
    for (size_t class = 0; class < w->layer->tab->heads; class ++) {
        int64_t bound = class_values(w, class);
        classes += bound > 0;
        last = bound > 0 ? class : last;
        largest = bound > largest ? bound : largest;
    }
    if (largest >= coefficient_limit)
        return false;
    bool bounded = false, known = false;
    for (int narrow = 1; narrow >= 0 && !known; narrow--) {
        bool fits = classes == 0   ? bound_constant(w, p)
                    : classes == 1 ? bound_class(w, p, last, largest, narrow)
                                   : bound_classes(w, p, classes, largest, narrow);
        known = fits && settle_signs(w, p, sign, stride);
        bounded |= fits;
    }
    return bounded;
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
                      .class = alloc_array(tab->heads, 1, sizeof *w->class),
                      .value = alloc_array(rows, 1, sizeof *w->value),
                      .factor = alloc_array(rows, 1, sizeof *w->factor),
                      .narrow_low = alloc_array(rows, 1, sizeof *w->narrow_low),
                      .narrow_high = alloc_array(rows, 1, sizeof *w->narrow_high),
                      .low = alloc_array(options, 1, sizeof *w->low),
                      .high = alloc_array(options, 1, sizeof *w->high),
                      .least = alloc_array(options, 1, sizeof *w->least),
                      .most = alloc_array(options, 1, sizeof *w->most) };
    for (size_t h = 0; h < tab->heads; h++)
        mixture_init(&w->mixture[h], rows, tab->t->base, l->projection[h].unit);
}

void unit_signs_clear(UnitSigns *w) {
    for (size_t h = 0; h < w->layer->tab->heads; h++)
        mixture_clear(&w->mixture[h]);
    free(w->mixture);
    free(w->sign);
    free(w->coefficient);
    free(w->class);
    free(w->value);
    free(w->factor);
    free(w->narrow_low);
    free(w->narrow_high);
    free(w->low);
    free(w->high);
    free(w->least);
    free(w->most);
    *w = (UnitSigns){ 0 };
}

// Whether the heads give the columns seen of the row at hand the same weights.
static bool weigh_alike(const UnitSigns *w, size_t g, size_t h) {
    const Mixture *a = &w->mixture[g], *b = &w->mixture[h];
    int64_t unit_a = w->layer->projection[g].unit, unit_b = w->layer->projection[h].unit;
    for (size_t c = 0; c < a->seen; c++)
        if (wide_compare(a->exponent[c], unit_a, b->exponent[c], unit_b) != 0)
            return false;
    return true;
}

static bool weigh_row(UnitSigns *w, size_t row, size_t position) {
    const Tabulation *tab = w->layer->tab;
    size_t seen = tab->t->first_row[transformer_sees(tab->t, position)];
    for (size_t h = 0; h < tab->heads; h++) {
        if (!mixture_weigh(&w->mixture[h], &w->layer->projection[h], row, seen))
            return false;
        w->class[h] = 0;
        while (w->class[h] < h && !weigh_alike(w, w->class[h], h))
            w->class[h]++;
    }
    return true;
}

const char *unit_signs_find(UnitSigns *w, size_t row, size_t position) {
    const Choices *c = w->layer->choices;
    const Forms *f = &w->layer->tab->forms[row];
    const Place place = { .row = row,
                          .group = c->group_of[position],
                          .k = choices_place(c, position) };
    if (!weigh_row(w, row, position))
        return w->layer->whole ? "a score of layer 1 is no integer, or is far from the others,"
                               : "a score of layer 1 is huge";
    for (size_t u = 0; u < f->hidden; u++)
        if (!unit_coefficients(w->coefficient, f, u) ||
            !find_signs(w, &place, w->sign + u, f->hidden))
            return "a hidden unit has huge weights,";
    return NULL;
}
