#include "base/error.h"
#include "cli/command.h"
#include "cli/output.h"
#include "constructions/codes/family.h"
#include "constructions/construction.h"

static const Column columns[] = {
    { .key = "kind", .heading = "kind", .shown = MACHINES | PEOPLE | SECTION },
    { .key = "name", .heading = "name", .shown = MACHINES | PEOPLE },
    { .key = "sizes", .shown = MACHINES },
    { .key = "summary", .shown = MACHINES },
    { .key = "what", .heading = "what it is", .shown = PEOPLE },
    { .key = "theorem", .shown = MACHINES },
};

static void add(Table *t, const char *kind, const char *name, const char *summary,
                const char *theorem) {
    table_add_row(t);
    table_set_text(t, "kind", kind);
    table_set_text(t, "name", name);
    table_set_text(t, "summary", summary);
    table_set_text(t, "what", summary);
    table_set_text(t, "theorem", theorem);
}

static void add_all(Table *t) {
    for (size_t i = 0; i < claim_count(); i++) {
        add(t, "claims", claim_name(i), claim_summary(i), claim_theorem(i));
        table_set_text(t, "sizes", claim_sizes(i));
        table_set_printf(t, "what", "%s; by default n = %s", claim_summary(i), claim_sizes(i));
    }
    for (size_t i = 0; tasks[i] != NULL; i++)
        add(t, "tasks", tasks[i]->name, tasks[i]->summary, tasks[i]->theorem);
    for (size_t i = 0; constructions[i] != NULL; i++)
        add(t, "constructions", constructions[i]->name, constructions[i]->summary,
            constructions[i]->theorem);
    for (size_t i = 0; code_families[i] != NULL; i++)
        add(t, "codes", code_families[i]->syntax, code_families[i]->summary,
            code_families[i]->theorem);
    for (size_t i = 0; code_modifiers[i] != NULL; i++)
        add(t, "changes to codes", code_modifiers[i]->syntax, code_modifiers[i]->summary,
            code_modifiers[i]->theorem);
    for (size_t i = 0; ariths[i] != NULL; i++)
        add(t, "arithmetics", ariths[i]->name, ariths[i]->promise, NULL);
}

static int run(const Options *o, int count, char **operands) {
    if (count > 0) {
        error("'%s': list takes no argument", operands[0]);
        return EXIT_USAGE;
    }
    Table t;
    table_init(&t, "What can be named on the command line", columns,
               sizeof columns / sizeof *columns);
    add_all(&t);
    int status = output_table(o->output, o->format, &t);
    table_clear(&t);
    return status < 0 ? EXIT_USAGE : EXIT_HOLDS;
}

static const Example examples[] = {
    { "chasm list", "everything that has a name" },
    { "chasm list -f csv", "the same as comma-separated values" },
    { 0 },
};

const Command command_list = {
    .name = "list",
    .arguments = "",
    .summary = "what can be named: claims, tasks, constructions, codes, arithmetics",
    .description = "Lists what other commands take as names, with the sizes at which 'chasm "
                   "verify' checks a claim unless told otherwise.",
    .options = TAKES_TABLE,
    .examples = examples,
    .run = run,
};
