// fuzz_range.c - whatever the text, it is a range within the caps or refused with a reason.
#include "base/error.h"
#include "cli/range.h"
#include "fuzz.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Text s = { 0 }, why = { 0 };
    Range range;
    text_add_bytes(&s, (const char *)data, size);
    range_parse(&range, text_string(&s), &why);
    require((why.length == 0) == (range.count > 0));
    require(range.count <= RANGE_MOST);
    for (size_t i = 0; i < range.count; i++) {
        require(range.value[i] <= UINT64_C(1) << 53 && range.power[i] <= RANGE_POWER);
        require(range.power[i] == 0 || (range.value[i] == 0 && range.power[i] > 53));
    }
    range_clear(&range);
    text_clear(&s);
    text_clear(&why);
    return 0;
}
