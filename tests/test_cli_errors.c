// Wrong use of the program: one line on standard error that names what is wrong, and status 2.
#include "program.h"

START_TEST(unknown_commands_and_options_are_named_with_the_nearest_ones)
{
    begin();
    expect_error("chasm", "a command is missing; 'chasm --help' lists them");
    expect_error("chasm verfiy", "'verfiy': no such command; did you mean 'verify'?");
    expect_error("chasm zzzzzz", "'zzzzzz': no such command; 'chasm --help' lists them");
    expect_error("chasm help zzzzzz", "'zzzzzz': no such command; 'chasm --help' lists them");
    expect_error("chasm -n 3 verify",
                 "'-n': a command goes before the options; 'chasm --help' lists them");
    expect_error("chasm verify --sise 3", "--sise: no such option; did you mean '--size'?");
    expect_error("chasm verify --zzzzzz", "--zzzzzz: no such option");
    expect_error("chasm verify --m 3", "--m: could be --method or --mask");
    expect_error("chasm list --size 3", "--size: not an option of this command");
    expect_error("chasm list -n 3", "-n: not an option of this command");
    expect_error("chasm verify -Z", "-Z: no such option");
    expect_error("chasm verify --size", "--size: RANGE is missing");
    expect_error("chasm verify -n", "--size: RANGE is missing");
    expect_error("chasm verify --reproducible=3", "--reproducible: takes no argument");
    end();
}
END_TEST

START_TEST(wrong_values_are_refused_with_the_options_name)
{
    begin();
    expect_error("chasm verify --size 4..2", "--size: '4..2': the range is empty");
    expect_error("chasm verify -n 99999999999999999999",
                 "--size: '99999999999999999999': numbers end at 2^53 = 9007199254740992");
    expect_error("chasm verify -n ''", "--size: '': a number is expected at the end");
    expect_error("chasm verify --mask half", "--mask: 'half': causal or full is expected");
    expect_error("chasm verify --readout x", "--readout: 'x': peaked or uniform is expected");
    expect_error("chasm verify -f xml",
                 "--format: 'xml': text, json, csv, markdown or latex is expected");
    expect_error("chasm verify -j 0", "--jobs: '0': 1 to 1024 is expected");
    expect_error("chasm verify -j 99999999999999999999",
                 "--jobs: '99999999999999999999': numbers end at 2^53 = 9007199254740992");
    expect_error("chasm verify -j two", "--jobs: 'two': a number is expected where 'two' stands");
    expect_error("chasm verify --alphabet 1", "--alphabet: '1': 2 to 16777216 is expected");
    expect_error("chasm verify --temperature 0", "--temperature: '0': 1 to 65536 is expected");
    expect_error("chasm verify --evaluator slow", "--evaluator: 'slow': fast or naive is expected");
    expect_error("chasm verify -a float:1",
                 "--arithmetic: 'float:1': the precision is 1, and must be 2 .. 1000000");
    expect_error("chasm verify -b e -n 2",
                 "index-lookup/one-layer: base e: exact arithmetic needs base 2");
    expect_error("chasm verify -b 3", "--base: '3': 2 or e is expected");
    expect_error("chasm verify -m x",
                 "--method: 'x': auto, exhaustive, certificate or weight-distribution is expected");
    end();
}
END_TEST

START_TEST(options_without_effect_are_refused)
{
    begin();
    expect_error("chasm verify code/near-orthogonal --readout uniform",
                 "--readout: has no effect on code/near-orthogonal");
    expect_error("chasm verify code/near-orthogonal -n 32 -m exhaustive",
                 "--method: has no effect on code/near-orthogonal");
    expect_error("chasm verify index-lookup/one-layer -n 2 --readout peaked",
                 "--readout: has no effect on index-lookup/one-layer");
    expect_error("chasm verify 'equality/*' -n 2 --alphabet 2",
                 "--alphabet: has no effect on any of these claims");
    expect_error("chasm verify -n 2 -m certificate --evaluator naive",
                 "--evaluator: certificates evaluate no inputs");
    expect_error("chasm verify equality/two-layer -n 2 -m weight-distribution --evaluator fast",
                 "--evaluator: certificates evaluate no inputs");
    expect_error("chasm model equality -n 2 --alphabet 3",
                 "--alphabet: has no effect on equality/two-layer");
    expect_error("chasm model index-lookup -n 2 --readout peaked",
                 "--readout: has no effect on index-lookup/one-layer");
    expect_error("chasm model equality -n 2 -m exhaustive",
                 "--method: not an option of 'model TASK'");
    expect_error("chasm model check m --mask full", "--mask: not an option of 'model check'");
    expect_error("chasm model check m -m certificate --evaluator fast",
                 "--evaluator: certificates evaluate no inputs");
    expect_error("chasm code 8 --vectors -f json", "--format: vectors are written as text only");
    expect_error("chasm code check m --vectors", "--vectors: not an option of 'code check'");
    expect_error("chasm table codes --mask full", "--mask: not an option of 'table codes'");
    expect_error("chasm table margins --precision 2..4",
                 "--precision: not an option of 'table margins'");
    expect_error("chasm table margins equality/two-layer -n 2 --alphabet 3",
                 "--alphabet: has no effect on equality/two-layer");
    expect(0,
           "chasm verify index-lookup/one-layer equality/two-layer -n 2 --readout uniform "
           "--alphabet 3 -m exhaustive",
           "holds");
    expect(0, "chasm verify 'code/*' 'equality/two*' -n 2 --readout uniform", "holds");
    expect(0, "chasm verify code/near-orthogonal -n 32 --code bch -j 1 --reproducible", "holds");
    end();
}
END_TEST

