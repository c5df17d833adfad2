#include "cli/bound_table.h"
#include "cli/verdict_table.h"
#include "communication/prefix_classes.h"
#include <stdlib.h>

static const Column columns[] = {
    { .key = "task", .heading = "task", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "n", .heading = "n", .shown = MACHINES | PEOPLE, .right = true },
    { .key = "split",
      .heading = "split",
      .meaning = "who sees what, or Alice's positions; rows are Alice's",
      .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "method",
      .heading = "method",
      .meaning = "exhaustive: the matrix was enumerated; certificate: a closed form, proved",
      .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "rows", .shown = MACHINES },
    { .key = "columns", .shown = MACHINES },
    { .key = "excluded", .shown = MACHINES },
    { .key = "distinct_rows", .shown = MACHINES },
    { .key = "distinct_rows_brief",
      .heading = "rows",
      .meaning = "distinct rows",
      .shown = PEOPLE,
      .right = true },
    { .key = "distinct_columns", .shown = MACHINES },
    { .key = "distinct_columns_brief",
      .heading = "columns",
      .meaning = "distinct columns",
      .shown = PEOPLE,
      .right = true },
    { .key = "row_messages", .shown = MACHINES, .fields = "lower upper" },
    { .key = "column_messages", .shown = MACHINES, .fields = "lower upper" },
    { .key = "one_way_alice", .shown = MACHINES },
    { .key = "one_way_alice_brief",
      .heading = "A->B",
      .meaning = "bits that Alice must send so that Bob knows the answer",
      .shown = PEOPLE,
      .right = true },
    { .key = "one_way_bob", .shown = MACHINES },
    { .key = "one_way_bob_brief",
      .heading = "B->A",
      .meaning = "bits that Bob must send so that Alice does",
      .shown = PEOPLE,
      .right = true },
    { .key = "rank_q", .shown = MACHINES, .fields = "value kind" },
    { .key = "rank_q_brief",
      .heading = "rank",
      .meaning = "of the matrix, over Q",
      .shown = PEOPLE,
      .right = true },
    { .key = "rank_q_complement", .shown = MACHINES, .fields = "value kind" },
    { .key = "rank_q_complement_brief",
      .heading = "co-rank",
      .meaning = "rank over Q with 0 and 1 exchanged",
      .shown = PEOPLE,
      .right = true },
    { .key = "rank_gf2", .shown = MACHINES, .fields = "value kind" },
    { .key = "rank_gf2_brief",
      .heading = "GF(2)",
      .meaning = "rank over GF(2)",
      .shown = PEOPLE,
      .right = true },
    { .key = "fooling_1", .shown = MACHINES, .fields = "value kind" },
    { .key = "fooling_1_brief",
      .heading = "fool 1",
      .meaning = "largest fooling set of 1s; >= where it is the largest found",
      .shown = PEOPLE,
      .right = true },
    { .key = "fooling_0", .shown = MACHINES, .fields = "value kind" },
    { .key = "fooling_0_brief",
      .heading = "fool 0",
      .meaning = "of 0s",
      .shown = PEOPLE,
      .right = true },
    { .key = "deterministic", .shown = MACHINES, .fields = "lower upper" },
    { .key = "deterministic_brief",
      .heading = "D",
      .meaning = "bits exchanged until both know the answer",
      .shown = PEOPLE,
      .right = true },
    { .key = "cover_1", .shown = MACHINES, .fields = "lower upper" },
    { .key = "cover_0", .shown = MACHINES, .fields = "lower upper" },
    { .key = "discrepancy", .shown = MACHINES, .fields = "value kind" },
    { .key = "states", .shown = MACHINES },
    { .key = "state_bits", .shown = MACHINES },
    { .key = "states_endless", .shown = MACHINES },
    { .key = "state_bits_brief",
      .heading = "state",
      .meaning = "bits that a recurrent state needs, for words of this length",
      .shown = PEOPLE,
      .right = true },
    { .key = "certificates", .shown = MACHINES },
};

// How a count is shown to machines.
typedef enum Shape { NUMBER, INTERVAL, VALUE_AND_KIND } Shape;

