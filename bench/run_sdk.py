#!/usr/bin/env python3
"""Measures the SDK beside its rivals, in one run, and writes its section of bench/RESULTS.md.

    bench/run_sdk.py PROGRAM [--clients FOLDER] [--bytes N] [--rounds N] [--seconds N]
                     [--cancels N]

PROGRAM is a built argot, and all clients talk to one `argot serve`. FOLDER has sdk_client and
curl_client; it is bench/ beside PROGRAM by default. The official clients are those of tests/compat,
installed as there; one that cannot be installed says so in its column. As root everything
but the installing runs in a network namespace of its own, as in bench/run.
"""

import argparse
import contextlib
import dataclasses
import http.server
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading

import common

sys.path.insert(0, str(common.ROOT / "tests/compat"))
import clients as compat  # noqa: E402

INSTALLED = "ARGOT_BENCH_INSTALLED"
RSS_MB_MAX = 32
CPU_RATIO_MAX = 1.15
CANCEL_MS_MAX = 10
CALLS_RATIO_MIN = 0.85
RETRY_AFTER_SECONDS = 1
# Of calls there are so many more rounds, which are short.
CALL_ROUNDS = 3
# Calls are stopped within this time of their begin. Silence takes a while until curl's timers rest.
SPAN_MS_MAX = 100
SILENT_SPAN_MS = 600

# What is shown, what the clients are told, whether memory should not grow with the size.
TRANSFERS = [
    ("upload, with the least memory", "upload", "lean", True),
    ("upload, as the client's README shows", "upload", "readme", False),
    ("download, thrown away", "download", "nowhere", True),
    ("download to a file", "download", "file", True),
    ("download to a file, fsync, rename", "download", "synced", True),
    ("download into memory", "download", "memory", False),
]
PHASES = {
    "upload": "in the midst of an upload",
    "download": "in the midst of a download",
    "silent": "while the server is silent",
    "backoff": "in the wait before another attempt",
}


@dataclasses.dataclass
class Client:
    """One column, and how it is started; without a command it is not installed."""

    title: str
    command: list = dataclasses.field(default_factory=list)


def installed_clients():
    """The official clients, installed; each as {"title"} and what client_of() needs."""
    node, python = compat.NODE_CLIENTS[-1], compat.PYTHON_CLIENTS[-1]
    found = []
    for title, install in (
            (f"{node} for Node", lambda: {"modules": compat.node_modules(), "library": node}),
            (f"{python} for Python", lambda: {"python": compat.python_client(python)})):
        try:
            found.append({"title": title, **install()})
        except compat.Unavailable as reason:
            print(f"{title}: {reason}", flush=True)
            found.append({"title": title})
    return found


def client_of(installed, folder):
    bench = common.ROOT / "bench"
    if "python" in installed:
        return Client(installed["title"], [installed["python"], str(bench / "client.py")])
    if "modules" not in installed:
        return Client(installed["title"])
    script = folder / "client.mjs"
    script.write_text((bench / "client.mjs").read_text())
    # Where Node looks for what the script imports.
    (folder / "node_modules").symlink_to(installed["modules"])
    return Client(installed["title"], ["node", str(script), installed["library"]])


class Unhelpful(http.server.BaseHTTPRequestHandler):
    """/busy/ is always busy, anything else gets no answer."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path.startswith("/busy/"):
            self.send_response(503)
            self.send_header("Retry-After", str(RETRY_AFTER_SECONDS))
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.connection.recv(1)
            self.close_connection = True

    def log_message(self, *_):
        pass


class UnhelpfulServer(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A client that has gone away is what this is for."""


