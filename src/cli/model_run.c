#include "cli/model_run.h"
#include "base/alloc.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/verdict_table.h"
#include "net/evaluate.h"
#include "net/model_file.h"
#include <stdlib.h>
#include <string.h>

enum { INPUT_BYTES = 1 << 30 };

static const Column columns[] = {
    { .key = "input", .heading = "input", .shown = MACHINES | PEOPLE },
    { .key = "answer",
      .heading = "answer",
      .meaning = "the model's; ?: none is certain to win",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "right",
      .heading = "right",
      .meaning = "the task's",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "verdict", .heading = "verdict", .shown = MACHINES | PEOPLE },
    { .key = "margin", .shown = MACHINES },
    { .key = "margin_kind", .shown = MACHINES },
    { .key = "margin_decimal",
      .heading = "margin",
      .meaning =
          "by how much the right answer wins, shown rounded down; in arithmetic ball a lower "
          "bound of it",
      .shown = MACHINES | PEOPLE,
      .right = true },
};

typedef struct Run {
    const Transformer *t;
    ArithSpec spec;
    Table table;
    Verdict all;
} Run;

// ---- words ----

// Appends to the word what else it must hold, if that is the same in all words.
static char *complete(const Transformer *t, const char *s) {
    Text word = { 0 };
    size_t tokens = 0, given = 0;
    const char *blanks = " \t\r\n";
    while (tokens < t->length && t->task->tokens(&t->params, tokens).count > 1)
        tokens++;
    bool joined = strpbrk(s, " \t") == NULL;
    for (const char *at = s + strspn(s, blanks); *at; at += strspn(at, blanks), given++)
        at += joined ? 1 : strcspn(at, blanks);
    text_add_bytes(&word, s, strcspn(s, "\r\n"));
    for (size_t i = given; given >= tokens && i < t->length; i++) {
        text_add(&word, joined ? "" : " ");
        t->task->name_token(&word, &t->params, t->task->tokens(&t->params, i).first);
    }
    return text_take(&word);
}

// word <- the tokens of s.  -1 after an error.
static int parse(Token *word, const Transformer *t, const char *s) {
    char *whole = complete(t, s), *why = task_parse_word(word, t->task, &t->params, whole);
    if (why == NULL && t->task->answer(&t->params, word) == ANSWER_EXCLUDED) {
        Text excluded = { 0 };
        text_add(&excluded, "outside of what the task promises: ");
        t->task->explain_excluded(&excluded, &t->params, word);
        why = text_take(&excluded);
    }
    int status = why ? error("'%.40s%s': %s", s, strlen(s) > 40 ? ".." : "", why) : 0;
    free(why);
    free(whole);
    return status;
}

// ---- runs ----

// The margin of that answer lies between least and most; false: the word has none.  Enclosures are
// made finer until the sign is certain or the cap is reached.
static bool margin_of(mpq_t least, mpq_t most, const Run *r, const Token *word, size_t answer) {
    ArithSpec spec = r->spec;
    Fault fault;
    for (;;) {
        Evaluator *e = evaluator_new(r->t, &spec);
        bool has = evaluator_run(e, word, &fault) && evaluator_margin_ends(least, most, e, answer);
        evaluator_free(e);
        bool certain = has && (mpq_sgn(least) > 0 || mpq_sgn(most) <= 0);
        if (certain || !spec.ar->encloses || spec.precision >= spec.cap)
            return has;
        spec.precision = 2 * spec.precision < spec.cap ? 2 * spec.precision : spec.cap;
    }
}

// What an output of the word came to.
typedef struct Outcome {
    Verdict verdict;
    bool has_margin;
    mpq_t margin;   // a lower bound of it in enclosures
} Outcome;

static void name_answer(Text *t, const Transformer *model, size_t answer) {
    text_add(t, t->length > 0 ? " " : "");
    model->task->name_answer(t, &model->params, answer);
}

// The wrong answer that wins for certain, "?" if there is none.
static void name_wrong_answer(Text *t, const Run *r, const Token *word, size_t right) {
    size_t answers = r->t->task->answers(&r->t->params), a = 0;
    mpq_t least, most;
    mpq_inits(least, most, NULL);
    while (a < answers &&
           (a == right || !margin_of(least, most, r, word, a) || mpq_sgn(least) <= 0))
        a++;
    if (a < answers)
        name_answer(t, r->t, a);
    else
        text_add(t, t->length > 0 ? " ?" : "?");
    mpq_clears(least, most, NULL);
}

