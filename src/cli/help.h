// help.h - what --help prints and the man pages, from the commands' records and the option list.
#pragma once
#include "cli/command.h"

// command NULL: the program as a whole.  man: roff for man(1), else plain text of 80 columns.
void help_print(FILE *out, const Command *command);
void man_print(FILE *out, const Command *command);
