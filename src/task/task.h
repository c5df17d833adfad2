// task.h - a task: which words there are, and the right answer to each.
//
// The words of a size are a product: position i (from 0) takes any token of one run of consecutive
// tokens, independently of the others.  Tokens are numbered 0 .. symbols-1; the task names them.
// Answers are numbered too: 0 and 1 for a Boolean task, 0 .. answers-1 for one with symbols.
//
// A task may come with a *promise*: words outside it have no right answer, and whatever is said of
// all words is said of the others (docs/verdict.md#promise).
#pragma once
#include "base/text.h"
#include "task/clauses.h"
#include "task/params.h"
#include <gmp.h>
#include <stdbool.h>

// What a task answers to a word outside its promise.
#define ANSWER_EXCLUDED SIZE_MAX

// The tokens first .. first + count - 1.
typedef struct TokenRun {
    Token first;
    uint32_t count;
} TokenRun;

// How the words of size n are made of n copies of those of size 1 (docs/symmetry.md#copies): place
// a of size 1, a < length - 1, becomes the positions a n .. a n + n - 1, index 0 first, with the
// same tokens; the last position stays single, either with the same tokens, or with one token per
// index.
typedef enum Ending {
    ENDS_OTHERWISE,   // not so made
    ENDS_ALIKE,
    ENDS_WITH_INDEX,
} Ending;

typedef struct Task {
    const char *name, *summary;
    const char *words;     // the words in one line, for people
    const char *theorem;   // where docs/ defines it: "FILE.md#ANCHOR"
    bool boolean;          // the answers are 0 and 1
    bool nests;            // params.brackets and params.depth belong to it
    bool has_formula;      // params.formula belongs to it
    bool recalls;          // params.keys and params.queries do
    bool endless;          // the words of all lengths are over the same tokens: a recurrent model
                           // may be for all of them at once
    // NULL, or why there is no such size.  All functions below need admits(p) == NULL.
    const char *(*admits)(const Params *p);
    size_t (*length)(const Params *p);    // L, tokens per word
    size_t (*symbols)(const Params *p);   // how many tokens there are
    // The signs of a point, of a task whose words hold points; else NULL, and params.dimension says
    // nothing.
    size_t (*dimension)(const Params *p);
    // Sets in p what follows, beside n, from the number of tokens: the one that has that many, if
    // there is one.  NULL: nothing follows.  Needs p->n as it shall be.
    void (*fit)(Params *p, size_t symbols);
    size_t (*answers)(const Params *p);   // how many answers there are
    // How many positions are answered, the last ones of a word; NULL: the last alone.  Each is an
    // *output*, numbered from 0; answer and domains speak of output p->output.
    size_t (*outputs)(const Params *p);
    TokenRun (*tokens)(const Params *p, size_t position);
    void (*name_token)(Text *t, const Params *p, Token token);      // appends
    void (*name_answer)(Text *t, const Params *p, size_t answer);   // appends
    const Domains *domains;                                         // NULL: none are known
    const Clauses *clauses;                                         // NULL: none are known
    Ending ending;
    // The right answer; ANSWER_EXCLUDED, of a task with a promise, outside of it.
    size_t (*answer)(const Params *p, const Token *word);
    // Of a task with a promise, else NULL: n <- how many words it holds for, at least one; and
    // appends why the word, to which it answers ANSWER_EXCLUDED, lies outside.
    void (*count_answered)(mpz_t n, const Params *p);
    void (*explain_excluded)(Text *t, const Params *p, const Token *word);
    // Turns a word drawn uniformly into one with that answer where it can, for a sampler, with the
    // distribution of docs/sample.md#distribution.  NULL: it cannot for any.
    void (*steer)(Token *word, const Params *p, size_t answer, uint64_t *random);
} Task;

extern const Task task_index_lookup, task_index_lookup_front, task_equality, task_disjointness,
    task_dyck, task_nearest_neighbor, task_recall;

// The tasks, in the order of src/meson.build; ends with NULL.
extern const Task *const tasks[];

// The task of that name, NULL if there is none.
const Task *task_find(const char *name);

// How many outputs a word has, and the position of output p->output.
size_t task_outputs(const Task *task, const Params *p);
size_t task_output_position(const Task *task, const Params *p);

// n <- the number of words: the product of the token counts.
void task_count_words(mpz_t n, const Task *task, const Params *p);

// n <- how many of them have a right answer.
void task_count_answered(mpz_t n, const Task *task, const Params *p);

static inline bool task_has_promise(const Task *task) { return task->count_answered != NULL; }

// Whether words with these answers must be told apart: they have different right ones.
static inline bool answers_differ(size_t one, size_t other) {
    return one != other && one != ANSWER_EXCLUDED && other != ANSWER_EXCLUDED;
}

// Whether every token of the task is one character, so that words are written without blanks.
bool task_joins_tokens(const Task *task, const Params *p);

// Appends the tokens' names, joined if every token of the task is one character, else separated by
// blanks.
void task_print_word(Text *t, const Task *task, const Params *p, const Token *word);

// The same for some tokens, a part of a word.
void task_print_tokens(Text *t, const Task *task, const Params *p, const Token *token,
                       size_t count);

// word[0 .. length-1] <- what s writes, tokens separated by blanks, or joined where every token is
// one character.  NULL, or what is wrong with s, as a string that the caller frees.
char *task_parse_word(Token *word, const Task *task, const Params *p, const char *s);
