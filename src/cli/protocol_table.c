#include "cli/protocol_table.h"
#include "cli/scan.h"
#include <stdlib.h>

static const char *const owners[] = { "both", "alice", "bob" };

static const Column columns[] = {
    { .key = "model", .heading = "model", .shown = MACHINES | PEOPLE | SECTION },
    { .key = "task", .shown = MACHINES },
    { .key = "n", .heading = "n", .shown = MACHINES | PEOPLE, .right = true },
    { .key = "length", .shown = MACHINES },
    { .key = "split",
      .heading = "split",
      .meaning = "who sees what, or Alice's positions",
      .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "arithmetic", .heading = "machine", .shown = MACHINES | PEOPLE },
    { .key = "base", .heading = "base", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "mask", .heading = "mask", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "width", .heading = "m", .shown = MACHINES | PEOPLE, .right = true },
    { .key = "heads", .heading = "H", .shown = MACHINES | PEOPLE, .right = true },
    { .key = "precision", .shown = MACHINES },
    { .key = "alice_positions", .shown = MACHINES },
    { .key = "query",
      .heading = "query",
      .meaning = "who has the token at the position that is read: both, alice or bob; "
                 "if bob, he sends it first, and the one-way bound says nothing",
      .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "question_bits",
      .heading = "asked",
      .meaning = "bits that Bob sent, at most, on any input",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "message_bits",
      .heading = "told",
      .meaning = "bits that Alice sent, at most, on any input",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "derived",
      .heading = "derived",
      .meaning = "what the theorem says that both send: H (m b_U + b_Z), and the query; m p of a "
                 "recurrent model",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "cited", .shown = MACHINES },
    { .key = "cited_brief",
      .heading = "cited",
      .meaning = "3 m (p + ceil(log2 L)) H; with a * if it is less than what is sent",
      .shown = PEOPLE | IF_ALL,
      .right = true },
    { .key = "cited_bounds", .shown = MACHINES },
    { .key = "trivial",
      .heading = "trivial",
      .meaning = "bits of all that Alice has: a count that is not below it is vacuous",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "cited_vacuous",
      .heading = "vacuous",
      .meaning = "whether the cited form is",
      .shown = MACHINES | PEOPLE | IF_ALL },
    { .key = "one_way",
      .heading = "one-way",
      .meaning = "bits that Alice must send if nobody asks her; exact",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "least_width",
      .heading = "m >=",
      .meaning = "no model with so many heads on this machine has less width; recurrent: no model "
                 "with units of p bits",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "cited_least_width", .shown = MACHINES },
    { .key = "messages",
      .heading = "messages",
      .meaning = "how many different messages Alice sent, to one question",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "inputs",
      .heading = "compared",
      .meaning = "words on which Bob's numbers were compared with the model's",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "agrees",
      .heading = "agrees",
      .meaning = "Bob's numbers are the model's on all of these",
      .shown = MACHINES | PEOPLE },
    { .key = "verdict",
      .heading = "verdict",
      .meaning = "holds: and on every word his answer is the right one",
      .shown = MACHINES | PEOPLE },
    { .key = "witness", .shown = MACHINES },
    { .key = "confused_with", .shown = MACHINES },
    { .key = "answer", .shown = MACHINES },
};

void protocol_table_init(Table *t) {
    table_init(t, "Protocols of explicit models", columns, sizeof columns / sizeof *columns);
}

static void set_transformer(Table *t, const ProtocolReport *r) {
    const OneLayerBounds *b = &r->bounds;
    size_t derived = r->count.question + r->count.message;
    table_set_text(t, "base", base_name(r->model->base));
    table_set_text(t, "mask", mask_name(r->model->mask));
    table_set_number(t, "heads", r->count.heads);
    table_set_number(t, "precision", (uint64_t)r->spec.precision);
    table_set_number(t, "alice_positions", r->count.alices);
    table_set_text(t, "query", owners[r->count.query]);
    table_set_number(t, "derived", derived);
    table_set_number(t, "cited", b->cited);
    table_set_printf(t, "cited_brief", "%zu%s", b->cited, b->cited < derived ? "*" : "");
    table_set(t, "cited_bounds", json_boolean(b->cited >= derived));
    table_set(t, "cited_vacuous", json_boolean(b->cited >= b->trivial));
}

