#include "verify/finding.h"
#include <stdlib.h>

void finding_init(Finding *f) {
    *f = (Finding){ .verdict = UNKNOWN };
    mpq_inits(f->margin, f->promise, NULL);
    mpz_inits(f->inputs, f->excluded, NULL);
}

void finding_clear(Finding *f) {
    mpq_clears(f->margin, f->promise, NULL);
    mpz_clears(f->inputs, f->excluded, NULL);
    vector_clear(f->attention, f->attentions);
    free(f->arithmetic);
    free(f->code_name);
    free(f->witness);
    free(f->inputs_text);
    free(f->inputs_brief);
    free(f->length_text);
    free(f->parameters_text);
    free(f->reason);
    free(f->recurrent.prefix[0]);
    free(f->recurrent.prefix[1]);
    free(f->recurrent.suffix);
    *f = (Finding){ 0 };
}

void finding_cover_all(Finding *f, const Task *task, const Params *p) {
    task_count_answered(f->inputs, task, p);
    task_count_words(f->excluded, task, p);
    mpz_sub(f->excluded, f->excluded, f->inputs);
}
