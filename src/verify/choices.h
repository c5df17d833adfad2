// choices.h - the groups and options of a task's size, laid out flat.
//
// Flat option o of group g is a *choice*, numbered first[g] + o; its k-th token stands at position
// group[g].position[k] and is *slot* slot[choice] + k.
#pragma once
#include "net/transformer.h"

typedef struct Choices {
    const Task *task;
    const Params *params;
    size_t groups, count, slots;
    Group *group;
    size_t *first;      // groups + 1 entries
    size_t *slot;       // count + 1 entries
    Token *token;       // per slot
    size_t *group_of;   // per position
} Choices;

// p must outlive it.  Undo with choices_clear.
void choices_init(Choices *c, const Task *task, const Params *p);
void choices_clear(Choices *c);

// word <- the word in which group g takes option[g].
void choices_word(Token *word, const Choices *c, const size_t *option);
