#include "cli/options.h"
#include "base/error.h"
#include "cli/nearest.h"
#include "cli/output.h"
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    JOBS_MOST = 1024,
    FORMATS_MOST = 16,
    PRECISION_MOST = 4096,
    TEMPERATURE_MOST = 1 << 16,   // 2^(t k) is a number of t k bits
    LONG_OPTION = 256,            // what getopt_long returns for option 0
};

// The index of s among the names, ended by NULL; else -1.
static int choose(const char *const *names, const char *s, Text *why) {
    int count = 0;
    for (; names[count] != NULL; count++)
        if (strcmp(names[count], s) == 0)
            return count;
    for (int i = 0; i < count; i++)
        text_printf(why, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", names[i]);
    text_add(why, " is expected");
    return -1;
}

static void parse_size(Range *range, const char *s, Text *why) {
    range_clear(range);
    range_parse(range, s, why);
}

static void parse_arithmetic(ArithSpec *arithmetic, const char *s, Text *why) {
    char *wrong;
    if (arith_parse(arithmetic, s, &wrong) == 0)
        return;
    text_add(why, wrong);
    free(wrong);
}

static void parse_base(Base *base, const char *s, Text *why) {
    int i = choose((const char *const[]){ "2", "e", NULL }, s, why);
    *base = i == 1 ? BASE_E : BASE_2;
}

static void parse_method(Method *method, const char *s, Text *why) {
    static const Method methods[] = { METHOD_AUTO, METHOD_EXHAUSTIVE, METHOD_CERTIFICATE,
                                      METHOD_WEIGHT_DISTRIBUTION };
    int i = choose(
        (const char *const[]){ "auto", "exhaustive", "certificate", "weight-distribution", NULL },
        s, why);
    *method = methods[i > 0 ? i : 0];
}

static void parse_mask(Mask *mask, const char *s, Text *why) {
    int i = choose((const char *const[]){ "causal", "full", NULL }, s, why);
    *mask = i == 1 ? MASK_FULL : MASK_CAUSAL;
}

static void parse_readout(ReadoutKind *readout, const char *s, Text *why) {
    int i = choose((const char *const[]){ "peaked", "uniform", NULL }, s, why);
    *readout = i == 1 ? READOUT_UNIFORM : READOUT_PEAKED;
}

static void parse_code(const char **code, const char *s, Text *why) {
    *code = s;
    if (*s == '\0')
        text_add(why, "the name of a code is expected");
}

static void parse_alphabet(uint64_t *alphabet, const char *s, Text *why) {
    number_parse(alphabet, s, 2, 1 << 24, why);
}

static void parse_small(uint64_t *number, const char *s, Text *why) {
    number_parse(number, s, 1, 1 << 24, why);
}

static void parse_count(uint64_t *count, const char *s, Text *why) {
    number_parse(count, s, 1, RANGE_NUMBER, why);
}

static void parse_seed(uint64_t *seed, const char *s, Text *why) {
    number_parse(seed, s, 0, RANGE_NUMBER, why);
}

static void parse_text(const char **text, const char *s, Text *why) {
    (void)why;
    *text = s;
}

static void parse_name(const char **name, const char *s, Text *why) {
    *name = s;
    if (*s == '\0')
        text_add(why, "the name of a file is expected");
}

// "I/K", 1 <= I <= K.
static void parse_shard(Shard *shard, const char *s, Text *why) {
    Text part = { 0 };
    const char *slash = strchr(s, '/');
    if (slash == NULL) {
        text_add(why, "I/K is expected, as in 1/4");
        return;
    }
    text_add_bytes(&part, s, (size_t)(slash - s));
    number_parse(&shard->parts, slash + 1, 1, UINT64_C(1) << 53, why);
    if (why->length == 0)
        number_parse(&shard->part, text_string(&part), 1, shard->parts, why);
    text_clear(&part);
}

static void parse_extent(Extent *extent, const char *s, Text *why) {
    int i = choose((const char *const[]){ "all", "rows", NULL }, s, why);
    *extent = i == 1 ? EXTENT_ROWS : EXTENT_ALL;
}

static void parse_temperature(uint64_t *temperature, const char *s, Text *why) {
    number_parse(temperature, s, 1, TEMPERATURE_MOST, why);
}

static void parse_machine(MachineKind *kind, const char *s, Text *why) {
    int i = choose((const char *const[]){ "float", "fixed", NULL }, s, why);
    *kind = i == 1 ? MACHINE_FIXED : MACHINE_FLOAT;
}

static void parse_precision(Range *range, const char *s, Text *why) {
    range_clear(range);
    range_parse(range, s, why);
    for (size_t i = 0; i < range->count && why->length == 0; i++)
        if (range->value[i] < 2 || range->value[i] > PRECISION_MOST)
            text_printf(why, "precisions of 2 to %d bits are expected", PRECISION_MOST);
        else if (i > 0 && range->value[i] != range->value[i - 1] + 1)
            text_add(why, "consecutive precisions are expected, as in 2..24");
}

// What float:2,EMIN,EMAX takes.
static void parse_exponents(Exponents *exponents, const char *s, Text *why) {
    Text name = { 0 };
    ArithSpec spec;
    if (strchr(s, ',') == NULL) {
        text_add(why, "EMIN,EMAX is expected, as in -14,15");
        return;
    }
    text_printf(&name, "float:2,%s", s);
    parse_arithmetic(&spec, text_string(&name), why);
    if (why->length == 0)
        *exponents = (Exponents){ .least = spec.emin, .largest = spec.emax };
    text_clear(&name);
}

static void parse_evaluator(Evaluation *evaluation, const char *s, Text *why) {
    int i = choose((const char *const[]){ "fast", "naive", NULL }, s, why);
    *evaluation = i == 1 ? EVALUATION_NAIVE : EVALUATION_FAST;
}

static void parse_jobs(unsigned *jobs, const char *s, Text *why) {
    uint64_t x = 1;
    number_parse(&x, s, 1, JOBS_MOST, why);
    *jobs = (unsigned)x;
}

static void parse_format(const Format **format, const char *s, Text *why) {
    const char *names[FORMATS_MOST + 1] = { NULL };
    for (size_t i = 0; formats[i] != NULL && i < FORMATS_MOST; i++)
        names[i] = formats[i]->name;
    int i = choose(names, s, why);
    *format = i < 0 ? NULL : formats[i];
}

static void parse_output(const char **output, const char *s, Text *why) {
    *output = s;
    output_check(s, why);
}

static void parse_certificate(const char **file, const char *s, Text *why) {
    if (strcmp(s, "-") == 0)
        text_add(why, "the name of a file is expected");
    parse_output(file, s, why);
}

static void parse_flag(bool *flag, const char *s, Text *why) {
    (void)s;
    (void)why;
    *flag = true;
}

const OptionText option_texts[OPTION_COUNT] = {
#define OPTION(field, shortly, of, type, parser, says)                                             \
    [OPTION_##field] = { .name = #field, .argument = of, .meaning = says, .letter = shortly },
    OPTION_LIST(OPTION)
#undef OPTION
};

void options_set(Options *o, int option, const char *s, Text *why) {
    switch (option) {
#define OPTION(field, letter, argument, type, parser, meaning)                                     \
    case OPTION_##field:                                                                           \
        parser(&o->field, s, why);                                                                 \
        break;
        OPTION_LIST(OPTION)
#undef OPTION
    default:
        require(option < OPTION_COUNT);
    }
    o->given |= (OptionMask)1 << option;
    o->argument[option] = s;
}

Options options_default(void) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return (Options){
        .arithmetic = exact_arithmetic,
        .format = formats[0],
        .alphabet = 2,
        .brackets = 2,
        .depth = 2,
        .count = 10,
        .seed = 1,
        .jobs = cores < 1           ? 1
                : cores > JOBS_MOST ? JOBS_MOST
                                    : (unsigned)cores,
    };
}

// getopt's own tables of the options taken.
typedef struct Grammar {
    struct option names[OPTION_COUNT + 1];
    char letters[2 * OPTION_COUNT + 2];
} Grammar;

static Grammar grammar(OptionMask taken) {
    Grammar g = { .letters = ":" };   // tells a missing argument from an unknown option
    size_t names = 0, letters = 1;
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!(taken >> i & 1))
            continue;
        const OptionText *text = &option_texts[i];
        g.names[names++] = (struct option){
            .name = text->name,
            .has_arg = text->argument ? required_argument : no_argument,
            .val = LONG_OPTION + i,
        };
        if (text->letter) {
            g.letters[letters++] = text->letter;
            if (text->argument)
                g.letters[letters++] = ':';
        }
    }
    return g;
}

