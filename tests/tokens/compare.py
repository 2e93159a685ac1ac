"""The ids of many texts, by `argot tokens` and by the reference; started by run.py."""

import argparse
import itertools
import pathlib
import random
import subprocess
import sys
import tempfile

import reference
import texts

FILES_AT_ONCE = 1000
CODE_POINTS_A_TEXT = 0x2000
SOURCE_BYTES_MAX = 4 << 20
# Whatever text there is on the machine; where a folder is missing there is less.
SOURCES = ("/usr/share/doc/**/*", "/usr/share/common-licenses/*", "/usr/include/c++/**/*",
           f"{sys.base_prefix}/lib/python3*/*.py", "/usr/share/i18n/locales/*")


def code_point_texts():
    """Every code point, as a letter, after a blank, before newlines, between digits."""
    code_points = (chr(code_point) for code_point in range(0x110000)
                   if not 0xD800 <= code_point < 0xE000)
    while block := list(itertools.islice(code_points, CODE_POINTS_A_TEXT)):
        yield "".join(f"a{c}b {c}\n\n \n{c}'s1{c}2" for c in block)


def machine_texts():
    """Texts of this machine, each from several files of one kind."""
    for pattern in SOURCES:
        text = []
        size = 0
        for path in sorted(pathlib.Path("/").glob(pattern[1:])):
            if size >= SOURCE_BYTES_MAX:
                break
            try:
                content = path.read_bytes().decode() if path.is_file() else ""
            except (OSError, UnicodeDecodeError):
                continue
            text.append(content)
            size += len(content)
        yield "".join(text)


def ids_of(program, encoding, paths):
    printed = subprocess.run([program, "tokens", "--ids", "--encoding", encoding, *paths],
                             capture_output=True, text=True, check=True).stdout
    return [list(map(int, line.split())) for line in printed.splitlines()]


def compare(program, folder, name, encoding, cases):
    """How many of the texts differ; says where the first three do."""
    differing = 0
    cases = iter(cases)
    while batch := list(itertools.islice(cases, FILES_AT_ONCE)):
        paths = []
        for number, text in enumerate(batch):
            paths.append(folder / f"{number}.txt")
            paths[-1].write_bytes(text.encode())
        for text, found in zip(batch, ids_of(program, name, paths), strict=True):
            expected = encoding.encode_ordinary(text)
            if found == expected:
                continue
            differing += 1
            if differing <= 3:
                place = next(i for i, pair in enumerate(itertools.zip_longest(found, expected))
                             if pair[0] != pair[1])
                print(f"{name}: {text[:200]!a}: token {place}: expected "
                      f"{expected[place:place + 8]}, got {found[place:place + 8]}")
    return differing


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--texts", type=int, default=3000)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = arguments.parse_args()
    print(f"seed {options.seed}", flush=True)
    passed = failed = 0
    machine = list(machine_texts())
    generator = texts.RandomTexts(random.Random(options.seed), machine)
    groups = {"chosen": texts.CHOSEN,
              "random": [generator.next() for _ in range(options.texts)],
              "code points": list(code_point_texts()),
              "this machine": machine}
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for name in reference.NAMES:
            vocabulary = folder / f"{name}.tiktoken"
            with vocabulary.open("wb") as file:
                subprocess.run([options.program, "tokens", "--vocabulary", "--encoding", name],
                               stdout=file, check=True)
            encoding = reference.load(name, vocabulary)
            for group, cases in groups.items():
                differing = compare(options.program, folder, name, encoding, cases)
                size = sum(len(text.encode()) for text in cases)
                print(f"{name}: {group}: {len(cases)} texts, {size} bytes, {differing} differ",
                      flush=True)
                failed += differing
                passed += len(cases) - differing
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
