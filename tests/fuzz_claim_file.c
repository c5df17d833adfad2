// fuzz_claim_file.c - whatever the bytes, a claim file is read or refused; one that was read can be
// rewritten with what it expects, which changes nothing, and with something else, which can be
// read.
//
// With -Dfuzz=true (clang) a libFuzzer program: tests/fuzz_claim_file tests/corpus/claims.  In
// every build, linked with replay.c, a test that replays the corpus.
#include "base/alloc.h"
#include "base/error.h"
#include "cli/claim_file.h"
#include "fuzz.h"
#include <stdlib.h>
#include <string.h>

// Something that differs from what the entry expects.
static void differ(Measured *found, const Entry *e) {
    measured_init(found);
    found->verdict = e->expected.verdict == PROVED ? REFUTED : PROVED;
    mpq_set_ui(found->margin, 1, 7);
    for (Quantity q = 0; q < QUANTITIES; q++)
        found->value[q] = e->expected.value[q] > 0 ? e->expected.value[q] - 1 : 1;
}

static void rewrite(const ClaimFile *f) {
    Measured *same = alloc_array(f->entries, 1, sizeof *same);
    Measured *other = alloc_array(f->entries, 1, sizeof *other);
    Text text = { 0 };
    ClaimFile again;
    for (size_t i = 0; i < f->entries; i++) {
        same[i] = f->entry[i].expected;   // borrowed
        differ(&other[i], &f->entry[i]);
    }
    require(claim_file_update(&text, f, same) == 0);
    require(text.length == f->in.length && memcmp(text.bytes, f->in.bytes, text.length) == 0);
    text_clear(&text);
    require(claim_file_update(&text, f, other) >= f->entries);
    int status = claim_file_parse(&again, "again", text.bytes, text.length);
    require(status == 0 && again.entries == f->entries);
    for (size_t i = 0; i < f->entries; i++) {
        require(again.entry[i].expected.verdict == other[i].verdict);
        measured_clear(&other[i]);
    }
    claim_file_clear(&again);
    text_clear(&text);
    free(same);
    free(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    ClaimFile f;
    if (claim_file_parse(&f, "fuzz", (const char *)data, size) < 0)
        return 0;
    require(f.entries >= 1);
    rewrite(&f);
    claim_file_clear(&f);
    return 0;
}
