#include "proofs-checks/certify.h"
#include "base/alloc.h"
#include "base/error.h"
#include "constructions/codes/family.h"
#include "constructions/instance.h"
#include "verify/certificate_file.h"
#include <stdlib.h>

enum { PAIRS_MOST = 1 << 16, RANK_MOST = 26 };   // what the checker goes through

static char *certify_construction(Text *out, const Construction *c, const Finding *f,
                                  const Effort *e) {
    Instance in;
    char *reason = instance_try(&in, c, &f->params);
    if (reason != NULL)
        return reason;
    const char *why = certificate_file_transformer(out, &in.model, f, e);
    instance_clear(&in);
    return why ? alloc_string(why) : NULL;
}

static char *certify_recurrent(Text *out, const RecurrentConstruction *c, const Finding *f) {
    Recurrent r;
    c->build(&r, &f->params);
    const char *why = certificate_file_recurrent(out, &r, f);
    recurrent_clear(&r);
    return why ? alloc_string(why) : NULL;
}

// The coordinates as hexadecimal digits, bit c for coordinate c, the last digit for 0 .. 3.
static void write_row(Text *out, const char *kind, const uint64_t *row, size_t length) {
    text_printf(out, "%s ", kind);
    for (size_t d = (length + 3) / 4; d-- > 0;)
        text_printf(out, "%x", (unsigned)(row[d / 16] >> 4 * (d % 16) & 15));
    text_add(out, "\n");
}

static void write_code(Text *out, const Code *code, uint64_t distance, bool span) {
    certificate_file_begin(out);
    text_printf(out, "code words=%llu length=%zu distance=%llu\nproof %s\n",
                (unsigned long long)code->words, code->length, (unsigned long long)distance,
                span ? "span" : "pairs");
    uint64_t *word = alloc_array(code->limbs, 1, sizeof *word);
    for (size_t r = 0; span && r < code->rank; r++)
        write_row(out, "row", code->generator + r * code->limbs, code->length);
    for (uint64_t i = 0; !span && i < code->words; i++) {
        code_word(word, code, i);
        write_row(out, "word", word, code->length);
    }
    certificate_file_end(out);
    free(word);
}

static char *certify_code(Text *out, const Finding *f) {
    Code code;
    char *reason;
    if (code_find(&code, &reason, f->params.code, f->params.n) < 0)
        return reason;
    bool span = code.linear && code.rank <= RANK_MOST && code.words == UINT64_C(1) << code.rank;
    bool few = span || code.words <= PAIRS_MOST;
    if (few)
        write_code(out, &code, f->code_distance, span);
    code_clear(&code);
    return few ? NULL : alloc_string("the code has too many words for a certificate file");
}

char *claim_certify(Text *out, size_t claim, const Finding *f, const Effort *e) {
    require(f->verdict == PROVED);
    const char *why = certificate_file_admits(e);
    if (why != NULL)
        return alloc_string(why);
    if (claim_construction(claim) != NULL)
        return certify_construction(out, claim_construction(claim), f, e);
    if (claim_recurrent(claim) != NULL)
        return certify_recurrent(out, claim_recurrent(claim), f);
    if (claim_task(claim) == NULL)
        return certify_code(out, f);
    why = certificate_file_states(out, claim_task(claim), f);
    return why ? alloc_string(why) : NULL;
}
