#include "cli/command.h"
#include "registry.h"
#include <string.h>

#define ENTRY(name) extern const Command command_##name;
COMMANDS
#undef ENTRY

const Command *const commands[] = {
#define ENTRY(name) &command_##name,
    COMMANDS
#undef ENTRY
        NULL,
};

const Command *command_find(const char *name) {
    for (size_t i = 0; commands[i] != NULL; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}
