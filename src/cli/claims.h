// claims.h - the claims that the command line names, at the sizes it asks for.
#pragma once
#include "cli/options.h"

// One check to be done.
typedef struct Job {
    size_t claim;
    Params params;
} Job;

typedef struct Jobs {
    Job *job;
    size_t count;
} Jobs;

// The claims, or of them the constructions only, that match one of the patterns (none: all), in the
// order of the list, each at the sizes asked for or the default ones (NULL: its own); sizes that a
// claim says nothing about are an error. Undo with jobs_clear.  -1, with nothing to undo, after an
// error.
int jobs_choose(Jobs *jobs, const Options *o, char **patterns, size_t count,
                bool constructions_only, const char *default_sizes);
void jobs_clear(Jobs *jobs);