static void set_recurrent(Table *t, const ProtocolReport *r) {
    table_set_number(t, "alice_positions", r->cut);
    if (r->unit_bits == 0)
        return;
    table_set_number(t, "precision", r->unit_bits);
    table_set_number(t, "derived", r->width * r->unit_bits);
}

static void set_what(Table *t, const ProtocolReport *r) {
    Text machine = { 0 };
    arith_print(&machine, &r->spec);
    table_set_text(t, "model", r->name);
    table_set_text(t, "task", r->task->name);
    table_set_number(t, "n", r->params.n);
    table_set_number(t, "length", r->task->length(&r->params));
    table_set_text(t, "split", r->split_name);
    table_set_text(t, "arithmetic", text_string(&machine));
    table_set_number(t, "width", r->width);
    if (r->model != NULL)
        set_transformer(t, r);
    else
        set_recurrent(t, r);
    text_clear(&machine);
}

static void set_bounds(Table *t, const ProtocolReport *r) {
    const OneLayerBounds *b = &r->bounds;
    table_set_number(t, "trivial", b->trivial);
    if (b->has_one_way)
        table_set_number(t, "one_way", b->one_way);
    if (b->width > 0)
        table_set_number(t, "least_width", b->width);
    if (b->cited_width > 0)
        table_set_number(t, "cited_least_width", b->cited_width);
}

// The cell <- the word; returns it as people see it, for the caller to free.
static char *set_word(Table *t, const char *key, const ProtocolReport *r, const Token *word) {
    Text full = { 0 }, brief = { 0 };
    task_print_word(&full, r->task, &r->params, word);
    table_set_text(t, key, text_string(&full));
    scan_print_word(&brief, text_string(&full));
    text_clear(&full);
    return text_take(&brief);
}

static char *answer_text(const ProtocolReport *r, size_t answer) {
    Text t = { 0 };
    if (answer == ANSWER_NONE)
        text_add(&t, "no answer");
    else
        r->task->name_answer(&t, &r->params, answer);
    return text_take(&t);
}

// "Bob says 1 on 0100#, where 0 is right"; and what it is confused with.
static void note_witness(Table *t, const ProtocolReport *r) {
    const Trial *trial = &r->trial;
    unsigned long long n = r->params.n;
    char *word = set_word(t, "witness", r, trial->witness), *said = answer_text(r, trial->said);
    char *right = answer_text(r, r->task->answer(&r->params, trial->witness));
    table_set_text(t, "answer", said);
    if (trial->confused != NULL) {
        char *other = set_word(t, "confused_with", r, trial->confused);
        char *other_right = answer_text(r, r->task->answer(&r->params, trial->confused));
        table_note(t,
                   "%s n=%llu fails: Alice sends the same on %s and on %s, so Bob says %s on both; "
                   "right are %s and %s",
                   r->name, n, word, other, said, right, other_right);
        free(other);
        free(other_right);
    } else {
        table_note(t, "%s n=%llu fails on the input %s: Bob says %s, %s is right%s", r->name, n,
                   word, said, right,
                   trial->agrees ? "" : ", and the model says something else than Bob");
    }
    free(word);
    free(said);
    free(right);
}

static void set_run(Table *t, const ProtocolReport *r) {
    const Trial *trial = &r->trial;
    if (trial->sent) {
        table_set_number(t, "question_bits", trial->question_bits);
        table_set_number(t, "message_bits", trial->message_bits);
        table_set_printf(t, "messages", "%zu", trial->messages);
    }
    table_set_printf(t, "inputs", "%llu", (unsigned long long)trial->compared);
    if (trial->compared > 0)
        table_set(t, "agrees", json_boolean(trial->agrees));
    table_set_text(t, "verdict", verdict_name(trial->verdict));
    if (trial->witness != NULL)
        note_witness(t, r);
    if (trial->verdict == UNKNOWN)
        table_note(t, "%s n=%llu is undecided: %s", r->name, (unsigned long long)r->params.n,
                   trial->reason);
}

void protocol_table_add(Table *t, const ProtocolReport *r) {
    table_add_row(t);
    set_what(t, r);
    set_bounds(t, r);
    set_run(t, r);
}
