"""`argot files` against a live server: the real program on both ends."""

import contextlib
import json
import os
import pty
import signal
import socket
import subprocess
import threading

import harness


class Relay:
    """Stands between the program and the server; may stop passing replies on after some bytes."""

    def __init__(self, server):
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.limit = None  # reply bytes of one connection
        self.then = "cut"  # or "stall"
        self.stalled = threading.Event()
        self.over = threading.Event()
        self.passed = 0  # reply bytes of all connections
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.over.set()
        self._listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, self._server.open_socket() as server, contextlib.suppress(OSError):
            threading.Thread(target=self._pass_requests, args=(client, server),
                             daemon=True).start()
            left = self.limit
            while left is None or left > 0:
                piece = server.recv(65536 if left is None else min(65536, left))
                if not piece:
                    return
                client.sendall(piece)
                self.passed += len(piece)
                left = None if left is None else left - len(piece)
            if self.then == "stall":
                self.stalled.set()
                self.over.wait(harness.PATIENCE)
            # Closing alone would leave it open while another thread reads from it.
            client.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def _pass_requests(client, server):
        with contextlib.suppress(OSError):
            while piece := client.recv(65536):
                server.sendall(piece)
            server.shutdown(socket.SHUT_WR)


class FilesTest(harness.ProcessTest):
    def setUp(self):
        super().setUp()
        self.work = os.path.join(self.place, "work")
        os.mkdir(self.work)

    def command(self, *arguments, **options):
        options.setdefault("cwd", self.work)
        return harness.run_program("files", *arguments,
                                   environment={"ARGOT_DATA": self.folder}, **options)

    def files(self, *arguments, **options):
        """Standard output of a command that must succeed and say nothing else."""
        ended = self.command(*arguments, **options)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""), ended.stdout)
        return ended.stdout

    def begin(self, *arguments, **options):
        """The command as a process, with pipes."""
        process = subprocess.Popen(
            [harness.PROGRAM, "files", *arguments], cwd=self.work, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
            env=harness.clean_environment({"ARGOT_DATA": self.folder}), **options)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        return process

    def relay(self, server):
        relay = Relay(server)
        self.addCleanup(relay.close)
        return relay, ("--server", f"http://127.0.0.1:{relay.port}/v1", "--key", server.key)

    def write(self, name, content):
        path = os.path.join(self.work, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def read(self, name):
        with open(os.path.join(self.work, name), "rb") as file:
            return file.read()


class Commands(FilesTest):
    def test_a_life_of_files(self):
        server = self.start()
        self.write("a.jsonl", b'{"prompt": "a", "completion": "b"}\n')
        self.write("b.jsonl", b'{"prompt": "c", "completion": "d"}\n')
        # Not through a shell, so the program expands the pattern.
        ids = self.files("create", "*.jsonl", "--purpose", "fine-tune").split()
        ids += self.files("create", "-", "--name", "piped.txt", "--purpose", "user_data",
                          input="from a pipe").split()
        self.assertEqual(sorted(ids), sorted(server.list_ids()))

        rows = [line.split("\t") for line in self.files("list", "--order", "asc").splitlines()]
        # Two uploads at once may end in any order.
        self.assertEqual(sorted((row[0], row[1], row[3], row[5]) for row in rows),
                         sorted([(ids[0], "35", "fine-tune", "a.jsonl"),
                                 (ids[1], "35", "fine-tune", "b.jsonl"),
                                 (ids[2], "11", "user_data", "piped.txt")]))
        listed = self.files("list", "--json", "--purpose", "user_data").splitlines()
        self.assertEqual([json.loads(line)["id"] for line in listed], [ids[2]])
        self.assertEqual(len(self.files("list", "--all", "--limit", "1").splitlines()), 3)
        self.assertIn("filename  a.jsonl\n", self.files("retrieve", ids[0]))

        os.mkdir(os.path.join(self.work, "got"))
        printed = self.files("download", *ids, "--output-dir", "got")
        self.assertEqual(printed, "got/a.jsonl\ngot/b.jsonl\ngot/piped.txt\n")
        self.assertEqual(self.read("got/a.jsonl"), self.read("a.jsonl"))
        self.assertEqual(self.files("download", ids[2], "-o", "-"), "from a pipe")
        again = self.command("download", ids[0])
        self.assertEqual(again.returncode, 1)
        self.assertIn("a.jsonl is there already", again.stderr)

        self.assertEqual(self.files("delete", *ids), "".join(f"{one}\n" for one in ids))
        self.assertEqual(server.list_ids(), [])
        self.assertEqual(self.files("list"), "")

    def test_names_reach_no_terminal_raw(self):
        server = self.start()
        server.create_id(b"x", filename="a\u202etxt.b")
        self.assertIn("a\\u{202E}txt.b", self.files("list"))
        self.assertIn("a\\u202Etxt.b", self.files("list", "--json"))

    def test_the_servers_no_is_one(self):
        server = self.start()
        wrong = "sk-argot-" + "0" * (len(server.key) - 9)
        ended = self.command("list", "--key", wrong)
        self.assertEqual(ended.returncode, 1)
        self.assertTrue(ended.stderr.startswith("argot: files list: Incorrect API key provided"),
                        ended.stderr)
        self.assertNotIn(wrong, ended.stderr)
        self.write("prose.txt", b"Dear diary,")
        ended = self.command("create", "prose.txt", "--purpose", "batch")
        self.assertEqual((ended.returncode, ended.stdout), (1, ""))
        self.assertTrue(ended.stderr.startswith("argot: prose.txt: "), ended.stderr)
        self.assertEqual(self.command("retrieve", "file-none").returncode, 1)

    def test_no_server_is_three(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        ended = self.command("list", "--server", f"http://127.0.0.1:{port}/v1", "--retries", "0")
        self.assertEqual((ended.returncode, ended.stdout), (3, ""))
        self.assertTrue(ended.stderr.startswith("argot: files list: no connection to http://"),
                        ended.stderr)

    def test_a_server_that_says_nothing_is_three(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            ended = self.command("list", "--server", f"http://127.0.0.1:{port}/v1",
                                 "--timeout", "200ms")
        self.assertEqual(ended.returncode, 3, ended.stderr)
        self.assertIn("timed out", ended.stderr)

    def test_the_credentials_key_goes_to_no_other_server(self):
        self.start()
        heads = []
        with socket.create_server(("127.0.0.1", 0)) as other:
            def answer():
                link, _ = other.accept()
                with link:
                    heads.append(harness.read_reply(link))
                    link.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            thread = threading.Thread(target=answer)
            thread.start()
            port = other.getsockname()[1]
            ended = self.command("list", "--server", f"http://127.0.0.1:{port}/v1")
            thread.join(harness.PATIENCE)
        self.assertEqual(ended.returncode, 1)
        self.assertNotIn(b"authorization", heads[0].lower())

    def test_a_terminal_gets_a_bar(self):
        self.start()
        self.write("big.jsonl", b'{"custom_id": "1"}\n' * 500_000)
        terminal, end = pty.openpty()
        process = subprocess.Popen(
            [harness.PROGRAM, "files", "create", "big.jsonl", "--purpose", "user_data"],
            cwd=self.work, stdout=subprocess.PIPE, stderr=end, text=True,
            env=harness.clean_environment({"ARGOT_DATA": self.folder}))
        os.close(end)
        drawn = b""
        with contextlib.suppress(OSError):  # the end of a terminal
            while piece := os.read(terminal, 65536):
                drawn += piece
        os.close(terminal)
        printed, _ = process.communicate(timeout=harness.PATIENCE)
        self.assertEqual(process.returncode, 0, drawn)
        self.assertTrue(printed.startswith("file-"))
        self.assertRegex(drawn, rb"big\.jsonl +\[=+\] +100%")
        self.assertTrue(drawn.endswith(b"\r\x1b[J"), drawn[-100:])


class Interruptions(FilesTest):
    def test_a_download_goes_on_where_it_was_cut(self):
        server = self.start()
        content = os.urandom(3 * harness.MIB)
        file_id = server.create_id(content, filename="random.bin")
        relay, connection = self.relay(server)
        relay.limit = harness.MIB
        ended = self.command("download", file_id, *connection, "--retries", "0", "-o", "x")
        self.assertEqual(ended.returncode, 3, ended.stderr)
        self.assertFalse(os.path.exists(os.path.join(self.work, "x")))
        kept = os.path.getsize(os.path.join(self.work, "x.part"))
        self.assertGreater(kept, 0)
        relay.limit, relay.passed = None, 0
        ended = self.command("download", file_id, *connection, "--retries", "0", "-o", "x")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(self.read("x"), content)
        self.assertLess(relay.passed, len(content) - kept + 10_000)
        self.assertEqual(os.listdir(self.work), ["x"])

    def test_a_retry_goes_on_within_one_command(self):
        server = self.start()
        content = os.urandom(3 * harness.MIB)
        file_id = server.create_id(content, filename="random.bin")
        relay, connection = self.relay(server)
        relay.limit = 2 * harness.MIB
        ended = self.command("download", file_id, *connection, "-o", "x")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(self.read("x"), content)

    def test_sigint_ends_a_download_and_keeps_its_part(self):
        server = self.start()
        file_id = server.create_id(bytes(3 * harness.MIB), filename="zeros.bin")
        relay, connection = self.relay(server)
        relay.limit, relay.then = 2 * harness.MIB, "stall"
        process = self.begin("download", file_id, *connection, "-o", "x")
        self.assertTrue(relay.stalled.wait(harness.PATIENCE))
        part = os.path.join(self.work, "x.part")
        harness.wait_until(lambda: os.path.exists(part) and os.path.getsize(part) > 0, "a part")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(harness.PATIENCE), 130)
        self.assertEqual(process.stderr.read(), f"argot: {file_id}: interrupted\n")
        self.assertIn("x.part", os.listdir(self.work))
        self.assertNotIn("x", os.listdir(self.work))

    def test_sigint_ends_an_upload_that_waits_for_its_input(self):
        server = self.start()
        process = self.begin("create", "-", "--name", "x", "--purpose", "user_data",
                             stdin=subprocess.PIPE)
        self.addCleanup(process.stdin.close)
        process.stdin.write("half")
        process.stdin.flush()
        # The body began, so the program is at the reading of more.
        harness.wait_until(lambda: self.stored.temporary(), "the upload begins")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(harness.PATIENCE), 130)
        self.assertEqual(server.list_ids(), [])

    def test_sigterm_says_which_signal_it_was(self):
        server = self.start()
        file_id = server.create_id(b"content")
        relay, connection = self.relay(server)
        relay.limit, relay.then = 1, "stall"
        process = self.begin("retrieve", file_id, *connection)
        self.assertTrue(relay.stalled.wait(harness.PATIENCE))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(harness.PATIENCE), 143)


