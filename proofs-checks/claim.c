#include "proofs-checks/claim.h"
#include "base/error.h"
#include "constructions/construction.h"
#include "registry.h"

size_t claim_count(void) {
    size_t n = 0;
    while (constructions[n] != NULL)
        n++;
    return n;
}
