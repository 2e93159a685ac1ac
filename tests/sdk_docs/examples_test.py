"""Runs the programs of examples/ against a real server, and one of them against a busy one.

ARGOT_TEST_EXAMPLES names the folder of the programs.
"""

import contextlib
import http.server
import os
import re
import signal
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "process"))

import harness  # noqa: E402

FOLDER = os.path.abspath(os.environ.get("ARGOT_TEST_EXAMPLES", "build/dev/examples"))
JSONL = b'{"prompt": "Hello", "completion": "Hello yourself"}\n'

# More than a pipe and the buffers of a connection hold.
MUCH = 32 * harness.MIB


@contextlib.contextmanager
def busy_server(refusals):
    """A server that is busy a few times, and then has no files; its URL."""
    class Handler(http.server.BaseHTTPRequestHandler):
        seen = 0

        def do_GET(self):
            Handler.seen += 1
            busy = Handler.seen <= refusals
            body = b"busy" if busy else b'{"object": "list", "data": []}'
            self.send_response(503 if busy else 200)
            self.send_header("Content-Type", "text/plain" if busy else "application/json")
            self.send_header("Content-Length", str(len(body)))
            if busy:
                self.send_header("retry-after-ms", "1")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()


class ExamplesTest(harness.ProcessTest):
    def setUp(self):
        super().setUp()
        self.work = os.path.join(self.place, "work")
        os.mkdir(self.work)

    def environment(self, server):
        return harness.clean_environment({
            "ARGOTOPENAI_API_KEY_AUTH": server.key,
            "ARGOTOPENAI_SERVER_URL": f"http://{server.host}:{server.port}/v1"})

    def run_example(self, name, *arguments, environment, code=0):
        ended = subprocess.run([os.path.join(FOLDER, name), *arguments], cwd=self.work,
                               env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                               text=True, timeout=harness.PATIENCE, check=False)
        self.assertEqual(ended.returncode, code, f"{name}: {ended.stdout}{ended.stderr}")
        return ended

    def write(self, name, content):
        with open(os.path.join(self.work, name), "wb") as file:
            file.write(content)

    def test_upload_and_wait(self):
        environment = self.environment(self.start())
        self.write("train.jsonl", JSONL)
        ended = self.run_example("upload_and_wait", "train.jsonl", "fine-tune",
                                 environment=environment)
        self.assertIn('"filename":"train.jsonl"', ended.stdout)
        self.assertRegex(ended.stderr, r"sent (\d+) of \1\n")
        self.write("train.jsonl", b"Dear diary,\n")
        ended = self.run_example("upload_and_wait", "train.jsonl", "fine-tune", code=1,
                                 environment=environment)
        self.assertIn("Must be .jsonl", ended.stderr)
        self.run_example("upload_and_wait", environment=environment, code=2)

    def test_stream_download(self):
        server = self.start()
        file_id = server.create_id(JSONL * 1000)
        environment = self.environment(server)
        ended = self.run_example("stream_download", file_id, environment=environment)
        self.assertEqual(ended.stdout, "1000 records\n")
        ended = self.run_example("stream_download", file_id, "copy.jsonl", environment=environment)
        self.assertEqual(ended.stdout, f"copy.jsonl: {1000 * len(JSONL)} bytes\n")
        self.assertEqual(os.listdir(self.work), ["copy.jsonl"])
        with open(os.path.join(self.work, "copy.jsonl"), "rb") as file:
            self.assertEqual(file.read(), JSONL * 1000)

    def test_list_all(self):
        server = self.start()
        ids = [server.create_id(JSONL, purpose="fine-tune") for _ in range(101)]
        server.create_id(b"Dear diary,\n")
        environment = self.environment(server)
        lines = self.run_example("list_all", "fine-tune",
                                 environment=environment).stdout.splitlines()
        self.assertEqual(lines.pop(), f"101 files, {101 * len(JSONL)} bytes")
        self.assertEqual([line.split("\t")[0] for line in lines], ids)
        ended = self.run_example("list_all", environment=environment)
        self.assertIn("\n102 files, ", ended.stdout)

    def test_cancel(self):
        server = self.start()
        file_id = server.create_id(harness.zeros(MUCH))
        process = subprocess.Popen([os.path.join(FOLDER, "cancel"), file_id], cwd=self.work,
                                   env=self.environment(server), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        # It has begun, and waits for its reader.
        size = len(process.stdout.read(1))
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.stderr.readline(), b"stopping\n")
        size += len(process.stdout.read())
        said = process.stderr.read().decode()
        self.assertEqual(process.wait(harness.PATIENCE), 130, said)
        match = re.fullmatch(r"stopped after (\d+) bytes\n", said)
        self.assertTrue(match, said)
        self.assertLess(size, MUCH)
        self.assertLessEqual(int(match[1]), size)

    def test_cancel_leaves_others_alone(self):
        server = self.start()
        file_id = server.create_id(JSONL)
        ended = self.run_example("cancel", file_id, environment=self.environment(server))
        self.assertEqual(ended.stdout.encode(), JSONL)

    def test_retries(self):
        ended = self.run_example("retries", environment=self.environment(self.start()))
        self.assertEqual(ended.stdout, "0 files, after 1 attempts\n")
        for refusals, code in [(2, 0), (5, 1)]:
            with busy_server(refusals) as url:
                environment = harness.clean_environment({"ARGOTOPENAI_SERVER_URL": url})
                ended = self.run_example("retries", environment=environment, code=code)
            if code == 0:
                self.assertEqual(ended.stdout, "0 files, after 3 attempts\n")
                self.assertEqual(ended.stderr, "the server answers 503\n" * 2 +
                                 "the server answers 200\n")
            else:
                self.assertRegex(ended.stderr, r"gave up after 5 attempts over .*: 503(, 503){4}\n")

    def test_no_exceptions(self):
        server = self.start()
        environment = self.environment(server)
        ended = self.run_example("no_exceptions", environment=environment)
        self.assertEqual(ended.stdout.encode(), b"one of 1: hello.jsonl\n" + JSONL)
        self.assertEqual(server.list_ids(), [])
        environment["ARGOTOPENAI_SERVER_URL"] = "nonsense"
        ended = self.run_example("no_exceptions", environment=environment, code=1)
        self.assertIn("InvalidRequestError: Invalid URL", ended.stderr)


if __name__ == "__main__":
    harness.main()
