#include "net/fault.h"

void fault_print(Text *t, const Fault *f) {
    if (f->layer > 0)
        text_printf(t, "layer %zu", f->layer);
    if (f->head > 0)
        text_printf(t, ", head %zu", f->head);
    text_printf(t, "%s%s", f->layer > 0 ? ": " : "", f->part);
    if (f->query != NOWHERE)
        text_printf(t, " %s position %ld", f->key != NOWHERE ? "of" : "at", f->query);
    if (f->key != NOWHERE)
        text_printf(t, " on position %ld", f->key);
    text_printf(t, " %s", f->why);
}
