// certificate_file.h - verdicts as certificates, the text that chasm-check reads
// (docs/certificate-file.md).
//
// Each function appends the whole text for a finding that is PROVED and returns NULL; or, with the
// text untouched, returns why there is no such certificate, as a string constant.  The same finding
// gives the same bytes.
#pragma once
#include "communication/split.h"
#include "net/recurrent.h"
#include "verify/effort.h"
#include "verify/finding.h"

enum {
    CERTIFIED_WORDS = 1 << 16,     // tried one by one by the checker, at most
    CERTIFIED_NUMBERS = 1 << 22,   // of an embedding table, at most
    CERTIFIED_STATES = 1 << 12,    // listed, at most
    CERTIFIED_CELLS = 1 << 22,     // prefixes times suffixes looked at, at most
    CERTIFIED_SIDE = 1 << 10,      // of a fooling set, at most
};

// NULL, or why verdicts reached in that way have no certificate, whatever they are about.
const char *certificate_file_admits(const Effort *e);

// The margin of t on all words: by product domains where t has the form that the checker's proof is
// for (and then the certificate, certificate.h, is computed first), else by trying them all.
const char *certificate_file_transformer(Text *out, const Transformer *t, const Finding *f,
                                         const Effort *e);

// The margin of r on all words; for words of every length by the states reached, of dyck only.
const char *certificate_file_recurrent(Text *out, const Recurrent *r, const Finding *f);

// That a recurrent model has different states after so many different prefixes of f's bound_tokens
// tokens.  Needs a finding of refinement; words of one size only.
const char *certificate_file_states(Text *out, const Task *task, const Finding *f);

// The largest fooling set found, of whatever answer, in the task's communication matrix, which is
// enumerated.
const char *certificate_file_bound(Text *out, const Problem *problem, const Params *p,
                                   const Split *split);

// ---- for those who write other kinds ----

// The first line, and the last one, which counts the lines.
void certificate_file_begin(Text *out);
void certificate_file_end(Text *out);
