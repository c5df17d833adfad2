#include "communication/counts.h"
#include "base/alloc.h"
#include "base/error.h"
#include "communication/coloring.h"
#include "communication/cover.h"
#include "communication/discrepancy.h"
#include "communication/fooling.h"
#include "communication/protocol_tree.h"
#include "communication/rank.h"
#include "math/rational.h"
#include <stdlib.h>

enum {
    RANKED_ANSWERS = 16,   // of more no ranks are added up
    SHOWN_CELLS = 64,      // of a larger fooling set only the size is told
};

void counts_init_empty(Counts *counts, const Problem *problem, const Params *p,
                       const Split *split) {
    *counts = (Counts){ 0 };
    mpz_inits(counts->rows, counts->columns, counts->excluded, NULL);
    mpq_init(counts->discrepancy);
    mpz_set_ui(counts->rows, 1);
    mpz_set_ui(counts->columns, 1);
    if (task_has_promise(problem->task))
        mpz_set_si(counts->excluded, -1);
    for (size_t i = 0; i < split->length; i++) {
        mpz_ptr side = split->alice[i] ? counts->rows : counts->columns;
        mpz_mul_ui(side, side, problem->task->tokens(p, i).count);
    }
    for (size_t i = 0; i < COUNT_KINDS; i++)
        bound_init(&counts->bound[i]);
}

void counts_clear(Counts *counts) {
    for (size_t i = 0; i < COUNT_KINDS; i++)
        bound_clear(&counts->bound[i]);
    mpz_clears(counts->rows, counts->columns, counts->excluded, NULL);
    mpq_clear(counts->discrepancy);
    free(counts->states);
    *counts = (Counts){ 0 };
}

bool counts_are_capped(const Counts *counts) {
    for (size_t i = 0; i < COUNT_KINDS; i++)
        if (counts->bound[i].capped)
            return true;
    return false;
}

static void take_bits(Bound *bits, const Bound *messages) {
    bound_set_ui(bits, bits_to_tell(messages->lower), bits_to_tell(messages->upper),
                 "ceil(log2 messages)");
    bits->capped = messages->capped;
}

void counts_take_states(Counts *counts, const Problem *problem, const Params *p) {
    size_t length = problem->task->length(p), most = 1;
    Split bob;
    split_init_prefix(&bob, length, 0);
    bool fits = classes_entries(problem, p, &bob) <= CLASSES_MOST;
    split_clear(&bob);
    if (task_has_promise(problem->task) || !fits)
        return;
    counts->lengths = length + 1;
    counts->states = alloc_array(length + 1, 1, sizeof *counts->states);
    count_states(counts->states, problem, p);
    for (size_t t = 0; t <= length; t++)
        most = counts->states[t] > most ? counts->states[t] : most;
    bound_set_ui(&counts->bound[COUNT_STATE_BITS], log2_ceil(most), log2_ceil(most),
                 "classes of prefixes enumerated");
}

void counts_bound_deterministic(Counts *counts, size_t leaf_bits, size_t answers) {
    const Bound *alice = &counts->bound[COUNT_ROW_MESSAGES];
    const Bound *bob = &counts->bound[COUNT_COLUMN_MESSAGES];
    size_t from_alice = bits_to_tell(alice->upper), from_bob = bits_to_tell(bob->upper);
    size_t upper = (from_alice < from_bob ? from_alice : from_bob) + log2_ceil(answers);
    bound_set_ui(&counts->bound[COUNT_DETERMINISTIC], leaf_bits, upper,
                 from_alice <= from_bob ? "leaves counted; Alice tells her row, Bob answers"
                                        : "leaves counted; Bob tells his column, Alice answers");
}

// What the steps of an enumeration share.
typedef struct Work {
    Counts *counts;
    const Problem *problem;
    const Params *params;
    const Split *split;
    CommMatrix matrix;
    size_t ranks;       // added up over the values: no protocol has fewer leaves
    size_t occurring;   // how many answers there are
} Work;

// A certificate that its own check rejects would be a fault of the program.
static void believe(const char *wrong) {
    if (wrong != NULL)
        die("a certificate was rejected: %s", wrong);
}

