#include "base/error.h"
#include "base/interrupt.h"
#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/output.h"
#include "cli/protocol_table.h"
#include "cli/split_choice.h"
#include "constructions/instance.h"
#include "net/model_file.h"
#include "proofs-checks/precision.h"
#include "protocol/model_oracle.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_PRECISION = 2, LAST_PRECISION = 64 };

static const char *const default_sizes = "1..4";

// A model, by what it was asked for.
typedef struct Source {
    const char *name;
    const Construction *construction;   // NULL: a file
} Source;

static int unknown(const char *name) {
    Text message = { 0 };
    Nearest nearest;
    nearest_init(&nearest, name);
    for (size_t i = 0; constructions[i] != NULL; i++)
        nearest_add(&nearest, constructions[i]->task->name);
    nearest_tell(&message, &nearest);
    error("'%s': no such task, construction or file%s", name, text_string(&message));
    text_clear(&message);
    return -1;
}

// A construction of that name; else the first of one layer for the task of that name; else a file.
static int find(Source *s, const char *name) {
    const Construction *other = NULL;
    *s = (Source){ .name = name };
    for (size_t i = 0; constructions[i] != NULL && s->construction == NULL; i++) {
        const Construction *c = constructions[i];
        bool one_layer = strstr(c->name, "/one-layer") != NULL;
        if (strcmp(c->name, name) == 0 || (strcmp(c->task->name, name) == 0 && one_layer))
            s->construction = c;
        else if (strcmp(c->task->name, name) == 0)
            other = c;
    }
    if (s->construction != NULL)
        s->name = s->construction->name;
    else if (other != NULL)
        return error("'%s': no construction for that task has one layer", name);
    else if (strcmp(name, "-") != 0 && access(name, F_OK) < 0)
        return unknown(name);
    return 0;
}

// The protocol at that precision.  Undo with trial_clear.
static void run_at(ProtocolReport *r, const Split *split, const ArithSpec *spec, bool hasty) {
    const Transformer *model = r->model;
    const Problem *problem = problem_find(model->task->name);
    OneLayer common;
    r->spec = *spec;
    one_layer_count(&r->count, model, spec, split);
    if (!one_layer_is_small(model)) {
        trial_init_empty(&r->trial, problem, &model->params,
                         "the players' tables have over 2^20 numbers");
        return;
    }
    one_layer_init(&common, model, spec, split);
    Protocol protocol = one_layer_protocol(&common);
    ModelOracle *state = model_oracle_new(model, spec);
    Oracle oracle = { .state = state, .answer = model_oracle_answer };
    trial_init(&r->trial, &protocol, &oracle, problem, &model->params, hasty);
    model_oracle_free(state);
    one_layer_clear(&common);
}

static ArithSpec fixed_machine(long p) {
    ArithSpec spec;
    bool exists = machines_at(&spec, &(Machines){ .fixed = true }, p);
    require(exists);
    return spec;
}

// fixed:P for the least P at which Bob is right on every word.  -1 after an error: there is none,
// or no telling.
static int run_at_least(ProtocolReport *r, const Split *split) {
    for (long p = FIRST_PRECISION; p <= LAST_PRECISION; p++) {
        ArithSpec spec = fixed_machine(p);
        run_at(r, split, &spec, true);
        if (r->trial.verdict == PROVED || interrupted())
            return 0;
        if (r->trial.verdict == UNKNOWN) {
            error("--arithmetic: fixed:P is needed, no least P was found: %s", r->trial.reason);
            trial_clear(&r->trial);
            return -1;
        }
        trial_clear(&r->trial);
    }
    return error("--arithmetic: fixed:P is needed: Bob is wrong somewhere for every P up to %d",
                 LAST_PRECISION);
}

// A row for the model.  -1 after an error.
static int add_model(Verdict *all, Table *t, const char *name, const Transformer *model,
                     const Options *o) {
    const Problem *problem = problem_find(model->task->name);
    ArithSpec any = fixed_machine(FIRST_PRECISION);
    bool given = o->given & TAKES_arithmetic;
    char *why = one_layer_admits(model, given ? &o->arithmetic : &any);
    if (why != NULL) {
        error("%s: %s", name, why);
        free(why);
        return -1;
    }
    Split split;
    char *split_name;
    if (split_choose(&split, &split_name, problem, &model->params, o) < 0)
        return -1;
    ProtocolReport r = { .name = name, .model = model, .split_name = split_name };
    int status = 0;
    if (given)
        run_at(&r, &split, &o->arithmetic, false);
    else
        status = run_at_least(&r, &split);
    if (status == 0) {
        one_layer_bounds(&r.bounds, &r.count, &r.spec, problem, &model->params, &split);
        protocol_table_add(t, &r);
        *all = verdict_and(*all, r.trial.verdict);
        trial_clear(&r.trial);
    }
    split_clear(&split);
    free(split_name);
    return status;
}