@contextlib.contextmanager
def unhelpful():
    server = UnhelpfulServer(("127.0.0.1", 0), Unhelpful)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Bench:
    """All measurements; `clients` begin with the SDK and plain libcurl."""

    def __init__(self, options, folder, clients):
        self.options = options
        self.folder = folder
        self.clients = clients
        self.large = folder / "large.bin"
        self.target = folder / "target.bin"
        self.goals = []
        # Of each client: how long the upload and the download that cancels interrupt take.
        self.transfer_seconds = {}

    def ask(self, client, *words):
        environment = compat.child_environment(ARGOT_BENCH_KEY=self.service.key)
        done = subprocess.run([*client.command, *words], capture_output=True, text=True,
                              check=False, env=environment)
        if done.returncode != 0:
            sys.exit(f"{client.title}: {' '.join(words)} failed:\n{done.stderr}")
        return json.loads(done.stdout)

    def in_turns(self, *words, rounds, after=lambda reply: None):
        """Title of each client -> its replies, after a warm-up of each."""
        replies = {client.title: [] for client in self.clients if client.command}
        for turn in range(rounds + 1):
            for client in self.clients:
                if not client.command:
                    continue
                reply = self.ask(client, *words)
                after(reply)
                if turn > 0:
                    replies[client.title].append(reply)
        return replies

    def cells(self, shown):
        return [shown.get(client.title, "not installed") for client in self.clients]

    def goal(self, what, bound, figure, unit, is_met):
        self.goals.append([what, bound, f"{figure}{unit}", "yes" if is_met else "**no**"])

    def run(self):
        common.fill(self.large, self.options.bytes)
        self.options.bytes = self.large.stat().st_size
        with common.argot(self.options.program, self.folder) as service:
            self.service = service
            self.id = service.create(self.large)["id"]
            transfers = self.transfers()
            calls = self.calls()
            cancels = self.cancels()
        goals = common.table(["goal", "bound", "measured", "met"], self.goals)
        self.tables = [goals, transfers, calls, cancels]

    def transfers(self):
        titles = [client.title for client in self.clients]
        sdk, curl = titles[:2]
        rows, cpu_ratios, peaks = [], [], []
        for what, command, way, is_lean in TRANSFERS:
            figures = self.transfer(command, way)
            shown = {title: f"{rate:.0f} MB/s, {cpu:.3f} CPU s/GB, {rss:.0f} MB"
                     for title, (rate, cpu, rss) in figures.items()}
            speed, cpu = (figures[sdk][i] / figures[curl][i] for i in (0, 1))
            rows.append([what, *self.cells(shown), f"{speed:.2f}", f"{cpu:.2f}"])
            print(" | ".join(rows[-1]), flush=True)
            if is_lean:
                cpu_ratios.append((cpu, what))
                peaks.append((figures[sdk][2], what))
        (rss, rss_what), (ratio, ratio_what) = max(peaks), max(cpu_ratios)
        self.goal(f"peak memory ({rss_what})", f"at most {RSS_MB_MAX} MB", f"{rss:.1f}", " MB",
                  rss <= RSS_MB_MAX)
        self.goal(f"CPU, SDK : libcurl ({ratio_what})", f"at most {CPU_RATIO_MAX}",
                  f"{ratio:.2f}", "", ratio <= CPU_RATIO_MAX)
        return common.table(["what", *titles, "speed, SDK : libcurl", "CPU, SDK : libcurl"], rows)

    def transfer(self, command, way):
        """Title -> MB/s, CPU s/GB and the largest peak in MB."""
        path = self.large if command == "upload" else self.target

        def tidy_up(reply):
            if command == "upload":
                self.service.remove(reply["id"])
            elif reply["count"] != self.options.bytes:
                sys.exit(f"{command} {way}: {reply['count']} bytes came")
            self.target.unlink(missing_ok=True)

        replies = self.in_turns(command, self.service.url, self.id, str(path), way,
                                rounds=self.options.rounds, after=tidy_up)
        gigabytes = self.options.bytes / 1e9
        figures = {}
        for title, of_one in replies.items():
            seconds, cpu = (statistics.median(reply[what] for reply in of_one)
                            for what in ("seconds", "cpu"))
            rss = max(reply["rss_kib"] for reply in of_one) * 1024 / 1e6
            figures[title] = gigabytes * 1000 / seconds, cpu / gigabytes, rss
            if way in ("lean", "nowhere"):
                self.transfer_seconds[title, command] = seconds
        return figures

    def calls(self):
        replies = self.in_turns("retrieve", self.service.url, self.id, str(self.options.seconds),
                                rounds=self.options.rounds * CALL_ROUNDS)
        titles = [client.title for client in self.clients]
        figures = {title: (statistics.median(reply["count"] / reply["seconds"]
                                             for reply in of_one),
                           statistics.median(reply["cpu"] / reply["count"] * 1e6
                                             for reply in of_one))
                   for title, of_one in replies.items()}
        sdk, curl = figures[titles[0]], figures[titles[1]]
        ratio = sdk[0] / curl[0]
        self.goal("calls a second of `retrieveFile`, SDK : libcurl",
                  f"at least {CALLS_RATIO_MIN}", f"{ratio:.2f}", "", ratio >= CALLS_RATIO_MIN)
        shown = {title: f"{rate:.0f}/s, {cpu:.0f} CPU us"
                 for title, (rate, cpu) in figures.items()}
        row = ["`retrieveFile`", *self.cells(shown), f"{ratio:.2f}", f"{sdk[1] / curl[1]:.2f}"]
        return common.table(["what", *titles, "speed, SDK : libcurl", "CPU, SDK : libcurl"], [row])

    def cancels(self):
        titles = [client.title for client in self.clients]
        rows, worst = [], []
        with unhelpful() as odd:
            urls = {"silent": f"{odd}/silent/v1", "backoff": f"{odd}/busy/v1"}
            for phase, what in PHASES.items():
                url = urls.get(phase, self.service.url)
                shown = {}
                for client in self.clients:
                    if client.command:
                        found = self.latencies(client, url, phase)
                        shown[client.title] = found
                        if client.title == titles[0]:
                            worst.append((max(found), what))
                rows.append([what, *self.cells(
                    {title: f"{statistics.median(found):.2f} ms, at most {max(found):.2f} ms"
                     for title, found in shown.items()})])
        latency, phase = max(worst)
        self.goal(f"cancel latency, the longest ({phase})", f"at most {CANCEL_MS_MAX} ms",
                  f"{latency:.2f}", " ms", latency <= CANCEL_MS_MAX)
        return common.table(["cancelled", *titles], rows)

    def latencies(self, client, url, phase):
        """Milliseconds, of calls that were stopped before they had ended by themselves."""
        half_ms = self.transfer_seconds.get((client.title, phase), 1) * 1e3 / 2
        span = SILENT_SPAN_MS if phase == "silent" else max(1, int(min(half_ms, SPAN_MS_MAX)))
        found = self.ask(client, "cancel", url, self.id, str(self.large), phase,
                         str(self.options.cancels), str(span))
        if len(found["milliseconds"]) != self.options.cancels:
            sys.exit(f"{client.title}: of {self.options.cancels} calls to cancel ({phase}) only "
                     f"{len(found['milliseconds'])} were stopped")
        return found["milliseconds"]


