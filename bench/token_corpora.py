"""Four texts of 20 MB out of packages of the distribution: English, code, CJK, JSON Lines."""

import glob
import gzip
import html
import json
import pathlib
import random
import re
import subprocess

BYTES = 20_000_000
PACKAGES = ("debian-handbook", "debian-reference-common", "debian-reference-en",
            "debian-reference-ja", "debian-reference-zh-cn", "manpages-zh", "manpages-ja",
            "manpages", "manpages-dev",
            "python3.11-doc", "libpython3.11-stdlib", "libstdc++-12-dev", "linux-libc-dev",
            "libboost1.81-dev")


def _unpack(folder):
    for package in PACKAGES:
        subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, check=True,
                       stderr=subprocess.DEVNULL)
    for archive in folder.glob("*.deb"):
        subprocess.run(["dpkg", "-x", archive, folder / "root"], check=True)
        archive.unlink()
    return folder / "root/usr"


def _page(path):
    content = pathlib.Path(path).read_text(encoding="utf-8", errors="ignore")
    content = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]+>", "", content)
    return html.unescape(content)


def _pages(root, pattern):
    return [_page(path) for path in sorted(glob.glob(str(root / pattern), recursive=True))]


def _manuals(root, pattern):
    return [gzip.open(path).read().decode("utf-8", "ignore")
            for path in sorted(glob.glob(str(root / pattern)))]


def _cut(parts):
    whole = bytearray()
    for part in parts:
        whole += part.encode("utf-8", "ignore")
        if len(whole) >= BYTES:
            break
    return bytes(whole[:BYTES]).decode("utf-8", "ignore")


def _code(root):
    for pattern in ("include/c++/12/**/*", "lib/python3.11/**/*.py", "include/linux/*.h",
                    "include/boost/asio/**/*.hpp", "include/boost/[m-z]*/**/*.hpp"):
        for path in sorted(glob.glob(str(root / pattern), recursive=True)):
            if pathlib.Path(path).is_file():
                yield pathlib.Path(path).read_text(encoding="utf-8", errors="ignore")


def _records(english, cjk, generator):
    """Conversations and batch requests; every fourth keeps its text as it is, the others escape."""
    english = english.split("\n\n")
    cjk = cjk.split("\n")
    for number in range(10 ** 9):
        answer = generator.choice(cjk if number % 8 == 0 else english)[:1200]
        messages = [{"role": "system", "content": "You are a helpful assistant."},
                    {"role": "user", "content": generator.choice(english)[:800]},
                    {"role": "assistant", "content": answer}]
        record = {"messages": messages}
        if number % 3 == 0:
            record = {"custom_id": f"request-{number}", "method": "POST",
                      "url": "/v1/chat/completions",
                      "body": {"model": "gpt-4o-mini", "messages": messages, "max_tokens": 1000}}
        yield json.dumps(record, ensure_ascii=number % 4 != 0) + "\n"


def make(folder):
    """Writes the texts into `folder` and gives their paths by name."""
    root = _unpack(folder)
    book = "share/doc/debian-handbook/html"
    english = _cut(_pages(root, f"{book}/en-US/*.html")
                   + _pages(root, "share/debian-reference/*.en.html")
                   + _pages(root, "share/doc/python3.11/html/**/*.html")
                   + _manuals(root, "share/man/man*/*.gz"))
    cjk = []
    for language in ("zh-CN", "zh-TW", "ja-JP", "ko-KR"):
        cjk += _pages(root, f"{book}/{language}/*.html")
    for language in ("ja", "zh-cn"):
        cjk += _pages(root, f"share/debian-reference/*.{language}.html")
    cjk = _cut(cjk + _manuals(root, "share/man/*/man*/*.gz"))
    contents = {"english": english, "code": _cut(_code(root)), "cjk": cjk,
                "jsonl": _cut(_records(english, cjk, random.Random(7)))}
    paths = {}
    for name, content in contents.items():
        paths[name] = folder / f"{name}.txt"
        paths[name].write_bytes(content.encode())
    return paths
