// params.h - what a user may choose about a claim.
#pragma once
#include "base/text.h"
#include <stddef.h>
#include <stdint.h>

// Which positions a position sees: itself and those before it, or all.
typedef enum Mask { MASK_CAUSAL, MASK_FULL } Mask;

// Of the softmax.
typedef enum Base { BASE_2, BASE_E } Base;

// How a Boolean task is read out of clean bits (docs/equality.md): uniformly, with margin 1/(2L),
// or peaked, with constant margin.
typedef enum ReadoutKind { READOUT_PEAKED, READOUT_UNIFORM } ReadoutKind;

struct Automaton;

typedef struct Params {
    uint64_t n;          // the task's own size: N of index lookup, n of equality
    size_t power;        // of two that is the size, if that is beyond 2^53 (n is then 0); else 0
    uint64_t alphabet;   // symbols of index lookup, labels or values of the other tasks; at least 2
    Mask mask;
    ReadoutKind readout;   // Boolean tasks only
    const char *code;      // name of the code (docs/codes.md#names); NULL: the default for the size
    Base base;
    uint64_t temperature;   // 0: the least that the theorem admits
    uint64_t brackets;      // types of brackets, at least 1
    uint64_t depth;         // of a well-nested word at most
    uint64_t dimension;     // of the points; 0: the least that has n different ones
    uint64_t keys;          // that there are; 0: n
    uint64_t output;        // of a word with several answered positions, which is meant
    const struct Automaton *automaton;   // of the task of that name; NULL: none
} Params;

// n as given, binary alphabet, causal, peaked, base 2, default code, least temperature, two types
// of brackets nested twice, default dimension and keys.
Params params_default(uint64_t n);

// The same at that size.
Params params_at(const Params *p, uint64_t n);

// Appends the size: "1024", "2^64".
void params_print_size(Text *t, const Params *p);

const char *base_name(Base base);                // "2", "e"
const char *mask_name(Mask mask);                // "causal", "full"
const char *readout_name(ReadoutKind readout);   // "peaked", "uniform"
