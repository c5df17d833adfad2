#include "cli/code_choice.h"
#include "base/alloc.h"
#include "base/error.h"
#include "constructions/codes/family.h"
#include <stdlib.h>
#include <string.h>

int code_choice_init(CodeChoice *c, const char *name) {
    size_t families = 0;
    while (code_families[families] != NULL)
        families++;
    *c = (CodeChoice){ .name = alloc_array(families + 1, 1, sizeof *c->name) };
    if (name == NULL || strpbrk(name, "*?") == NULL) {
        c->name[c->count++] = name;
        return 0;
    }
    if (text_matches(name, "default"))
        c->name[c->count++] = NULL;
    for (size_t i = 0; i < families; i++)
        if (code_families[i]->least == 0 && text_matches(name, code_families[i]->name))
            c->name[c->count++] = code_families[i]->name;
    if (c->count > 0)
        return 0;
    code_choice_clear(c);
    return error("--code: '%s' matches no family of codes; 'chasm list' names them", name);
}

void code_choice_clear(CodeChoice *c) {
    free(c->name);
    *c = (CodeChoice){ 0 };
}
