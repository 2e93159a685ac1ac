"""No key where it does not belong: in the log, in a reply, on the disk, in a core."""

import base64
import contextlib
import http.client
import json
import os
import resource
import signal
import socket
import subprocess
import sys

import harness

PREFIX = "sk-argot-"
PUBLIC_ID_DIGITS = 11
CHECK_DIGITS = 6
# So much of a secret is no accident. Every PIECE_STEP digits there is a piece to look for.
PIECE_BYTES = 8
PIECE_STEP = 4


def secret_of(key):
    """What only its owner knows: neither the public id nor the check digits."""
    return key[len(PREFIX) + PUBLIC_ID_DIGITS:-CHECK_DIGITS]


def pieces_of(keys):
    """What would give a key away, as itself or in base64."""
    found = set()
    for key in keys:
        texts = [secret_of(key)]
        for before in ("", "x", "xx"):
            # Without the ends, which depend on what stands around.
            texts.append(base64.b64encode(f"{before}{secret_of(key)}".encode()).decode()[4:-4])
        for text in texts:
            found.update(text[at:at + PIECE_BYTES].encode()
                         for at in range(0, len(text) - PIECE_BYTES + 1, PIECE_STEP))
    return found


class Secrets(harness.ProcessTest):
    def setUp(self):
        super().setUp()
        self.replies = []
        self.is_quoted = False

    def send(self, server, head, body=b""):
        """Sends what http.client would not, and keeps the reply; its status, if there was one."""
        with server.open_socket() as link:
            link.sendall(head.encode("latin-1") + b"\r\n\r\n" + body)
            link.shutdown(socket.SHUT_WR)
            reply = harness.read_to_end(link)
        if not self.is_quoted:
            self.replies.append(reply)
        return int(reply.split(b" ", 2)[1]) if reply else None

    def ask(self, server, *headers, target="/v1/files", method="GET"):
        lines = [f"{method} {target} HTTP/1.1", "Host: x", "Connection: close", *headers]
        return self.send(server, "\r\n".join(lines))

    def check_nothing_shows(self, keys, places):
        """`places` has a name and bytes of each place to look at."""
        for piece in pieces_of(keys):
            for name, content in places:
                at = content.find(piece)
                self.assertEqual(at, -1, f"{name}: {content[max(at - 200, 0):at + 100]!r}")

    def files_of_the_folder(self):
        for place, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(place, name)
                if os.path.isfile(path):
                    with open(path, "rb") as file:
                        yield os.path.relpath(path, self.folder), file.read()

    def key_of_another_server(self):
        """Well-formed, and unknown here."""
        with harness.Server(os.path.join(self.place, "other")) as other:
            return other.key

    def ask_in_every_way(self, server, key, status):
        """`status` is what the key gets where it is in its place."""
        def encode(text):
            return base64.b64encode(text.encode()).decode()

        self.assertEqual(self.ask(server, f"Authorization: Bearer {key}"), status)
        self.assertEqual(self.ask(server, f"Authorization: Basic {encode(':' + key)}"), status)
        self.assertEqual(self.ask(server, f"Authorization: Basic {encode('me:' + key)}"), status)
        misplaced = [f"Authorization: {key}", f"Authorization: Digest {key}",
                     f"Authorization: Basic {encode(key + ':')}", f"X-Api-Key: {key}",
                     f"Cookie: key={key}", f"Proxy-Authorization: Bearer {key}",
                     f"Authorization: Bearer {key} {key}", f"Authorization: Bearer {key}x",
                     f"Authorization: Bearer {key[:-1]}", f"Authorization: Basic {key}",
                     f"Authorization: Basic {encode(':' + key)[:-3]}"]
        for header in misplaced:
            self.assertEqual(self.ask(server, header), 401, header)
        twice = f"Authorization: Bearer {key}\r\nAuthorization: Bearer {key}"
        self.assertEqual(self.ask(server, twice), 400)
        good = f"Authorization: Bearer {key}"
        for header in (f"OpenAI-Organization: {key}", f"OpenAI-Project: {key}"):
            self.assertEqual(self.ask(server, good, header), 401, header)
        for method, target in (("GET", "/v1/nothing"), ("PUT", "/v1/files"),
                               ("GET", "/v1/files?limit=x"), ("GET", f"/v1/files?api_key={key}"),
                               ("DELETE", "/v1/files/file-none"), ("POST", "/v1/files")):
            self.ask(server, good, method=method, target=target)

    def send_malformed_heads(self, server, key):
        good = f"Authorization: Bearer {key}"
        for head in (f"GET /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization : Bearer {key}",
                     f"GET /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer\r\n {key}",
                     f"GET /v1/files HTTP/1.1\r\nHost: x\n{good}",
                     f"GET /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer\x00{key}",
                     f"GET /v1/files HTTP/1.1\r\n{good}",
                     f"{good}\r\nGET /v1/files HTTP/1.1\r\nHost: x",
                     f"GET  /v1/files HTTP/1.1\r\nHost: x\r\n{good}",
                     f"GET /v1/files HTTP/9.9\r\nHost: x\r\n{good}",
                     f"GET /v1/files HTTP/1.1\r\nHost: x\r\n{good}\r\nX: {'y' * 20_000}",
                     f"GET /v1/files HTTP/1.1\r\nHost: x\r\n{good}\r\nContent-Length: {key}"):
            self.assertIn(self.send(server, head), (400, 401, 431, 505), head)

    def put_it_where_replies_quote(self, server, key):
        """Their own words go back to the client; nobody else may see them."""
        self.is_quoted = True
        good = f"Authorization: Bearer {key}"
        for header in (f"Expect: {key}", f"Transfer-Encoding: {key}",
                       f"Transfer-Encoding: {key}, chunked"):
            self.ask(server, good, header, method="POST")
        for target in (f"/v1/files/{key}", f"/v1/files/{key}/content", f"/{key}",
                       f"/v1/files/{key.replace('-', '%2D')}", f"/v1/{key.replace('s', '%73', 1)}",
                       f"/v1/files?after={key}", f"/v1/files?limit={key}",
                       f"/v1/files?order={key}", f"http://x/v1/files/{key}"):
            self.ask(server, good, target=target)
        self.ask(server, good, method=key)
        self.ask(server, good, f"Content-Type: {key}", method="POST")
        self.send(server, f"GET /v1/files {key}\r\nHost: x")
        for field in ("purpose", "expires_after[anchor]", key):
            body = (f'--b\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{key}'
                    "\r\n--b--\r\n").encode()
            self.send(server, f"POST /v1/files HTTP/1.1\r\nHost: x\r\n{good}\r\n"
                      "Content-Type: multipart/form-data; boundary=b\r\n"
                      f"Content-Length: {len(body)}", body)
        self.is_quoted = False

    def break_uploads_off(self, server, key):
        """Forms that are none, and one whose client goes away."""
        head = (f"POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
                "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ")
        for body in (b"no form", b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nx'
                     b"\r\n--b--\r\n"):
            self.send(server, f"{head}{len(body)}", body)
        self.send(server, f"{head}1000\r\nConnection: close", b"--b\r\n")

    def test_no_key_shows_anywhere_but_in_its_file(self):
        first = self.start("--log-level", "debug")
        key = first.key
        first.stop()
        # Shown once, to whoever started it.
        self.assertEqual(sum(key in line for line in first.out.seen), 1)
        unknown, revoked = self.key_of_another_server(), self.new_key("--name", "old")
        self.keys("revoke", self.key_id("old"))

        server = self.start("--log-level", "debug")
        for shown, status in ((key, 200), (unknown, 401), (revoked, 401)):
            self.ask_in_every_way(server, shown, status)
            self.send_malformed_heads(server, shown)
            self.break_uploads_off(server, shown)
            self.put_it_where_replies_quote(server, shown)
        damaged = server.create_id(bytes(3 * harness.MIB))
        self.damage_the_only_blob()
        with self.assertRaises(http.client.HTTPException):
            server.content(damaged)
        admin = harness.UnixConnection(os.path.join(self.folder, "admin.sock"))
        with contextlib.closing(admin):
            admin.request("GET", "/metrics")
            self.replies.append(admin.getresponse().read())

        keys = [key, unknown, revoked]
        alive = list(self.files_of_the_folder())
        self.assertEqual(server.stop(), 0)
        self.assertTrue(any("alarm_content_corrupt" in line for line in server.err.seen))
        # The public id is what a log names a key by.
        public_id = key[len(PREFIX):len(PREFIX) + PUBLIC_ID_DIGITS]
        self.assertIn(public_id, {json.loads(line).get("key") for line in server.err.seen
                                  if line.startswith("{")})
        credentials = [content for name, content in alive if name == "credentials"]
        self.assertIn(key.encode(), credentials[0])
        self.check_nothing_shows([unknown, revoked], [("credentials", credentials[0])])
        places = [("standard output", "\n".join(server.out.seen).encode()),
                  ("the log", "\n".join(server.err.seen).encode()),
                  ("the log of the first start", "\n".join(first.err.seen).encode()),
                  *[("a reply", reply) for reply in self.replies],
                  *[file for file in alive if file[0] != "credentials"],
                  *[file for file in self.files_of_the_folder() if file[0] != "credentials"]]
        self.assertGreater(len(places), 100)
        self.check_nothing_shows(keys, places)

    def damage_the_only_blob(self):
        for place, _, names in os.walk(os.path.join(self.folder, "blobs")):
            for name in names:
                with open(os.path.join(place, name), "r+b") as file:
                    file.seek(2 * harness.MIB + 7)
                    file.write(b"!")


class CoreDumps(harness.ProcessTest):
    def allow_cores(self):
        os.chdir(self.place)
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

    @staticmethod
    def dumps_core(process):
        """Whether the system writes down the memory of a process that gets SIGQUIT."""
        process.send_signal(signal.SIGQUIT)
        ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        return ended.si_code == os.CLD_DUMPED

    def test_hold_no_memory_of_a_server(self):
        with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE,
                              preexec_fn=self.allow_cores) as other:
            if not self.dumps_core(other):
                self.skipTest("no process leaves a core here")
        before = os.listdir(self.place)
        server = self.start(setup=self.allow_cores)
        self.assertFalse(self.dumps_core(server.process))
        self.assertEqual(server.wait(), -signal.SIGQUIT)
        self.assertEqual(sorted(os.listdir(self.place)), sorted([*before, "data"]))


if __name__ == "__main__":
    harness.main()
