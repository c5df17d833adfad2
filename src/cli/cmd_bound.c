#include "base/error.h"
#include "base/interrupt.h"
#include "cli/bound_table.h"
#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/output.h"
#include "cli/split_choice.h"
#include "communication/closed_form.h"
#include "verify/certificate_file.h"
#include <stdlib.h>
#include <string.h>

enum { ENUMERATED_WORDS = 1 << 24 };   // up to which auto enumerates

static const char *const exhaustive = "exhaustive", *const certificate = "certificate";

// The options that only some tasks know.
static const struct {
    OptionMask option;
    const char *name;
    const Problem *const knowing[5];
} special[] = {
    { TAKES_alphabet,
      "alphabet",
      { &problem_index_lookup, &problem_index_lookup_front, &problem_nearest_neighbor,
        &problem_recall } },
    { TAKES_brackets, "brackets", { &problem_dyck } },
    { TAKES_depth, "depth", { &problem_dyck } },
    { TAKES_dimension, "dimension", { &problem_nearest_neighbor } },
    { TAKES_keys, "keys", { &problem_recall } },
};

static int refuse_foreign_options(const Problem *problem, const Options *o) {
    for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
        bool known = !(o->given & special[i].option);
        for (size_t k = 0; special[i].knowing[k] != NULL; k++)
            known |= special[i].knowing[k] == problem;
        if (!known)
            return error("--%s: not an option of %s", special[i].name, problem->task->name);
    }
    return 0;
}

static int unknown_task(const char *name) {
    Text message = { 0 };
    Nearest nearest;
    nearest_init(&nearest, name);
    for (size_t i = 0; problems[i] != NULL; i++)
        nearest_add(&nearest, problems[i]->task->name);
    nearest_tell(&message, &nearest);
    error("'%s': no such task%s", name,
          message.length ? text_string(&message) : "; 'chasm bound --help' names them");
    text_clear(&message);
    return -1;
}

// "TASK", or "dyck:B,D", which sets brackets and depth.  -1 after an error.
static int read_task(const Problem **problem, Params *p, const char *operand, const Options *o) {
    const char *colon = strchr(operand, ':');
    Text name = { 0 }, why = { 0 };
    text_add_bytes(&name, operand, colon ? (size_t)(colon - operand) : strlen(operand));
    *problem = problem_find(text_string(&name));
    int status = *problem ? 0 : unknown_task(text_string(&name));
    if (status == 0 && colon != NULL) {
        Range range = { 0 };
        if (*problem == &problem_dyck)
            range_parse(&range, colon + 1, &why);
        if (range.count != 2 || range_is_large(&range) ||
            (o->given & (TAKES_brackets | TAKES_depth))) {
            status = error("'%s': TASK is expected, or dyck:B,D without --brackets and --depth",
                           operand);
        } else {
            p->brackets = range.value[0];
            p->depth = range.value[1];
        }
        range_clear(&range);
    }
    text_clear(&why);
    text_clear(&name);
    return status;
}

static bool is_small(const Problem *problem, const Params *p, const Split *split) {
    size_t rows = split_inputs(split, problem, p, true);
    return product_capped(rows, split_inputs(split, problem, p, false)) <= ENUMERATED_WORDS;
}

// *method <- how they were counted.  Undo with counts_clear.  -1 after an error.
static int count(Counts *counts, const char **method, const Problem *problem, const Params *p,
                 const Split *split, const Options *o) {
    const char *none = closed_form_admits(problem, p, split);
    const char *task = problem->task->name;
    unsigned long long n = p->n;
    if (o->method == METHOD_CERTIFICATE && none != NULL)
        return error("%s n=%llu: --method certificate: %s", task, n, none);
    bool enumerate = o->method == METHOD_EXHAUSTIVE || o->extent == EXTENT_ROWS || none != NULL ||
                     (o->method == METHOD_AUTO && is_small(problem, p, split));
    *method = enumerate ? exhaustive : certificate;
    char *why = NULL;
    if (enumerate)
        why = counts_init(counts, problem, p, split, o->extent);
    else
        closed_form_init(counts, problem, p, split);
    if (why == NULL)
        return 0;
    error("%s n=%llu: %s%s", task, n, why,
          none ? "" : "; --method certificate counts without enumeration");
    free(why);
    return -1;
}

// The certificate of a bound.  -1 after an error: there is none.
static int certify(const Problem *problem, const Params *p, const Split *split, const char *method,
                   const Options *o) {
    Text text = { 0 };
    const char *why = method == certificate
                          ? "closed forms have no certificate file: their proof is on paper"
                          : certificate_file_bound(&text, problem, p, split);
    int status = output_certificate(o->certificate, problem->task->name, &text, why);
    text_clear(&text);
    return status;
}

