// vector_sink.h - between the readers of vectors files and the vectors.
//
// A reader goes through all entries twice: first to count them and to see whether all are +-1,
// then, after vector_sink_store, to store them.
#pragma once
#include "math/vectors.h"

typedef struct VectorSink {
    const char *file;
    bool stores;   // the second time
    Vectors v;     // signs, count and length hold from the first time on
} VectorSink;

// Entry j of vector i.
void vector_sink_put(VectorSink *s, size_t i, size_t j, const mpq_t entry);
// Makes room for what was counted.  -1 with a message if it is past the caps.
int vector_sink_store(VectorSink *s);

// Reads an .npy file into v.  -1 with a message, v untouched.
int vectors_parse_npy(Vectors *v, const char *file, const unsigned char *bytes, size_t size);
