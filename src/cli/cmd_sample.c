// Labelled examples as JSON lines, docs/sample.md.  A line is put together in memory from names
// that are written as JSON once, and no line is kept.
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/output.h"
#include "task/automaton.h"
#include "task/normal_form.h"
#include "task/recall.h"
#include "task/sample.h"
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_KEPT = 1 << 12 };

// The names of tokens as they stand between the quotes of a JSON string.
typedef struct Names {
    const Task *task;
    const Params *params;
    Text kept;     // of the first tokens, one after the other
    size_t *end;   // in kept, per token
    size_t count;
    bool joined;   // every token is one character, and a word is written without blanks
} Names;

// Appends the name as it stands between the quotes of a JSON string.
static void add_escaped(Text *t, const char *name) {
    json_t *s = json_string(name);
    char *quoted = s ? json_dumps(s, JSON_ENCODE_ANY) : NULL;
    require(quoted != NULL);
    text_add_bytes(t, quoted + 1, strlen(quoted) - 2);
    free(quoted);
    json_decref(s);
}

static void add_name(Text *t, const Names *n, Token token) {
    Text name = { 0 };
    n->task->name_token(&name, n->params, token);
    add_escaped(t, text_string(&name));
    text_clear(&name);
}

static void names_init(Names *n, const Task *task, const Params *p) {
    size_t symbols = task->symbols(p);
    *n = (Names){ .task = task, .params = p, .count = symbols < NAMES_KEPT ? symbols : NAMES_KEPT };
    n->joined = task_joins_tokens(task, p);
    n->end = alloc_array(n->count, 1, sizeof *n->end);
    for (Token token = 0; token < n->count; token++) {
        add_name(&n->kept, n, token);
        n->end[token] = n->kept.length;
    }
}

static void names_clear(Names *n) {
    text_clear(&n->kept);
    free(n->end);
}

static void print_token(Text *t, const Names *n, Token token) {
    size_t start = token == 0 || token >= n->count ? 0 : n->end[token - 1];
    if (token < n->count)
        text_add_bytes(t, n->kept.bytes + start, n->end[token] - start);
    else
        add_name(t, n, token);
}

static void add_formula(Text *t, const Params *p) {
    text_add(t, ", \"formula\": \"");
    add_escaped(t, normal_form_formula(p)->name);
    text_add(t, "\"");
}

// What all lines of a size begin with.
static void print_head(Text *t, const Task *task, const Params *p) {
    OptionMask options = options_of_task(task);
    text_printf(t, "{\"task\": \"%s\", \"n\": %llu", task->name, (unsigned long long)p->n);
    if (options & TAKES_alphabet)
        text_printf(t, ", \"alphabet\": %llu", (unsigned long long)p->alphabet);
    if (options & TAKES_depth)
        text_printf(t, ", \"brackets\": %llu, \"depth\": %llu", (unsigned long long)p->brackets,
                    (unsigned long long)p->depth);
    if (options & TAKES_dimension)
        text_printf(t, ", \"dimension\": %zu", task->dimension(p));
    if (options & TAKES_keys)
        text_printf(t, ", \"keys\": %zu", recall_keys(p));
    if (options & TAKES_formula)
        add_formula(t, p);
    text_add(t, ", \"tokens\": [");
}

// "answer": "1", or of a task with several outputs "answers": ["1", "0"].
static void print_answers(Text *t, const Names *n, const Labelled *e) {
    Params p = *n->params;
    size_t outputs = task_outputs(n->task, &p);
    text_add(t, outputs > 1 ? "\"answers\": [" : "\"answer\": ");
    for (p.output = 0; p.output < outputs; p.output++) {
        text_add(t, p.output ? ", \"" : "\"");
        n->task->name_answer(t, &p, n->task->answer(&p, e->word));
        text_add(t, "\"");
    }
    text_add(t, outputs > 1 ? "]" : "");
}

static void print_example(Text *t, const Names *n, const Labelled *e, size_t length) {
    for (size_t i = 0; i < length; i++) {
        text_add_bytes(t, ", \"", i ? 3 : 0);
        text_add_bytes(t, "\"", i ? 0 : 1);
        print_token(t, n, e->word[i]);
        text_add_bytes(t, "\"", 1);
    }
    text_add(t, "], \"word\": \"");
    for (size_t i = 0; i < length; i++) {
        text_add_bytes(t, " ", i > 0 && !n->joined);
        print_token(t, n, e->word[i]);
    }
    text_add(t, "\", ");
    print_answers(t, n, e);
    if (n->task->boolean)
        text_printf(t, ", \"near_miss\": %s", e->near_miss ? "true" : "false");
    text_add(t, "}\n");
}

static int tell_not_found(const Task *task, const Params *p, size_t answer) {
    Text name = { 0 };
    task->name_answer(&name, p, answer);
    if (!interrupted())
        error("%s n=%llu: none of %d words drawn has the answer %s", task->name,
              (unsigned long long)p->n, SAMPLE_TRIES, text_string(&name));
    text_clear(&name);
    return EXIT_UNDECIDED;
}

// The examples of one size; the exit status.
static int write_size(Output *out, const Options *o, const Task *task, const Params *p,
                      uint64_t *random) {
    Sampler sampler;
    Names names;
    Labelled example;
    Text line = { 0 };
    size_t answer, head;
    int status = EXIT_HOLDS;
    sampler_init(&sampler, task, p, random);
    names_init(&names, task, p);
    print_head(&line, task, p);
    head = line.length;
    for (uint64_t i = 0; i < o->count && status == EXIT_HOLDS && out->failure == 0; i++) {
        if (interrupted() || !sampler_next(&example, &answer, &sampler)) {
            status = tell_not_found(task, p, answer);
            break;
        }
        line.length = head;
        print_example(&line, &names, &example, sampler.length);
        errno = 0;
        if (fwrite(line.bytes, 1, line.length, out->file) < line.length)
            out->failure = errno ? errno : EIO;
    }
    text_clear(&line);
    names_clear(&names);
    sampler_clear(&sampler);
    return status;
}