// *certified <- -1 if a certificate was asked for and there is none.
static int add(Table *t, bool *capped, int *certified, const Problem *problem, const Params *p,
               const Options *o) {
    Split split;
    Counts counts;
    char *name;
    const char *method = exhaustive, *why = problem->task->admits(p);
    if (why != NULL)
        return error("--size: '%llu': %s", (unsigned long long)p->n, why);
    if (split_choose(&split, &name, problem, p, problem->split, o) < 0)
        return -1;
    int status = count(&counts, &method, problem, p, &split, o);
    if (status == 0) {
        bound_table_add(t, problem, p, name, method, &counts);
        *capped |= counts_are_capped(&counts);
        counts_clear(&counts);
        if (o->certificate != NULL)
            *certified = certify(problem, p, &split, method, o);
    }
    free(name);
    split_clear(&split);
    return status;
}

static int count_range(const Problem *problem, Params p, const Options *o) {
    Table t;
    bool capped = false;
    int status = 0, certified = 0;
    bound_table_init(&t);
    for (size_t i = 0; i < o->size.count && status == 0; i++) {
        if (interrupted()) {
            warn("interrupted: %zu of %zu sizes were not begun", o->size.count - i, o->size.count);
            capped = true;
            break;
        }
        p.n = o->size.value[i];
        if (o->size.power[i] > 0) {
            status = error("--size: '2^%zu': sizes end at 2^53 here", o->size.power[i]);
            break;
        }
        status = add(&t, &capped, &certified, problem, &p, o);
    }
    if (capped)
        table_note(&t, "A search stopped at its cap: intervals may be wider than they need be.");
    if (status == 0)
        status = output_table(o->output, o->format, &t);
    table_clear(&t);
    return status < 0 || certified < 0 ? EXIT_USAGE : capped ? EXIT_UNDECIDED : EXIT_HOLDS;
}

static int run(const Options *o, int operand_count, char **operands) {
    const Problem *problem;
    Params p = options_params(o, &o->size, 0);
    if (operand_count != 1) {
        error("'chasm bound' takes one TASK");
        return EXIT_USAGE;
    }
    if (read_task(&problem, &p, operands[0], o) < 0 || refuse_foreign_options(problem, o) < 0)
        return EXIT_USAGE;
    if (o->size.count == 0) {
        error("--size: is missing: 'chasm bound %s -n 4'", operands[0]);
        return EXIT_USAGE;
    }
    if (o->certificate != NULL && o->size.count != 1) {
        error("--certificate: one size is expected, not %zu", o->size.count);
        return EXIT_USAGE;
    }
    if (range_is_large(&o->size)) {
        error("--size: 'chasm bound' goes up to 2^53");
        return EXIT_USAGE;
    }
    if (o->method == METHOD_WEIGHT_DISTRIBUTION) {
        error("--method: weight-distribution is for 'chasm verify'");
        return EXIT_USAGE;
    }
    if (o->extent == EXTENT_ROWS &&
        (task_has_promise(problem->task) || o->method == METHOD_CERTIFICATE)) {
        error("--extent: 'rows': %s", task_has_promise(problem->task)
                                          ? "distinct rows mean nothing where words are excluded"
                                          : "rows are enumerated, not certified");
        return EXIT_USAGE;
    }
    return count_range(problem, p, o);
}

static const Example examples[] = {
    { "chasm bound equality -n 1..6", "ranks, fooling sets and complexities of equality" },
    { "chasm bound dyck:2,2 -n 2..8*2 --split odd-even", "the same of brackets" },
    { "chasm bound recall -n 2 --keys 4 -f json", "all that is known, with the certificates" },
    { "chasm bound equality -n 1024", "sizes beyond enumeration, in closed form" },
    { 0 },
};

const Command command_bound = {
    .name = "bound",
    .arguments = "TASK",
    .summary = "count what a communication matrix forces any model to have",
    .description =
        "Alice and Bob see some of a word's positions each; the answers to all their inputs are a "
        "matrix. Counts its distinct rows and columns, its ranks, the largest fooling sets, the "
        "bits that they must exchange, and the states that a recurrent model needs. Every count "
        "is exact or says that it is a bound; the field certificates says on what it rests: on "
        "sets, "
        "minors, relations and protocols that were checked apart from how they were found, or on "
        "a search that ended.\n"
        "\n"
        "TASK is equality, disjointness, inner-product, greater-than, index-lookup, dyck (or "
        "dyck:B,D), nearest-neighbor or recall. Up to 2^24 words the matrix is enumerated; "
        "beyond, a closed form is used where one is proved (--method certificate), else it is "
        "enumerated as far as it fits. The exit status is 3 if a search stopped at its cap.",
    .options = TAKES_size | TAKES_split | TAKES_extent | TAKES_method | TAKES_alphabet |
               TAKES_brackets | TAKES_depth | TAKES_dimension | TAKES_keys | TAKES_certificate |
               TAKES_TABLE,
    .examples = examples,
    .run = run,
};
