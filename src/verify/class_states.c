#include "verify/class_states.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "verify/powers.h"
#include <stdlib.h>

enum { LARGEST_SPREAD = 1 << 22 };   // of the exponents of a row

// One position: the seed's row that it has, its place, and its own group and option.
typedef struct Spot {
    size_t row, place, group, option;
} Spot;

typedef struct ClassStates {
    CleanStates *s;
    const IndexClasses *classes;
    const Choices *c;
    const size_t *row;   // per slot
    const Tabulation *tab;
    Target *target;
    int64_t **exponent;   // of the spot at hand, per head and slot: the score less the least seen
    long bits;            // of the weights
    mpz_t *factor;        // of a unit at hand, per row of the seed
    bool mass_unknown;
} ClassStates;

// The last group's place is the last; the others' k-th positions are of place k.
static size_t place_of(const ClassStates *w, size_t group, size_t k) {
    return group + 1 == w->c->groups ? w->classes->seed->length - 1 : k;
}

static Sight sight(const ClassStates *w, const Spot *spot, size_t group, size_t option, size_t k) {
    return index_classes_sight(w->classes, spot->place, place_of(w, group, k),
                               index_classes_of_slot(w->classes, w->c, group, option));
}

// ---- weights ----

// The options of the group that the words at hand allow: its own only, of the spot's group.
static size_t first_option(const Spot *spot, size_t group) {
    return group == spot->group ? spot->option : 0;
}

static size_t options_end(const ClassStates *w, const Spot *spot, size_t group) {
    return group == spot->group ? spot->option + 1 : w->c->group[group].options;
}

static bool set_exponents(ClassStates *w, const Spot *spot, size_t h) {
    const Choices *c = w->c;
    int64_t *exponent = w->exponent[h], least = INT64_MAX, largest = INT64_MIN;
    for (size_t g = 0; g < c->groups; g++)
        for (size_t o = first_option(spot, g); o < options_end(w, spot, g); o++)
            for (size_t k = 0; k < c->group[g].positions; k++) {
                size_t slot = c->slot[c->first[g] + o] + k;
                if (!index_classes_score(&exponent[slot], w->classes, h, spot->row, w->row[slot],
                                         index_classes_of_slot(w->classes, c, g, o)))
                    return false;
                least = exponent[slot] < least ? exponent[slot] : least;
                largest = exponent[slot] > largest ? exponent[slot] : largest;
            }
    for (size_t slot = 0; slot < c->slots; slot++)
        exponent[slot] -= least;
    return largest - least <= LARGEST_SPREAD;
}

// ---- signs of hidden units ----

// The one head whose ratios the unit reads; `heads` if none, heads + 1 if several.
static size_t head_read(const Tabulation *tab, const Forms *f, size_t u) {
    size_t found = tab->heads, input = 1;
    for (size_t h = 0; h < tab->heads; h++)
        for (size_t c = 0; c < tab->head[h].d_v; c++, input++) {
            if (mpq_sgn(matrix_at(&f->a, u, input)) == 0 || found == h)
                continue;
            if (found != tab->heads)
                return tab->heads + 1;
            found = h;
        }
    return found;
}

// factor[row] <- the unit's coefficient A_0 + sum A_c v_c on the weight of that row, times a
// positive number.
static void set_factors(ClassStates *w, const Forms *f, size_t u, size_t head) {
    const HeadTable *ht = &w->tab->head[head];
    size_t input = 1;
    for (size_t h = 0; h < head; h++)
        input += w->tab->head[h].d_v;
    mpz_t scale;
    mpq_t x;
    mpz_init_set(scale, mpq_denref(matrix_at(&f->a, u, 0)));
    mpq_init(x);
    for (size_t c = 0; c < ht->d_v; c++)
        mpz_lcm(scale, scale, mpq_denref(matrix_at(&f->a, u, input + c)));
    for (size_t row = 0; row < w->tab->columns; row++)
        for (size_t c = 0; c <= ht->d_v; c++) {
            mpq_set_z(x, scale);
            mpq_mul(x, x, matrix_at(&f->a, u, c == 0 ? 0 : input + c - 1));
            if (c == 0)
                mpz_set(w->factor[row], mpq_numref(x));
            else
                mpz_addmul(w->factor[row], mpq_numref(x), ht->value[row * ht->d_v + c - 1]);
        }
    mpz_clear(scale);
    mpq_clear(x);
}

// least <= factor B^exponent <= most, times 2^bits.
static void bound_term(mpz_t least, mpz_t most, const ClassStates *w, const mpz_t factor,
                       int64_t exponent) {
    power_bounds(least, most, w->tab->t->base, exponent, 1, w->bits);
    if (mpz_sgn(factor) < 0)
        mpz_swap(least, most);
    mpz_mul(least, least, factor);
    mpz_mul(most, most, factor);
}

