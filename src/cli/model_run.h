// model_run.h - 'chasm model run': what a model answers to given words.
#pragma once
#include "cli/options.h"

// Runs the model of the file on the words, or, if the only one is "-", on those of standard input,
// one a line, and prints a row for each.  The exit status.
int model_run(const Options *o, const char *file, char **words, size_t count);
