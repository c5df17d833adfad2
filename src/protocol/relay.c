// relay.c - the state of a recurrent model as a message.
#include "protocol/relay.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "math/matrix.h"
#include "math/rational.h"
#include "net/margin.h"
#include "verify/state_space.h"
#include <stdlib.h>
#include <string.h>

bool split_is_prefix(const Split *split) {
    for (size_t i = 1; i < split->length; i++)
        if (split->alice[i] && !split->alice[i - 1])
            return false;
    return true;
}

char *relay_admits(const ArithSpec *spec, const Split *split) {
    Text why = { 0 };
    if (spec->ar->encloses)
        text_printf(&why, "arithmetic %s: a state is to be sent, which an enclosure is not",
                    spec->ar->name);
    else if (!split_is_prefix(split))
        text_add(&why, "--split: a recurrent model reads Alice's tokens first, so hers must be the "
                       "first ones");
    return why.length ? text_take(&why) : NULL;
}

// The states after t tokens.
typedef struct Front {
    size_t *state, count;
    size_t *mark, room;   // mark[s] is t for the states among them, 0 at first
} Front;

// Marks the state with t; false: it was.
static bool mark(Front *front, size_t state, size_t t) {
    if (state >= front->room) {
        size_t room = 2 * state + 16;
        size_t *grown = alloc_array(room, 1, sizeof *grown);
        memcpy(grown, front->mark, front->room * sizeof *grown);
        free(front->mark);
        front->mark = grown;
        front->room = room;
    }
    bool is_new = front->mark[state] != t;
    front->mark[state] = t;
    return is_new;
}

// front <- the states after t tokens, that is one more; false: too many.
static bool advance(Front *front, StateSpace *s, const TokenRun *run, size_t t) {
    size_t most = product_capped(front->count, run->count), count = 0;
    size_t *next = alloc_array(most < STATES_MOST + 2 ? most : STATES_MOST + 2, 1, sizeof *next);
    bool known = true;
    for (size_t i = 0; i < front->count && known && !interrupted(); i++)
        for (Token k = 0; k < run->count && known; k++) {
            size_t reached;
            known = state_space_step(s, &reached, front->state[i], run->first + k);
            if (known && mark(front, reached, t))
                next[count++] = reached;
        }
    free(front->state);
    front->state = next;
    front->count = count;
    return known;
}

// Makes s know every state that the model is in on some word of the size; false: too many.
static bool reach_all(StateSpace *s, const Task *task, const Params *p) {
    Front front = { .state = alloc_array(1, 1, sizeof *front.state),
                    .count = 1,
                    .mark = alloc_array(1, 1, sizeof *front.mark),
                    .room = 1 };
    bool known = true;
    front.state[0] = state_space_initial(s);
    for (size_t t = 0; t < task->length(p) && known; t++) {
        TokenRun run = task->tokens(p, t);
        known = advance(&front, s, &run, t + 1);
    }
    free(front.state);
    free(front.mark);
    return known;
}

static int compare_values(const void *a, const void *b) {
    mpq_srcptr x = a, y = b;   // an mpq_t is an array of one
    return mpq_cmp(x, y);
}

// Sorts the values and leaves each once.
static void make_distinct(UnitValues *v) {
    size_t kept = 0;
    qsort(v->value, v->count, sizeof *v->value, compare_values);
    for (size_t i = 0; i < v->count; i++)
        if (kept == 0 || !mpq_equal(v->value[i], v->value[kept - 1]))
            mpq_swap(v->value[kept++], v->value[i]);
    for (size_t i = kept; i < v->count; i++)
        mpq_clear(v->value[i]);
    v->count = kept;
}

static void number_values(Relay *relay, StateSpace *s) {
    size_t width = relay->model->width, states = state_space_count(s), most = 2;
    relay->values = alloc_array(width, 1, sizeof *relay->values);
    for (size_t u = 0; u < width; u++)
        relay->values[u] = (UnitValues){ .count = states, .value = vector_init(states) };
    for (size_t i = 0; i < states; i++) {
        state_space_numbers(relay->state, s, STATE_INITIAL + i);
        for (size_t u = 0; u < width; u++)
            mpq_set(relay->values[u].value[i], relay->state[u]);
    }
    for (size_t u = 0; u < width; u++) {
        make_distinct(&relay->values[u]);
        most = relay->values[u].count > most ? relay->values[u].count : most;
    }
    relay->unit_bits = log2_ceil(most);
}

const char *relay_init(Relay *relay, const Recurrent *model, const Params *p, const ArithSpec *spec,
                       const Split *split) {
    *relay = (Relay){ .model = model,
                      .spec = *spec,
                      .split = split,
                      .evaluator = recurrent_evaluator_new(model, spec),
                      .state = vector_init(model->width) };
    while (relay->cut < split->length && split->alice[relay->cut])
        relay->cut++;
    if (spec->ar == &arith_fixed) {
        relay->unit_bits = (size_t)spec->precision;
        return NULL;
    }
    StateSpace *s = state_space_new(model, spec);
    bool known = reach_all(s, model->task, p);
    if (known)
        number_values(relay, s);
    state_space_free(s);
    if (!known)
        relay_clear(relay);
    return known ? NULL : STATES_EXCEEDED;
}

