// run_file.h - the file format chasm-run-1 (docs/run-file.md): what an exhaustive check has covered
// so far, appended as it goes.
//
// A line is ["DIGEST", OBJECT]: the digest is that of the digest before (nothing in the first line)
// and the text of the object.  The first object says what is checked, every other one which ranks
// were covered since the one before and the worst of all words so far.  A line that a crash cut off
// is dropped when the file is opened again; whatever else is wrong is an error with its line.
#pragma once
#include "base/digest.h"
#include "verify/conclude.h"
#include "verify/ranges.h"
#include <jansson.h>

// What is asked for beside the check: parts of it, or files that say how far it got.
typedef struct RunRequest {
    const char *claim;
    json_t *options;        // that were given, by their names: the claim line
    uint64_t part, parts;   // of the ranks part `part` of 1 .. parts; 1 of 1: all
    const char *file;       // to be appended to and read before; NULL: none
    char **joined;          // files of parts that are put together, and nothing is evaluated;
    size_t joins;           //   0: none
} RunRequest;

// The ranks of the part: begin = floor(total (part - 1) / parts).  Empty if parts > total.
Span run_part(const RunRequest *request, uint64_t total);

// The check that the file belongs to.
typedef struct RunCheck {
    const RunRequest *request;
    const Check *check;
    const char *evaluator;   // "fast" or "naive"
    const size_t *order;     // of the positions in the walk; NULL: its own
} RunCheck;

typedef struct RunFile {
    const char *name;
    int descriptor;
    size_t length;   // bytes
    Digest last;     // of the last line
} RunFile;

// Opens the request's file, makes it if there is none, and adds what it says to `covered` and
// `worst`.  Undo with run_file_close.  -1, with nothing to undo, after an error: it cannot be read
// or written, another process has it, it belongs to another check or part, or it is corrupt: a
// digest or a count does not fit, ranges overlap, a word does not have the margin that it is said
// to have.
int run_file_open(RunFile *r, Ranges *covered, Worst *worst, const RunCheck *c);

// Appends the ranges and the worst so far, of which only counts are those of the ranges; and waits
// until the disk has it.  -1 after an error, with the file as it was.
int run_file_append(RunFile *r, const RunCheck *c, const Ranges *ranges, const Worst *worst);
void run_file_close(RunFile *r);

// Adds what the joined files say, which together must be about every rank exactly once.
// -1 after an error.
int run_files_join(Ranges *covered, Worst *worst, const RunCheck *c);

// *claim and *options <- what the first line of that file says, for the caller to free
// (json_decref). -1 after an error.
int run_file_claim(char **claim, json_t **options, const char *file);
