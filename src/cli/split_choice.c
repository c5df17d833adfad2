#include "cli/split_choice.h"
#include "base/error.h"
#include "communication/best_split.h"
#include <stdlib.h>
#include <string.h>

int split_choose(Split *split, char **name, const Problem *problem, const Params *p,
                 const char *usual, const Options *o) {
    const char *asked = o->split ? o->split : usual;
    bool best = strcmp(asked, "best") == 0;
    char *why = best ? best_split_init(split, problem, p) : split_init(split, problem, p, asked);
    if (why != NULL) {
        error("--split: '%s': %s", asked, why);
        free(why);
        return -1;
    }
    Text t = { 0 };
    if (best)
        split_print(&t, split);
    else
        text_add(&t, asked);
    *name = text_take(&t);
    return 0;
}