static int add_file(Verdict *all, Table *t, const char *file, const Options *o) {
    Transformer model;
    uint64_t of_building = TAKES_size | TAKES_base | TAKES_mask | TAKES_readout | TAKES_code |
                           TAKES_alphabet | TAKES_temperature | TAKES_brackets | TAKES_depth;
    Text why = { 0 };
    text_printf(&why, "'%s' is a model file, which says that itself", file);
    int refused = options_refuse(o, of_building, text_string(&why));
    text_clear(&why);
    if (refused < 0)
        return -1;
    if (transformer_read(&model, file) < 0)
        return -1;
    int status = add_model(all, t, file, &model, o);
    transformer_clear(&model);
    return status;
}

static int add_sizes(Verdict *all, Table *t, const Construction *c, const Options *o) {
    Range defaults = { 0 };
    Text why = { 0 };
    range_parse(&defaults, default_sizes, &why);
    require(why.length == 0);
    const Range *sizes = o->size.count ? &o->size : &defaults;
    int status = options_refuse_useless(o, c);
    for (size_t i = 0; i < sizes->count && status == 0; i++) {
        Params p = options_params(o, sizes, i);
        Instance in;
        if (interrupted()) {
            warn("interrupted: %zu of %zu sizes were not begun", sizes->count - i, sizes->count);
            *all = verdict_and(*all, UNKNOWN);
            break;
        }
        status = instance_init(&in, c, &p);
        if (status == 0) {
            status = add_model(all, t, c->name, &in.model, o);
            instance_clear(&in);
        }
    }
    range_clear(&defaults);
    return status;
}

static int run(const Options *o, int count, char **operands) {
    Source s;
    Table t;
    Verdict all = PROVED;
    if (count != 1) {
        error("'chasm protocol' takes one TASK, construction or model FILE");
        return EXIT_USAGE;
    }
    if (find(&s, operands[0]) < 0)
        return EXIT_USAGE;
    protocol_table_init(&t);
    int status =
        s.construction ? add_sizes(&all, &t, s.construction, o) : add_file(&all, &t, s.name, o);
    if (json_array_size(t.rows) == 0)
        all = UNKNOWN;
    if (status == 0)
        status = output_table(o->output, o->format, &t);
    table_clear(&t);
    arith_end_thread();
    return status < 0 ? EXIT_USAGE : verdict_exit_status(all);
}

static const Example examples[] = {
    { "chasm protocol equality -n 1..5", "the least precision, and what is sent there" },
    { "chasm protocol disjointness -n 4 -a fixed:5 --split odd-even", "another machine and split" },
    { "chasm protocol index-lookup -n 2..8*2 --split query", "Bob asks first" },
    { "chasm protocol model.json -a fixed:8", "anybody's model of one layer" },
    { 0 },
};

const Command command_protocol = {
    .name = "protocol",
    .arguments = "TASK|FILE",
    .summary = "run Alice and Bob on a one-layer model, and count the bits they exchange",
    .description =
        "Alice and Bob see some of a word's positions each. On a model of one layer in fixed:P "
        "Alice can send the partial sums of each head, and Bob goes on as the model does. Runs "
        "both programs on every input, compares Bob's numbers with the model's on every word, and "
        "prints the bits that were sent, what the theorem derives, the coarser form that is "
        "cited, and what any protocol must send. Where Alice's messages confuse two words whose "
        "answers differ, the model is refuted, and both words are printed.\n"
        "\n"
        "TASK is a task that has a construction of one layer, or a construction; FILE is a model "
        "file. Without -a the least P is taken at which every word is answered rightly. "
        "docs/protocol.md has the theorems and the fields.",
    .options = TAKES_size | TAKES_arithmetic | TAKES_split | TAKES_base | TAKES_mask |
               TAKES_readout | TAKES_code | TAKES_alphabet | TAKES_temperature | TAKES_brackets |
               TAKES_depth | TAKES_TABLE,
    .examples = examples,
    .run = run,
};
