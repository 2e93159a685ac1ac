"""Rules about the text of the sources: its size, its words and its coroutines."""

import re

import cpp
from tree import Finding

COLUMNS_MAX = 100
FUNCTION_LINES_MAX = 60
HEADER_LINES_MAX = 250
SOURCE_LINES_MAX = 600
TEST_LINES_MAX = 800

# Text that we write ourselves and read line by line.
_CODE_SUFFIXES = (*cpp.HEADER_SUFFIXES, ".cc", ".py", ".sh", ".cmake", "CMakeLists.txt",
                  "Makefile", ".sql", ".mjs", ".js")
_CODE_PATHS = (".ci/run", "bench/run")


def code_paths(tree):
    return [path for path in tree.files if path.endswith(_CODE_SUFFIXES) or path in _CODE_PATHS]


def budgets(tree):
    """Files, lines and functions have a largest size, with no private exceptions."""
    for path in code_paths(tree):
        text = tree.text(path)
        lines = text.splitlines()
        limit = SOURCE_LINES_MAX
        if cpp.is_test(path) or path.endswith("_test.py"):
            limit = TEST_LINES_MAX
        elif path.endswith(cpp.HEADER_SUFFIXES):
            limit = HEADER_LINES_MAX
        if len(lines) > limit:
            yield Finding(path, len(lines), "budget", f"has more than {limit} lines")
        for number, line in enumerate(lines, start=1):
            if len(line) > COLUMNS_MAX:
                yield Finding(path, number, "budget",
                              f"has {len(line)} columns, {COLUMNS_MAX} are allowed")
    for path in cpp.sources(tree):
        for line, length, name in cpp.functions(tree.text(path)):
            if length > FUNCTION_LINES_MAX:
                yield Finding(path, line, "budget",
                              f"{name} has {length} lines, {FUNCTION_LINES_MAX} are allowed")


def ascii_only(tree):
    """Sources are ASCII: other characters are written as escapes."""
    for path in code_paths(tree):
        for number, line in enumerate(tree.files[path].split(b"\n"), start=1):
            if not line.isascii():
                yield Finding(path, number, "ascii", "has a character outside ASCII")
            elif b"\r" in line or (b"\t" in line and not path.endswith("Makefile")):
                yield Finding(path, number, "ascii", "has a tab or a carriage return")


# (what, what to use instead, folders where it is at home)
_CLOCKS = ("src/base/clock", "src/base/stderr_log.cc", "sdk/src/detail/client.cc", "sdk/testing/",
           "tests/", "bench/")
BANNED = [
    (r"\bstd::endl\b", "'\\n'", ()),
    (r"\b(v?s?n?|f|vf|d)printf\s*\(", "the log, or strings put together", ()),
    (r"\b(secure_)?getenv\s*\(", "a setting of server/config, passed down",
     ("src/server/", "sdk/src/detail/client.cc", "sdk/testing/", "cli/", "tests/", "bench/")),
    (r"\b(sleep_for|sleep_until|usleep|nanosleep)\b|(?<![\w:.>])sleep\s*\(",
     "a condition to wait for", ()),
    (r"\b(system|steady|high_resolution)_clock::now\b|(?<![\w:.>])(std::)?time\s*\(\s*(nullptr|0)",
     "base::Clock&", _CLOCKS),
    (r"\b(clock_gettime|gettimeofday)\s*\(", "base::Clock&", _CLOCKS),
    (r"\brandom_device\b|(?<![\w:.>])s?rand\s*\(|\bgetrandom\s*\(", "base::Random&",
     ("src/base/random", "tests/", "bench/", *cpp.TEST_SUFFIXES)),
    (r"\busing\s+namespace\s+(?!std::(\w+_)?literals\b)",
     "names with their namespace, or using-declarations", ()),
    (r"(?<!operator )\bdelete\b(?=\s*[\w(*\[])", "a unique_ptr", ()),
    (r"(?<![\w:.>])assert\s*\(", "ASSERT", ()),
    (r"\b(strcpy|strcat|gets|atoi|atol|atoll|strtok)\s*\(", "base/text.h or <charconv>", ()),
    # The class form of the SDK throws.
    (r"\bthrow\b(?!\s*\(\s*\))", "fail(ErrorCode::...)",
     ("sdk/", "tests/", "bench/", *cpp.TEST_SUFFIXES)),
    (r"\bdynamic_cast\b", "a virtual function", ()),
    # libstdc++ 12 copies spans byte by byte there.
    (r"\branges::copy(_n)?\s*\(", "std::copy_n", ("tests/", "bench/", "fuzz/",
                                                   *cpp.TEST_SUFFIXES)),
]
MACROS = {"TRY", "TRY_DO", "ASSERT"}


