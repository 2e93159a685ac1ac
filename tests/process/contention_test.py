"""What there is too little of for all: descriptors, memory, a disk that takes nothing any more.

What is refused is refused as documented, the rest goes on, and nothing that was acknowledged is
lost.
"""

import contextlib
import datetime
import json
import os
import re
import resource
import subprocess
import threading
import time

import harness


class OutOfDescriptors(harness.ProcessTest):
    # Fewer than the folders that it holds for good, so that none comes free whatever is closed.
    FEW = 64

    def take_descriptors(self, server):
        """Lets the server open nothing more, until what this returns is called."""
        if harness.SANITIZED:
            self.skipTest("a sanitizer needs descriptors of its own")
        before = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
        # The hard limit stays, so that it can be raised again.
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (self.FEW, before[1]))
        return lambda: resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, before)

    def connect_in_vain(self, server, stack):
        """Connects until one cannot be accepted; it waits in the system's queue."""
        stack.enter_context(server.open_socket())
        self.assertIsNotNone(server.err.wait_for('"accept_failed"'))

    @staticmethod
    def answered_link(server, stack):
        """A socket that the server has accepted for certain."""
        link = stack.enter_context(server.open_socket())
        link.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = harness.read_reply(link)
        length = int(re.search(rb"content-length: (\d+)", answer.lower())[1])
        while length > 0:
            length -= len(link.recv(length))
        return link

    @staticmethod
    def begin_upload(server, link):
        """The head of the reply to an upload whose last byte is never sent."""
        kind, total, body = harness.multipart(bytes(10_000))
        head = (f"POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"
                f"Authorization: Bearer {server.key}\r\nContent-Length: {total}\r\n\r\n")
        link.sendall(head.encode() + b"".join(body)[:-1])
        return harness.read_reply(link)

    def check_all_is_well(self, server, ids):
        """Every file of `ids` is there, and one comes and goes."""
        more = server.create_id(bytes(harness.MIB))
        self.assertEqual(server.content(more).body, bytes(harness.MIB))
        self.assertEqual(sorted(server.list_ids()), sorted([*ids, more]))
        self.assertEqual(server.delete(more).status, 200)
        for file_id in ids:
            self.assertEqual(server.content(file_id).status, 200)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])

    def test_connections_beyond_a_hard_limit_get_503_and_a_time_to_come_back(self):
        def lower():
            resource.setrlimit(resource.RLIMIT_NOFILE, (600, 600))
        server = self.start(setup=lower)
        kept = server.create_id(b"kept")
        allowed = int(server.metric("argot_http_connections_limit"))
        harness.wait_until(lambda: server.metric("argot_http_connections") == 0, "an idle server")
        with contextlib.ExitStack() as stack:
            begun = []
            for _ in range(allowed):
                begun.append(server.start_upload(1000))
                stack.enter_context(begun[-1][0])
            for _ in range(3):
                with server.open_socket() as refused:
                    head = harness.read_reply(refused)
                    self.assertTrue(head.startswith(b"HTTP/1.1 503 "), head)
                    self.assertIn(b"\r\nRetry-After: 1\r\n", head)
            # Those that are open each have a file of their own.
            for link, rest in begun:
                link.sendall(rest)
                self.assertTrue(harness.read_reply(link).startswith(b"HTTP/1.1 200 "))
            self.assertEqual(server.metric("argot_http_connections_refused_total"), 3)
        harness.wait_until(lambda: server.metric("argot_http_connections") == 0, "their end")
        ids = server.list_ids()
        self.assertEqual(len(ids), allowed + 1)
        self.assertIn(kept, ids)
        self.assertFalse(any("accept_failed" in line for line in server.err.seen))
        self.check_all_is_well(server, ids)

    def test_with_none_left_it_waits_and_does_not_spin(self):
        server = self.start("--server-head-timeout", "10m")
        kept = server.create_id(b"kept")
        with contextlib.ExitStack() as stack:
            before = stack.enter_context(contextlib.closing(server.connect()))
            self.assertEqual(server.request("GET", "/healthz", connection=before).status, 200)
            give_back = self.take_descriptors(server)
            self.connect_in_vain(server, stack)

            lines = []
            began, used = time.monotonic(), server.processor_seconds()
            while len(lines) < 10:
                lines.append(json.loads(server.err.wait_for('"accept_failed"')))
            took, used = time.monotonic() - began, server.processor_seconds() - used
            times = [datetime.datetime.fromisoformat(line["time"]) for line in lines]
            # As the log has it, because this process may have been the one that waited.
            self.assertGreater((times[-1] - times[0]).total_seconds(), 0.5)
            self.assertLess(used, max(took, 0.1) / 2)

            # What needs no descriptor is served.
            listed = server.request("GET", "/v1/files", connection=before)
            self.assertEqual([file["id"] for file in listed.json()["data"]], [kept])
            give_back()
        self.check_all_is_well(server, [kept])

    def test_uploads_without_one_get_503_and_leave_nothing(self):
        server = self.start("--server-head-timeout", "10m")
        kept, gone = server.create_id(b"kept"), server.create_id(b"gone")
        with contextlib.ExitStack() as stack:
            begun = [server.start_upload(1000) for _ in range(3)]
            for link, _ in begun:
                stack.enter_context(link)
            before = stack.enter_context(contextlib.closing(server.connect()))
            self.assertEqual(server.request("GET", "/healthz", connection=before).status, 200)
            late = [self.answered_link(server, stack) for _ in range(3)]
            give_back = self.take_descriptors(server)
            self.connect_in_vain(server, stack)

            for link in late:
                head = self.begin_upload(server, link)
                self.assertTrue(head.startswith(b"HTTP/1.1 503 "), head)
                self.assertIn(b"\r\nRetry-After: 1\r\n", head)
            read = server.request("GET", f"/v1/files/{kept}/content", connection=before)
            self.assertEqual(read.status, 503, read.body)
            self.assertEqual(read.headers["Retry-After"], "1")
            deleted = server.request("DELETE", f"/v1/files/{gone}", connection=before)
            self.assertEqual(deleted.status, 200, deleted.body)
            # Those that have a file already end well.
            for link, rest in begun:
                link.sendall(rest)
                self.assertTrue(harness.read_reply(link).startswith(b"HTTP/1.1 200 "))
            self.assertEqual(self.stored.temporary(), [])
            give_back()
            self.assertEqual(server.create(b"again", connection=before).status, 200)
        # Nobody was told that content is damaged.
        self.assertEqual(server.metric("argot_scrub_damaged_files_total"), 0)
        ids = server.list_ids()
        self.assertEqual(len(ids), len(begun) + 2)
        self.assertIn(kept, ids)
        self.assertNotIn(gone, ids)
        self.check_all_is_well(server, ids)


