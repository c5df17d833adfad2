#include "constructions/instance.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
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

// NULL, or why there is no such code, for the caller to free.
static char *find_code(Instance *in) {
    const Params *p = &in->params;
    Text message = { 0 };
    char *why;
    if (code_find(&in->code, &why, p->code, construction_words(in->construction, p)) < 0) {
        text_printf(&message, "n = %llu: --code: %s", (unsigned long long)p->n, why);
    } else {
        why = check_code(&in->distance, &in->code);
        if (why == NULL)
            return NULL;
        text_printf(&message, "--code: %s does not do: %s", in->code.name, why);
        code_clear(&in->code);
    }
    free(why);
    return text_take(&message);
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

// NULL, or that the table is too large, for the caller to free.
static char *refuse_large(const Instance *in) {
    Text message = { 0 };
    if (!is_too_large(in))
        return NULL;
    text_printf(&message,
                "n = %llu: the model's embedding table has over 2^%d numbers; only certificates "
                "over a linear code of n = 2^r words do without",
                (unsigned long long)in->params.n, LARGEST_TABLE_BITS);
    return text_take(&message);
}

// Finds the code of *made, whose construction and params are set.  As instance_find.
static char *prepare(Instance *made, bool seed_will_do) {
    const Construction *c = made->construction;
    const Params *p = &made->params;
    const char *refused = c->task->admits(p);
    if (refused == NULL)
        refused = c->admits(p);
    if (refused != NULL)
        return alloc_string(refused);
    char *why = c->codeless ? NULL : find_code(made);
    if (why != NULL)
        return why;
    bool needs_model =
        !seed_will_do || (c->seeding == NULL && c->keyed == NULL) || !made->code.linear;
    why = needs_model ? refuse_large(made) : NULL;   // before work that is quadratic in n
    if (why != NULL)
        code_clear(&made->code);
    return why;
}

char *instance_admits(bool seed_will_do, const Construction *c, const Params *p) {
    Instance made = { .construction = c, .params = *p };
    char *why = prepare(&made, seed_will_do);
    if (why == NULL)
        code_clear(&made.code);
    return why;
}

char *instance_find(Instance *in, bool seed_will_do, const Construction *c, const Params *p) {
    Instance made = { .construction = c, .params = *p };
    char *why = prepare(&made, seed_will_do);
    if (why != NULL)
        return why;
    uint64_t least = c->temperature(p, &made.code, made.distance);
    made.temperature = p->temperature ? p->temperature : least;
    made.promised = made.temperature >= least && p->base == BASE_2;
    *in = made;
    return NULL;
}

char *instance_build(Instance *in) {
    char *why = refuse_large(in);
    if (why != NULL)
        return why;
    in->construction->build(&in->model, &in->params, &in->code, in->temperature);
    in->model.base = in->params.base;
    in->built = true;
    return NULL;
}

char *instance_try(Instance *in, const Construction *c, const Params *p) {
    Instance made;
    char *why = instance_find(&made, false, c, p);
    if (why != NULL)
        return why;
    why = instance_build(&made);
    require(why == NULL);   // instance_find has seen to it
    *in = made;
    return NULL;
}

int instance_init(Instance *in, const Construction *c, const Params *p) {
    char *why = instance_try(in, c, p);
    if (why == NULL)
        return 0;
    error("%s: %s", c->name, why);
    free(why);
    return -1;
}

void instance_clear(Instance *in) {
    code_clear(&in->code);
    if (in->built)
        transformer_clear(&in->model);
    *in = (Instance){ 0 };
}
