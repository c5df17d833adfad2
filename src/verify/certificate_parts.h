// certificate_parts.h - what the kinds of certificate file share (certificate_file.h).  All append.
#pragma once
#include "net/transformer.h"

// Whether the checker has a definition of the task.
bool certificate_file_knows(const Task *task);

// "equality n=8".
void certificate_file_task(Text *out, const Task *task, const Params *p);

// " 0 1 #" and the end of the line.
void certificate_file_word(Text *out, const Task *task, const Params *p, const Token *word,
                           size_t length);

// "NAME ROWS COLUMNS" and a line per row; a matrix of one column as one row.
void certificate_file_matrix(Text *out, const char *name, const Matrix *m);
void certificate_file_vector(Text *out, const char *name, const Matrix *m);

// Rows in the order of the answers that they speak for.
void certificate_file_readout(Text *out, const Readout *r);

// A transformer, from "model" to its readout.
void certificate_file_model(Text *out, const Transformer *t);
