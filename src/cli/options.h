// options.h - the options of all commands, declared once.
//
// From the one list follow the struct, the parser, the help and the man pages.  A command says
// which options it takes; an option means the same wherever it is taken.
#pragma once
#include "cli/range.h"
#include "communication/counts.h"
#include "math/arith.h"
#include "net/transformer.h"
#include "proofs-checks/claim.h"
#include "report/table.h"

// OPTION(field, letter, argument, type, parser, meaning).  The long name is the field's; letter 0:
// no short name; argument NULL: takes none.  parser(type *field, const char *s, Text *why) sets the
// field, or says in why what is wrong with s.
#define OPTION_LIST(OPTION)                                                                        \
    OPTION(size, 'n', "RANGE", Range, parse_size,                                                  \
           "sizes: 8, or 2..10, or 2..1024*2 (doubling), or 4,9,17; 2^10 for a power of two, "     \
           "2^64 for the method weight-distribution. The task's own n or N, not the number of "    \
           "tokens")                                                                               \
    OPTION(arithmetic, 'a', "A", ArithSpec, parse_arithmetic,                                      \
           "in which numbers models are evaluated ('chasm list' names them): exact, the default, " \
           "ball, float:FORMAT, float:P, float:P,EMIN,EMAX or fixed:P")                            \
    OPTION(base, 'b', "2|e", Base, parse_base,                                                     \
           "base of the softmax: 2, the default, or e, which exact arithmetic lacks")              \
    OPTION(                                                                                        \
        method, 'm', "M", Method, parse_method,                                                    \
        "exhaustive: evaluate every input; certificate: prove the margin for all inputs at once; " \
        "auto, the default: the first up to 2^24 inputs (2^10 in float and fixed), else the "      \
        "second; weight-distribution: prove it from that of a linear code, for n = 2^r of any "    \
        "size")                                                                                    \
    OPTION(mask, 0, "causal|full", Mask, parse_mask,                                               \
           "which positions a position sees: itself and those before it, or all. Default causal")  \
    OPTION(readout, 0, "uniform|peaked", ReadoutKind, parse_readout,                               \
           "how a Boolean task is read out: with a margin that shrinks as 1/length, or a constant" \
           " one. Default peaked")                                                                 \
    OPTION(code, 0, "NAME", const char *, parse_code,                                              \
           "which near-orthogonal code addresses the positions ('chasm list' names them); "        \
           "default: the shortest known with inner products at most k/4")                          \
    OPTION(alphabet, 0, "Q", uint64_t, parse_alphabet,                                             \
           "symbols of index lookup, labels of nearest neighbor, values of recall; default 2")     \
    OPTION(split, 0, "S", const char *, parse_text,                                                \
           "who sees which positions: halves, odd-even, pairs (the first half of them for "        \
           "Alice), query (for Bob), best (the most distinct rows), or Alice's positions as "      \
           "1,3,4; default: what is usual for the task")                                           \
    OPTION(extent, 0, "all|rows", Extent, parse_extent,                                            \
           "count everything, the default, or distinct rows and states only, which takes no "      \
           "matrix")                                                                               \
    OPTION(brackets, 0, "B", uint64_t, parse_small, "types of brackets; default 2")                \
    OPTION(depth, 0, "D", uint64_t, parse_small, "how deep brackets may be nested; default 2")     \
    OPTION(dimension, 0, "D", uint64_t, parse_small,                                               \
           "signs of a point; default: the least with as many points as the size")                 \
    OPTION(keys, 0, "K", uint64_t, parse_small, "keys of recall; default: as many as the size")    \
    OPTION(                                                                                        \
        formula, 0, "F", const char *, parse_text,                                                 \
        "formula of normal-form: equality, inequality, disjointness or non-disjointness of the "   \
        "two halves of the variables, or a file in DIMACS format, p cnf or p dnf, whose "          \
        "variables are the size then; default: inequality")                                        \
    OPTION(queries, 0, "Q", uint64_t, parse_small, "queries of a word of recall; default 2")       \
    OPTION(temperature, 0, "T", uint64_t, parse_temperature,                                       \
           "scale of the scores in layer 1; default: the least that the theorem admits")           \
    OPTION(machine, 0, "float|fixed", MachineKind, parse_machine,                                  \
           "which machines a scan over precisions goes through: floating point or fixed point; "   \
           "default: both")                                                                        \
    OPTION(precision, 0, "P..Q", Range, parse_precision,                                           \
           "which precisions a scan tries, in bits; default 2..24")                                \
    OPTION(exponents, 0, "EMIN,EMAX", Exponents, parse_exponents,                                  \
           "exponents of normal numbers in a scan over float; default: -2^24 to 2^24")             \
    OPTION(evaluator, 0, "fast|naive", Evaluation, parse_evaluator,                                \
           "fast, the default, or the definition line by line, to compare with; both give the "    \
           "same numbers")                                                                         \
    OPTION(vectors, 0, NULL, bool, parse_flag,                                                     \
           "write the vectors themselves, one a line, as 'chasm code check' reads them")           \
    OPTION(shard, 0, "I/K", Shard, parse_shard,                                                    \
           "go through part I of K of the inputs only, with --method exhaustive; 'chasm merge' "   \
           "joins the parts")                                                                      \
    OPTION(resume, 0, "FILE", const char *, parse_name,                                            \
           "record in FILE what was covered, and go on where it stops: a run that was killed "     \
           "loses seconds; with --method exhaustive")                                              \
    OPTION(length, 0, "N", uint64_t, parse_small, "the same as --size, for one size")              \
    OPTION(count, 0, "C", uint64_t, parse_count, "how many examples; default 10")                  \
    OPTION(seed, 0, "S", uint64_t, parse_seed,                                                     \
           "0 to 2^53; the same seed gives the same examples on every machine. Default 1")         \
    OPTION(jobs, 'j', "J", unsigned, parse_jobs,                                                   \
           "threads; default: one per core. The output is the same for every J")                   \
    OPTION(format, 'f', "F", const Format *, parse_format,                                         \
           "text, the default, json (one object per line), csv, markdown or latex")                \
    OPTION(output, 'o', "FILE", const char *, parse_output,                                        \
           "where results go; default: standard output. The file is written whole or not at all")  \
    OPTION(                                                                                        \
        certificate, 0, "FILE", const char *, parse_certificate,                                   \
        "where the certificate of the verdict goes, which chasm-check checks; for one claim and "  \
        "one size. The file is written whole or not at all")                                       \
    OPTION(reproducible, 0, NULL, bool, parse_flag,                                                \
           "leave out what differs from run to run: the seconds")                                  \
    OPTION(update, 0, NULL, bool, parse_flag,                                                      \
           "write what was measured into the claim file in place of what it expects; only if "     \
           "everything was measured")                                                              \
    OPTION(help, 'h', NULL, bool, parse_flag, "show this help and exit")

