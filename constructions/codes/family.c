#include "constructions/codes/family.h"
#include "registry.h"
#include <string.h>

#define ENTRY(name) extern const CodeFamily code_family_##name;
CODE_FAMILIES
#undef ENTRY

const CodeFamily *const code_families[] = {
#define ENTRY(name) &code_family_##name,
    CODE_FAMILIES
#undef ENTRY
        NULL,
};

const CodeFamily *code_family_find(const char *name) {
    for (size_t i = 0; code_families[i] != NULL; i++)
        if (strcmp(code_families[i]->name, name) == 0)
            return code_families[i];
    return NULL;
}
