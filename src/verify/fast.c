// A word of a two-layer model is judged from three things, each kept up to date by itself: the rows
// of layer 1 (rows.h), what every position adds to the sums of layer 2, and those sums.
#include "verify/fast.h"
#include "base/alloc.h"
#include "base/error.h"
#include "net/margin.h"
#include "verify/rows.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

// Scores of layer 2 lie in -SCORE .. SCORE on the machine path, so that no sum of at most 4096
// positions exceeds 4096 * 2^(2 SCORE) * 2^CLEAN_BITS = 2^116.
enum { SCORE = 40, SCALE_BITS = 30 };

// Beyond this, layer 2 is left to the naive evaluator.
enum { LARGEST_SCORE = 1 << 14 };

// The margins that go with one value of the sums of layer 2 and of what skips them.
typedef enum Known { NOT_KNOWN, KNOWN, NOT_WORSE } Known;
typedef struct Memo {
    bool used;
    Wide *key;
    mpq_t *output;
    Known
        *known;   // per answer; NOT_WORSE: above the worst margin, and for good, as that only sinks
    mpq_t *margin;   // per answer
} Memo;

struct Fast {
    const Tabulation *tab;
    const Transformer *t;
    Target *target;
    const Token *word;
    Rows rows;
    Evaluator *naive;   // for words whose score is no integer; made when needed
    mpq_t *output, margin;
    // Layer 2 only:
    bool *counted;   // per position: its share is in the sums, else the word needs GMP
    bool *pending;   // per position: its share is out of date
    size_t uncounted, pendings;
    size_t *pending_list;
    Wide *share;      // [position][sums2]: (2^(s + SCORE), 2^(s + SCORE) scale v_1, ..) per head
    Wide *sums2;      // the counted shares added up
    Wide scale;       // tab->scale; 0 if it has more than SCALE_BITS bits
    int64_t *query;   // the readout's queries that the shares were computed with
    size_t rest, memos;   // outputs that skip attention; a power of two
    Memo *memo;
    Wide *key;
    mpq_t *input;
};

// ---- lifecycle ----

static void memo_init(Fast *f, size_t answers) {
    f->memos = 4096;
    while (f->memos > 1 && f->memos * (answers + f->tab->sums2 + f->rest) > 1 << 18)
        f->memos /= 2;
    f->memo = alloc_array(f->memos, 1, sizeof *f->memo);
    for (size_t k = 0; k < f->memos; k++)
        f->memo[k] = (Memo){ .key = alloc_array(f->tab->sums2 + f->rest, 1, sizeof(Wide)),
                             .output = vector_init(f->t->readout.w.rows),
                             .known = alloc_array(answers, 1, sizeof(Known)),
                             .margin = vector_init(answers) };
}

Fast *fast_new(const Tabulation *tab, Target *target, const Token *word) {
    const Transformer *t = tab->t;
    Fast *f = alloc_array(1, 1, sizeof *f);
    *f = (Fast){ .tab = tab, .t = t, .target = target, .word = word };
    rows_init(&f->rows, tab, target, word);
    f->output = vector_init(t->readout.w.rows);
    mpq_init(f->margin);
    if (t->layers < 2)
        return f;
    size_t seen = f->rows.seen;
    bool small = mpz_sizeinbase(tab->scale, 2) <= SCALE_BITS;
    f->scale = small ? wide_get(tab->scale) : 0;
    f->rest = tab->outputs - tab->rest;
    f->counted = alloc_array(seen, 1, sizeof *f->counted);
    f->pending = alloc_array(seen, 1, sizeof *f->pending);
    f->pending_list = alloc_array(seen, 1, sizeof *f->pending_list);
    f->share = alloc_array(seen, tab->sums2, sizeof *f->share);
    f->sums2 = alloc_array(tab->sums2, 1, sizeof *f->sums2);
    f->query = alloc_array(tab->outputs, 1, sizeof *f->query);
    f->key = alloc_array(tab->sums2 + f->rest, 1, sizeof *f->key);
    f->input = vector_init(tab->finish.inputs);
    memo_init(f, t->task->answers(&t->params));
    return f;
}

void fast_free(Fast *f) {
    for (size_t k = 0; k < f->memos; k++) {
        free(f->memo[k].key);
        vector_clear(f->memo[k].output, f->t->readout.w.rows);
        free(f->memo[k].known);
        vector_clear(f->memo[k].margin, f->t->task->answers(&f->t->params));
    }
    free(f->memo);
    rows_clear(&f->rows);
    if (f->naive != NULL)
        evaluator_free(f->naive);
    vector_clear(f->output, f->t->readout.w.rows);
    mpq_clear(f->margin);
    if (f->input != NULL)
        vector_clear(f->input, f->tab->finish.inputs);
    free(f->counted);
    free(f->pending);
    free(f->pending_list);
    free(f->share);
    free(f->sums2);
    free(f->query);
    free(f->key);
    free(f);
}

