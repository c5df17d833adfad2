#include "cli/verdict_table.h"
#include "base/alloc.h"
#include "task/normal_form.h"
#include "task/recall.h"
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 4 };   // of decimals for people

static const Column columns[] = {
    { .key = "claim", .heading = "claim", .shown = MACHINES | PEOPLE },
    { .key = "task", .shown = MACHINES },
    { .key = "n", .shown = MACHINES },
    { .key = "n_brief", .heading = "n", .shown = PEOPLE, .right = true },
    { .key = "length", .shown = MACHINES },
    { .key = "quantifier",
      .heading = "quantifier",
      .meaning = "all-inputs: the verdict is about every input of the size; all-lengths: about "
                 "every word, however long",
      .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "method", .heading = "method", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "arithmetic",
      .heading = "arithmetic",
      .meaning =
          "exact: rational numbers without rounding, and ball: rigorous enclosures; the "
          "verdict is about the model over the reals. float, fixed: numbers of so many bits, "
          "rounded; the verdict is about that machine",
      .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "base", .heading = "base", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "mask", .heading = "mask", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "readout", .heading = "readout", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "alphabet", .shown = MACHINES },
    { .key = "brackets", .heading = "brackets", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "depth", .heading = "depth", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "dimension", .heading = "dimension", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "formula", .heading = "formula", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "keys", .heading = "keys", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "queries", .heading = "queries", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "temperature", .shown = MACHINES },
    { .key = "code", .shown = MACHINES, .fields = "name k N distance" },
    { .key = "verdict", .heading = "verdict", .shown = MACHINES | PEOPLE },
    { .key = "margin", .shown = MACHINES },
    { .key = "margin_kind", .shown = MACHINES },
    { .key = "margin_decimal",
      .heading = "margin",
      .meaning =
          "the least, over all inputs, by which the right answer wins, shown rounded down; "
          "exact, but in arithmetic ball, and where a note says so, a lower bound. The claim "
          "holds if and only if it is > 0; a claim on codes, where it is 1 - max "
          "<T_i,T_j>/k, if and only if it is >= 3/4",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "promise", .shown = MACHINES },
    { .key = "attention", .shown = MACHINES },
    { .key = "witness", .shown = MACHINES },
    { .key = "output", .shown = MACHINES },
    { .key = "inputs", .shown = MACHINES },
    { .key = "inputs_brief",
      .heading = "inputs",
      .meaning = "how many were covered; for codes, pairs of vectors; '>': more than, and exactly "
                 "with --format json",
      .shown = PEOPLE,
      .right = true },
    { .key = "excluded", .shown = MACHINES },
    { .key = "excluded_brief",
      .heading = "excluded",
      .meaning =
          "words of the size that lie outside the task's promise: they have no right answer, "
          "and the verdict does not speak of them",
      .shown = PEOPLE | IF_ALL,
      .right = true },
    { .key = "width",
      .heading = "width",
      .meaning = "numbers per token in the residual stream",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "heads", .shown = MACHINES },
    { .key = "layers", .shown = MACHINES },
    { .key = "mlp", .shown = MACHINES },
    { .key = "parameters", .shown = MACHINES },
    { .key = "precision", .shown = MACHINES },
    { .key = "bits", .shown = MACHINES },
    { .key = "states",
      .heading = "states",
      .meaning = "different states that a recurrent model reaches",
      .shown = MACHINES | PEOPLE | IF_ALL,
      .right = true },
    { .key = "state_bits",
      .heading = "bits",
      .meaning = "width times the bits that hold any value that a unit of it takes",
      .shown = PEOPLE | IF_ALL,
      .right = true },
    { .key = "needed",
      .heading = "needed",
      .meaning = "bits that the state of any recurrent model for the task must have",
      .shown = PEOPLE | IF_ALL,
      .right = true },
    { .key = "collision", .shown = MACHINES, .fields = "first second suffix" },
    { .key = "lower_bound", .shown = MACHINES, .fields = "bits kind certificate" },
    { .key = "name", .shown = 0 },   // from here on: see check_table.h
    { .key = "outcome",
      .heading = "expectations",
      .meaning = "met; not met: something that was expected is not so; undecided: it is not known "
                 "to be so",
      .shown = MACHINES | PEOPLE },
    { .key = "file", .shown = MACHINES },
    { .key = "line", .shown = MACHINES },
    { .key = "expected",
      .shown = MACHINES,
      .fields = "verdict margin width precision bits lower_bound" },
    { .key = "unmet", .shown = MACHINES },
    { .key = "seconds", .shown = MACHINES },
};

