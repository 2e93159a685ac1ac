"""Rules about what the documents say, and about which files there are."""

import json
import posixpath
import re

from libraries import folders
from tree import Finding

BLOB_BYTES_MAX = 256 * 1024

EXTENSIONS = {
    "", ".1", ".bash", ".cc", ".clang-format", ".clang-tidy", ".cmake", ".conf", ".csv", ".dict",
    ".dockerignore", ".editorconfig", ".example", ".gitattributes", ".gitignore", ".h", ".hpp",
    ".in", ".js", ".json", ".jsonl", ".md", ".mjs", ".py", ".service", ".sh", ".sql", ".svg",
    ".toml", ".tsv", ".txt", ".wire", ".yaml", ".yml", ".zst",
}
NAMES_WITHOUT_EXTENSION = {"Containerfile", "LICENSE", "Makefile", "run"}
# Inputs of fuzzers and of tests come in any shape.
# Data that the program is built from: what makes each, and proves it, is named.
LARGE_FILES = {"src/tokens/data/tables.tar.zst": "tools/tokens/rebuild.mjs"}
DATA_FOLDERS = ("fuzz/corpus/", "tests/data/", "tests/wire/data/")

_FENCED = re.compile(r"^( *)(```|~~~).*?^\1\2[ \t]*$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`[^`\n]+`")


def _blank(match):
    return re.sub(r"[^\n]", " ", match[0])


def prose(text):
    """Markdown without its code."""
    return _INLINE.sub(_blank, _FENCED.sub(_blank, text))


def code_spans(text):
    """Yields (line, code) of every inline span and of every line of a code block."""
    for match in _FENCED.finditer(text):
        first = text.count("\n", 0, match.start()) + 1
        for offset, line in enumerate(match[0].splitlines()[1:-1], start=1):
            yield first + offset, line
    for match in _INLINE.finditer(_FENCED.sub(_blank, text)):
        yield text.count("\n", 0, match.start()) + 1, match[0].strip("`")


def anchors(text):
    """The anchors that a forge makes of headings: lower case, dashes, punctuation dropped."""
    found = set()
    for match in re.finditer(r"^#{1,6}[ \t]+(.*?)[ \t#]*$", _FENCED.sub(_blank, text),
                             re.MULTILINE):
        title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", match[1])
        base = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        slug, count = base, 0
        while slug in found:
            count += 1
            slug = f"{base}-{count}"
        found.add(slug)
    return found | set(re.findall(r'<a (?:id|name)="([^"]+)"', text))


_LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|^\[[^\]]+\]:\s*(\S+)",
                   re.MULTILINE)


def links(tree):
    """Links between documents lead to files and headings that exist."""
    for path in tree.paths(".md"):
        text = prose(tree.text(path))
        for match in _LINK.finditer(text):
            target = match[1] or match[2]
            if re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            line = text.count("\n", 0, match.start()) + 1
            name, _, anchor = target.partition("#")
            file = path
            if name:
                file = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
            if not tree.exists(file):
                yield Finding(path, line, "link", f"{target} leads nowhere")
            elif anchor and file.endswith(".md") and anchor not in anchors(tree.text(file)):
                yield Finding(path, line, "link", f"{file} has no heading #{anchor}")


def paths_named(tree):
    """A file named in `code` exists, as `src/blob/blob_store.h` or as `blob/blob_store.h`."""
    tops = {path.split("/")[0] for path in tree.files if "/" in path} - {"build"}
    ours = set(folders(tree))
    for path in tree.paths(".md"):
        here = posixpath.dirname(path)
        for line, code in code_spans(tree.text(path)):
            if not re.fullmatch(r"[\w.-]+(/[\w.-]+)*/?", code) or "NNNN" in code:
                continue
            first, slash, rest = code.partition("/")
            if not slash or not rest:
                continue
            # A folder alone needs no check; a file has an extension.
            if "." not in posixpath.basename(code.rstrip("/")):
                continue
            if first in ours and not tree.exists(f"src/{code}") and not tree.exists(code):
                yield Finding(path, line, "path", f"{code} does not exist")
            elif first in tops - ours and not tree.exists(code):
                if not tree.exists(posixpath.normpath(posixpath.join(here, code))):
                    yield Finding(path, line, "path", f"{code} does not exist")


def commands(tree):
    """The make targets, presets and scripts that documents name exist."""
    targets = set(re.findall(r"^([a-z][\w-]*):", tree.text("Makefile"), re.MULTILINE))
    presets = set()
    if tree.exists("CMakePresets.json"):
        described = json.loads(tree.text("CMakePresets.json"))
        presets = {preset["name"] for preset in described["configurePresets"]
                   if not preset.get("hidden")}
    for path in tree.paths(".md"):
        for line, code in code_spans(tree.text(path)):
            code = code.strip().removeprefix("$ ")
            match = re.match(r"(?:\w+=\S+ )*make ([a-z][a-z_-]*)", code)
            if match and match[1] not in targets:
                yield Finding(path, line, "command", f"there is no `make {match[1]}`")
            for preset in re.findall(r"--preset[ =]([\w-]+)|\bbuild/([a-z]+)/argot\b", code):
                name = preset[0] or preset[1]
                if name not in presets:
                    yield Finding(path, line, "command", f"there is no preset {name}")
            match = re.match(r"(?:bash |sh )?((?:tools|\.ci|bench)/[\w./-]+)", code)
            if match and not tree.exists(match[1]):
                yield Finding(path, line, "command", f"there is no {match[1]}")


def files_known(tree):
    """Files have a known extension and are small."""
    for path, content in tree.files.items():
        if len(content) > BLOB_BYTES_MAX and path not in LARGE_FILES:
            yield Finding(path, 0, "file", f"is larger than {BLOB_BYTES_MAX // 1024} KiB")
        if path.startswith(DATA_FOLDERS) or "/testdata/" in path:
            continue
        name = posixpath.basename(path)
        extension = name if name.startswith(".") and name.count(".") == 1 else (
            posixpath.splitext(name)[1])
        if extension not in EXTENSIONS or (
                not extension and name not in NAMES_WITHOUT_EXTENSION):
            yield Finding(path, 0, "file", f"has an unknown extension '{extension}'")


RULES = [links, paths_named, commands, files_known]
