"""Folders are layers, and includes point down: base < math < task < net < verify < report < cli.

communication may include base, math, task; protocol also net, verify and communication; report uses
base only; constructions/ may include base, math, task, net; proofs-checks/ also verify and
constructions; cli and tests everything.  proofs-checks/checker/ stands alone: no header but its own,
of the system and of GMP, and it stays short enough to be read.  Prints TAP, one test per folder and
two on the checker.
"""
import pathlib
import re
import sys

BELOW = {
    "base": set(),
    "math": {"base"},
    "task": {"base", "math"},
    "communication": {"base", "math", "task"},
    "net": {"base", "math", "task"},
    "verify": {"base", "math", "task", "communication", "net"},
    "protocol": {"base", "math", "task", "communication", "net", "verify"},
    "report": {"base"},
    "constructions": {"base", "math", "task", "net"},
    "proofs-checks": {
        "base", "math", "task", "communication", "net", "verify", "constructions",
    },
    "cli": {
        "base", "math", "task", "communication", "net", "verify", "protocol", "report",
        "constructions", "proofs-checks",
    },
}


def violations(root, layer):
    folder = root / layer if layer in ("constructions", "proofs-checks") else root / "src" / layer
    files = [p for p in sorted(folder.rglob("*")) if p.suffix in (".c", ".h")]
    found = [] if files else [f"{layer}: no files"]
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = re.match(r'\s*#\s*include\s+"([^"/]+)(/[^"]*)?"', line)
            if not match or not match.group(2):
                continue   # a system header, or registry.h, which holds names only
            used = match.group(1)
            if used != layer and used not in BELOW[layer]:
                found.append(f"{path.relative_to(root)}:{number}: {layer} includes {used}")
    return found


CHECKER_LINES = 1620   # comments and blank lines included
SYSTEM = {
    "errno.h", "gmp.h", "setjmp.h", "stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h",
    "stdlib.h", "string.h", "sys/stat.h",
}


def checker_lines(root):
    files = sorted((root / "proofs-checks" / "checker").rglob("*.[ch]"))
    return [(p, n, line) for p in files
            for n, line in enumerate(p.read_text(encoding="utf-8").splitlines(), 1)]


def foreign_includes(lines):
    found = [] if lines else ["checker: no files"]
    for path, number, line in lines:
        match = re.match(r'\s*#\s*include\s*(.*)', line)
        name = match.group(1).strip() if match else '"checker.h"'
        if name not in ('"checker.h"', '"checker_run.h"') and not (name[0] == "<" and name[1:-1] in SYSTEM):
            found.append(f"{path.name}:{number}: the checker includes {name}")
    return found


def report(number, found, what):
    print(f"{'not ok' if found else 'ok'} {number} - {what}")
    for line in found:
        print(f"# {line}")
    return bool(found)


def main(root):
    failed = False
    print(f"1..{len(BELOW) + 2}")
    for number, layer in enumerate(BELOW, 1):
        found = violations(pathlib.Path(root), layer)
        failed |= report(number, found, f"{layer} includes only layers below it")
    lines = checker_lines(pathlib.Path(root))
    failed |= report(len(BELOW) + 1, foreign_includes(lines), "the checker shares no header")
    long = [f"{len(lines)} lines"] if len(lines) > CHECKER_LINES else []
    failed |= report(len(BELOW) + 2, long, f"the checker has at most {CHECKER_LINES} lines")
    return failed


sys.exit(main(sys.argv[1]))
