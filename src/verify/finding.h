// finding.h - one verdict with all that belongs to it: what was checked, how, and what was found.
//
// The fields are those of the JSON verdict (docs/verdict.md).
#pragma once
#include "base/verdict.h"
#include "net/transformer.h"

// What belongs to a recurrent model alone.
typedef struct RecurrentFinding {
    size_t states;         // that it reaches; 0: unknown, or not all were looked at
    size_t unit_bits;      // that tell the values of one unit apart, whichever unit; with states
    bool has_bound;        // no recurrent model needs fewer bits than bound_bits:
    size_t bound_bits;     //   ceil(log2) of the most prefixes of bound_tokens tokens that
    size_t bound_tokens;   // some suffix tells apart
    // Two prefixes that lead to the same state, and a suffix behind which the right answers differ;
    // NULL: none was found.
    char *prefix[2], *suffix;
} RecurrentFinding;

typedef struct Finding {
    const char *claim;        // "equality/two-layer", or the name of a model file
    const Task *task;         // NULL for a claim on codes
    Params params;            // params.n is the size
    bool has_readout;         // params.readout says how the model is read out
    size_t length;            // tokens read by the model; 0 for a claim on codes and where the
                              // words have every length (then params.n is 0 too)
    const char *quantifier;   // "all-inputs", "all-lengths", "sampled"
    const char *method;       // "exhaustive", "certificate", ..; for codes "all-pairs", ..
    char *arithmetic;         // "exact", "float:binary16"
    char *code_name;          // NULL: no code
    uint64_t code_words, code_length, code_distance;
    Verdict verdict;
    bool has_margin;
    mpq_t margin;   // the worst case over all inputs; a lower bound of it if `enclosed`
    bool enclosed;
    bool has_promise;
    mpq_t promise;          // what the theorem promises for the margin
    uint64_t temperature;   // 0: none
    size_t attentions;      // one per layer; 0: unknown
    mpq_t *attention;       // least mass on the positions meant; < 0: none is meant in that layer
    char *witness;          // a word that attains the margin; NULL: none
    size_t output;          // from 1: the answer it is about, params.output; 0: there is only one
    mpz_t inputs;           // how many inputs were covered: words, or where they have several
                            // answers, pairs of a word and one of them
    mpz_t excluded;         // the same of those outside the task's promise, met beside them
    char *inputs_text;      // the same as "2^E" where it is too long to be written out; else NULL
    char *inputs_brief;     // the same as "4^(2^64)", for people; NULL: unknown
    // length and size.parameters in decimal, where they exceed 2^53; else NULL.
    char *length_text, *parameters_text;
    size_t precision;   // bits of a number of the machine; 0: no machine
    bool has_size;      // of a recurrent model the width and the parameters only
    Size size;
    bool is_recurrent;   // then base, mask, temperature, heads and layers mean nothing
    RecurrentFinding recurrent;
    double seconds;
    // Why the verdict is UNKNOWN, why there is no margin, or where the witness has no answer; or
    // NULL.
    char *reason;
} Finding;

// All unknown.  Undo with finding_clear.
void finding_init(Finding *f);
void finding_clear(Finding *f);

// A finding of its own, moved: *from is empty afterwards.
void finding_move(Finding *to, Finding *from);

// all <- what was found for it and, moved out of *one, for another answer of the same words: the
// worse of both, but inputs and seconds of both, and a margin only if both have one.
void finding_merge(Finding *all, Finding *one);

// All words of the task's size were covered but for those outside its promise.
void finding_cover_all(Finding *f, const Task *task, const Params *p);
