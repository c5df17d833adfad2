// fuzz_certificate.c - whatever the bytes, they are verified or rejected at a line of them.
#include "base/error.h"
#include "fuzz.h"
#include "proofs-checks/checker/checker_run.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char message[ROOM], again[ROOM];
    bool good = checker_run((const char *)data, size, message);
    require(good || strncmp(message, "line ", 5) == 0);
    require(memchr(message, '\0', sizeof message) != NULL);
    require(checker_run((const char *)data, size, again) == good && strcmp(message, again) == 0);
    return 0;
}
