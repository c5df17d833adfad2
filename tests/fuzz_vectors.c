// fuzz_vectors.c - whatever the bytes, they are vectors or are refused; vectors have exact facts,
// and those of signs are the same by both ways.
#include "base/error.h"
#include "fuzz.h"
#include "math/code_facts.h"
#include "math/vectors.h"

// Beyond, the check takes longer than is useful here.
enum { MOST = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Vectors v;
    VectorFacts f;
    if (vectors_parse(&v, "fuzz", (const char *)data, size) < 0)
        return 0;
    require(v.count >= 1 && v.length >= 1 && v.line[0] >= 1);
    if (v.count <= MOST && v.length <= MOST && vector_facts_init(&f, &v, "fuzz") == 0) {
        require(f.query < v.count && f.key < v.count && f.query != f.key);
        require(mpq_cmp(f.min_inner, f.max_inner) <= 0);
        if (v.signs) {
            CodeFacts g;
            code_facts_init(&g, &v.code, CODE_EXTENT, (Hamming){ KERNEL_AUTO, 1 });
            require(mpq_equal(g.epsilon, f.epsilon));
            code_facts_clear(&g);
        }
        vector_facts_clear(&f);
    }
    vectors_clear(&v);
    return 0;
}