class MemoryGroup:
    """A control group whose processes get so much memory, the cache of their files included."""

    def __init__(self, test, limit):
        self.folder = self._make(test)
        test.addCleanup(self._remove)
        if self._has("memory.max"):
            self._write("memory.max", limit)
            if self._has("memory.swap.max"):
                self._write("memory.swap.max", 0)
        else:
            self._write("memory.limit_in_bytes", limit)
            self._write("memory.swappiness", 0)

    def _make(self, test):
        """A folder below our own group, or below one above it, where memory can be limited."""
        failure = "no control group for memory"
        for above in self._candidates():
            folder = os.path.join(above, f"argot-test-{os.getpid()}")
            try:
                os.mkdir(folder)
            except OSError as error:
                failure = str(error)
                continue
            if any(os.path.exists(os.path.join(folder, name))
                   for name in ("memory.max", "memory.limit_in_bytes")):
                return folder
            os.rmdir(folder)
        return test.skipTest(f"cannot limit memory here: {failure}")

    @staticmethod
    def _candidates():
        with open("/proc/self/cgroup", encoding="ascii") as file:
            own = {kind: path for _, kind, path in
                   (line.rstrip("\n").split(":", 2) for line in file)}
        with open("/proc/mounts", encoding="ascii") as file:
            mounts = [line.split()[1:4] for line in file]
        for place, kind, options in mounts:
            if kind == "cgroup2" and "" in own:
                path = own[""]
            elif kind == "cgroup" and "memory" in options.split(","):
                path = next((path for kinds, path in own.items() if "memory" in kinds.split(",")),
                            "/")
            else:
                continue
            while True:
                yield place + path.rstrip("/")
                if path == "/":
                    break
                path = os.path.dirname(path)

    def _remove(self):
        harness.wait_until(self._is_removed, "the end of a control group")

    def _is_removed(self):
        with contextlib.suppress(OSError):
            os.rmdir(self.folder)
        return not os.path.exists(self.folder)

    def _has(self, name):
        return os.path.exists(os.path.join(self.folder, name))

    def _write(self, name, value):
        with open(os.path.join(self.folder, name), "w", encoding="ascii") as file:
            file.write(str(value))

    def _read(self, name):
        with open(os.path.join(self.folder, name), encoding="ascii") as file:
            return file.read()

    def _number(self, name, key):
        return int(re.search(rf"^{key} (\d+)$", self._read(name), re.MULTILINE)[1])

    def join(self):
        """Puts the calling process into it."""
        self._write("cgroup.procs", 0)

    def times_full(self):
        """How often the limit was reached, and memory had to be taken back."""
        if self._has("memory.events"):
            return self._number("memory.events", "max")
        return int(self._read("memory.failcnt"))

    def killed(self):
        """How many processes were killed for want of memory."""
        name = "memory.events" if self._has("memory.events") else "memory.oom_control"
        return self._number(name, "oom_kill")

    def own_bytes(self):
        """What belongs to no file."""
        return self._number("memory.stat", "anon" if self._has("memory.max") else "rss")