static const struct {
    CountKind kind;
    const char *key, *brief;   // brief: for people, or NULL
    Shape shape;
} fields[] = {
    { COUNT_DISTINCT_ROWS, "distinct_rows", "distinct_rows_brief", NUMBER },
    { COUNT_DISTINCT_COLUMNS, "distinct_columns", "distinct_columns_brief", NUMBER },
    { COUNT_ROW_MESSAGES, "row_messages", NULL, INTERVAL },
    { COUNT_COLUMN_MESSAGES, "column_messages", NULL, INTERVAL },
    { COUNT_ONE_WAY_ALICE, "one_way_alice", "one_way_alice_brief", NUMBER },
    { COUNT_ONE_WAY_BOB, "one_way_bob", "one_way_bob_brief", NUMBER },
    { COUNT_RANK_Q, "rank_q", "rank_q_brief", VALUE_AND_KIND },
    { COUNT_RANK_Q_COMPLEMENT, "rank_q_complement", "rank_q_complement_brief", VALUE_AND_KIND },
    { COUNT_RANK_GF2, "rank_gf2", "rank_gf2_brief", VALUE_AND_KIND },
    { COUNT_FOOLING_1, "fooling_1", "fooling_1_brief", VALUE_AND_KIND },
    { COUNT_FOOLING_0, "fooling_0", "fooling_0_brief", VALUE_AND_KIND },
    { COUNT_DETERMINISTIC, "deterministic", "deterministic_brief", INTERVAL },
    { COUNT_COVER_1, "cover_1", NULL, INTERVAL },
    { COUNT_COVER_0, "cover_0", NULL, INTERVAL },
    { COUNT_STATE_BITS, "state_bits", "state_bits_brief", NUMBER },
};
enum { FIELDS = sizeof fields / sizeof *fields };

void bound_table_init(Table *t) {
    table_init(t, "Communication matrices", columns, sizeof columns / sizeof *columns);
}

// A number up to 2^53, else a string.
static json_t *cell_integer(const mpz_t z) {
    if (mpz_sizeinbase(z, 2) <= 53)
        return json_integer((json_int_t)mpz_get_si(z));
    char *full = mpz_get_str(NULL, 10, z);
    json_t *cell = cell_text(full);
    free(full);
    return cell;
}

static json_t *cell_interval(const Bound *b) {
    json_t *object = json_object();
    json_object_set_new(object, "lower", cell_integer(b->lower));
    json_object_set_new(object, "upper", cell_integer(b->upper));
    return object;
}

static json_t *cell_value(json_t *value, bool exact) {
    json_t *object = json_object();
    json_object_set_new(object, "value", value);
    json_object_set_new(object, "kind", cell_text(exact ? "exact" : "lower"));
    return object;
}

static json_t *cell_bound(const Bound *b, Shape shape) {
    if (!b->attempted)
        return json_null();
    if (shape == VALUE_AND_KIND)
        return cell_value(cell_integer(b->lower), bound_is_exact(b));
    if (shape == NUMBER && bound_is_exact(b))
        return cell_integer(b->lower);
    return cell_interval(b);
}

// "7", ">= 7" or "7..9".
static void set_brief(Table *t, const char *key, const Bound *b, Shape shape) {
    Text brief = { 0 };
    bool exact = bound_is_exact(b);
    text_add(&brief, shape == VALUE_AND_KIND && !exact ? ">= " : "");
    integer_print_brief(&brief, b->lower);
    if (shape != VALUE_AND_KIND && !exact) {
        text_add(&brief, "..");
        integer_print_brief(&brief, b->upper);
    }
    table_set_text(t, key, b->attempted ? text_string(&brief) : NULL);
    text_clear(&brief);
}

static void set_bounds(Table *t, const Counts *counts) {
    json_t *certificates = json_object();
    for (size_t i = 0; i < FIELDS; i++) {
        const Bound *b = &counts->bound[fields[i].kind];
        table_set(t, fields[i].key, cell_bound(b, fields[i].shape));
        if (fields[i].brief != NULL)
            set_brief(t, fields[i].brief, b, fields[i].shape);
        if (b->attempted)
            json_object_set_new(certificates, fields[i].key,
                                cell_text(text_string(&b->certificate)));
    }
    table_set(t, "certificates", certificates);
}

// The classes of all prefixes, for words of every length, where that is a task and they are known.
static void set_endless(Table *t, const Task *task, const Params *p) {
    if (!task->endless || !prefix_classes_known(task))
        return;
    Params endless = *p;
    mpz_t count;
    endless.n = 0;
    mpz_init(count);
    prefix_classes_count(count, task, &endless, 0);
    table_set(t, "states_endless", cell_integer(count));
    mpz_clear(count);
}

void bound_table_add(Table *t, const Problem *problem, const Params *p, const char *split,
                     const char *method, const Counts *counts) {
    table_add_row(t);
    table_set_text(t, "task", problem->task->name);
    table_set_number(t, "n", p->n);
    table_set_text(t, "split", split);
    table_set_text(t, "method", method);
    table_set(t, "rows", cell_integer(counts->rows));
    table_set(t, "columns", cell_integer(counts->columns));
    if (mpz_sgn(counts->excluded) >= 0)
        table_set(t, "excluded", cell_integer(counts->excluded));
    set_bounds(t, counts);
    set_endless(t, problem->task, p);
    if (counts->has_discrepancy)
        table_set(t, "discrepancy", cell_value(cell_rational(counts->discrepancy), true));
    if (counts->states == NULL)
        return;
    json_t *states = json_array();
    for (size_t i = 0; i < counts->lengths; i++)
        json_array_append_new(states, json_integer((json_int_t)counts->states[i]));
    table_set(t, "states", states);
}
