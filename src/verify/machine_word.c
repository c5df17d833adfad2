// A pass over one word, and what it shares with the passes over all.
#include "base/alloc.h"
#include "verify/machine_grid.h"
#include "verify/machine_last.h"
#include <stdlib.h>

static const char *fault_of(const Machine *m, const Num *x) {
    return m->spec->ar->fault ? m->spec->ar->fault(x) : NULL;
}

// ---- what is offered ----

void worst_word_init(WorstWord *l, const Machine *m) {
    *l = (WorstWord){ .option = alloc_array(m->choices.groups, 1, sizeof *l->option) };
    mpq_init(l->margin);
}

void worst_word_clear(WorstWord *l) {
    mpq_clear(l->margin);
    free(l->option);
}

void worst_word_offer(WorstWord *l, const Machine *m, const mpq_t margin, const size_t *option) {
    if (l->any && mpq_cmp(margin, l->margin) >= 0)
        return;
    l->any = true;
    mpq_set(l->margin, margin);
    for (size_t g = 0; g < m->choices.groups; g++)
        l->option[g] = option[g];
}

// ---- domains by the option of the readout's group ----

static bool allows(const Domain *d, size_t group, size_t options, size_t option) {
    OptionSet set = domain_allows(d, group, options);
    return option_set_has(&set, option);
}

// Counts the domains of each option, or, with fill, lists them.
static void list_domains(DomainIndex *d, const Machine *m, bool fill) {
    const Domains *domains = m->t->task->domains;
    const Params *p = &m->t->params;
    size_t options = m->choices.group[d->fixed].options;
    for (size_t k = 0; k < domains->count(p); k++) {
        Domain domain;
        domains->domain(&domain, p, k);
        OptionSet set = domain_allows(&domain, d->fixed, options);
        size_t first = set.kind == OPTIONS_ONE ? set.one : 0;
        size_t end = set.kind == OPTIONS_ONE ? set.one + 1 : options;
        for (size_t o = first; o < end; o++) {
            if (!allows(&domain, d->fixed, options, o))
                continue;
            if (fill)
                d->domain[d->first[o]++] = k;
            else
                d->first[o + 1]++;
        }
    }
}

void domain_index_init(DomainIndex *d, const Machine *m) {
    d->fixed = m->choices.group_of[m->t->readout.position];
    size_t options = m->choices.group[d->fixed].options;
    d->first = alloc_array(options + 1, 1, sizeof *d->first);
    list_domains(d, m, false);
    for (size_t o = 0; o < options; o++)
        d->first[o + 1] += d->first[o];
    d->domain = alloc_array(d->first[options], 1, sizeof *d->domain);
    list_domains(d, m, true);
    for (size_t o = options; o > 0; o--)   // each had moved to its end
        d->first[o] = d->first[o - 1];
    d->first[0] = 0;
}

void domain_index_clear(DomainIndex *d) {
    free(d->first);
    free(d->domain);
}

// ---- layer 2 ----

const char *kinds_init(Kinds *k, const Machine *m, const States *s, size_t query) {
    const ArithSpec *spec = m->spec;
    const Arith *ar = spec->ar;
    const NumHead *n = &m->model.layer[1].head[0];
    size_t d_k = n->q.rows, width = m->t->width;
    Num *q = nums_init(spec, d_k), *key = nums_init(spec, d_k), *work = nums_init(spec, 2);
    const char *why = NULL;
    *k = (Kinds){ .count = s->count,
                  .d_v = n->v.rows,
                  .score = nums_init(spec, s->count),
                  .value = nums_init(spec, s->count * n->v.rows) };
    num_apply(q, &n->q, s->x + query * width, spec, &work[0], &work[1]);
    for (size_t c = 0; c < d_k && why == NULL; c++)
        why = fault_of(m, &q[c]) ? "the query vector of layer 2 may overflow" : NULL;
    for (size_t i = 0; i < s->count && why == NULL; i++) {
        num_apply(key, &n->k, s->x + i * width, spec, &work[0], &work[1]);
        num_apply(k->value + i * k->d_v, &n->v, s->x + i * width, spec, &work[0], &work[1]);
        for (size_t c = 0; c < d_k; c++) {
            ar->mul(&work[0], &q[c], &key[c]);
            ar->add(&k->score[i], &k->score[i], &work[0]);
            why = fault_of(m, &key[c]) ? "a key vector of layer 2 may overflow" : why;
        }
        for (size_t c = 0; c < k->d_v; c++)
            why = fault_of(m, &k->value[i * k->d_v + c]) ? "a value vector of layer 2 may overflow"
                                                         : why;
        why = fault_of(m, &k->score[i]) ? "a score of layer 2 may overflow" : why;
    }
    nums_clear(spec, q, d_k);
    nums_clear(spec, key, d_k);
    nums_clear(spec, work, 2);
    return why;
}

