#!/usr/bin/env python3
"""Measures several builds of argot in turns, so that it shows what a change did, and writes its
section of bench/RESULTS.md.

    bench/run_beside.py NAME=PROGRAM... [--bytes N] [--rounds N] [--seconds N]

Each PROGRAM is a built argot, and NAME, which a column is called by, says which. All of them run
all the time, and are asked one after the other. As root it runs in a network namespace of its own
with the `reno` congestion control. It takes about three minutes a program.
"""

import argparse
import concurrent.futures
import contextlib
import http.client
import json
import multiprocessing
import os
import pathlib
import ssl
import statistics
import sys
import tempfile
import time

import common
import run_fleet

sys.path[:0] = [str(common.ROOT / "tests/process"), str(common.ROOT / "tests/support")]
import certificates  # pylint: disable=wrong-import-position
import rados_gateway  # pylint: disable=wrong-import-position
import s3_test  # pylint: disable=wrong-import-position

SMALL_BYTES = 4096
CONNECTIONS = 16
DOWNLOADS = 4
UPLOADS = 24
SMALL_FILES = 500


class Endpoint:
    """A running argot, and how curl and Python reach it."""

    def __init__(self, service, certificate=None):
        self.service = service
        self.certificate = certificate
        protocol = "https" if certificate else "http"
        self.files = f"{protocol}://127.0.0.1:{service.port}/v1/files"
        trust = ["--cacert", certificate] if certificate else []
        self.curl = [*trust, "-H", f"Authorization: Bearer {service.key}"]

    def create(self, file):
        return json.loads(run_fleet.curl(*self.curl, "-F", "purpose=user_data", "-F",
                                         f"file=@{file}", self.files))["id"]

    def download(self, file_id):
        run_fleet.curl(*self.curl, "-o", "/dev/null", f"{self.files}/{file_id}/content")

    def remove(self, file_id):
        run_fleet.curl(*self.curl, "-X", "DELETE", f"{self.files}/{file_id}")

    def connect(self):
        if not self.certificate:
            return http.client.HTTPConnection("127.0.0.1", self.service.port)
        trust = ssl.create_default_context(cafile=self.certificate)
        return http.client.HTTPSConnection("127.0.0.1", self.service.port, context=trust)

    def used(self, call):
        """The seconds that a call takes, and the CPU seconds of the service meanwhile."""
        before = common.cpu_seconds(self.service.pid)
        seconds = run_fleet.timed(call)
        return seconds, common.cpu_seconds(self.service.pid) - before


def ask_again_and_again(endpoint, request, stop, results):
    """In a process of its own; puts the milliseconds of each request into `results` at the end."""
    connection = endpoint.connect()
    taken = []
    while not stop.is_set():
        begin = time.perf_counter()
        connection.request(*request)
        reply = connection.getresponse()
        reply.read()
        taken.append((time.perf_counter() - begin) * 1000)
        if reply.status != 200:
            sys.exit(f"{request[:2]}: {reply.status}")
    results.put(taken)


def milliseconds_beside(endpoint, request, others):
    """Those of a client that asks all the time while others() runs."""
    method, path, body, headers = request
    headers = {"Authorization": f"Bearer {endpoint.service.key}", **headers}
    stop, results = multiprocessing.Event(), multiprocessing.Queue()
    client = multiprocessing.Process(target=ask_again_and_again, args=(
        endpoint, (method, path, body, headers), stop, results))
    client.start()
    others()
    stop.set()
    taken = results.get(timeout=60)
    client.join()
    return taken


