"""'chasm sample' (docs/sample.md) held against programs that share nothing with it.

Arguments: the folder of the tests and the chasm binary.  The answer of every line is computed by
evaluate_model.py; the stream of equality and index lookup is drawn a second time, from the page alone; how
often words occur is compared with the probabilities that the page states.  Prints TAP.
"""
import collections
import json
import pathlib
import subprocess
import sys
import tempfile
from fractions import Fraction

AUTOMATON = """states even odd dead
alphabet a b c
start even
accepting even
even a odd
even b even
even c dead
odd a even
odd b odd
odd c dead
dead a dead
dead b dead
dead c dead
"""


class Random:
    """SplitMix64."""

    MASK = (1 << 64) - 1

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & self.MASK
        z = self.state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & self.MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & self.MASK
        return z ^ z >> 31

    def below(self, bound):
        while True:
            x = self.next() & ((1 << (bound - 1).bit_length()) - 1)
            if x < bound:
                return x


def equality(r, n):
    """The words of a pair of lines, with near_miss."""
    uniform = lambda: [r.below(2) for _ in range(2 * n)]
    x = uniform()[:n]
    word, near = x + x, r.below(2) == 1
    other = list(word)
    while near and other == word:
        i = r.below(2 * n + 1)   # the end token can hold no other
        if i < 2 * n:
            r.below(1)
            other[i] = 1 - other[i]
    while other[:n] == other[n:]:
        other = uniform()
    lines = [(other, "0", near), (word, "1", False)]
    return lines if r.below(2) == 0 else lines[::-1]


def index_lookup(r, n, q):
    answer = r.below(q)
    word = [r.below(q) for _ in range(n)]
    p = r.below(n) if n > 1 else 0
    word[p] = answer
    return word, p, answer


def bits(word):
    return "".join(map(str, word)) + "#"