void kinds_clear(Kinds *k, const Machine *m) {
    nums_clear(m->spec, k->score, k->count);
    nums_clear(m->spec, k->value, k->count * k->d_v);
}

const char *machine_weight(Num *weight, const Machine *m, const Num *score, const Num *largest) {
    const Arith *ar = m->spec->ar;
    ar->sub(weight, score, largest);
    if (fault_of(m, weight) != NULL)
        return "a score of layer 2 less the largest may overflow";
    const char *why =
        m->t->base == BASE_E ? ar->exp(weight, weight, m->spec) : ar->exp2(weight, weight, m->spec);
    return why ? "a weight of layer 2 may overflow" : NULL;
}

// ---- one word ----

static size_t slot_of(const Machine *m, const size_t *option, size_t position) {
    const Choices *c = &m->choices;
    size_t g = c->group_of[position];
    return c->slot[c->first[g] + option[g]] + choices_place(c, position);
}

static size_t answer_to(const Machine *m, const size_t *option) {
    Token *word = alloc_array(m->t->length, 1, sizeof *word);
    choices_word(word, &m->choices, option);
    size_t answer = m->t->task->answer(&m->t->params, word);
    free(word);
    return answer;
}

// ratio[2c], ratio[2c + 1] <- ratio c of layer 2, for the kinds at the positions.
static const char *sum_kinds(Num *ratio, const Machine *m, const Kinds *k, const size_t *kind,
                             size_t seen) {
    const Arith *ar = m->spec->ar;
    const Num *largest = &k->score[kind[0]];
    Num *weight = nums_init(m->spec, 3);   // and denominator, and a term
    const char *why = NULL;
    for (size_t j = 1; j < seen; j++)
        if (!nums_ordered(&k->score[kind[j]], largest, m->spec))
            largest = &k->score[kind[j]];
    Num *bound = nums_init(m->spec, 1);
    if (ar->bounded) {
        ar->set(bound, m->bounds.value[bounds_index(&m->bounds, 1, 0, m->t->readout.position)]);
        largest = bound;
    }
    for (size_t j = 0; j < seen && why == NULL; j++) {
        why = machine_weight(&weight[0], m, &k->score[kind[j]], largest);
        ar->add(&weight[1], &weight[1], &weight[0]);
        for (size_t c = 0; c < k->d_v; c++) {
            ar->mul(&weight[2], &weight[0], &k->value[kind[j] * k->d_v + c]);
            ar->add(&ratio[2 * c], &ratio[2 * c], &weight[2]);
        }
    }
    if (why == NULL && (ar->is_zero(&weight[1]) || fault_of(m, &weight[1]) != NULL))
        why = "the sum of the weights of layer 2 may be 0 or overflow";
    for (size_t c = 0; c < k->d_v && why == NULL; c++) {
        why = fault_of(m, &ratio[2 * c]) ? "a weighted sum of layer 2 may overflow" : NULL;
        if (why == NULL)
            ar->div(&ratio[2 * c], &ratio[2 * c], &weight[1]);
        ar->copy(&ratio[2 * c + 1], &ratio[2 * c]);
    }
    nums_clear(m->spec, weight, 3);
    nums_clear(m->spec, bound, 1);
    return why;
}