def percentile(taken, number):
    return statistics.quantiles(taken, n=100)[number - 1]


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.large, self.small = folder / "large.bin", folder / "small.bin"
        common.fill(self.large, options.bytes)
        # For Ceph, which has its store in memory and keeps for a while what is deleted.
        self.half = folder / "half.bin"
        common.fill(self.half, options.bytes // 2)
        self.small.write_bytes(os.urandom(SMALL_BYTES))
        self.certificate = certificates.make_certificate(folder, "bench")
        self.places = 0
        self.rows = []

    @contextlib.contextmanager
    def endpoints(self, *flags, certificate=None):
        """One of each program, by its name; NAME in a flag becomes that."""
        if certificate:
            flags += ("--tls-certificate", certificate[0], "--tls-key", certificate[1])
        with contextlib.ExitStack() as running:
            services = {}
            for name, program in self.options.programs.items():
                self.places += 1
                place = self.folder / str(self.places)
                place.mkdir()
                own = [flag.replace("NAME", name) for flag in flags]
                services[name] = Endpoint(running.enter_context(common.argot(program, place, *own)),
                                          certificate and certificate[0])
            yield services

    def in_turns(self, endpoints, rounds, measure):
        """By name what measure(endpoint) gave in each round, after one to warm up."""
        found = {name: [] for name in endpoints}
        for number in range(rounds + 1):
            for name, endpoint in endpoints.items():
                figures = measure(endpoint)
                if number > 0:
                    found[name].append(figures)
        return found

    def row(self, what, found, cell):
        """A cell of each program's rounds."""
        self.rows.append([what, *(cell(found[name]) for name in self.options.programs)])
        print(self.rows[-1], flush=True)

    # --- Transfers -----------------------------------------------------------------------------

    def speed(self, used):
        seconds, cpu = (statistics.median(column) for column in zip(*used))
        size = self.options.bytes
        return f"{size / 1e6 / seconds:.0f} MB/s, {cpu / size * 1e9:.2f} CPU s/GB"

    def on_disk(self):
        for protocol, certificate in (("HTTP", None), ("HTTPS", self.certificate)):

            def round_trip(endpoint):
                files = []
                up = endpoint.used(lambda: files.append(endpoint.create(self.large)))
                first = endpoint.used(lambda: endpoint.download(files[0]))
                again = endpoint.used(lambda: endpoint.download(files[0]))
                endpoint.remove(files[0])
                return up, first, again

            with self.endpoints(certificate=certificate) as endpoints:
                found = self.in_turns(endpoints, self.options.rounds, round_trip)
            for number, what in enumerate(("upload", "first download", "download again")):
                self.row(f"{what} over {protocol}", found, lambda rounds, number=number:
                         self.speed([used[number] for used in rounds]))

    def on_s3(self):
        gateway_folder = self.folder / "gateway"
        gateway_folder.mkdir()
        gateway = rados_gateway.start(gateway_folder)
        os.environ.update(s3_test.KEY)
        try:
            bucket = s3_test.Bucket(gateway.endpoint, "bench")

            def round_trip(endpoint):
                files = []
                up = endpoint.used(lambda: files.append(endpoint.create(self.half)))
                put = run_fleet.timed(lambda: run_fleet.curl(
                    "-T", self.half, *run_fleet.asked(bucket, "PUT", "plain", "UNSIGNED-PAYLOAD")))
                down = [endpoint.used(lambda: endpoint.download(files[0])) for _ in range(3)]
                get = [run_fleet.timed(lambda: run_fleet.curl(
                    "-o", "/dev/null", *run_fleet.asked(bucket, "GET", "plain"))) for _ in range(3)]
                endpoint.remove(files[0])
                return [(put, *up)], [(one, *used) for one, used in zip(get, down)]

            flags = ["--blobs", f"s3://bench/NAME?endpoint={gateway.endpoint}"]
            with self.endpoints(*flags) as endpoints:
                found = self.in_turns(endpoints, self.options.rounds, round_trip)
        finally:
            gateway.end()

        def cell(transfers):
            ratio = statistics.median(rival / own for rival, own, _ in transfers)
            cpu = statistics.median(cpu for *_, cpu in transfers) / self.half.stat().st_size * 1e9
            return f"{ratio:.2f} of curl's speed, {cpu:.2f} CPU s/GB"

        for number, what in enumerate(("upload to S3", "download from S3")):
            self.row(f"{what} over HTTP", found, lambda rounds, number=number: cell(
                [transfer for one in rounds for transfer in one[number]]))

    # --- Small requests ------------------------------------------------------------------------

    def small_requests(self):
        script = self.folder / "create.lua"
        script.write_text(common.CREATE_LUA.replace("BOUNDARY", common.BOUNDARY)
                          .replace("BYTES", str(SMALL_BYTES)))
        with self.endpoints() as endpoints:
            kept = {endpoint: endpoint.create(self.small) for endpoint in endpoints.values()}

            def asking(endpoint, *arguments):
                counts = []
                _, cpu = endpoint.used(lambda: counts.append(common.wrk(
                    CONNECTIONS, self.options.seconds, [*endpoint.curl, *arguments])))
                rate, count = counts[0]
                return rate, cpu / count * 1e6

            asked = {
                "retrieve": lambda one: asking(one, f"{one.files}/{kept[one]}"),
                f"download of {SMALL_BYTES} B":
                    lambda one: asking(one, f"{one.files}/{kept[one]}/content"),
                f"first download of {SMALL_BYTES} B, over one connection":
                    self.download_new_files,
                f"create of {SMALL_BYTES} B": lambda one: asking(one, "-s", str(script), one.files)}
            for what, measure in asked.items():
                found = self.in_turns(endpoints, 3, measure)
                self.row(what, found, lambda rounds: "{:.0f} a second, {:.0f} CPU us each".format(
                    *(statistics.median(column) for column in zip(*rounds))))

    def download_new_files(self, endpoint):
        connection = endpoint.connect()
        key = {"Authorization": f"Bearer {endpoint.service.key}"}

        def ask(*request):
            connection.request(*request)
            return connection.getresponse().read()

        files = [json.loads(ask(*self.creation(key)))["id"] for _ in range(SMALL_FILES)]
        seconds, cpu = endpoint.used(lambda: [
            ask("GET", f"/v1/files/{file_id}/content", None, key) for file_id in files])
        return SMALL_FILES / seconds, cpu / SMALL_FILES * 1e6

    def creation(self, headers):
        before, after = common.form("small.bin", "user_data")
        return ("POST", "/v1/files", before + self.small.read_bytes() + after,
                {"Content-Type": f"multipart/form-data; boundary={common.BOUNDARY}", **headers})

    # --- One client beside others --------------------------------------------------------------

    def waiting(self):
        with self.endpoints(certificate=self.certificate) as endpoints:
            found = self.in_turns(endpoints, 3, self.retrieve_beside_downloads)
            self.row(f"retrieve beside {DOWNLOADS} HTTPS downloads, 99th percentile", found,
                     lambda rounds: f"{statistics.median(rounds):.1f} ms")
        with self.endpoints() as endpoints:
            found = self.in_turns(endpoints, 3, self.retrieve_beside_uploads)
            self.row("retrieve beside two uploads, 99th percentile", found,
                     lambda rounds: f"{statistics.median(rounds):.1f} ms")
            found = self.in_turns(endpoints, 2, self.create_beside_uploads)
            self.row(f"create of {SMALL_BYTES} B beside {UPLOADS} uploads, median and 99th "
                     "percentile", found, lambda rounds: "{:.0f} and {:.0f} ms".format(
                         *(statistics.median(column) for column in zip(*rounds))))

    def retrieve_beside_downloads(self, endpoint):
        small, large = endpoint.create(self.small), endpoint.create(self.large)
        end = time.monotonic() + self.options.seconds

        def download():
            while time.monotonic() < end:
                endpoint.download(large)

        def downloads():
            with concurrent.futures.ThreadPoolExecutor(DOWNLOADS) as pool:
                list(pool.map(lambda _: download(), range(DOWNLOADS)))

        taken = milliseconds_beside(endpoint, ("GET", f"/v1/files/{small}", None, {}), downloads)
        endpoint.remove(large)
        return percentile(taken, 99)

    def retrieve_beside_uploads(self, endpoint):
        small = endpoint.create(self.small)
        taken = milliseconds_beside(endpoint, ("GET", f"/v1/files/{small}", None, {}),
                                    lambda: self.upload_at_once(endpoint, 2, 2))
        return percentile(taken, 99)

    def create_beside_uploads(self, endpoint):
        taken = milliseconds_beside(endpoint, self.creation({}),
                                    lambda: self.upload_at_once(endpoint, UPLOADS, 1))
        return statistics.median(taken), percentile(taken, 99)

    def upload_at_once(self, endpoint, clients, times):
        def upload():
            for _ in range(times):
                endpoint.remove(endpoint.create(self.large))

        with concurrent.futures.ThreadPoolExecutor(clients) as pool:
            list(pool.map(lambda _: upload(), range(clients)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", nargs="+", metavar="NAME=PROGRAM")
    parser.add_argument("--bytes", type=int, default=128 << 20)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=4)
    options = parser.parse_args()
    if common.wants_namespace():
        return common.in_namespace()
    named = [given.rpartition("=")[::2] for given in options.programs]
    options.programs = {name: pathlib.Path(program).resolve() for name, program in named}
    if len(options.programs) < len(named) or "" in options.programs:
        parser.error("each program needs a name of its own, as in before=build/bench/argot")
    # Beside the build, not in /tmp, which may be memory.
    with tempfile.TemporaryDirectory(dir=common.ROOT / "build", prefix="bench-") as folder:
        bench = Bench(options, pathlib.Path(folder))
        for step in (bench.on_disk, bench.on_s3, bench.small_requests, bench.waiting):
            step()
    head = ["what", *options.programs]
    common.write_section("Builds beside each other", f"""\
Written by `bench/run_beside.py`. Files of {options.bytes >> 20} MiB where no size is said, half
of it for S3, one at a time where no number; the clients share the cores, and Ceph as well where it
says S3. CPU is that of argot.

{common.facts()}\
- Medians of {options.rounds} rounds of transfers, 2 or 3 of the others, after one to warm up.

{common.table(head, bench.rows)}
""")
    return 0


if __name__ == "__main__":
    sys.exit(main())