START_TEST(no_check_is_begun_unless_all_can_be_done)
{
    begin();
    expect_error("chasm verify equality/two-layer -n 8,9 --code hadamard:8",
                 "equality/two-layer: n = 9: --code: hadamard:8 has 8 words, fewer than 9");
    expect_error("chasm verify code/near-orthogonal -n 8,9 --code hadamard:8 -o out.json",
                 "code/near-orthogonal: n = 9: --code: hadamard:8 has 8 words, fewer than 9");
    expect_error("chasm verify equality/two-layer -n 2,1048577 -m certificate",
                 "equality/two-layer: n = 1048577: the model's embedding table has over 2^26 "
                 "numbers; only certificates over a linear code of n = 2^r words do without");
    expect_error("chasm verify equality/two-layer -n 2,1048576 -a float:bfloat16 -m certificate",
                 "equality/two-layer: n = 1048576: the model's embedding table has over 2^26 "
                 "numbers; only certificates over a linear code of n = 2^r words do without");
    expect_error("chasm verify equality/two-layer -n 4,64 -m weight-distribution --code none",
                 "equality/two-layer: n = 4: --code: there is no code family 'none'; "
                 "`chasm list codes` names them");
    expect_error("chasm verify 'equality/two*' -n 4,5 --code random:2",
                 "equality/two-layer: --code: random:2,1 does not do: two of its words are equal");
    end();
}
END_TEST

START_TEST(sizes_beyond_numbers_are_for_one_method_only)
{
    begin();
    expect_error("chasm verify equality/two-layer -n 2^64",
                 "--size: '2^64': sizes beyond 2^53 need --method weight-distribution "
                 "(equality/two-layer)");
    expect_error("chasm verify equality/two-layer -n 2^64 -m certificate",
                 "--size: '2^64': sizes beyond 2^53 need --method weight-distribution "
                 "(equality/two-layer)");
    expect_error("chasm verify equality/two-layer -n 12 -m weight-distribution",
                 "--size: '12': the method weight-distribution needs n = 2^r, r >= 1 "
                 "(equality/two-layer)");
    expect_error(
        "chasm verify equality/two-layer -n 2^12 -m weight-distribution --code kerdock",
        "equality/two-layer: n = 4096: --code: kerdock:6 is not linear, so its words differ "
        "in what they see");
    expect_error(
        "chasm verify equality/two-layer -n 2^64 -m weight-distribution -a float:8",
        "equality/two-layer: the method weight-distribution is in arithmetic exact and ball only");
    expect_error("chasm verify code/near-orthogonal -n 2^64 -m weight-distribution",
                 "--method: has no effect on code/near-orthogonal");
    expect_error("chasm verify code/near-orthogonal -n 2^64",
                 "--size: '2^64': code/near-orthogonal takes at most n = 2^32 "
                 "(code/near-orthogonal)");
    expect_error("chasm model equality -n 2^64",
                 "equality/two-layer: a task on two strings takes at most n = 2^24");
    expect_error("chasm model index-lookup -n 2^64",
                 "index-lookup/one-layer: index-lookup takes at most 2^24 positions and symbols");
    expect_error("chasm bound equality -n 2,2^64", "--size: 'chasm bound' goes up to 2^53");
    expect_error("chasm bound dyck:2^64,2 -n 2",
                 "'dyck:2^64,2': TASK is expected, or dyck:B,D without --brackets and --depth");
    expect_error("chasm bound equality -n 4 -m weight-distribution",
                 "--method: weight-distribution is for 'chasm verify'");
    expect_error("chasm code 2^64", "'2^64': at most 2^53 vectors are expected");
    expect_error("chasm table codes -n 2^64",
                 "--size: 'chasm table codes' goes up to 2^53 vectors");
    end();
}
END_TEST

