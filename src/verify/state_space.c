// A state is kept as the text of its numbers, hexadecimal and separated by blanks: equal states
// have equal texts, and small numbers take two bytes.
#include "verify/state_space.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

#define UNKNOWN_STATE SIZE_MAX

typedef struct State {
    char *text;
    uint64_t hash;
    size_t *next;   // one per token, UNKNOWN_STATE: not yet computed
} State;

struct StateSpace {
    const Recurrent *r;
    RecurrentEvaluator *e;
    size_t tokens, initial;
    State *state;   // [STATE_FAULT] has no text
    size_t count, room, bytes;
    size_t *slot, slots;   // open addressing: a state's number, 0 where free
    mpq_t *numbers;        // of one state
    Text text;             // the same, written
    Fault fault;
};

static uint64_t hash_text(const char *s, size_t length) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);   // FNV-1a
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)s[i]) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 32;
}

static void append(StateSpace *s, State state) {
    if (s->count == s->room) {
        s->room = 2 * s->room + 16;
        State *grown = realloc(s->state, s->room * sizeof *grown);
        if (grown == NULL)
            die("out of memory: %zu states", s->room);
        s->state = grown;
    }
    state.next = alloc_array(s->tokens, 1, sizeof *state.next);
    for (size_t token = 0; token < s->tokens; token++)
        state.next[token] = s->count == STATE_FAULT ? (size_t)STATE_FAULT : UNKNOWN_STATE;
    s->state[s->count++] = state;
}

// Where that text stands, or the free slot where it would.
static size_t find_slot(const StateSpace *s, const char *text, uint64_t hash) {
    size_t at = hash & (s->slots - 1);
    while (s->slot[at] != 0) {
        const State *state = &s->state[s->slot[at]];
        if (state->hash == hash && strcmp(state->text, text) == 0)
            break;
        at = (at + 1) & (s->slots - 1);
    }
    return at;
}

static void grow_slots(StateSpace *s) {
    free(s->slot);
    s->slots = s->slots ? 2 * s->slots : 64;
    s->slot = alloc_array(s->slots, 1, sizeof *s->slot);
    for (size_t i = STATE_FAULT + 1; i < s->count; i++)
        s->slot[find_slot(s, s->state[i].text, s->state[i].hash)] = i;
}

// s->text <- the evaluator's state.
static void write_state(StateSpace *s) {
    recurrent_evaluator_save(s->numbers, s->e);
    s->text.length = 0;
    for (size_t i = 0; i < s->r->width; i++) {
        char *number = mpq_get_str(NULL, 16, s->numbers[i]);
        text_add(&s->text, i ? " " : "");
        text_add(&s->text, number);
        free(number);
    }
}

void state_space_numbers(mpq_t *numbers, StateSpace *s, size_t state) {
    require(state > STATE_FAULT && state < s->count);
    s->text.length = 0;
    text_add(&s->text, s->state[state].text);
    char *rest = s->text.bytes;
    for (size_t i = 0; i < s->r->width; i++) {
        char *number = strtok_r(rest, " ", &rest);
        require(number != NULL && mpq_set_str(numbers[i], number, 16) == 0);
    }
}

// The evaluator's state <- the one of that number.
static void restore(StateSpace *s, size_t state) {
    state_space_numbers(s->numbers, s, state);
    recurrent_evaluator_restore(s->e, s->numbers);
}

// The number of the evaluator's state, a new one if need be; UNKNOWN_STATE: there is no room.
static size_t number_state(StateSpace *s) {
    write_state(s);
    if (2 * (s->count + 1) > s->slots)
        grow_slots(s);
    uint64_t hash = hash_text(text_string(&s->text), s->text.length);
    size_t at = find_slot(s, text_string(&s->text), hash);
    if (s->slot[at] != 0)
        return s->slot[at];
    if (s->count > STATES_MOST || s->bytes + s->text.length > STATE_BYTES_MOST)
        return UNKNOWN_STATE;
    s->bytes += s->text.length;
    s->slot[at] = s->count;
    append(s, (State){ .text = alloc_string(text_string(&s->text)), .hash = hash });
    return s->slot[at];
}

StateSpace *state_space_new(const Recurrent *r, const ArithSpec *spec) {
    StateSpace *s = alloc_array(1, 1, sizeof *s);
    Fault fault;
    require(!spec->ar->encloses);
    *s = (StateSpace){ .r = r,
                       .e = recurrent_evaluator_new(r, spec),
                       .tokens = r->u.columns,
                       .numbers = vector_init(r->width) };
    append(s, (State){ 0 });
    grow_slots(s);
    if (recurrent_evaluator_start(s->e, &fault)) {
        s->initial = number_state(s);
        require(s->initial == STATE_INITIAL);
    } else {
        s->fault = fault;
    }
    return s;
}

void state_space_free(StateSpace *s) {
    for (size_t i = 0; i < s->count; i++) {
        free(s->state[i].text);
        free(s->state[i].next);
    }
    free(s->state);
    free(s->slot);
    vector_clear(s->numbers, s->r->width);
    text_clear(&s->text);
    recurrent_evaluator_free(s->e);
    free(s);
}

size_t state_space_initial(const StateSpace *s) { return s->initial; }
size_t state_space_count(const StateSpace *s) { return s->count - 1; }
Fault state_space_fault(const StateSpace *s) { return s->fault; }

static void note(StateSpace *s, const Fault *fault) {
    if (s->fault.why == NULL)
        s->fault = *fault;
}

bool state_space_step(StateSpace *s, size_t *next, size_t state, Token token) {
    Fault fault;
    require(state < s->count && token < s->tokens);
    if (s->state[state].next[token] == UNKNOWN_STATE) {
        restore(s, state);
        size_t reached = STATE_FAULT;
        if (recurrent_evaluator_step(s->e, token, &fault))
            reached = number_state(s);
        else
            note(s, &fault);
        s->state[state].next[token] = reached;
    }
    *next = s->state[state].next[token];
    return *next != UNKNOWN_STATE;
}

bool state_space_margin(mpq_t margin, StateSpace *s, size_t state, size_t answer) {
    Fault fault;
    require(state < s->count);
    if (state == STATE_FAULT)
        return false;
    restore(s, state);
    bool reads = recurrent_evaluator_read(s->e, &fault);
    if (reads)
        recurrent_evaluator_margin(margin, s->e, answer);
    else
        note(s, &fault);
    return reads;
}

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

// How many different numbers the next coordinate has; moves every state's text behind it.
static size_t count_values(const StateSpace *s, char **rest, char **number) {
    size_t states = state_space_count(s), values = 0;
    for (size_t i = 0; i < states; i++)
        number[i] = strtok_r(rest[i], " ", &rest[i]);
    qsort(number, states, sizeof *number, compare_texts);
    for (size_t i = 0; i < states; i++)
        values += i == 0 || strcmp(number[i - 1], number[i]) != 0;
    return values;
}

size_t state_space_values(const StateSpace *s) {
    size_t states = state_space_count(s), most = 1;
    char **copy = alloc_array(states, 1, sizeof *copy),
         **rest = alloc_array(states, 1, sizeof *rest),
         **number = alloc_array(states, 1, sizeof *number);
    for (size_t i = 0; i < states; i++)
        rest[i] = copy[i] = alloc_string(s->state[i + 1].text);
    for (size_t c = 0; c < s->r->width; c++) {
        size_t values = count_values(s, rest, number);
        most = values > most ? values : most;
    }
    for (size_t i = 0; i < states; i++)
        free(copy[i]);
    free(copy);
    free(rest);
    free(number);
    return most;
}
