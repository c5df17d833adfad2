// models.h - codes and models for tests: the constructions over a small code, and random ones.
#pragma once
#include "constructions/construction.h"
#include "harness.h"

// The code of that name, NULL for the default, with n words.  Fails the test if there is none.
void named_code(Code *c, const char *name, uint64_t n);

// The i-th construction that is one coded model for every code (net/coded.h), of which certificates
// speak; NULL beyond the last.
const Construction *coded_construction(size_t i);

// All words of length k: plain binary positions, n of them.
void binary_code(Code *c, uint64_t n);

// Whether the construction speaks of p.
bool is_admitted(const Construction *c, const Params *p);

// Whether trying them all takes no time: there are at most 2^15.
bool has_few_words(const Task *task, const Params *p);

// The construction at p over plain binary positions, at its least temperature.
void build_binary(Transformer *t, const Construction *c, const Params *p);

// The task's construction of one layer, over plain binary positions if it uses a code.
void build_one_layer(Transformer *t, const char *task, const Params *p);

// A random model for the task: layers of up to 2 heads, small weights, scores that are integers: in
// half of the models those of layer 2 are all 0, in the others they are read from integer streams.
void random_model(Transformer *t, const Task *task, const Params *p, size_t layers);

// Q of all heads times 4/3: scores that are no integers.
void stretch_scores(Transformer *t);
