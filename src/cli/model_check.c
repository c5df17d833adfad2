#include "cli/model_check.h"
#include "verify/check.h"
#include "verify/recurrent_check.h"

int model_file_check(Finding *f, const Model *m, const char *file, const Effort *e) {
    int status = m->recurrent ? recurrent_check(f, &m->network, file, e)
                              : check_model(f, &m->transformer, NULL, file, e);
    f->claim = file;
    return status;
}