static void bound_rank(Work *w, Bound *bound, size_t value) {
    BitMatrix is;
    Rank rank;
    Text reason = { 0 };
    comm_matrix_init_indicator(&is, &w->matrix, value);
    rank_init(&rank, &is);
    believe(rank_check(&rank, &is));
    w->ranks += rank.lower;
    text_printf(&reason, "minor nonsingular modulo %llu; %s", (unsigned long long)rank.modulus,
                rank.relations > 0 ? "relations checked" : "nonzero rows or columns counted");
    if (bound != NULL)
        bound_set_ui(bound, rank.lower, rank.upper, text_string(&reason));
    text_clear(&reason);
    if (w->matrix.answers == 2 && value == 1) {
        size_t gf2 = rank_gf2(&is);
        bound_set_ui(&w->counts->bound[COUNT_RANK_GF2], gf2, gf2, "elimination");
    }
    rank_clear(&rank);
    bit_matrix_clear(&is);
}

// Only where nothing is excluded does rank bound anything.
static void bound_ranks(Work *w) {
    const CommMatrix *m = &w->matrix;
    Bound *bound = w->counts->bound;
    bool small = m->rows <= RANK_LARGEST || m->columns <= RANK_LARGEST;
    if (!small || m->answers > RANKED_ANSWERS || !comm_matrix_is_total(m))
        return;
    for (size_t z = 0; z < m->answers; z++) {
        Bound *of = z == 1 ? &bound[COUNT_RANK_Q] : &bound[COUNT_RANK_Q_COMPLEMENT];
        bound_rank(w, m->answers == 2 ? of : NULL, z);
    }
}

// "set checked: 00#, 11#"
static void print_words(Text *t, const Work *w, const FoolingSet *set) {
    Token *word = alloc_array(w->split->length, 1, sizeof *word);
    text_printf(t, "set of %zu checked", set->count);
    for (size_t i = 0; i < set->count && set->count <= SHOWN_CELLS; i++) {
        split_write(word, w->split, w->problem, w->params, true,
                    w->matrix.row_input[set->cell[i].row]);
        split_write(word, w->split, w->problem, w->params, false,
                    w->matrix.column_input[set->cell[i].column]);
        text_add(t, i == 0 ? ": " : ", ");
        task_print_word(t, w->problem->task, w->params, word);
    }
    free(word);
}

static size_t bound_fooling(Work *w, Bound *bound, size_t value) {
    FoolingSet set;
    fooling_set_init(&set, &w->matrix, value);
    believe(fooling_set_check(&set, &w->matrix));
    Text reason = { 0 };
    print_words(&reason, w, &set);
    bound_set_ui(bound, set.count, set.upper, text_string(&reason));
    text_clear(&reason);
    bound->capped = set.capped;
    size_t count = set.count;
    fooling_set_clear(&set);
    return count;
}

// Where no search for a cover is made: the rows one by one cover the value, and so do the columns.
static size_t bound_cover_by_sides(Work *w, Bound *bound, size_t value, size_t lower) {
    BitMatrix is;
    comm_matrix_init_indicator(&is, &w->matrix, value);
    size_t rows = bit_matrix_nonzero_rows(&is), columns = bit_matrix_nonzero_columns(&is);
    bound_set_ui(bound, lower, rows < columns ? rows : columns, "fooling set; rows or columns");
    bit_matrix_clear(&is);
    return lower;
}

static size_t bound_cover(Work *w, Bound *bound, size_t value, size_t lower) {
    const CommMatrix *m = &w->matrix;
    size_t shorter = m->rows < m->columns ? m->rows : m->columns;
    if (m->rows > COVER_SIDE || m->columns > COVER_SIDE || shorter > COVER_SHORT_SIDE)
        return bound_cover_by_sides(w, bound, value, lower);
    Cover cover;
    cover_init(&cover, m, value, lower);
    believe(cover_check(&cover, m));
    bound_set_ui(bound, cover.lower, cover.count,
                 cover.lower == lower ? "cover checked; fooling set" : "cover checked; search");
    bound->capped = cover.capped;
    size_t least = cover.lower;
    cover_clear(&cover);
    return least;
}

