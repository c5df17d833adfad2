#include "constructions/instance.h"
#include "base/alloc.h"
#include "base/error.h"
#include "constructions/codes/family.h"
#include "math/code_facts.h"
#include <stdlib.h>

enum { LARGEST_TABLE_BITS = 26 };

// NULL and the least distance, or why the code does not do, for the caller to free.
static char *check_code(uint64_t *distance, const Code *code) {
    *distance = 0;
    if (code->words < 2)
        return NULL;   // no pair that could be equal
    CodeFacts facts;
    char *why = NULL;
    code_facts_init(&facts, code, CODE_EXTENT, (Hamming){ .kernel = KERNEL_AUTO, .jobs = 1 });
    *distance = facts.distance_min;
    if (facts.checked == NULL)
        why = alloc_string(facts.reason);
    else if (facts.distance_min == 0)
        why = alloc_string("two of its words are equal");
    code_facts_clear(&facts);
    return why;
}

static int find_code(Instance *in) {
    const Params *p = &in->params;
    char *reason;
    if (code_find(&in->code, &reason, p->code, p->n) < 0) {
        error("%s: n = %llu: --code: %s", in->construction->name, (unsigned long long)p->n, reason);
        free(reason);
        return -1;
    }
    char *why = check_code(&in->distance, &in->code);
    if (why == NULL)
        return 0;
    error("%s: --code: %s does not do: %s", in->construction->name, in->code.name, why);
    code_clear(&in->code);
    free(why);
    return -1;
}

// Whether the embedding table has more numbers than a model file may (docs/model-file.md).
static bool is_too_large(const Instance *in) {
    const Task *task = in->construction->task;
    double rows = 0;
    for (size_t i = 0; i < task->length(&in->params); i++)
        rows += task->tokens(&in->params, i).count;
    double width = (double)in->construction->width(&in->params, &in->code);
    return rows * width > (double)(1 << LARGEST_TABLE_BITS);
}

static int refuse_large(const Instance *in) {
    if (!is_too_large(in))
        return 0;
    return error("%s: n = %llu: the model's embedding table has over 2^%d numbers; only "
                 "certificates over a linear code of n = 2^r words do without",
                 in->construction->name, (unsigned long long)in->params.n, LARGEST_TABLE_BITS);
}

int instance_find(Instance *in, const Construction *c, const Params *p) {
    const char *why = c->task->admits(p);
    if (why == NULL)
        why = c->admits(p);
    if (why != NULL)
        return error("%s: %s", c->name, why);
    Instance made = { .construction = c, .params = *p };
    if (find_code(&made) < 0)
        return -1;
    bool needs_model = c->seeding == NULL || !made.code.linear;
    if (needs_model && refuse_large(&made) < 0) {   // before work that is quadratic in n
        code_clear(&made.code);
        return -1;
    }
    uint64_t least = c->temperature(p, &made.code, made.distance);
    made.temperature = p->temperature ? p->temperature : least;
    made.promised = made.temperature >= least && p->base == BASE_2;
    *in = made;
    return 0;
}

int instance_build(Instance *in) {
    const Construction *c = in->construction;
    if (refuse_large(in) < 0)
        return -1;
    c->build(&in->model, &in->params, &in->code, in->temperature);
    in->model.base = in->params.base;
    in->built = true;
    return 0;
}

int instance_init(Instance *in, const Construction *c, const Params *p) {
    Instance made;
    if (instance_find(&made, c, p) < 0)
        return -1;
    if (instance_build(&made) < 0) {
        instance_clear(&made);
        return -1;
    }
    *in = made;
    return 0;
}

void instance_clear(Instance *in) {
    code_clear(&in->code);
    if (in->built)
        transformer_clear(&in->model);
    *in = (Instance){ 0 };
}
