// automaton_read.c - docs/recurrent.md#automaton-files: four lines that say what there is, in a
// fixed order, then one line per transition.
#include "base/alloc.h"
#include "base/error.h"
#include "base/input.h"
#include "task/automaton.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BITS = 24 };

// A file, line by line.
typedef struct Reader {
    const char *name;   // for messages
    char *rest;         // what is left of the text
    size_t line;        // of the words at hand, from 1; at the end the last line
    char **word;        // the words of the line
    size_t words, room;
} Reader;

static void append_word(Reader *r, char *word) {
    if (r->words == r->room) {
        r->room = 2 * r->room + 8;
        char **grown = realloc(r->word, r->room * sizeof *grown);
        if (grown == NULL)
            die("out of memory: %zu words", r->room);
        r->word = grown;
    }
    r->word[r->words++] = word;
}

// The words of the next line that has any; false at the end.
static bool read_line(Reader *r) {
    r->words = 0;
    while (r->words == 0 && *r->rest != '\0') {
        char *line = r->rest, *end = line + strcspn(line, "\n");
        r->rest = *end ? end + 1 : end;
        *end = '\0';
        line[strcspn(line, "#")] = '\0';
        r->line++;
        for (char *word; (word = strtok_r(line, " \t\r", &line)) != NULL;)
            append_word(r, word);
    }
    return r->words > 0;
}

// *place <- where the name stands among those; false: nowhere.
static bool find(size_t *place, char *const *names, size_t count, const char *name) {
    for (*place = 0; *place < count; ++*place)
        if (strcmp(names[*place], name) == 0)
            return true;
    return false;
}

static int check_name(const Reader *r, const char *name) {
    for (const char *s = name; *s; s++)
        if (*s < '!' || *s > '~')
            return error("%s:%zu: a name has characters other than printable ASCII", r->name,
                         r->line);
    return 0;
}

// The next line must begin with that keyword; then its other words are names, each once.
static int read_header(Reader *r, const char *keyword, size_t least, size_t most) {
    if (!read_line(r) || strcmp(r->word[0], keyword) != 0)
        return error("%s:%zu: a line '%s ..' is expected", r->name, r->line ? r->line : 1, keyword);
    size_t count = r->words - 1, place;
    if (count < least || count > most)
        return error("%s:%zu: %zu names behind '%s', expected %s%zu", r->name, r->line, count,
                     keyword, count < least ? "at least " : "at most ",
                     count < least ? least : most);
    for (size_t i = 1; i <= count; i++) {
        if (check_name(r, r->word[i]) < 0)
            return -1;
        if (find(&place, r->word + 1, i - 1, r->word[i]))
            return error("%s:%zu: '%.40s' a second time", r->name, r->line, r->word[i]);
    }
    return 0;
}

static char **take_names(const Reader *r, size_t *count) {
    *count = r->words - 1;
    char **names = alloc_array(*count, 1, sizeof *names);
    for (size_t i = 0; i < *count; i++)
        names[i] = alloc_string(r->word[i + 1]);
    return names;
}

static int unknown(const Reader *r, const char *what, const char *name) {
    return error("%s:%zu: no %s '%.40s'", r->name, r->line, what, name);
}

// States and alphabet; then a has its size.
static int read_names(Automaton *a, Reader *r) {
    size_t states, symbols;
    if (read_header(r, "states", 1, TRANSITIONS_MOST) < 0)
        return -1;
    char **state = take_names(r, &states);
    int status = read_header(r, "alphabet", 1, TRANSITIONS_MOST / states);
    char **symbol = status == 0 ? take_names(r, &symbols) : NULL;
    if (status == 0) {
        automaton_init(a, states, symbols);
        free(a->state);
        free(a->symbol);
        a->state = state;
        a->symbol = symbol;
        return 0;
    }
    for (size_t i = 0; i < states; i++)
        free(state[i]);
    free(state);
    return -1;
}

static int read_ends(Automaton *a, Reader *r) {
    if (read_header(r, "start", 1, 1) < 0)
        return -1;
    if (!find(&a->start, a->state, a->states, r->word[1]))
        return unknown(r, "state", r->word[1]);
    if (read_header(r, "accepting", 0, a->states) < 0)
        return -1;
    for (size_t i = 1; i < r->words; i++) {
        size_t state;
        if (!find(&state, a->state, a->states, r->word[i]))
            return unknown(r, "state", r->word[i]);
        a->accepting[state] = true;
    }
    return 0;
}

// seen: which transitions were given.
static int read_transition(Automaton *a, const Reader *r, bool *seen) {
    size_t from, symbol, to;
    if (r->words != 3)
        return error("%s:%zu: %zu words, expected a transition: STATE SYMBOL STATE", r->name,
                     r->line, r->words);
    if (!find(&from, a->state, a->states, r->word[0]))
        return unknown(r, "state", r->word[0]);
    if (!find(&symbol, a->symbol, a->symbols, r->word[1]))
        return unknown(r, "symbol", r->word[1]);
    if (!find(&to, a->state, a->states, r->word[2]))
        return unknown(r, "state", r->word[2]);
    if (seen[from * a->symbols + symbol])
        return error("%s:%zu: a second transition from %.40s on %.40s", r->name, r->line,
                     r->word[0], r->word[1]);
    seen[from * a->symbols + symbol] = true;
    a->next[from * a->symbols + symbol] = to;
    return 0;
}

static int read_transitions(Automaton *a, Reader *r) {
    size_t count = a->states * a->symbols, missing = 0;
    bool *seen = alloc_array(count, 1, sizeof *seen);
    int status = 0;
    while (status == 0 && read_line(r))
        status = read_transition(a, r, seen);
    while (missing < count && seen[missing])
        missing++;
    free(seen);
    if (status == 0 && missing < count)
        return error("%s:%zu: no transition from %.40s on %.40s", r->name, r->line,
                     a->state[missing / a->symbols], a->symbol[missing % a->symbols]);
    return status;
}

int automaton_parse(Automaton *a, const char *name, const char *bytes, size_t length) {
    if (length > 0 && memchr(bytes, '\0', length) != NULL)
        return error("%s: a NUL byte is no text", name);
    Text text = { 0 };
    text_add_bytes(&text, bytes, length);
    if (length == 0 || bytes[length - 1] != '\n')
        text_add(&text, "\n");
    Reader r = { .name = name, .rest = text.bytes };
    Automaton read;
    int status = read_names(&read, &r);
    if (status == 0) {
        status = read_ends(&read, &r) < 0 ? -1 : read_transitions(&read, &r);
        if (status == 0)
            *a = read;
        else
            automaton_clear(&read);
    }
    free(r.word);
    text_clear(&text);
    return status;
}

int automaton_read(Automaton *a, const char *file) {
    Text bytes = { 0 };
    int status = input_read(&bytes, file, FILE_BITS);
    if (status == 0)
        status = automaton_parse(a, input_name(file), text_string(&bytes), bytes.length);
    text_clear(&bytes);
    return status;
}
