// family.h - a family of codes, and how a code is named and found.
//
// A family is one record in one file (constructions/codes/NAME.c) and one word in
// constructions/meson.build.  Names: docs/codes.md#names.
#pragma once
#include "base/text.h"
#include "math/code.h"

// Makes c the code of that name with n words; name NULL: the shortest the catalogue reaches with
// <T_i, T_j> <= k/4 for all i != j (docs/codes.md#default).  Undo with code_clear.
// -1, and c untouched, if there is none; *why (freed by the caller) says why.
int code_find(Code *c, char **why, const char *name, uint64_t n);
