// certify.h - the certificate of a claim that holds (docs/certificate-file.md).
#pragma once
#include "proofs-checks/claim.h"

// Appends the certificate of the claim for which f was found, and returns NULL; or returns why
// there is none, for the caller to free.  Needs f->verdict == PROVED.
char *claim_certify(Text *out, size_t claim, const Finding *f, const Effort *e);
