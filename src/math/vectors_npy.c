// NumPy's format: magic, two version bytes, the header's length (2 bytes in version 1, else 4), a
// Python dictionary with descr, fortran_order and shape, then the entries.
// Source: numpy.lib.format in NumPy's documentation.
#include "base/error.h"
#include "math/vector_sink.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_HEADER = 65536 };

// What the header says, and the entries.
typedef struct Npy {
    const char *file;
    char kind;      // 'b' bool, 'i' and 'u' integers, 'f' floats
    size_t bytes;   // of an entry
    bool big_endian, fortran_order;
    size_t rows, columns;
    const unsigned char *data;
} Npy;

static const char *skip_blanks(const char *s) { return s + strspn(s, " \t\n\r\f"); }

// Takes the word off *s if it stands there.
static bool take(const char **s, const char *word) {
    const char *at = skip_blanks(*s);
    if (strncmp(at, word, strlen(word)) != 0)
        return false;
    *s = skip_blanks(at + strlen(word));
    return true;
}

static bool take_size(const char **s, size_t *value) {
    char *end;
    size_t digits = strspn(*s, "0123456789");
    if (digits < 1 || digits > 12)
        return false;
    *value = strtoull(*s, &end, 10);
    *s = end;
    (void)take(s, "L");   // as Python 2 wrote it
    return true;
}

// 'descr': one of <, >, |, = and kind and size.
static bool take_descr(const char **s, Npy *npy) {
    char quote = **s, order, kind, close;
    unsigned bytes;
    int n = 0;
    if (quote != '\'' && quote != '"')
        return false;
    if (sscanf(*s + 1, "%c%c%1u%c%n", &order, &kind, &bytes, &close, &n) != 4 || close != quote)
        return false;
    *s += 1 + n;
    npy->kind = kind;
    npy->bytes = bytes;
    npy->big_endian = order == '>';
    if (strchr("<>|=", order) == NULL || (order == '|' && bytes > 1))
        return false;
    if (kind == 'b')
        return bytes == 1;
    if (kind == 'f')
        return bytes == 2 || bytes == 4 || bytes == 8;
    return (kind == 'i' || kind == 'u') && (bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8);
}

static bool take_shape(const char **s, Npy *npy) {
    if (!take(s, "(") || !take_size(s, &npy->rows) || !take(s, ",") || !take_size(s, &npy->columns))
        return false;
    (void)take(s, ",");
    return take(s, ")");
}

static int parse_header(Npy *npy, const char *s) {
    bool descr = false, order = false, shape = false;
    if (!take(&s, "{"))
        return error("%s:1: expected a dictionary in the .npy header", npy->file);
    while (!take(&s, "}")) {
        if (take(&s, "'descr':") || take(&s, "\"descr\":")) {
            if (!(descr = take_descr(&s, npy)))
                return error(
                    "%s:1: expected 'descr' to be a bool, an integer or a float of at most "
                    "64 bits",
                    npy->file);
        } else if (take(&s, "'fortran_order':") || take(&s, "\"fortran_order\":")) {
            npy->fortran_order = take(&s, "True");
            order = npy->fortran_order || take(&s, "False");
        } else if (take(&s, "'shape':") || take(&s, "\"shape\":")) {
            if (!(shape = take_shape(&s, npy)))
                return error("%s:1: expected 'shape' to be two sizes: vectors, coordinates",
                             npy->file);
        } else {
            return error("%s:1: expected 'descr', 'fortran_order' and 'shape' in the .npy header",
                         npy->file);
        }
        (void)take(&s, ",");
    }
    if (!descr || !order || !shape)
        return error("%s:1: expected 'descr', 'fortran_order' and 'shape' in the .npy header",
                     npy->file);
    return 0;
}

