"""Runs clang-tidy 19 over the sources of src/, sdk/ and cli/, tests excepted, and only where it may
say something new: a source that was clean is not looked at again until its preprocessed text, the
settings or the tool change.

    python3 tools/lint.py BUILD [SUBSTRING...]

BUILD holds compile_commands.json; with SUBSTRINGs only paths that contain one of them are checked.
"""

import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOL = "clang-tidy-19"
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


def preprocessed(entry):
    """What the compiler would see, comments included because they silence findings."""
    words = shlex.split(entry["command"])
    output = words.index("-o")
    words = words[:output] + words[output + 2:]
    words.remove("-c")
    return subprocess.run(words + ["-E", "-C", "-w"], cwd=entry["directory"], capture_output=True,
                          check=True).stdout


def fingerprint(path, entry, settings):
    digest = hashlib.sha256(settings)
    # Paths differ between clones.
    for part in (path.encode(), entry["command"].encode(), preprocessed(entry)):
        digest.update(part.replace(ROOT.encode(), b"") + b"\0")
    return digest.hexdigest()


def check(path, entry, build, settings):
    """Returns what clang-tidy found, or an empty text."""
    try:
        mark = os.path.join(CACHE, fingerprint(path, entry, settings))
    except (subprocess.CalledProcessError, ValueError):
        mark = None  # It does not even preprocess; clang-tidy says why.
    if mark and os.path.exists(mark):
        os.utime(mark)
        return ""
    run = subprocess.run([TOOL, "--quiet", "-p", build, path], cwd=ROOT, capture_output=True,
                         text=True, check=False)
    if run.returncode == 0 and not run.stdout.strip():
        if mark:
            with open(mark, "w", encoding="ascii"):
                pass
        return ""
    errors = [line for line in run.stderr.splitlines() if not NOISE.fullmatch(line)]
    return "\n".join([run.stdout.strip(), *errors]).strip() or f"{path}: {TOOL} failed"


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
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        work = sorted(chosen(json.load(file), substrings), key=lambda pair: pair[0])
    os.makedirs(CACHE, exist_ok=True)
    settings = all_settings()
    begin, failed = time.monotonic(), 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = [pool.submit(check, path, entry, build, settings) for path, entry in work]
        for run in concurrent.futures.as_completed(runs):
            if run.result():
                failed += 1
                print(run.result(), flush=True)
    print(f"lint: {len(work)} sources, {failed} with findings, {time.monotonic() - begin:.0f} s")
    return 1 if failed or not work else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
