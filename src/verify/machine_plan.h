// machine_plan.h - the words of a family of domains as a walk over positions, for layer 2.
//
// A family: domains with one answer and one `rest`, each with at most one exception besides the
// readout's group, all with the same options.  Its words are the product of the rests, but that
// exactly one group takes an exception; where the exceptions are among the rest, that some group
// does.  Each group is decided at one position; elsewhere its state is settled.
#pragma once
#include "verify/machine_last.h"

typedef struct Choice {   // one way to go on at a position
    size_t kind, option;
    bool from, to;   // whether an exception was taken before, and after
} Choice;

typedef struct Plan {
    size_t answer, fixed, option;   // the readout's group and its option
    bool excepts;                   // an exception is due
    size_t positions;
    size_t *group;   // per position: the group that it decides; SIZE_MAX: none
    size_t *first;   // positions + 1 entries: the choices of each
    Choice *choice;
    size_t *settled;   // per group: its option where none decides
} Plan;

// The families of that option of the readout's group, one after the other: *next starts at 0 and
// moves on; SIZE_MAX after the last.  NULL, or why a family has no plan.
// Undo with walk_plan_clear in either case.
const char *walk_plan_init(Plan *p, const Machine *m, const States *s, const DomainIndex *d,
                           size_t option, size_t *next);
void walk_plan_clear(Plan *p);
