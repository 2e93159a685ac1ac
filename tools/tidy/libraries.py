"""The folders of src/ as CMake and their READMEs describe them."""

import re
from dataclasses import dataclass, field

_KEYWORDS = {"RANK", "SOURCES", "TESTS", "DEPS", "PUBLIC_LINK", "PRIVATE_LINK", "TEST_DEPS",
             "TEST_LINK"}


@dataclass
class Library:
    """What one call of argot_library says."""

    name: str
    rank: int = -1
    lists: dict = field(default_factory=dict)

    def words(self, keyword):
        return self.lists.get(keyword, [])

    @property
    def deps(self):
        return self.words("DEPS")


def folder_path(name):
    """Where a library lies: below src/, except for the program's own."""
    return name if name == "cli" else f"src/{name}"


def cmake_path(name):
    return f"{folder_path(name)}/CMakeLists.txt"


def parse(text):
    """The first argot_library(...) of a CMakeLists.txt, or None."""
    text = re.sub(r"#[^\n]*", "", text)
    match = re.search(r"\bargot_library\s*\(([^)]*)\)", text)
    if not match or not match[1].split():
        return None
    name, *words = match[1].split()
    found = Library(name)
    keyword = None
    for word in words:
        if word in _KEYWORDS:
            keyword = word
        elif keyword:
            found.lists.setdefault(keyword, []).append(word.strip('"'))
    rank = found.words("RANK")
    if rank and rank[0].isdigit():
        found.rank = int(rank[0])
    return found


def folders(tree):
    """The names of all folders under src/ that hold a file."""
    return sorted({path.split("/")[1] for path in tree.paths("", under="src/")
                   if path.count("/") >= 2})


def libraries(tree):
    """Folder name -> Library, for those that CMake knows."""
    found = {}
    for folder in [*folders(tree), "cli"]:
        library = parse(tree.text(cmake_path(folder)))
        if library:
            found[folder] = library
    return found


def folder_list(text):
    """`base, digest` with or without backticks and slashes -> {"base", "digest"}.

    "nothing" and "the standard library" are no folders.
    """
    text = re.sub(r"\([^)]*\)", "", text).replace("`", "").strip().rstrip(".")
    words = {word.strip().rstrip("/") for word in re.split(r",|\band\b", text)}
    return words - {"", "-", "std", "nothing", "nothing else", "the standard library"}