class Outputs(FilesTest):
    """What cannot be printed is said, by every command."""

    def test_an_output_that_is_full_is_a_failure(self):
        server = self.start()
        server.create_id(b"text", filename="a.txt")
        self.write("good.txt", b"words")
        commands = [["help"], ["version"], ["keys", "list"], ["admin", "usage"],
                    ["check", "good.txt", "--purpose", "user_data", "--json"],
                    ["tokens", "good.txt"], ["files", "list"]]
        for command in commands:
            with open("/dev/full", "w", encoding="ascii") as full:
                ended = subprocess.run(
                    [harness.PROGRAM, *command], cwd=self.work, stdout=full, text=True,
                    env=harness.clean_environment({"ARGOT_DATA": self.folder}), check=False,
                    stderr=subprocess.PIPE, timeout=harness.PATIENCE)
            # A check with 1 says that the file is wrong.
            self.assertEqual(ended.returncode, 2 if command[0] == "check" else 1, command)
            self.assertEqual(ended.stderr, "argot: standard output: it takes no more\n", command)


class InParts(FilesTest):
    """Uploads in parts that are ended from outside, and gone on with by the same command."""

    PARTS = 12
    NOTE = ".random.bin.argot-upload"
    FLAGS = ("--purpose", "user_data", "--parts-above", "1MB", "--part-size", "1MB",
             "--parallel", "2")

    def setUp(self):
        super().setUp()
        self.server = self.start()
        self.bytes = os.urandom(self.PARTS * harness.MIB - 7)
        self.write("random.bin", self.bytes)
        self.link, self.connection = self.relay(self.server)
        # A few parts of each connection are answered, and the next one never is.
        self.link.limit, self.link.then = 1_500, "stall"

    def kept(self):
        """The ids of the parts that the note has."""
        with contextlib.suppress(FileNotFoundError):
            note = self.read(self.NOTE).decode().splitlines()
            return [part for part in json.loads(note[1])["part_ids"] if part]
        return []

    def begin_and_break_off(self):
        process = self.begin("create", "random.bin", *self.FLAGS, *self.connection)
        harness.wait_until(lambda: self.link.stalled.is_set() and len(self.kept()) > 2, "parts")
        return process

    def go_on(self, kept):
        self.assertLess(len(kept), self.PARTS)
        self.link.limit = None
        file_id = self.files("create", "random.bin", *self.FLAGS, *self.connection).strip()
        self.assertEqual(self.server.content(file_id).body, self.bytes)
        self.assertEqual(os.listdir(self.work), ["random.bin"])
        parts = {part for part, in self.stored.query("SELECT id FROM parts")}
        self.assertEqual(len(parts), self.PARTS)
        self.assertLessEqual(set(kept), parts)
        self.assertEqual(self.stored.query("SELECT count(*) FROM uploads"), [(1,)])

    def test_kill_9_loses_no_part_that_has_arrived(self):
        process = self.begin_and_break_off()
        process.kill()
        process.wait(harness.PATIENCE)
        self.go_on(self.kept())

    def test_a_second_one_of_the_same_file_is_refused(self):
        process = self.begin_and_break_off()
        ended = self.command("create", "random.bin", *self.FLAGS, *self.connection)
        self.assertEqual(ended.returncode, 1)
        self.assertEqual(ended.stderr,
                         "argot: random.bin: another upload of it is in progress\n")
        process.kill()
        process.wait(harness.PATIENCE)
        self.go_on(self.kept())

    def test_a_wrong_key_loses_nothing(self):
        process = self.begin_and_break_off()
        process.kill()
        process.wait(harness.PATIENCE)
        kept = self.kept()
        self.link.limit = None
        ended = self.command("create", "random.bin", *self.FLAGS, *self.connection[:-1],
                             "sk-wrong")
        self.assertEqual(ended.returncode, 1)
        self.assertIn(f"{len(kept)} of {self.PARTS} parts are there", ended.stderr)
        self.assertEqual(self.kept(), kept)
        self.go_on(kept)

    def test_sigint_says_how_far_it_came(self):
        process = self.begin_and_break_off()
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(harness.PATIENCE), 130)
        kept = self.kept()
        upload = json.loads(self.read(self.NOTE).decode().splitlines()[1])["upload_id"]
        self.assertEqual(
            process.stderr.read(),
            f"argot: random.bin: {len(kept)} of {self.PARTS} parts are there, and the same command "
            f"goes on with {upload}\nargot: random.bin: interrupted\n")
        self.go_on(kept)


