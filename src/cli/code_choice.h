// code_choice.h - the codes that a table goes through.
#pragma once
#include <stddef.h>

typedef struct CodeChoice {
    const char **name;   // as Params.code takes them
    size_t count;
} CodeChoice;

// A name with * or ? stands for every family that it matches, of those whose names need no numbers,
// and for the default if it matches "default"; any other for itself; NULL: the default alone.
// -1 after an error: the pattern matches none.  Undo with code_choice_clear.
int code_choice_init(CodeChoice *c, const char *name);
void code_choice_clear(CodeChoice *c);
