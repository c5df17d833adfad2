// formula_read.c - docs/normal-form.md#formula-files: DIMACS, for CNF and in the same words for
// DNF.
#include "base/error.h"
#include "base/input.h"
#include "task/formula.h"
#include <stdlib.h>
#include <string.h>

enum { FILE_BITS = 26, SHOWN = 40 };

// A text of words, in lines.
typedef struct Reader {
    const char *name;   // for messages
    const char *at, *end;
    size_t line;        // of `at`, from 1
    bool fresh;         // no word of this line was read
    const char *word;   // the last one read, of that length and on that line
    size_t length, word_line;
} Reader;

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Past blanks, and past lines whose first word begins with c: comments.
static void skip_blanks(Reader *r) {
    for (; r->at < r->end; r->at++) {
        if (*r->at == '\n') {
            r->line++;
            r->fresh = true;
        } else if (r->fresh && *r->at == 'c') {
            while (r->at + 1 < r->end && r->at[1] != '\n')
                r->at++;
        } else if (!is_blank(*r->at)) {
            break;
        }
    }
}

// false at the end.
static bool read_word(Reader *r) {
    skip_blanks(r);
    r->fresh = false;
    r->word = r->at;
    r->word_line = r->line;
    while (r->at < r->end && !is_blank(*r->at))
        r->at++;
    r->length = (size_t)(r->at - r->word);
    return r->length > 0;
}

// The line that a message about the end is told of: the last one.
static size_t end_line(const Reader *r) {
    bool ended = r->line > 1 && r->at == r->end && r->at[-1] == '\n';
    return ended ? r->line - 1 : r->line;
}

static int wrong_word(const Reader *r, const char *expected) {
    size_t shown = r->length < SHOWN ? r->length : SHOWN;
    for (size_t k = 0; k < shown; k++)
        if (r->word[k] < '!' || r->word[k] > '~')
            return error("%s:%zu: a character that is no printable ASCII, expected %s", r->name,
                         r->word_line, expected);
    return error("%s:%zu: '%.*s', expected %s", r->name, r->word_line, (int)shown, r->word,
                 expected);
}

static bool is_word(const Reader *r, const char *word) {
    return r->length == strlen(word) && memcmp(r->word, word, r->length) == 0;
}

// *z <- the word, an integer of magnitude at most 10^9; false if it is none.
static bool take_integer(long *z, const Reader *r) {
    size_t k = r->word[0] == '-', digits = 0;
    for (*z = 0; k < r->length && *z <= 100000000; k++, digits++) {
        if (r->word[k] < '0' || r->word[k] > '9')
            return false;
        *z = 10 * *z + (r->word[k] - '0');
    }
    *z = r->word[0] == '-' ? -*z : *z;
    return digits > 0 && k == r->length;
}

static int read_count(long *count, Reader *r, const char *of, long least, long most) {
    if (!read_word(r))
        return error("%s:%zu: the number of %s is missing", r->name, end_line(r), of);
    if (take_integer(count, r) && *count >= least && *count <= most)
        return 0;
    Text expected = { 0 };
    text_printf(&expected, "a number of %s, %ld to %ld", of, least, most);
    wrong_word(r, text_string(&expected));
    text_clear(&expected);
    return -1;
}

// "p cnf 3 2".
static int read_header(Formula *f, long *clauses, Reader *r) {
    long variables;
    const char *expected = "'p cnf VARIABLES CLAUSES', or p dnf";
    if (!read_word(r))
        return error("%s:%zu: the header is missing, %s", r->name, end_line(r), expected);
    if (!is_word(r, "p"))
        return wrong_word(r, expected);
    if (!read_word(r))
        return error("%s:%zu: the header ends early, expected %s", r->name, end_line(r), expected);
    bool conjunctive = is_word(r, "cnf");
    if (!conjunctive && !is_word(r, "dnf"))
        return wrong_word(r, "cnf or dnf");
    if (read_count(&variables, r, "variables", 1, VARIABLES_MOST) < 0 ||
        read_count(clauses, r, "clauses", 0, CLAUSES_MOST) < 0)
        return -1;
    formula_init(f, conjunctive, (size_t)variables);
    return 0;
}

// A literal, or the 0 that ends a clause.
static int take_literal(long *literal, const Formula *f, const Reader *r) {
    if (!take_integer(literal, r))
        return wrong_word(r, "a literal, or 0 at the end of a clause");
    if (labs(*literal) > (long)f->variables)
        return error("%s:%zu: literal %ld, but there are %zu variables", r->name, r->word_line,
                     *literal, f->variables);
    return 0;
}

// The different literals of a clause, as they come.
typedef struct Clause {
    size_t line, count;   // where it begins, 0: nowhere yet
    int32_t literal[LITERALS_MOST];
} Clause;

static int add_clause(Formula *f, Clause *clause, const Reader *r, long clauses) {
    if (f->clauses == (size_t)clauses)
        return error("%s:%zu: one clause more than the %ld of the header", r->name, clause->line,
                     clauses);
    formula_add(f, clause->literal, clause->count);
    *clause = (Clause){ 0 };
    return 0;
}

static int add_literal(Clause *clause, int32_t literal, const Reader *r) {
    for (size_t k = 0; k < clause->count; k++)
        if (clause->literal[k] == literal)
            return 0;
    if (clause->count == LITERALS_MOST)
        return error("%s:%zu: a clause of more than %d literals", r->name, clause->line,
                     LITERALS_MOST);
    clause->literal[clause->count++] = literal;
    return 0;
}

static int read_clauses(Formula *f, Reader *r, long clauses) {
    Clause clause = { 0 };
    long literal;
    int status = 0;
    while (status == 0 && read_word(r) && !is_word(r, "%")) {   // % ends files of old collections
        if (clause.line == 0)
            clause.line = r->word_line;
        if (take_literal(&literal, f, r) < 0)
            return -1;
        status = literal == 0 ? add_clause(f, &clause, r, clauses)
                              : add_literal(&clause, (int32_t)literal, r);
    }
    if (status == 0 && clause.line != 0)
        return error("%s:%zu: this clause does not end with 0", r->name, clause.line);
    if (status == 0 && f->clauses < (size_t)clauses)
        return error("%s:%zu: %zu clauses, but the header says %ld", r->name, end_line(r),
                     f->clauses, clauses);
    return status;
}

int formula_parse(Formula *f, const char *name, const char *bytes, size_t length) {
    Reader r = { .name = name, .at = bytes, .end = bytes + length, .line = 1, .fresh = true };
    Formula read;
    long clauses;
    if (read_header(&read, &clauses, &r) < 0)
        return -1;
    int status = read_clauses(&read, &r, clauses);
    if (status == 0)
        *f = read;
    else
        formula_clear(&read);
    return status;
}

int formula_read(Formula *f, const char *file) {
    Text bytes = { 0 };
    int status = input_read(&bytes, file, FILE_BITS);
    if (status == 0)
        status = formula_parse(f, input_name(file), text_string(&bytes), bytes.length);
    text_clear(&bytes);
    return status;
}
