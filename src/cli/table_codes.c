#include "base/error.h"
#include "base/interrupt.h"
#include "cli/output.h"
#include "cli/tables.h"
#include "cli/verdict_table.h"
#include "constructions/codes/family.h"
#include "math/code_facts.h"
#include "math/existence.h"
#include <mpfr.h>
#include <stdlib.h>

static const char *const default_sizes = "32..512*2,2048,65536,131072";

static const Column columns[] = {
    { .key = "N",
      .heading = "N",
      .meaning = "how many vectors",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "johnson_lindenstrauss",
      .heading = "JL",
      .meaning =
          "upper: least k with C(N,2) exp(-k/32) < 1, the textbook Johnson-Lindenstrauss argument",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "union_bound",
      .heading = "union",
      .meaning = "upper: the same argument with the exact binomial tail",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "gilbert_varshamov",
      .heading = "GV",
      .meaning = "upper: the Gilbert-Varshamov argument",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "k",
      .heading = "k",
      .meaning = "upper: length of the explicit code, all its inner products checked exactly",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "lower_bound",
      .heading = "lower",
      .meaning = "lower: no N vectors are shorter (Plotkin, Hamming)",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "max_inner", .shown = MACHINES },
    { .key = "epsilon", .shown = MACHINES },
    { .key = "epsilon_decimal",
      .heading = "epsilon",
      .meaning = "exact largest inner product of two different words over k, shown rounded up",
      .shown = PEOPLE,
      .right = true },
    { .key = "k_per_bit",
      .heading = "k/log2 N",
      .meaning = "shown rounded up",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "name",
      .heading = "code",
      .meaning = "name of the explicit code",
      .shown = MACHINES | PEOPLE },
};

// "3.21" >= k / log2(n).  Needs n >= 2.
static json_t *per_bit(uint64_t k, uint64_t n) {
    char s[64];
    mpfr_t x;
    mpfr_init2(x, 64);
    mpfr_set_uj(x, n, MPFR_RNDD);   // exact: 64 bits
    mpfr_log2(x, x, MPFR_RNDD);
    mpfr_ui_div(x, k, x, MPFR_RNDU);
    mpfr_snprintf(s, sizeof s, "%.2RUf", x);
    mpfr_clear(x);
    mpfr_free_cache();
    return cell_text(s);
}

// 0 is "none found": null.
static void set_bound(Table *t, const char *key, uint64_t k) {
    if (k > 0)
        table_set_number(t, key, k);
}

static void set_existence(Table *t, uint64_t n) {
    mpq_t quarter;
    mpq_init(quarter);
    mpq_set_ui(quarter, 1, 4);
    set_bound(t, "johnson_lindenstrauss", existence_johnson_lindenstrauss(n, quarter));
    set_bound(t, "union_bound", existence_union(n, quarter));
    set_bound(t, "gilbert_varshamov", existence_gilbert_varshamov(n, quarter));
    set_bound(t, "lower_bound", existence_least_length(n, quarter));
    mpq_clear(quarter);
}

// UNKNOWN if the inner products could not be checked.
static Verdict set_code(Table *t, const Code *c, unsigned jobs) {
    CodeFacts f;
    code_facts_init(&f, c, CODE_EXTENT, (Hamming){ .kernel = KERNEL_AUTO, .jobs = jobs });
    Verdict verdict = f.checked != NULL ? PROVED : UNKNOWN;
    table_set_number(t, "k", c->length);
    table_set_text(t, "name", c->name);
    table_set(t, "k_per_bit", per_bit(c->length, c->words));
    if (verdict == PROVED) {
        table_set(t, "max_inner", json_integer(f.max_inner));
        table_set(t, "epsilon", cell_rational(f.epsilon));
        table_set(t, "epsilon_decimal", cell_decimal(f.epsilon, UP));
    } else {
        table_note(t, "%s: its inner products were not checked: %s", c->name, f.reason);
    }
    code_facts_clear(&f);
    return verdict;
}

// A row.  UNKNOWN if there is no code to be had or it could not be checked.
static Verdict add(Table *t, const Options *o, uint64_t n) {
    Code c;
    char *why;
    table_add_row(t);
    table_set_number(t, "N", n);
    set_existence(t, n);
    if (code_find(&c, &why, o->code, n) < 0) {
        table_note(t, "N = %llu: no explicit code: %s", (unsigned long long)n, why);
        free(why);
        return UNKNOWN;
    }
    Verdict verdict = set_code(t, &c, o->jobs);
    code_clear(&c);
    return verdict;
}

static int tabulate(const Options *o, const Range *sizes) {
    Table t;
    Verdict all = PROVED;
    table_init(&t, "N sign vectors in k dimensions with inner products <T_i,T_j> <= k/4", columns,
               sizeof columns / sizeof *columns);
    for (size_t i = 0; i < sizes->count; i++)
        all = verdict_and(all, interrupted() ? UNKNOWN : add(&t, o, sizes->value[i]));
    int status = output_table(o->output, o->format, &t);
    table_clear(&t);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(all);
}

int table_codes(const Options *o, int count, char **operands) {
    Range sizes = { 0 };
    Text why = { 0 };
    int status = EXIT_USAGE;
    uint64_t least = 2;
    range_parse(&sizes, default_sizes, &why);
    const Range *chosen = o->size.count ? &o->size : &sizes;
    for (size_t i = 0; i < chosen->count; i++)
        least = chosen->value[i] < least ? chosen->value[i] : least;
    if (count > 0)
        error("'%s': 'chasm table codes' takes no argument", operands[0]);
    else if (range_is_large(chosen))
        error("--size: 'chasm table codes' goes up to 2^53 vectors");
    else if (least < 2)
        error("--size: '%llu': at least 2 vectors are expected", (unsigned long long)least);
    else
        status = tabulate(o, chosen);
    range_clear(&sizes);
    text_clear(&why);
    return status;
}
