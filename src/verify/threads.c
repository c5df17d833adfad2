#include "verify/threads.h"
#include "base/alloc.h"
#include <pthread.h>
#include <stdlib.h>

void threads_run(void *(*work)(void *), void *argument, unsigned jobs) {
    pthread_t *thread = alloc_array(jobs, 1, sizeof *thread);
    unsigned started = 0;
    while (started + 1 < jobs && pthread_create(&thread[started], NULL, work, argument) == 0)
        started++;
    work(argument);
    for (unsigned k = 0; k < started; k++)
        pthread_join(thread[k], NULL);
    free(thread);
}
