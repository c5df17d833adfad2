// Turns: blocks are handed in in order and at most once, whichever thread computes them first, and
// none after a stop.
#include "base/threads.h"
#include "harness.h"
#include <stdatomic.h>
#include <time.h>

enum { BLOCKS = 500 };

typedef struct Work {
    Turns turns;
    size_t stop_at;
    size_t handed, order[BLOCKS];
    atomic_size_t computed;
    atomic_uint threads;
} Work;

static void *work(void *argument) {
    Work *w = argument;
    size_t block;
    unsigned thread = atomic_fetch_add(&w->threads, 1);
    while ((block = turns_take(&w->turns)) < BLOCKS) {
        struct timespec nap = { .tv_nsec = (long)((block * 7919 + thread) % 40) * 1000 };
        nanosleep(&nap, NULL);   // so that later blocks are done before earlier ones
        atomic_fetch_add(&w->computed, 1);
        if (!turns_begin(&w->turns, block))
            break;
        w->order[w->handed++] = block;
        turns_end(&w->turns, block == w->stop_at);
    }
    return NULL;
}

static void run(Work *w, unsigned jobs, size_t stop_at) {
    *w = (Work){ .stop_at = stop_at };
    turns_init(&w->turns);
    threads_run(jobs, work, w);
    turns_clear(&w->turns);
    for (size_t k = 0; k < w->handed; k++)
        ck_assert_uint_eq(w->order[k], k);
}

START_TEST(all_blocks_are_handed_in_in_order)
{
    Work w;
    for (unsigned jobs = 1; jobs <= 8; jobs++) {
        run(&w, jobs, SIZE_MAX);
        ck_assert_uint_eq(w.handed, BLOCKS);
        ck_assert_uint_eq(w.computed, BLOCKS);
        ck_assert_uint_eq(w.threads, jobs);
    }
}
END_TEST

START_TEST(a_stop_leaves_what_one_thread_leaves)
{
    Work w;
    for (unsigned jobs = 1; jobs <= 8; jobs++) {
        run(&w, jobs, 123);
        ck_assert_uint_eq(w.handed, 124);
        ck_assert_uint_lt(w.computed, 124 + jobs);
    }
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        all_blocks_are_handed_in_in_order,
        a_stop_leaves_what_one_thread_leaves,
    };
    return HARNESS_RUN("threads", tests);
}
