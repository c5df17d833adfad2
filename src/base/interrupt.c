// Tools like timeout(1) send a signal twice in a row, to the process and to its group; that is one
// wish to stop.  A second wish, a second later or more, is taken literally.
#include "base/interrupt.h"
#include "base/error.h"
#include <signal.h>
#include <stddef.h>
#include <time.h>

static volatile sig_atomic_t asked;
static struct timespec first;   // when, if asked

static void note(int signal_number) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (asked && now.tv_sec - first.tv_sec >= 2) {
        signal(signal_number, SIG_DFL);
        raise(signal_number);
        return;
    }
    if (!asked)
        first = now;
    asked = 1;
}

void interrupt_install(void) {
    struct sigaction action = { .sa_handler = note, .sa_flags = SA_RESTART };
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGINT);
    sigaddset(&action.sa_mask, SIGTERM);
    require(sigaction(SIGINT, &action, NULL) == 0);
    require(sigaction(SIGTERM, &action, NULL) == 0);
}

bool interrupted(void) { return asked != 0; }
