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

// Which claims can be asked for: all; those with a construction; those whose construction uses a
// code; those with a construction, also a recurrent one, of which sizes that they say nothing about
// are jobs too.
typedef enum ClaimKind { CLAIMS_ALL, CLAIMS_BUILT, CLAIMS_CODED, CLAIMS_MODELS } ClaimKind;

// The claims of that kind that match one of the patterns (none: all, but with CLAIMS_CODED only
// those with certificates on machines), in the order of the list, each at the sizes asked for or
// the default ones (NULL: its own); sizes that a claim says nothing about (but of CLAIMS_MODELS),
// and options that have no effect on any of the claims, are an error. Undo with jobs_clear.  -1,
// with nothing to undo, after an error.
int jobs_choose(Jobs *jobs, const Options *o, char **patterns, size_t count, ClaimKind kind,
                const char *default_sizes);

// -1 after an error: one of the checks cannot be done for want of a code or of room.  Asked before
// the first is begun, so that no verdict is lost.
int jobs_ready(const Jobs *jobs, const Effort *e);
void jobs_clear(Jobs *jobs);
