"""Rules about folders: who may include whom, what stands beside what, what the READMEs claim."""

import re

import cpp
from libraries import cmake_path, folder_list, folder_path, folders, libraries
from tree import Finding, reasons

README_LINES_MAX = 40
UNTESTED = "tools/tidy/untested.txt"
TEMPORARY_FOLDER = "tests/support/fakes.h"

# Third-party headers and the only folders that may include them. The first match counts.
# Beast's parser takes its bytes as Asio's buffers.
FENCES = [
    (r"boost/asio/buffer\.hpp$", ("src/net/", "src/http/")),
    (r"boost/asio\b", ("src/net/",)),
    (r"boost/", ("src/net/", "src/http/")),
    # The tests' TLS servers and their certificates.
    (r"openssl/(ssl|tls1|x509\w*|pem|bio|err)\.h$", ("src/net/", "tests/support/tls")),
    (r"openssl/", ("src/digest/", "src/net/", "tests/support/tls")),
    (r"simdjson", ("src/json/",)),
    (r"(sqlite3(ext)?|libpq-fe|libpq/.*|postgres.*)\.h$", ("src/catalog/",)),
    (r"fmt/", ("src/base/",)),
    (r"CLI/", ("cli/", "src/server/")),
    (r"toml\+\+/", ("src/server/",)),
    (r"curl/", ("src/fetch/",)),
    (r"(zip\.h|zipconf\.h|libxml/)", ("src/documents/",)),
    # The walls around the child that reads documents.
    (r"linux/(seccomp|landlock|filter|audit|capability)\.h$", ("src/documents/",)),
    # The SDK is for programs; nothing that it is made of knows it.
    (r"argot_open_ai/", ("sdk/", "cli/", "examples/", "tests/", "fuzz/")),
    (r"benchmark/", ()),
    # What our own reading of JSON is held against.
    (r"nlohmann/", ("tests/", "fuzz/")),
]
# Benchmarks hold our code against the libraries' own.
UNFENCED = ("bench/",)
TEST_ONLY = re.compile(r"(gtest|gmock)/")
# The folders of src/ that the SDK is built with; what people install includes none of them.
SDK_FOLDERS = ("base", "json", "fetch")

# The standard library has neither slash nor dot; these are the system's own.
SYSTEM = re.compile(
    r"[a-z_0-9]+$|(arpa|asm|linux|net|netinet|sys)/[a-z_0-9]+\.h$|"
    r"(cxxabi|dirent|dlfcn|errno|fcntl|getopt|glob|grp|iconv|malloc|netdb|poll|pthread|pwd|sched|"
    r"signal|spawn|stdlib|string|syslog|termios|time|ucontext|unistd)\.h$|"
    r"(cpuid|x86intrin|immintrin|nmmintrin|arm_acle|arm_neon)\.h$"
)


def fences(tree):
    """Third-party headers stay inside the folders that own them."""
    for path in cpp.sources(tree):
        for line, header, angled in cpp.includes(tree.text(path)):
            owners = next((owners for pattern, owners in FENCES if re.match(pattern, header)), None)
            if owners is not None:
                if not path.startswith(owners + UNFENCED):
                    yield Finding(path, line, "fence",
                                  f"<{header}> belongs to {' and '.join(owners or UNFENCED)}")
            elif TEST_ONLY.match(header):
                if not cpp.is_test(path):
                    yield Finding(path, line, "fence", f"<{header}> belongs to tests")
            elif angled and not SYSTEM.match(header):
                yield Finding(path, line, "fence", f"no folder owns <{header}>")


