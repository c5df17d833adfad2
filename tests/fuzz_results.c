// fuzz_results.c - whatever the bytes, a file of verdicts is read or refused; one that was read
// does not differ from itself.
//
// With -Dfuzz=true (clang) a libFuzzer program: tests/fuzz_results tests/corpus/results.  In every
// build, linked with replay.c, a test that replays the corpus.
#include "base/error.h"
#include "cli/results.h"
#include "fuzz.h"

static const Column columns[] = {
    { .key = "result", .shown = MACHINES }, { .key = "field", .shown = MACHINES },
    { .key = "old", .shown = MACHINES },    { .key = "new", .shown = MACHINES },
    { .key = "change", .shown = MACHINES },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Results r;
    Table t;
    if (results_parse(&r, "fuzz", (const char *)data, size) < 0)
        return 0;
    require(r.results >= 1);
    table_init(&t, "Differences", columns, sizeof columns / sizeof *columns);
    require(results_compare(&t, &r, &r) == PROVED && json_array_size(t.rows) == 0);
    table_clear(&t);
    results_clear(&r);
    return 0;
}
