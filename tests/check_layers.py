"""Folders are layers, and includes point down: base < math < task < net < verify < report < cli.

communication may include base, math, task; report uses base only; constructions/ may include base,
math, task, net; proofs-checks/ also verify and constructions; cli and tests everything.  Prints TAP,
one test per folder.
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
    "verify": {"base", "math", "task", "net"},
    "report": {"base"},
    "constructions": {"base", "math", "task", "net"},
    "proofs-checks": {"base", "math", "task", "net", "verify", "constructions"},
    "cli": {
        "base", "math", "task", "communication", "net", "verify", "report", "constructions",
        "proofs-checks",
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


def main(root):
    failed = False
    print(f"1..{len(BELOW)}")
    for number, layer in enumerate(BELOW, 1):
        found = violations(pathlib.Path(root), layer)
        failed |= bool(found)
        print(f"{'not ok' if found else 'ok'} {number} - {layer} includes only layers below it")
        for line in found:
            print(f"# {line}")
    return failed


sys.exit(main(sys.argv[1]))
