// run_choice.h - exhaustive checks in parts, or recorded in files, as the command line asks for
// them.
#pragma once
#include "cli/claims.h"
#include "verify/run_file.h"

// What --shard and --resume ask for; then e->run points to it.  Undo with run_request_clear, which
// does no harm after an error.  -1 after an error: there is more than one check, or it is none of a
// transformer by exhaustion.
int run_request_init(RunRequest *r, Effort *e, const Jobs *jobs, const Options *o);

// The same for files that are to be joined.  Needs files >= 1.
int run_request_init_joined(RunRequest *r, Effort *e, const Jobs *jobs, const Options *o,
                            char **file, size_t files);
void run_request_clear(RunRequest *r);

// *jobs and *o <- the check that the first of these files is about.  Undo with jobs_clear and
// options_clear; the options borrow from *options (json_decref).  -1, with nothing to undo, after
// an error.
int run_request_choose(Jobs *jobs, Options *o, json_t **options, const char *file);