static void bound_messages(Work *w, CountKind messages, CountKind bits, const CommMatrix *m) {
    Bound *bound = &w->counts->bound[messages];
    if (m->rows > COLORING_ROWS && !comm_matrix_is_total(m)) {
        bound_set_ui(bound, 1, m->rows, "not coloured: more than 2048 rows");
        bound->capped = true;
    } else {
        Coloring coloring;
        coloring_init(&coloring, m);
        if (!comm_matrix_is_total(m))
            believe(coloring_check(&coloring, m));
        bound_set_ui(bound, coloring.lower, coloring.upper,
                     comm_matrix_is_total(m)                  ? "all rows differ"
                     : coloring.lower == coloring.clique_size ? "colouring and clique checked"
                                                              : "colouring checked; search");
        bound->capped = coloring.capped;
        coloring_clear(&coloring);
    }
    take_bits(&w->counts->bound[bits], bound);
}

static void search_protocol(Work *w) {
    const CommMatrix *m = &w->matrix;
    Bound *d = &w->counts->bound[COUNT_DETERMINISTIC];
    if (m->rows > PROTOCOL_SIDE || m->columns > PROTOCOL_SIDE || m->answers > RANKED_ANSWERS)
        return;
    ProtocolTree tree;
    size_t lower = mpz_get_ui(d->lower), upper = mpz_get_ui(d->upper);
    bool searched = lower < upper;
    if (!searched)
        return;
    bool ended = protocol_tree_init(&tree, &lower, &upper, m);
    if (ended)
        believe(protocol_tree_check(&tree, m, upper));
    bound_set_ui(d, lower, upper, ended ? "search; protocol checked" : "search stopped at its cap");
    d->capped = !ended;
    protocol_tree_clear(&tree);
}

static size_t count_occurring(const CommMatrix *m) {
    bool *seen = alloc_array(m->answers, 1, sizeof *seen);
    size_t count = 0;
    for (size_t r = 0; r < m->rows; r++)
        for (size_t c = 0; c < m->columns; c++) {
            size_t answer = comm_matrix_get(m, r, c);
            if (answer == ANSWER_EXCLUDED || seen[answer])
                continue;
            seen[answer] = true;
            count++;
        }
    free(seen);
    return count;
}

static void count_excluded(Counts *counts, const CommMatrix *m) {
    mpz_t kept, product;
    mpz_inits(kept, product, NULL);
    for (size_t r = 0; r < m->rows; r++)
        for (size_t c = 0; c < m->columns; c++) {
            if (m->excluded.rows > 0 && bit_matrix_get(&m->excluded, r, c))
                continue;
            mpz_set_ui(product, m->row_members[r]);
            mpz_mul_ui(product, product, m->column_members[c]);
            mpz_add(kept, kept, product);
        }
    mpz_mul(counts->excluded, counts->rows, counts->columns);
    mpz_sub(counts->excluded, counts->excluded, kept);
    mpz_clears(kept, product, NULL);
}

static void find_discrepancy(Counts *counts, const CommMatrix *m) {
    bool small = m->rows <= DISCREPANCY_ROWS && mpz_cmp_ui(counts->rows, INT32_MAX) <= 0 &&
                 mpz_cmp_ui(counts->columns, INT32_MAX) <= 0;
    if (!small || m->answers != 2 || !comm_matrix_is_total(m))
        return;
    counts->has_discrepancy = true;
    comm_matrix_discrepancy(counts->discrepancy, m);
}

static void count_in_matrix(Work *w) {
    Counts *counts = w->counts;
    Bound *bound = counts->bound;
    CommMatrix transposed;
    comm_matrix_init_transposed(&transposed, &w->matrix);
    w->occurring = count_occurring(&w->matrix);
    bound_messages(w, COUNT_ROW_MESSAGES, COUNT_ONE_WAY_ALICE, &w->matrix);
    bound_messages(w, COUNT_COLUMN_MESSAGES, COUNT_ONE_WAY_BOB, &transposed);
    comm_matrix_clear(&transposed);
    bound_ranks(w);
    size_t fools_1 = bound_fooling(w, &bound[COUNT_FOOLING_1], 1);
    size_t fools_0 = bound_fooling(w, &bound[COUNT_FOOLING_0], 0);
    size_t leaves = bound_cover(w, &bound[COUNT_COVER_1], 1, fools_1) +
                    bound_cover(w, &bound[COUNT_COVER_0], 0, fools_0);
    leaves = leaves > w->ranks ? leaves : w->ranks;
    leaves = leaves > w->occurring ? leaves : w->occurring;
    counts_bound_deterministic(counts, log2_ceil(leaves), w->occurring);
    search_protocol(w);
    count_excluded(counts, &w->matrix);
    find_discrepancy(counts, &w->matrix);
}

