// seeds.h - coded models for tests: seeds over linear codes, of constructions and random ones.
#pragma once
#include "constructions/construction.h"
#include "harness.h"
#include "verify/class_certificate.h"

// A seed over a code, at n = the code's words.
typedef struct Case {
    Params params;
    Code code;
    Weights weights;
    Transformer seed;
} Case;

// That of a construction over the code of that name, in one of four variants of mask, readout and
// alphabet.  temperature 0: the least.  Undo with case_clear.
void case_init(Case *k, const Construction *c, const char *code, uint64_t n, int variant,
               uint64_t temperature);

// A code of 2 or 4 words, of one family or another, with a random seed for the task.
void case_init_random(Case *k, const Task *task);

// The code of that name with n words, without a seed.
void case_init_code(Case *k, const char *code, uint64_t n, Mask mask);
void case_clear(Case *k);

// f (made by it) <- what classes find.
void case_judge(Finding *f, const Case *k, Target *target, const Effort *e);
