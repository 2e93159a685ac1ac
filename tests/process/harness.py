"""Starts the real program and talks to it over HTTP: what the tests of this folder share.

Python 3.11, standard library only. ARGOT_TEST_PROGRAM names the program. Every wait is for a line
or a condition and has a bound; nothing sleeps for a fixed time.
"""

import contextlib
import http.client
import json
import os
import queue
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import postgres

PROGRAM = os.environ.get("ARGOT_TEST_PROGRAM", "build/dev/argot")
SANITIZED = bool(os.environ.get("ARGOT_TEST_SANITIZE"))

# Where the tests' servers keep their metadata: "postgres", or else in their data folder.
CATALOG = os.environ.get("ARGOT_TEST_CATALOG", "")

# The variables that every program of the test gets.
VARIABLES = {}

# No test waits as long as this unless it is about to fail.
PATIENCE = 60.0

MIB = 1 << 20
BOUNDARY = "----argot-process-test"


def clean_environment(more=None):
    """This environment without what would change the program's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ARGOT")}
    return {**kept, **VARIABLES, **(more or {})}


def run_program(*arguments, environment=None, **options):
    """Runs a command to its end."""
    return subprocess.run([PROGRAM, *arguments], env=clean_environment(environment),
                          capture_output=True, text=True, timeout=PATIENCE, check=False, **options)


def mount(*arguments):
    """Mounts something; nothing, or why it cannot be done here."""
    try:
        ended = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    return None if ended.returncode == 0 else ended.stderr.strip()


def wait_until(condition, what):
    """Polls `condition` until it is true."""
    deadline = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain: {what}")
        pause.wait(0.01)


class Lines:
    """The lines of a stream as they come, read by a thread."""

    def __init__(self, stream):
        self.seen = []
        self._arrivals = queue.Queue()
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def _read(self, stream):
        for line in stream:
            self.seen.append(line.rstrip("\n"))
            self._arrivals.put(line.rstrip("\n"))
        self._arrivals.put(None)
        stream.close()

    def wait_for(self, pattern):
        """The next line that matches, or None if the stream ends before."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                line = self._arrivals.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no line matched {pattern!r}: {self.seen}") from None
            if line is None or re.search(pattern, line):
                return line

    def join(self):
        self._thread.join(PATIENCE)


class Repeated:
    """Calls something in a thread, over and over, until the `with` block ends.

    What it raises ends it, and is raised again where somebody waits for more, or at the end.
    """

    def __init__(self, call):
        self._call = call
        self._count = 0
        self._failure = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        try:
            while not self._stop.is_set():
                self._call()
                self._count += 1
        except Exception as failure:  # Whatever it is, it is for those who wait.
            self._failure = failure

    def wait_for_more(self, count):
        """Returns after that many more calls."""
        wanted = self._count + count
        wait_until(lambda: self._failure or self._count >= wanted, "more calls")
        if self._failure:
            raise self._failure

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, kind, value, trace):
        self._stop.set()
        self._thread.join(PATIENCE)
        if self._failure and kind is None:
            raise self._failure


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