class Checks:
    def __init__(self, tests, chasm):
        sys.path.insert(0, str(tests))
        import evaluate_model
        self.tasks, self.machine_of = evaluate_model.TASKS, evaluate_model.machine_of
        self.recall = evaluate_model.recall
        self.chasm = chasm
        self.folder = tempfile.TemporaryDirectory()
        self.automaton = str(pathlib.Path(self.folder.name) / "parity.txt")
        pathlib.Path(self.automaton).write_text(AUTOMATON, encoding="utf-8")

    def text(self, *words):
        return subprocess.run([self.chasm, "sample", *map(str, words)], stdout=subprocess.PIPE,
                              encoding="utf-8", check=True, timeout=300).stdout

    def lines(self, *words):
        return [json.loads(line) for line in self.text(*words).splitlines()]

    def answer(self, line):
        """The right answer, independently."""
        if line["task"] in self.tasks:
            alphabet = ["0", "1", "#"]
            if "alphabet" in line:
                alphabet = range(line["alphabet"] + line["n"])
            return self.tasks[line["task"]](line["n"], alphabet)[1](line["tokens"])
        if line["task"] == "recall":
            queries = len(line["answers"]) if "answers" in line else 1
            answer = self.recall(line["n"], range(2 * line["keys"] + line["alphabet"]), line["keys"],
                                 queries)[1]
            answers = [answer(line["tokens"], k) for k in range(queries)]
            return answers if "answers" in line else answers[0]
        if line["task"] == "normal-form":
            w, half = line["tokens"], line["n"] // 2
            return str(int(w[:half] != w[half:2 * half]))   # of the default formula, inequality
        if line["task"] == "dyck":
            return self.machine_of(line).answer(line["tokens"])
        tokens = line["tokens"]
        return str(int(tokens.count("a") % 2 == 0 and "c" not in tokens))

    def every_answer_is_right_and_the_word_is_made_of_the_tokens(self):
        cases = [("index-lookup", "-n", "1..9", "--alphabet", 3), ("index-lookup-front", "-n", "1..9"), ("equality", "-n", "1..9"),
                 ("disjointness", "-n", "1..9"), ("dyck", "-n", "2..12*2", "--brackets", 1),
                 ("dyck", "-n", "20,50,400", "--depth", 3, "--brackets", 4),
                 ("equality", "-n", "20,400"), ("index-lookup", "--length", 400),
                 ("automaton", self.automaton, "-n", "1..30"), ("normal-form", "-n", "2..9"),
                 ("recall", "-n", "2..5"), ("recall", "-n", 3, "--keys", 9, "--alphabet", 4, "--queries", 5),
                 ("recall", "-n", 50, "--keys", 1000, "--queries", 30)]
        for case in cases:
            lines = self.lines(*case, "--count", 200)
            assert len(lines) >= 200, case
            for line in lines:
                joined = all(len(token) == 1 for token in line["tokens"])
                assert self.answer(line) == line["answers" if "answers" in line else "answer"], line
                assert line["word"] == ("" if joined else " ").join(line["tokens"]), line

    def words_of_decision_tasks_come_in_pairs_with_near_misses_one_token_away(self):
        for case in [("equality", "-n", 20), ("disjointness", "-n", 50), ("dyck", "-n", 20),
                     ("automaton", self.automaton, "-n", 20)]:
            lines = self.lines(*case, "--count", 4000)
            first = near = 0
            for a, b in zip(lines[::2], lines[1::2]):
                assert {a["answer"], b["answer"]} == {"0", "1"}
                first += a["answer"] == "1"
                no, yes = (a, b) if a["answer"] == "0" else (b, a)
                assert not yes["near_miss"]
                if no["near_miss"]:
                    near += 1
                    assert sum(x != y for x, y in zip(no["tokens"], yes["tokens"])) == 1
            assert 900 < first < 1100 and 900 < near < 1100, (case, first, near)   # of 2000

    def words_occur_as_often_as_the_page_says(self):
        half = Fraction(1, 2)
        equal, unequal = ["0000", "0101", "1010", "1111"], 12
        expected = {"equality": {w + "#": half / 4 for w in equal}, "dyck": {
            "(())": half / 8, "()()": half / 8, "([])": half / 8, "[()]": half / 8,
            "[[]]": half / 8, "[][]": half / 8, "()[]": half / 8, "[]()": half / 8}}
        # Of an unequal word x y: uniform among all, or one of 4 bits of an equal word changed.
        for k in range(16):
            word = f"{k:04b}"
            if word not in equal:
                flips = sum(sum(a != b for a, b in zip(word, e)) == 1 for e in equal)
                expected["equality"][word + "#"] = half * (half / unequal + half * flips / 16)
        for task, words in expected.items():
            n, count = 2 if task == "equality" else 4, 40000
            found = collections.Counter(l["word"] for l in self.lines(task, "-n", n, "--count", count))
            for word, probability in words.items():
                mean = count * probability
                assert abs(found[word] - mean) < 5 * float(mean) ** 0.5, (word, found[word], mean)
            if task == "equality":
                assert set(found) <= set(words) and sum(words.values()) == 1
        answers = collections.Counter(
            (l["answer"], l["tokens"][-1])
            for l in self.lines("index-lookup", "-n", 4, "--alphabet", 3, "--count", 12000))
        assert len(answers) == 12 and all(abs(k - 1000) < 150 for k in answers.values()), answers

    def values_and_absence_are_asked_for_as_often_as_the_page_says(self):
        lines = self.lines("recall", "-n", 3, "--keys", 8, "--queries", 1, "--count", 9000)
        answers = collections.Counter(l["answer"] for l in lines)   # each is uniform
        assert set(answers) == {"v1", "v2", "absent"}
        assert all(abs(k - 3000) < 250 for k in answers.values()), answers
        keys = [tuple(l["tokens"][0:6:2]) for l in lines]
        assert all(len(set(k)) == 3 for k in keys) and len(set(keys)) == 8 * 7 * 6

    def the_stream_is_that_of_the_page(self):
        r, drawn = Random(1234567), []
        assert [r.next(), r.next()] == [6457827717110365317, 3203168211198807973]   # its test vector
        r = Random(9)
        for _ in range(50):
            drawn += equality(r, 7)
        found = [([int(t) for t in l["tokens"][:-1]], l["answer"], l["near_miss"])
                 for l in self.lines("equality", "-n", 7, "--seed", 9, "--count", 100)]
        assert found == drawn
        r = Random(0)
        drawn = [index_lookup(r, 5, 3) for _ in range(100)]
        found = [([int(t) for t in l["tokens"][:-1]], int(l["tokens"][-1][1:]) - 1, int(l["answer"]))
                 for l in self.lines("index-lookup", "-n", 5, "--alphabet", 3, "--seed", 0,
                                     "--count", 100)]
        assert found == drawn

    def a_seed_fixes_all_lines_and_another_seed_changes_them(self):
        case = ("dyck", "-n", 40, "--count", 50)
        first = self.text(*case, "--seed", 5)
        assert first == self.text(*case, "--seed", 5) != self.text(*case, "--seed", 6)
        assert self.text(*case) == self.text(*case, "--seed", 1)
        assert self.text(*case, "--count", 20, "--seed", 5) == "".join(
            line + "\n" for line in first.splitlines()[:20])


def main(tests, chasm):
    checks, failed = Checks(pathlib.Path(tests), chasm), 0
    names = [name for name in vars(Checks) if "_" in name and not name.startswith("_")]
    print(f"1..{len(names)}")
    for number, name in enumerate(names, 1):
        try:
            getattr(checks, name)()
            print(f"ok {number} - {name.replace('_', ' ')}")
        except AssertionError as e:
            failed += 1
            print(f"not ok {number} - {name.replace('_', ' ')}: {e}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
