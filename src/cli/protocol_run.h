// protocol_run.h - a model's protocol on every input, as a row of the table.
#pragma once
#include "cli/options.h"
#include "net/recurrent.h"

// The row for a model of one layer, in the machine asked for, else in fixed:P for the least P at
// which Bob is right on every word; *all <- the verdicts together.  -1 after an error: there is no
// such protocol, split or P.
int protocol_run_transformer(Verdict *all, Table *t, const char *name, const Transformer *model,
                             const Options *o);

// The same for a recurrent model on words of n's size, in exact arithmetic unless another is asked
// for.
int protocol_run_recurrent(Verdict *all, Table *t, const char *name, const Recurrent *model,
                           uint64_t n, const Options *o);
