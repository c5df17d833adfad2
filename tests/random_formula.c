#include "random_formula.h"
#include "base/text.h"

void random_formula(Formula *f, size_t variables, size_t clauses, size_t longest) {
    int32_t literal[LITERALS_MOST];
    formula_init(f, random_below(2), variables);
    for (size_t c = random_below(clauses + 1); c > 0; c--) {
        size_t count = random_below(12) == 0 ? random_below(longest + 1) : longest;
        for (size_t k = 0; k < count; k++) {
            literal[k] = (int32_t)(1 + random_below(variables));
            literal[k] *= random_below(2) ? 1 : -1;
        }
        formula_add(f, literal, count);
    }
}

// Three different variables, counted from 1.
static void choose_variables(int32_t variable[3], size_t variables) {
    do
        for (size_t k = 0; k < 3; k++)
            variable[k] = (int32_t)(1 + random_below(variables));
    while (variable[0] == variable[1] || variable[0] == variable[2] || variable[1] == variable[2]);
}

void planted_formula(Formula *f, uint32_t *hidden, size_t variables, size_t clauses) {
    formula_init(f, true, variables);
    for (size_t v = 0; v < variables; v++)
        hidden[v] = (uint32_t)random_below(2);
    while (f->clauses < clauses) {
        int32_t literal[3];
        bool satisfied = false;
        choose_variables(literal, variables);
        for (size_t k = 0; k < 3; k++) {
            bool positive = random_below(2);
            satisfied |= positive == (hidden[literal[k] - 1] == 1);
            literal[k] = positive ? literal[k] : -literal[k];
        }
        if (satisfied)
            formula_add(f, literal, 3);
    }
}

char *formula_text(const Formula *f) {
    Text t = { 0 };
    text_printf(&t, "p %s %zu %zu\n", f->conjunctive ? "cnf" : "dnf", f->variables, f->clauses);
    for (size_t c = 0; c < f->clauses; c++) {
        for (size_t k = f->begin[c]; k < f->begin[c + 1]; k++)
            text_printf(&t, "%ld ", (long)f->literal[k]);
        text_add(&t, "0\n");
    }
    return text_take(&t);
}
