// fuzz.h - the entry that a fuzz target defines; libFuzzer or replay.c calls it.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Tries the bytes; returns 0.  A bug aborts.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