// ---- layer 2: shares and sums ----

static void set_pending(Fast *f, size_t position) {
    if (f->pending[position])
        return;
    f->pending[position] = true;
    f->pending_list[f->pendings++] = position;
}

static void all_pending(Fast *f) {
    for (size_t i = 0; i < f->rows.seen; i++) {
        f->counted[i] = false;
        set_pending(f, i);
    }
    f->uncounted = f->rows.seen;
    memset(f->sums2, 0, f->tab->sums2 * sizeof *f->sums2);
}

void fast_seek(Fast *f) {
    rows_seek(&f->rows);
    if (f->t->layers >= 2)
        all_pending(f);
}

void fast_change(Fast *f, size_t position, Token old) {
    rows_change(&f->rows, position, old);
    if (f->t->layers < 2 || position >= f->rows.seen)
        return;
    set_pending(f, position);
    const Tabulation *tab = f->tab;
    for (size_t k = tab->affected_begin[position]; k < tab->affected_begin[position + 1]; k++)
        set_pending(f, f->rows.row[tab->affected[k]].position);
}

// The share of a clean row in every head's sums; false where a score is no integer or too large.
static bool compute_share(Fast *f, Wide *share, const int64_t *clean) {
    const Tabulation *tab = f->tab;
    Wide scale = f->scale;
    if (scale == 0)
        return false;
    for (size_t h = 0; h < tab->heads2; h++) {
        const HeadPlace *place = &tab->place[h];
        Wide score = 0;   // times scale^2; at most 2^60 * 2^24 terms of 2^48
        for (size_t c = 0; c < place->d_k; c++)
            score += (Wide)f->query[place->query + c] * clean[place->key + c];
        Wide exponent = score / (scale * scale);
        if (exponent * scale * scale != score || exponent > SCORE || exponent < -SCORE)
            return false;
        Wide weight = (Wide)1 << (int)(exponent + SCORE);
        share[place->offset] = weight;
        for (size_t c = 0; c < place->d_v; c++)
            share[place->offset + 1 + c] = weight * clean[place->value + c];
    }
    return true;
}

static void count_share(Fast *f, size_t position, int sign) {
    const Wide *share = f->share + position * f->tab->sums2;
    for (size_t s = 0; s < f->tab->sums2; s++)
        f->sums2[s] += sign * share[s];
}

// Brings the share of the position up to date; row: of its token, clean or not.
static void renew_share(Fast *f, size_t position, size_t row, bool clean) {
    if (f->counted[position])
        count_share(f, position, -1);
    else
        f->uncounted--;
    f->counted[position] =
        clean && compute_share(f, f->share + position * f->tab->sums2, f->rows.row[row].clean);
    if (f->counted[position])
        count_share(f, position, 1);
    else
        f->uncounted++;
}

// The queries of the readout's position; if they changed, every share is out of date.
static void renew_queries(Fast *f, Worst *worst) {
    size_t position = f->t->readout.position, row = rows_at(&f->rows, position);
    const Tabulation *tab = f->tab;
    if (!f->pending[position])
        return;
    bool clean = rows_refresh(&f->rows, row, worst);
    for (size_t h = 0; clean && h < tab->heads2; h++) {
        const HeadPlace *place = &tab->place[h];
        const int64_t *query = f->rows.row[row].clean + place->query;
        if (memcmp(f->query + place->query, query, place->d_k * sizeof *query) == 0)
            continue;
        memcpy(f->query + place->query, query, place->d_k * sizeof *query);
        all_pending(f);
    }
}

static void settle(Fast *f, Worst *worst) {
    renew_queries(f, worst);
    for (size_t k = 0; k < f->pendings; k++) {
        size_t position = f->pending_list[k], row = rows_at(&f->rows, position);
        bool clean = rows_refresh(&f->rows, row, worst);
        renew_share(f, position, row, clean);
        f->pending[position] = false;
    }
    f->pendings = 0;
}

// ---- judging ----

// input <- (what skips attention, U/D of the heads of layer 2) from the machine's sums.
static void inputs_from_sums(Fast *f, const int64_t *clean) {
    const Tabulation *tab = f->tab;
    size_t input = 0;
    for (; input < f->rest; input++) {
        mpq_set_si(f->input[input], clean[tab->rest + input], 1);
        mpz_set(mpq_denref(f->input[input]), tab->scale);
        mpq_canonicalize(f->input[input]);
    }
    for (size_t h = 0; h < tab->heads2; h++)
        for (size_t c = 0; c < tab->place[h].d_v; c++, input++) {
            wide_set(mpq_numref(f->input[input]), f->sums2[tab->place[h].offset + 1 + c]);
            wide_set(mpq_denref(f->input[input]), f->sums2[tab->place[h].offset]);
            mpz_mul(mpq_denref(f->input[input]), mpq_denref(f->input[input]), tab->scale);
            mpq_canonicalize(f->input[input]);
        }
}

