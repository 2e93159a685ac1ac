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
import json
import os
import pathlib
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
        self.pid = service.pid
        protocol = "https" if certificate else "http"
        self.files = f"{protocol}://127.0.0.1:{service.port}/v1/files"
        trust = ["--cacert", certificate] if certificate else []
        self.curl = [*trust, "-H", f"Authorization: Bearer {service.key}"]

    def create(self, file):
        return json.loads(common.curl(*self.curl, "-F", "purpose=user_data", "-F",
                                      f"file=@{file}", self.files))["id"]

    def download(self, file_id):
        common.curl(*self.curl, "-o", "/dev/null", f"{self.files}/{file_id}/content")

    def remove(self, file_id):
        common.curl(*self.curl, "-X", "DELETE", f"{self.files}/{file_id}")

    def retrieving(self, file_id):
        return self.service.asking(f"/v1/files/{file_id}").encode()

    def creating(self, file):
        head, _, before, after = self.service.creation(file)
        return head.encode() + before + file.read_bytes() + after

    def watch(self, request):
        return common.Watch(self.service, [request], self.certificate)

    def used(self, call):
        return common.used(self.pid, call)


def at_once(clients, call):
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda _: call(), range(clients)))


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
    def endpoints(self, *flags, protocol="HTTP"):
        """One of each program, by its name; NAME in a flag becomes that."""
        certificate = None
        if protocol == "HTTPS":
            certificate, key = self.certificate
            flags += ("--tls-certificate", certificate, "--tls-key", key)
        with contextlib.ExitStack() as running:
            services = {}
            for name, program in self.options.programs.items():
                self.places += 1
                place = self.folder / str(self.places)
                place.mkdir()
                own = [flag.replace("NAME", name) for flag in flags]
                service = running.enter_context(common.argot(program, place, *own))
                services[name] = Endpoint(service, certificate)
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
        for protocol in ("HTTP", "HTTPS"):

            def round_trip(endpoint):
                files = []
                up = endpoint.used(lambda: files.append(endpoint.create(self.large)))
                first = endpoint.used(lambda: endpoint.download(files[0]))
                again = endpoint.used(lambda: endpoint.download(files[0]))
                endpoint.remove(files[0])
                return up, first, again

            with self.endpoints(protocol=protocol) as endpoints:
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
                put = common.timed(lambda: common.curl(
                    "-T", self.half, *run_fleet.asked(bucket, "PUT", "plain", "UNSIGNED-PAYLOAD")))
                down = [endpoint.used(lambda: endpoint.download(files[0])) for _ in range(3)]
                get = [common.timed(lambda: common.curl(
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
        script = common.create_script(self.folder, SMALL_BYTES)
        with self.endpoints() as endpoints:
            kept = {endpoint: endpoint.create(self.small) for endpoint in endpoints.values()}

            def asking(endpoint, *arguments):
                return common.wrk_cost(endpoint.pid, CONNECTIONS, self.options.seconds,
                                       [*endpoint.curl, *arguments])

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
        create = endpoint.creating(self.small)
        with common.connect(endpoint.service.port) as connection:
            files = [json.loads(common.get_over(connection, create))["id"]
                     for _ in range(SMALL_FILES)]
            requests = [endpoint.service.asking(f"/v1/files/{file_id}/content").encode()
                        for file_id in files]
            seconds, cpu = endpoint.used(
                lambda: [common.get_over(connection, request) for request in requests])
        return SMALL_FILES / seconds, cpu / SMALL_FILES * 1e6

    # --- One client beside others --------------------------------------------------------------

    def waiting(self):
        with self.endpoints(protocol="HTTPS") as endpoints:
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

        with endpoint.watch(endpoint.retrieving(small)) as client:
            at_once(DOWNLOADS, download)
        endpoint.remove(large)
        return client.p99_ms[0]

    def retrieve_beside_uploads(self, endpoint):
        small = endpoint.create(self.small)
        with endpoint.watch(endpoint.retrieving(small)) as client:
            at_once(2, lambda: [self.upload(endpoint) for _ in range(2)])
        return client.p99_ms[0]

    def create_beside_uploads(self, endpoint):
        with endpoint.watch(endpoint.creating(self.small)) as client:
            at_once(UPLOADS, lambda: self.upload(endpoint))
        return client.median_ms[0], client.p99_ms[0]

    def upload(self, endpoint):
        endpoint.remove(endpoint.create(self.large))


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
Written by `bench/run_beside.py NAME=PROGRAM... --bytes {options.bytes} --rounds {options.rounds}
--seconds {options.seconds}`. Files of {options.bytes >> 20} MiB where no size is said, half
of it for S3, one at a time where no number; the clients share the cores, and Ceph as well where it
says S3. CPU is that of argot.

{common.facts()}\
- Medians of {options.rounds} rounds of transfers, 2 or 3 of the others, after one to warm up.

{common.table(head, bench.rows)}
""")
    return 0


if __name__ == "__main__":
    sys.exit(main())
