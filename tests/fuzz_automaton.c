// fuzz_automaton.c - whatever the bytes, the reader of automata reads or refuses them; what it
// reads is an automaton.
//
// With -Dfuzz=true (clang) a libFuzzer program: tests/fuzz_automaton tests/corpus/automaton.  In
// every build, linked with replay.c, a test that replays the corpus.
#include "base/error.h"
#include "fuzz.h"
#include "task/automaton.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Automaton a;
    if (automaton_parse(&a, "fuzz", (const char *)data, size) < 0)
        return 0;
    require(a.states >= 1 && a.symbols >= 1 && a.start < a.states);
    require(a.states * a.symbols <= TRANSITIONS_MOST);
    for (size_t k = 0; k < a.states * a.symbols; k++)
        require(a.next[k] < a.states);
    automaton_clear(&a);
    return 0;
}