// The option that getopt's answer stands for, -1 if none.
static int option_of(int answer) {
    for (int i = 0; i < OPTION_COUNT; i++)
        if (answer == LONG_OPTION + i || (answer == option_texts[i].letter && answer))
            return i;
    return -1;
}

// Appends the options taken whose names begin so; returns how many there are.
static size_t beginning_with(Text *t, const char *name, OptionMask taken) {
    size_t count = 0;
    for (int i = 0; i < OPTION_COUNT; i++)
        if ((taken >> i & 1) && strncmp(option_texts[i].name, name, strlen(name)) == 0)
            text_printf(t, "%s--%s", count++ ? " or " : "", option_texts[i].name);
    return count;
}

int options_find(const char *name) {
    for (int i = 0; i < OPTION_COUNT; i++)
        if (strcmp(option_texts[i].name, name) == 0)
            return i;
    return -1;
}

// word: "--sise".
static void tell_nearest(Text *t, const char *word, OptionMask taken) {
    Nearest nearest;
    nearest_init(&nearest, word);
    for (int i = 0; i < OPTION_COUNT; i++) {
        Text name = { 0 };
        text_printf(&name, "--%s", option_texts[i].name);
        if (taken >> i & 1)
            nearest_add(&nearest, text_string(&name));
        text_clear(&name);
    }
    nearest_tell(t, &nearest);
}

