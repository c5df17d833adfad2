// random_matrix.h - small matrices to count in.
#pragma once
#include "communication/comm_matrix.h"

// Up to `most` rows and columns, sparse or dense, often with repeated rows.
void random_bit_matrix(BitMatrix *m, size_t most);

// Answers 0 .. answers - 1; a third of the cells excluded if promise.
void random_comm_matrix(CommMatrix *m, size_t rows, size_t columns, size_t answers, bool promise);
