// For every construction: what its theorem promises, computed from the theorem's formulas, beside
// what trying every input of the built model finds.
#include "base/error.h"
#include "base/interrupt.h"
#include "cli/claims.h"
#include "cli/output.h"
#include "cli/tables.h"
#include "cli/verdict_table.h"
#include "constructions/instance.h"

static const char *const fields = "margin width heads layers mlp";

static const Column columns[] = {
    { .key = "claim", .heading = "claim", .shown = MACHINES | PEOPLE | SECTION },
    { .key = "n", .heading = "n", .shown = MACHINES | PEOPLE, .right = true },
    { .key = "mask", .heading = "mask", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "readout", .heading = "readout", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "code",
      .heading = "code",
      .meaning = "which addresses the positions",
      .shown = MACHINES | PEOPLE },
    { .key = "k",
      .heading = "k",
      .meaning = "its length",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "temperature",
      .heading = "t",
      .meaning = "scale of the scores in layer 1",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "promised", .shown = MACHINES, .fields = fields },
    { .key = "found", .shown = MACHINES, .fields = fields },
    { .key = "promised_margin",
      .heading = "promised",
      .meaning = "the theorem's worst-case margin; exact, shown rounded down",
      .shown = PEOPLE,
      .right = true },
    { .key = "found_margin",
      .heading = "found",
      .meaning = "the worst-case margin over all inputs; exact, shown rounded down",
      .shown = PEOPLE,
      .right = true },
    { .key = "size",
      .heading = "size",
      .meaning = "width, heads, layers and hidden units found",
      .shown = PEOPLE,
      .right = true },
    { .key = "agree",
      .heading = "agree",
      .meaning = "margins and sizes promised are exactly those found; for a formula in a file, the "
                 "margin found is at least the one promised",
      .shown = MACHINES | PEOPLE },
};

static json_t *what(const mpq_t margin, const Size *s) {
    json_t *object = json_object();
    json_object_set_new(object, "margin", cell_rational(margin));
    json_object_set_new(object, "width", json_integer((json_int_t)s->width));
    json_object_set_new(object, "heads", json_integer((json_int_t)s->heads));
    json_object_set_new(object, "layers", json_integer((json_int_t)s->layers));
    json_object_set_new(object, "mlp", json_integer((json_int_t)s->mlp));
    return object;
}

static void set_parameters(Table *t, const Finding *f) {
    table_set_text(t, "claim", f->claim);
    table_set_number(t, "n", f->params.n);
    table_set_text(t, "mask", mask_name(f->params.mask));
    if (f->has_readout)
        table_set_text(t, "readout", readout_name(f->params.readout));
    table_set_text(t, "code", f->code_name);
    if (f->code_name == NULL)
        return;
    table_set_number(t, "k", f->code_length);
    table_set_number(t, "temperature", f->temperature);
}

static bool same_size(const Size *a, const Size *b) {
    return a->width == b->width && a->heads == b->heads && a->layers == b->layers &&
           a->mlp == b->mlp;
}

// The row of one finding.  The verdict: the claim holds, and what is promised is found.
static Verdict add(Table *t, const Finding *f, const Promise *promise) {
    table_add_row(t);
    set_parameters(t, f);
    table_set_printf(t, "size", "%zu,%zu,%zu,%zu", f->size.width, f->size.heads, f->size.layers,
                     f->size.mlp);
    if (promise) {
        table_set(t, "promised", what(promise->margin, &promise->size));
        table_set(t, "promised_margin", cell_decimal(promise->margin, DOWN));
    }
    if (f->verdict == UNKNOWN || !f->has_margin) {
        table_note(t, "%s n=%llu is undecided: %s", f->claim, (unsigned long long)f->params.n,
                   f->reason ? f->reason : "not every input was covered");
        return f->verdict == REFUTED ? REFUTED : UNKNOWN;
    }
    table_set(t, "found", what(f->margin, &f->size));
    table_set(t, "found_margin", cell_decimal(f->margin, DOWN));
    if (promise == NULL)
        return f->verdict;
    int side = mpq_cmp(promise->margin, f->margin);
    bool agree = (promise->is_bound ? side <= 0 : side == 0) && same_size(&promise->size, &f->size);
    table_set(t, "agree", json_boolean(agree));
    return agree ? f->verdict : REFUTED;
}

// One check and its row.  -1 after an error.
static int check(Verdict *verdict, Table *t, const Job *job, const Effort *effort) {
    const Construction *c = claim_construction(job->claim);
    Instance in;
    Promise promise;
    Finding f;
    if (instance_init(&in, c, &job->params) < 0)
        return -1;
    promise_init(&promise);
    finding_init(&f);
    if (in.promised)
        c->promise(&promise, &job->params, &in.code, in.temperature);
    int status = claim_check(&f, job->claim, &job->params, effort);
    if (status == 0)
        *verdict = add(t, &f, in.promised ? &promise : NULL);
    finding_clear(&f);
    promise_clear(&promise);
    instance_clear(&in);
    return status;
}

// The job for every mask and readout that the options leave open.
static int check_variants(Verdict *all, Table *t, Job job, const Options *o, const Effort *effort) {
    const Construction *c = claim_construction(job.claim);
    int masks = o->given & TAKES_mask ? 1 : 2;
    bool has_readout = c->task->boolean && !c->codeless;
    int readouts = (o->given & TAKES_readout) || !has_readout ? 1 : 2;
    for (int variant = 0; variant < masks * readouts && !interrupted(); variant++) {
        Verdict verdict = UNKNOWN;
        if (masks > 1)
            job.params.mask = variant % masks == 0 ? MASK_CAUSAL : MASK_FULL;
        if (readouts > 1)
            job.params.readout = variant / masks == 0 ? READOUT_PEAKED : READOUT_UNIFORM;
        if (check(&verdict, t, &job, effort) < 0)
            return -1;
        *all = verdict_and(*all, verdict);
    }
    return 0;
}

int table_margins(const Options *o, int count, char **operands) {
    Jobs jobs;
    Table t;
    Verdict all = PROVED;
    Effort effort = options_effort(o);
    int status = jobs_choose(&jobs, o, operands, (size_t)count, CLAIMS_BUILT, NULL);
    if (status < 0)
        return EXIT_USAGE;
    table_init(&t, "Margins promised and found, exact arithmetic over all inputs", columns,
               sizeof columns / sizeof *columns);
    for (size_t i = 0; i < jobs.count && status == 0 && !interrupted(); i++)
        status = check_variants(&all, &t, jobs.job[i], o, &effort);
    if (interrupted())
        all = verdict_and(all, UNKNOWN);
    if (status == 0)
        status = output_table(o->output, o->format, &t);
    table_clear(&t);
    jobs_clear(&jobs);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(all);
}
