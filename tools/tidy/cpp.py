"""Enough of C++ to judge it: code without comments and literals, includes, function bodies."""

import re

SOURCE_ROOTS = ("src/", "sdk/", "cli/", "tests/", "fuzz/", "bench/", "examples/")

# The SDK's headers are .hpp, as those of libraries that people install often are.
HEADER_SUFFIXES = (".h", ".hpp")

# Besides the tests: what they share, which is never part of a library.
TEST_SUFFIXES = ("_test.cc", "_test.h", "_contract.h", "_fixture.h")

_TOKEN = re.compile(
    r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<raw>\bR"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)")
  | (?P<string>"(?:\\.|[^"\\\n])*")
  | (?P<char>(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+')
    """,
    re.VERBOSE | re.DOTALL,
)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)


def sources(tree):
    """Every C++ file."""
    return tree.paths(*HEADER_SUFFIXES, ".cc", under=SOURCE_ROOTS)


def is_test(path):
    name = path.rsplit("/", 1)[-1]
    return path.startswith("tests/") or name.startswith("test_") or name.endswith(TEST_SUFFIXES)


def library(path):
    """The library that a file belongs to: its folder under src/, or cli; or None."""
    parts = path.split("/")
    if parts[0] == "cli" and len(parts) > 1:
        return "cli"
    return parts[1] if parts[0] == "src" and len(parts) > 2 else None


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def code_only(text):
    """The text with comments blanked and literals emptied; every character keeps its place."""

    def replace(match):
        if match["comment"]:
            return _blank(match[0])
        if match["char"]:
            return "'" + _blank(match[0][1:-1]) + "'"
        return '"' + _blank(match[0][1:-1]) + '"'

    return _TOKEN.sub(replace, text)


def without_directives(code):
    """Blanks preprocessor lines, continuation lines included."""
    return re.sub(
        r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda match: _blank(match[0]), code, flags=re.MULTILINE
    )


def includes(text):
    """Yields (line, path, is_angled)."""
    comments_blanked = re.sub(r"/\*.*?\*/", lambda match: _blank(match[0]), text, flags=re.DOTALL)
    for match in INCLUDE.finditer(comments_blanked):
        yield line_of(text, match.start()), match[2], match[1] == "<"


_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")


_CALLED = re.compile(r"(operator\s*[^\w\s(]+|[\w~:]+)\s*\(")


def _without_templates(head):
    """Drops the leading `template <...>` clauses, whose defaults hold a `=`."""
    while True:
        match = re.match(r"\s*template\s*<", head)
        if not match:
            return head
        depth, position = 1, match.end()
        while depth and position < len(head):
            depth += {"<": 1, ">": -1}.get(head[position], 0)
            position += 1
        head = head[position:]


def _outside_parentheses(head):
    depth, kept = 0, []
    for character in head:
        depth -= character == ")"
        if depth == 0 or (depth == 1 and character == "("):
            kept.append(character)
        depth += character == "("
    return "".join(kept)


def _opens_function(head):
    head = _outside_parentheses(_without_templates(head))
    if "(" not in head:
        return False
    # `operator==` is a name, while `=` elsewhere starts an initialiser.
    if "=" in re.sub(r"operator\s*[^\w\s(]+", "", head):
        return False
    return not _SCOPE.search(head.split("(", 1)[0])


# A case that only names its value, as `case Color::red: return 0xff0000;`.
_TABLE_ROW = re.compile(r"\n[ \t]*(case\s+[\w:]+|default):(?!:)(\s*return\b[^;]*;)?")


def _length(body):
    """The lines of a function's body. A switch's rows that only map a case to a value do not
    count: such a switch is a table, and the compiler finds the row that it lacks."""
    return 1 + _TABLE_ROW.sub("", body).count("\n")


def functions(text):
    """Yields (line, lines, name) of every function body at namespace or class scope."""
    code = without_directives(code_only(text))
    boundary = 0  # where the statement began that a brace may end
    depth_inside = 0  # braces open since a body began
    parentheses = 0
    begin = name = None
    for match in re.finditer(r"[{};()]", code):
        character, position = match[0], match.start()
        if character in "()":
            parentheses += 1 if character == "(" else -1
            continue
        if depth_inside:
            depth_inside += {"{": 1, "}": -1}.get(character, 0)
            if not depth_inside:
                yield line_of(code, begin), _length(code[begin:position]), name
                boundary = position + 1
            continue
        # A default argument such as `int limit = {}` is neither a body nor the end of a statement.
        if parentheses:
            continue
        if character == "{":
            head = code[boundary:position]
            if _opens_function(head):
                depth_inside, begin = 1, position
                called = _CALLED.search(_without_templates(head))
                name = called[1] if called else "a function"
        boundary = position + 1
