// model_check.h - the check of a model that was read from a file.
#pragma once
#include "net/model_file.h"
#include "verify/effort.h"
#include "verify/finding.h"

// Fills in the finding, init beforehand: recurrent_check or check_model.  The claim is the file's
// name, which must outlive the finding.  Errors as these.
int model_file_check(Finding *f, const Model *m, const char *file, const Effort *e);
