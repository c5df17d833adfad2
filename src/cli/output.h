// output.h - where results go: standard output, or a file that is written whole or not at all.
#pragma once
#include "base/text.h"
#include "report/table.h"

typedef struct Output {
    FILE *file;
    const char *name;   // for messages
    char *target;       // the file to be replaced; NULL: the stream is written directly
    char *temporary;    // beside the target, renamed to it at the end
    int failure;        // errno of the first write that failed; 0: none
} Output;

// Adds to why the reason why no file of that name can be written, if that can be told now: before
// the work whose results go there.
void output_check(const char *name, Text *why);

// Opens the file, NULL or "-": standard output.  Ends with output_close or output_discard.  What is
// no regular file (a device, a pipe) is written directly.  -1 after an error.
int output_open(Output *o, const char *name);

// Everything is on the disk, or -1 after an error and the file is what it was before.
int output_close(Output *o);

// Gives up: the file stays what it was before.
void output_discard(Output *o);

// Opens, writes the table, closes.  -1 after an error.
int output_table(const char *name, const Format *format, const Table *t);

// Writes the certificate of a claim to that file; or tells why there is none, and then it is an
// error (-1).
int output_certificate(const char *name, const char *claim, const Text *text, const char *why);