// low, high <- bounds of what the option's positions add, over all indices.
static void bound_option(mpz_t low, mpz_t high, const ClassStates *w, const Spot *spot, size_t head,
                         size_t group, size_t option) {
    const Choices *c = w->c;
    mpz_t least, most;
    mpz_inits(least, most, NULL);
    mpz_set_ui(low, 0);
    mpz_set_ui(high, 0);
    for (size_t k = 0; k < c->group[group].positions; k++) {
        size_t slot = c->slot[c->first[group] + option] + k;
        Sight seen = sight(w, spot, group, option, k);
        if (seen == SEES_NONE)
            continue;
        bound_term(least, most, w, w->factor[w->row[slot]], w->exponent[head][slot]);
        if (seen == SEES_ALL || mpz_sgn(least) < 0)
            mpz_add(low, low, least);
        if (seen == SEES_ALL || mpz_sgn(most) > 0)
            mpz_add(high, high, most);
    }
    mpz_clears(least, most, NULL);
}

// 1 if the sum over all groups is >= 0 on all words, -1 if <= 0, else 0.
static int sign_of_sum(const ClassStates *w, const Spot *spot, size_t head) {
    const Choices *c = w->c;
    mpz_t least, most, low, high, lowest, highest;
    mpz_inits(least, most, low, high, lowest, highest, NULL);
    for (size_t g = 0; g < c->groups; g++) {
        size_t first = first_option(spot, g);
        bound_option(lowest, highest, w, spot, head, g, first);
        for (size_t o = first + 1; o < options_end(w, spot, g); o++) {
            bound_option(low, high, w, spot, head, g, o);
            if (mpz_cmp(low, lowest) < 0)
                mpz_set(lowest, low);
            if (mpz_cmp(high, highest) > 0)
                mpz_set(highest, high);
        }
        mpz_addmul(least, c->members[g], lowest);
        mpz_addmul(most, c->members[g], highest);
    }
    int sign = mpz_sgn(least) >= 0 ? 1 : mpz_sgn(most) <= 0 ? -1 : 0;
    mpz_clears(least, most, low, high, lowest, highest, NULL);
    return sign;
}

static int sign_of_unit(ClassStates *w, const Spot *spot, const Forms *f, size_t u) {
    size_t head = head_read(w->tab, f, u);
    if (head == w->tab->heads)
        return mpq_sgn(matrix_at(&f->a, u, 0)) >= 0 ? 1 : -1;
    if (head > w->tab->heads)
        return 0;
    set_factors(w, f, u, head);
    return sign_of_sum(w, spot, head);
}

// ---- attention ----

// sum <- the weights of all positions, of a class all that any index sees; false if they depend on
// the word.
static bool sum_weights(mpz_t sum, const ClassStates *w, const Spot *spot, size_t head) {
    const Choices *c = w->c;
    mpz_t term;
    bool alike = true;
    mpz_init(term);
    mpz_set_ui(sum, 0);
    for (size_t g = 0; g < c->groups; g++)
        for (size_t k = 0; k < c->group[g].positions; k++) {
            size_t first = first_option(spot, g), slot = c->slot[c->first[g] + first] + k;
            if (sight(w, spot, g, first, k) == SEES_NONE)
                continue;
            for (size_t o = first + 1; o < options_end(w, spot, g); o++)
                alike &= w->exponent[head][c->slot[c->first[g] + o] + k] == w->exponent[head][slot];
            mpz_mul_2exp(term, c->members[g], (mp_bitcnt_t)w->exponent[head][slot]);
            mpz_add(sum, sum, term);
        }
    mpz_clear(term);
    return alike;
}

// meant <- the weights of the positions meant; *any: whether some are.  false if one of them is not
// the same at every index.
static bool sum_meant(mpz_t meant, bool *any, const ClassStates *w, const Spot *spot, size_t head) {
    const Choices *c = w->c;
    const Params *p = &w->classes->params;
    size_t length = c->task->length(p);
    size_t position =
        c->group[spot->group].position[spot->group + 1 == c->groups ? 0 : spot->place];
    Token *word = alloc_array(length, 1, sizeof *word);
    Pick pick;
    bool alike = true;
    pick_init(&pick, c);
    pick.option[spot->group] = spot->option;
    choices_word(word, c, pick.option);
    mpz_set_ui(meant, 0);
    *any = false;
    for (size_t j = 0; j < length; j++) {
        if (!(w->target(p, word, 0, head, position, j / 64) >> j % 64 & 1))
            continue;
        size_t g = c->group_of[j], k = choices_place(c, j);
        Sight seen = sight(w, spot, g, pick.option[g], k);
        size_t slot = c->slot[c->first[g] + pick.option[g]] + k;
        *any = true;
        alike &= mpz_cmp_ui(c->members[g], 1) == 0 && seen != SEES_SOME;
        if (seen == SEES_ALL) {
            mpz_t weight;
            mpz_init(weight);
            mpz_setbit(weight, (mp_bitcnt_t)w->exponent[head][slot]);
            mpz_add(meant, meant, weight);
            mpz_clear(weight);
        }
    }
    pick_clear(&pick);
    free(word);
    return alike;
}