// The error about a long option that is none of those taken, or the beginning of several.
static int unknown(const char *argument, OptionMask taken) {
    Text word = { 0 }, message = { 0 }, several = { 0 };
    text_add_bytes(&word, argument, strcspn(argument, "="));
    const char *name = text_string(&word) + 2;
    if (beginning_with(&several, name, taken) > 1) {
        text_printf(&message, "could be %s", text_string(&several));
    } else if (options_find(name) >= 0) {
        text_add(&message, "not an option of this command");
    } else {
        text_add(&message, "no such option");
        tell_nearest(&message, text_string(&word), taken);
    }
    error("%s: %s", text_string(&word), text_string(&message));
    text_clear(&word);
    text_clear(&message);
    text_clear(&several);
    return -1;
}

// The error for getopt's answer '?' or ':', given the argument that it stopped at.
static int refuse(int answer, const char *argument, OptionMask taken) {
    int option = option_of(optopt);
    if (answer == ':')
        return error("--%s: %s is missing", option_texts[option].name,
                     option_texts[option].argument);
    if (optopt >= LONG_OPTION)
        return error("--%s: takes no argument", option_texts[option].name);
    if (optopt == 0)
        return unknown(argument, taken);
    if (option >= 0)
        return error("-%c: not an option of this command", optopt);
    return error("-%c: no such option", optopt);
}

// One option with its argument; 0, or -1 after an error.
static int take(Options *o, int option, const char *argument) {
    Text why = { 0 };
    options_set(o, option, argument, &why);
    if (why.length)
        error("--%s: '%s': %s", option_texts[option].name, argument, text_string(&why));
    int status = why.length ? -1 : 0;
    text_clear(&why);
    return status;
}

