#include "verify/worst.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

void worst_init(Worst *w, size_t length, size_t layers) {
    *w = (Worst){ .length = length,
                  .layers = layers,
                  .word = alloc_array(length, 1, sizeof *w->word),
                  .attended = alloc_array(layers, 1, sizeof *w->attended),
                  .mass = vector_init(layers),
                  .wide_mass = alloc_array(layers, 1, sizeof *w->wide_mass),
                  .faulty.first = alloc_array(length, 1, sizeof(Token)),
                  .failing.first = alloc_array(length, 1, sizeof(Token)),
                  .undecided.first = alloc_array(length, 1, sizeof(Token)) };
    mpq_init(w->margin);
}

void worst_clear(Worst *w) {
    mpq_clear(w->margin);
    free(w->word);
    free(w->attended);
    vector_clear(w->mass, w->layers);
    free(w->wide_mass);
    free(w->faulty.first);
    free(w->failing.first);
    free(w->undecided.first);
    *w = (Worst){ 0 };
}

static bool comes_first(const Token *a, const Token *b, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (a[i] != b[i])
            return a[i] < b[i];
    return false;
}

static void keep_word(Token *to, const Token *from, size_t length) {
    memcpy(to, from, length * sizeof *to);
}

void worst_offer(Worst *w, const mpq_t margin, const Token *word) {
    int sign = w->any ? mpq_cmp(margin, w->margin) : -1;
    if (sign > 0 || (sign == 0 && !comes_first(word, w->word, w->length)))
        return;
    keep_word(w->word, word, w->length);
    if (sign == 0)
        return;
    w->any = true;
    mpq_set(w->margin, margin);
    w->is_wide = wide_fits(mpq_numref(margin)) && wide_fits(mpq_denref(margin));
    w->numerator = wide_get(mpq_numref(margin));
    w->denominator = wide_get(mpq_denref(margin));
}

void worst_offer_wide(Worst *w, Wide numerator, Wide denominator, const Token *word) {
    require(denominator > 0);
    if (w->any && w->is_wide) {
        int sign = wide_compare(numerator, denominator, w->numerator, w->denominator);
        if (sign > 0 || (sign == 0 && !comes_first(word, w->word, w->length)))
            return;
        if (sign == 0) {
            keep_word(w->word, word, w->length);
            return;
        }
    }
    mpq_t margin;
    mpq_init(margin);
    wide_set(mpq_numref(margin), numerator);
    wide_set(mpq_denref(margin), denominator);
    mpq_canonicalize(margin);
    worst_offer(w, margin, word);
    mpq_clear(margin);
}

void worst_offer_mass(Worst *w, size_t layer, const mpq_t mass) {
    require(layer < w->layers);
    if (w->attended[layer] && mpq_cmp(mass, w->mass[layer]) >= 0)
        return;
    w->attended[layer] = true;
    mpq_set(w->mass[layer], mass);
    bool wide = wide_fits(mpq_numref(mass)) && wide_fits(mpq_denref(mass));
    w->wide_mass[layer][0] = wide ? wide_get(mpq_numref(mass)) : 0;
    w->wide_mass[layer][1] = wide ? wide_get(mpq_denref(mass)) : 0;
}

void worst_offer_mass_wide(Worst *w, size_t layer, Wide numerator, Wide denominator) {
    require(layer < w->layers && denominator > 0);
    const Wide *best = w->wide_mass[layer];
    if (w->attended[layer] && best[1] > 0 &&
        wide_compare(numerator, denominator, best[0], best[1]) >= 0)
        return;
    mpq_t mass;
    mpq_init(mass);
    wide_set(mpq_numref(mass), numerator);
    wide_set(mpq_denref(mass), denominator);
    mpq_canonicalize(mass);
    worst_offer_mass(w, layer, mass);
    mpq_clear(mass);
}

// The mass that position i of that head puts on the set.
static void offer_attention_of(Worst *w, const Evaluator *e, size_t layer, size_t head, size_t i,
                               size_t sees, uint64_t target) {
    mpq_t mass, part;
    mpq_inits(mass, part, NULL);
    for (size_t j = 0; j < sees; j++) {
        if (!(target >> j & 1))
            continue;
        evaluator_mass(part, e, layer, head, i, j);
        mpq_add(mass, mass, part);
    }
    worst_offer_mass(w, layer, mass);
    mpq_clears(mass, part, NULL);
}

void worst_offer_attention(Worst *w, const Evaluator *e, const Transformer *t, Target *target,
                           const Token *word) {
    if (target == NULL)
        return;
    size_t r = t->readout.position;
    for (size_t layer = 0; layer < t->layers; layer++) {
        bool last = layer + 1 == t->layers;
        for (size_t i = last ? r : 0; i < (last ? r + 1 : transformer_sees(t, r)); i++)
            for (size_t head = 0; head < t->layer[layer].heads; head++) {
                uint64_t meant = target(&t->params, word, layer, head, i, 0);
                if (meant != 0)
                    offer_attention_of(w, e, layer, head, i, transformer_sees(t, i), meant);
            }
    }
}

void worst_note(Some *some, const Token *word, size_t length) {
    if (some->count == 0 || comes_first(word, some->first, length))
        keep_word(some->first, word, length);
    some->count++;
}

static void merge_some(Some *some, const Some *other, size_t length) {
    if (other->count == 0)
        return;
    worst_note(some, other->first, length);
    some->count += other->count - 1;
}

void worst_merge(Worst *w, const Worst *other) {
    require(w->length == other->length && w->layers == other->layers);
    w->inputs += other->inputs;
    w->excluded += other->excluded;
    if (other->any)
        worst_offer(w, other->margin, other->word);
    for (size_t l = 0; l < w->layers; l++)
        if (other->attended[l])
            worst_offer_mass(w, l, other->mass[l]);
    merge_some(&w->faulty, &other->faulty, w->length);
    merge_some(&w->failing, &other->failing, w->length);
    merge_some(&w->undecided, &other->undecided, w->length);
}
