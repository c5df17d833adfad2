// margin.h - by how much the right answer wins (docs/notation.md#margin).
#pragma once
#include "net/readout.h"

// margin <- the margin of the outputs, one per readout row, for that right answer, which is no
// ANSWER_EXCLUDED.
void readout_margin(mpq_t margin, const Readout *r, mpq_t *output, size_t answer);

// Enclosures of the outputs give one of the margin: lower[r] <= output r <= upper[r].
void readout_margin_ends(mpq_t least, mpq_t most, const Readout *r, mpq_t *lower, mpq_t *upper,
                         size_t answer);

#define ANSWER_NONE SIZE_MAX

// The answer that the outputs make: the row with the largest one, the sign; ANSWER_NONE on a tie.
size_t readout_answer(const Readout *r, mpq_t *output);
