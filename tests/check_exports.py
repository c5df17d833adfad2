"""Exported models have the same margins in an independent evaluator of the file format.

Arguments: the folder of the tests and the chasm binary.  Every construction at small sizes, in every
mask, readout and alphabet, or alphabet and depth, is written by 'chasm model', evaluated by
evaluate_model.py, and checked by 'chasm model check' and 'chasm verify'; the margins must be one number.
Prints TAP.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

BRACKETS = [["--brackets", "1", "--depth", "3"], ["--brackets", "3", "--depth", "1"]]
CASES = {
    "index-lookup/one-layer": (range(1, 5), [["--alphabet", "2"], ["--alphabet", "3"]]),
    "equality/two-layer": (range(1, 5), [["--readout", "peaked"], ["--readout", "uniform"]]),
    "recall/two-layer": (range(2, 4), [["--queries", "1"], ["--alphabet", "3"]]),
    "disjointness/two-layer": (range(1, 5), [["--readout", "peaked"], ["--readout", "uniform"]]),
    "equality/one-layer-linear": (range(1, 5), [[]]),
    "disjointness/one-layer-linear": (range(1, 5), [[]]),
    "dyck/one-layer-linear": ((2, 4), [["--brackets", "1", "--depth", "2"], BRACKETS[1]]),
    "dyck/recurrent": ((0, 4), BRACKETS),
    "dyck/recurrent-automaton": ((0, 4), BRACKETS),
    "index-lookup/recurrent-linear": (range(1, 5), [["--alphabet", "2"], ["--alphabet", "4"]]),
    "equality/recurrent-linear": (range(1, 5), [[]]),
    "disjointness/recurrent-linear": (range(1, 5), [[]]),
}


def run(*words):
    return subprocess.run(
        words, stdout=subprocess.PIPE, encoding="utf-8", check=True, timeout=300
    ).stdout


def margins(tests, chasm, claim, size, options, file):
    run(chasm, "model", claim, "-n", str(size), *options, "-o", file)
    independent = run(sys.executable, str(tests / "evaluate_model.py"), file)
    checked = json.loads(run(chasm, "model", "check", file, "-f", "json"))
    verified = json.loads(run(chasm, "verify", claim, "-n", str(size), *options, "-f", "json"))
    assert checked["verdict"] == verified["verdict"] == "holds"
    return {
        "the independent evaluator": independent.split("margin ")[1].split(",")[0],
        "model check": checked["margin"],
        "verify": verified["margin"],
    }


AUTOMATON = """states a b c
alphabet 0 1
start b
accepting a c
a 0 b
a 1 c
b 0 a
b 1 b
c 0 c
c 1 a
"""


def compiled_margins(tests, chasm, size, folder):
    """Those of an automaton's network, for words of that length, 0: of every length."""
    text, file = folder / "automaton.txt", str(folder / "network.json")
    text.write_text(AUTOMATON, encoding="utf-8")
    run(chasm, "model", "automaton", str(text), "-n", str(size), "-o", file)
    independent = run(sys.executable, str(tests / "evaluate_model.py"), file)
    checked = json.loads(run(chasm, "model", "check", file, "-f", "json"))
    return {independent.split("margin ")[1].split(",")[0], checked["margin"]}


def main(tests, chasm):
    cases = [
        (claim, size, [*option, *mask])
        for claim, (sizes, options) in CASES.items()
        for size in sizes
        for option in options
        for mask in ([[]] if "recurrent" in claim else [["--mask", "causal"], ["--mask", "full"]])
    ]
    listed = {
        json.loads(line)["name"]
        for line in run(chasm, "list", "-f", "json").splitlines()
        if json.loads(line)["kind"] == "constructions"
    }
    failed = listed != set(CASES)
    print(f"1..{len(cases) + 3}")
    print(f"{'not ok' if failed else 'ok'} 1 - every construction of chasm list is exported here")
    with tempfile.TemporaryDirectory() as folder:
        file = str(pathlib.Path(folder) / "model.json")
        for number, (claim, size, options) in enumerate(cases, 2):
            found = margins(pathlib.Path(tests), chasm, claim, size, options, file)
            wrong = len(set(found.values())) != 1
            failed |= wrong
            print(f"{'not ok' if wrong else 'ok'} {number} - {claim} n={size} {' '.join(options)}")
            if wrong:
                print(f"# {found}")
        for number, size in enumerate((0, 5), len(cases) + 2):
            wrong = compiled_margins(pathlib.Path(tests), chasm, size, pathlib.Path(folder)) != {"1/2"}
            failed |= wrong
            print(f"{'not ok' if wrong else 'ok'} {number} - a compiled automaton n={size}")
    return failed


sys.exit(main(*sys.argv[1:]))