class Memory(FilesTest):
    SIZE = 512 * harness.MIB

    def peak_of(self, *arguments):
        process = self.begin(*arguments)
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0, process.stderr.read())
        return out.strip(), usage.ru_maxrss * 1024

    def test_half_a_gigabyte_both_ways_in_little_memory(self):
        if harness.SANITIZED:
            self.skipTest("sanitizers need memory of their own")
        self.start()
        with open(os.path.join(self.work, "zeros.bin"), "wb") as file:
            file.truncate(self.SIZE)
        file_id, peak = self.peak_of("create", "zeros.bin", "--purpose", "user_data")
        self.assertLess(peak, 64 * harness.MIB)
        parted, peak = self.peak_of("create", "zeros.bin", "--purpose", "user_data",
                                    "--parts-above", "0")
        self.assertLess(peak, 64 * harness.MIB)
        self.assertEqual(self.stored.query("SELECT count(*) FROM parts"), [(8,)])
        self.assertNotEqual(parted, file_id)
        _, peak = self.peak_of("download", file_id, "-o", "copy.bin")
        self.assertLess(peak, 64 * harness.MIB)
        self.assertEqual(os.path.getsize(os.path.join(self.work, "copy.bin")), self.SIZE)


if __name__ == "__main__":
    harness.main()