// Finds the header and the entries, whose number has to fit.
static int open_npy(Npy *npy, const unsigned char *bytes, size_t size) {
    char header[LONGEST_HEADER + 1];
    size_t width = size > 6 && bytes[6] == 1 ? 2 : 4, length = 0;
    if (size < 8 + width || bytes[6] < 1 || bytes[6] > 3)
        return error("%s:1: expected an .npy file of version 1, 2 or 3", npy->file);
    for (size_t b = width; b-- > 0;)
        length = length << 8 | bytes[8 + b];
    if (length > LONGEST_HEADER || length > size - 8 - width)
        return error("%s:1: a header of %zu bytes, expected as many as there are, and at most %d",
                     npy->file, length, LONGEST_HEADER);
    memcpy(header, bytes + 8 + width, length);
    header[length] = '\0';
    if (parse_header(npy, header) < 0)
        return -1;
    size_t left = size - 8 - width - length, entries, wanted;
    if (__builtin_mul_overflow(npy->rows, npy->columns, &entries) ||
        __builtin_mul_overflow(entries, npy->bytes, &wanted) || wanted != left)
        return error("%s:1: %zu bytes of entries, expected %zu x %zu of %zu bytes each", npy->file,
                     left, npy->rows, npy->columns, npy->bytes);
    npy->data = bytes + 8 + width + length;
    return 0;
}

// r <- the binary float with that many exponent and fraction bits.  Whether it is finite.
static bool set_float(mpq_t r, uint64_t bits, unsigned exponent_bits, unsigned fraction_bits) {
    uint64_t fraction = bits & ((UINT64_C(1) << fraction_bits) - 1);
    long top = (1L << exponent_bits) - 1;
    long exponent = (long)(bits >> fraction_bits) & top;
    if (exponent == top)
        return false;
    if (exponent > 0)
        fraction |= UINT64_C(1) << fraction_bits;
    else
        exponent = 1;
    long shift = exponent - top / 2 - (long)fraction_bits;
    mpq_set_ui(r, fraction, 1);
    if (shift >= 0)
        mpq_mul_2exp(r, r, (unsigned long)shift);
    else
        mpq_div_2exp(r, r, (unsigned long)-shift);
    if (bits >> (exponent_bits + fraction_bits) & 1)
        mpq_neg(r, r);
    return true;
}

// r <- entry (i, j).  Whether it is a number.
static bool npy_entry(mpq_t r, const Npy *npy, size_t i, size_t j) {
    size_t at = npy->fortran_order ? j * npy->rows + i : i * npy->columns + j;
    const unsigned char *e = npy->data + at * npy->bytes;
    uint64_t bits = 0;
    for (size_t b = 0; b < npy->bytes; b++)
        bits |= (uint64_t)e[npy->big_endian ? npy->bytes - 1 - b : b] << 8 * b;
    if (npy->kind == 'f')
        return npy->bytes == 2   ? set_float(r, bits, 5, 10)
               : npy->bytes == 4 ? set_float(r, bits, 8, 23)
                                 : set_float(r, bits, 11, 52);
    if (npy->kind == 'b') {
        mpq_set_si(r, bits ? 1 : -1, 1);
    } else if (npy->kind == 'u' || !(bits >> (8 * npy->bytes - 1) & 1)) {
        mpq_set_ui(r, bits, 1);
    } else {   // two's complement: minus (2^w - bits)
        uint64_t magnitude = npy->bytes == 8 ? -bits : (UINT64_C(1) << 8 * npy->bytes) - bits;
        mpq_set_ui(r, magnitude, 1);
        mpq_neg(r, r);
    }
    return true;
}

static int scan_npy(VectorSink *sink, const Npy *npy) {
    mpq_t entry;
    int status = 0;
    mpq_init(entry);
    for (size_t i = 0; i < npy->rows && status == 0; i++) {
        if (sink->stores)
            sink->v.line[i] = i + 1;
        for (size_t j = 0; j < npy->columns && status == 0; j++)
            if (npy_entry(entry, npy, i, j))
                vector_sink_put(sink, i, j, entry);
            else
                status = error("%s:%zu: entry %zu is infinite or no number, expected a number",
                               npy->file, i + 1, j + 1);
    }
    mpq_clear(entry);
    return status;
}

int vectors_parse_npy(Vectors *v, const char *file, const unsigned char *bytes, size_t size) {
    Npy npy = { .file = file };
    if (open_npy(&npy, bytes, size) < 0)
        return -1;
    VectorSink sink = { .file = file, .v = { .signs = true } };
    sink.v.count = npy.rows;
    sink.v.length = npy.columns;
    if (npy.rows > 0 && npy.columns > 0 && scan_npy(&sink, &npy) < 0)
        return -1;
    if (vector_sink_store(&sink) < 0)
        return -1;
    int status = scan_npy(&sink, &npy);
    require(status == 0);
    *v = sink.v;
    return 0;
}