static int write_all(const Options *o, const Task *task, const Automaton *a, const Range *sizes) {
    Output out;
    uint64_t random = o->seed;
    int status = EXIT_HOLDS;
    if (output_open(&out, o->output) < 0)
        return EXIT_USAGE;
    for (size_t i = 0; i < sizes->count && status == EXIT_HOLDS && out.failure == 0; i++) {
        Params p = options_params(o, sizes, i);
        p.automaton = a;
        status = write_size(&out, o, task, &p, &random);
    }
    if (status == EXIT_HOLDS)
        return output_close(&out) < 0 ? EXIT_USAGE : EXIT_HOLDS;
    output_discard(&out);
    return status;
}

// -1 after an error: the task has no words of some size.  Asked before the first line is written.
static int check_sizes(const Options *o, const Task *task, const Automaton *a, const Range *sizes) {
    for (size_t i = 0; i < sizes->count; i++) {
        Params p = options_params(o, sizes, i);
        p.automaton = a;
        const char *why = task->admits(&p);
        if (why != NULL)
            return error("--%s: %s", o->given & TAKES_length ? "length" : "size", why);
    }
    return 0;
}

static int sample(const Options *o, const Task *task, const Automaton *a) {
    uint64_t length = o->length;
    size_t power = 0;
    Range one = { .value = &length, .power = &power, .count = 1 };
    const Range *sizes = o->given & TAKES_length ? &one : &o->size;
    return check_sizes(o, task, a, sizes) < 0 ? EXIT_USAGE : write_all(o, task, a, sizes);
}

static int sample_automaton(const Options *o, const char *file) {
    Automaton a;
    if (automaton_read(&a, file) < 0)
        return EXIT_USAGE;
    int status = sample(o, &task_automaton, &a);
    automaton_clear(&a);
    return status;
}

static int unknown_task(const char *name) {
    Text message = { 0 };
    Nearest nearest;
    nearest_init(&nearest, name);
    for (size_t i = 0; tasks[i] != NULL; i++)
        nearest_add(&nearest, tasks[i]->name);
    nearest_tell(&message, &nearest);
    error("'%s': no such task%s", name,
          message.length ? text_string(&message) : "; 'chasm list tasks' names them");
    text_clear(&message);
    return -1;
}

// -1 after an error: the options do not go with each other, or with the task.
static int check_options(const Options *o, const Task *task) {
    Text why = { 0 };
    text_printf(&why, "has no effect on %s", task->name);
    int status = options_refuse(o, OF_TASKS & ~options_of_task(task), text_string(&why));
    text_clear(&why);
    if (status < 0)
        return -1;
    if ((o->given & TAKES_length) && (o->given & TAKES_size))
        return error("--length: says the same as --size: give one of them");
    if (o->size.count == 0 && !(o->given & TAKES_length))
        return error("--size: is missing: 'chasm sample %s -n 20'", task->name);
    if ((o->given & TAKES_format) && strcmp(o->format->name, "json") != 0)
        return error("--format: '%s': examples are written as json only", o->format->name);
    return 0;
}

static int run(const Options *o, int count, char **operands) {
    const Task *task = count > 0 ? task_find(operands[0]) : NULL;
    bool of_file = task == &task_automaton;
    if (count == 0 || (task != NULL && count != (of_file ? 2 : 1)))
        error("'chasm sample' takes one TASK, or: automaton FILE");
    else if (task == NULL)
        unknown_task(operands[0]);
    else if (check_options(o, task) == 0)
        return of_file ? sample_automaton(o, operands[1]) : sample(o, task, NULL);
    return EXIT_USAGE;
}

static const Example examples[] = {
    { "chasm sample equality --length 20 --count 1000 --seed 7 -o equality.jsonl",
      "a thousand words of two strings of 20 bits, half of them equal" },
    { "chasm sample dyck -n 20..400*2 --count 100000 --depth 3",
      "the same number of each length: 20, 40, 80, 160, 320" },
    { "chasm sample automaton parity.txt -n 64", "words with the answer of a finite automaton" },
    { 0 },
};

const Command command_sample = {
    .name = "sample",
    .arguments = "TASK|automaton FILE",
    .summary = "write labelled examples of a task",
    .description =
        "Writes words of the task with their right answers, one JSON object per line: the fields "
        "task, n, tokens (a list), word (the tokens as 'chasm model check' prints them) and "
        "answer. Which words come with which probability is told in docs/sample.md. The words of a "
        "task whose answers are 0 and 1 come in pairs, one of each answer; half of the words with "
        "answer 0 differ in one token from one with answer 1, where such a change exists, and "
        "near_miss is true then. The answers of other tasks are uniform.\n"
        "\n"
        "The same seed gives the same lines on every machine. --count is the number of lines per "
        "size. With automaton FILE the answers are those of a finite automaton, described in "
        "docs/recurrent.md.",
    .options = TAKES_size | TAKES_length | TAKES_count | TAKES_seed | TAKES_alphabet |
               TAKES_brackets | TAKES_depth | TAKES_dimension | TAKES_formula | TAKES_keys |
               TAKES_queries | TAKES_TABLE,
    .examples = examples,
    .run = run,
};
