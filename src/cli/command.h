// command.h - a command: one record in one file (src/cli/cmd_NAME.c) and one word in
// src/meson.build.
#pragma once
#include "cli/options.h"

typedef struct Example {
    const char *line;   // "chasm verify -n 2..8"
    const char *what;   // it does, one sentence
} Example;

typedef struct Command {
    const char *name;
    const char *arguments;     // "[CLAIM]..."; several forms are separated by '|'
    const char *summary;       // "check claims"
    const char *description;   // paragraphs separated by empty lines
    uint64_t options;          // the set TAKES_..
    const Example *examples;   // ends with { 0 }
    // Does it, and returns the exit status.
    int (*run)(const Options *o, int count, char **operands);
} Command;

// The commands, in the order of src/meson.build; ends with NULL.
extern const Command *const commands[];

// NULL if there is none.
const Command *command_find(const char *name);
