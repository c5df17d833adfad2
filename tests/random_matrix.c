#include "random_matrix.h"
#include "harness.h"

void random_bit_matrix(BitMatrix *m, size_t most) {
    bit_matrix_init(m, 1 + random_below(most), 1 + random_below(most));
    uint64_t density = 1 + random_below(4), copies = random_below(3);
    for (size_t r = 0; r < m->rows; r++)
        for (size_t c = 0; c < m->columns; c++) {
            bool repeat = r > 0 && copies > 0 && r % 3 != 0;   // so that ranks fall short
            if (repeat ? bit_matrix_get(m, r - 1, (c + copies - 1) % m->columns)
                       : random_below(5) < density)
                bit_matrix_set(m, r, c);
        }
}

void random_comm_matrix(CommMatrix *m, size_t rows, size_t columns, size_t answers, bool promise) {
    comm_matrix_init(m, rows, columns, answers, promise);
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            comm_matrix_set(
                m, r, c, promise && random_below(3) == 0 ? ANSWER_EXCLUDED : random_below(answers));
}
