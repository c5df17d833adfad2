#include "base/error.h"
#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/output.h"
#include "constructions/codes/family.h"
#include "constructions/construction.h"
#include "constructions/recurrent_construction.h"
#include <string.h>

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

static void add_claims(Table *t, const char *kind) {
    for (size_t i = 0; i < claim_count(); i++) {
        add(t, kind, claim_name(i), claim_summary(i), claim_theorem(i));
        table_set_text(t, "sizes", claim_sizes(i));
        table_set_printf(t, "what", "%s; by default n = %s", claim_summary(i), claim_sizes(i));
    }
}

static void add_tasks(Table *t, const char *kind) {
    for (size_t i = 0; tasks[i] != NULL; i++)
        add(t, kind, tasks[i]->name, tasks[i]->summary, tasks[i]->theorem);
}

// What 'chasm bound' counts beside the tasks: nothing is built for it.
static void add_problems(Table *t, const char *kind) {
    for (size_t i = 0; problems[i] != NULL; i++) {
        const Task *task = problems[i]->task;
        if (task_find(task->name) == NULL)
            add(t, kind, task->name, task->summary, task->theorem);
    }
}

static void add_constructions(Table *t, const char *kind) {
    for (size_t i = 0; constructions[i] != NULL; i++)
        add(t, kind, constructions[i]->name, constructions[i]->summary, constructions[i]->theorem);
    for (size_t i = 0; recurrent_constructions[i] != NULL; i++)
        add(t, kind, recurrent_constructions[i]->name, recurrent_constructions[i]->summary,
            recurrent_constructions[i]->theorem);
}

static void add_codes(Table *t, const char *kind) {
    for (size_t i = 0; code_families[i] != NULL; i++)
        add(t, kind, code_families[i]->syntax, code_families[i]->summary,
            code_families[i]->theorem);
    for (size_t i = 0; code_modifiers[i] != NULL; i++) {
        add(t, kind, code_modifiers[i]->syntax, code_modifiers[i]->summary,
            code_modifiers[i]->theorem);
        table_set_printf(t, "what", "behind a code: %s", code_modifiers[i]->summary);
    }
}

static void add_arithmetics(Table *t, const char *kind) {
    for (size_t i = 0; ariths[i] != NULL; i++)
        add(t, kind, ariths[i]->syntax, ariths[i]->promise, NULL);
}

static const struct {
    const char *name;
    void (*add)(Table *t, const char *kind);   // its rows
} kinds[] = {
    { "claims", add_claims },     { "tasks", add_tasks },
    { "problems", add_problems }, { "constructions", add_constructions },
    { "codes", add_codes },       { "arithmetics", add_arithmetics },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static int unknown_kind(const char *name) {
    Text message = { 0 };
    Nearest nearest;
    nearest_init(&nearest, name);
    for (size_t i = 0; i < KINDS; i++)
        nearest_add(&nearest, kinds[i].name);
    nearest_tell(&message, &nearest);
    error("'%s': claims, tasks, problems, constructions, codes or arithmetics is expected%s", name,
          text_string(&message));
    text_clear(&message);
    return -1;
}

// wanted[i] <- whether kind i is asked for, no name asks for all.  -1 after an error.
static int choose(bool *wanted, char **names, size_t count) {
    for (size_t i = 0; i < KINDS; i++)
        wanted[i] = count == 0;
    for (size_t k = 0; k < count; k++) {
        bool known = false;
        for (size_t i = 0; i < KINDS; i++)
            if (strcmp(kinds[i].name, names[k]) == 0)
                known = wanted[i] = true;
        if (!known)
            return unknown_kind(names[k]);
    }
    return 0;
}

static int run(const Options *o, int count, char **operands) {
    bool wanted[KINDS];
    Table t;
    if (choose(wanted, operands, (size_t)count) < 0)
        return EXIT_USAGE;
    table_init(&t, "What can be named on the command line", columns,
               sizeof columns / sizeof *columns);
    for (size_t i = 0; i < KINDS; i++)
        if (wanted[i])
            kinds[i].add(&t, kinds[i].name);
    int status = output_table(o->output, o->format, &t);
    table_clear(&t);
    return status < 0 ? EXIT_USAGE : EXIT_HOLDS;
}

static const Example examples[] = {
    { "chasm list", "everything that has a name" },
    { "chasm list codes", "the families of codes that --code takes" },
    { "chasm list -f csv", "the same as comma-separated values" },
    { 0 },
};

const Command command_list = {
    .name = "list",
    .arguments = "[KIND]...",
    .summary = "what can be named: claims, tasks, problems, constructions, codes, arithmetics",
    .description =
        "Lists what other commands take as names, with the sizes at which 'chasm "
        "verify' checks a claim unless told otherwise. A KIND is claims, tasks, problems (which "
        "only 'chasm bound' counts), constructions, codes or arithmetics; without any, "
        "all are listed.",
    .options = TAKES_TABLE,
    .examples = examples,
    .run = run,
};
