#include "constructions/construction.h"
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

void promise_init(Promise *p) {
    *p = (Promise){ 0 };
    mpq_init(p->margin);
}

void promise_clear(Promise *p) { mpq_clear(p->margin); }