class Reply:
    """An HTTP reply."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def error(self):
        return self.json()["error"]


def multipart(content, *, purpose="user_data", filename="notes.txt", purpose_first=False,
              field="file"):
    """Content-Type, size and pieces of a form. `content` is bytes, or a size and pieces."""
    size, pieces = (len(content), [content]) if isinstance(content, bytes) else content
    text = (f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n'
            f'{purpose}\r\n').encode()
    head = (f'--{BOUNDARY}\r\n'
            f'Content-Disposition: form-data; name="{field}"; filename="{filename}"\r\n'
            'Content-Type: application/octet-stream\r\n\r\n').encode()
    end = f"--{BOUNDARY}--\r\n".encode()
    before = text + head if purpose_first else head
    after = b"\r\n" + (end if purpose_first else text + end)

    def body():
        yield before
        yield from pieces
        yield after

    total = len(before) + size + len(after)
    return f"multipart/form-data; boundary={BOUNDARY}", total, body()


def zeros(size, piece=MIB):
    """(size, pieces): that many bytes without holding them."""
    def pieces():
        block = bytes(piece)
        for _ in range(size // piece):
            yield block
        yield bytes(size % piece)
    return size, pieces()


class Server:
    """One running `argot serve` over a data folder."""

    def __init__(self, folder, *flags, environment=None, setup=None, listen="127.0.0.1:0"):
        self.folder = folder
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", folder, "--listen", listen, *flags],
            env=clean_environment(environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, preexec_fn=setup)
        self.out = Lines(self.process.stdout)
        self.err = Lines(self.process.stderr)
        line = self.err.wait_for(r"^listening on https?://")
        if line is None:
            self.process.wait(PATIENCE)
            raise AssertionError(f"the server did not start: {self.err.seen}")
        host, port = re.fullmatch(r"listening on https?://(.*):(\d+)", line).groups()
        self.host, self.port = host, int(port)
        self.key = self.credentials().get("ARGOTOPENAI_API_KEY_AUTH")

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.kill()

    def credentials(self):
        with open(os.path.join(self.folder, "credentials"), encoding="ascii") as file:
            return dict(line.rstrip("\n").split("=", 1) for line in file)

    # --- The end -------------------------------------------------------------------------------

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self):
        """The exit code; what it printed is in `out` and `err` afterwards."""
        code = self.process.wait(PATIENCE)
        self.out.join()
        self.err.join()
        return code

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        return self.wait()

    # --- Requests ------------------------------------------------------------------------------

    def connect(self):
        return http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)

    def open_socket(self):
        return socket.create_connection((self.host, self.port), timeout=PATIENCE)

    def request(self, method, path, body=None, headers=None, key=None, connection=None):
        """One request; a new connection unless one is given."""
        with contextlib.ExitStack() as stack:
            if connection is None:
                connection = stack.enter_context(contextlib.closing(self.connect()))
            if connection.sock is None:
                connection.connect()
            headers = {**self.authorization(key), **(headers or {})}
            try:
                connection.request(method, path, body=body, headers=headers,
                                   encode_chunked="Transfer-Encoding" in headers)
            except (BrokenPipeError, ConnectionResetError):
                pass  # The server has said what it has to say, and reads no further.
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())

    def authorization(self, key=None):
        key = key or self.key
        return {"Authorization": f"Bearer {key}"} if key else {}

    def create(self, content, key=None, connection=None, **form):
        kind, total, body = multipart(content, **form)
        return self.request("POST", "/v1/files", body=body, key=key, connection=connection,
                            headers={"Content-Type": kind, "Content-Length": str(total)})

    def create_id(self, content, **form):
        reply = self.create(content, **form)
        if reply.status != 200:
            raise AssertionError(f"{reply.status}: {reply.body!r}")
        return reply.json()["id"]

    def retrieve(self, file_id, key=None):
        return self.request("GET", f"/v1/files/{file_id}", key=key)

    def content(self, file_id, key=None):
        return self.request("GET", f"/v1/files/{file_id}/content", key=key)

    def delete(self, file_id, key=None):
        return self.request("DELETE", f"/v1/files/{file_id}", key=key)

    def list_ids(self, key=None):
        reply = self.request("GET", "/v1/files", key=key)
        if reply.status != 200:
            raise AssertionError(f"{reply.status}: {reply.body!r}")
        return [file["id"] for file in reply.json()["data"]]

    def start_upload(self, size, key=None):
        """A socket on which all of an upload was sent but its last `size` bytes, and those bytes.

        The server has begun with it when this returns.
        """
        kind, total, body = multipart(bytes(size + 1000))
        whole = b"".join(body)
        link = self.open_socket()
        head = (f"POST /v1/files HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: {kind}\r\n"
                f"Authorization: Bearer {key or self.key}\r\nContent-Length: {total}\r\n"
                "Expect: 100-continue\r\n\r\n")
        link.sendall(head.encode())
        if not read_reply(link).startswith(b"HTTP/1.1 100 "):
            raise AssertionError("no 100 Continue")
        link.sendall(whole[:-size])
        return link, whole[-size:]

    # --- Uploads in parts ----------------------------------------------------------------------

    def post_json(self, path, value):
        return self.request("POST", path, body=json.dumps(value),
                            headers={"Content-Type": "application/json"})

    def begin_upload(self, size, *, purpose="user_data", filename="big.bin"):
        """The upload's id."""
        reply = self.post_json("/v1/uploads", {"filename": filename, "purpose": purpose,
                                               "bytes": size, "mime_type": "text/plain"})
        if reply.status != 200:
            raise AssertionError(f"{reply.status}: {reply.body!r}")
        return reply.json()["id"]

    def send_part(self, upload, content):
        kind, total, body = multipart(content, field="data")
        return self.request("POST", f"/v1/uploads/{upload}/parts", body=body,
                            headers={"Content-Type": kind, "Content-Length": str(total)})

    def add_part(self, upload, content):
        """The part's id."""
        reply = self.send_part(upload, content)
        if reply.status != 200:
            raise AssertionError(f"{reply.status}: {reply.body!r}")
        return reply.json()["id"]

    def complete_upload(self, upload, parts, **more):
        return self.post_json(f"/v1/uploads/{upload}/complete", {"part_ids": parts, **more})

    # --- Looking inside ------------------------------------------------------------------------

    def peak_memory(self):
        """The most memory it ever had, in bytes."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) * 1024

    def processor_seconds(self):
        """What all its threads that are alive have used."""
        used, threads = 0, f"/proc/{self.process.pid}/task"
        for thread in os.listdir(threads):
            with open(f"{threads}/{thread}/schedstat", encoding="ascii") as file:
                used += int(file.read().split()[0])
        return used / 1e9

    def metrics(self):
        """What /metrics says."""
        admin = UnixConnection(os.path.join(self.folder, "admin.sock"))
        with contextlib.closing(admin):
            admin.request("GET", "/metrics")
            return admin.getresponse().read().decode()

    def metric(self, name):
        """The value of a metric that has no labels."""
        return float(re.search(rf"^{name} (\S+)$", self.metrics(), re.MULTILINE)[1])


def read_reply(link):
    """The head of the next reply on a socket."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = link.recv(1)
        if not piece:
            break
        received += piece
    return received