static const char *const of_expectations[] = { "name", "outcome",  "file",
                                               "line", "expected", "unmet" };

void verdict_table_init(Table *t, bool reproducible) {
    table_init(t, "Verdicts", columns, sizeof columns / sizeof *columns);
    if (reproducible)
        table_hide(t, "seconds");
    for (size_t i = 0; i < sizeof of_expectations / sizeof *of_expectations; i++)
        table_hide(t, of_expectations[i]);
}

void verdict_table_init_expected(Table *t, const char *title, bool reproducible) {
    table_init(t, title, columns, sizeof columns / sizeof *columns);
    if (reproducible)
        table_hide(t, "seconds");
}

json_t *cell_rational(mpq_srcptr r) {
    Text s = { 0 };
    rational_print(&s, r);
    json_t *cell = cell_text(text_string(&s));
    text_clear(&s);
    return cell;
}

json_t *cell_ratio(uint64_t numerator, uint64_t denominator, Rounding rounding) {
    mpq_t ratio;
    mpq_init(ratio);
    mpq_set_ui(ratio, numerator, denominator);
    mpq_canonicalize(ratio);
    json_t *cell = cell_decimal(ratio, rounding);
    mpq_clear(ratio);
    return cell;
}

json_t *cell_decimal(mpq_srcptr r, Rounding rounding) {
    Text s = { 0 };
    rational_print_decimal(&s, r, DIGITS, rounding);
    json_t *cell = cell_text(text_string(&s));
    text_clear(&s);
    return cell;
}

// n, which is a size with these parameters: a number, or where it exceeds 2^53 a string.
static json_t *cell_size(uint64_t n, const Params *p) {
    if (p->power == 0)
        return json_integer((json_int_t)n);
    mpz_t z;
    mpz_init(z);
    mpz_setbit(z, p->power);
    char *digits = mpz_get_str(NULL, 10, z);
    json_t *cell = cell_text(digits);
    free(digits);
    mpz_clear(z);
    return cell;
}

static void set_n(Table *t, const Params *p) {
    Text brief = { 0 };
    params_print_size(&brief, p);
    table_set(t, "n", cell_size(p->n, p));
    table_set_text(t, "n_brief", text_string(&brief));
    text_clear(&brief);
}

// The number, or its text where there is one.
static void set_count(Table *t, const char *key, size_t number, const char *text) {
    if (text != NULL)
        table_set_text(t, key, text);
    else
        table_set_number(t, key, number);
}

static void set_code(Table *t, const Finding *f) {
    if (f->code_name == NULL)
        return;
    json_t *code = json_object();
    json_object_set_new(code, "name", cell_text(f->code_name));
    json_object_set_new(code, "k", json_integer((json_int_t)f->code_length));
    json_object_set_new(code, "N", cell_size(f->code_words, &f->params));
    json_object_set_new(code, "distance", json_integer((json_int_t)f->code_distance));
    table_set(t, "code", code);
}

static void set_attention(Table *t, const Finding *f) {
    if (f->attentions == 0)
        return;
    json_t *list = json_array();
    for (size_t l = 0; l < f->attentions; l++) {
        mpq_srcptr mass = f->attention[l];
        json_array_append_new(list, mpq_sgn(mass) >= 0 ? cell_rational(mass) : json_null());
    }
    table_set(t, "attention", list);
}

