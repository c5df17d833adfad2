#include "math/vectors.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
#include "math/decimal.h"
#include "math/gf2.h"
#include "math/vector_sink.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void vector_sink_put(VectorSink *s, size_t i, size_t j, const mpq_t entry) {
    Vectors *v = &s->v;
    if (!s->stores)
        v->signs = v->signs && (mpq_cmp_si(entry, 1, 1) == 0 || mpq_cmp_si(entry, -1, 1) == 0);
    else if (!v->signs)
        mpq_set(matrix_at(&v->matrix, i, j), entry);
    else if (mpq_sgn(entry) < 0)
        gf2_flip(v->code.table + i * v->code.limbs, j);
}

int vector_sink_store(VectorSink *s) {
    Vectors *v = &s->v;
    size_t limbs = (v->length + 63) / 64;
    if (v->count == 0 || v->length == 0)
        return error("%s:1: no vectors, expected one on each line", s->file);
    if (v->count > VECTORS_COUNT)
        return error("%s:1: %zu vectors, expected at most %zu", s->file, v->count, VECTORS_COUNT);
    if (v->signs && limbs > VECTORS_TABLE_BYTES / sizeof(uint64_t) / v->count)
        return error("%s:1: %zu vectors of length %zu, expected at most %zu bytes of signs",
                     s->file, v->count, v->length, VECTORS_TABLE_BYTES);
    if (!v->signs && v->length > VECTORS_RATIONALS / v->count)
        return error("%s:1: %zu vectors of length %zu, expected at most %zu entries besides signs",
                     s->file, v->count, v->length, VECTORS_RATIONALS);
    if (v->signs)
        code_init(&v->code, s->file, v->count, v->length, 0);
    else
        matrix_init(&v->matrix, v->count, v->length);
    v->line = alloc_array(v->count, 1, sizeof *v->line);
    s->stores = true;
    return 0;
}

// A piece of the text.
typedef struct Span {
    const char *at, *end;
} Span;

// Cuts the next line off the text.
static Span next_line(Span *text) {
    const char *end = memchr(text->at, '\n', (size_t)(text->end - text->at));
    Span line = { text->at, end ? end : text->end };
    text->at = end ? end + 1 : text->end;
    const char *comment = memchr(line.at, '#', (size_t)(line.end - line.at));
    if (comment != NULL)
        line.end = comment;
    return line;
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f'; }

// Cuts the next entry off the line; empty at its end.
static Span next_token(Span *line) {
    while (line->at < line->end && is_blank(*line->at))
        line->at++;
    Span token = *line;
    while (line->at < line->end && !is_blank(*line->at))
        line->at++;
    token.end = line->at;
    return token;
}

static int bad_token(const char *file, size_t line, Span token) {
    char shown[41];
    size_t n = 0;
    for (; n < sizeof shown - 1 && token.at + n < token.end; n++)
        shown[n] = isprint((unsigned char)token.at[n]) ? token.at[n] : '?';
    shown[n] = '\0';
    return error(
        "%s:%zu: '%s', expected +, -, a decimal like -0.25 or 1e-3, or a quotient like 1/4", file,
        line, shown);
}

// Puts the entries of the token from column j on; *j moves on.  Whether the token is well formed.
static bool put_token(VectorSink *sink, size_t i, size_t *j, Span token, mpq_t entry) {
    size_t length = (size_t)(token.end - token.at), signs = 0;
    while (signs < length && (token.at[signs] == '+' || token.at[signs] == '-'))
        signs++;
    if (signs == length) {
        for (size_t t = 0; t < length; t++, ++*j) {
            mpq_set_si(entry, token.at[t] == '-' ? -1 : 1, 1);
            if (!sink->stores || *j < sink->v.length)
                vector_sink_put(sink, i, *j, entry);
        }
        return true;
    }
    char copy[DECIMAL_LONGEST + 1];
    if (length > DECIMAL_LONGEST || memchr(token.at, '\0', length) != NULL)
        return false;
    memcpy(copy, token.at, length);
    copy[length] = '\0';
    if (!decimal_parse(entry, copy))
        return false;
    vector_sink_put(sink, i, (*j)++, entry);
    return true;
}

// Goes through the text once.
static int scan_text(VectorSink *sink, Span text) {
    mpq_t entry;
    int status = 0;
    size_t count = 0, line_number = 0, first_line = 0;
    mpq_init(entry);
    while (text.at < text.end && status == 0) {
        Span line = next_line(&text), token;
        size_t columns = 0;
        line_number++;
        while (token = next_token(&line), token.at < token.end && status == 0)
            if (!put_token(sink, count, &columns, token, entry))
                status = bad_token(sink->file, line_number, token);
        if (columns == 0 || status != 0)
            continue;
        if (count == 0) {
            first_line = line_number;
            sink->v.length = columns;
        }
        if (columns != sink->v.length)
            status = error("%s:%zu: %zu entries, expected %zu as in line %zu", sink->file,
                           line_number, columns, sink->v.length, first_line);
        else if (sink->stores)
            sink->v.line[count] = line_number;
        count++;
    }
    sink->v.count = count;
    mpq_clear(entry);
    return status;
}

static int parse_text(Vectors *v, const char *file, const char *bytes, size_t size) {
    VectorSink sink = { .file = file, .v = { .signs = true } };
    Span text = { bytes, bytes + size };
    if (scan_text(&sink, text) < 0 || vector_sink_store(&sink) < 0)
        return -1;
    int status = scan_text(&sink, text);
    require(status == 0);   // as the first time
    *v = sink.v;
    return 0;
}

int vectors_parse(Vectors *v, const char *file, const char *bytes, size_t size) {
    if (size >= 6 && memcmp(bytes, "\x93NUMPY", 6) == 0)
        return vectors_parse_npy(v, file, (const unsigned char *)bytes, size);
    return parse_text(v, file, size ? bytes : "", size);
}

int vectors_read(Vectors *v, const char *file) {
    Text t = { 0 };
    FILE *in = fopen(file, "rb");
    if (in == NULL)
        return error("%s: %s", file, strerror(errno));
    int status = text_read(&t, in, VECTORS_BYTES);
    if (status < 0 && errno == EFBIG)
        error("%s: more than %zu bytes", file, VECTORS_BYTES);
    else if (status < 0)
        error("%s: %s", file, strerror(errno));
    else
        status = vectors_parse(v, file, t.bytes, t.length);
    fclose(in);
    text_clear(&t);
    return status;
}

void vectors_clear(Vectors *v) {
    if (v->signs)
        code_clear(&v->code);
    else
        matrix_clear(&v->matrix);
    free(v->line);
    *v = (Vectors){ 0 };
}
