// normal_form.c - one bit per variable, padding up to one position per clause, and an end token.
//
// Under the causal mask a position sees none behind it: there the clauses have positions of their
// own, behind all variables.
#include "task/normal_form.h"

_Static_assert((int)REQUIREMENTS_MOST == (int)LITERALS_MOST, "a requirement per literal");

const Formula *normal_form_formula(const Params *p) {
    return p->formula ? p->formula : formula_default;
}

static const char *admits(const Params *p) {
    const Formula *f = normal_form_formula(p);
    if (p->power > 0 || p->n < 1 || p->n > VARIABLES_MOST)
        return "normal-form takes 1 .. 2^16 variables";
    return f->kind == FORMULA_LISTED && f->variables != p->n
               ? "n is the number of variables, and the formula has another one"
               : NULL;
}

static size_t clause_count(const Params *p) {
    return formula_clauses(normal_form_formula(p), p->n);
}

size_t normal_form_place(const Params *p, size_t clause) {
    return p->mask == MASK_CAUSAL ? p->n + clause : clause;
}

static size_t length(const Params *p) {
    size_t behind = normal_form_place(p, clause_count(p));
    return (behind > p->n ? behind : p->n) + 1;
}

static size_t symbols(const Params *p) {
    (void)p;
    return 4;
}

static size_t answers(const Params *p) {
    (void)p;
    return 2;
}

static TokenRun tokens(const Params *p, size_t position) {
    if (position < p->n)
        return (TokenRun){ .first = 0, .count = 2 };
    bool last = position + 1 == length(p);
    return (TokenRun){ .first = last ? NORMAL_FORM_END : NORMAL_FORM_PADDING, .count = 1 };
}

static void name_token(Text *t, const Params *p, Token token) {
    static const char *const names[] = { "0", "1", "_", "#" };
    (void)p;
    text_add(t, names[token]);
}

static void name_answer(Text *t, const Params *p, size_t answer) {
    (void)p;
    text_add(t, answer ? "1" : "0");
}

static size_t answer(const Params *p, const Token *word) {
    return formula_holds(normal_form_formula(p), p->n, word);
}

static size_t decided_answer(const Params *p) { return !normal_form_formula(p)->conjunctive; }

static size_t clause(Requirement r[REQUIREMENTS_MOST], const Params *p, size_t index) {
    const Formula *f = normal_form_formula(p);
    int32_t literal[LITERALS_MOST];
    size_t count = formula_clause(literal, f, p->n, index);
    for (size_t k = 0; k < count; k++)
        r[k] = (Requirement){ .position = formula_variable(literal[k]),
                              .token = formula_deciding_bit(f, literal[k]) };
    return count;
}

static const Clauses clauses = {
    .answer = decided_answer,
    .count = clause_count,
    .clause = clause,
};

const Task task_normal_form = {
    .name = "normal-form",
    .summary = "the value of a formula in disjunctive or conjunctive normal form",
    .words = "N bits in 0 1, one per variable, _ up to one position per clause, then #",
    .theorem = "normal-form.md#task",
    .boolean = true,
    .has_formula = true,
    .admits = admits,
    .length = length,
    .symbols = symbols,
    .answers = answers,
    .tokens = tokens,
    .name_token = name_token,
    .name_answer = name_answer,
    .clauses = &clauses,
    .answer = answer,
};
