// Automata: files read and refused, compiled to networks, written and checked as model files.
#include "constructions/compile.h"
#include "harness.h"
#include "net/model_file.h"
#include "scratch.h"
#include "task/automaton.h"
#include "verify/recurrent_check.h"
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// golden/automaton.txt: for every file of the corpus "FILE is read" or the complaint.
START_TEST(every_malformed_file_is_refused_with_the_right_line_and_reason)
{
    FILE *golden = fopen(tests_path("golden/automaton.txt"), "r");
    ck_assert_ptr_nonnull(golden);
    ck_assert_int_eq(chdir(tests_path("corpus/automaton")), 0);
    size_t count = 0;
    for (char line[1024]; fgets(line, sizeof line, golden) != NULL; count++) {
        char file[1024];
        Automaton a, untouched;
        memset(&untouched, 0x5a, sizeof untouched);
        memcpy(&a, &untouched, sizeof a);
        line[strcspn(line, "\n")] = '\0';
        strcpy(file, line);
        file[strcspn(file, ": ")] = '\0';
        capture_begin();
        int status = automaton_read(&a, file);
        char *said = capture_end();
        bool is_read = strcmp(line + strlen(file), " is read") == 0;
        ck_assert_int_eq(status, is_read ? 0 : -1);
        if (is_read) {
            ck_assert_str_eq(said, "");
            automaton_clear(&a);
        } else {
            ck_assert_int_eq(memcmp(&a, &untouched, sizeof a), 0);
            said[strcspn(said, "\n")] = '\0';
            ck_assert_str_eq(said + strlen("chasm: "), line);
        }
        free(said);
    }
    fclose(golden);
    ck_assert_uint_eq(count, count_files("."));
}
END_TEST

static char *written(const Recurrent *r, size_t *length) {
    char *bytes = NULL;
    FILE *out = open_memstream(&bytes, length);
    recurrent_write(out, r);
    ck_assert_int_eq(fclose(out), 0);
    return bytes;
}

static void random_automaton(Automaton *a) {
    automaton_init(a, 1 + random_below(5), 1 + random_below(3));
    a->start = random_below(a->states);
    for (size_t s = 0; s < a->states; s++) {
        char name[2] = { (char)('A' + s), '\0' };
        a->state[s] = strdup(name);
        a->accepting[s] = random_below(2);
    }
    for (size_t x = 0; x < a->symbols; x++) {
        char name[3] = { (char)('a' + x), x == 2 ? '"' : '\0', '\0' };
        a->symbol[x] = strdup(name);
    }
    for (size_t k = 0; k < a->states * a->symbols; k++)
        a->next[k] = random_below(a->states);
}

// Written, read, and judged on words of every length, and of one length by trying them; with one
// transition of the automaton in the file changed, the network is refuted wherever that matters.
START_TEST(compiled_networks_are_proved_from_their_files_and_changed_ones_judged_rightly)
{
    size_t refuted = 0;
    for (size_t round = 0; round < scaled(60); round++) {
        Automaton a;
        Recurrent r;
        Model m;
        Params p = params_default(round % 2 ? 0 : 1 + random_below(5));
        size_t length, again;
        Effort effort = { .jobs = 1 };
        Finding f;
        random_automaton(&a);
        p.automaton = &a;
        automaton_compile(&r, &a, &task_automaton, &p);
        automaton_clear(&a);   // the model has its own
        char *bytes = written(&r, &length);
        ck_assert_int_eq(model_parse(&m, "written", bytes, length), 0);
        char *same = written(&m.network, &again);
        ck_assert_uint_eq(length, again);
        ck_assert_int_eq(memcmp(bytes, same, length), 0);
        finding_init(&f);
        ck_assert_int_eq(recurrent_check(&f, &m.network, "model", &effort), 0);
        ck_assert_int_eq(f.verdict, PROVED);
        ck_assert_int_eq(mpq_cmp_ui(f.margin, 1, 2), 0);
        finding_clear(&f);
        Automaton *changed = m.network.automaton;
        changed->accepting[changed->start] = !changed->accepting[changed->start];
        finding_init(&f);
        ck_assert_int_eq(recurrent_check(&f, &m.network, "model", &effort), 0);
        if (p.n == 0) {   // the empty word
            ck_assert_int_eq(f.verdict, REFUTED);
            ck_assert_str_eq(f.witness, "");
        }
        refuted += f.verdict == REFUTED;
        finding_clear(&f);
        free(bytes);
        free(same);
        model_clear(&m);
        recurrent_clear(&r);
    }
    ck_assert_uint_gt(refuted, scaled(60) / 2);
}
END_TEST

