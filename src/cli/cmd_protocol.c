#include "base/error.h"
#include "base/interrupt.h"
#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/output.h"
#include "cli/protocol_run.h"
#include "cli/protocol_table.h"
#include "constructions/instance.h"
#include "constructions/recurrent_construction.h"
#include "net/model_file.h"
#include <string.h>
#include <unistd.h>

static const char *const default_sizes = "1..4", *const even_sizes = "2..4*2";

// A model, by what it was asked for: a construction of one of the two kinds, else a file.
typedef struct Source {
    const char *name;
    const Construction *construction;
    const RecurrentConstruction *recurrent;
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
    *s = (Source){ .name = name, .recurrent = recurrent_construction_find(name) };
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
    else if (s->recurrent == NULL && strcmp(name, "-") != 0 && access(name, F_OK) < 0)
        return unknown(name);
    return 0;
}

// -1 after an error: one of the options was given, and why (a format of the name) it must not be.
static int refuse(const Options *o, OptionMask options, const char *why, const char *name) {
    Text t = { 0 };
    text_printf(&t, why, name);
    int status = options_refuse(o, options, text_string(&t));
    text_clear(&t);
    return status;
}

static const char *const file_says = "'%s' is a model file, which says that itself";

// A recurrent model from a file: for words of its own size or, if it is for every length, of those
// asked for.
static int add_network(Verdict *all, Table *t, const char *file, const Recurrent *r,
                       const Options *o) {
    if (r->params.n > 0)
        return refuse(o, TAKES_size, file_says, file) < 0
                   ? -1
                   : protocol_run_recurrent(all, t, file, r, r->params.n, o);
    if (o->size.count == 0)
        return error("--size: is missing: '%s' is a model for words of every length", file);
    int status = 0;
    for (size_t i = 0; i < o->size.count && status == 0; i++)
        status = protocol_run_recurrent(all, t, file, r, o->size.value[i], o);
    return status;
}

static int add_file(Verdict *all, Table *t, const char *file, const Options *o) {
    Model m;
    if (refuse(o, OF_TRANSFORMERS | OF_TASKS, file_says, file) < 0 || model_read(&m, file) < 0)
        return -1;
    int status = -1;
    if (m.recurrent)
        status = add_network(all, t, file, &m.network, o);
    else if (refuse(o, TAKES_size, file_says, file) == 0)
        status = protocol_run_transformer(all, t, file, &m.transformer, o);
    model_clear(&m);
    return status;
}

static int add_transformer(Verdict *all, Table *t, const Construction *c, const Params *p,
                           const Options *o) {
    Instance in;
    if (instance_init(&in, c, p) < 0)
        return -1;
    int status = protocol_run_transformer(all, t, c->name, &in.model, o);
    instance_clear(&in);
    return status;
}

static int add_recurrent(Verdict *all, Table *t, const RecurrentConstruction *c, const Params *p,
                         const Options *o) {
    Recurrent r;
    const char *why = recurrent_construction_admits(c, p);
    if (why != NULL)
        return error("%s: %s", c->name, why);
    c->build(&r, p);
    int status = protocol_run_recurrent(all, t, c->name, &r, p->n, o);
    recurrent_clear(&r);
    return status;
}

static int refuse_useless(const Source *s, const Options *o) {
    if (s->construction != NULL)
        return options_refuse_useless(o, s->construction);
    unsigned foreign = OF_TASKS & ~options_of_task(s->recurrent->task);
    return refuse(o, OF_TRANSFORMERS | foreign, "has no effect on %s", s->name);
}

static int add_sizes(Verdict *all, Table *t, const Source *s, const Options *o) {
    Range defaults = { 0 };
    Text why = { 0 };
    bool nests = s->recurrent != NULL && s->recurrent->task->nests;
    range_parse(&defaults, nests ? even_sizes : default_sizes, &why);
    require(why.length == 0);
    const Range *sizes = o->size.count ? &o->size : &defaults;
    int status = refuse_useless(s, o);
    for (size_t i = 0; i < sizes->count && status == 0; i++) {
        Params p = options_params(o, sizes, i);
        if (interrupted()) {
            warn("interrupted: %zu of %zu sizes were not begun", sizes->count - i, sizes->count);
            *all = verdict_and(*all, UNKNOWN);
            break;
        }
        status = s->construction ? add_transformer(all, t, s->construction, &p, o)
                                 : add_recurrent(all, t, s->recurrent, &p, o);
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
    bool built = s.construction != NULL || s.recurrent != NULL;
    int status = built ? add_sizes(&all, &t, &s, o) : add_file(&all, &t, s.name, o);
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
    { "chasm protocol equality/recurrent-linear -n 1..6",
      "a recurrent model's state as a message" },
    { "chasm protocol model.json -a fixed:8", "anybody's model, of one layer or recurrent" },
    { 0 },
};

const Command command_protocol = {
    .name = "protocol",
    .arguments = "TASK|FILE",
    .summary = "run Alice and Bob on an explicit model, and count the bits they exchange",
    .description =
        "Alice and Bob see some of a word's positions each. On a model of one layer in fixed:P "
        "Alice can send the partial sums of each head, and Bob goes on as the model does; on a "
        "recurrent model she runs it on her tokens, the first ones, and sends its state. Runs "
        "both programs on every input, compares Bob's numbers with the model's on every word, and "
        "prints the bits that were sent, what the theorem derives, the coarser form that is "
        "cited, and what any protocol must send. Where Alice's messages confuse two words whose "
        "answers differ, the model is refuted, and both words are printed.\n"
        "\n"
        "TASK is a task that has a construction of one layer, or a construction of one layer or a "
        "recurrent one; FILE is a model file. Without -a the least P is taken at which every word "
        "is answered rightly, and for recurrent models exact arithmetic. docs/protocol.md has the "
        "theorems and the fields.",
    .options = TAKES_size | TAKES_arithmetic | TAKES_split | TAKES_base | TAKES_mask |
               TAKES_readout | TAKES_code | TAKES_alphabet | TAKES_temperature | TAKES_brackets |
               TAKES_depth | TAKES_TABLE,
    .examples = examples,
    .run = run,
};
