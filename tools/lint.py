"""Runs clang-tidy 19 over the sources of src/, sdk/ and cli/, tests excepted, and only where it may
say something new: a source that was clean is not looked at again until it, what it includes, the
settings or the tool change.

Most of the time goes into what the sources include, so those of a folder are first looked at as one
text. Where that is not clean, each of them is looked at alone, and that is what is reported. (What
one text can hide is a using-declaration that only another source of the group needs.)

    python3 tools/lint.py BUILD [SUBSTRING...]

BUILD holds compile_commands.json; with SUBSTRINGs only paths that contain one of them are checked.
"""

import concurrent.futures
import functools
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOL = "clang-tidy-19"
COMPILER = "clang++-19"
GROUP_MAX = 12  # sources looked at as one text
NOISE = re.compile(r"\d+ warnings?( and \d+ errors?)? generated\.|Suppressed .*")
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"),
                     "argot-lint")


def chosen(entries, substrings):
    """The entries of the compilation database that are to be checked."""
    for entry in entries:
        path = os.path.relpath(os.path.join(entry["directory"], entry["file"]), ROOT)
        if not re.match(r"(src|sdk|cli)/", path) or path.endswith("_test.cc"):
            continue
        if not substrings or any(substring in path for substring in substrings):
            yield path, entry


@functools.cache
def digest_of(path):
    """Of a file's content; nothing if there is none."""
    try:
        with open(os.path.join(ROOT, path), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def mark_of(path, entry, settings):
    """The file that says of which content this source was clean."""
    digest = hashlib.sha256(settings)
    # Paths differ between clones.
    for part in (path, *flags(entry)):
        digest.update(part.replace(ROOT, "").encode() + b"\0")
    return os.path.join(CACHE, digest.hexdigest())


def is_known(mark):
    try:
        with open(mark, encoding="utf-8") as file:
            read = json.load(file)
    except (OSError, ValueError):
        return False
    return all(digest_of(path) == digest for path, digest in read.items())


def remember(path, entry, mark):
    """Notes what a clean source consists of: itself and all that it includes."""
    run = subprocess.run([COMPILER, *flags(entry), "-M", "-w", os.path.join(ROOT, path)],
                         cwd=entry["directory"], capture_output=True, text=True, check=True)
    read = {}
    for name in run.stdout.replace("\\\n", " ").split(":", 1)[1].split():
        place = os.path.relpath(os.path.join(entry["directory"], name), ROOT)
        place = name if place.startswith("..") else place
        read[place] = digest_of(place)
    with open(mark, "w", encoding="utf-8") as file:
        json.dump(read, file)


def flags(entry):
    """How a source is compiled, without its name and the compiler's."""
    words = shlex.split(entry["command"])
    return tuple(word for word in words[1:words.index("-o")] if word != "-c")


def groups(sources):
    """Sources of one folder and with the same flags, a few at a time."""
    together = {}
    for source in sources:
        path, entry, _ = source
        together.setdefault((os.path.dirname(path), flags(entry)), []).append(source)
    for group in together.values():
        for begin in range(0, len(group), GROUP_MAX):
            yield group[begin:begin + GROUP_MAX]


def is_clean_together(group, build):
    """Whether clang-tidy finds nothing in the sources of the group as one text."""
    path, entry, _ = group[0]
    with tempfile.TemporaryDirectory(dir=build) as top:
        place = top
        # The settings that hold for the folder hold for the text as well.
        for name in ("", *os.path.dirname(path).split("/")):
            place = os.path.join(place, name)
            os.makedirs(place, exist_ok=True)
            settings = os.path.join(ROOT, os.path.relpath(place, top), ".clang-tidy")
            if os.path.exists(settings):
                shutil.copy(settings, place)
        text_path = os.path.join(place, "together.cc")
        with open(text_path, "w", encoding="utf-8") as text:
            for each, _, _ in group:
                with open(os.path.join(ROOT, each), encoding="utf-8") as source:
                    text.write(source.read() + "\n")
        run = subprocess.run([TOOL, "--quiet", text_path, "--", *flags(entry)],
                             cwd=entry["directory"], capture_output=True, text=True, check=False)
    return run.returncode == 0 and not run.stdout.strip()


def findings(path, build):
    """What clang-tidy finds in this source, or an empty text."""
    run = subprocess.run([TOOL, "--quiet", "-p", build, path], cwd=ROOT, capture_output=True,
                         text=True, check=False)
    if run.returncode == 0 and not run.stdout.strip():
        return ""
    errors = [line for line in run.stderr.splitlines() if not NOISE.fullmatch(line)]
    return "\n".join([run.stdout.strip(), *errors]).strip() or f"{path}: {TOOL} failed"


def check(group, build):
    """Returns the findings of each source that has some, and remembers the others."""
    if len(group) > 1 and is_clean_together(group, build):
        for source in group:
            remember(*source)
        return []
    found = []
    for source in group:
        text = findings(source[0], build)
        if text:
            found.append(text)
        else:
            remember(*source)
    return found


def all_settings():
    """The tool's version and every .clang-tidy, as bytes."""
    parts = [subprocess.run([TOOL, "--version"], capture_output=True, check=True).stdout]
    folders = [ROOT]
    for top in ("src", "sdk", "cli"):
        folders += [folder for folder, _, _ in os.walk(os.path.join(ROOT, top))]
    for folder in sorted(folders):
        path = os.path.join(folder, ".clang-tidy")
        if os.path.exists(path):
            with open(path, "rb") as file:
                parts.append(file.read())
    return b"\0".join(parts)


def main(arguments):
    if not arguments:
        print(__doc__)
        return 2
    build, *substrings = arguments
    build = os.path.abspath(build)
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        work = sorted(chosen(json.load(file), substrings), key=lambda pair: pair[0])
    os.makedirs(CACHE, exist_ok=True)
    settings = all_settings()
    begin, failed = time.monotonic(), 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        marked = [(path, entry, mark_of(path, entry, settings)) for path, entry in work]
        fresh = [source for source in marked if not is_known(source[2])]
        runs = [pool.submit(check, group, build) for group in groups(fresh)]
        for run in concurrent.futures.as_completed(runs):
            for text in run.result():
                failed += 1
                print(text, flush=True)
    print(f"lint: {len(work)} sources, {failed} with findings, {time.monotonic() - begin:.0f} s")
    return 1 if failed or not work else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
