// claim_file.h - the file format chasm-claims-1 (docs/claim-file.md): claims and what is expected
// of their verdicts.
#pragma once
#include "base/json_input.h"
#include "cli/measured.h"
#include "cli/options.h"

// One claim, or one model file.  Strings live as long as the claim file.
typedef struct Entry {
    size_t line;         // on which it begins
    char *place;         // "FILE:LINE"
    char *claim;         // a name or a pattern; NULL: a model
    char *model;         // the path of a model file; NULL: a claim
    Options options;     // what `chasm verify`, or `chasm model check`, would be told
    Measured expected;   // has a verdict
} Entry;

typedef struct ClaimFile {
    const char *name;
    Text bytes;
    JsonInput in;
    Entry *entry;
    size_t entries;   // at least 1
} ClaimFile;

// *f <- the file; "-" is standard input.  Undo with claim_file_clear.  -1, with nothing to undo,
// after an error "FILE:LINE: WHERE: what is wrong".
int claim_file_read(ClaimFile *f, const char *file);

// The same from memory, which is copied; `file` is what errors call it, and where the paths of
// models start from.
int claim_file_parse(ClaimFile *f, const char *file, const char *bytes, size_t length);
void claim_file_clear(ClaimFile *f);

// Appends the file's text with the values that entries expect replaced by those measured:
// found[i] of entry i, which has all that the entry expects.  What is as it was keeps its spelling,
// and so does everything else in the file.  Returns how many values differ.
size_t claim_file_update(Text *t, const ClaimFile *f, const Measured *found);
