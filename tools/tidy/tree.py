"""The files that the rules look at, and what a rule says about them."""

import os
import re
import subprocess
from dataclasses import dataclass

# Never part of the project, wherever git cannot be asked.
IGNORED_FOLDERS = {".git", ".cache", "build", "argot-data", "node_modules", "__pycache__"}


@dataclass(frozen=True, order=True)
class Finding:
    """One violation. `line` is 1-based; 0 means the file as a whole."""

    path: str
    line: int
    rule: str
    message: str

    def __str__(self):
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.rule}: {self.message}"


class Tree:
    """Repository paths with forward slashes, and their contents as bytes."""

    def __init__(self, files):
        self.files = dict(files)
        self._folders = set()
        for path in self.files:
            parts = path.split("/")
            for depth in range(1, len(parts)):
                self._folders.add("/".join(parts[:depth]))

    @staticmethod
    def read(root):
        files = {}
        for path in sorted(_tracked(root) or _walked(root)):
            full = os.path.join(root, path)
            # A link to a folder, or a file deleted but not yet committed, has no content.
            if os.path.isfile(full):
                with open(full, "rb") as file:
                    files[path] = file.read()
        return Tree(files)

    def exists(self, path):
        path = path.rstrip("/")
        return path in self.files or path in self._folders

    def text(self, path):
        """The file as text, or "" where there is none. Bytes that are not UTF-8 stay visible."""
        return self.files.get(path, b"").decode("utf-8", "backslashreplace")

    def paths(self, *suffixes, under=""):
        """Files that end in one of `suffixes`, below one of the folders `under` (or anywhere)."""
        roots = (under,) if isinstance(under, str) else tuple(under)
        return [
            path
            for path in self.files
            if path.endswith(suffixes) and path.startswith(roots)
        ]


def _tracked(root):
    """What git tracks or would add, or None where git or a repository is missing."""
    command = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return {path for path in listed.decode().split("\0") if path}


def _walked(root):
    found = set()
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = [name for name in subfolders if name not in IGNORED_FOLDERS]
        relative = os.path.relpath(folder, root)
        for name in names:
            found.add(os.path.normpath(os.path.join(relative, name)).replace(os.sep, "/"))
    return found


def reasons(tree, path):
    """A list of exceptions: lines `name: reason`, comments with `#`.

    Yields (line, name, reason).
    """
    for number, line in enumerate(tree.text(path).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"([^:\s]+):\s*(.*)", line.strip())
        yield (number, match[1], match[2]) if match else (number, line.strip(), "")
