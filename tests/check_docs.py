"""The documentation holds: every citation resolves, every console example prints what it says.

Arguments: the project's root and the chasm binary.  A citation is FILE.md#ANCHOR in sources and
FILE.md#ANCHOR or #ANCHOR in links between pages; anchors are headings as GitHub names them, or
<a id="...">.  A console example is a ```console block: lines that start with '$ ' are run by sh in an
empty folder, with chasm on the PATH, and what follows is all that they print; '...' alone on a line
stands for any lines.  Lines that start with '> ' behind one with '<<' belong to it.  Prints TAP.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile


def slug(heading):
    text = re.sub(r"[`*_]", "", heading.strip()).lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(page):
    found, code = set(), False
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            code = not code
        if code:
            continue
        found.update(re.findall(r'<a id="([^"]+)">', line))
        match = re.match(r"#+ (.*)", line)
        if match:
            found.add(slug(match.group(1)))
    return found


def citations(root):
    """Yields (where, page, anchor)."""
    for folder in ("src", "constructions", "proofs-checks", "tests"):
        for path in sorted((root / folder).rglob("*.[ch]")):
            text = path.read_text(encoding="utf-8")
            for page, anchor in re.findall(r"([\w-]+\.md)#([\w-]+)", text):
                if page != "FILE.md":   # the form itself, in a comment
                    yield path.relative_to(root), root / "docs" / page, anchor
    for path in [root / "README.md", *sorted((root / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
            if re.match(r"[a-z]+:", target):
                continue
            page, _, anchor = target.partition("#")
            yield path.relative_to(root), (path.parent / page) if page else path, anchor


def broken_citations(root):
    cache = {}
    for where, page, anchor in citations(root):
        page = page.resolve()
        if not page.exists():
            yield f"{where}: no file {page.name}"
        elif anchor and page.suffix == ".md":
            if anchor not in cache.setdefault(page, anchors(page)):
                yield f"{where}: {page.name} has no anchor #{anchor}"


def examples(page):
    """Yields (line number, [(command, expected lines)])."""
    block = None
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if line == "```console":
            block, start = [], number
        elif block is not None and line == "```":
            yield start, block
            block = None
        elif block is not None and line.startswith("$ "):
            block.append((line[2:], []))
        elif block and line.startswith("> ") and "<<" in block[-1][0] and not block[-1][1]:
            block[-1] = (block[-1][0] + "\n" + line[2:], [])
        elif block is not None:
            block[-1][1].append(line)


def agrees(expected, printed):
    if not expected:
        return not printed
    if expected[0] == "...":
        return any(agrees(expected[1:], printed[k:]) for k in range(len(printed) + 1))
    return bool(printed) and expected[0].rstrip() == printed[0].rstrip() and agrees(
        expected[1:], printed[1:]
    )


def run_example(block, environment):
    """Returns what went wrong, as lines."""
    with tempfile.TemporaryDirectory() as folder:
        for command, expected in block:
            done = subprocess.run(
                ["sh", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False,
            )
            printed = done.stdout.decode("utf-8", "replace").splitlines()
            if not agrees(expected, printed):
                return [f"$ {command}", "prints:", *printed, "not:", *expected]
    return []


def main(root, chasm):
    root = pathlib.Path(root)
    path = os.pathsep.join([str(pathlib.Path(chasm).resolve().parent), os.environ["PATH"]])
    environment = dict(os.environ, PATH=path, LC_ALL="C.UTF-8", COLUMNS="80")
    results = [("every citation of docs resolves", list(broken_citations(root)))]
    for page in [root / "README.md", *sorted((root / "docs").rglob("*.md"))]:
        for line, block in examples(page):
            name = f"{page.relative_to(root)}:{line} prints what it says"
            results.append((name, run_example(block, environment)))
    print(f"1..{len(results)}")
    for number, (name, wrong) in enumerate(results, 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
        for line in wrong:
            print(f"# {line}")
    return any(wrong for _, wrong in results)


sys.exit(main(*sys.argv[1:]))
