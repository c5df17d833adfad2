// choices.h - the groups and options of a task's size, laid out flat.
//
// Flat option o of group g is a *choice*, numbered first[g] + o; its k-th token stands at position
// group[g].position[k] and is *slot* slot[choice] + k.
//
// A group may stand for several that are alike (docs/symmetry.md#classes): its *members*.
#pragma once
#include "net/transformer.h"

typedef struct Choices {
    const Task *task;
    const Params *params;
    size_t groups, count, slots;
    Group *group;
    size_t *first;          // groups + 1 entries
    size_t *slot;           // count + 1 entries
    Token *token;           // per slot
    size_t *group_of;       // per position
    mpz_t *members;         // per group
    size_t domains;         // the words as a union of domains, where they are not the task's own
    const Domain *domain;   //   (then NULL)
} Choices;

// A word: every member of group g takes option[g], but one member of group exception[e].group,
// which has several, takes exception[e].option.
typedef struct Pick {
    size_t *option;
    size_t domain;   // in which it was found
    size_t exceptions;
    struct {
        size_t group, option;
    } exception[DOMAIN_EXCEPTIONS];
} Pick;

// One member each.  p must outlive it.  Undo with choices_clear.
void choices_init(Choices *c, const Task *task, const Params *p);
void choices_clear(Choices *c);

// The domains; d <- number `index`.
size_t choices_domains(const Choices *c);
void choices_domain(Domain *d, const Choices *c, size_t index);

// Each slot's row of the embedding of t, a model of that size.  The caller frees it.
size_t *choices_rows(const Choices *c, const Transformer *t);

// Where the position stands in its group: group[group_of[position]].position[k] == position.
size_t choices_place(const Choices *c, size_t position);

// All groups take option 0.  Undo with pick_clear.
void pick_init(Pick *p, const Choices *c);
void pick_set(Pick *to, const Pick *from, const Choices *c);
void pick_clear(Pick *p);

// word <- the word in which group g takes option[g].
void choices_word(Token *word, const Choices *c, const size_t *option);