class OutOfMemory(harness.ProcessTest):
    LIMIT = 128 * harness.MIB
    OWN_MAX = 64 * harness.MIB  # as in limits_test.py
    UPLOADS = 24

    def test_many_large_uploads_fit_into_little_memory(self):
        if harness.SANITIZED:
            self.skipTest("a sanitizer takes memory of its own")
        group = MemoryGroup(self, self.LIMIT)
        server = self.start(setup=group.join)
        together = threading.Barrier(self.UPLOADS)
        replies = {}

        def content(number):
            size = (16 + 2 * number) * harness.MIB  # 16 to 62 MiB

            def pieces():
                block = self.block(number)
                for index in range(size // harness.MIB):
                    if index == 8:
                        together.wait(harness.PATIENCE)  # All of them are under way.
                    yield block
            return size, pieces()

        def upload(number):
            replies[number] = server.create(content(number))

        threads = [threading.Thread(target=upload, args=(number,))
                   for number in range(self.UPLOADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual({number: reply.status for number, reply in replies.items()},
                         {number: 200 for number in range(self.UPLOADS)})
        # Without this the limit would have been none.
        self.assertGreater(group.times_full(), 0)
        for number, reply in replies.items():
            self.check_content(server, reply.json(), number)
        self.assertEqual(group.killed(), 0)
        self.assertLess(server.peak_memory(), self.OWN_MAX)
        self.assertLess(group.own_bytes(), self.OWN_MAX)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])

    @staticmethod
    def block(number):
        return bytes([number + 1]) * harness.MIB

    def check_content(self, server, file, number):
        with contextlib.closing(server.connect()) as connection:
            connection.request("GET", f"/v1/files/{file['id']}/content",
                               headers=server.authorization())
            response = connection.getresponse()
            self.assertEqual(response.status, 200)
            size, block = 0, self.block(number)
            while piece := response.read(harness.MIB):
                self.assertEqual(piece, block[:len(piece)])
                size += len(piece)
        self.assertEqual(size, file["bytes"])


class FailedDisk(harness.ProcessTest):
    """What the system does with an ext4 whose disk fails: nothing can be written any more.

    Not in the middle of a commit, because there it lies: an fdatasync that is under way may return
    as if it had succeeded (Linux 6.18, without any of ours). tests/crash has disks that do not.
    """

    REFUSAL = "The server cannot store this file: its disk is full or read-only."

    def setUp(self):
        super().setUp()
        self.image = os.path.join(self.place, "image")
        self.disk = os.path.join(self.place, "disk")
        os.mkdir(self.disk)
        with open(self.image, "wb") as file:
            file.truncate(256 * harness.MIB)
        try:
            subprocess.run(["mkfs.ext4", "-q", self.image], capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            self.skipTest(f"cannot make an ext4 here: {error}")
        self.mount_or_skip("-o", "loop", self.image, self.disk)
        self.folder = os.path.join(self.disk, "data")
        self.stored = harness.Stored(self.folder)

    def make_read_only(self):
        """At once, whoever is writing; remount,ro waits for writers that never end."""
        os.sync()
        failure = harness.mount("-o", "remount,abort", self.disk)
        if failure is not None:
            self.skipTest(f"cannot make a disk fail here: {failure}")

    def mend(self):
        subprocess.run(["umount", self.disk], check=True)
        self.assertIsNone(harness.mount("-o", "loop", self.image, self.disk))

    def start_here(self):
        return self.start("--storage-free-bytes-min", "0", "--sweep-interval", "1h")

    def expect_refused(self, reply):
        self.assertEqual(reply.status, 507, reply.body)
        self.assertEqual(reply.headers["Retry-After"], "60")
        self.assertEqual(reply.error()["message"], self.REFUSAL)

    def expect_all(self, contents, keys):
        """After the repair: every file of `contents` (key -> id -> content), and no more."""
        self.mend()
        server = self.start_here()
        for key in keys:
            self.assertEqual(sorted(server.list_ids(key=key)), sorted(contents[key]))
            for file_id, content in contents[key].items():
                self.assertEqual(server.content(file_id, key=key).body, content)
            server.create_id(b"goes on", key=key)
        self.assertEqual(self.stored.temporary(), [])
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])

    def test_refuses_what_writes_and_serves_what_reads_to_every_tenant(self):
        server = self.start_here()
        keys = [server.key, self.new_key("--new-organization", "second")]
        contents = {}
        for key in keys:
            texts = [f"file {number} of {key[-4:]}".encode() * 1000 for number in range(5)]
            contents[key] = {server.create_id(text, key=key): text for text in texts}

        def read_all():
            for key in keys:
                self.assertEqual(sorted(server.list_ids(key=key)), sorted(contents[key]))
                for file_id, content in contents[key].items():
                    self.assertEqual(server.content(file_id, key=key).body, content)

        begun = [server.start_upload(size) for size in (1000, harness.MIB, 9 * harness.MIB)]
        with contextlib.ExitStack() as stack:
            for link, _ in begun:
                stack.enter_context(link)
            reading = stack.enter_context(harness.Repeated(read_all))
            reading.wait_for_more(1)
            self.make_read_only()
            for link, rest in begun:
                with contextlib.suppress(OSError):
                    link.sendall(rest)
                self.assertTrue(harness.read_reply(link).startswith(b"HTTP/1.1 507 "))
            for _ in range(3):
                for key in keys:
                    self.expect_refused(server.create(b"more", key=key))
                    self.expect_refused(server.delete(next(iter(contents[key])), key=key))
            reading.wait_for_more(2)
        self.assertEqual(server.request("GET", "/readyz").status, 200)
        self.assertIsNone(server.process.poll())
        server.stop()
        self.expect_all(contents, keys)


if __name__ == "__main__":
    harness.main()