OptionMask options_of_task(const Task *task) {
    OptionMask answers = task->boolean ? TAKES_readout : TAKES_alphabet;
    OptionMask keys = task->recalls ? TAKES_keys | TAKES_queries : 0;
    return answers | keys | (task->nests ? TAKES_brackets | TAKES_depth : 0) |
           (task->dimension != NULL ? TAKES_dimension : 0) |
           (task->has_formula ? TAKES_formula : 0);
}

OptionMask options_useless_to(const Construction *c) {
    OptionMask of_codes = TAKES_code | TAKES_temperature | TAKES_readout;
    return (OF_TASKS & ~options_of_task(c->task)) | (c->codeless ? of_codes : 0);
}

int options_refuse(const Options *o, OptionMask useless, const char *why) {
    for (int i = 0; i < OPTION_COUNT; i++)
        if (o->given & useless & (OptionMask)1 << i)
            return error("--%s: %s", option_texts[i].name, why);
    return 0;
}

int options_refuse_useless(const Options *o, const Construction *c) {
    Text why = { 0 };
    text_printf(&why, "has no effect on %s", c->name);
    int status = options_refuse(o, options_useless_to(c), text_string(&why));
    text_clear(&why);
    return status;
}

const Formula *options_formula(const Options *o) {
    if (!(o->given & TAKES_formula))
        return NULL;
    const Formula *family = formula_find(o->formula);
    return family ? family : &o->file;
}

// Reads the file, if it is one.
static int read_formula(Options *o) {
    if (!(o->given & TAKES_formula) || formula_find(o->formula) != NULL)
        return 0;
    int status = formula_read(&o->file, o->formula);
    o->file.name = o->formula;
    return status;
}

int options_agree(const Options *o) {
    if (o->method == METHOD_CERTIFICATE || o->method == METHOD_WEIGHT_DISTRIBUTION)
        return options_refuse(o, TAKES_evaluator, "certificates evaluate no inputs");
    return 0;
}

int options_parse(Options *o, int *first, int argc, char **argv, OptionMask taken) {
    Grammar g = grammar(taken);
    int answer, status = 0;
    *o = options_default();
    optind = 0;   // glibc: begin anew
    opterr = 0;
    while (status == 0 && (answer = getopt_long(argc, argv, g.letters, g.names, NULL)) != -1) {
        if (answer == '?' || answer == ':')
            status = refuse(answer, argv[optind - 1], taken);
        else
            status = take(o, option_of(answer), optarg);
    }
    *first = optind;
    if (status == 0)
        status = options_agree(o);
    if (status == 0 && o->format->of_expectations && !(taken & TAKES_update))
        status = error("--format: '%s': only 'chasm check' writes it", o->format->name);
    if (status == 0)
        status = read_formula(o);
    if (status < 0)
        options_clear(o);
    return status;
}

void options_clear(Options *o) {
    range_clear(&o->size);
    range_clear(&o->precision);
    formula_clear(&o->file);
}

Params options_params(const Options *o, const Range *sizes, size_t i) {
    bool given = i < sizes->count;
    Params p = params_default(given ? sizes->value[i] : o->file.variables);
    p.power = given ? sizes->power[i] : 0;
    p.alphabet = o->alphabet;
    p.mask = o->mask;
    p.readout = o->readout;
    p.base = o->base;
    p.code = o->code;
    p.temperature = o->temperature;
    p.brackets = o->brackets;
    p.depth = o->depth;
    p.formula = options_formula(o);
    p.dimension = o->dimension;
    p.keys = o->keys;
    p.queries = o->queries;
    return p;
}

Effort options_effort(const Options *o) {
    return (Effort){
        .jobs = o->jobs,
        .arithmetic = o->arithmetic,
        .method = o->method,
        .naive = o->evaluator == EVALUATION_NAIVE,
        .progress = true,
    };
}
