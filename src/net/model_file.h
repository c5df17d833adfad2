// model_file.h - the file format chasm-model-1 (docs/model-file.md): a transformer as JSON.
#pragma once
#include "net/transformer.h"

// t <- the model in the file; "-" is standard input.  Undo with transformer_clear.
// -1, with t untouched, if it cannot be read: error has told why as "FILE:LINE: WHERE: what is
// wrong, what was expected", WHERE a path like layers[0].heads[1].Q[3][2].
// Numbers, dimensions and nesting are capped (docs/model-file.md#limits); time and memory are
// bounded by the file's size.
int transformer_read(Transformer *t, const char *file);

// The same from memory; errors call it by that name.
int transformer_parse(Transformer *t, const char *name, const char *bytes, size_t length);

// Writes the model, one line per embedding vector, matrix row or other list.  Same bytes for the
// same model; reading them gives the model again, without params.readout and params.temperature,
// which no file holds.  Stream errors are left for the caller to find (ferror).
void transformer_write(FILE *out, const Transformer *t);
