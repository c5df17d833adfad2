#include "task/domain.h"

bool option_set_has(const OptionSet *set, size_t option) {
    switch (set->kind) {
    case OPTIONS_MASK:
        return option < 64 && (set->mask >> option & 1);
    case OPTIONS_ONE:
        return option == set->one;
    case OPTIONS_OUTSIDE:
        return option < set->one || option - set->one >= set->count;
    case OPTIONS_WHERE:
        return set->has(set->params, set->key, option);
    case OPTIONS_ALL:
        break;
    }
    return true;
}

bool option_sets_equal(const OptionSet *a, const OptionSet *b) {
    bool ones = a->kind == OPTIONS_ONE || a->kind == OPTIONS_OUTSIDE;
    return a->kind == b->kind && (a->kind != OPTIONS_MASK || a->mask == b->mask) &&
           (!ones || a->one == b->one) && (a->kind != OPTIONS_OUTSIDE || a->count == b->count) &&
           (a->kind != OPTIONS_WHERE ||
            (a->has == b->has && a->params == b->params && a->key == b->key));
}

OptionSet domain_allows(const Domain *d, size_t group, size_t options) {
    for (size_t e = 0; e < d->exceptions + d->furthers; e++)
        if (domain_exception(d, e)->group == group)
            return domain_exception(d, e)->set;
    return domain_rest(d, group, options);
}

OptionSet domain_rest(const Domain *d, size_t group, size_t options) {
    bool free = options == 1 || (d->free_from > 0 && group >= d->free_from);
    return free ? (OptionSet){ .kind = OPTIONS_ALL } : d->rest;
}

bool domains_share_rest(const Domain *a, const Domain *b) {
    return a->free_from == b->free_from && option_sets_equal(&a->rest, &b->rest);
}