static void take_distinct(Counts *counts, size_t count, CountKind kind) {
    bound_set_ui(&counts->bound[kind], count, count, "enumeration");
}

// The reason why the matrix cannot be built, as a string that the caller frees; NULL if it was.
static char *count_all(Counts *counts, const Problem *problem, const Params *p, const Split *split,
                       const Classes *rows) {
    Work work = { .counts = counts, .problem = problem, .params = p, .split = split };
    Split exchanged;
    Classes columns;
    Text why = { 0 };
    split_init_exchanged(&exchanged, split);
    classes_init(&columns, problem, p, &exchanged);
    split_clear(&exchanged);
    if (comm_matrix_fits(rows->count, columns.count, problem->task->answers(p))) {
        comm_matrix_init_problem(&work.matrix, problem, p, split, rows, &columns);
        take_distinct(counts, work.matrix.rows, COUNT_DISTINCT_ROWS);
        take_distinct(counts, work.matrix.columns, COUNT_DISTINCT_COLUMNS);
        count_in_matrix(&work);
        comm_matrix_clear(&work.matrix);
    } else {
        text_printf(
            &why,
            "the matrix has %zu different rows and %zu different columns, and does not fit; "
            "--extent rows counts its distinct rows without it",
            rows->count, columns.count);
    }
    classes_clear(&columns);
    return why.length ? text_take(&why) : NULL;
}

static void count_rows(Counts *counts, const Classes *rows) {
    Bound *bound = counts->bound;
    take_distinct(counts, rows->count, COUNT_DISTINCT_ROWS);
    bound_set_ui(&bound[COUNT_ROW_MESSAGES], rows->count, rows->count, "all rows differ");
    take_bits(&bound[COUNT_ONE_WAY_ALICE], &bound[COUNT_ROW_MESSAGES]);
}

// One player's inputs are at most 2 to this.
static size_t input_bits(const Problem *problem, const Params *p, const Split *split, bool alice) {
    size_t bits = 0;
    for (size_t i = 0; i < split->length; i++)
        if (split->alice[i] == alice)
            bits += log2_ceil(problem->task->tokens(p, i).count);
    return bits;
}

// NULL, or the reason why the classes do not fit, as a string that the caller frees.
static char *find_too_large(const Problem *problem, const Params *p, const Split *split,
                            Extent extent) {
    Text why = { 0 };
    Split exchanged;
    split_init_exchanged(&exchanged, split);
    bool rows_fit = classes_entries(problem, p, split) <= CLASSES_MOST;
    bool fits = rows_fit &&
                (extent == EXTENT_ROWS || classes_entries(problem, p, &exchanged) <= CLASSES_MOST);
    if (!fits)
        text_printf(&why, "the matrix has up to 2^%zu rows and 2^%zu columns, and does not fit",
                    input_bits(problem, p, split, true), input_bits(problem, p, split, false));
    if (!fits && rows_fit && !task_has_promise(problem->task))
        text_add(&why, "; --extent rows counts its distinct rows without it");
    split_clear(&exchanged);
    return why.length ? text_take(&why) : NULL;
}

char *counts_init(Counts *counts, const Problem *problem, const Params *p, const Split *split,
                  Extent extent) {
    char *why = find_too_large(problem, p, split, extent);
    if (why != NULL)
        return why;
    Classes rows;
    counts_init_empty(counts, problem, p, split);
    classes_init(&rows, problem, p, split);
    if (extent == EXTENT_ALL)
        why = count_all(counts, problem, p, split, &rows);
    else
        count_rows(counts, &rows);
    if (why == NULL)
        counts_take_states(counts, problem, p);
    else
        counts_clear(counts);
    classes_clear(&rows);
    return why;
}
