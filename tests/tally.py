"""Adds up the single tests in one or more of Meson's testlog.json and prints 'N passed, N failed'.

A TAP program counts as many tests as it has 'ok' and 'not ok' lines, any other as one; a program that
Meson calls failed counts one failure at least.  No tests at all are a failure too.
"""
import json
import re
import sys


def main(paths):
    passed = failed = 0
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                test = json.loads(line)
                output = test.get("stdout", "")
                good = len(re.findall(r"^ok ", output, re.MULTILINE))
                bad = len(re.findall(r"^not ok ", output, re.MULTILINE))
                if test["result"] in ("OK", "EXPECTEDFAIL"):
                    passed += max(good, 1)
                else:
                    passed += good
                    failed += max(bad, 1)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed > 0 and failed == 0 else 1


sys.exit(main(sys.argv[1:]))