def read_to_end(link):
    received = b""
    while True:
        piece = link.recv(65536)
        if not piece:
            return received
        received += piece


class Stored:
    """What a data folder holds, seen from outside while no server runs."""

    def __init__(self, folder, database=None, bucket=None):
        self.folder = folder
        self.database = database  # the address of one on PostgreSQL
        self.bucket = bucket  # the s3_test.Bucket that has the content

    def query(self, statement):
        if self.database:
            return postgres.query(statement, self.database)
        with contextlib.closing(sqlite3.connect(os.path.join(self.folder, "meta.db"))) as database:
            return database.execute(statement).fetchall()

    def temporary(self):
        if self.bucket:
            return self.bucket.unfinished()
        return os.listdir(os.path.join(self.folder, "tmp"))

    def blobs(self):
        if self.bucket:
            return {key.rsplit("/", 1)[1]: size for key, size in self.bucket.sizes().items()}
        found = {}
        for place, _, names in os.walk(os.path.join(self.folder, "blobs")):
            for name in names:
                found[name] = os.path.getsize(os.path.join(place, name))
        return found

    def problems(self):
        """Every broken invariant, in words."""
        found = [f"left in tmp: {name}" for name in self.temporary()]
        blobs = self.blobs()
        # Of a file in several parts, the parts have the bytes.
        rows = self.query("SELECT id, blob, bytes FROM files WHERE part_count = 0"
                          " UNION ALL SELECT id, blob, bytes FROM parts")
        for file_id, blob, size in rows:
            if blobs.get(blob) != size:
                found.append(f"{file_id} has {blobs.get(blob)} of {size} bytes")
        return found + self.wrong_charges()

    def wrong_charges(self):
        """Tenants that are charged for something else than their files, in words."""
        found = []
        for tenant, table in (("organization_id", "organizations"), ("project_id", "projects")):
            sums = dict(self.query(
                f"SELECT {tenant}, SUM(bytes) FROM (SELECT {tenant}, bytes FROM files UNION ALL"
                f" SELECT {tenant}, part_bytes FROM uploads WHERE status = 'pending') AS charged"
                f" GROUP BY {tenant}"))
            for name, used in self.query(f"SELECT id, used_bytes FROM {table}"):
                if used != sums.get(name, 0):
                    found.append(f"{name} uses {sums.get(name, 0)} bytes, {used} are charged")
        return found


