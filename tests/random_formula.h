// random_formula.h - formulas for tests.
#pragma once
#include "harness.h"
#include "task/formula.h"

// A CNF or DNF of at most that many clauses of up to `longest` literals, empty and contradictory
// ones among them, and literals that are there twice.  Undo with formula_clear.
void random_formula(Formula *f, size_t variables, size_t clauses, size_t longest);

// A CNF of clauses of three different variables, all of which the hidden assignment makes true:
// hidden[v] for variable v, chosen at random.
void planted_formula(Formula *f, uint32_t *hidden, size_t variables, size_t clauses);

// "p cnf ..": the text of a listed formula; the caller frees it.
char *formula_text(const Formula *f);
