#include "base/alloc.h"
#include "base/error.h"
#include "cli/code_table.h"
#include "cli/command.h"
#include "cli/output.h"
#include "constructions/codes/family.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { VECTORS_MOST_SIGNS = 1 << 30 };   // that --vectors writes

// Undo with code_clear.  -1 after an error.
static int find(Code *c, const Options *o, uint64_t n) {
    char *why;
    if (code_find(c, &why, o->code, n) == 0)
        return 0;
    if (o->code)
        error("--code: '%s': %s", o->code, why);
    else
        error("%llu vectors: %s", (unsigned long long)n, why);
    free(why);
    return -1;
}

static Hamming hamming(const Options *o) {
    return (Hamming){ .kernel = KERNEL_AUTO, .jobs = o->jobs };
}

// Holds iff any two vectors can be told apart.
static Verdict verdict_of(const CodeFacts *f) {
    if (f->checked == NULL)
        return UNKNOWN;
    return mpq_cmp_ui(f->epsilon, 1, 1) < 0 ? PROVED : REFUTED;
}

static Verdict add_code(Table *t, const Code *c, const Options *o) {
    CodeFacts facts;
    uint64_t i, j;
    code_facts_init(&facts, c, CODE_DISTRIBUTION, hamming(o));
    Verdict verdict = verdict_of(&facts);
    code_table_add(t, c, &facts);
    if (verdict == UNKNOWN && !o->format->for_people)
        warn("%s: nothing was checked: %s", c->name, facts.reason);
    if (verdict == REFUTED && code_witness(&i, &j, c, 0))
        table_note(t, "Vectors %llu and %llu, counted from 1, are equal.",
                   (unsigned long long)i + 1, (unsigned long long)j + 1);
    code_facts_clear(&facts);
    return verdict;
}

static int write_vectors(const Options *o, const Code *c) {
    Output out;
    if (c->words > VECTORS_MOST_SIGNS / c->length)
        return error("--vectors: more than 2^30 signs");
    if (output_open(&out, o->output) < 0)
        return -1;
    uint64_t *word = alloc_array(c->limbs, 1, sizeof *word);
    fprintf(out.file, "# %s: %llu vectors of %zu signs\n", c->name, (unsigned long long)c->words,
            c->length);
    for (uint64_t i = 0; i < c->words; i++) {
        code_word(word, c, i);
        for (size_t k = 0; k < c->length; k++)
            fputc(code_sign(word, k) > 0 ? '+' : '-', out.file);
        fputc('\n', out.file);
    }
    free(word);
    return output_close(&out);
}

static int find_codes(const Options *o, const Range *sizes) {
    Table t;
    Verdict all = PROVED;
    int status = 0;
    code_table_init(&t);
    for (size_t i = 0; i < sizes->count && status == 0; i++) {
        Code c;
        status = find(&c, o, sizes->value[i]);
        if (status < 0)
            break;
        if (o->vectors)
            status = write_vectors(o, &c);
        else
            all = verdict_and(all, add_code(&t, &c, o));
        code_clear(&c);
    }
    if (status == 0 && !o->vectors)
        status = output_table(o->output, o->format, &t);
    table_clear(&t);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(all);
}

static int add_vectors(Verdict *verdict, Table *t, const Vectors *v, const char *file) {
    VectorFacts facts;
    if (vector_facts_init(&facts, v, file) < 0)
        return -1;
    *verdict = mpq_cmp_ui(facts.epsilon, 1, 1) < 0 ? PROVED : REFUTED;
    code_table_add_vectors(t, v, file, &facts);
    if (*verdict == REFUTED)
        table_note(t, "%s:%zu scores its own key no higher than that of line %zu.", file,
                   v->line[facts.query], v->line[facts.key]);
    vector_facts_clear(&facts);
    return 0;
}

// "-" is standard input; *name <- what messages call it.  Undo with vectors_clear.  -1 after an
// error.
static int read_vectors(Vectors *v, const char **name, const char *file) {
    *name = file;
    if (strcmp(file, "-") != 0)
        return vectors_read(v, file);
    *name = "standard input";
    Text bytes = { 0 };
    int status = text_read(&bytes, stdin, VECTORS_BYTES);
    if (status == 0)
        status = vectors_parse(v, *name, text_string(&bytes), bytes.length);
    else
        error("%s: %s", *name, strerror(errno));
    text_clear(&bytes);
    return status;
}

static int check_file(const Options *o, const char *file) {
    Vectors v;
    Table t;
    Verdict verdict = UNKNOWN;
    const char *name;
    int status = 0;
    if (read_vectors(&v, &name, file) < 0)
        return EXIT_USAGE;
    code_table_init(&t);
    if (v.signs)
        verdict = add_code(&t, &v.code, o);
    else
        status = add_vectors(&verdict, &t, &v, name);
    if (status == 0)
        status = output_table(o->output, o->format, &t);
    table_clear(&t);
    vectors_clear(&v);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(verdict);
}

static int find_range(const Options *o, const char *operand) {
    Range sizes;
    Text why = { 0 };
    range_parse(&sizes, operand, &why);
    if (why.length == 0 && sizes.value[0] < 1)
        text_add(&why, "at least 1 vector is expected");
    if (why.length == 0 && o->vectors && sizes.count != 1)
        text_add(&why, "one size is expected with --vectors");
    if (why.length)
        error("'%s': %s", operand, text_string(&why));
    int status = why.length ? EXIT_USAGE : find_codes(o, &sizes);
    text_clear(&why);
    range_clear(&sizes);
    return status;
}

static int run(const Options *o, int count, char **operands) {
    bool check = count > 0 && strcmp(operands[0], "check") == 0;
    if (check && count == 2) {
        if (options_refuse(o, TAKES_code | TAKES_vectors, "not an option of 'code check'") == 0)
            return check_file(o, operands[1]);
    } else if (!check && count == 1) {
        if (!o->vectors || options_refuse(o, TAKES_format, "vectors are written as text only") == 0)
            return find_range(o, operands[0]);
    } else {
        error(check ? "'chasm code check' takes one FILE; '-' is standard input"
                    : "'chasm code' takes N, or: check FILE");
    }
    return EXIT_USAGE;
}

static const Example examples[] = {
    { "chasm code 128", "128 vectors of 15 signs, inner products at most 3" },
    { "chasm code 32..2048*2", "the shortest codes known for 32, 64, .., 2048 vectors" },
    { "chasm code 128 --vectors -o vectors.txt", "the vectors themselves" },
    { "chasm code check vectors.txt", "exact inner products of anybody's vectors" },
    { 0 },
};

const Command command_code = {
    .name = "code",
    .arguments = "N|check FILE",
    .summary = "find near-orthogonal vectors, or check a file of vectors",
    .description =
        "With N, names the shortest code known to chasm with N vectors T_i of k signs each whose "
        "inner products <T_i,T_j>, i != j, are at most k/4, or the code that --code names, and "
        "computes its distances and inner products exactly. N may be a range.\n"
        "\n"
        "With check FILE, does the same for the vectors in a file: one vector a line, entries + "
        "and -, decimals or quotients p/q; or NumPy .npy. FILE - is standard input. They pass if "
        "any two of them can be told "
        "apart.",
    .options = TAKES_code | TAKES_vectors | TAKES_jobs | TAKES_TABLE,
    .examples = examples,
    .run = run,
};