void relay_clear(Relay *relay) {
    size_t width = relay->model->width;
    for (size_t u = 0; relay->values != NULL && u < width; u++)
        vector_clear(relay->values[u].value, relay->values[u].count);
    free(relay->values);
    vector_clear(relay->state, width);
    recurrent_evaluator_free(relay->evaluator);
    *relay = (Relay){ 0 };
}

// The register of fixed:P as an integer from 0: x 2^F + 2^(P-1), and back.
static void write_register(mpz_t field, mpq_t x, const ArithSpec *spec) {
    mpz_t shift;
    mpz_init(shift);
    mpz_setbit(shift, (mp_bitcnt_t)(spec->precision - 1));
    rational_scale(x, spec->fraction);
    require(mpz_cmp_ui(mpq_denref(x), 1) == 0);
    mpz_add(field, mpq_numref(x), shift);
    mpz_clear(shift);
}

static void read_register(mpq_t x, const mpz_t field, const ArithSpec *spec) {
    mpz_t shift;
    mpz_init(shift);
    mpz_setbit(shift, (mp_bitcnt_t)(spec->precision - 1));
    mpz_sub(shift, field, shift);
    mpq_set_z(x, shift);
    rational_scale(x, -spec->fraction);
    mpz_clear(shift);
}

// Runs Alice's tokens, from the first; false: the machine has no state.
static bool run_prefix(const Relay *relay, const Token *alice) {
    Fault fault;
    bool runs = recurrent_evaluator_start(relay->evaluator, &fault);
    for (size_t t = 0; t < relay->cut && runs; t++) {
        require(alice[t] != NOT_SEEN);
        runs = recurrent_evaluator_step(relay->evaluator, alice[t], &fault);
    }
    return runs;
}

static void tell(BitString *message, const void *common, const Token *alice,
                 const BitString *question) {
    const Relay *relay = common;
    (void)question;
    if (!run_prefix(relay, alice))
        return;
    mpz_t field;
    mpz_init(field);
    recurrent_evaluator_save(relay->state, relay->evaluator);
    for (size_t u = 0; u < relay->model->width; u++) {
        if (relay->values == NULL) {
            write_register(field, relay->state[u], &relay->spec);
        } else {
            const UnitValues *v = &relay->values[u];
            mpq_t *found =
                bsearch(&relay->state[u], v->value, v->count, sizeof *v->value, compare_values);
            require(found != NULL);
            mpz_set_ui(field, (unsigned long)(found - v->value));
        }
        bit_string_write(message, field, relay->unit_bits);
    }
    mpz_clear(field);
}

// relay->state <- what the message says; false: nothing that Alice sends.
static bool read_state(const Relay *relay, const BitString *message) {
    size_t at = 0;
    bool read = true;
    mpz_t field;
    mpz_init(field);
    for (size_t u = 0; u < relay->model->width && read; u++) {
        const UnitValues *v = relay->values ? &relay->values[u] : NULL;
        read = bit_string_read(field, message, &at, relay->unit_bits) &&
               (v == NULL || mpz_cmp_ui(field, v->count) < 0);
        if (read && v == NULL)
            read_register(relay->state[u], field, &relay->spec);
        else if (read)
            mpq_set(relay->state[u], v->value[mpz_get_ui(field)]);
    }
    mpz_clear(field);
    return read && at == message->length;
}

// Bob's tokens, and the readout; false: a fault.
static bool go_on(const Relay *relay, const Token *bob) {
    Fault fault;
    bool runs = true;
    recurrent_evaluator_restore(relay->evaluator, relay->state);
    for (size_t t = relay->cut; t < relay->split->length && runs; t++) {
        require(bob[t] != NOT_SEEN);
        runs = recurrent_evaluator_step(relay->evaluator, bob[t], &fault);
    }
    return runs && recurrent_evaluator_read(relay->evaluator, &fault);
}

static void answer(Outcome *o, const void *common, const Token *bob, const BitString *message) {
    const Relay *relay = common;
    if (message->length == 0) {
        o->kind = OUTCOME_FAULT;
    } else if (!read_state(relay, message)) {
        o->kind = OUTCOME_GARBLED;
    } else if (!go_on(relay, bob)) {
        o->kind = OUTCOME_FAULT;
    } else {
        o->kind = OUTCOME_NUMBERS;
        recurrent_evaluator_output(o->output, relay->evaluator);
        o->answer = readout_answer(&relay->model->readout, o->output);
    }
}

Protocol relay_protocol(const Relay *relay) {
    return (Protocol){ .common = relay,
                       .split = relay->split,
                       .outputs = relay->model->readout.w.rows,
                       .tell = tell,
                       .answer = answer };
}
