// model_file.h - the file format chasm-model-1 (docs/model-file.md): a model as JSON.
#pragma once
#include "net/recurrent.h"
#include "net/transformer.h"

typedef struct Model {
    bool recurrent;   // which of the two it is
    union {
        Transformer transformer;
        Recurrent network;
    };
} Model;

// m <- the model in the file; "-" is standard input.  Undo with model_clear.
// -1, with m untouched, if it cannot be read: error has told why as "FILE:LINE: WHERE: what is
// wrong, what was expected", WHERE a path like layers[0].heads[1].Q[3][2].
// Numbers, dimensions and nesting are capped (docs/model-file.md#limits); time and memory are
// bounded by the file's size.
int model_read(Model *m, const char *file);

// The same from memory; errors call it by that name.
int model_parse(Model *m, const char *name, const char *bytes, size_t length);
void model_clear(Model *m);

// The same for a file that must hold a transformer.  Undo with transformer_clear.
int transformer_read(Transformer *t, const char *file);
int transformer_parse(Transformer *t, const char *name, const char *bytes, size_t length);

// Writes the model, one line per embedding vector, matrix row or other list.  Same bytes for the
// same model; reading them gives the model again, without params.readout and params.temperature,
// which no file holds.  Stream errors are left for the caller to find (ferror).
void transformer_write(FILE *out, const Transformer *t);
void recurrent_write(FILE *out, const Recurrent *r);
