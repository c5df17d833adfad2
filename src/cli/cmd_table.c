#include "base/error.h"
#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/tables.h"
#include <string.h>

// A kind of table: what can stand behind 'chasm table'.
typedef struct Kind {
    const char *name;
    int (*run)(const Options *o, int count, char **operands);   // as of a command
} Kind;

static const Kind kinds[] = {
    { "margins", table_margins },
    { "codes", table_codes },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static int unknown_kind(const char *name) {
    Text message = { 0 };
    Nearest nearest;
    nearest_init(&nearest, name);
    for (size_t i = 0; i < KINDS; i++)
        nearest_add(&nearest, kinds[i].name);
    nearest_tell(&message, &nearest);
    error("'%s': no such table%s", name,
          message.length ? text_string(&message) : "; margins or codes is expected");
    text_clear(&message);
    return EXIT_USAGE;
}

static int run(const Options *o, int count, char **operands) {
    if (count == 0) {
        error("the kind of table is missing: margins or codes");
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].name, operands[0]) == 0)
            return kinds[i].run(o, count - 1, operands + 1);
    return unknown_kind(operands[0]);
}

static const Example examples[] = {
    { "chasm table margins -n 1..4", "promised and found, for every mask and readout" },
    { "chasm table margins 'index-lookup/*' --alphabet 3 -f markdown", "for one claim" },
    { "chasm table codes -n 32..65536*2", "near-orthogonal codes against existence proofs" },
    { "chasm table codes -f latex -o codes.tex", "the same as a table for a paper" },
    { 0 },
};

const Command command_table = {
    .name = "table",
    .arguments = "margins [CLAIM]...|codes",
    .summary = "tables of many results: margins, codes",
    .description =
        "margins: for each explicit model, mask and readout, the margin and the dimensions that "
        "its theorem promises beside those found by trying every input. The exit status is 0 if "
        "all agree. --mask and --readout restrict it to one of each.\n"
        "\n"
        "codes: for each number N of vectors (--size), the least dimension k from which each of "
        "three existence proofs gives N sign vectors with inner products at most k/4, the "
        "shortest explicit code known to chasm, and a proved lower bound on k. The exit status is "
        "3 if a code is too large to be checked.",
    .options = TAKES_size | TAKES_mask | TAKES_readout | TAKES_code | TAKES_alphabet |
               TAKES_temperature | TAKES_evaluator | TAKES_method | TAKES_jobs | TAKES_TABLE,
    .examples = examples,
    .run = run,
};