static Memo *find_memo(Fast *f, const int64_t *clean) {
    const Tabulation *tab = f->tab;
    size_t n = tab->sums2 + f->rest;
    uint64_t hash = 0;
    memcpy(f->key, f->sums2, tab->sums2 * sizeof *f->key);
    for (size_t k = 0; k < f->rest; k++)
        f->key[tab->sums2 + k] = clean[tab->rest + k];
    for (size_t k = 0; k < n; k++) {
        hash = (hash ^ (uint64_t)f->key[k]) * UINT64_C(0x9e3779b97f4a7c15);
        hash = (hash ^ hash >> 29 ^ (uint64_t)(f->key[k] >> 64)) * UINT64_C(0xbf58476d1ce4e5b9);
    }
    Memo *memo = &f->memo[(hash ^ hash >> 32) & (f->memos - 1)];
    if (memo->used && memcmp(memo->key, f->key, n * sizeof *f->key) == 0)
        return memo;
    memo->used = true;
    memcpy(memo->key, f->key, n * sizeof *f->key);
    memset(memo->known, 0, f->t->task->answers(&f->t->params) * sizeof *memo->known);
    inputs_from_sums(f, clean);
    forms_eval(memo->output, &tab->finish, f->input);
    return memo;
}

static void judge_machine(Fast *f, size_t answer, Worst *worst) {
    size_t row = rows_at(&f->rows, f->t->readout.position);
    Memo *memo = find_memo(f, f->rows.row[row].clean);
    if (memo->known[answer] == NOT_WORSE)
        return;
    if (memo->known[answer] == NOT_KNOWN)
        readout_margin(memo->margin[answer], &f->t->readout, memo->output, answer);
    worst_offer(worst, memo->margin[answer], f->word);
    bool above = mpq_cmp(memo->margin[answer], worst->margin) > 0;
    memo->known[answer] = above ? NOT_WORSE : KNOWN;
}

static void offer_mass2_machine(Fast *f, Worst *worst) {
    size_t position = f->t->readout.position;
    for (size_t h = 0; f->target != NULL && h < f->tab->heads2; h++) {
        uint64_t target = f->target(&f->t->params, f->word, 1, h, position, 0);
        if (target == 0)
            continue;
        Wide mass = 0;
        size_t offset = f->tab->place[h].offset;
        for (uint64_t left = target; left; left &= left - 1)
            mass += f->share[(size_t)__builtin_ctzll(left) * f->tab->sums2 + offset];
        worst_offer_mass_wide(worst, 1, mass, f->sums2[offset]);
    }
}

static void judge_naively(Fast *f, size_t answer, Worst *worst) {
    Fault fault;
    if (f->naive == NULL)
        f->naive = evaluator_new(f->t, &exact_arithmetic);
    if (!evaluator_run(f->naive, f->word, &fault)) {
        worst_note(&worst->faulty, f->word, worst->length);
        return;
    }
    evaluator_margin(f->margin, f->naive, answer);
    worst_offer(worst, f->margin, f->word);
    worst_offer_attention(worst, f->naive, f->t, f->target, f->word);
}

// exponent[j] <- the score of the readout's position on position j less the least of them; false if
// one is no integer or they lie too far apart.
static bool exponents_in_gmp(Fast *f, long *exponent, const HeadPlace *place) {
    mpq_t *query = rows_exact(&f->rows, rows_at(&f->rows, f->t->readout.position)) + place->query;
    Matrix row = { .rows = 1, .columns = place->d_k, .entry = query };
    bool integers = true;
    long least = LONG_MAX;
    mpq_t score;
    mpq_init(score);
    for (size_t j = 0; j < f->rows.seen && integers; j++) {
        mpq_t *outputs = rows_exact(&f->rows, rows_at(&f->rows, j));
        matrix_apply(&score, &row, outputs + place->key);
        integers = mpz_cmp_ui(mpq_denref(score), 1) == 0 &&
                   mpz_cmpabs_ui(mpq_numref(score), LARGEST_SCORE) <= 0;
        exponent[j] = integers ? mpz_get_si(mpq_numref(score)) : 0;
        least = exponent[j] < least ? exponent[j] : least;
    }
    for (size_t j = 0; j < f->rows.seen && integers; j++)
        exponent[j] -= least;
    mpq_clear(score);
    return integers;
}

