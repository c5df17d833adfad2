#include "base/threads.h"
#include "base/alloc.h"
#include <stdint.h>
#include <stdlib.h>

void threads_run(unsigned jobs, void *(*work)(void *), void *context) {
    pthread_t *thread = alloc_array(jobs, 1, sizeof *thread);
    unsigned started = 0;
    while (started + 1 < jobs && pthread_create(&thread[started], NULL, work, context) == 0)
        started++;
    work(context);
    for (unsigned k = 0; k < started; k++)
        pthread_join(thread[k], NULL);
    free(thread);
}

void turns_init(Turns *t) {
    *t = (Turns){ 0 };
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->handed_in, NULL);
}

void turns_clear(Turns *t) {
    pthread_mutex_destroy(&t->lock);
    pthread_cond_destroy(&t->handed_in);
}

size_t turns_take(Turns *t) {
    pthread_mutex_lock(&t->lock);
    size_t block = t->stopped ? SIZE_MAX : t->taken++;
    pthread_mutex_unlock(&t->lock);
    return block;
}

bool turns_begin(Turns *t, size_t block) {
    pthread_mutex_lock(&t->lock);
    while (!t->stopped && t->handed != block)
        pthread_cond_wait(&t->handed_in, &t->lock);
    bool stopped = t->stopped;
    pthread_mutex_unlock(&t->lock);
    return !stopped;
}

void turns_end(Turns *t, bool stop) {
    pthread_mutex_lock(&t->lock);
    t->handed++;
    t->stopped |= stop;
    pthread_cond_broadcast(&t->handed_in);
    pthread_mutex_unlock(&t->lock);
}
