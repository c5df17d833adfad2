// The command protocol as a user meets it.
#include "base/text.h"
#include "program.h"
#include <jansson.h>
#include <string.h>

START_TEST(wrong_usage_is_told_in_one_line)
{
    begin();
    expect_error("chasm protocol", "'chasm protocol' takes one TASK, construction or model FILE");
    expect_error("chasm protocol equalty",
                 "'equalty': no such task, construction or file; did you mean 'equality'?");
    expect_error("chasm protocol equality/two-layer -n 2",
                 "equality/two-layer: the model has 2 layers; the protocol is one of models with "
                 "one layer");
    expect_error(
        "chasm protocol equality -n 2 -a float:8",
        "equality/one-layer-linear: arithmetic float: partial sums add up in fixed:P only");
    expect_error("chasm protocol equality -n 2 --split query",
                 "--split: 'query': the words of equality have no query");
    expect_error("chasm protocol equality -n 2 --split 1,1",
                 "--split: '1,1': position 1 is named twice");
    expect_error("chasm protocol equality -n 2 --code binary",
                 "--code: has no effect on equality/one-layer-linear");
    expect_error("chasm protocol equality -n 2 --temperature 2",
                 "--temperature: has no effect on equality/one-layer-linear");
    expect_error("chasm protocol equality -n 2 --alphabet 3",
                 "--alphabet: has no effect on equality/one-layer-linear");
    expect_error("chasm protocol equality -n 64",
                 "--arithmetic: fixed:P is needed, no least P was found: Alice has over 1048576 "
                 "inputs");
    end();
}
END_TEST

START_TEST(model_files_are_taken_if_they_have_one_layer)
{
    begin();
    expect(0,
           "chasm model equality/one-layer-linear -n 3 -o m.json && chasm protocol m.json -f csv",
           "m.json,equality,3,7,halves,fixed:6,2,causal,1,1,6,3,both,0,22,22,27,");
    expect(0, "chasm protocol - < m.json -f csv", "-,equality,3,");
    expect(1, "chasm protocol m.json -a fixed:5", "so Bob says 1 on both; right are 1 and 0");
    Run r = run("chasm protocol m.json -n 3");
    ck_assert_int_eq(r.status, 2);
    ck_assert_str_eq(r.err, "chasm: --size: 'm.json' is a model file, which says that itself\n");
    run_clear(&r);
    r = run("chasm model equality/two-layer -n 2 -o two.json; chasm protocol two.json");
    ck_assert_int_eq(r.status, 2);
    ck_assert_str_eq(r.err,
                     "chasm: two.json: the model has 2 layers; the protocol is one of models "
                     "with one layer\n");
    run_clear(&r);
    r = run("sed -i 's/\"2\"/\"3\"/' m.json; chasm protocol m.json");
    ck_assert_int_eq(r.status, 2);
    ck_assert_ptr_nonnull(strstr(r.err, "m.json:"));
    run_clear(&r);
    end();
}
END_TEST

START_TEST(recurrent_models_send_their_state)
{
    begin();
    expect_error("chasm protocol dyck/recurrent -n 4 --split odd-even",
                 "dyck/recurrent: --split: a recurrent model reads Alice's tokens first, so hers "
                 "must be the first ones");
    expect_error("chasm protocol dyck/recurrent -n 3",
                 "dyck/recurrent: dyck takes words of even length n >= 2");
    expect_error(
        "chasm protocol dyck/recurrent -n 4 -a ball",
        "dyck/recurrent: arithmetic ball: a state is to be sent, which an enclosure is not");
    expect_error("chasm protocol dyck/recurrent -n 4 --mask full",
                 "--mask: has no effect on dyck/recurrent");
    expect_error("chasm protocol dyck/recurrent -n 4 --alphabet 3",
                 "--alphabet: has no effect on dyck/recurrent");
    expect(0, "chasm protocol equality/recurrent-linear -n 3 -f csv",
           "equality/recurrent-linear,equality,3,7,halves,exact,,,6,,1,3,,0,6,6,,,3,,3,3,,8,64,");
    expect(0, "chasm protocol dyck/recurrent -a fixed:3 --depth 3", "holds");
    expect(1, "chasm protocol dyck/recurrent -n 4 -a fixed:2", "Alice sends the same on");
    expect(3, "chasm protocol dyck/recurrent -n 64", "is undecided: Alice has over 1048576");
    expect(0, "chasm model dyck -o d.json && chasm protocol d.json -n 4 -f csv", "d.json,dyck,4,");
    expect(0,
           "printf '%s\\n' 'states e o' 'alphabet 0 1' 'start e' 'accepting e' 'e 0 e' 'e 1 o' "
           "'o 0 o' 'o 1 e' > p.txt && chasm model automaton p.txt -o p.json && "
           "chasm protocol p.json -n 2..6 --split 1",
           "holds");
    end();
}
END_TEST

START_TEST(the_verdict_is_the_exit_status)
{
    begin();
    expect(0, "chasm protocol index-lookup -n 1..4 --alphabet 3", "holds");
    expect(0, "chasm protocol equality -n 3 --split best", "Alice");
    expect(0, "chasm protocol disjointness -n 3 --mask full --split 1,4 -f markdown", "holds");
    expect(1, "chasm protocol equality -n 16 -a fixed:8", "Alice sends the same on");
    expect(1, "chasm protocol equality -n 64 -a fixed:16 -f json", "\"confused_with\": \"");
    expect(3, "chasm protocol disjointness -n 64 -a fixed:16",
           "is undecided: Alice has over 1048576 inputs");
    end();
}
END_TEST

START_TEST(json_has_the_documented_fields_in_order)
{
    const char *fields =
        "model task n length split arithmetic base mask width heads precision alice_positions "
        "query question_bits message_bits derived cited cited_bounds trivial cited_vacuous one_way "
        "least_width cited_least_width messages inputs agrees verdict witness confused_with "
        "answer ";
    begin();
    Text keys = { 0 };
    Run r = run("chasm protocol equality -n 3 -f json");
    ck_assert_int_eq(r.status, 0);
    json_t *row = json_loads(r.out, 0, NULL), *value;
    const char *key;
    ck_assert_ptr_nonnull(row);
    json_object_foreach(row, key, value) text_printf(&keys, "%s ", key);
    ck_assert_str_eq(text_string(&keys), fields);
    ck_assert_int_eq(json_integer_value(json_object_get(row, "message_bits")), 22);
    ck_assert_str_eq(json_string_value(json_object_get(row, "inputs")), "64");
    json_decref(row);
    text_clear(&keys);
    run_clear(&r);
    end();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        wrong_usage_is_told_in_one_line,         model_files_are_taken_if_they_have_one_layer,
        recurrent_models_send_their_state,       the_verdict_is_the_exit_status,
        json_has_the_documented_fields_in_order,
    };
    return HARNESS_RUN("protocol_command", tests);
}
