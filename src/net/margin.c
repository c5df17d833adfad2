#include "net/margin.h"
#include "base/error.h"

// margin <- the least lead of right's number in `winner` over another row's in `others`.
static void least_lead(mpq_t margin, const Readout *r, mpq_t *winner, mpq_t *others,
                       size_t answer) {
    size_t right = 0;
    require(answer < r->w.rows);
    while (r->answers[right] != answer)
        right++;
    bool first = true;
    mpq_t lead;
    mpq_init(lead);
    for (size_t row = 0; row < r->w.rows; row++) {
        if (row == right)
            continue;
        mpq_sub(lead, winner[right], others[row]);
        if (first || mpq_cmp(lead, margin) < 0)
            mpq_set(margin, lead);
        first = false;
    }
    require(!first);
    mpq_clear(lead);
}

void readout_margin(mpq_t margin, const Readout *r, mpq_t *output, size_t answer) {
    if (!r->sign)
        least_lead(margin, r, output, output, answer);
    else if (answer == 0)
        mpq_neg(margin, output[0]);
    else
        mpq_set(margin, output[0]);
}

void readout_margin_ends(mpq_t least, mpq_t most, const Readout *r, mpq_t *lower, mpq_t *upper,
                         size_t answer) {
    if (!r->sign) {
        least_lead(least, r, lower, upper, answer);
        least_lead(most, r, upper, lower, answer);
    } else if (answer == 0) {
        mpq_neg(least, upper[0]);
        mpq_neg(most, lower[0]);
    } else {
        mpq_set(least, lower[0]);
        mpq_set(most, upper[0]);
    }
}

size_t readout_answer(const Readout *r, mpq_t *output) {
    size_t best = 0;
    bool tie = false;
    if (r->sign)
        return mpq_sgn(output[0]) == 0 ? ANSWER_NONE : mpq_sgn(output[0]) > 0;
    for (size_t row = 1; row < r->w.rows; row++) {
        int lead = mpq_cmp(output[row], output[best]);
        if (lead > 0)
            best = row;
        tie = lead == 0 || (lead < 0 && tie);
    }
    return tie ? ANSWER_NONE : r->answers[best];
}
