#include "task/domain.h"

bool option_set_has(const OptionSet *set, size_t option) {
    switch (set->kind) {
    case OPTIONS_MASK:
        return option < 64 && (set->mask >> option & 1);
    case OPTIONS_ONE:
        return option == set->one;
    case OPTIONS_ALL:
        break;
    }
    return true;
}

OptionSet domain_allows(const Domain *d, size_t group, size_t options) {
    for (size_t e = 0; e < d->exceptions + d->furthers; e++)
        if (domain_exception(d, e)->group == group)
            return domain_exception(d, e)->set;
    return options == 1 ? (OptionSet){ .kind = OPTIONS_ALL } : d->rest;
}
