#include "base/error.h"
#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/tables.h"
#include <string.h>

// A kind of table: what can stand behind 'chasm table'.
typedef struct Kind {
    const char *name;
    OptionMask options;   // the set TAKES_.., of those of the command
    int (*run)(const Options *o, int count, char **operands);   // as of a command
} Kind;

enum {
    OF_MODELS = TAKES_size | TAKES_mask | TAKES_readout | TAKES_code | TAKES_alphabet |
                TAKES_temperature | TAKES_formula | TAKES_keys | TAKES_queries | TAKES_evaluator |
                TAKES_method | TAKES_jobs | TAKES_TABLE,
    OF_BOUNDS = TAKES_size | TAKES_mask | TAKES_code | TAKES_alphabet | TAKES_brackets |
                TAKES_depth | TAKES_dimension | TAKES_method | TAKES_jobs | TAKES_TABLE,
    OF_SCANS = OF_MODELS | TAKES_base | TAKES_machine | TAKES_precision | TAKES_exponents,
};

static const Kind kinds[] = {
    { "margins", OF_MODELS, table_margins },
    { "codes", TAKES_size | TAKES_code | TAKES_jobs | TAKES_TABLE, table_codes },
    { "precision", OF_SCANS, table_precision },
    { "tradeoff", OF_SCANS, table_tradeoff },
    { "formats", OF_MODELS | TAKES_base, table_formats },
    { "bounds", OF_BOUNDS, table_bounds },
    { "separation", OF_BOUNDS, table_separation },
    { "sizes", OF_MODELS | TAKES_arithmetic | TAKES_base | TAKES_brackets | TAKES_depth,
      table_sizes },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

// Appends "margins, codes, .. or formats".
static void list_kinds(Text *t) {
    for (size_t i = 0; i < KINDS; i++)
        text_printf(t, "%s%s", i == 0 ? "" : i + 1 < KINDS ? ", " : " or ", kinds[i].name);
}

bool table_asks(const char *name, int count, char **patterns) {
    for (int i = 0; i < count; i++)
        if (text_matches(patterns[i], name))
            return true;
    return count == 0;
}

static int unknown_kind(const char *name) {
    Text message = { 0 };
    Nearest nearest;
    nearest_init(&nearest, name);
    for (size_t i = 0; i < KINDS; i++)
        nearest_add(&nearest, kinds[i].name);
    nearest_tell(&message, &nearest);
    if (message.length == 0) {
        text_add(&message, "; expected ");
        list_kinds(&message);
    }
    error("'%s': no such table%s", name, text_string(&message));
    text_clear(&message);
    return EXIT_USAGE;
}

static int run_kind(const Kind *kind, const Options *o, int count, char **operands) {
    Text why = { 0 };
    text_printf(&why, "not an option of 'table %s'", kind->name);
    int status = options_refuse(o, ~kind->options, text_string(&why));
    text_clear(&why);
    return status < 0 ? EXIT_USAGE : kind->run(o, count, operands);
}

static int run(const Options *o, int count, char **operands) {
    if (count == 0) {
        Text list = { 0 };
        list_kinds(&list);
        error("the kind of table is missing: %s", text_string(&list));
        text_clear(&list);
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].name, operands[0]) == 0)
            return run_kind(&kinds[i], o, count - 1, operands + 1);
    return unknown_kind(operands[0]);
}

static const Example examples[] = {
    { "chasm table margins -n 1..4", "promised and found, for every mask and readout" },
    { "chasm table margins 'index-lookup/*' --alphabet 3 -f markdown", "for one claim" },
    { "chasm table codes -n 32..65536*2", "near-orthogonal codes against existence proofs" },
    { "chasm table precision equality/two-layer -n 4..16*2",
      "the least precision for all inputs, floating and fixed point" },
    { "chasm table tradeoff index-lookup/one-layer -n 16 --machine float",
      "what each code and temperature costs" },
    { "chasm table formats index-lookup/one-layer", "where binary16, bfloat16, .. break" },
    { "chasm table bounds equality -n 1..4", "upper bounds beside lower ones" },
    { "chasm table separation dyck -n 32..1024*2", "where a recurrent model is provably smaller" },
    { "chasm table sizes '*/two-layer' -n 20,50,100",
      "what binary32 and bfloat16 do at the lengths of experiments" },
    { "chasm table codes -f latex -o codes.tex", "the same as a table for a paper" },
    { 0 },
};

const Command command_table = {
    .name = "table",
    .arguments = "margins [CLAIM]...|codes|precision [CLAIM]...|tradeoff [CLAIM]...|formats "
                 "[CLAIM]...|bounds [TASK]...|separation [TASK]...|sizes [CLAIM]...",
    .summary = "tables of many results: margins, codes, precisions, formats, bounds, sizes",
    .description =
        "margins: for each explicit model, mask and readout, the margin and the dimensions that "
        "its theorem promises beside those found by trying every input. The exit status is 0 if "
        "all agree. --mask and --readout restrict it to one of each.\n"
        "\n"
        "codes: for each number N of vectors (--size), the least dimension k from which each of "
        "three existence proofs gives N sign vectors with inner products at most k/4, the "
        "shortest explicit code known to chasm, and a proved lower bound on k. The exit status is "
        "3 if a code is too large to be checked.\n"
        "\n"
        "precision: for each explicit model, readout and code, the precisions p at which it "
        "answers "
        "every input rightly, the least from which all do, and an input that it answers wrongly "
        "one bit below. --code may be a pattern: '*' stands for every family. The exit status is 3 "
        "if no p up to the last one tried is enough.\n"
        "\n"
        "tradeoff: for each size, code and temperature, the width m, the least precision p, the "
        "m p bits per token, and the margin over the reals; the lines that no other beats in bits "
        "and margin are marked.\n"
        "\n"
        "formats: for each explicit model and named format, the size up to which it answers every "
        "input rightly, sharp to the next size, and why it breaks there.\n"
        "\n"
        "bounds: for each explicit model, with those of linear size, its bits beside those that "
        "any model of its own architecture has at least. The exit status is 1 if one has fewer, "
        "which would be an error of chasm's.\n"
        "\n"
        "separation: for each task and size the bits of the explicit model, verified for all "
        "inputs, beside those that every recurrent or one-layer model provably needs, and from "
        "which size on the first is smaller. Without --size, sizes go up to 2^20, and models are "
        "verified up to 256; with it, at every size.\n"
        "\n"
        "sizes: for each explicit model at the lengths of experiments, 20 to 400 and on to 65536, "
        "the verdict on all inputs in binary32 and bfloat16 (or --arithmetic), width and bits, "
        "beside the bits that every recurrent model needs there. The exit status is 3 if a verdict "
        "is undecided. The default sizes take minutes.",
    .options = OF_SCANS | OF_BOUNDS | TAKES_arithmetic,
    .examples = examples,
    .run = run,
};
