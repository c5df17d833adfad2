// checker.h - chasm-check: reads a certificate (docs/certificate-file.md) and establishes again
// what it claims, from the claim line and the data in it alone.  Shares no line with src/; naive
// where naive will do.  Numbers are GMP rationals, and 128-bit integers whose bounds are checked.
//
// Whatever is allocated, by GMP too, lives until checker_run returns: nothing is cleared
// but what would pile up.
#pragma once
#include "checker_run.h"
#include <gmp.h>
#include <setjmp.h>
#include <stdint.h>

// ---- input.c: the certificate's text, and its one way out ----

typedef struct Input {
    const char *at, *end;
    long line;
    char *message;   // of ROOM characters
    jmp_buf out;
} Input;
enum { WIDTH_MOST = 1 << 16, LAYERS_MOST = 64, SCORE_MOST = 1 << 14 };

_Noreturn void reject(Input *in, const char *why, ...) __attribute__((format(printf, 2, 3)));
void *keep(Input *in, size_t count, size_t size);   // zeroed

// Skips that text if it comes next, and says whether; or rejects if it does not.
bool skip(Input *in, const char *text);
void demand(Input *in, const char *format, ...) __attribute__((format(printf, 2, 3)));

// The next number in its one canonical form: an integer of 0 .. most; a rational in lowest terms.
long read_natural(Input *in, long most);
void read_rational(Input *in, mpq_t r);

// Rejects if fewer bytes are left: asked before room is made for what they should say.
void need_room(Input *in, double bytes);

// The rest of the claim line, then the proof, for each kind of claim; what was verified.
void check_transformer(Input *in);
void check_recurrent(Input *in);
void check_code(Input *in);
void check_states(Input *in);
void check_fooling(Input *in);
_Noreturn void verified(Input *in, const char *what, ...) __attribute__((format(printf, 2, 3)));

// ---- task.c: what the tasks mean ----

typedef struct Task {
    enum { EQUALITY, DISJOINTNESS, INDEX_LOOKUP, DYCK } kind;
    long n;   // 0: words of every length
    long alphabet, brackets, depth;
    long length, tokens, answers;
} Task;

enum { NAME = 24 };
void read_task(Input *in, Task *t);   // "equality n=8"
void task_print(char text[ROOM], const Task *t);
void token_name(char name[NAME], const Task *t, long token);
// The tokens that may stand at position i: first, and how many after it.
long token_first(const Task *t, long i);
long token_count(const Task *t, long i);
// A word of tokens separated by blanks, that ends the line; its tokens must be admitted at
// positions first, first + 1, ..  How many, at most `most`.
long read_word(Input *in, const Task *t, long *word, long first, long most);
// The right answer, of dyck for words of any length.
long right_answer(const Task *t, const long *word, long length);
// The next word in order, all of whose positions count from 0; false after the last.
bool next_word(const Task *t, long *word);

// ---- model.c: the model inside a certificate ----

typedef struct Matrix {
    long rows, columns;
    mpq_t *e;
} Matrix;
#define AT(m, i, j) ((m).e[(i) * (m).columns + (j)])
Matrix matrix_new(Input *in, long rows, long columns);   // 0; of 2^23 entries at most
// r <- row i of a times x; a + sum.
void row_times(mpq_t r, Matrix a, long i, mpq_t *x);
void add_product(mpq_t sum, const mpq_t a, const mpq_t b);

typedef struct Head {
    Matrix q, k, v, o;
} Head;
typedef struct Layer {
    long heads;
    Head *head;
    Matrix w1, b1, w2, b2;   // without an MLP: no hidden unit, and b2 = 0
} Layer;
typedef struct Model {
    Task task;
    bool causal, sign, clamp;
    long width, layers, position;
    long *first;        // row of position i's first token
    Matrix embedding;   // rows first[i] + token - token_first
    Layer *layer;
    Matrix w, b;                           // readout; row a speaks for answer a
    Matrix out;                            // room for its outputs
    Matrix hidden, input, bias, initial;   // of a recurrent model
} Model;

// The rest of a model whose task, width and layers are known.
void read_transformer(Input *in, Model *m);
void read_recurrent(Input *in, Model *m);
// The right answer's number minus the largest other one, of the readout's outputs on y.
void margin_of_readout(mpq_t margin, const Model *m, mpq_t *y, long answer);
// An integer score, or rejects.
long whole_score(Input *in, const mpq_t s);

void read_margin(Input *in, mpq_t margin);   // " margin=3/10", positive
// Every word one by one, by the definition: `margin_of` one word, with `work` to work in.
void check_all_words(Input *in, const Model *m, const mpq_t claimed, void *work,
                     void (*margin_of)(Input *, mpq_t, const Model *, void *, const long *));

// ---- transformer.c, domains.c: a layer; all words of a transformer at once ----

// x <- x + W2 relu(W1 x + b1) + b2; hidden: room for the units.
void apply_mlp(mpq_t *x, const Layer *l, mpq_t *hidden);

// No word's margin is less than the one claimed, and that of `word` is that.
void check_domains(Input *in, const Model *m, const mpq_t claimed, const long *word);
