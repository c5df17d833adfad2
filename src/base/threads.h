// threads.h - one piece of work, done by several threads, with a result that does not depend on
// them.
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

// Runs work(context) in this thread and in up to jobs - 1 others at once; back when all have
// returned.  Where no threads are to be had, this one does it alone.
void threads_run(unsigned jobs, void *(*work)(void *), void *context);

// Turns: the blocks 0, 1, .. of some work are taken by any thread, computed side by side, and
// handed in one after the other, in ascending order.  So what is made of them, and where it stops,
// is what one thread would make of them.
//
//     while ((block = turns_take(&turns)) < blocks) {
//         compute it;
//         if (turns_begin(&turns, block))
//             turns_end(&turns, hand it in);
//     }
typedef struct Turns {
    pthread_mutex_t lock;
    pthread_cond_t handed_in;
    size_t taken, handed;
    bool stopped;
} Turns;

// Undo with turns_clear.
void turns_init(Turns *t);
void turns_clear(Turns *t);

// The next block to compute; SIZE_MAX once the work is stopped.
size_t turns_take(Turns *t);

// Waits until all blocks before that one are handed in; then it is this thread's turn, until
// turns_end.  false: the work was stopped by an earlier block.
bool turns_begin(Turns *t, size_t block);

// stop: no later block is wanted.
void turns_end(Turns *t, bool stop);
