// formula.h - propositional formulas in conjunctive or disjunctive normal form
// (docs/normal-form.md).
//
// A clause is a set of literals; a clause of a disjunctive normal form is also called a term.  Over
// n variables, a word of n bits *decides* a formula by a clause if all literals of that term are
// true, or all of that clause false: the value of a disjunction is then 1, of a conjunction 0, and
// if no clause decides it is the contrary.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Caps of a file (docs/normal-form.md#formula-files).
enum { VARIABLES_MOST = 1 << 16, CLAUSES_MOST = 1 << 17, LITERALS_MOST = 64 };

// Which clauses: those listed, or those of a family over x = (v_0 .. v_(m-1)) and
// y = (v_m .. v_(2m-1)) for m = n / 2, rounded down: x_i differs from y_i (two clauses for each i),
// or x_i = y_i = 1 (one).
typedef enum FormulaKind { FORMULA_LISTED, FORMULA_DIFFERENT, FORMULA_MEETING } FormulaKind;

typedef struct Formula {
    const char *name;   // of a family; of a listed one what it is called, if known
    bool conjunctive;   // a CNF
    FormulaKind kind;
    size_t variables;   // what follows is of listed ones only
    size_t clauses, clause_room, literal_room;
    size_t *begin;      // of each clause among the literals; clauses + 1 entries
    int32_t *literal;   // v + 1 for variable v, -(v + 1) for its negation; none twice in a clause;
                        // those that need a 1 for the clause to decide come first, then by variable
} Formula;

// The families, by name: equality, inequality, disjointness, non-disjointness; the name is NULL at
// the end.  What a task has for a formula if there is none is the second.
extern const Formula formula_families[];
extern const Formula *const formula_default;
const Formula *formula_find(const char *name);   // NULL: no family

// A listed formula without clauses, to which formula_add adds some.  Undo with formula_clear, which
// does nothing to { 0 }.
void formula_init(Formula *f, bool conjunctive, size_t variables);
void formula_init_copy(Formula *f, const Formula *from);
void formula_clear(Formula *f);

// Adds a clause of these literals, at most LITERALS_MOST, which it sorts; what is there twice
// counts once.  Needs a listed formula and literals of its variables.
void formula_add(Formula *f, int32_t *literal, size_t count);

// Of the formula over n variables; needs n == variables of a listed one.
size_t formula_clauses(const Formula *f, uint64_t n);

// The number of literals of its longest clause; 0 if there is none.
size_t formula_longest(const Formula *f, uint64_t n);

// literal[0 .. count-1] <- those of the clause, in the order above; returns count.
size_t formula_clause(int32_t literal[LITERALS_MOST], const Formula *f, uint64_t n, size_t clause);

// What a word must have where this literal's variable stands for the clause to decide.
static inline uint32_t formula_deciding_bit(const Formula *f, int32_t literal) {
    return (literal > 0) != f->conjunctive;
}

static inline size_t formula_variable(int32_t literal) {
    return (size_t)(literal > 0 ? literal : -(int64_t)literal) - 1;
}

// The formula's value on a word.
bool formula_holds(const Formula *f, uint64_t n, const uint32_t *bit);

// f <- the formula in the file (docs/normal-form.md#formula-files); "-" is standard input.  Undo
// with formula_clear.  -1, with f untouched, after an error as "FILE:LINE: ..".
int formula_read(Formula *f, const char *file);

// The same from memory; errors call it by that name.
int formula_parse(Formula *f, const char *name, const char *bytes, size_t length);
