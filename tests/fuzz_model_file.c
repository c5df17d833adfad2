// fuzz_model_file.c - whatever the bytes, the reader reads or refuses them; what it reads, the
// writer writes so that it is read again and written as the same bytes.
//
// With -Dfuzz=true (clang) a libFuzzer program: tests/fuzz_model_file tests/corpus/model.  In
// every build, linked with replay.c, a test that replays the corpus.
#include "base/error.h"
#include "fuzz.h"
#include "net/model_file.h"
#include <stdlib.h>
#include <string.h>

static char *written(const Model *m, size_t *length) {
    char *bytes = NULL;
    FILE *out = open_memstream(&bytes, length);
    require(out != NULL);
    if (m->recurrent)
        recurrent_write(out, &m->network);
    else
        transformer_write(out, &m->transformer);
    int status = fclose(out);
    require(status == 0);
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Model first, second;
    if (model_parse(&first, "fuzz", (const char *)data, size) < 0)
        return 0;
    size_t length, again;
    char *bytes = written(&first, &length);
    int status = model_parse(&second, "written", bytes, length);
    require(status == 0);
    char *same = written(&second, &again);
    require(length == again && memcmp(bytes, same, length) == 0);
    free(bytes);
    free(same);
    model_clear(&first);
    model_clear(&second);
    return 0;
}