START_TEST(unknown_names_and_sizes_are_refused)
{
    begin();
    expect_error("chasm verify equality/two-layers",
                 "'equality/two-layers': no such claim; did you mean 'equality/two-layer'?");
    expect_error("chasm verify 'zzz*'", "'zzz*': no such claim; 'chasm list' names them");
    expect_error("chasm verify equality/two-layer -n 0",
                 "--size: '0': a task on two strings needs n >= 1 (equality/two-layer)");
    expect_error("chasm table", "the kind of table is missing: margins, codes, precision, "
                                "tradeoff, formats or separation");
    expect_error("chasm table precision --precision 1..4",
                 "--precision: '1..4': precisions of 2 to 4096 bits are expected");
    expect_error("chasm table precision --precision 5000",
                 "--precision: '5000': precisions of 2 to 4096 bits are expected");
    expect_error("chasm table precision --precision 2,4",
                 "--precision: '2,4': consecutive precisions are expected, as in 2..24");
    expect_error("chasm table precision --exponents 1,5",
                 "--exponents: '1,5': the exponents 1 .. 5 leave out 1 = 2^0, "
                 "the largest weight of a softmax");
    expect_error("chasm table precision --exponents 5",
                 "--exponents: '5': EMIN,EMAX is expected, as in -14,15");
    expect_error("chasm table precision --machine ternary",
                 "--machine: 'ternary': float or fixed is expected");
    expect_error("chasm table precision --code 'z*'",
                 "--code: 'z*' matches no family of codes; 'chasm list' names them");
    expect_error("chasm table precision equality/two-layer -n 8 --code golay+shorten:23",
                 "equality/two-layer: n = 8: --code: golay+shorten:23 has 1 words, fewer than 8");
    expect_error("chasm table formats -n 8,4", "--size: ascending sizes are expected");
    expect_error("chasm table margin", "'margin': no such table; did you mean 'margins'?");
    expect_error("chasm table codes -n 1", "--size: '1': at least 2 vectors are expected");
    expect_error("chasm table codes equality", "'equality': 'chasm table codes' takes no argument");
    expect_error("chasm table margins code/near-orthogonal -n 4",
                 "'code/near-orthogonal': no such construction; 'chasm list' names them");
    expect_error("chasm list claim", "'claim': claims, tasks, constructions, codes or arithmetics "
                                     "is expected; did you mean 'claims'?");
    expect_error("chasm code", "'chasm code' takes N, or: check FILE");
    expect_error("chasm code check", "'chasm code check' takes one FILE; '-' is standard input");
    expect_error("chasm code 0", "'0': at least 1 vector is expected");
    expect_error("chasm model", "'chasm model' takes one TASK, or: automaton FILE, or: check FILE");
    expect_error("chasm model check", "'chasm model check' takes one FILE; '-' is standard input");
    expect_error("chasm model equalty -n 3",
                 "'equalty': no construction for such a task; did you mean 'equality'?");
    expect_error("chasm model equality", "--size: is missing: 'chasm model equality -n 3'");
    expect_error("chasm model equality -n 1..2",
                 "--size: one size is expected, a file holds one model");
    expect_error("chasm model equality -n 2 -f csv", "--format: 'csv': models are written as json "
                                                     "only");
    expect_error("chasm model equality -n 2 --evaluator naive",
                 "--evaluator: not an option of 'model TASK'");
    expect_error("chasm model check x.json --mask full", "--mask: not an option of 'model check'");
    end();
}
END_TEST

START_TEST(an_argument_with_control_characters_stays_one_line)
{
    begin();
    expect_error("chasm \"$(printf 'a\\nb\\033')\"",
                 "'a?b?': no such command; 'chasm --help' lists them");
    end();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        unknown_commands_and_options_are_named_with_the_nearest_ones,
        wrong_values_are_refused_with_the_options_name,
        options_without_effect_are_refused,
        no_check_is_begun_unless_all_can_be_done,
        sizes_beyond_numbers_are_for_one_method_only,
        unknown_names_and_sizes_are_refused,
        an_argument_with_control_characters_stays_one_line,
    };
    return HARNESS_RUN("cli_errors", tests);
}