static const char *two_layers(mpq_t margin, bool *failing, const Machine *m, const size_t *option) {
    States s;
    Trouble trouble;
    Kinds k = { 0 };
    size_t last = m->t->readout.position, seen = transformer_sees(m->t, last);
    size_t heads = m->t->layer[1].heads, d_v = heads ? m->model.layer[1].head[0].v.rows : 0;
    const char *why = states_init(&s, m, option, &trouble);
    *failing = why != NULL && trouble.failing;
    if (why != NULL) {
        states_clear(&s, m);
        return why;
    }
    if (m->spec->ar->bounded && heads > 0 &&
        !m->bounds.known[bounds_index(&m->bounds, 1, 0, last)]) {
        states_clear(&s, m);
        return "the bound of the scores of layer 2 is not known";
    }
    Num *ratio = nums_init(m->spec, 2 * d_v);
    size_t *kind = alloc_array(seen, 1, sizeof *kind), own = s.slot[slot_of(m, option, last)];
    for (size_t j = 0; j < seen; j++)
        kind[j] = s.slot[slot_of(m, option, j)];
    if (heads > 0) {
        why = kinds_init(&k, m, &s, own);
        if (why == NULL)
            why = sum_kinds(ratio, m, &k, kind, seen);
        kinds_clear(&k, m);
    }
    if (why == NULL)
        why = machine_finish(margin, m, s.x + own * m->t->width, ratio, answer_to(m, option));
    *failing = why != NULL;
    nums_clear(m->spec, ratio, 2 * d_v);
    free(kind);
    states_clear(&s, m);
    return why;
}

static const char *sum_word(Num *ratio, const Machine *m, size_t head, const size_t *option) {
    const MachineHead *h = &m->head[head];
    size_t last = m->t->readout.position;
    Num *bound = nums_init(m->spec, 1), *denominator = nums_init(m->spec, 1);
    Lane l = { .position = last,
               .row = m->slot_row[slot_of(m, option, last)],
               .sums = h->d_v,
               .sum = alloc_array(h->d_v, 1, sizeof *l.sum),
               .denominator = denominator,
               .numerator = nums_init(m->spec, h->d_v) };
    uint16_t *value = alloc_array(h->d_v, m->t->length, sizeof *value);
    for (size_t c = 0; c < h->d_v; c++) {
        for (size_t j = 0; j < m->t->length; j++)
            value[c * m->t->length + j] = h->value[m->slot_row[slot_of(m, option, j)] * h->d_v + c];
        l.sum[c].value = value + c * m->t->length;
    }
    if (m->spec->ar->bounded) {
        m->spec->ar->set(bound, m->bounds.value[bounds_index(&m->bounds, 0, head, last)]);
        l.bound = bound;
    }
    machine_head_sum(h, &l, 1);
    const char *why = l.fault.why ? "the readout's row may have no weights" : NULL;
    for (size_t c = 0; c < h->d_v && why == NULL; c++) {
        why = fault_of(m, &l.numerator[c]) ? "a weighted sum may overflow" : NULL;
        if (why == NULL)
            m->spec->ar->div(&ratio[2 * c], &l.numerator[c], denominator);
        m->spec->ar->copy(&ratio[2 * c + 1], &ratio[2 * c]);
    }
    nums_clear(m->spec, bound, 1);
    nums_clear(m->spec, denominator, 1);
    nums_clear(m->spec, l.numerator, h->d_v);
    free(l.sum);
    free(value);
    return why;
}

static const char *one_layer(mpq_t margin, const Machine *m, const size_t *option) {
    size_t ratios = 0, width = m->t->width;
    const char *why = NULL;
    for (size_t h = 0; h < m->heads; h++)
        ratios += m->head[h].d_v;
    Num *ratio = nums_init(m->spec, 2 * ratios), *x = nums_init(m->spec, width);
    for (size_t h = 0, r = 0; h < m->heads && why == NULL; r += 2 * m->head[h++].d_v)
        why = sum_word(ratio + r, m, h, option);
    machine_embed(x, m, m->slot_row[slot_of(m, option, m->t->readout.position)]);
    if (why == NULL)
        why = machine_finish(margin, m, x, ratio, answer_to(m, option));
    nums_clear(m->spec, ratio, 2 * ratios);
    nums_clear(m->spec, x, width);
    return why;
}

const char *machine_word_margin(mpq_t margin, bool *failing, const Machine *m,
                                const size_t *option) {
    *failing = false;
    if (m->t->layers == 2 && m->t->layer[1].heads != 1)
        return "layer 2 has no head, or several";
    if (m->t->layers == 2)
        return two_layers(margin, failing, m, option);
    const char *why = one_layer(margin, m, option);
    *failing = why != NULL;
    return why;
}
