// machine_program.h - a straight-line program of machine operations on one number, and the proof
// that it comes to the same for all numbers of an interval (docs/machines.md#lemma-2).
//
// Nodes are constants, the input, or a machine operation on earlier nodes.  Equal operations on
// equal operands are one node, and x + 0, x 0 and 1 x are none, so that what two hidden units
// compute alike is seen to be alike.
#pragma once
#include "math/arith.h"

typedef struct Program Program;

// Free with program_free.  spec outlives it; all functions between arith_enter and arith_leave.
Program *program_new(const ArithSpec *spec);
void program_free(Program *p);

// Nodes; least <= most for an input.  With several inputs only enclosures prove anything.
size_t program_constant(Program *p, const Num *x);
size_t program_input(Program *p, const Num *least, const Num *most);
size_t program_add(Program *p, size_t a, size_t b);
size_t program_mul(Program *p, size_t a, size_t b);
size_t program_relu(Program *p, size_t a);
size_t program_store(Program *p, size_t a);   // what writing to the stream leaves

// Enclosures of the node over the interval that the input was made with; both ends the same if it
// is constant by these enclosures alone.
const Num *program_least(const Program *p, size_t node);
const Num *program_most(const Program *p, size_t node);

// Whether outputs 0 .. count-1 are shown to be the same for all machine numbers of the input's
// interval; then value[k] is output k.  At most `budget` enclosures of the program are formed.
// Spoils the enclosures.
bool program_is_constant(Program *p, Num *value, const size_t *output, size_t count, size_t budget);
