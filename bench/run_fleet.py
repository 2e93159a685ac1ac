#!/usr/bin/env python3
"""Measures content on S3, replicas over PostgreSQL, and files in parts, and writes its section of
bench/RESULTS.md.

    bench/run_fleet.py PROGRAM [--bytes N] [--rounds N] [--seconds N] [--files N] [--parts N]

PROGRAM is a built argot. The rival on S3 is curl with the same server, Ceph's gateway, and requests
that are signed in advance, so that it hashes nothing: once without its payload, which the gateway
then takes as it comes, and once with it, as argot signs, so that the gateway hashes it as well.
Over HTTPS neither signs the payload, as `payload=unsigned` has it for argot and libcurl does it
alone. As root it runs in a network namespace of its own with the `reno` congestion control. With
the defaults it writes 8 GB beside PROGRAM for a while.
"""

import argparse
import concurrent.futures
import contextlib
import functools
import hashlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import common

sys.path[:0] = [str(common.ROOT / "tests/process"), str(common.ROOT / "tests/support")]
import postgres  # pylint: disable=wrong-import-position
import rados_gateway  # pylint: disable=wrong-import-position
import s3_test  # pylint: disable=wrong-import-position

PART_BYTES = 64 << 20
PARTS_AT_ONCE = 8
REPLICAS_MAX = 3
CONNECTIONS = 32


def psql(statement, address):
    subprocess.run([f"{postgres.programs()}/psql", "--no-psqlrc", "--quiet",
                    "--set=ON_ERROR_STOP=1", "--command", statement, address], check=True,
                   stdout=subprocess.DEVNULL)