START_TEST(automata_in_model_files_are_checked)
{
    static const struct {
        const char *from, *to, *complaint;
    } cases[] = {
        { "\"start\": \"A\"", "\"start\": \"Z\"", "automaton.start: no state \"Z\"" },
        { "[\"A\"]\n    ]", "[\"A\", \"A\"]\n    ]", "2 states, expected 1 (one per token)" },
        { "\"states\": [\"A\"]", "\"states\": [\"A\", \"B\"]", "1 rows, expected 2" },
        { "\"states\": [\"A\"]", "\"states\": [\"A\", \"A\"]", "\"A\" a second time" },
        { "\"states\": [\"A\"]", "\"states\": []", "is empty" },
        { "\"accepting\": [\"A\"]", "\"accepting\": \"A\"", "expected a list" },
        { "\"automaton\": {", "\"automata\": {", "unknown key" },
        { "recurrent", "transformer", "automaton: unknown key" },
    };
    Automaton a;
    Recurrent r;
    Params p = params_default(0);
    size_t length;
    automaton_init(&a, 1, 1);
    a.state[0] = strdup("A");
    a.symbol[0] = strdup("a");
    a.accepting[0] = true;
    p.automaton = &a;
    automaton_compile(&r, &a, &task_automaton, &p);
    char *bytes = written(&r, &length);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *at = strstr(bytes, cases[i].from);
        Model m;
        ck_assert_msg(at != NULL, "%s", cases[i].from);
        Text spoilt = { 0 };
        text_add_bytes(&spoilt, bytes, (size_t)(at - bytes));
        text_add(&spoilt, cases[i].to);
        text_add(&spoilt, at + strlen(cases[i].from));
        capture_begin();
        int status = model_parse(&m, "spoilt", text_string(&spoilt), spoilt.length);
        char *said = capture_end();
        ck_assert_int_eq(status, -1);
        ck_assert_msg(strstr(said, cases[i].complaint) != NULL, "%s", said);
        free(said);
        text_clear(&spoilt);
    }
    free(bytes);
    recurrent_clear(&r);
    automaton_clear(&a);
}
END_TEST

// The exit status of chasm, run in the folder on the automaton of the corpus.
static int chasm(const char *folder, const char *arguments) {
    Text command = { 0 };
    setenv("CHASM", "chasm", 0);
    text_printf(&command, "cp '%s' '%s/parity.txt'", tests_path("corpus/automaton/parity.txt"),
                folder);
    ck_assert_int_eq(system(text_string(&command)), 0);
    command.length = 0;
    text_printf(&command, "cd '%s' && \"$CHASM\" %s > out 2> err", folder, arguments);
    int status = system(text_string(&command));
    ck_assert(WIFEXITED(status));
    text_clear(&command);
    return WEXITSTATUS(status);
}

START_TEST(the_exit_status_says_what_was_found)
{
    char *folder = scratch_folder();
    ck_assert_int_eq(chasm(folder, "model automaton parity.txt -o p.json"), 0);
    ck_assert_int_eq(chasm(folder, "model check p.json"), 0);
    ck_assert_int_eq(chasm(folder, "model check p.json -m exhaustive"), 2);
    ck_assert_int_eq(chasm(folder, "model automaton parity.txt parity.txt"), 2);
    ck_assert_int_eq(chasm(folder, "model automaton"), 2);
    ck_assert_int_eq(chasm(folder, "model automaton p.json"), 2);
    ck_assert_int_eq(chasm(folder, "model automaton parity.txt -n 1..2"), 2);
    ck_assert_int_eq(
        chasm(folder, "model dyck -o d.json --depth 1 && \"$CHASM\" model check d.json"), 0);
    ck_assert_int_eq(chasm(folder, "model dyck -o d.json && sed -i s,1/2,3/2, d.json &&"
                                   " \"$CHASM\" model check d.json"),
                     1);
    ck_assert_int_eq(chasm(folder, "model dyck --depth 300"), 2);
    ck_assert_int_eq(chasm(folder, "verify 'dyck/*' -n 0"), 0);
    ck_assert_int_eq(chasm(folder, "verify dyck/recurrent -n 3"), 2);
    ck_assert_int_eq(chasm(folder, "verify dyck/recurrent --mask full"), 2);   // of no effect
    ck_assert_int_eq(chasm(folder, "verify equality/two-layer -n 2 --depth 3"), 2);
    ck_assert_int_eq(chasm(folder, "verify equality/recurrent-lower -a fixed:8"), 2);
    ck_assert_int_eq(chasm(folder, "model dyck --temperature 3"), 2);
    ck_assert_int_eq(chasm(folder, "model automaton parity.txt --depth 3"), 2);
    ck_assert_int_eq(chasm(folder, "verify index-lookup/recurrent-linear -n 80"), 3);
    scratch_remove(folder);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        every_malformed_file_is_refused_with_the_right_line_and_reason,
        compiled_networks_are_proved_from_their_files_and_changed_ones_judged_rightly,
        automata_in_model_files_are_checked,
        the_exit_status_says_what_was_found,
    };
    return HARNESS_RUN("automaton", tests);
}
