// checker_run.h - the check of one certificate: all of chasm-check but its command line.
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { ROOM = 512 };   // characters of a message

// True, and what was verified in message; or false, and "line N: why not".
bool checker_run(const char *bytes, size_t length, char message[ROOM]);
