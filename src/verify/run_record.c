#include "verify/run_record.h"
#include "base/alloc.h"
#include "base/error.h"
#include "math/rational.h"
#include "math/rational_node.h"
#include <stdlib.h>
#include <string.h>

static const size_t MOST = (size_t)1 << 62;

// ---- writing ----

static json_t *integer(uint64_t x) { return json_integer((json_int_t)x); }

static json_t *text_of(Text *t) {
    json_t *s = json_string(text_string(t));
    if (s == NULL)
        die("out of memory");
    text_clear(t);
    return s;
}

static json_t *word_of(const Check *c, const Token *word) {
    Text t = { 0 };
    task_print_word(&t, c->t->task, &c->t->params, word);
    return text_of(&t);
}

static json_t *number_of(const mpq_t r) {
    Text t = { 0 };
    rational_print(&t, r);
    return text_of(&t);
}

static json_t *some_of(const Check *c, const Some *some) {
    if (some->count == 0)
        return json_null();
    return json_pack("[Io]", (json_int_t)some->count, word_of(c, some->first));
}

json_t *record_of(const Check *c, const Ranges *ranges, const Worst *worst) {
    json_t *spans = json_array(), *masses = json_array();
    for (size_t i = 0; i < ranges->count; i++)
        json_array_append_new(spans, json_pack("[II]", (json_int_t)ranges->span[i].begin,
                                               (json_int_t)ranges->span[i].end));
    for (size_t l = 0; l < worst->layers; l++)
        json_array_append_new(masses, worst->attended[l] ? number_of(worst->mass[l]) : json_null());
    json_t *record = json_object();
    json_object_set_new(record, "ranges", spans);
    json_object_set_new(record, "inputs", integer(worst->inputs));
    json_object_set_new(record, "excluded", integer(worst->excluded));
    json_object_set_new(record, "margin", worst->any ? number_of(worst->margin) : json_null());
    json_object_set_new(record, "word", worst->any ? word_of(c, worst->word) : json_null());
    json_object_set_new(record, "attention", masses);
    json_object_set_new(record, "faulty", some_of(c, &worst->faulty));
    json_object_set_new(record, "failing", some_of(c, &worst->failing));
    json_object_set_new(record, "undecided", some_of(c, &worst->undecided));
    return record;
}

// ---- reading ----

void record_reader_init(RecordReader *r, const Check *c, Span part) {
    *r = (RecordReader){ .check = c, .part = part };
    r->judge = judge_new(c->t, c->arithmetic, c->bounds, NULL, c->filtered);
    worst_init(&r->one, c->t->length, c->t->layers);
    worst_init(&r->file, c->t->length, c->t->layers);
    r->word = alloc_array(c->t->length, 1, sizeof *r->word);
}

void record_reader_clear(RecordReader *r) {
    judge_free(r->judge);
    worst_clear(&r->one);
    worst_clear(&r->file);
    free(r->word);
}

static bool is_null(const Node *n) { return n->value != NULL && json_is_null(n->value); }

// The sum of the ranges' lengths; they are added to `covered`.
static int read_ranges(uint64_t *words, Ranges *covered, const RecordReader *r, const Node *list) {
    *words = 0;
    if (node_is_list(list) < 0)
        return -1;
    for (size_t i = 0; i < json_array_size(list->value); i++) {
        Node pair = node_element(list, i);
        size_t begin, end;
        if (node_is_list(&pair) < 0)
            return -1;
        if (json_array_size(pair.value) != 2)
            return node_error(&pair, "expected the first rank and the one behind the last");
        Node first = node_element(&pair, 0), last = node_element(&pair, 1);
        if (node_integer(&begin, &first, r->part.begin, r->part.end - 1) < 0 ||
            node_integer(&end, &last, begin + 1, r->part.end) < 0)
            return -1;
        if (!ranges_add(covered, (Span){ begin, end }))
            return node_error(&pair, "some of these ranks are covered twice");
        *words += end - begin;
    }
    return *words > 0 ? 0 : node_error(list, "expected a range");
}

static int read_word(Token *word, const RecordReader *r, const Node *n) {
    const char *s;
    if (node_string(&s, n) < 0)
        return -1;
    char *why = task_parse_word(word, r->check->t->task, &r->check->t->params, s);
    if (why == NULL)
        return 0;
    node_error(n, "%s", why);
    free(why);
    return -1;
}

// r->again <- the judgment on that word alone.  -1 after an error: it has no right answer.
static int judge_again(RecordReader *r, const Token *word, const Node *n) {
    const Transformer *t = r->check->t;
    size_t answer = t->task->answer(&t->params, word);
    if (answer == ANSWER_EXCLUDED)
        return node_error(n, "the word lies outside the task's promise");
    worst_init(&r->again, t->length, t->layers);
    judge_word(r->judge, word, answer, &r->again);
    return 0;
}

