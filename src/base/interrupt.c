#include "base/interrupt.h"
#include "base/error.h"
#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t asked;

static void note(int signal_number) {
    (void)signal_number;
    asked = 1;
}

void interrupt_install(void) {
    struct sigaction action = { .sa_handler = note, .sa_flags = SA_RESTART | SA_RESETHAND };
    sigemptyset(&action.sa_mask);
    require(sigaction(SIGINT, &action, NULL) == 0);
    require(sigaction(SIGTERM, &action, NULL) == 0);
}

bool interrupted(void) { return asked != 0; }