// For people, exactly or, if that is long, by the power of two that it exceeds; whether it is long.
static bool print_count(Text *t, const mpz_t count) {
    enum { LONG = 24 };
    integer_print_brief(t, count);
    bool is_long = t->length > LONG;
    if (is_long) {
        text_clear(t);
        text_printf(t, "> 2^%zu", mpz_sizeinbase(count, 2) - 1);
    }
    return is_long;
}

static void set_inputs(Table *t, const Finding *f) {
    char *full = f->inputs_text ? alloc_string(f->inputs_text) : mpz_get_str(NULL, 10, f->inputs);
    Text brief = { 0 };
    bool large = f->inputs_text != NULL || f->params.power > 0;
    if (f->inputs_text == NULL)
        large |= print_count(&brief, f->inputs);
    bool shorten = large && f->inputs_brief != NULL;
    table_set_text(t, "inputs", full);
    table_set_text(t, "inputs_brief",
                   shorten        ? f->inputs_brief
                   : brief.length ? text_string(&brief)
                                  : full);
    text_clear(&brief);
    free(full);
}

static void set_excluded(Table *t, const Finding *f) {
    if (f->task == NULL || !task_has_promise(f->task))
        return;
    char *full = mpz_get_str(NULL, 10, f->excluded);
    Text brief = { 0 };
    print_count(&brief, f->excluded);
    table_set_text(t, "excluded", full);
    table_set_text(t, "excluded_brief", brief.length ? text_string(&brief) : full);
    text_clear(&brief);
    free(full);
}

static void set_size(Table *t, const Finding *f) {
    if (!f->has_size)
        return;
    table_set_number(t, "width", f->size.width);
    set_count(t, "parameters", f->size.parameters, f->parameters_text);
    if (f->precision > 0) {
        table_set_number(t, "precision", f->precision);
        table_set_number(t, "bits", f->precision * f->size.width);
    }
    if (f->is_recurrent)
        return;
    table_set_number(t, "heads", f->size.heads);
    table_set_number(t, "layers", f->size.layers);
    table_set_number(t, "mlp", f->size.mlp);
}

static void set_collision(Table *t, const RecurrentFinding *r) {
    if (r->suffix == NULL)
        return;
    json_t *collision = json_object();
    json_object_set_new(collision, "first", cell_text(r->prefix[0]));
    json_object_set_new(collision, "second", cell_text(r->prefix[1]));
    json_object_set_new(collision, "suffix", cell_text(r->suffix));
    table_set(t, "collision", collision);
}

// The state beside what any state needs.
static void set_recurrent(Table *t, const Finding *f) {
    const RecurrentFinding *r = &f->recurrent;
    if (!f->is_recurrent)
        return;
    if (r->states > 0)
        table_set_number(t, "states", r->states);
    if (f->precision > 0)
        table_set_number(t, "state_bits", f->precision * f->size.width);
    set_collision(t, r);
    if (!r->has_bound)
        return;
    Text why = { 0 };
    text_printf(&why, "prefixes of %zu tokens that some suffix tells apart", r->bound_tokens);
    json_t *bound = json_object();
    json_object_set_new(bound, "bits", json_integer((json_int_t)r->bound_bits));
    json_object_set_new(bound, "kind", cell_text("exact"));
    json_object_set_new(
        bound, "certificate",
        cell_text(f->params.n > 0 ? text_string(&why) : "prefixes that some suffix tells apart"));
    table_set(t, "lower_bound", bound);
    table_set_number(t, "needed", r->bound_bits);
    text_clear(&why);
}

// Whether the verdict is about words of every length.
static bool is_endless(const Finding *f) {
    return f->is_recurrent && f->params.n == 0 && f->params.power == 0;
}

