#!/usr/bin/env python3
"""Evaluates a model file (docs/model-file.md) on every word of its task, in exact fractions.

A recurrent model for words of every length is run together with a machine that tells the answer until
no new pair of states turns up; its inputs are then "all".

Written from the documents alone and sharing nothing with the C program, so that the two can be
held against each other.  Python 3 and its standard library.

    evaluate_model.py FILE...          one line per file: margin, witness, number of inputs
    evaluate_model.py --each FILE...   one line per word: margin, word

A model with a score that is not an integer gets one line that names the place; exit status 1.
"""

import json
import sys
from fractions import Fraction
from itertools import product


class Fault(Exception):
    pass


def index_lookup(n, alphabet):
    queries = [f"q{p + 1}" for p in range(n)]
    symbols = [str(s) for s in range(len(alphabet) - n)]
    return [symbols] * n + [queries], lambda word: word[int(word[n][1:]) - 1], symbols


def index_lookup_front(n, alphabet):
    (*symbols, queries), _, answers = index_lookup(n, alphabet)
    return [queries] + symbols, lambda word: word[int(word[0][1:])], answers


def equality(n, alphabet):
    bits = [["0", "1"]] * (2 * n)
    return bits + [["#"]], lambda w: "1" if w[:n] == w[n:2 * n] else "0", ["0", "1"]


def disjointness(n, alphabet):
    bits = [["0", "1"]] * (2 * n)
    meet = lambda w: any(w[i] == w[n + i] == "1" for i in range(n))
    return bits + [["#"]], lambda w: "0" if meet(w) else "1", ["0", "1"]


def normal_form(n, data):
    """The value of a formula on n bits; the words depend on its clauses and on the mask."""
    cnf, clauses = data["formula"]["kind"] == "cnf", data["formula"]["clauses"]
    padding = len(clauses) if data["mask"] == "causal" else max(len(clauses) - n, 0)
    holds = lambda w, literal: (w[abs(literal) - 1] == "1") == (literal > 0)

    def answer(w):
        inner, outer = (any, all) if cnf else (all, any)
        return "1" if outer(inner(holds(w, v) for v in clause) for clause in clauses) else "0"

    return [["0", "1"]] * n + [["_"]] * padding + [["#"]], answer, ["0", "1"]


def recall(n, alphabet, keys, queries):
    names = [f"k{i + 1}" for i in range(keys)]
    values = [f"v{i + 1}" for i in range(len(alphabet) - 2 * keys)]

    def answer(word, output):
        """None if the key asked for occurs twice: outside the promise."""
        key = word[2 * n + output][1:]
        found = [word[2 * j + 1] for j in range(n) if word[2 * j] == key]
        return None if len(found) > 1 else (found or ["absent"])[0]

    return [names, values] * n + [["?" + k for k in names]] * queries, answer, values + ["absent"]


def nearest_neighbor(n, alphabet, d):
    points = ["".join(signs) for signs in product("+-", repeat=d)]
    labels = [str(label) for label in range(len(alphabet) - len(points))]

    def answer(word):
        distance = lambda x: sum(a != b for a, b in zip(x, word[-1]))
        least = min(map(distance, word[:-1:2]))
        nearest = [i for i in range(n) if distance(word[2 * i]) == least]
        return word[2 * nearest[0] + 1] if len(nearest) == 1 else None

    return [points, labels] * n + [points], answer, labels


def bracket(stack, token, depth):
    """The stack of open brackets after one more, None once the word is lost."""
    if stack is None:
        return None
    pair = {"(": ")", "[": "]", "{": "}", "<": ">"}
    if token in pair:
        return stack + pair[token] if len(stack) < depth else None
    return stack[:-1] if stack.endswith(token) else None


class Machine:
    """What reads words of any length: a start, a step, and the states that mean the answer 1."""

    def __init__(self, start, step, accepts):
        self.start, self.step, self.accepts = start, step, accepts

    def answer(self, word):
        state = self.start
        for token in word:
            state = self.step(state, token)
        return "1" if self.accepts(state) else "0"