def write_results(bench):
    options = bench.options
    goals, transfers, calls, cancels = bench.tables
    common.write_section("The SDK beside plain libcurl and the official clients", f"""\
Written by `bench/run_sdk.py`. All clients talk to one argot on the same machine, over HTTP/1.1.

{common.facts()}\
- Below the SDK and alone: libcurl {common.first_line("pkg-config", "--modversion", "libcurl")}; \
Node {common.first_line("node", "--version")}, Python {sys.version.split()[0]}
- Plain libcurl: the easy interface with callbacks, its buffers as large as those of the SDK

{goals}

### Transfers of {options.bytes >> 20} MiB

Medians of {options.rounds} rounds, a process each, on a connection that is there already. CPU is
that of the client's process during the call, memory (VmHWM, the largest of the rounds) that of its
whole life. Files are on one disk; they are synced only in the row that says so.

{transfers}

### Calls

One after the other on a kept connection, medians of {options.rounds * CALL_ROUNDS} rounds of
{options.seconds} s. libcurl keeps the reply as text, the others make objects of it.

{calls}

### Cancelling

From the request to stop to the return of the call: the median and the longest of {options.cancels}
calls, each stopped at another moment. libcurl is asked by its XFERINFOFUNCTION, and waits between
attempts on a condition variable; Node by an AbortSignal; of Python the asynchronous client, whose
task is cancelled.

{cancels}
""")


def main():
    parser = argparse.ArgumentParser(description="Measure the SDK beside other clients.")
    parser.add_argument("program", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--clients", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--bytes", type=int, default=512 << 20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--cancels", type=int, default=50)
    options = parser.parse_args()
    # Before the namespace, which has no way out.
    installed = os.environ.get(INSTALLED) or json.dumps(installed_clients())
    if common.wants_namespace():
        return common.in_namespace(**{INSTALLED: installed})
    ours = options.clients or options.program.parent / "bench"
    # Beside the build, not in /tmp, which may be memory.
    with tempfile.TemporaryDirectory(dir=options.program.parent, prefix="bench-") as name:
        folder = pathlib.Path(name)
        clients = [Client("SDK", [str(ours / "sdk_client")]),
                   Client("plain libcurl", [str(ours / "curl_client")]),
                   *(client_of(found, folder) for found in json.loads(installed))]
        bench = Bench(options, folder, clients)
        bench.run()
        write_results(bench)
    return 0


if __name__ == "__main__":
    sys.exit(main())
