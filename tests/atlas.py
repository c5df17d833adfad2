"""The tables of docs/atlas/ are what the program prints today.

Arguments: the project's root, the chasm binary, and perhaps --write.  The first line of every page
there is <!-- COMMAND -->; the rest is what the command prints, run by sh in the project's root with
chasm on the PATH.  Prints TAP: a page that differs has drifted.  With --write the pages are written
anew instead, which a page with nothing but its first line is enough for.
"""
import os
import pathlib
import subprocess
import sys


def page_of(path, root, environment):
    """What the page should be: its first line, and what the command there prints; its status."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("<!-- chasm ") and first.endswith(" -->"), f"{path}:1: no command"
    done = subprocess.run(
        ["sh", "-c", first[5:-4]], cwd=root, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, timeout=300, check=False,
    )
    return f"{first}\n\n{done.stdout.decode('utf-8')}", done.returncode


def tell(page, old, new, status):
    if status != 0:
        print(f"# {page}:1: the command's exit status is {status}")
        return
    lines = zip(old.splitlines() + [""], new.splitlines() + [""])
    at = next((k for k, (a, b) in enumerate(lines, 1) if a != b), 1)
    print(f"# {page}:{at}: it has drifted; 'meson compile -C build atlas' writes it anew")


def main(root, chasm, mode="--check"):
    root = pathlib.Path(root).resolve()
    path = os.pathsep.join([str(pathlib.Path(chasm).resolve().parent), os.environ["PATH"]])
    environment = dict(os.environ, PATH=path, LC_ALL="C.UTF-8")
    pages = sorted((root / "docs" / "atlas").glob("*.md"))
    assert pages, "no page in docs/atlas"
    print(f"1..{len(pages)}")
    wrong = 0
    for number, page in enumerate(pages, 1):
        (new, status), old = page_of(page, root, environment), page.read_text(encoding="utf-8")
        if mode == "--write" and status == 0:
            page.write_text(new, encoding="utf-8")
        elif status != 0 or new != old:
            wrong += 1
            print(f"not ok {number} - {page.name} is what the program prints")
            tell(page.relative_to(root), old, new, status)
            continue
        print(f"ok {number} - {page.name} is what the program prints")
    return wrong > 0


sys.exit(main(*sys.argv[1:]))
