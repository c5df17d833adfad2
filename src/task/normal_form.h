// normal_form.h - the value of a formula in normal form on a word of bits (docs/normal-form.md).
#pragma once
#include "task/formula.h"
#include "task/task.h"

// Tokens beside 0 and 1.
enum { NORMAL_FORM_PADDING = 2, NORMAL_FORM_END = 3 };

// params.formula, formula_default if there is none.
const Formula *normal_form_formula(const Params *p);

// The position that stands for the clause: its own number, or, under the causal mask, as many
// behind the variables.
size_t normal_form_place(const Params *p, size_t clause);

extern const Task task_normal_form;