def machine_of(data):
    """The machine of a task whose words have every length."""
    if data["task"] == "dyck":
        return Machine("", lambda s, token: bracket(s, token, data["depth"]), lambda s: s == "")
    automaton = data["automaton"]
    rows = dict(zip(automaton["states"], automaton["transitions"]))
    columns = {token: k for k, token in enumerate(data["alphabet"])}
    return Machine(automaton["start"], lambda s, token: rows[s][columns[token]],
                   lambda s: s in automaton["accepting"])


# name -> (the tokens of every position, the right answer, all answers)
TASKS = {"index-lookup": index_lookup, "index-lookup-front": index_lookup_front,
         "equality": equality, "disjointness": disjointness, "nearest-neighbor": nearest_neighbor}


def number(x):
    if isinstance(x, bool) or not isinstance(x, (int, str)):
        raise ValueError(f"not a number: {x!r}")
    return Fraction(x)


def vector(xs):
    return [number(x) for x in xs]


def matrix(rows):
    return [vector(row) for row in rows]


def dot(a, b):
    assert len(a) == len(b)
    return sum((x * y for x, y in zip(a, b) if x and y), Fraction(0))


def times(m, x):
    return [dot(row, x) for row in m]


def plus(a, b):
    return [x + y for x, y in zip(a, b)]


class Head:
    def __init__(self, data):
        self.q, self.k, self.v, self.o = (matrix(data[key]) for key in "QKVO")

    def attend(self, stream, rows, sees, where):
        """{i: O sum_j a_ij V x_j} for the positions i of rows; sees(i): the positions i sees."""
        keys = [times(self.k, x) for x in stream]
        values = [times(self.v, x) for x in stream]
        result = {}
        for i in rows:
            query, visible, weights = times(self.q, stream[i]), sees(i), []
            for j in visible:
                score = dot(query, keys[j])
                if score.denominator != 1:
                    raise Fault(f"{where}, query {i}, key {j}: score {score} is not an integer")
                weights.append(Fraction(2) ** score.numerator)
            total = sum(weights)
            mixed = [sum((w * values[j][c] for w, j in zip(weights, visible)), Fraction(0)) / total
                     for c in range(len(self.v))]
            result[i] = times(self.o, mixed)
        return result


class Mlp:
    def __init__(self, data):
        self.w1, self.w2 = matrix(data["W1"]), matrix(data["W2"])
        self.b1, self.b2 = vector(data["b1"]), vector(data["b2"])

    def __call__(self, x):
        hidden = [max(h, Fraction(0)) for h in plus(times(self.w1, x), self.b1)]
        return plus(times(self.w2, hidden), self.b2)


class Model:
    """What all kinds of models share: the task and the readout."""

    def __init__(self, data):
        self.outputs = 1
        if data["task"] == "recall":
            self.outputs = data["queries"]
            self.positions, self.answer, self.answers = recall(
                data["n"], data["alphabet"], data["keys"], data["queries"])
        elif data["task"] in TASKS or "formula" in data:
            dimension = [data["dimension"]] if "dimension" in data else []
            self.positions, answer, self.answers = (
                normal_form(data["n"], data) if "formula" in data
                else TASKS[data["task"]](data["n"], data["alphabet"], *dimension))
            self.answer = lambda word, _: answer(word)
        else:
            self.machine = machine_of(data)
            self.positions, self.answers = [data["alphabet"]] * data["n"], ["0", "1"]
            self.answer = lambda word, _: self.machine.answer(word)
        self.readouts = data["readout"]
        assert len(self.readouts) == self.outputs
        self.take(0)

    def take(self, output):
        """Judge that answer of a word from now on."""
        self.output, self.readout = output, self.readouts[output]
        self.sign = self.readout["kind"] == "sign"
        self.w = vector(self.readout["w"]) if self.sign else matrix(self.readout["W"])
        self.b = number(self.readout["b"]) if self.sign else vector(self.readout["b"])

    def judge(self, x, right):
        if self.sign:
            value = dot(self.w, x) + self.b
            return value if right == "1" else -value
        symbols = self.readout["symbols"]
        assert sorted(symbols) == sorted(self.answers)
        value = dict(zip(symbols, plus(times(self.w, x), self.b)))
        return value[right] - max(v for symbol, v in value.items() if symbol != right)

    def margins(self):
        """Pairs of a margin and a word that has it."""
        for word in product(*self.positions):
            for output in range(self.outputs):
                self.take(output)
                right = self.answer(word, output)
                if right is not None:
                    yield self.judge(self.read(word), right), word


