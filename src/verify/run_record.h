// run_record.h - one line of a run file behind the first: what was covered, and the worst so far.
#pragma once
#include "base/json_input.h"
#include "verify/conclude.h"
#include "verify/judge.h"
#include "verify/ranges.h"

// The object, a new reference: ranges, and the counts and the worst words of `worst`.
json_t *record_of(const Check *c, const Ranges *ranges, const Worst *worst);

// Reads the records of one file.
typedef struct RecordReader {
    const Check *check;
    Span part;   // the ranks that its records may be about
    Judge *judge;
    Worst one, again;   // of the record at hand, and of a word that it names
    Worst file;         // of the file up to it
    Token *word;
} RecordReader;

void record_reader_init(RecordReader *r, const Check *c, Span part);
void record_reader_clear(RecordReader *r);

// Adds the record to `covered` and `worst`.  -1 after an error: it is none; a rank is covered
// already or lies outside the part; the counts are not those of so many words; or a word is not
// what it is said to be, which an evaluation of it tells.
int record_read(RecordReader *r, Ranges *covered, Worst *worst, const Node *object);
