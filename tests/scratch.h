// scratch.h - files that tests read and write, and what the tested code says on standard error.
#pragma once
#include <stddef.h>

// The path of a file of tests/, found by CHASM_TESTS (meson test sets it; else the current folder's
// tests/).  Lives until the fourth call after.
const char *tests_path(const char *file);

// All of the file as a string; the caller frees it.
char *contents(const char *file);

// Writes the string to the file.
void scratch_write(const char *file, const char *text);

// How many files the folder holds, those that begin with a dot aside.
size_t count_files(const char *folder);

// A new folder for temporary files; scratch_remove removes it, with the files in it, and frees it.
char *scratch_folder(void);
void scratch_remove(char *folder);

// Between the two, what is written to standard error is kept; the caller frees it.
void capture_begin(void);
char *capture_end(void);