class Transformer(Model):
    def __init__(self, data):
        super().__init__(data)
        if data["base"] != "2":
            raise ValueError("only base 2 is exact")
        self.embedding = [{token: vector(x) for token, x in table.items()}
                          for table in data["embedding"]]
        self.causal = {"causal": True, "full": False}[data["mask"]]
        self.layers = [([Head(head) for head in layer["heads"]],
                        Mlp(layer["mlp"]) if layer.get("mlp") is not None else None)
                       for layer in data["layers"]]

    def sees(self, i):
        return range(i + 1) if self.causal else range(len(self.positions))

    def read(self, word):
        """The stream at the readout's position: computed wherever that depends on it."""
        position = self.readout["position"]
        x = [self.embedding[i][token] for i, token in enumerate(word)]
        for depth, (heads, mlp) in enumerate(self.layers):
            rows = [position] if depth == len(self.layers) - 1 else self.sees(position)
            added = [head.attend(x, rows, self.sees, f"layer {depth + 1}, head {h + 1}")
                     for h, head in enumerate(heads)]
            x = list(x)
            for i in rows:
                for one in added:
                    x[i] = plus(x[i], one[i])
                if mlp:
                    x[i] = plus(x[i], mlp(x[i]))
        return x[position]


class Recurrent(Model):
    def __init__(self, data):
        super().__init__(data)
        self.every_length = data["n"] == 0
        self.alphabet = data["alphabet"]
        self.activation = {
            "relu": lambda v: max(v, Fraction(0)),
            "clamp": lambda v: min(max(v, Fraction(0)), Fraction(1)),
        }[data["activation"]]
        self.recurrence, self.bias = matrix(data["W"]), vector(data["b"])
        columns = zip(*matrix(data["U"]))
        self.input = {token: list(column) for token, column in zip(self.alphabet, columns)}
        self.initial = vector(data["initial"])

    def step(self, h, token):
        return [self.activation(v) for v in plus(plus(times(self.recurrence, h),
                                                      self.input[token]), self.bias)]

    def read(self, word):
        h = self.initial
        for token in word:
            h = self.step(h, token)
        return h

    def margins(self):
        if not self.every_length:
            yield from super().margins()
            return
        start = (self.initial, self.machine.start, ())
        known, queue = {(tuple(self.initial), self.machine.start)}, [start]
        for h, state, word in queue:
            yield self.judge(h, "1" if self.machine.accepts(state) else "0"), word
            for token in self.alphabet:
                after, following = self.step(h, token), self.machine.step(state, token)
                if (tuple(after), following) not in known:
                    known.add((tuple(after), following))
                    queue.append((after, following, word + (token,)))


def load(file):
    with open(file, encoding="utf-8") as stream:
        data = json.load(stream)
    if data["format"] != "chasm-model-1":
        raise ValueError("not a model in format chasm-model-1")
    return {"transformer": Transformer, "recurrent": Recurrent}[data["kind"]](data)


def show(word):
    return ("" if all(len(token) == 1 for token in word) else " ").join(word)


def main(arguments):
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    each = arguments[:1] == ["--each"]
    status = 0
    for file in arguments[each:]:
        model = load(file)
        try:
            margins = list(model.margins())
        except Fault as fault:
            print(f"{file}: {fault}")
            status = 1
            continue
        if each:
            for margin, word in margins:
                print(margin, show(word))
        else:
            worst, witness = min(margins, key=lambda pair: pair[0])
            inputs = "all" if getattr(model, "every_length", False) else len(margins)
            print(f"{file}: margin {worst}, witness {show(witness)}, inputs {inputs}")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