class ProcessTest(unittest.TestCase):
    """A test with a folder of its own, and a database where it wants one."""

    on_postgres = CATALOG == "postgres"

    def setUp(self):
        self.addCleanup(VARIABLES.clear)
        if self.on_postgres:
            if postgres.why_missing():
                self.skipTest(postgres.why_missing())
            VARIABLES["ARGOT_CATALOG"] = self.postgres().new_database()
        self.place = tempfile.mkdtemp(prefix="argot-process-")
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)
        self.folder = os.path.join(self.place, "data")
        self.stored = Stored(self.folder, VARIABLES.get("ARGOT_CATALOG"))

    def postgres(self):
        """The server of the database."""
        return postgres.shared()

    def start(self, *flags, folder=None, **options):
        server = Server(folder or self.folder, *flags, **options)
        self.addCleanup(server.kill)
        return server

    def refused_start(self, *flags, folder=None, **options):
        """The one line of a start that must fail."""
        ended = run_program("serve", "--data", folder or self.folder, "--listen", "127.0.0.1:0",
                            *flags, **options)
        self.assertEqual(ended.returncode, 1, ended.stderr)
        self.assertEqual(ended.stdout, "")
        lines = [line for line in ended.stderr.splitlines() if line.startswith("argot: ")]
        self.assertEqual(len(lines), 1, ended.stderr)
        self.assertNotIn("listening on", ended.stderr)
        return lines[0]

    def admin(self, *arguments, **options):
        """Runs `argot admin`; its standard output."""
        ended = run_program("admin", *arguments, "--data", self.folder, **options)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return ended.stdout

    def keys(self, *arguments):
        """Runs `argot keys`; its standard output."""
        ended = run_program("keys", *arguments, "--data", self.folder)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return ended.stdout

    def new_key(self, *arguments):
        return self.keys("create", *arguments).strip()

    def key_id(self, name):
        """The public id of the key of that name."""
        rows = json.loads(self.keys("list", "--json"))["data"]
        return next(row["id"] for row in rows if row["name"] == name)

    def mount_or_skip(self, *arguments):
        """Mounts on the last argument until the test ends, or skips the test with the reason."""
        failure = mount(*arguments)
        if failure is not None:
            self.skipTest(f"cannot mount here: {failure}")
        self.addCleanup(subprocess.run, ["umount", "--lazy", arguments[-1]], check=False)

    def small_disk(self, size):
        """A file system of its own."""
        place = os.path.join(self.place, "disk")
        os.mkdir(place)
        self.mount_or_skip("-t", "tmpfs", "-o", f"size={size}", "tmpfs", place)
        return place

    def fill(self, disk):
        """Takes what is left of a disk, to the last byte; the filler's path."""
        path = os.path.join(disk, "filler")
        with open(path, "wb", buffering=0) as file:
            for size in (MIB, 4096, 1):
                try:
                    while file.write(bytes(size)) == size:
                        pass
                except OSError:
                    pass
        return path


def main():
    if not os.access(PROGRAM, os.X_OK):
        sys.exit(f"ARGOT_TEST_PROGRAM does not name a program: {PROGRAM}")
    unittest.main(verbosity=2)
