// fuzz_labelled_points.c - whatever the bytes, they are points or are refused; points have a gap.
#include "base/error.h"
#include "fuzz.h"
#include "math/gap.h"

// Beyond, the check takes longer than is useful here.
enum { MOST = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    LabelledPoints p;
    Gap g;
    if (labelled_points_parse(&p, "fuzz", (const char *)data, size, size % 2) < 0)
        return 0;
    require(p.count >= 1 && p.dimension >= 1 && p.line[0] >= 1);
    if (p.label != NULL && p.count >= 3 && p.count <= MOST && p.dimension <= MOST) {
        int status = gap_init(&g, &p, NULL);
        require(status == 0 && mpq_sgn(g.gap) >= 0 && mpq_sgn(g.distance) > 0);
        gap_clear(&g);
    }
    labelled_points_clear(&p);
    return 0;
}
