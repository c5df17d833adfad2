#include "protocol/model_oracle.h"
#include "base/alloc.h"
#include "net/evaluate.h"
#include "net/margin.h"
#include "verify/walk.h"
#include <stdlib.h>

struct ModelOracle {
    const Transformer *model;
    ArithSpec spec;
    Bounds bounds;
    Evaluator *evaluator;   // NULL until asked
};

ModelOracle *model_oracle_new(const Transformer *model, const ArithSpec *spec) {
    ModelOracle *m = alloc_array(1, 1, sizeof *m);
    *m = (ModelOracle){ .model = model, .spec = *spec };
    bounds_init(&m->bounds, model);
    return m;
}

void model_oracle_free(ModelOracle *m) {
    if (m->evaluator != NULL)
        evaluator_free(m->evaluator);
    bounds_clear(&m->bounds);
    free(m);
}

// The evaluator, with bounds measured on all words.
static void prepare(ModelOracle *m) {
    Walk walk;
    Token old;
    m->evaluator = evaluator_new(m->model, &m->spec);
    evaluator_set_bounds(m->evaluator, &m->bounds);
    walk_init(&walk, m->model->task, &m->model->params, NULL);
    for (size_t layer = 0; layer < m->model->layers; layer++) {
        walk_seek(&walk, 0);
        evaluator_measure(m->evaluator, walk.word, layer, &m->bounds);
        while (walk.rank + 1 < walk.total) {
            walk_step(&walk, &old);
            evaluator_measure(m->evaluator, walk.word, layer, &m->bounds);
        }
    }
    walk_clear(&walk);
}

void model_oracle_answer(Outcome *o, void *state, const Token *word) {
    ModelOracle *m = state;
    Fault fault;
    if (m->evaluator == NULL)
        prepare(m);
    if (!evaluator_run(m->evaluator, word, &fault)) {
        o->kind = OUTCOME_FAULT;
        return;
    }
    o->kind = OUTCOME_NUMBERS;
    for (size_t r = 0; r < o->outputs; r++)
        mpq_set(o->output[r], evaluator_output(m->evaluator)[r].q);
    o->answer = readout_answer(&m->model->readout, o->output);
}

void recurrent_oracle_init(RecurrentOracle *r, const Recurrent *model, const ArithSpec *spec,
                           size_t length) {
    *r = (RecurrentOracle){ .model = model,
                            .evaluator = recurrent_evaluator_new(model, spec),
                            .length = length };
}

void recurrent_oracle_clear(RecurrentOracle *r) {
    recurrent_evaluator_free(r->evaluator);
    *r = (RecurrentOracle){ 0 };
}

void recurrent_oracle_answer(Outcome *o, void *state, const Token *word) {
    RecurrentOracle *r = state;
    Fault fault;
    o->kind = OUTCOME_FAULT;
    if (!recurrent_evaluator_run(r->evaluator, word, r->length, &fault))
        return;
    o->kind = OUTCOME_NUMBERS;
    recurrent_evaluator_output(o->output, r->evaluator);
    o->answer = readout_answer(&r->model->readout, o->output);
}
