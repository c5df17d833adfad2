// nearest_problem.c - nearest neighbor: the machine stores the whole prefix.
#include "communication/problem.h"

const Problem problem_nearest_neighbor = {
    .task = &task_nearest_neighbor,
    .split = "query",
    .query = QUERY_LAST,
    .pairs = PAIRS_ADJACENT,
};
