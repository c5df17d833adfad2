// relay.h - the protocol of a recurrent model: Alice runs it on the tokens before the cut and sends
// its state, Bob goes on from there (docs/protocol.md#theorem-3).
//
// The state goes as m fields of p bits.  In fixed:P a field is the unit's register, and p = P.  In
// exact arithmetic and float it is the number, in ascending order, of the unit's value among those
// that it takes on any word: p = ceil(log2 of the most that one unit takes), at least 1.  Where the
// machine has no state any more, the empty string goes.
#pragma once
#include "math/arith.h"
#include "net/recurrent.h"
#include "net/recurrent_evaluate.h"
#include "protocol/protocol.h"

// The values that one unit takes, in ascending order.
typedef struct UnitValues {
    size_t count;
    mpq_t *value;
} UnitValues;

// What both players know.
typedef struct Relay {
    const Recurrent *model;
    ArithSpec spec;
    const Split *split;
    size_t cut;                      // Alice has the tokens before it
    size_t unit_bits;                // p
    UnitValues *values;              // m; NULL: registers are sent
    RecurrentEvaluator *evaluator;   // workspace of the programs, and
    mpq_t *state;                    // m
} Relay;

// NULL, or why there is no such protocol: the arithmetic encloses, or Alice has other tokens than
// the first ones.  A string that the caller frees.
char *relay_admits(const ArithSpec *spec, const Split *split);

// Whether Alice has the first tokens, and no others.
bool split_is_prefix(const Split *split);

// NULL; then undo with relay_clear.  Or why the values of a unit cannot be numbered: there are too
// many states.  The model and the split must outlive it.  p is of the model's task, of the size of
// the words.  Needs relay_admits == NULL; what it makes is for one thread at a time.
const char *relay_init(Relay *relay, const Recurrent *model, const Params *p, const ArithSpec *spec,
                       const Split *split);
void relay_clear(Relay *relay);

// The programs.  The protocol lives as long as the relay.
Protocol relay_protocol(const Relay *relay);
