"""The rule that ErrorCode, the catalogue of replies and the wire transcripts belong together."""

import re

import cpp
from tree import Finding, reasons

ENUM = "src/base/error.h"
CATALOGUE = "src/api/error_catalogue.cc"
TRANSCRIPTS = "tests/wire/"
UNCOVERED = "tools/tidy/uncovered.txt"


def error_codes(tree):
    """Enumerator -> line, in their order."""
    code = cpp.code_only(tree.text(ENUM))
    match = re.search(r"enum\s+class\s+ErrorCode\b[^{]*\{([^}]*)\}", code)
    found = {}
    if match:
        for name in re.finditer(r"\b([a-z]\w*)\b\s*(?:=[^,}]*)?(?=,|\s*$)", match[1]):
            found[name[1]] = cpp.line_of(code, match.start(1) + name.start())
    return found


def catalogue(tree):
    """Every ErrorCode has its row in the catalogue."""
    if not tree.exists(CATALOGUE):
        return
    rows = set(re.findall(r"\bErrorCode::(\w+)|\b(?<!:)case\s+(?:\w+::)?(\w+)\s*:",
                          cpp.code_only(tree.text(CATALOGUE))))
    named = {name for row in rows for name in row if name}
    for name, line in error_codes(tree).items():
        if name not in named:
            yield Finding(ENUM, line, "errors", f"{name} has no row in {CATALOGUE}")


def transcripts(tree):
    """Every ErrorCode stands in a transcript's `# covers:` line, or has a reason not to."""
    transcript_paths = tree.paths(".wire", under=TRANSCRIPTS)
    if not transcript_paths:
        return
    codes = error_codes(tree)
    covered = set()
    for path in transcript_paths:
        for number, line in enumerate(tree.text(path).splitlines(), start=1):
            match = re.match(r"#\s*covers:\s*(.*)", line)
            for name in re.split(r"[,\s]+", match[1].strip()) if match else ():
                covered.add(name)
                if name not in codes:
                    yield Finding(path, number, "errors", f"there is no ErrorCode {name}")
    excused = set()
    for line, name, reason in reasons(tree, UNCOVERED):
        excused.add(name)
        if name not in codes:
            yield Finding(UNCOVERED, line, "errors", f"there is no ErrorCode {name}")
        elif name in covered:
            yield Finding(UNCOVERED, line, "errors", f"{name} is covered by now")
        if len(reason) < 10:
            yield Finding(UNCOVERED, line, "errors", f"{name} needs a reason")
    for name, line in codes.items():
        if name not in covered | excused:
            yield Finding(ENUM, line, "errors",
                          f"no transcript of {TRANSCRIPTS} says `# covers: {name}`")


RULES = [catalogue, transcripts]
