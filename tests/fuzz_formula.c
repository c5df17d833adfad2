// fuzz_formula.c - whatever the bytes, the reader of formulas reads or refuses them; what it reads
// is a formula.
//
// With -Dfuzz=true (clang) a libFuzzer program: tests/fuzz_formula tests/corpus/formula.  In every
// build, linked with replay.c, a test that replays the corpus.
#include "base/error.h"
#include "fuzz.h"
#include "task/formula.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Formula f;
    int32_t literal[LITERALS_MOST];
    if (formula_parse(&f, "fuzz", (const char *)data, size) < 0)
        return 0;
    require(f.variables >= 1 && f.variables <= VARIABLES_MOST && f.clauses <= CLAUSES_MOST);
    for (size_t c = 0; c < f.clauses; c++) {
        size_t count = formula_clause(literal, &f, f.variables, c), ones = 0;
        require(count <= LITERALS_MOST && count <= formula_longest(&f, f.variables));
        for (size_t k = 0; k < count; k++) {
            require(literal[k] != 0 && formula_variable(literal[k]) < f.variables);
            bool one = formula_deciding_bit(&f, literal[k]);
            require(!one || ones == k);   // those that need a 1 come first
            ones += one;
            for (size_t i = 0; i < k; i++)
                require(literal[i] != literal[k]);
        }
    }
    formula_clear(&f);
    return 0;
}
