#include "base/progress.h"
#include <stdio.h>
#include <unistd.h>

static const double silence = 1.0, interval = 0.2;   // seconds

double seconds_between(const struct timespec *from, const struct timespec *to) {
    return (double)(to->tv_sec - from->tv_sec) + 1e-9 * (double)(to->tv_nsec - from->tv_nsec);
}

void progress_start(Progress *p, const char *what, bool wanted) {
    *p = (Progress){ .what = what, .wanted = wanted && isatty(STDERR_FILENO) };
    clock_gettime(CLOCK_MONOTONIC, &p->start);
    p->last = p->start;
}

void progress_update(Progress *p, uint64_t done, uint64_t total) {
    if (!p->wanted)
        return;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double elapsed = seconds_between(&p->start, &now);
    if (elapsed < silence || (p->shown && seconds_between(&p->last, &now) < interval))
        return;
    double part = total ? (double)done / (double)total : 0;
    fprintf(stderr, "\r%s: ", p->what);
    if (part > 0)
        fprintf(stderr, "%5.1f %%, %.0f s, about %.0f s left\033[K", 100 * part, elapsed,
                elapsed / part - elapsed);
    else
        fprintf(stderr, "%.0f s\033[K", elapsed);
    fflush(stderr);
    p->last = now;
    p->shown = true;
}

void progress_end(Progress *p) {
    if (p->shown)
        fputs("\r\033[K", stderr);
    p->shown = false;
}
