// recording.h - what the threads of an exhaustive check have covered, on its way to the run file.
//
// A thread hands in each range with the worst that it has seen so far; its own counts then begin
// anew.  Once in a while one thread writes what came together: after a tenth of a second, later
// after longer times, of at most two seconds.  So a killed run loses that much.
#pragma once
#include "verify/run_file.h"
#include <pthread.h>
#include <stdatomic.h>

typedef struct Recording {
    const RunCheck *check;
    RunFile file;           // where the request has one
    Ranges covered;         // what was covered before and since
    Worst *all;             // of what is written, or if there is no file of all
    pthread_mutex_t lock;   // of what follows
    Ranges fresh;           // covered, and not written
    Worst worst;            // counts: of `fresh`; the worst: so far
    struct timespec begun, written;
    atomic_bool failed;
} Recording;

// Reads the request's files; what they cover is covered, and added to *all, which must outlive the
// recording.  Undo with recording_clear.  -1, with nothing to undo, after an error.
int recording_init(Recording *r, const RunCheck *check, Worst *all);
void recording_clear(Recording *r);

// From any thread: the ranks of the span are covered.  The counts of *worst become 0.
void recording_add(Recording *r, Span span, Worst *worst);

// From one thread: writes what is there, `now` or if it is time to.  -1 after an error, this time
// or before.
int recording_write(Recording *r, bool now);

// From any thread: whether a write failed, so that further work would be lost.
bool recording_failed(const Recording *r);