static void offer_mass(ClassStates *w, const Spot *spot) {
    CleanStates *s = w->s;
    mpq_t mass;
    mpz_t meant, all;
    bool any;
    mpq_init(mass);
    mpz_inits(meant, all, NULL);
    for (size_t h = 0; w->target != NULL && h < w->tab->heads; h++) {
        bool weighed = sum_weights(all, w, spot, h);
        bool known = sum_meant(meant, &any, w, spot, h) && weighed;
        w->mass_unknown |= !known;
        if (!known || !any)
            continue;
        mpq_set_z(mass, meant);
        mpz_set(mpq_denref(mass), all);
        mpq_canonicalize(mass);
        if (!s->has_mass || mpq_cmp(mass, s->mass) < 0)
            mpq_set(s->mass, mass);
        s->has_mass = true;
    }
    mpq_clear(mass);
    mpz_clears(meant, all, NULL);
}

// ---- a position ----

// The spot's state goes to its slot in every class.
static void spread_state(ClassStates *w, const Spot *spot, size_t slot) {
    const Choices *c = w->c;
    size_t outputs = w->s->outputs;
    for (size_t g = spot->group + 1; g + 1 < c->groups; g++)
        for (size_t y = 0; y < outputs; y++)
            mpq_set(w->s->state[(c->slot[c->first[g] + spot->option] + spot->place) * outputs + y],
                    w->s->state[slot * outputs + y]);
}

static const char *spot_state(ClassStates *w, const Spot *spot, size_t slot) {
    const Forms *f = &w->tab->forms[spot->row];
    int *sign = alloc_array(f->hidden, 1, sizeof *sign);
    const char *why = interrupted() ? "interrupted" : NULL;
    for (size_t h = 0; h < w->tab->heads && why == NULL; h++)
        if (!set_exponents(w, spot, h))
            why = "the scores of layer 1 lie too far apart";
    for (size_t u = 0; u < f->hidden && why == NULL; u++)
        sign[u] = sign_of_unit(w, spot, f, u);
    if (why == NULL)
        why = clean_outputs(w->s->state + slot * w->s->outputs, f, sign);
    if (why == NULL)
        offer_mass(w, spot);
    free(sign);
    return why;
}

// The positions of index 0, and the last one with index 0.
static const char *all_states(ClassStates *w) {
    const Choices *c = w->c;
    const char *why = NULL;
    for (size_t g = 0; g < c->groups && why == NULL; g += c->groups - 1) {
        bool last = g + 1 == c->groups;
        size_t options = last ? 1 : c->group[g].options;
        for (size_t o = 0; o < options && why == NULL; o++)
            for (size_t k = 0; k < c->group[g].positions && why == NULL; k++) {
                size_t slot = c->slot[c->first[g] + o] + k;
                Spot spot = {
                    .row = w->row[slot], .place = place_of(w, g, k), .group = g, .option = o
                };
                why = spot_state(w, &spot, slot);
                if (why == NULL && !last)
                    spread_state(w, &spot, slot);
            }
    }
    return why;
}

bool class_states_init(CleanStates *s, char **why, const IndexClasses *classes, const Choices *c,
                       const size_t *row, const Tabulation *tab, Target *target, long bits) {
    require(tab->t->layers == 2 && c->groups >= 2);
    *s = (CleanStates){ .choices = c,
                        .tab = tab,
                        .outputs = tab->outputs,
                        .state = vector_init(c->slots * tab->outputs) };
    mpq_init(s->mass);
    ClassStates w = { .s = s,
                      .classes = classes,
                      .c = c,
                      .row = row,
                      .tab = tab,
                      .target = target,
                      .bits = bits,
                      .exponent = alloc_array(tab->heads, 1, sizeof *w.exponent),
                      .factor = alloc_array(tab->columns, 1, sizeof *w.factor) };
    for (size_t h = 0; h < tab->heads; h++)
        w.exponent[h] = alloc_array(c->slots, 1, sizeof **w.exponent);
    for (size_t r = 0; r < tab->columns; r++)
        mpz_init(w.factor[r]);
    const char *unclean = all_states(&w);
    *why = unclean ? alloc_string(unclean) : NULL;
    s->has_mass &= !w.mass_unknown;
    for (size_t h = 0; h < tab->heads; h++)
        free(w.exponent[h]);
    for (size_t r = 0; r < tab->columns; r++)
        mpz_clear(w.factor[r]);
    free(w.exponent);
    free(w.factor);
    if (unclean != NULL)
        clean_states_clear(s);
    return unclean == NULL;
}