static void set_what(Table *t, const Finding *f) {
    table_set_text(t, "claim", f->claim);
    if (!is_endless(f))
        set_n(t, &f->params);
    table_set_text(t, "quantifier", f->quantifier);
    table_set_text(t, "method", f->method);
    table_set_text(t, "arithmetic", f->arithmetic);
    if (f->task == NULL)
        return;
    table_set_text(t, "task", f->task->name);
    if (!is_endless(f))
        set_count(t, "length", f->length, f->length_text);
    if (f->task->nests) {
        table_set_number(t, "brackets", f->params.brackets);
        table_set_number(t, "depth", f->params.depth);
    }
    if (f->task->dimension != NULL)
        table_set_number(t, "dimension", f->task->dimension(&f->params));
    if (f->task->has_formula)
        table_set_text(t, "formula", normal_form_formula(&f->params)->name);
    if (!f->task->boolean)
        table_set_number(t, "alphabet", f->params.alphabet);
    if (f->task->recalls) {
        table_set_number(t, "keys", recall_keys(&f->params));
        table_set_number(t, "queries", recall_queries(&f->params));
    }
    if (f->is_recurrent)
        return;
    table_set_text(t, "base", base_name(f->params.base));
    table_set_text(t, "mask", mask_name(f->params.mask));
    if (f->temperature > 0)
        table_set_number(t, "temperature", f->temperature);
    if (f->has_readout)
        table_set_text(t, "readout", readout_name(f->params.readout));
}

// What the verdict is on, as a note names it.
static char *name_of(const Finding *f) {
    Text t = { 0 };
    text_printf(&t, "%s %s", f->claim, is_endless(f) ? "for words of every length" : "n=");
    if (!is_endless(f))
        params_print_size(&t, &f->params);
    return text_take(&t);
}

// The tokens, for people.
static const char *shown(const char *tokens) { return *tokens ? tokens : "(no token)"; }

static void note_collision(Table *t, const char *name, const RecurrentFinding *r) {
    if (r->suffix != NULL)
        table_note(t,
                   "%s: after %s and after %s the state is the same, but behind them %s asks for "
                   "different answers",
                   name, shown(r->prefix[0]), shown(r->prefix[1]), shown(r->suffix));
}

static void note(Table *t, const Finding *f) {
    char *name = name_of(f);
    if (f->verdict == REFUTED)
        table_note(t, "%s fails%s: %s", name, f->task ? " on the input" : " at",
                   f->witness ? shown(f->witness) : "(not recorded)");
    if (f->verdict != PROVED && f->output > 0)
        table_note(t, "%s: this is about answer %zu of a word", name, f->output);
    if (f->verdict == REFUTED && f->reason != NULL)
        table_note(t, "%s: no worst-case margin, since %s", name, f->reason);
    if (f->has_margin && f->enclosed && strcmp(f->arithmetic, "exact") == 0)
        table_note(t, "%s: the margin is a certified lower bound", name);
    if (f->verdict == UNKNOWN)
        table_note(t, "%s is undecided: %s", name,
                   f->reason ? f->reason : "the reason was not recorded");
    note_collision(t, name, &f->recurrent);
    free(name);
}

void verdict_table_add(Table *t, const Finding *f) {
    table_add_row(t);
    set_what(t, f);
    set_code(t, f);
    table_set_text(t, "verdict", verdict_name(f->verdict));
    if (f->has_margin) {
        table_set(t, "margin", cell_rational(f->margin));
        table_set_text(t, "margin_kind", f->enclosed ? "lower" : "exact");
        table_set(t, "margin_decimal", cell_decimal(f->margin, DOWN));
    }
    if (f->has_promise)
        table_set(t, "promise", cell_rational(f->promise));
    set_attention(t, f);
    table_set_text(t, "witness", f->witness);
    if (f->output > 0)
        table_set_number(t, "output", f->output);
    if (is_endless(f))
        table_set_text(t, "inputs_brief", f->verdict == PROVED ? "all" : NULL);
    else
        set_inputs(t, f);
    set_excluded(t, f);
    set_size(t, f);
    set_recurrent(t, f);
    table_set(t, "seconds", json_real(f->seconds));
    note(t, f);
}
