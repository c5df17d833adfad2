#include "base/error.h"
#include "cli/command.h"
#include "cli/model_check.h"
#include "cli/model_run.h"
#include "cli/nearest.h"
#include "cli/output.h"
#include "cli/verdict_table.h"
#include "constructions/compile.h"
#include "constructions/instance.h"
#include "constructions/recurrent_construction.h"
#include "verify/certificate_file.h"
#include <string.h>

// What is built: a construction of one of the two kinds.
typedef struct Choice {
    const Construction *transformer;
    const RecurrentConstruction *recurrent;
} Choice;

// Of linear size, to stand beside a lower bound: meant by a task's name only if there is no other.
static bool is_linear(const char *construction) { return text_matches("*-linear", construction); }

static int unknown_name(const char *name) {
    Text message = { 0 };
    Nearest nearest;
    nearest_init(&nearest, name);
    for (size_t i = 0; tasks[i] != NULL; i++)
        nearest_add(&nearest, tasks[i]->name);
    nearest_tell(&message, &nearest);
    error("'%s': no construction for such a task%s", name,
          message.length ? text_string(&message) : "; 'chasm list' names tasks and constructions");
    text_clear(&message);
    return -1;
}

typedef enum Meaning { BY_NAME, BY_TASK, BY_TASK_LINEAR, MEANINGS } Meaning;

static bool is_meant(Meaning meaning, const char *name, const char *construction,
                     const Task *task) {
    if (meaning == BY_NAME)
        return strcmp(construction, name) == 0;
    return strcmp(task->name, name) == 0 && is_linear(construction) == (meaning == BY_TASK_LINEAR);
}

// The construction of that name; else the first one for the task of that name.  -1 after an error.
static int find(Choice *choice, const char *name) {
    *choice = (Choice){ 0 };
    for (Meaning meaning = BY_NAME; meaning < MEANINGS; meaning++) {
        for (size_t i = 0; constructions[i] != NULL && choice->transformer == NULL; i++)
            if (is_meant(meaning, name, constructions[i]->name, constructions[i]->task))
                choice->transformer = constructions[i];
        for (size_t i = 0; recurrent_constructions[i] != NULL && choice->recurrent == NULL; i++)
            if (is_meant(meaning, name, recurrent_constructions[i]->name,
                         recurrent_constructions[i]->task))
                choice->recurrent = recurrent_constructions[i];
        if (choice->transformer != NULL)
            choice->recurrent = NULL;
        if (choice->transformer != NULL || choice->recurrent != NULL)
            return 0;
    }
    return unknown_name(name);
}

