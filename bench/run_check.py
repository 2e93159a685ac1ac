#!/usr/bin/env python3
"""Measures the checking of records beside its rivals, in one run, and writes its section of
bench/RESULTS.md.

    bench/run_check.py PROGRAM [--bench FILE] [--rounds N]

PROGRAM is a built argot, FILE the program bench_check, build/bench/bench/bench_check by default. As
root it runs in a network namespace of its own with the `reno` congestion control.
"""

import argparse
import contextlib
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import sys
import tempfile

import common

WALK_RATIO_MIN = 0.7
LOOP_RATIO_MIN = 6
UPLOAD_CPU_MAX = 0.5
RIVALS = ("inspector", "plain_simdjson", "nlohmann")
CORPORA = {
    "batch": ("batch requests, about 1,330 B", "batch"),
    "short_chat": ("conversations, about 300 B", "fine-tune"),
    "long_chat": ("conversations, about 3,300 B", "fine-tune"),
    "cjk_chat": ("conversations in Chinese", "fine-tune"),
}


def in_process(program, rounds):
    """(rival, corpus) -> GB/s of one core, the median of the rounds."""
    done = subprocess.run(
        [program, f"--benchmark_repetitions={rounds}", "--benchmark_format=json",
         "--benchmark_enable_random_interleaving=true", "--benchmark_min_time=0.2"],
        stdout=subprocess.PIPE, check=True)
    found = {}
    for run in json.loads(done.stdout)["benchmarks"]:
        if run.get("error_occurred"):
            sys.exit(f"{run['name']}: {run['error_message']}")
        if run["run_type"] == "iteration":
            key = tuple(run["run_name"].split("/")[:2])
            found.setdefault(key, []).append(run["bytes_per_second"] / 1e9)
    return {key: statistics.median(speeds) for key, speeds in found.items()}


def process_cpu_seconds(command):
    """What a process costs from its start to its end, in user and kernel mode."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    said = child.stdout.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{shlex.join(map(str, command))} ended with {child.returncode}: {said}")
    return usage.ru_utime + usage.ru_stime


def as_processes(program, files, rounds):
    """corpus -> (CPU seconds of `argot check`, of the Python loop), medians."""
    loop = [sys.executable, str(common.ROOT / "bench/check_loop.py")]
    found = {}
    for corpus, (_, purpose) in CORPORA.items():
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(process_cpu_seconds(
                [program, "check", files[corpus], "--purpose", purpose]))
            theirs.append(process_cpu_seconds([*loop, files[corpus], "--purpose", purpose]))
        found[corpus] = (statistics.median(ours), statistics.median(theirs))
    return found


def uploads(program, files, folder, rounds):
    """corpus -> CPU seconds a GB of a server that checks, of one that does not, and of what the
    first one took more in the same round: medians."""
    found = {}
    with contextlib.ExitStack() as servers:
        modes = {}
        for mode in ("report", "off"):
            place = folder / mode
            place.mkdir()
            modes[mode] = servers.enter_context(
                common.argot(program, place, "--validation-mode", mode))
        for corpus, (_, purpose) in CORPORA.items():
            cpus = {mode: [] for mode in modes}
            for _ in range(rounds):
                for mode, service in modes.items():
                    before = common.cpu_seconds(service.pid)
                    made = service.create(files[corpus], purpose)
                    cpus[mode].append(common.cpu_seconds(service.pid) - before)
                    if made["status"] != "processed":
                        sys.exit(f"{corpus}: {made}")
                    service.remove(made["id"])
            gigabytes = files[corpus].stat().st_size / 1e9
            more = [checked - unchecked
                    for checked, unchecked in zip(cpus["report"], cpus["off"])]
            found[corpus] = tuple(statistics.median(cost) / gigabytes
                                  for cost in (cpus["report"], cpus["off"], more))
    return found


def goal(text, bound, values, is_met):
    return [text, bound, f"{min(values):.2f} to {max(values):.2f}", "yes" if is_met else "**no**"]


def section(speeds, processes, costs, sizes, options):
    walk = {corpus: speeds["inspector", corpus] / speeds["plain_simdjson", corpus]
            for corpus in CORPORA}
    loop = {corpus: theirs / ours for corpus, (ours, theirs) in processes.items()}
    more = {corpus: difference for corpus, (_, _, difference) in costs.items()}
    goals = common.table(["goal", "bound", "measured", "met"], [
        goal("speed, inspector : plain simdjson", f"at least {WALK_RATIO_MIN}", walk.values(),
             min(walk.values()) >= WALK_RATIO_MIN),
        goal("CPU of the process, Python : ours", f"at least {LOOP_RATIO_MIN}", loop.values(),
             min(loop.values()) >= LOOP_RATIO_MIN),
        goal("CPU of an upload that is checked, more than unchecked",
             f"at most {UPLOAD_CPU_MAX} s/GB", more.values(),
             max(more.values()) <= UPLOAD_CPU_MAX)])
    rows = []
    for corpus, (title, _) in CORPORA.items():
        ours, plain, other = (speeds[rival, corpus] for rival in RIVALS)
        process, python = processes[corpus]
        checked, unchecked, _ = costs[corpus]
        rows.append([title, f"{ours:.2f} GB/s", f"{plain:.2f} GB/s", f"{other:.3f} GB/s",
                     f"{walk[corpus]:.2f}", f"{ours / other:.1f}",
                     f"{process * 1e9 / sizes[corpus]:.2f} CPU s/GB",
                     f"{python * 1e9 / sizes[corpus]:.2f} CPU s/GB", f"{loop[corpus]:.1f}",
                     f"{checked:.2f} / {unchecked:.2f} CPU s/GB"])
    measured = common.table(["records", "inspector", "plain simdjson", "nlohmann",
                      "inspector : simdjson", "inspector : nlohmann", "`argot check`",
                      "Python process", "CPU, Python : ours", "upload checked / unchecked"], rows)
    return f"""Written by `bench/run_check.py --rounds {options.rounds}`. Files of 100 MB, the batch
of 50,000 lines; half of the strings have escapes, those in Chinese none.

{common.facts()}- Python {sys.version.split()[0]}
- One core, medians of {options.rounds} rounds, in turns, line by line. The inspector gets buffers
  as they come from the network. Plain simdjson walks the same fields on demand, checks their types,
  unescapes every string and refuses what follows the record; it compares neither keys nor ids, and
  stops at the first thing wrong without a word. nlohmann only parses.
- Processes: from start to end, reading the file included. Python runs `bench/check_loop.py`.
- Uploads: the processor time of a server whose validation.mode is `report`, and of one where it is
  `off`.

{goals}

{measured}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--bench", type=pathlib.Path,
                        default=common.ROOT / "build/bench/bench/bench_check")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    if common.wants_namespace():
        return common.in_namespace()
    program = options.program.resolve()
    with tempfile.TemporaryDirectory(dir=common.ROOT / "build") as name:
        folder = pathlib.Path(name)
        files = {corpus: folder / f"{corpus}.jsonl" for corpus in CORPORA}
        for corpus, file in files.items():
            subprocess.run([options.bench, "--write", corpus, file], check=True)
        sizes = {corpus: file.stat().st_size for corpus, file in files.items()}
        speeds = in_process(options.bench, options.rounds)
        processes = as_processes(program, files, options.rounds)
        costs = uploads(program, files, folder, options.rounds)
    common.write_section("Checking records", section(speeds, processes, costs, sizes, options))
    return 0


if __name__ == "__main__":
    sys.exit(main())
