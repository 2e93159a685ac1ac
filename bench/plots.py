#!/usr/bin/env python3
"""Draws the plots of docs/performance.md from the tables of bench/RESULTS.md.

    bench/plots.py [--check]     with --check only says which of them are not as drawn anew
"""

import html
import math
import pathlib
import re
import sys
import typing

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench/RESULTS.md"
FOLDER = ROOT / "docs/plots"
COLOURS = ("#0b6e4f", "#8a9ba8", "#c9a227", "#a4452c")
BAR = 16
LABEL = 250
WIDTH = 860


class Plot(typing.NamedTuple):
    file: str
    title: str
    section: str   # the heading that the table stands under
    columns: dict  # head of a column -> its name in the plot
    number: str    # finds the number in a cell, as its first group
    unit: str


PLOTS = (
    Plot("check.svg", "Checking every record of a file, GB/s of one core (more is better)",
         "Checking records", {"inspector": "argot", "plain simdjson": "simdjson, types only",
                              "nlohmann": "nlohmann, parse only"}, r"([\d.]+) GB/s", "GB/s"),
    Plot("tokens.svg", "Counting tokens with empty caches, MB/s of one core (more is better)",
         "Counting tokens", {"argot": "argot", "tiktoken native": "tiktoken, native",
                             "rs-bpe": "rs-bpe", "tiktoken WASM": "tiktoken, WebAssembly"},
         r"^([\d.]+)", "MB/s"),
    Plot("sdk_memory.svg", "Memory of a client while it moves 512 MiB, MB (less is better)",
         "Transfers of 512 MiB", {"SDK": "argot SDK", "plain libcurl": "libcurl",
                                  "Node": "official client, Node",
                                  "Python": "official client, Python"}, r"([\d.]+) MB$", "MB"),
    Plot("service_cpu.svg", "CPU of a server, seconds a GB (less is better)",
         "The service beside nginx", {"argot": "argot", "nginx": "nginx"},
         r"([\d.]+) CPU s/GB", "s/GB"),
    Plot("small_cpu.svg", "CPU of a server, microseconds a request (less is better)",
         "The service beside nginx", {"argot": "argot", "nginx": "nginx"},
         r"([\d.]+) CPU us", "us"),
)


def tables(text):
    """(the last heading before it, rows of cells) of each table."""
    heading, rows = "", []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
            continue
        if rows:
            yield heading, rows
            rows = []
        if line.startswith("#"):
            heading = line.lstrip("# ")


def series(plot, text):
    """(names of the rows, name of a column -> its numbers): of the rows that have them all."""
    for heading, rows in tables(text):
        if heading != plot.section:
            continue
        places = {name: next((i for i, head in enumerate(rows[0])
                              if head == column or head.endswith(f"for {column}")), None)
                  for column, name in plot.columns.items()}
        if None in places.values():
            continue
        names, numbers = [], {name: [] for name in places}
        for row in rows[2:]:
            found = {name: re.search(plot.number, row[place]) for name, place in places.items()}
            if all(found.values()):
                names.append(row[0].split(" (")[0])
                for name, match in found.items():
                    numbers[name].append(float(match[1]))
        if names:
            return names, numbers
    sys.exit(f"no table of RESULTS.md has what {plot.file} shows")


def drawn(plot, names, numbers):
    largest = max(max(values) for values in numbers.values())
    step = 10 ** math.floor(math.log10(largest))
    step *= next(part for part in (0.2, 0.5, 1, 2) if largest / (step * part) <= 6)
    scale = (WIDTH - LABEL - 80) / largest
    group = BAR * len(numbers) + 14
    height = 78 + group * len(names)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
           f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
           f'<text x="10" y="20" font-size="15" font-weight="bold">{html.escape(plot.title)}'
           "</text>"]
    for place, name in enumerate(numbers):
        x = 10 + 190 * place
        out += [f'<rect x="{x}" y="32" width="12" height="12" fill="{COLOURS[place]}"/>',
                f'<text x="{x + 18}" y="42">{html.escape(name)}</text>']
    for tick in range(int(largest / step) + 1):
        x = LABEL + tick * step * scale
        out += [f'<line x1="{x:.1f}" y1="56" x2="{x:.1f}" y2="{height - 20}" stroke="#dddddd"/>',
                f'<text x="{x:.1f}" y="{height - 6}" text-anchor="middle" fill="#555555">'
                f'{tick * step:g}</text>']
    for row, name in enumerate(names):
        top = 60 + row * group
        out.append(f'<text x="{LABEL - 8}" y="{top + group / 2 - 3:.1f}" text-anchor="end">'
                   f'{html.escape(name)}</text>')
        for place, values in enumerate(numbers.values()):
            y = top + place * BAR
            width = values[row] * scale
            out += [f'<rect x="{LABEL}" y="{y}" width="{width:.1f}" height="{BAR - 3}" '
                    f'fill="{COLOURS[place]}"/>',
                    f'<text x="{LABEL + width + 5:.1f}" y="{y + 11}">{values[row]:g} '
                    f'{plot.unit}</text>']
    return "\n".join([*out, "</svg>", ""])


def main():
    text = RESULTS.read_text()
    FOLDER.mkdir(exist_ok=True)
    is_check = sys.argv[1:] == ["--check"]
    stale = []
    for plot in PLOTS:
        path, image = FOLDER / plot.file, drawn(plot, *series(plot, text))
        if not is_check:
            path.write_text(image)
        elif not path.exists() or path.read_text() != image:
            stale.append(plot.file)
    if stale:
        sys.exit(f"not as bench/plots.py draws them: {', '.join(stale)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
