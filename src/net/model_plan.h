// model_plan.h - all of a model file but its numbers (docs/model-file.md).
#pragma once
#include "base/json_input.h"
#include "net/recurrent.h"
#include "net/transformer.h"
#include "task/automaton.h"

typedef struct Plan {
    bool recurrent;   // the kind of model
    const Task *task;
    Params params;
    Automaton automaton;     // params.automaton, where there is one
    Base base;               // of a transformer
    Activation activation;   // of a recurrent model
    size_t width;
    bool sign;        // the kind of all readouts
    json_t *tokens;   // an object, name -> token
} Plan;

// plan <- what the file says, after a look at every shape and name in it: whoever allocates by the
// plan and the lengths of the lists allocates nothing that the file does not hold, and finds lists
// of the right lengths wherever numbers are expected.  Unchecked are the numbers, also b of a sign
// readout, the readouts' positions and their symbols.  Undo with plan_clear.
// -1 after an error, with nothing to undo.
int plan_read(Plan *plan, const Node *root);
void plan_clear(Plan *plan);
