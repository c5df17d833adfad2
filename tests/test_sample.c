// Labelled examples: 'chasm sample', and the generator behind it.  What the lines say is checked
// by check_samples.py.
#include "base/random.h"
#include "program.h"
#include "task/sample.h"
#include <string.h>

START_TEST(numbers_below_a_bound_are_as_frequent_as_each_other)
{
    uint64_t state = 1;
    for (uint64_t bound = 1; bound <= 12; bound++) {
        size_t count[12] = { 0 };
        for (size_t k = 0; k < 12000; k++)
            count[random_uniform(&state, bound)]++;
        for (uint64_t x = 0; x < 12; x++) {
            double mean = x < bound ? 12000.0 / (double)bound : 0, off = (double)count[x] - mean;
            ck_assert_msg(off * off <= 25 * mean, "%zu of %zu below %zu", count[x], (size_t)x,
                          (size_t)bound);
        }
    }
    for (size_t k = 0; k < 1000; k++)   // beyond a half of 2^64 every second number is drawn again
        ck_assert_uint_lt(random_uniform(&state, UINT64_MAX / 2 + 2), UINT64_MAX / 2 + 2);
}
END_TEST

START_TEST(every_task_with_words_of_a_size_alone_has_examples_of_every_answer)
{
    size_t covered = 0;
    for (size_t i = 0; tasks[i] != NULL; i++)
        for (uint64_t n = 2; n <= 20; n += 2) {
            Params p = params_default(n);
            bool seen[2] = { false };
            Sampler s;
            Labelled e;
            size_t answer;
            uint64_t random = n;
            if (tasks[i]->admits(&p) != NULL)
                continue;
            sampler_init(&s, tasks[i], &p, &random);
            for (size_t k = 0; k < 100; k++) {
                ck_assert_msg(sampler_next(&e, &answer, &s), "%s n=%zu", tasks[i]->name, (size_t)n);
                p.output = e.output;
                ck_assert_uint_eq(e.answer, tasks[i]->answer(&p, e.word));
                seen[e.answer % 2] = true;
            }
            sampler_clear(&s);
            ck_assert_msg(seen[0] && seen[1], "%s n=%zu", tasks[i]->name, (size_t)n);
            covered++;
        }
    ck_assert_uint_ge(covered, 40);
}
END_TEST

START_TEST(wrong_arguments_are_refused)
{
    begin();
    expect_error("chasm sample", "'chasm sample' takes one TASK, or: automaton FILE");
    expect_error("chasm sample equality dyck -n 2",
                 "'chasm sample' takes one TASK, or: automaton FILE");
    expect_error("chasm sample automaton -n 2",
                 "'chasm sample' takes one TASK, or: automaton FILE");
    expect_error("chasm sample equalty -n 2", "'equalty': no such task; did you mean 'equality'?");
    expect_error("chasm sample zzzzzz -n 2",
                 "'zzzzzz': no such task; 'chasm list tasks' names them");
    expect_error("chasm sample equality", "--size: is missing: 'chasm sample equality -n 20'");
    expect_error("chasm sample equality -n 2 --length 2",
                 "--length: says the same as --size: give one of them");
    expect_error("chasm sample equality -n 0", "--size: a task on two strings needs n >= 1");
    expect_error("chasm sample dyck --length 3",
                 "--length: dyck takes words of even length n >= 2");
    expect_error("chasm sample dyck -n 2..3 -o out",
                 "--size: dyck takes words of even length n >= 2");
    expect_error("chasm sample equality -n 2 --count 0",
                 "--count: '0': 1 to 9007199254740992 is expected");
    expect_error("chasm sample equality -n 2 --seed -1",
                 "--seed: '-1': a number is expected where '-1' stands");
    expect_error("chasm sample equality -n 2 --alphabet 3",
                 "--alphabet: has no effect on equality");
    expect_error("chasm sample index-lookup -n 2 --depth 3",
                 "--depth: has no effect on index-lookup");
    expect_error("chasm sample equality -n 2 -f csv",
                 "--format: 'csv': examples are written as json only");
    expect_error("chasm sample equality -n 2 --mask full", "--mask: not an option of this command");
    expect_error("chasm sample automaton none.txt -n 2", "none.txt: No such file or directory");
    end();
}
END_TEST

START_TEST(lines_go_to_a_file_whole_or_not_at_all)
{
    begin();
    expect_error("chasm sample equality -n 30 --count 100000000 >/dev/full",
                 "standard output: cannot be written: No space left on device");
    expect(0, "chasm sample equality -n 3 --count 5 -o a; wc -l <a; head -n 1 a", "\"answer\"");
    Run r = run("echo old >kept; ulimit -f 1; chasm sample equality -n 30 --count 1000 -o kept; "
                "echo $?; cat kept; ls -A");
    ck_assert_msg(strcmp(r.out, "2\nold\n.err\n.out\na\nkept\n") == 0, "%s", r.out);
    ck_assert_str_eq(r.err, "chasm: kept: cannot be written: File too large\n");
    run_clear(&r);
    end();
}
END_TEST

START_TEST(a_reader_that_stops_reading_ends_the_stream)
{
    begin();
    Run r = run("(chasm sample dyck -n 20 --count 9007199254740992; echo $? >status) | head -n 1; "
                "cat status");
    ck_assert_ptr_nonnull(strstr(r.out, "}\n2\n"));
    ck_assert_str_eq(r.err, "chasm: standard output: cannot be written: Broken pipe\n");
    run_clear(&r);
    end();
}
END_TEST

START_TEST(an_answer_that_no_word_has_is_told)
{
    begin();
    Run r = run("printf 'states s\\nalphabet a b\\nstart s\\naccepting\\ns a s\\ns b s\\n' >none; "
                "chasm sample automaton none -n 3 -o out; echo $?; ls");
    ck_assert_msg(strcmp(r.out, "3\nnone\n") == 0, "%s", r.out);
    ck_assert_str_eq(r.err, "chasm: automaton n=3: none of 1048576 words drawn has the answer 1\n");
    run_clear(&r);
    end();
}
END_TEST

START_TEST(an_interrupt_leaves_no_file)
{
    begin();
    Run r = run("\"$CHASM\" sample dyck -n 20 --count 9007199254740992 -o out & pid=$!; sleep 0.5; "
                "kill -INT $pid; wait $pid; echo $?; ls");
    ck_assert_msg(strcmp(r.out, "3\n") == 0, "%s%s", r.out, r.err);
    run_clear(&r);
    end();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        numbers_below_a_bound_are_as_frequent_as_each_other,
        every_task_with_words_of_a_size_alone_has_examples_of_every_answer,
        wrong_arguments_are_refused,
        lines_go_to_a_file_whole_or_not_at_all,
        a_reader_that_stops_reading_ends_the_stream,
        an_answer_that_no_word_has_is_told,
        an_interrupt_leaves_no_file,
    };
    return HARNESS_RUN("sample", tests);
}