// ratio[c] <- U_c / D of the head.
static void ratios_in_gmp(Fast *f, mpq_t *ratio, const long *exponent, const HeadPlace *place) {
    mpq_t sum, term;
    mpq_inits(sum, term, NULL);
    for (size_t j = 0; j < f->rows.seen; j++) {
        mpq_set_ui(term, 1, 1);
        mpq_mul_2exp(term, term, (mp_bitcnt_t)exponent[j]);
        mpq_add(sum, sum, term);
    }
    for (size_t c = 0; c < place->d_v; c++) {
        mpq_set_ui(ratio[c], 0, 1);
        for (size_t j = 0; j < f->rows.seen; j++) {
            mpq_t *value = rows_exact(&f->rows, rows_at(&f->rows, j)) + place->value + c;
            mpq_mul_2exp(term, *value, (mp_bitcnt_t)exponent[j]);
            mpq_add(ratio[c], ratio[c], term);
        }
        mpq_div(ratio[c], ratio[c], sum);
    }
    mpq_clears(sum, term, NULL);
}

static void offer_mass2_in_gmp(Fast *f, size_t h, const long *exponent, Worst *worst) {
    uint64_t target =
        f->target ? f->target(&f->t->params, f->word, 1, h, f->t->readout.position, 0) : 0;
    if (target == 0)
        return;
    mpz_t term;
    mpz_init(term);
    mpq_set_ui(f->margin, 0, 1);   // numerator: the meant ones; denominator: all
    mpz_set_ui(mpq_denref(f->margin), 0);
    for (size_t j = 0; j < f->rows.seen; j++) {
        mpz_set_ui(term, 1);
        mpz_mul_2exp(term, term, (mp_bitcnt_t)exponent[j]);
        mpz_add(mpq_denref(f->margin), mpq_denref(f->margin), term);
        if (target >> j & 1)
            mpz_add(mpq_numref(f->margin), mpq_numref(f->margin), term);
    }
    mpq_canonicalize(f->margin);
    worst_offer_mass(worst, 1, f->margin);
    mpz_clear(term);
}

// Layer 2 in rationals, on the rows of layer 1.
static void judge_in_gmp(Fast *f, size_t answer, Worst *worst) {
    const Tabulation *tab = f->tab;
    long *exponent = alloc_array(f->rows.seen, tab->heads2, sizeof *exponent);
    size_t row = rows_at(&f->rows, f->t->readout.position), input = f->rest;
    bool integers = true;
    for (size_t h = 0; h < tab->heads2 && integers; h++)
        integers = exponents_in_gmp(f, exponent + h * f->rows.seen, &tab->place[h]);
    if (!integers) {
        judge_naively(f, answer, worst);   // which says where
        free(exponent);
        return;
    }
    for (size_t k = 0; k < f->rest; k++)
        mpq_set(f->input[k], rows_exact(&f->rows, row)[tab->rest + k]);
    for (size_t h = 0; h < tab->heads2; h++) {
        ratios_in_gmp(f, f->input + input, exponent + h * f->rows.seen, &tab->place[h]);
        input += tab->place[h].d_v;
    }
    forms_eval(f->output, &tab->finish, f->input);
    readout_margin(f->margin, &f->t->readout, f->output, answer);
    worst_offer(worst, f->margin, f->word);
    for (size_t h = 0; h < tab->heads2; h++)
        offer_mass2_in_gmp(f, h, exponent + h * f->rows.seen, worst);
    free(exponent);
}

// The readout reads the row itself: y / denominator per readout row.
static void judge_one_layer(Fast *f, size_t answer, Worst *worst) {
    const Readout *readout = &f->t->readout;
    size_t row = rows_at(&f->rows, readout->position), right = 0;
    if (f->t->layers > 0)
        rows_offer_mass(&f->rows, row, worst);
    if (!f->tab->wide) {
        readout_margin(f->margin, readout, rows_exact(&f->rows, row), answer);
        worst_offer(worst, f->margin, f->word);
        return;
    }
    const Wide *y;
    Wide denominator, margin;
    rows_wide(&y, &denominator, &f->rows, row);
    if (readout->sign) {
        margin = answer ? y[0] : -y[0];
    } else {
        while (readout->answers[right] != answer)
            right++;
        size_t rival = right == 0 ? 1 : 0;
        for (size_t r = 0; r < readout->w.rows; r++)
            if (r != right && y[r] > y[rival])
                rival = r;
        margin = y[right] - y[rival];
    }
    worst_offer_wide(worst, margin, denominator, f->word);
}

void fast_judge(Fast *f, size_t answer, Worst *worst) {
    worst->inputs++;
    if (f->t->layers < 2) {
        judge_one_layer(f, answer, worst);
        return;
    }
    settle(f, worst);
    if (f->uncounted > 0) {
        judge_in_gmp(f, answer, worst);
        return;
    }
    judge_machine(f, answer, worst);
    offer_mass2_machine(f, worst);
}