// o->margin is the least so far, and o->verdict that on all outputs so far.
static void run_output(Outcome *o, Text *given, Text *meant, const Run *r, const Token *word) {
    size_t right = r->t->task->answer(&r->t->params, word);
    mpq_t least, most;
    mpq_inits(least, most, NULL);
    bool has = margin_of(least, most, r, word, right), machine = r->spec.ar->is_machine;
    Verdict verdict = !has                 ? (machine ? REFUTED : UNKNOWN)
                      : mpq_sgn(least) > 0 ? PROVED
                      : mpq_sgn(most) <= 0 ? REFUTED
                                           : UNKNOWN;
    bool first = meant->length == 0;
    name_answer(meant, r->t, right);
    if (verdict == PROVED)
        name_answer(given, r->t, right);
    else
        name_wrong_answer(given, r, word, right);
    if (has && (first || mpq_cmp(least, o->margin) < 0))
        mpq_set(o->margin, least);
    o->has_margin &= has;
    o->verdict = verdict_and(o->verdict, verdict);
    mpq_clears(least, most, NULL);
}

static void run_word(Run *r, const Token *word) {
    const Transformer *t = r->t;
    Text text = { 0 }, given = { 0 }, meant = { 0 };
    Outcome o = { .verdict = PROVED, .has_margin = true };
    mpq_init(o.margin);
    for (size_t k = 0; k < t->outputs; k++) {
        Transformer at = transformer_at(t, k);
        Run one = { .t = &at, .spec = r->spec };
        run_output(&o, &given, &meant, &one, word);
    }
    task_print_word(&text, t->task, &t->params, word);
    table_add_row(&r->table);
    table_set_text(&r->table, "input", text_string(&text));
    table_set_text(&r->table, "answer", text_string(&given));
    table_set_text(&r->table, "right", text_string(&meant));
    table_set_text(&r->table, "verdict", verdict_name(o.verdict));
    if (o.has_margin) {
        table_set(&r->table, "margin", cell_rational(o.margin));
        table_set_text(&r->table, "margin_kind", r->spec.ar->encloses ? "lower" : "exact");
        table_set(&r->table, "margin_decimal", cell_decimal(o.margin, DOWN));
    }
    r->all = verdict_and(r->all, o.verdict);
    mpq_clear(o.margin);
    text_clear(&text);
    text_clear(&given);
    text_clear(&meant);
}

// All words, or -1 after an error, before the first is run.
static int run_words(Run *r, char **words, size_t count) {
    size_t length = r->t->length;
    Token *word = alloc_array(count, length, sizeof *word);
    int status = 0;
    for (size_t k = 0; k < count && status == 0; k++)
        status = parse(word + k * length, r->t, words[k]);
    for (size_t k = 0; k < count && status == 0; k++)
        run_word(r, word + k * length);
    free(word);
    return status;
}

// The same for the lines of standard input that are not empty.
static int run_lines(Run *r) {
    Text bytes = { 0 };
    if (text_read(&bytes, stdin, INPUT_BYTES) < 0) {
        text_clear(&bytes);
        return error("<stdin>: cannot be read, or is larger than 2^30 bytes");
    }
    char **line = alloc_array(bytes.length + 1, 1, sizeof *line), *rest = bytes.bytes;
    size_t count = 0;
    for (char *one; rest != NULL && (one = strtok_r(rest, "\n", &rest)) != NULL;)
        line[count++] = one;
    int status = count > 0 ? run_words(r, line, count) : error("<stdin>: no input");
    free(line);
    text_clear(&bytes);
    return status;
}

// -1 after an error: the model cannot be run so.
static int admit(const Model *m, const char *file, const ArithSpec *spec) {
    if (m->recurrent)
        return error("%s: a recurrent model, expected a transformer", file);
    const char *why = spec->ar->bounded
                          ? "a single word has no bounds of scores, which fixed point needs"
                          : evaluator_admits(&m->transformer, spec);
    return why ? error("%s: %s", file, why) : 0;
}

int model_run(const Options *o, const char *file, char **words, size_t count) {
    Model m;
    if (model_read(&m, file) < 0)
        return EXIT_USAGE;
    Run r = { .t = &m.transformer, .spec = o->arithmetic, .all = PROVED };
    int status = admit(&m, file, &r.spec);
    table_init(&r.table, "Answers", columns, sizeof columns / sizeof *columns);
    if (status == 0)
        status =
            count == 1 && strcmp(words[0], "-") == 0 ? run_lines(&r) : run_words(&r, words, count);
    if (status == 0)
        status = output_table(o->output, o->format, &r.table);
    table_clear(&r.table);
    model_clear(&m);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(r.all);
}
