#include "verify/choices.h"
#include "base/alloc.h"
#include <stdlib.h>
#include <string.h>

void choices_init(Choices *c, const Task *task, const Params *p) {
    const Domains *domains = task->domains;
    *c = (Choices){ .task = task, .params = p, .groups = domains->groups(p) };
    c->group = alloc_array(c->groups, 1, sizeof *c->group);
    c->first = alloc_array(c->groups + 1, 1, sizeof *c->first);
    c->group_of = alloc_array(task->length(p), 1, sizeof *c->group_of);
    c->members = alloc_array(c->groups, 1, sizeof *c->members);
    for (size_t g = 0; g < c->groups; g++) {
        domains->group(&c->group[g], p, g);
        mpz_init_set_ui(c->members[g], 1);
        c->first[g + 1] = c->first[g] + c->group[g].options;
        c->slots += c->group[g].options * c->group[g].positions;
        for (size_t k = 0; k < c->group[g].positions; k++)
            c->group_of[c->group[g].position[k]] = g;
    }
    c->count = c->first[c->groups];
    c->slot = alloc_array(c->count + 1, 1, sizeof *c->slot);
    c->token = alloc_array(c->slots, 1, sizeof *c->token);
    for (size_t g = 0; g < c->groups; g++)
        for (size_t o = 0; o < c->group[g].options; o++) {
            size_t choice = c->first[g] + o, slot = c->slot[choice];
            for (size_t k = 0; k < c->group[g].positions; k++)
                c->token[slot + k] = domains->token(p, g, o, k);
            c->slot[choice + 1] = slot + c->group[g].positions;
        }
}

void choices_clear(Choices *c) {
    for (size_t g = 0; g < c->groups; g++)
        mpz_clear(c->members[g]);
    free(c->members);
    free(c->group);
    free(c->first);
    free(c->slot);
    free(c->token);
    free(c->group_of);
    *c = (Choices){ 0 };
}

size_t choices_domains(const Choices *c) {
    return c->domain ? c->domains : c->task->domains->count(c->params);
}

void choices_domain(Domain *d, const Choices *c, size_t index) {
    if (c->domain != NULL)
        *d = c->domain[index];
    else
        c->task->domains->domain(d, c->params, index);
}

size_t *choices_rows(const Choices *c, const Transformer *t) {
    size_t *row = alloc_array(c->slots, 1, sizeof *row);
    for (size_t g = 0; g < c->groups; g++)
        for (size_t choice = c->first[g]; choice < c->first[g + 1]; choice++)
            for (size_t k = 0; k < c->group[g].positions; k++) {
                size_t slot = c->slot[choice] + k;
                row[slot] = transformer_row(t, c->group[g].position[k], c->token[slot]);
            }
    return row;
}

size_t choices_place(const Choices *c, size_t position) {
    size_t k = 0;
    while (c->group[c->group_of[position]].position[k] != position)
        k++;
    return k;
}

void pick_init(Pick *p, const Choices *c) {
    *p = (Pick){ .option = alloc_array(c->groups, 1, sizeof *p->option) };
}

void pick_set(Pick *to, const Pick *from, const Choices *c) {
    size_t *option = to->option;
    memcpy(option, from->option, c->groups * sizeof *option);
    *to = *from;
    to->option = option;
}

void pick_clear(Pick *p) {
    free(p->option);
    *p = (Pick){ 0 };
}

void choices_word(Token *word, const Choices *c, const size_t *option) {
    for (size_t g = 0; g < c->groups; g++)
        for (size_t k = 0; k < c->group[g].positions; k++)
            word[c->group[g].position[k]] = c->token[c->slot[c->first[g] + option[g]] + k];
}
