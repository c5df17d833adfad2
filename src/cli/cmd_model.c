#include "base/error.h"
#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/output.h"
#include "cli/verdict_table.h"
#include "constructions/instance.h"
#include "net/model_file.h"
#include "verify/check.h"
#include <string.h>

// The construction of that name, or the first one for the task of that name.  NULL after an error.
static const Construction *find(const char *name) {
    Text message = { 0 };
    Nearest nearest;
    nearest_init(&nearest, name);
    for (size_t i = 0; constructions[i] != NULL; i++) {
        const Construction *c = constructions[i];
        if (strcmp(c->name, name) == 0 || strcmp(c->task->name, name) == 0) {
            nearest_clear(&nearest);
            return c;
        }
        nearest_add(&nearest, c->task->name);
    }
    nearest_tell(&message, &nearest);
    error("'%s': no construction for such a task%s", name,
          message.length ? text_string(&message) : "; 'chasm list' names tasks and constructions");
    text_clear(&message);
    return NULL;
}

static int write_instance(const Options *o, const Construction *c) {
    Params p = options_params(o, o->size.value[0]);
    Instance in;
    Output out;
    if (instance_init(&in, c, &p) < 0)
        return EXIT_USAGE;
    int status = output_open(&out, o->output);
    if (status == 0) {
        transformer_write(out.file, &in.model);
        status = output_close(&out);
    }
    instance_clear(&in);
    return status < 0 ? EXIT_USAGE : EXIT_HOLDS;
}

static int write_model(const Options *o, const char *name) {
    const Construction *c = find(name);
    if (c == NULL)
        return EXIT_USAGE;
    if (o->size.count == 0)
        error("--size: is missing: 'chasm model %s -n 3'", name);
    else if (o->size.count > 1)
        error("--size: one size is expected, a file holds one model");
    else if ((o->given & TAKES_format) && strcmp(o->format->name, "json") != 0)
        error("--format: '%s': models are written as json only", o->format->name);
    else if (options_refuse_useless(o, c) == 0)
        return write_instance(o, c);
    return EXIT_USAGE;
}

static int check_file(const Options *o, const char *file) {
    Transformer t;
    Effort effort = options_effort(o);
    if (transformer_read(&t, file) < 0)
        return EXIT_USAGE;
    Finding f;
    Table table;
    finding_init(&f);
    verdict_table_init(&table, o->reproducible);
    int status = check_model(&f, &t, NULL, file, &effort);
    f.claim = file;
    if (status == 0) {
        verdict_table_add(&table, &f);
        table_note(&table, "%s is a model of %s with %zu layer%s", file, t.task->name, t.layers,
                   t.layers == 1 ? "" : "s");
        status = output_table(o->output, o->format, &table);
    }
    Verdict verdict = f.verdict;
    table_clear(&table);
    finding_clear(&f);
    transformer_clear(&t);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(verdict);
}

// What decides the model that is written, and what the check of one.
enum {
    OF_BUILDING =
        TAKES_size | TAKES_mask | TAKES_readout | TAKES_code | TAKES_alphabet | TAKES_temperature,
    OF_CHECKING =
        TAKES_arithmetic | TAKES_evaluator | TAKES_method | TAKES_jobs | TAKES_reproducible,
};

static int run(const Options *o, int count, char **operands) {
    bool check = count > 0 && strcmp(operands[0], "check") == 0;
    if (check && count != 2)
        error("'chasm model check' takes one FILE; '-' is standard input");
    else if (!check && count != 1)
        error("'chasm model' takes one TASK, or: check FILE");
    else if (check)
        return options_refuse(o, OF_BUILDING, "not an option of 'model check'") < 0
                   ? EXIT_USAGE
                   : check_file(o, operands[1]);
    else
        return options_refuse(o, OF_CHECKING, "not an option of 'model TASK'") < 0
                   ? EXIT_USAGE
                   : write_model(o, operands[0]);
    return EXIT_USAGE;
}

static const Example examples[] = {
    { "chasm model equality -n 3 -o equality.json", "the explicit model for strings of 3 bits" },
    { "chasm model index-lookup/one-layer -n 8 --alphabet 4 --mask full",
      "one of several constructions is named as in 'chasm list'" },
    { "chasm model check equality.json", "try every input of a model, in exact arithmetic" },
    { 0 },
};

const Command command_model = {
    .name = "model",
    .arguments = "TASK|check FILE",
    .summary = "write an explicit model, or check anybody's model",
    .description =
        "With TASK, writes the explicit model of that size as chasm-model-1, a JSON format "
        "described in docs/model-file.md. TASK is a task or, if there are several constructions "
        "for it, the construction: index-lookup/one-layer.\n"
        "\n"
        "With check FILE, reads a model in that format, whoever wrote it, evaluates it on every "
        "input of its task and size, and prints a verdict as 'chasm verify' does: the worst-case "
        "margin or a counterexample. FILE - is standard input.",
    .options = OF_BUILDING | OF_CHECKING | TAKES_TABLE,
    .examples = examples,
    .run = run,
};
