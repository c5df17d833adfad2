#include "cli/code_table.h"
#include "cli/verdict_table.h"

static const Column columns[] = {
    { .key = "name", .shown = MACHINES },
    { .key = "N",
      .heading = "N",
      .meaning = "how many vectors",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "k",
      .heading = "k",
      .meaning = "how many coordinates each has",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "linear",
      .heading = "rank",
      .meaning = "of the generator of a linear code, which has 2^rank words",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "distance_min",
      .heading = "least d",
      .meaning = "exact least Hamming distance of two words",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "distance_max",
      .heading = "largest d",
      .meaning = "exact largest one",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "max_inner",
      .heading = "max <,>",
      .meaning = "exact largest inner product of two different vectors",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "min_inner", .shown = MACHINES },
    { .key = "epsilon", .shown = MACHINES },
    { .key = "epsilon_decimal",
      .heading = "epsilon",
      .meaning = "max <T_i,T_j> / <T_i,T_i> over i != j; exact, shown rounded up. At 1 or above "
                 "two vectors cannot be told apart",
      .shown = PEOPLE,
      .right = true },
    { .key = "epsilon_two_sided", .shown = MACHINES },
    { .key = "weights", .shown = MACHINES },
    { .key = "recipe", .shown = MACHINES },
    { .key = "checked",
      .heading = "checked",
      .meaning = "what was gone through: all-pairs of vectors, all-words of a linear code, or all "
                 "words of its dual (macwilliams)",
      .shown = MACHINES | PEOPLE },
    { .key = "code",
      .heading = "code",
      .meaning = "its name, as --code takes it, or the file",
      .shown = PEOPLE },
};

void code_table_init(Table *t) {
    table_init(t, "Vectors and their inner products, over all pairs", columns,
               sizeof columns / sizeof *columns);
}

// Row as a hexadecimal number: bit c is set iff coordinate c is -1.
static json_t *hexadecimal(const uint64_t *row, size_t limbs) {
    Text s = { 0 };
    bool leading = true;
    for (size_t l = limbs; l-- > 0;) {
        if (leading && row[l] == 0 && l > 0)
            continue;
        text_printf(&s, leading ? "%llx" : "%016llx", (unsigned long long)row[l]);
        leading = false;
    }
    json_t *cell = cell_text(text_string(&s));
    text_clear(&s);
    return cell;
}

static json_t *recipe(const Code *c) {
    if (c->generator == NULL)
        return cell_text(c->name);
    json_t *rows = json_array();
    for (size_t r = 0; r < c->rank; r++)
        json_array_append_new(rows, hexadecimal(c->generator + r * c->limbs, c->limbs));
    return rows;
}

static json_t *weights(const CodeFacts *f) {
    json_t *object = json_object();
    for (size_t d = 0; d <= f->length; d++) {
        Text key = { 0 };
        text_printf(&key, "%zu", d);
        if (mpq_sgn(f->distribution[d]) != 0)
            json_object_set_new(object, text_string(&key), cell_rational(f->distribution[d]));
        text_clear(&key);
    }
    return object;
}

static void set_facts(Table *t, const CodeFacts *f) {
    table_set_number(t, "distance_min", f->distance_min);
    table_set_number(t, "distance_max", f->distance_max);
    table_set(t, "max_inner", json_integer(f->max_inner));
    table_set(t, "min_inner", json_integer(f->min_inner));
    table_set(t, "epsilon", cell_rational(f->epsilon));
    table_set(t, "epsilon_decimal", cell_decimal(f->epsilon, UP));
    table_set(t, "epsilon_two_sided", cell_rational(f->epsilon_two_sided));
    table_set_text(t, "checked", f->checked);
    if (f->distribution != NULL)
        table_set(t, "weights", weights(f));
}

void code_table_add(Table *t, const Code *c, const CodeFacts *f) {
    table_add_row(t);
    table_set_text(t, "name", c->name);
    table_set_text(t, "code", c->name);
    table_set_number(t, "N", c->words);
    table_set_number(t, "k", c->length);
    if (c->linear)
        table_set_number(t, "linear", c->rank);
    table_set(t, "recipe", recipe(c));
    if (f->checked != NULL)
        set_facts(t, f);
    else
        table_note(t, "%s: nothing was checked: %s", c->name, f->reason);
}

void code_table_add_vectors(Table *t, const Vectors *v, const char *name, const VectorFacts *f) {
    table_add_row(t);
    table_set_text(t, "name", name);
    table_set_text(t, "code", name);
    table_set_number(t, "N", v->count);
    table_set_number(t, "k", v->length);
    table_set(t, "max_inner", cell_rational(f->max_inner));
    table_set(t, "min_inner", cell_rational(f->min_inner));
    table_set(t, "epsilon", cell_rational(f->epsilon));
    table_set(t, "epsilon_decimal", cell_decimal(f->epsilon, UP));
    table_set_text(t, "checked", "all-pairs");
}
