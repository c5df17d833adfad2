#include "verify/check.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "verify/certificate.h"
#include "verify/exhaustive.h"
#include "verify/machine_certificate.h"

const char *check_admits(const Task *task, const Params *p, Method method) {
    return method == METHOD_EXHAUSTIVE ? exhaustive_admits(task, p) : NULL;
}

// Whether auto tries every word: evaluation on a machine is naive, and slow.
static bool has_few_words(const Transformer *t, bool machine) {
    mpz_t words;
    mpz_init(words);
    task_count_words(words, t->task, &t->params);
    bool few = mpz_cmp_ui(words, 1UL << (machine ? AUTO_MACHINE_BITS : AUTO_BITS)) <= 0;
    mpz_clear(words);
    return few;
}

int check_model(Finding *f, const Transformer *t, Target *target, const char *name,
                const Effort *e) {
    bool machine = e->arithmetic.ar != NULL && e->arithmetic.ar->is_machine;
    bool exhaustive = e->method == METHOD_EXHAUSTIVE ||
                      (e->method == METHOD_AUTO && (e->naive || has_few_words(t, machine)));
    if (exhaustive)
        return exhaustive_check(f, t, target, name, e);
    if ((machine ? machine_certificate_check(f, t, name, e)
                 : certificate_check(f, t, target, name, e)) < 0)
        return -1;
    bool open = f->verdict == UNKNOWN && e->method == METHOD_AUTO && !interrupted();
    if (!open || exhaustive_admits(t->task, &t->params) != NULL)
        return 0;
    warn("%s: no certificate: %s; trying every input", name, f->reason ? f->reason : "no reason");
    finding_clear(f);
    finding_init(f);
    return exhaustive_check(f, t, target, name, e);
}
