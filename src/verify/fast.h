// fast.h - the fast exact evaluator: margins of words met one token apart.
//
// Sums of layer 1 are updated, not recomputed, when a token changes; what follows at a position is
// computed again only when its sums changed, and layer 2's sums are updated by that position's new
// share.  All of it runs on machine integers where a bound shows beforehand that they cannot
// overflow and where the streams that layer 2 reads are clean, that is, small integers over one
// denominator; each word for which that is not so is evaluated in GMP.  Either way the margins are
// the rationals that evaluate.h defines.
#pragma once
#include "verify/tabulation.h"
#include "verify/worst.h"

typedef struct Fast Fast;   // one thread's evaluator

// target: what heads are meant to attend to, NULL if unknown; needs length <= 64 then.
// word: the word at hand, changed by the caller between calls; it and tab must outlive the
// evaluator. Free with fast_free.
Fast *fast_new(const Tabulation *tab, Target *target, const Token *word);
void fast_free(Fast *f);

// The word at hand is another one altogether.
void fast_seek(Fast *f);

// The word at hand differs from the last one at that position, where `old` stood.
void fast_change(Fast *f, size_t position, Token old);

// Offers the margin of the word at hand for that right answer, and the attention on what is meant.
void fast_judge(Fast *f, size_t answer, Worst *worst);
