#include "verify/recording.h"
#include "base/error.h"
#include "base/progress.h"

int recording_init(Recording *r, const RunCheck *check, Worst *all) {
    const RunRequest *request = check->request;
    const Transformer *t = check->check->t;
    *r = (Recording){ .check = check, .all = all };
    if (request->joins > 0 ? run_files_join(&r->covered, all, check) < 0
        : request->file    ? run_file_open(&r->file, &r->covered, all, check) < 0
                           : false) {
        ranges_clear(&r->covered);
        return -1;
    }
    pthread_mutex_init(&r->lock, NULL);
    worst_init(&r->worst, t->length, t->layers);
    clock_gettime(CLOCK_MONOTONIC, &r->begun);
    r->written = r->begun;
    return 0;
}

void recording_clear(Recording *r) {
    if (r->file.name != NULL)
        run_file_close(&r->file);
    pthread_mutex_destroy(&r->lock);
    worst_clear(&r->worst);
    ranges_clear(&r->covered);
    ranges_clear(&r->fresh);
    *r = (Recording){ 0 };
}

static void clear_counts(Worst *w) {
    w->inputs = w->excluded = 0;
    w->faulty.count = w->failing.count = w->undecided.count = 0;
}

void recording_add(Recording *r, Span span, Worst *worst) {
    pthread_mutex_lock(&r->lock);
    bool fresh = ranges_add(&r->fresh, span) && ranges_add(&r->covered, span);
    require(fresh);
    worst_merge(&r->worst, worst);
    pthread_mutex_unlock(&r->lock);
    clear_counts(worst);
}

// A fiftieth of the time so far, between a tenth of a second and two.
static bool is_time(const Recording *r) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double pause = seconds_between(&r->begun, &now) / 50;
    pause = pause < 0.1 ? 0.1 : pause > 2 ? 2 : pause;
    return seconds_between(&r->written, &now) >= pause;
}

// *ranges <- what is to be written, *worst, init beforehand, <- its counts and the worst so far.
static void take(Ranges *ranges, Worst *worst, Recording *r) {
    pthread_mutex_lock(&r->lock);
    *ranges = r->fresh;
    r->fresh = (Ranges){ 0 };
    worst_merge(worst, &r->worst);
    clear_counts(&r->worst);
    pthread_mutex_unlock(&r->lock);
}

int recording_write(Recording *r, bool now) {
    Ranges ranges;
    Worst worst;
    if (recording_failed(r))
        return -1;
    if (!now && !is_time(r))
        return 0;
    worst_init(&worst, r->all->length, r->all->layers);
    take(&ranges, &worst, r);
    int status = 0;
    if (ranges.count > 0 && r->check->request->file != NULL)
        status = run_file_append(&r->file, r->check, &ranges, &worst);
    if (status == 0)
        worst_merge(r->all, &worst);
    else
        atomic_store(&r->failed, true);
    clock_gettime(CLOCK_MONOTONIC, &r->written);
    worst_clear(&worst);
    ranges_clear(&ranges);
    return status;
}

bool recording_failed(const Recording *r) { return atomic_load(&r->failed); }