def include_paths(tree):
    """A quoted include is "folder/file.h", exists, and goes down to a folder of DEPS."""
    known = libraries(tree)
    for path in cpp.sources(tree):
        folder = cpp.library(path)
        for line, header, angled in cpp.includes(tree.text(path)):
            if angled or any(re.match(pattern, header) for pattern, _ in FENCES):
                continue
            if TEST_ONLY.match(header):
                continue
            if path.startswith("fuzz/") and tree.exists(f"sdk/src/{header}"):
                continue
            if path.startswith("sdk/"):
                if not _sdk_has(tree, path, header):
                    yield Finding(path, line, "include", f'"{header}" is not for the SDK')
                continue
            if "/" not in header or not (tree.exists(f"src/{header}") or tree.exists(header)):
                yield Finding(path, line, "include", f'"{header}" is not a "folder/file.h" of ours')
                continue
            if not folder or not tree.exists(f"src/{header}"):
                if folder and not cpp.is_test(path) and header.split("/")[0] != folder:
                    yield Finding(path, line, "include", f'"{header}" is only for tests')
                continue
            yield from _include_goes_down(path, line, folder, header.split("/")[0], known)


def _sdk_has(tree, path, header):
    if path.startswith("sdk/include/"):
        return False
    if tree.exists(f"sdk/src/{header}"):
        return "/" in header
    if cpp.is_test(path) and tree.exists(header):
        return True
    return header.split("/")[0] in SDK_FOLDERS and tree.exists(f"src/{header}")


def _include_goes_down(path, line, folder, target, known):
    if target == folder or folder not in known:
        return
    allowed = set(known[folder].deps)
    if cpp.is_test(path):
        allowed |= set(known[folder].words("TEST_DEPS"))
    if target not in allowed:
        yield Finding(path, line, "include",
                      f"{folder}/ does not name {target} among the DEPS of its CMakeLists.txt")


def ranks(tree):
    """Every library uses lower ranks only. (CMake says so too, for what it configures.)"""
    known = libraries(tree)
    for name, library in known.items():
        if library.name != name:
            yield Finding(cmake_path(name), 0, "rank", f"the library is called {library.name}")
        for dep in library.deps:
            if dep in known and known[dep].rank >= library.rank:
                yield Finding(
                    cmake_path(name), 0, "rank",
                    f"{name} (rank {library.rank}) may not use {dep} (rank {known[dep].rank})")


def cmake_lists(tree):
    """Every source and test of a library is built: it stands in the folder's CMakeLists.txt."""
    for name, library in libraries(tree).items():
        listed = set(library.words("SOURCES")) | set(library.words("TESTS"))
        text = tree.text(cmake_path(name))
        for path in tree.paths(".cc", under=f"{folder_path(name)}/"):
            relative = path.removeprefix(f"{folder_path(name)}/")
            if relative not in listed and relative not in text:
                yield Finding(path, 0, "cmake", f"{cmake_path(name)} does not build it")


def readmes(tree):
    """Every folder of src/ has a short README whose `May use:` line equals DEPS."""
    known = libraries(tree)
    for folder in folders(tree):
        path = f"src/{folder}/README.md"
        if not tree.exists(path):
            yield Finding(path, 0, "readme", "is missing")
            continue
        lines = tree.text(path).splitlines()
        if len(lines) > README_LINES_MAX:
            yield Finding(path, len(lines), "readme", f"has more than {README_LINES_MAX} lines")
        claims = [(number, line) for number, line in enumerate(lines, start=1)
                  if line.startswith("May use:")]
        if len(claims) != 1:
            yield Finding(path, 0, "readme", "needs one line `May use: base, digest.`")
            continue
        number, line = claims[0]
        claimed = folder_list(line.removeprefix("May use:"))
        if folder in known and claimed != set(known[folder].deps):
            yield Finding(path, number, "readme",
                          f"claims {sorted(claimed)}, CMake says {sorted(known[folder].deps)}")


