// input.c - the canonical text: every byte is expected, so that no byte can be changed unnoticed.
#include "checker.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_NUMBER = 20000, SHORT = 15 };

// All that is allocated, so that it can be freed wherever the check ends.
typedef struct Block {
    struct Block *before, *after;
} Block;
static Block all = { &all, &all };

static void *block_resize(void *old, size_t before, size_t size) {
    (void)before;
    Block *b = old ? (Block *)old - 1 : NULL;
    if (b != NULL) {
        b->before->after = b->after;
        b->after->before = b->before;
    }
    b = size < SIZE_MAX / 2 ? realloc(b, sizeof *b + size) : NULL;
    if (b == NULL) {
        fputs("chasm-check: out of memory\n", stderr);
        exit(2);
    }
    *b = (Block){ &all, all.after };
    all.after->before = b;
    all.after = b;
    return b + 1;
}

static void *block_new(size_t size) { return block_resize(NULL, 0, size); }

static void block_free(void *p, size_t size) {
    (void)size;
    Block *b = (Block *)p - 1;
    b->before->after = b->after;
    b->after->before = b->before;
    free(b);
}

void *keep(Input *in, size_t count, size_t size) {
    if (count > ((size_t)1 << 32) / (size + 1))
        reject(in, "too large for this checker");
    void *p = block_new(count * size + 1);
    memset(p, 0, count * size + 1);
    return p;
}

void reject(Input *in, const char *why, ...) {
    va_list args;
    va_start(args, why);
    int n = snprintf(in->message, ROOM, "line %ld: ", in->line);
    vsnprintf(in->message + n, (size_t)(ROOM - n), why, args);
    va_end(args);
    longjmp(in->out, 1);
}

void need_room(Input *in, double bytes) {
    if (bytes > (double)(in->end - in->at))
        reject(in, "the file is too short for that size");
}

void verified(Input *in, const char *what, ...) {
    va_list args;
    demand(in, "end %ld\n", in->line);
    if (in->at != in->end)
        reject(in, "something follows the end");
    va_start(args, what);
    vsnprintf(in->message, ROOM, what, args);
    va_end(args);
    longjmp(in->out, 2);
}

bool skip(Input *in, const char *text) {
    size_t n = strlen(text);
    if ((size_t)(in->end - in->at) < n || memcmp(in->at, text, n) != 0)
        return false;
    for (size_t i = 0; i < n; i++)
        in->line += text[i] == '\n';
    in->at += n;
    return true;
}

void demand(Input *in, const char *format, ...) {
    char text[ROOM];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (skip(in, text))
        return;
    const char *shown = text + strspn(text, "\n ");
    reject(in, "expected %.*s", *shown ? (int)strcspn(shown, "\n") : 12,
           *shown ? shown : "a line end");
}

long read_natural(Input *in, long most) {
    const char *from = in->at;
    long value = 0;
    while (in->at < in->end && *in->at >= '0' && *in->at <= '9' && in->at - from < SHORT)
        value = 10 * value + (*in->at++ - '0');
    if (in->at == from || (*from == '0' && in->at - from > 1) || value > most)
        reject(in, "expected an integer from 0 to %ld", most);
    return value;
}

void read_rational(Input *in, mpq_t r) {
    const char *from = in->at;
    while (in->at < in->end && in->at - from < LONGEST_NUMBER && strchr("-/0123456789", *in->at) &&
           *in->at)
        in->at++;
    size_t n = (size_t)(in->at - from);
    char *text = keep(in, n + 1, 1);
    memcpy(text, from, n);
    bool good = mpq_set_str(r, text, 10) == 0 && mpz_sgn(mpq_denref(r)) > 0;
    if (good) {
        mpq_canonicalize(r);
        char *canonical = mpq_get_str(NULL, 10, r);
        good = strcmp(text, canonical) == 0;
        block_free(canonical, 0);
    }
    if (!good)
        reject(in, "expected a number in lowest terms");
    block_free(text, 0);
}

static _Noreturn void check(Input *in) {
    demand(in, "chasm-certificate-1\nclaim ");
    if (skip(in, "transformer "))
        check_transformer(in);
    else if (skip(in, "recurrent "))
        check_recurrent(in);
    else if (skip(in, "code "))
        check_code(in);
    else if (skip(in, "states "))
        check_states(in);
    else if (skip(in, "fooling "))
        check_fooling(in);
    reject(in, "expected a kind of claim");
}

bool checker_run(const char *bytes, size_t length, char message[ROOM]) {
    Input in = { .at = bytes, .end = bytes + length, .line = 1, .message = message };
    void *(*old_new)(size_t), *(*old_resize)(void *, size_t, size_t);
    void (*old_free)(void *, size_t);
    mp_get_memory_functions(&old_new, &old_resize, &old_free);
    mp_set_memory_functions(block_new, block_resize, block_free);
    int how = setjmp(in.out);
    if (how == 0)
        check(&in);
    while (all.after != &all)
        block_free(all.after + 1, 0);
    mp_set_memory_functions(old_new, old_resize, old_free);
    return how == 2;
}