// A margin below all before it must be that of the word.
static int read_margin(RecordReader *r, const Node *object) {
    Node margin = node_member(object, "margin"), word = node_member(object, "word");
    const Worst *file = &r->file;
    mpq_t value;
    if (is_null(&margin) && is_null(&word))
        return 0;
    mpq_init(value);
    int status = node_rational(value, &margin);
    if (status == 0)
        status = read_word(r->word, r, &word);
    bool known = status == 0 && file->any && mpq_equal(value, file->margin) &&
                 memcmp(r->word, file->word, file->length * sizeof *r->word) == 0;
    if (status == 0 && !known)
        status = judge_again(r, r->word, &word);
    if (status == 0 && !known) {
        if (!r->again.any || !mpq_equal(r->again.margin, value))
            status = node_error(&margin, "the word does not have this margin");
        worst_clear(&r->again);
    }
    if (status == 0)
        worst_offer(&r->one, value, r->word);
    mpq_clear(value);
    return status;
}

// *some <- how many words, and the first of them; that it is one, `count` of a judgment of it
// tells.
static int read_some(Some *some, RecordReader *r, const Node *object, const char *key) {
    Node n = node_member(object, key);
    size_t count;
    if (is_null(&n))
        return 0;
    if (node_is_list(&n) < 0)
        return -1;
    if (json_array_size(n.value) != 2)
        return node_error(&n, "expected how many words there are, and the first");
    Node number = node_element(&n, 0), word = node_element(&n, 1);
    if (node_integer(&count, &number, 1, r->one.inputs) < 0 ||
        read_word(some->first, r, &word) < 0 || judge_again(r, some->first, &word) < 0)
        return -1;
    const Some *again = some == &r->one.faulty    ? &r->again.faulty
                        : some == &r->one.failing ? &r->again.failing
                                                  : &r->again.undecided;
    some->count = count;
    int status = again->count == 1 ? 0 : node_error(&word, "the word is none of these");
    worst_clear(&r->again);
    return status;
}

static int read_attention(Worst *one, const Node *object) {
    Node list = node_member(object, "attention");
    mpq_t mass;
    if (node_is_list(&list) < 0)
        return -1;
    if (json_array_size(list.value) != one->layers)
        return node_error(&list, "expected one mass per layer");
    mpq_init(mass);
    int status = 0;
    for (size_t l = 0; l < one->layers && status == 0; l++) {
        Node n = node_element(&list, l);
        if (is_null(&n))
            continue;
        status = node_rational(mass, &n);
        if (status == 0 && (mpq_sgn(mass) < 0 || mpq_cmp_ui(mass, 1, 1) > 0))
            status = node_error(&n, "expected a mass of 0 to 1");
        if (status == 0)
            worst_offer_mass(one, l, mass);
    }
    mpq_clear(mass);
    return status;
}

static int read_counts(Worst *one, const Node *object, uint64_t words) {
    Node inputs = node_member(object, "inputs"), excluded = node_member(object, "excluded");
    size_t judged, passed;
    if (node_integer(&judged, &inputs, 0, MOST) < 0 ||
        node_integer(&passed, &excluded, 0, MOST) < 0)
        return -1;
    if (judged + passed != words)
        return node_error(&inputs, "%zu and %zu excluded, but the ranges hold %llu words", judged,
                          passed, (unsigned long long)words);
    one->inputs = judged;
    one->excluded = passed;
    return 0;
}

static const char *const keys[] = { "ranges",    "inputs", "excluded", "margin",    "word",
                                    "attention", "faulty", "failing",  "undecided", NULL };

static int read_all(RecordReader *r, Ranges *covered, const Node *object) {
    Worst *one = &r->one;
    Node ranges = node_member(object, "ranges");
    uint64_t words;
    if (node_has_only(object, keys) < 0 || read_ranges(&words, covered, r, &ranges) < 0 ||
        read_counts(one, object, words) < 0 || read_margin(r, object) < 0 ||
        read_attention(one, object) < 0 || read_some(&one->faulty, r, object, "faulty") < 0 ||
        read_some(&one->failing, r, object, "failing") < 0 ||
        read_some(&one->undecided, r, object, "undecided") < 0)
        return -1;
    worst_merge(&r->file, one);
    if (!r->file.any && r->file.inputs > r->file.faulty.count)
        return node_error(object, "there are words with a margin, but none is named");
    return 0;
}

int record_read(RecordReader *r, Ranges *covered, Worst *worst, const Node *object) {
    const Transformer *t = r->check->t;
    int status = read_all(r, covered, object);
    if (status == 0)
        worst_merge(worst, &r->one);
    worst_clear(&r->one);
    worst_init(&r->one, t->length, t->layers);
    return status;
}
