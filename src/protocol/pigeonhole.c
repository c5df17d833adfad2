#include "protocol/pigeonhole.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "communication/problem.h"
#include <stdlib.h>

static int compare_sent(const void *a, const void *b) {
    const Sent *x = a, *y = b;
    int order = bit_string_compare(x->string, y->string);
    return order != 0 ? order : x->input < y->input ? -1 : x->input > y->input;
}

// sent[0 .. n-1] <- the strings, equal ones together and by input.
static void sort(Sent *sent, const BitString *string, size_t n) {
    for (size_t i = 0; i < n; i++)
        sent[i] = (Sent){ .string = &string[i], .input = i };
    qsort(sent, n, sizeof *sent, compare_sent);
}

// Whether entry i differs from the one before.
static bool begins(const Sent *sent, size_t i) {
    return i == 0 || bit_string_compare(sent[i].string, sent[i - 1].string) != 0;
}

// The length of the longest.
static size_t longest(const BitString *string, size_t n) {
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        most = string[i].length > most ? string[i].length : most;
    return most;
}

// Bob's questions on all his inputs, each once.
static void collect_questions(Messages *m, Token *word, Token *view) {
    const Protocol *p = m->protocol;
    BitString *asked = alloc_array(m->bob, 1, sizeof *asked);
    Sent *sorted = alloc_array(m->bob, 1, sizeof *sorted);
    for (size_t y = 0; y < m->bob && p->ask != NULL; y++) {
        split_write(word, p->split, m->problem, m->params, false, y);
        protocol_view(view, p->split, false, word);
        p->ask(&asked[y], p->common, view);
    }
    sort(sorted, asked, m->bob);
    for (size_t i = 0; i < m->bob; i++)
        m->questions += begins(sorted, i);
    m->question = alloc_array(m->questions, 1, sizeof *m->question);
    m->question_of = alloc_array(m->bob, 1, sizeof *m->question_of);
    for (size_t i = 0, q = 0; i < m->bob; i++) {
        if (begins(sorted, i))
            bit_string_copy(&m->question[q++], sorted[i].string);
        m->question_of[sorted[i].input] = q - 1;
    }
    m->question_bits = longest(asked, m->bob);
    for (size_t y = 0; y < m->bob; y++)
        bit_string_clear(&asked[y]);
    free(asked);
    free(sorted);
}

static void collect_messages(Messages *m, Token *word, Token *view) {
    const Protocol *p = m->protocol;
    m->message = alloc_array(m->questions, m->alice, sizeof *m->message);
    for (size_t x = 0; x < m->alice && !interrupted(); x++) {
        split_write(word, p->split, m->problem, m->params, true, x);
        protocol_view(view, p->split, true, word);
        for (size_t q = 0; q < m->questions; q++)
            p->tell(&m->message[q * m->alice + x], p->common, view, &m->question[q]);
    }
    m->message_bits = longest(m->message, m->questions * m->alice);
}

static void sort_messages(Messages *m) {
    m->sorted = alloc_array(m->questions, m->alice, sizeof *m->sorted);
    for (size_t q = 0; q < m->questions; q++) {
        Sent *sorted = m->sorted + q * m->alice;
        size_t different = 0;
        sort(sorted, m->message + q * m->alice, m->alice);
        for (size_t i = 0; i < m->alice; i++)
            different += begins(sorted, i);
        m->different = different > m->different ? different : m->different;
    }
}

char *messages_init(Messages *m, const Protocol *protocol, const Problem *problem, const Params *p,
                    size_t most) {
    Text why = { 0 };
    *m = (Messages){ .protocol = protocol,
                     .problem = problem,
                     .params = p,
                     .alice = split_inputs(protocol->split, problem, p, true),
                     .bob = split_inputs(protocol->split, problem, p, false) };
    if (m->alice > most || m->bob > most)
        text_printf(&why, "%s has over %zu inputs", m->alice > most ? "Alice" : "Bob", most);
    Token *word = alloc_array(protocol->split->length, 2, sizeof *word);
    Token *view = word + protocol->split->length;
    if (why.length == 0)
        collect_questions(m, word, view);
    if (why.length == 0 && product_capped(m->questions, m->alice) > most)
        text_printf(&why, "Alice has over %zu messages to send", most);
    if (why.length == 0)
        collect_messages(m, word, view);
    free(word);
    if (why.length == 0 && interrupted())
        text_add(&why, "interrupted");
    if (why.length == 0)
        sort_messages(m);
    else
        messages_clear(m);
    return why.length ? text_take(&why) : NULL;
}

void messages_clear(Messages *m) {
    for (size_t q = 0; q < m->questions; q++)
        bit_string_clear(&m->question[q]);
    for (size_t i = 0; m->message != NULL && i < m->questions * m->alice; i++)
        bit_string_clear(&m->message[i]);
    free(m->question);
    free(m->question_of);
    free(m->message);
    free(m->sorted);
    *m = (Messages){ 0 };
}

// The words of Alice's inputs x and other, for the first of Bob's inputs that asks q and on which
// the right answers differ.  Takes from *left the words compared; false if there is none.
static bool tell_apart(Token *word, Token *against, const Messages *m, size_t q, size_t x,
                       size_t other, size_t *left) {
    const Split *split = m->protocol->split;
    const Task *task = m->problem->task;
    for (size_t y = 0; y<m->bob && * left> 0; y++) {
        if (m->question_of[y] != q)
            continue;
        split_write(word, split, m->problem, m->params, true, x);
        split_write(against, split, m->problem, m->params, true, other);
        split_write(word, split, m->problem, m->params, false, y);
        split_write(against, split, m->problem, m->params, false, y);
        (*left)--;
        if (answers_differ(task->answer(m->params, word), task->answer(m->params, against)))
            return true;
    }
    return false;
}

// Answers that agree with those of the first input of a class agree with one another, unless some
// are excluded.
bool pigeonhole_find(Token *word, Token *other, bool *complete, const Messages *m, size_t most) {
    size_t left = most;
    for (size_t q = 0; q < m->questions; q++) {
        const Sent *sorted = m->sorted + q * m->alice;
        for (size_t i = 0, first = 0; i < m->alice; i++) {
            if (begins(sorted, i))
                first = i;
            else if (tell_apart(word, other, m, q, sorted[first].input, sorted[i].input, &left))
                return true;
        }
    }
    *complete = left > 0 && !task_has_promise(m->problem->task);
    return false;
}

const char *pigeonhole_check(const Token *word, const Token *other, const Protocol *protocol,
                             const Problem *problem, const Params *p) {
    const Split *split = protocol->split;
    const char *why = NULL;
    BitString question[2] = { 0 }, message[2] = { 0 };
    Token *view = alloc_array(split->length, 1, sizeof *view);
    protocol_send(&question[0], &message[0], view, protocol, word);
    protocol_send(&question[1], &message[1], view, protocol, other);
    for (size_t i = 0; i < split->length; i++)
        if (!split->alice[i] && word[i] != other[i])
            why = "the words differ at a position of Bob's";
    if (bit_string_compare(&question[0], &question[1]) != 0 ||
        bit_string_compare(&message[0], &message[1]) != 0)
        why = "what is sent differs";
    size_t right = problem->task->answer(p, word), other_right = problem->task->answer(p, other);
    if (!answers_differ(right, other_right))
        why = right == other_right ? "the right answers are equal"
                                   : "a word lies outside the task's promise";
    for (int k = 0; k < 2; k++) {
        bit_string_clear(&question[k]);
        bit_string_clear(&message[k]);
    }
    free(view);
    return why;
}
