#include "constructions/recurrent_construction.h"
#include "registry.h"
#include <string.h>

#define ENTRY(name) extern const RecurrentConstruction recurrent_construction_##name;
RECURRENT_CONSTRUCTIONS
#undef ENTRY

const RecurrentConstruction *const recurrent_constructions[] = {
#define ENTRY(name) &recurrent_construction_##name,
    RECURRENT_CONSTRUCTIONS
#undef ENTRY
        NULL,
};

const RecurrentConstruction *recurrent_construction_find(const char *name) {
    for (size_t i = 0; recurrent_constructions[i] != NULL; i++)
        if (strcmp(recurrent_constructions[i]->name, name) == 0)
            return recurrent_constructions[i];
    return NULL;
}

const char *recurrent_construction_admits(const RecurrentConstruction *c, const Params *p) {
    const char *why = recurrent_admits(c->task, p);
    return why ? why : c->admits(p);
}

void recurrent_promise_init(RecurrentPromise *p) {
    *p = (RecurrentPromise){ 0 };
    mpq_init(p->margin);
}

void recurrent_promise_clear(RecurrentPromise *p) { mpq_clear(p->margin); }
