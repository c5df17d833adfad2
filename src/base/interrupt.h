// interrupt.h - SIGINT and SIGTERM ask; long work polls and stops cleanly.
//
// The only state of the process that changes behind a caller's back.
#pragma once
#include <stdbool.h>

// From now on the first SIGINT or SIGTERM makes interrupted() true; one that comes seconds later
// ends the process.  Without this call interrupted() stays false.
void interrupt_install(void);

// Whether the user asked to stop.  From any thread.
bool interrupted(void);
