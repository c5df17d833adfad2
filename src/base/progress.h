// progress.h - how far long work has come, in one line on standard error.
//
// Shown only on a terminal, only once the work has taken a second, and at most five times a second;
// so it may be called as often as is convenient.  Called from one thread.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

typedef struct Progress {
    const char *what;   // "equality/two-layer n=12"; lives as long as the progress
    bool wanted;        // by the caller, and standard error is a terminal
    bool shown;
    struct timespec start, last;
} Progress;

void progress_start(Progress *p, const char *what, bool wanted);

// done of total units of work, done <= total; total 0: unknown.
void progress_update(Progress *p, uint64_t done, uint64_t total);

// Erases the line.
void progress_end(Progress *p);

// Seconds from one CLOCK_MONOTONIC time to another.
double seconds_between(const struct timespec *from, const struct timespec *to);
