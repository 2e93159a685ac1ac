"""Sends every case of http_cases.py to a running server, whole and in pieces, and looks at what
comes back: one refusal with a status that the case names, the envelope where there is a body, the
end of the connection, and no answer to what was sent behind it.
"""

import json
import os
import random
import re
import socket
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "process"))

import harness  # noqa: E402
import http_cases  # noqa: E402


def ask(server, text, pieces=1, chance=None):
    """All that comes back for `text`, cut into so many pieces, until the server ends."""
    count = min(pieces, len(text)) - 1
    cuts = sorted(chance.sample(range(1, len(text)), count)) if chance else []
    with server.open_socket() as link:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for begin, end in zip([0, *cuts], [*cuts, len(text)]):
                link.sendall(text[begin:end])
            link.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # It has said what it has to say.
        seen = b""
        try:
            while piece := link.recv(1 << 16):
                seen += piece
        except ConnectionResetError:
            pass
        return seen


def cases(server):
    key = server.key.encode()
    for name, text, statuses in http_cases.cases():
        yield name, text.replace(b"@KEY@", key) + http_cases.SMUGGLED, statuses


def replies_in(seen):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", seen)]


class Torture(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="argot-torture-")
        cls.folder = cls.enterClassContext(folder)
        cls.server = cls.enterClassContext(harness.Server(os.path.join(cls.folder, "data")))

    def check(self, name, seen, statuses):
        replies = [status for status in replies_in(seen) if status != 100]
        self.assertEqual(len(replies), 1, f"{name}: {seen[:500]!r}")
        self.assertIn(replies[0], statuses, f"{name}: {seen[:500]!r}")
        head, _, body = seen.partition(b"\r\n\r\n")
        self.assertIn(b"\r\nConnection: close", head, name)
        self.assertNotIn(b"\r\nServer:", head, name)
        error = json.loads(body)["error"]
        self.assertEqual(set(error), {"message", "type", "param", "code"}, name)

    def test_each_case_is_refused_and_ends_the_connection(self):
        count = 0
        for name, text, statuses in cases(self.server):
            with self.subTest(name):
                self.check(name, ask(self.server, text), statuses)
            count += 1
        self.assertGreaterEqual(count, 121)

    def test_pieces_make_no_difference(self):
        seed = random.randrange(1 << 32)
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        for name, text, statuses in cases(self.server):
            with self.subTest(f"{name}, seed {seed}"):
                self.check(name, ask(self.server, text, 8, chance), statuses)

    def test_a_body_that_breaks_off_gets_no_answer_and_leaves_nothing(self):
        bodies = {"the most of 64 bits": b"f" * 16 + b"\r\nhello", "half a chunk": b"9\r\nhello",
                  "no last chunk": b"5\r\nhello\r\n", "half a size": b"5"}
        for name, body in bodies.items():
            with self.subTest(name):
                text = http_cases.chunked(body).replace(b"@KEY@", self.server.key.encode())
                self.assertEqual(ask(self.server, text), b"")
        self.assertEqual(harness.Stored(self.server.folder).temporary(), [])

    def test_good_requests_are_answered_in_order(self):
        text = (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
                b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"
                b"HEAD /v1/files/file-1/content HTTP/1.1\r\nHost: x\r\n\r\n"
                b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        seed = random.randrange(1 << 32)
        for pieces in (1, 2, 20):
            with self.subTest(f"{pieces} pieces, seed {seed}"):
                seen = ask(self.server, text, pieces, random.Random(seed))
                self.assertEqual(replies_in(seen), [200, 404, 401, 200], seen)

    def test_the_server_is_well_afterwards(self):
        self.assertEqual(self.server.request("GET", "/healthz").status, 200)
        file_id = self.server.create_id(b"x")
        self.assertEqual(self.server.content(file_id).body, b"x")
        self.assertFalse([line for line in self.server.err.seen
                          if re.search(r'"status":5(?!01|05)', line)])
        self.assertFalse([line for line in self.server.err.seen if "smuggled" in line])


if __name__ == "__main__":
    harness.main()