static int write_transformer(const Options *o, const Construction *c) {
    Params p = options_params(o, &o->size, 0);
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

// -1 after an error: an option that says nothing about that model.
static int refuse_useless(const Options *o, OptionMask useless, const char *name) {
    Text why = { 0 };
    text_printf(&why, "has no effect on %s", name);
    int status = options_refuse(o, useless, text_string(&why));
    text_clear(&why);
    return status;
}

// Writes the model and clears it.
static int write_network(const Options *o, Recurrent *r) {
    Output out;
    int status = output_open(&out, o->output);
    if (status == 0) {
        recurrent_write(out.file, r);
        status = output_close(&out);
    }
    recurrent_clear(r);
    return status < 0 ? EXIT_USAGE : EXIT_HOLDS;
}

static int write_recurrent(const Options *o, const RecurrentConstruction *c) {
    Params p = options_params(o, &o->size, 0);
    Recurrent r;
    const char *why = recurrent_construction_admits(c, &p);
    if (why != NULL) {
        error("%s: %s", c->name, why);
        return EXIT_USAGE;
    }
    c->build(&r, &p);
    return write_network(o, &r);
}

// A recurrent model may be for words of every length, and then has no size.
// A formula in a file brings its own.
static bool needs_size(const Options *o, const Choice *c) {
    if (c->recurrent != NULL)
        return !c->recurrent->task->endless;
    return !c->transformer->task->has_formula || o->file.variables == 0;
}

// What options say about the file that is to be written; -1 after an error.
static int check_form(const Options *o) {
    if (o->size.count > 1)
        return error("--size: one size is expected, a file holds one model");
    if ((o->given & TAKES_format) && strcmp(o->format->name, "json") != 0)
        return error("--format: '%s': models are written as json only", o->format->name);
    return 0;
}

static int write_model(const Options *o, const char *name) {
    Choice c;
    if (find(&c, name) < 0)
        return EXIT_USAGE;
    if (o->size.count == 0 && needs_size(o, &c))
        error("--size: is missing: 'chasm model %s -n 3'", name);
    else if (check_form(o) < 0)
        return EXIT_USAGE;
    else if (c.recurrent != NULL &&
             refuse_useless(o, OF_TRANSFORMERS | (OF_TASKS & ~options_of_task(c.recurrent->task)),
                            c.recurrent->name) == 0)
        return write_recurrent(o, c.recurrent);
    else if (c.transformer != NULL && options_refuse_useless(o, c.transformer) == 0)
        return write_transformer(o, c.transformer);
    return EXIT_USAGE;
}

static int write_compiled(const Options *o, const char *file) {
    Automaton a;
    Recurrent r;
    Params p = options_params(o, &o->size, 0);
    if (check_form(o) < 0 ||
        refuse_useless(o, OF_TRANSFORMERS | OF_TASKS, "the network of an automaton") < 0 ||
        automaton_read(&a, file) < 0)
        return EXIT_USAGE;
    p.automaton = &a;
    const char *why = recurrent_admits(&task_automaton, &p);
    if (a.states * a.symbols > LARGEST_COMPILED)
        why = "states times symbols must not exceed 2^11";
    if (why != NULL)
        error("%s: %s", file, why);
    else
        automaton_compile(&r, &a, &task_automaton, &p);
    automaton_clear(&a);
    return why == NULL ? write_network(o, &r) : EXIT_USAGE;
}

// Says what the file holds.
static void describe(Table *table, const char *file, const Model *m) {
    if (m->recurrent)
        table_note(table, "%s is a recurrent model of %s with %zu unit%s", file,
                   m->network.task->name, m->network.width, m->network.width == 1 ? "" : "s");
    else
        table_note(table, "%s is a model of %s with %zu layer%s", file, m->transformer.task->name,
                   m->transformer.layers, m->transformer.layers == 1 ? "" : "s");
}

// The certificate of a model that is right.  -1 after an error: there is none.
static int certify(const Options *o, const Model *m, const Finding *f, const Effort *effort) {
    Text text = { 0 };
    if (f->verdict != PROVED) {
        warn("%s: no certificate is written: the claim is not proved", f->claim);
        return 0;
    }
    const char *why = m->recurrent
                          ? certificate_file_recurrent(&text, &m->network, f)
                          : certificate_file_transformer(&text, &m->transformer, f, effort);
    int status = output_certificate(o->certificate, f->claim, &text, why);
    text_clear(&text);
    return status;
}

static int check_file(const Options *o, const char *file) {
    Model m;
    Effort effort = options_effort(o);
    const char *refused = o->certificate ? certificate_file_admits(&effort) : NULL;
    if (refused != NULL)
        error("--certificate: %s", refused);
    if (refused != NULL || model_read(&m, file) < 0)
        return EXIT_USAGE;
    Finding f;
    Table table;
    finding_init(&f);
    verdict_table_init(&table, o->reproducible);
    int status = model_file_check(&f, &m, file, &effort);
    if (status == 0) {
        verdict_table_add(&table, &f);
        describe(&table, file, &m);
        status = output_table(o->output, o->format, &table);
    }
    if (status == 0 && o->certificate != NULL)
        status = certify(o, &m, &f, &effort);
    Verdict verdict = f.verdict;
    table_clear(&table);
    finding_clear(&f);
    model_clear(&m);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(verdict);
}

// What decides the model that is written, and what the check of one.
enum {
    OF_BUILDING = TAKES_size | TAKES_mask | TAKES_readout | TAKES_code | TAKES_alphabet |
                  TAKES_temperature | TAKES_brackets | TAKES_depth | TAKES_dimension |
                  TAKES_formula | TAKES_keys | TAKES_queries,
    OF_CHECKING = TAKES_arithmetic | TAKES_evaluator | TAKES_method | TAKES_jobs |
                  TAKES_certificate | TAKES_reproducible,
};

static int run_model(const Options *o, int count, char **operands) {
    OptionMask useless =
        OF_BUILDING | TAKES_evaluator | TAKES_method | TAKES_jobs | TAKES_reproducible;
    if (count < 3)
        error("'chasm model run' takes a FILE and words; '-' for words on standard input");
    else if (options_refuse(o, useless, "not an option of 'model run'") == 0)
        return model_run(o, operands[1], operands + 2, (size_t)count - 2);
    return EXIT_USAGE;
}

static int run(const Options *o, int count, char **operands) {
    if (count > 0 && strcmp(operands[0], "run") == 0)
        return run_model(o, count, operands);
    bool check = count > 0 && strcmp(operands[0], "check") == 0;
    bool compile = count > 0 && strcmp(operands[0], task_automaton.name) == 0;
    if (check && count != 2)
        error("'chasm model check' takes one FILE; '-' is standard input");
    else if (!check && count != (compile ? 2 : 1))
        error("'chasm model' takes one TASK, or: automaton FILE, check FILE, run FILE WORD..");
    else if (check)
        return options_refuse(o, OF_BUILDING, "not an option of 'model check'") < 0
                   ? EXIT_USAGE
                   : check_file(o, operands[1]);
    else if (options_refuse(o, OF_CHECKING, "not an option of 'model TASK'") == 0)
        return compile ? write_compiled(o, operands[1]) : write_model(o, operands[0]);
    return EXIT_USAGE;
}

static const Example examples[] = {
    { "chasm model equality -n 3 -o equality.json", "the explicit model for strings of 3 bits" },
    { "chasm model index-lookup/one-layer -n 8 --alphabet 4 --mask full",
      "one of several constructions is named as in 'chasm list'" },
    { "chasm model dyck --depth 3 -o dyck.json", "a recurrent model for words of every length" },
    { "chasm model automaton parity.txt -o parity.json",
      "a network for the words that a finite automaton accepts" },
    { "chasm model normal-form --formula queens.cnf -o queens.json",
      "the value of a formula in DIMACS format" },
    { "chasm model check equality.json", "try every input of a model, in exact arithmetic" },
    { "chasm model run equality.json '010010#' '010011#'",
      "what the model answers, and its margin" },
    { 0 },
};

const Command command_model = {
    .name = "model",
    .arguments = "TASK|automaton FILE|check FILE|run FILE WORD...",
    .summary = "write an explicit model; check or run anybody's model",
    .description =
        "With TASK, writes the explicit model of that size as chasm-model-1, a JSON format "
        "described in docs/model-file.md. TASK is a task or, if there are several constructions "
        "for it, the construction: index-lookup/one-layer. A recurrent model of dyck needs no "
        "--size: it is for words of every length then.\n"
        "\n"
        "With automaton FILE, reads a finite automaton, described in docs/recurrent.md, and writes "
        "a recurrent model that accepts what it accepts, of every length unless --size names one.\n"
        "\n"
        "With check FILE, reads a model in that format, whoever wrote it, evaluates it on every "
        "input of its task and size, and prints a verdict as 'chasm verify' does: the worst-case "
        "margin or a counterexample. A recurrent model that errs may come with two prefixes that "
        "it "
        "confuses and a suffix behind which it must not. FILE - is standard input.\n"
        "\n"
        "With run FILE WORD..., prints for each word what the model, a transformer, answers, what "
        "is "
        "right, and the margin; tokens at the end of a word that are the same in all words may be "
        "left out. WORD - stands for the lines of standard input. The exit status is 0 if all "
        "answers are right, 1 if one is wrong.",
    .options = OF_BUILDING | OF_CHECKING | TAKES_TABLE,
    .examples = examples,
    .run = run,
};
