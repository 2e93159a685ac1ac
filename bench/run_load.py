#!/usr/bin/env python3
"""Measures the service under load and with many files, and writes its section of bench/RESULTS.md.

    bench/run_load.py PROGRAM [--fill FILE] [--files N] [--bytes N] [--uploads N] [--slow N]

PROGRAM is a built argot, FILE the program fill_catalog, build/bench/bench/fill_catalog by default.
As root it runs in a network namespace of its own with the `reno` congestion control. With the
defaults it writes 51 GB beside PROGRAM for a while, and takes some ten minutes.
"""

import argparse
import concurrent.futures
import contextlib
import json
import multiprocessing
import os
import pathlib
import resource
import select
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import common

SMALL_BYTES = 4096


def anonymous_mib(pid):
    """Memory that is the process's own now; VmHWM would count files that it has mapped."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("RssAnon")) / 1024


def slow_client(port, count, ready, stop):
    """Holds so many connections, each of which sends a byte of a head now and then; opens a new one
    for each that is closed."""
    connections = {}
    poll = select.epoll()

    def opened():
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(b"GET /v1/files HTTP/1.1\r\nHost: slow\r\nX-Slow: ")
        connections[connection.fileno()] = connection
        poll.register(connection, select.EPOLLIN | select.EPOLLRDHUP)

    for _ in range(count):
        opened()
    ready.set()
    while not stop.is_set():
        for connection in list(connections.values()):
            with contextlib.suppress(OSError):
                connection.sendall(b"x")
        for number, _ in poll.poll(0.5):
            poll.unregister(number)
            connections.pop(number).close()
            opened()


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.goals = []
        self.rows = []
        self.places = 0

    def goal(self, what, measured, bound, unit, is_least=False):
        is_met = measured >= bound if is_least else measured <= bound
        self.goals.append([what, f"at {'least' if is_least else 'most'} {bound} {unit}",
                           f"{measured:.4g} {unit}", "yes" if is_met else "**no**"])
        print(self.goals[-1], flush=True)

    @contextlib.contextmanager
    def service(self, *flags):
        """In a data folder of its own, so that peaks are those of one measurement."""
        self.places += 1
        place = self.folder / str(self.places)
        place.mkdir()
        with common.argot(self.options.program, place, *flags) as service:
            service.folder = place
            yield service

    def file(self, size):
        path = self.folder / f"{size}.bin"
        if not path.exists():
            common.fill(path, size)
        return path

    def upload_at_once(self, service, count, size):
        file = self.file(size)
        begin = time.perf_counter()
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            list(pool.map(lambda _: service.create(file), range(count)))
        return time.perf_counter() - begin

    def creates(self):
        rates = {}
        with self.service() as service:
            script = common.create_script(self.folder, SMALL_BYTES)
            arguments = ["-H", f"Authorization: Bearer {service.key}", "-s", str(script),
                         f"{service.url}/files"]
            for clients in (1, 16, 1, 16, 1, 16):
                rates.setdefault(clients, []).append(common.wrk(clients, 3, arguments)[0])
        one, many = statistics.median(rates[1]), statistics.median(rates[16])
        self.rows.append(["durable creates of 4 KiB a second", f"{one:.0f} by 1 client, "
                          f"{many:.0f} by 16"])
        self.goal("durable creates of 4 KiB, 16 clients : 1", many / one, 4, "times", is_least=True)

    def latency_beside_uploads(self):
        with self.service() as service:
            kept = service.create(self.file(SMALL_BYTES))
            for _ in range(120):
                service.create(self.file(SMALL_BYTES))
            requests = [service.asking(path).encode()
                        for path in (f"/v1/files/{kept['id']}", "/v1/files?limit=100")]
            with common.Watch(service, requests) as healthy:
                for _ in range(3):
                    self.upload_at_once(service, 2, self.options.bytes)
        for what, p99_ms, count in zip(("retrieve", "list"), healthy.p99_ms, healthy.counts):
            self.rows.append([f"p99 of {what} beside two uploads of "
                              f"{self.options.bytes >> 20} MiB", f"{p99_ms:.1f} ms of {count}"])
            self.goal(f"p99 of {what} beside two large uploads", p99_ms, 20, "ms")

    def memory(self):
        with self.service() as service:
            seconds = self.upload_at_once(service, self.options.uploads, 64 << 20)
            peak = common.peak_rss_mib(service.pid)
        self.rows.append([f"{self.options.uploads} uploads of 64 MiB at once",
                          f"{seconds:.0f} s, peak of {peak:.0f} MiB"])
        self.goal(f"peak memory of {self.options.uploads} uploads of 64 MiB at once", peak, 128,
                  "MiB")
        with self.service() as service, contextlib.ExitStack() as held:
            before = anonymous_mib(service.pid)
            request = service.asking("/v1/files").encode()
            for _ in range(1000):
                common.get_over(held.enter_context(common.connect(service.port)), request)
            peak = common.peak_rss_mib(service.pid)
            more = anonymous_mib(service.pid) - before
        self.rows.append(["1,000 idle connections",
                          f"peak of {peak:.0f} MiB, {more * 1.024:.1f} KiB each"])
        self.goal("peak memory of 1,000 idle connections", peak, 128, "MiB")
        with self.service() as service:
            seconds = self.upload_at_once(service, self.options.uploads, self.options.bytes)
            peak = common.peak_rss_mib(service.pid)
        self.rows.append([f"{self.options.uploads} uploads of {self.options.bytes >> 20} MiB at "
                          "once", f"{seconds:.0f} s, peak of {peak:.0f} MiB"])
        self.goal(f"peak memory of {self.options.uploads} uploads of "
                  f"{self.options.bytes >> 20} MiB at once", peak, 256, "MiB")

    def slow_clients(self):
        with self.service() as service:
            kept = service.create(self.file(SMALL_BYTES))
            ready, stop = multiprocessing.Event(), multiprocessing.Event()
            attacker = multiprocessing.Process(
                target=slow_client, args=(service.port, self.options.slow, ready, stop))
            attacker.start()
            ready.wait()
            request = service.asking(f"/v1/files/{kept['id']}").encode()
            with common.Watch(service, [request]) as healthy:
                time.sleep(15)  # longer than a head may take
            peak = common.peak_rss_mib(service.pid)
            stop.set()
            attacker.join()
        self.rows.append([f"a healthy client beside {self.options.slow} slow ones",
                          f"p99 {healthy.p99_ms[0]:.1f} ms of {healthy.counts[0]}, peak of "
                          f"{peak:.0f} MiB"])
        self.goal(f"p99 of a retrieve beside {self.options.slow} slow connections",
                  healthy.p99_ms[0], 100, "ms")

    def page_cost(self, service, after=""):
        _, cost_us = common.wrk_cost(
            service.pid, 4, 2, ["-H", f"Authorization: Bearer {service.key}",
                                f"{service.url}/files?limit=100{after}"])
        return cost_us

    def filled(self, count):
        """A data folder with so many files."""
        with self.service() as service:
            place = service.folder
        subprocess.run([self.options.fill, place / "data/meta.db", str(count)], check=True)
        return place

    def many_files(self):
        small, large = self.filled(1000), self.filled(self.options.files)
        costs = []
        with common.argot(self.options.program, small) as few, \
                common.argot(self.options.program, large) as many:
            after = f"&after={json.loads(many.get('/v1/files?limit=100'))['last_id']}"
            for _ in range(5):
                costs.append([self.page_cost(few), self.page_cost(many),
                              self.page_cost(many, after)])
        few, many, deep = map(statistics.median, zip(*costs))
        self.rows.append(["CPU of a page of 100", f"{few:.0f} us among 1,000 files, {many:.0f} us "
                          f"among {self.options.files:,}, {deep:.0f} us behind a cursor"])
        self.goal(f"CPU of a page of 100 among {self.options.files:,} files", many, 150, "us")
        self.goal("the same : among 1,000 files", many / few, 1.1, "times")
        self.start_after_kill(large)

    def start_after_kill(self, place):
        with common.argot(self.options.program, place) as service:
            script = self.folder / "create.lua"
            create = subprocess.Popen(
                ["wrk", "-t1", "-c16", "-d30s", "-H", f"Authorization: Bearer {service.key}", "-s",
                 str(script), f"{service.url}/files"], stdout=subprocess.DEVNULL)
            newest = json.loads(service.get("/v1/files?limit=1"))["first_id"]
            common.wait_for(lambda: json.loads(service.get("/v1/files?limit=1"))["first_id"]
                            != newest, "nothing was created")
            os.kill(service.pid, signal.SIGKILL)
            create.terminate()
            create.wait()
        begin = time.perf_counter()
        with common.argot(self.options.program, place) as service:
            service.get("/v1/files?limit=1")
            seconds = time.perf_counter() - begin
        self.rows.append([f"start after kill -9 with {self.options.files:,} files",
                          f"{seconds:.2f} s to the first page"])
        self.goal(f"start after kill -9 with {self.options.files:,} files", seconds, 5, "s")

    def run(self):
        self.creates()
        self.latency_beside_uploads()
        self.slow_clients()
        self.many_files()
        self.memory()


def main():
    parser = argparse.ArgumentParser(description="Measure the service under load.")
    parser.add_argument("program", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--fill", type=pathlib.Path,
                        default=common.ROOT / "build/bench/bench/fill_catalog")
    parser.add_argument("--files", type=int, default=1_000_000)
    parser.add_argument("--bytes", type=int, default=512 << 20)
    parser.add_argument("--uploads", type=int, default=100)
    parser.add_argument("--slow", type=int, default=5000)
    options = parser.parse_args()
    if common.wants_namespace():
        return common.in_namespace()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    # Beside the build, not in /tmp, which may be memory.
    with tempfile.TemporaryDirectory(dir=options.program.parent, prefix="bench-") as folder:
        bench = Bench(options, pathlib.Path(folder))
        bench.run()
    common.write_section("The service under load", f"""\
Written by `bench/run_load.py`. All clients run on the same machine, and share its cores.

{common.facts()}\
- Memory is VmHWM of a service that did nothing else.

{common.table(["goal", "bound", "measured", "met"], bench.goals)}

{common.table(["what", "measured"], bench.rows)}
""")
    return 0


if __name__ == "__main__":
    sys.exit(main())
