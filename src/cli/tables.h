// tables.h - the kinds of 'chasm table', each run like a command.
#pragma once
#include "cli/options.h"

int table_margins(const Options *o, int count, char **operands);   // operands: claims
int table_codes(const Options *o, int count, char **operands);
int table_precision(const Options *o, int count, char **operands);    // operands: claims
int table_tradeoff(const Options *o, int count, char **operands);     // operands: claims
int table_formats(const Options *o, int count, char **operands);      // operands: claims
int table_bounds(const Options *o, int count, char **operands);       // operands: tasks
int table_separation(const Options *o, int count, char **operands);   // operands: tasks
int table_sizes(const Options *o, int count, char **operands);        // operands: claims

// Whether one of the patterns matches the name, or there are none.
bool table_asks(const char *name, int count, char **patterns);