def banned_words(tree):
    """Words with a better replacement here."""
    for path in cpp.sources(tree):
        code = cpp.code_only(tree.text(path))
        for pattern, replacement, homes in BANNED:
            if any(path.startswith(home) or path.endswith(home) for home in homes):
                continue
            for match in re.finditer(pattern, code):
                word = match[0].strip(" (\n")
                yield Finding(path, cpp.line_of(code, match.start()), "banned",
                              f"instead of {word}: {replacement}")


def shared_owners(tree):
    """shared_ptr needs a comment `// owners: ...` on its line or right above. The SDK is exempt:
    its values are handles, and the copies that its users make are the owners."""
    for path in cpp.sources(tree):
        if path.startswith("sdk/"):
            continue
        text = tree.text(path)
        lines = text.splitlines()
        for number, line in enumerate(cpp.code_only(text).splitlines(), start=1):
            if not re.search(r"\b(shared_ptr|make_shared|enable_shared_from_this)\b", line):
                continue
            if "owners:" not in "\n".join(lines[max(0, number - 4):number]):
                yield Finding(path, number, "banned",
                              "shared_ptr without a comment `// owners: ...`")


def macros(tree):
    """There are three macros; what they are built from starts with ARGOT_."""
    for path in cpp.sources(tree):
        text = tree.text(path)
        for match in re.finditer(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", text, re.MULTILINE):
            if match[1] not in MACROS and not match[1].startswith("ARGOT_"):
                yield Finding(path, cpp.line_of(text, match.start()), "macro",
                              f"{match[1]} is not one of {', '.join(sorted(MACROS))}")


def suppressions(tree):
    """A silenced lint finding names its check."""
    for path in cpp.sources(tree):
        for number, line in enumerate(tree.text(path).splitlines(), start=1):
            if re.search(r"NOLINT(NEXTLINE|BEGIN|END)?\b(?!\([a-z*])", line):
                yield Finding(path, number, "nolint", "name the check: NOLINT(check)")


# Not spelled out, so that this file passes its own rule.
_MARKS = re.compile(r"\b(FIX" + r"ME|XX" + r"X|TO" + r"DO(?!\(#\d+\)))\b")


def marks(tree):
    """Unfinished work has the number of its issue."""
    for path in code_paths(tree):
        for number, line in enumerate(tree.text(path).splitlines(), start=1):
            match = _MARKS.search(line)
            if match and not re.search(r"\bTO" + r"DO\(#\d+\)", line):
                yield Finding(path, number, "mark", f"{match[1]} without the number of an issue")


def _operand_of(code, position):
    """The text that a co_await at `position` awaits: to the end of its own expression."""
    depth = 0
    for end in range(position, len(code)):
        character = code[end]
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
            if depth < 0:
                return code[position:end]
        elif character == ";" or (character == "," and depth == 0):
            return code[position:end]
    return code[position:]


# The SDK lets its users write them.
COROUTINES = ("src/net/", "sdk/include/argot_open_ai/types/future.", "sdk/src/types/future_test.")


def coroutines(tree):
    """Coroutines live where COROUTINES says, and what they await is named: see docs/adr/0003."""
    for path in cpp.sources(tree):
        code = cpp.code_only(tree.text(path))
        for match in re.finditer(r"(?<!operator )\bco_(await|return|yield)\b", code):
            line = cpp.line_of(code, match.start())
            if not path.startswith(COROUTINES):
                yield Finding(path, line, "coroutine",
                              f"{match[0]} outside {' and '.join(COROUTINES)}")
            elif match[1] == "await" and "{" in _operand_of(code, match.end()):
                yield Finding(path, line, "coroutine",
                              "name what is awaited: no braces and no lambda after co_await")


RULES = [budgets, ascii_only, banned_words, shared_owners, macros, suppressions, marks, coroutines]