typedef enum MachineKind { MACHINE_BOTH, MACHINE_FLOAT, MACHINE_FIXED } MachineKind;
typedef struct Exponents {
    long least, largest;   // both 0: not given
} Exponents;
typedef struct Shard {
    uint64_t part, parts;   // 1 .. parts; 0 of 0: not given
} Shard;
typedef enum Evaluation { EVALUATION_FAST, EVALUATION_NAIVE } Evaluation;

// A set of options: bit i is option i.  A complement is that of an OptionMask, as enumerators may
// be narrower.
typedef uint64_t OptionMask;

// OPTION_size, ..: the options' numbers; TAKES_size, ..: the sets of one option.
enum {
#define OPTION(field, letter, argument, type, parser, meaning) OPTION_##field,
    OPTION_LIST(OPTION)
#undef OPTION
        OPTION_COUNT
};
enum {
#define OPTION(field, letter, argument, type, parser, meaning)                                     \
    TAKES_##field = UINT64_C(1) << OPTION_##field,
    OPTION_LIST(OPTION)
#undef OPTION
    // What says which model is checked, and how.
    TAKES_CHECKED =
        TAKES_size | TAKES_arithmetic | TAKES_base | TAKES_method | TAKES_mask | TAKES_readout |
        TAKES_code | TAKES_alphabet | TAKES_temperature | TAKES_evaluator | TAKES_brackets |
        TAKES_depth | TAKES_dimension | TAKES_formula | TAKES_keys | TAKES_queries,
    // What every command takes that prints a table, and every check.
    TAKES_TABLE = TAKES_format | TAKES_output | TAKES_help,
};
_Static_assert(OPTION_COUNT <= 64, "a set of options has 64 bits");

typedef struct Options {
#define OPTION(field, letter, argument, type, parser, meaning) type field;
    OPTION_LIST(OPTION)
#undef OPTION
    OptionMask given;                     // the set of those on the command line
    const char *argument[OPTION_COUNT];   // of these, as it was given
    Formula file;                         // what --formula names, if that is a file
} Options;

// The same list as texts, for help.
typedef struct OptionText {
    const char *name, *argument, *meaning;
    char letter;
} OptionText;
extern const OptionText option_texts[OPTION_COUNT];

// *o <- the options in argv[1 ..]; argv[*first ..] <- what is no option.  Only options of the set
// `taken` are known; they may be abbreviated, and mixed with operands up to "--".
// Undo with options_clear.  -1, with nothing to undo, after an error that names the option.
int options_parse(Options *o, int *first, int argc, char **argv, OptionMask taken);
void options_clear(Options *o);

// What a command line without options says.
Options options_default(void);

// The number of the option of that long name, -1 if there is none.
int options_find(const char *name);

// Sets that option to what s writes, NULL for one that takes nothing; what is wrong with s is added
// to why.  s must outlive o.
void options_set(Options *o, int option, const char *s, Text *why);

// -1 after an error: two options contradict each other.
int options_agree(const Options *o);

// The options that say something about the words and models of some tasks only; those of this task.
enum {
    OF_TASKS = TAKES_readout | TAKES_alphabet | TAKES_brackets | TAKES_depth | TAKES_dimension |
               TAKES_formula | TAKES_keys | TAKES_queries,
};
OptionMask options_of_task(const Task *task);

// The options that say something about transformers only, whatever the task.
enum { OF_TRANSFORMERS = TAKES_readout | TAKES_base | TAKES_mask | TAKES_code | TAKES_temperature };

// Those that can have no effect on a model of that construction.
OptionMask options_useless_to(const Construction *c);

// -1 after an error, "--size: ..." and why, if an option of that set was given: an option that can
// have no effect must not seem to have been obeyed.
int options_refuse(const Options *o, OptionMask useless, const char *why);
int options_refuse_useless(const Options *o, const Construction *c);

// What --formula names; NULL: it was not given.
const Formula *options_formula(const Options *o);

// What the options choose about a claim or model of the i-th of the sizes (0 if there is none), and
// about its check.
Params options_params(const Options *o, const Range *sizes, size_t i);
Effort options_effort(const Options *o);
