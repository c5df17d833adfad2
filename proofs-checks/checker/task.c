// task.c - the tasks, from their definitions in docs/.
#include "checker.h"
#include <stdio.h>
#include <string.h>

enum { LARGEST = 1 << 20, LARGEST_ALPHABET = 1 << 16, DEEPEST = 64 };
static const char *const names[] = { "equality", "disjointness", "index-lookup", "dyck" };
static const char brackets[] = "()[]{}<>";

void read_task(Input *in, Task *t) {
    *t = (Task){ .answers = 2 };
    while (t->kind <= DYCK && !skip(in, names[t->kind]))
        t->kind++;
    if (t->kind > DYCK)
        reject(in, "expected a task");
    demand(in, " n=");
    if (t->kind != DYCK || !skip(in, "all")) {
        t->n = read_natural(in, LARGEST);
        if (t->n < 1)
            reject(in, "expected a size of at least 1");
    }
    if (t->kind == EQUALITY || t->kind == DISJOINTNESS) {
        t->length = 2 * t->n + 1;
        t->tokens = 3;
    } else if (t->kind == INDEX_LOOKUP) {
        demand(in, " alphabet=");
        t->alphabet = t->answers = read_natural(in, LARGEST_ALPHABET);
        t->length = t->n + 1;
        t->tokens = t->alphabet + t->n;
    } else {
        demand(in, " brackets=");
        t->brackets = read_natural(in, 4);
        demand(in, " depth=");
        t->depth = read_natural(in, DEEPEST);
        t->length = t->n;
        t->tokens = 2 * t->brackets;
    }
    if (t->answers < 2 || t->tokens < 2 || t->n % (t->kind == DYCK ? 2 : 1) != 0)
        reject(in, "there is no such task");
}

void task_print(char text[ROOM], const Task *t) {
    int n = t->n ? snprintf(text, ROOM, "%s n=%ld", names[t->kind], t->n)
                 : snprintf(text, ROOM, "%s n=all", names[t->kind]);
    if (t->kind == INDEX_LOOKUP)
        snprintf(text + n, (size_t)(ROOM - n), " alphabet=%ld", t->alphabet);
    if (t->kind == DYCK)
        snprintf(text + n, (size_t)(ROOM - n), " brackets=%ld depth=%ld", t->brackets, t->depth);
}

void token_name(char name[NAME], const Task *t, long token) {
    if (t->kind == DYCK)
        snprintf(name, NAME, "%c", brackets[token]);
    else if (t->kind == INDEX_LOOKUP && token >= t->alphabet)
        snprintf(name, NAME, "q%ld", token - t->alphabet + 1);
    else if (t->kind != INDEX_LOOKUP && token == 2)
        snprintf(name, NAME, "#");
    else
        snprintf(name, NAME, "%ld", token);
}

long token_first(const Task *t, long i) {
    if (t->kind == DYCK || i + 1 < t->length)
        return 0;
    return t->kind == INDEX_LOOKUP ? t->alphabet : 2;
}

long token_count(const Task *t, long i) {
    if (t->kind == DYCK)
        return t->tokens;
    if (i + 1 == t->length)
        return t->kind == INDEX_LOOKUP ? t->n : 1;
    return t->kind == INDEX_LOOKUP ? t->alphabet : 2;
}

long read_word(Input *in, const Task *t, long *word, long first, long most) {
    long count = 0;
    while (!skip(in, "\n")) {
        char name[NAME];
        long i = first + count, token = token_first(t, i), end = token + token_count(t, i);
        demand(in, " ");
        if (count == most)
            reject(in, "the word is too long");
        size_t n = 0;
        while (in->at + n < in->end && in->at[n] != ' ' && in->at[n] != '\n')
            n++;
        for (; token < end; token++) {
            token_name(name, t, token);
            if (strlen(name) == n && memcmp(name, in->at, n) == 0)
                break;
        }
        if (token == end)
            reject(in, "no such token at position %ld", i);
        word[count++] = token;
        in->at += n;
    }
    return count;
}

// Well nested and at most so deep: the brackets that are open are a stack.
static long nests(const Task *t, const long *word, long length) {
    long height = 0, stack[DEEPEST];
    for (long i = 0; i < length; i++) {
        if (word[i] % 2 == 0) {
            if (height == t->depth)
                return 0;
            stack[height++] = word[i];
        } else if (height == 0 || stack[--height] != word[i] - 1) {
            return 0;
        }
    }
    return height == 0;
}

long right_answer(const Task *t, const long *word, long length) {
    if (t->kind == DYCK)
        return nests(t, word, length);
    if (t->kind == INDEX_LOOKUP)
        return word[word[t->n] - t->alphabet];
    for (long i = 0; i < t->n; i++)
        if (t->kind == EQUALITY ? word[i] != word[t->n + i] : word[i] && word[t->n + i])
            return 0;
    return 1;
}

bool next_word(const Task *t, long *word) {
    for (long i = t->length; i-- > 0;) {
        if (++word[i] < token_first(t, i) + token_count(t, i))
            return true;
        word[i] = token_first(t, i);
    }
    return false;
}
