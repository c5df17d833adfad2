// bound.c - claim: a fooling set of a communication matrix.
//
// Word k of the list is a cell: its row is what Alice sees of it, its column what Bob sees.  So the
// list spans a matrix, of the answers to Alice's part of one word and Bob's of another.
#include "checker.h"

enum { CELLS_MOST = 1 << 10 };

// Ascending positions, from 1, as "1,3,4"; each player sees one at least.
static bool *read_alice(Input *in, const Task *t) {
    bool *alice = keep(in, (size_t)t->length, 1);
    long before = 0, count = 0;
    demand(in, " alice=");
    do {
        long i = read_natural(in, t->length);
        if (i <= before)
            reject(in, "positions count from 1, and ascend");
        alice[i - 1] = true;
        before = i;
        count++;
    } while (skip(in, ","));
    if (count == t->length)
        reject(in, "Bob sees nothing");
    return alice;
}

// The answers, row after row.
static long *read_cells(Input *in, const Task *t, const bool *alice, long count) {
    need_room(in, 2 * (double)count * (double)t->length);
    long *words = keep(in, (size_t)(count * t->length), sizeof *words);
    long *mixed = keep(in, (size_t)t->length, sizeof *mixed);
    long *answer = keep(in, (size_t)(count * count), sizeof *answer);
    for (long k = 0; k < count; k++) {
        demand(in, "cell");
        if (read_word(in, t, words + k * t->length, 0, t->length) != t->length)
            reject(in, "the word is too short");
    }
    for (long r = 0; r < count; r++)
        for (long c = 0; c < count; c++) {
            for (long i = 0; i < t->length; i++)
                mixed[i] = words[(alice[i] ? r : c) * t->length + i];
            answer[r * count + c] = right_answer(t, mixed, t->length);
        }
    return answer;
}

// "claim fooling TASK alice=POSITIONS value=V count=C": of any two of the C cells, all of value V,
// a crossing one has another value; so each needs a leaf of its own in any protocol.
void check_fooling(Input *in) {
    Task t;
    char task[ROOM];
    read_task(in, &t);
    if (t.n == 0)
        reject(in, "a matrix is of words of one length");
    const char *split = in->at;
    const bool *alice = read_alice(in, &t);
    int length = (int)(in->at - split);
    demand(in, " value=");
    long value = read_natural(in, t.answers - 1);
    demand(in, " count=");
    long count = read_natural(in, CELLS_MOST);
    demand(in, "\n");
    const long *answer = read_cells(in, &t, alice, count);
    for (long i = 0; i < count; i++)
        for (long j = 0; j <= i; j++) {
            bool same = answer[i * count + j] == value && answer[j * count + i] == value;
            if (same != (i == j))
                reject(in, "cells %ld and %ld are no part of a fooling set", j + 1, i + 1);
        }
    task_print(task, &t);
    verified(in, "every protocol for %s with%.*s has at least %ld leaves of answer %ld", task,
             length, split, count, value);
}
