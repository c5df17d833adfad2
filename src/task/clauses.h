// clauses.h - a Boolean task's words as those that some clause decides, and the others.
//
// A clause requires tokens at a few positions; a word that has them all is decided by it.  All
// words that some clause decides have one answer, and all others the other one.  Every token of a
// position that is required can stand there.
#pragma once
#include "task/domain.h"

typedef struct Requirement {
    size_t position;
    Token token;
} Requirement;

enum { REQUIREMENTS_MOST = 64 };

typedef struct Clauses {
    size_t (*answer)(const Params *p);   // to a word that is decided
    size_t (*count)(const Params *p);
    // r[0 .. count-1] <- what the clause requires; returns count.  A clause may require two tokens
    // of one position, and then decides no word.
    size_t (*clause)(Requirement r[REQUIREMENTS_MOST], const Params *p, size_t index);
} Clauses;