def asked(bucket, method, key, *payload_sha256):
    """What curl asks for an object with."""
    url, headers = bucket.signed(method, key, "", *payload_sha256)
    return [*(word for name, value in headers.items() for word in ("-H", f"{name}: {value}")), url]


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.text = []
        self.goals = []
        self.kept = ""  # the id of a file of the replicas

    def goal(self, what, asked, measured, is_met):
        self.goals.append([what, asked, measured, "yes" if is_met else "**no**"])

    def new_folder(self, name):
        place = self.folder / name
        place.mkdir()
        return place

    # --- Content on S3 -------------------------------------------------------------------------

    def on_s3(self):
        self.through_s3("HTTP", {"curl": "UNSIGNED-PAYLOAD", "curl, payload signed": None})
        self.through_s3("HTTPS", {"curl": "UNSIGNED-PAYLOAD"})

    def through_s3(self, protocol, rivals):
        """Beside rivals by the hash that they sign with; None: that of the payload."""
        gateway = rados_gateway.start(self.new_folder(f"gateway-{protocol}"))
        try:
            bucket = s3_test.Bucket(gateway.endpoint, "bench")
            flags = ["--blobs", f"s3://bench/argot?endpoint={gateway.endpoint}"]
            trust = []
            if protocol == "HTTPS":
                bucket.endpoint = gateway.tls_endpoint
                flags = ["--blobs", f"s3://bench/argot?endpoint={gateway.tls_endpoint}"
                                    "&payload=unsigned", "--s3-ca-file", gateway.certificate]
                trust = ["--cacert", gateway.certificate]
            self.transfers(protocol, bucket, flags, trust, rivals)
        finally:
            gateway.end()

    def transfers(self, protocol, bucket, flags, trust, rivals):
        large = self.folder / "large.bin"
        common.fill(large, self.options.bytes)
        os.environ.update(s3_test.KEY)
        payload = hashlib.sha256(large.read_bytes()).hexdigest()
        with common.argot(self.options.program, self.new_folder(f"s3-{protocol}"),
                          *flags) as service:
            ours, theirs = [], []

            key = ("-H", f"Authorization: Bearer {service.key}")

            # The same client for both, so that what differs is what it talks to.
            def create():
                created = common.curl(*key, "-F", "purpose=user_data", "-F", f"file=@{large}",
                                      f"{service.url}/files")
                ours.append(json.loads(created)["id"])

            def put(signed_with):
                theirs.append(f"plain-{len(theirs)}")
                common.curl(*trust, "-T", large,
                            *asked(bucket, "PUT", theirs[-1], signed_with or payload))

            def download():
                common.curl("-o", "/dev/null", *key, f"{service.url}/files/{ours[0]}/content")

            def get():
                common.curl(*trust, "-o", "/dev/null", *asked(bucket, "GET", theirs[0]))

            rows = self.beside(f"upload over {protocol}", service.pid, create,
                               {name: functools.partial(put, signed_with)
                                for name, signed_with in rivals.items()},
                               self.options.rounds)
            # They are short and leave nothing behind, so that more of them can be had.
            rows += self.beside(f"download over {protocol}", service.pid, download, {"curl": get},
                                5 * self.options.rounds)
            peak = common.peak_rss_mib(service.pid)
            for file_id in ours:
                service.remove(file_id)
        self.text += [f"{self.options.bytes >> 20} MiB at a time through S3 over {protocol}; argot "
                      "sends parts of 8 MiB, curl one object. The client is curl both times. CPU "
                      "is that of argot.\n",
                      common.table([f"S3, {protocol}", "rival", "argot", "rival",
                                    "speed, argot : rival", "CPU s/GB"], rows),
                      f"\nPeak memory of argot: {peak:.0f} MiB.\n"]

    def beside(self, what, pid, ours, rivals, rounds):
        """Rows of medians, of all in turns, after a warm-up of each."""
        figures = {name: [] for name in ("argot", *rivals)}
        used = []
        for _ in range(rounds + 1):
            seconds, cpu = common.used(pid, ours)
            figures["argot"].append(seconds)
            used.append(cpu)
            for name, call in rivals.items():
                figures[name].append(common.timed(call))
        speed = {name: self.options.bytes / 1e6 / statistics.median(seconds[1:])
                 for name, seconds in figures.items()}
        cpu = statistics.median(used[1:]) / self.options.bytes * 1e9
        rows = []
        for name in rivals:
            # Within each round, as the machine is not equally fast in all of them.
            ratio = statistics.median(theirs / own for own, theirs in
                                      zip(figures["argot"][1:], figures[name][1:]))
            self.goal(f"S3, {what}, argot : {name}", "at least 0.85",
                      f"{ratio:.2f}", ratio >= 0.85)
            rows.append([what, name, f"{speed['argot']:.0f} MB/s", f"{speed[name]:.0f} MB/s",
                         f"{ratio:.2f}", f"{cpu:.2f}"])
        return rows

    # --- Replicas over PostgreSQL --------------------------------------------------------------

    def replicas(self):
        # Its own default; the tests' servers make do with less.
        server = postgres.Postgres("shared_buffers=128MB")
        rows = []
        with contextlib.ExitStack() as running:

            def start(name, database):
                os.environ["ARGOT_CATALOG"] = database
                place = self.new_folder(name)
                return running.enter_context(common.argot(self.options.program, place))

            # The bytes lie on one disk: no replica has a file that it did not take itself.
            database = server.new_database()
            services = []
            for number in range(REPLICAS_MAX):
                services.append(start(f"replica-{number}", database))
                rows.append(self.operations(services, services[0].key))
            few = start("few", server.new_database())
            self.operations([few], few.key)  # some thousand files
            self.many_files(few, services[0], database)
        del os.environ["ARGOT_CATALOG"]
        self.text += ["\nMetadata on PostgreSQL 15, requests a second of all replicas together, "
                      f"{CONNECTIONS} connections in all; they, PostgreSQL and the clients share "
                      "the machine.\n",
                      common.table(["replicas", "retrieve", "list 100", "create 4 KiB"], rows)]

    def operations(self, services, key):
        """A row with the rates of each operation, all replicas asked at once."""
        small = self.folder / "small.bin"
        small.write_bytes(b"x" * 4096)
        bearer = ["-H", f"Authorization: Bearer {key}"]
        self.kept = services[0].create(small)["id"]
        script = common.create_script(self.folder, 4096)
        rates = []
        for arguments in ([f"/files/{self.kept}"], ["/files?limit=100"], ["/files", "-s", script]):
            path, *more = arguments
            with concurrent.futures.ThreadPoolExecutor(len(services)) as pool:
                runs = [pool.submit(common.wrk, max(1, CONNECTIONS // len(services)),
                                    self.options.seconds, [*bearer, *more, service.url + path])
                        for service in services]
                rates.append(sum(run.result()[0] for run in runs))
        return [str(len(services)), *(f"{rate:.0f}" for rate in rates)]

    def many_files(self, few, many, database):
        """How long a page takes with few files and with many, in turns."""
        begin = time.perf_counter()
        # Copies of one row, older than all others, with ids that are well-formed and in order.
        psql(
            "INSERT INTO files (organization_id, project_id, id, purpose, filename, bytes,"
            " created_at, expires_at, status, status_details, sha256, blob, checksums, part_count)"
            " SELECT organization_id, project_id, 'file-' || translate(lpad(n::text,"
            " length(id) - 5, '0'), '0123456789', '123456789A'), purpose,"
            " filename, bytes, created_at, expires_at, status, status_details, sha256,"
            " lpad(to_hex(n), 40, '0'), checksums, part_count"
            f" FROM generate_series(1, {self.options.files}) AS n,"
            " (SELECT * FROM files ORDER BY sequence LIMIT 1) AS first", database)
        # What PostgreSQL does in its own time after so many rows is done before anybody is timed.
        psql("VACUUM (ANALYZE) files", database)
        psql("CHECKPOINT", database)
        print(f"filled in {time.perf_counter() - begin:.0f} s", flush=True)
        number = str(self.options.files // 2).zfill(len(self.kept) - len("file-"))
        middle = "file-" + number.translate(str.maketrans("0123456789", "123456789A"))
        asked = {"newest first, few": (few, ""), "newest first": (many, ""),
                 "from the middle": (many, f"&after={middle}"),
                 "oldest first": (many, "&order=asc")}
        taken_us = {page: [] for page in asked}
        for _ in range(self.options.rounds):
            for page, (service, query) in asked.items():
                url = f"{service.url}/files?limit=100{query}"
                bearer = ["-H", f"Authorization: Bearer {service.key}"]
                rate, _ = common.wrk(1, self.options.seconds, [*bearer, url])
                taken_us[page].append(1e6 / rate)
        few_us, *_ = taken_us.values()
        ratio = {page: statistics.median(one / other for one, other in zip(times, few_us))
                 for page, times in taken_us.items()}
        self.text += [f"\nA page of 100 files on PostgreSQL, with some thousand files and with "
                      f"{self.options.files:,} more, in turns.\n",
                      common.table(["page", "us", "as many times few"],
                                   [[page, f"{statistics.median(times):.0f}", f"{ratio[page]:.2f}"]
                                    for page, times in taken_us.items()])]
        slowest = max(ratio.values())
        self.goal(f"a page among {self.options.files:,} files : among few", "flat, at most 1.25",
                  f"{slowest:.2f}", slowest <= 1.25)

    # --- Files in parts ------------------------------------------------------------------------

    def in_parts(self):
        part = self.folder / "part.bin"
        common.fill(part, PART_BYTES)
        count = self.options.parts
        with common.argot(self.options.program, self.new_folder("parts")) as service:

            def post(path, value):
                body = json.dumps(value).encode()
                head = (f"POST /v1/uploads{path} HTTP/1.1\r\n{service.auth}Content-Type: "
                        f"application/json\r\nContent-Length: {len(body)}\r\n\r\n")
                return json.loads(common.exchange(service.port, head, after=body))

            def send(upload):
                before, after = common.form("part.bin", "")
                before = (f'--{common.BOUNDARY}\r\nContent-Disposition: form-data; name="data"; '
                          'filename="part.bin"\r\n\r\n').encode()
                size = len(before) + PART_BYTES + len(after)
                head = (f"POST /v1/uploads/{upload}/parts HTTP/1.1\r\n{service.auth}Content-Type: "
                        f"multipart/form-data; boundary={common.BOUNDARY}\r\n"
                        f"Content-Length: {size}\r\n\r\n")
                return json.loads(common.exchange(service.port, head, part, before, after))["id"]

            upload = post("", {"filename": "huge.bin", "purpose": "user_data",
                               "bytes": count * PART_BYTES, "mime_type": "text/plain"})["id"]
            begin = time.perf_counter()
            cpu = common.cpu_seconds(service.pid)
            with concurrent.futures.ThreadPoolExecutor(PARTS_AT_ONCE) as pool:
                parts = list(pool.map(send, [upload] * count))
            sent = time.perf_counter() - begin
            complete = common.timed(lambda: post(f"/{upload}/complete", {"part_ids": parts}))
            cpu = common.cpu_seconds(service.pid) - cpu
            peak = common.peak_rss_mib(service.pid)
        total = count * PART_BYTES
        self.text += [f"\n{total / 1e9:.1f} GB in {count} parts of 64 MiB, {PARTS_AT_ONCE} at a "
                      f"time, to disk: {total / 1e6 / sent:.0f} MB/s, {cpu / total * 1e9:.2f} CPU "
                      f"s/GB; completed in {complete * 1e3:.0f} ms; peak memory {peak:.0f} MiB.\n"]
        print(self.text[-1], flush=True)
        self.goal(f"peak memory of {total / 1e9:.1f} GB in parts", "under 128 MiB",
                  f"{peak:.0f} MiB", peak < 128)


def main():
    if common.wants_namespace():
        return common.in_namespace()
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--bytes", type=int, default=128 << 20)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--files", type=int, default=10_000_000)
    parser.add_argument("--parts", type=int, default=128)
    options = parser.parse_args()
    options.program = options.program.resolve()
    with tempfile.TemporaryDirectory(dir=options.program.parent) as folder:
        bench = Bench(options, pathlib.Path(folder))
        for step in (bench.on_s3, bench.in_parts, bench.replicas):
            step()
    goals = common.table(["goal", "asked", "measured", "met"], bench.goals)
    common.write_section("Past one machine", "\n".join([
        f"`bench/run_fleet.py {' '.join(sys.argv[1:])}`\n", common.facts(), *bench.text, "",
        goals]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
