#include "constructions/construction.h"
#include "base/error.h"
#include "registry.h"
#include <string.h>

#define ENTRY(name) extern const Construction construction_##name;
CONSTRUCTIONS
#undef ENTRY

const Construction *const constructions[] = {
#define ENTRY(name) &construction_##name,
    CONSTRUCTIONS
#undef ENTRY
        NULL,
};

const Construction *construction_find(const char *name) {
    for (size_t i = 0; constructions[i] != NULL; i++)
        if (strcmp(constructions[i]->name, name) == 0)
            return constructions[i];
    return NULL;
}

uint64_t construction_words(const Construction *c, const Params *p) {
    return c->words ? c->words(p) : p->n;
}

void promise_init(Promise *p) {
    *p = (Promise){ 0 };
    mpq_init(p->margin);
}

void promise_clear(Promise *p) { mpq_clear(p->margin); }

void seeding_expand(Transformer *t, const Seeding *s, const Params *p, const Code *code,
                    uint64_t temperature) {
    require(temperature >= 1);
    Transformer seed;
    mpz_t n;
    mpz_init_set_ui(n, p->n);
    s->seed(&seed, p, n, code->length, temperature);
    coded_expand(t, &seed, p, code);
    transformer_clear(&seed);
    mpz_clear(n);
}