def architecture_table(tree):
    """A table of ARCHITECTURE.md with the columns folder, rank and may use equals CMake."""
    path = "ARCHITECTURE.md"
    known = libraries(tree)
    header, seen, header_line = None, set(), 0
    for number, line in enumerate(tree.text(path).splitlines(), start=1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.lstrip().startswith("|"):
            header = None
        elif header is None:
            header = [cell.lower() for cell in cells]
            header_line = number if {"folder", "may use"} <= set(header) else header_line
        elif {"folder", "may use"} <= set(header) and len(cells) == len(header):
            row = dict(zip(header, cells))
            folder = re.sub(r"^\[([^\]]*)\].*", r"\1", row["folder"])
            folder = folder.strip("`").rstrip("/").removeprefix("src/")
            if folder not in known:
                continue
            seen.add(folder)
            used = folder_list(row["may use"])
            if used != {"all"} and used != set(known[folder].deps):
                yield Finding(path, number, "architecture",
                              f"CMake says that {folder} may use {', '.join(known[folder].deps)}")
            if "rank" in row and row["rank"] != str(known[folder].rank):
                yield Finding(path, number, "architecture",
                              f"CMake gives {folder} the rank {known[folder].rank}")
    if header_line:
        for folder in sorted(set(known) - seen - {"cli"}):
            yield Finding(path, header_line, "architecture", f"the table lacks {folder}")


def own_header_first(tree):
    """x.cc and x_test.cc include x.h before anything else, so that x.h needs nothing else."""
    for path in tree.paths(".cc", under=("src/", "cli/")):
        own = re.sub(r"(_test)?\.cc$", ".h", path)
        if own == path or not tree.exists(own):
            continue
        names = {own, own.removeprefix("src/")}
        headers = [header for _, header, _ in cpp.includes(tree.text(path))]
        if path.endswith("_test.cc") and not names & set(headers):
            continue
        if not headers or headers[0] not in names:
            yield Finding(path, 1, "own-header", f'the first include is not "{sorted(names)[0]}"')


def header_opening(tree):
    """A header opens with a sentence, and its first directive is #pragma once."""
    for path in tree.paths(*cpp.HEADER_SUFFIXES, under=cpp.SOURCE_ROOTS):
        text = tree.text(path)
        if not text.startswith("//"):
            yield Finding(path, 1, "header", "open with a sentence that says what this is")
        directives = re.findall(r"^[ \t]*#[^\n]*", cpp.code_only(text), re.MULTILINE)
        if not directives or directives[0].split() != ["#pragma", "once"]:
            yield Finding(path, 1, "header", "the first directive is not #pragma once")


def tests_beside(tree):
    """Every .cc has its _test.cc, or a line with a reason in untested.txt."""
    excused = {}
    for line, path, reason in reasons(tree, UNTESTED):
        excused[path] = line
        if not tree.exists(path):
            yield Finding(UNTESTED, line, "untested", f"{path} does not exist")
        elif tree.exists(path.removesuffix(".cc") + "_test.cc"):
            yield Finding(UNTESTED, line, "untested", f"{path} has a test by now")
        if len(reason) < 10:
            yield Finding(UNTESTED, line, "untested", f"{path} needs a reason")
    for path in tree.paths(".cc", under=("src/", "cli/")):
        if path.endswith("_test.cc") or path in excused:
            continue
        if not tree.exists(path.removesuffix(".cc") + "_test.cc"):
            yield Finding(path, 0, "untested",
                          f"has no {path.rsplit('/', 1)[-1].removesuffix('.cc')}_test.cc")


def own_folders(tree):
    """Tests run beside each other, so none writes to a path that another may have as well."""
    shared = re.compile(r"\b(TempDir|temp_directory_path|mkdtemp|mkstemp)\b")
    for path in cpp.sources(tree):
        if not cpp.is_test(path) or path == TEMPORARY_FOLDER:
            continue
        for match in shared.finditer(code := cpp.code_only(tree.text(path))):
            yield Finding(path, cpp.line_of(code, match.start()), "own-folder",
                          f"{match[0]}: take a TempFolder of {TEMPORARY_FOLDER}")


RULES = [fences, include_paths, ranks, cmake_lists, readmes, architecture_table, own_header_first,
         header_opening, tests_beside, own_folders]
