"""HTTPS by two files, and new files without a dropped connection."""

import contextlib
import hashlib
import http.client
import os
import pathlib
import signal
import ssl
import subprocess
import sys
import tempfile

import harness

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from certificates import make_certificate  # pylint: disable=wrong-import-position


class Https(harness.ProcessTest):
    def setUp(self):
        super().setUp()
        place = tempfile.TemporaryDirectory(prefix="argot-tls-")
        self.addCleanup(place.cleanup)
        self.first = make_certificate(place.name, "first")
        self.second = make_certificate(place.name, "second")
        self.used = tuple(os.path.join(place.name, name) for name in ("used.pem", "used.key"))
        self.use(self.first)

    def use(self, pair):
        for source, target in zip(pair, self.used):
            with open(source, "rb") as file:
                content = file.read()
            with open(target, "wb") as file:
                file.write(content)

    def start_https(self, **options):
        return self.start("--tls-certificate", self.used[0], "--tls-key", self.used[1], **options)

    def connect(self, server, trusted):
        context = ssl.create_default_context(cafile=trusted[0])
        return http.client.HTTPSConnection(server.host, server.port, context=context,
                                           timeout=harness.PATIENCE)

    def test_a_file_goes_up_and_comes_down(self):
        server = self.start_https()
        self.assertEqual(server.credentials()["ARGOTOPENAI_SERVER_URL"],
                         f"https://127.0.0.1:{server.port}/v1")
        connection = self.connect(server, self.first)
        content = os.urandom(5 << 20)
        file_id = server.create_id(content, connection=connection)
        reply = server.request("GET", f"/v1/files/{file_id}/content", connection=connection)
        self.assertEqual(hashlib.sha256(reply.body).digest(), hashlib.sha256(content).digest())
        self.assertEqual(reply.headers["Strict-Transport-Security"], "max-age=31536000")
        ranged = server.request("GET", f"/v1/files/{file_id}/content", connection=connection,
                                headers={"Range": "bytes=1048570-1048585"})
        self.assertEqual((ranged.status, ranged.body), (206, content[1048570:1048586]))
        connection.close()
        self.assertEqual(server.stop(), 0)

    def test_curl_trusts_it_and_its_authority_alone(self):
        server = self.start_https()
        url = f"https://127.0.0.1:{server.port}/healthz"
        for trusted, code in ((self.first, 0), (self.second, 60)):
            ended = subprocess.run(["curl", "-sS", "--cacert", trusted[0], url],
                                   env=harness.clean_environment(), capture_output=True, text=True,
                                   check=False)
            self.assertEqual(ended.returncode, code, ended.stderr)

    def test_plain_http_is_not_answered(self):
        server = self.start_https()
        seen = b""
        with server.open_socket() as link, contextlib.suppress(ConnectionResetError):
            link.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            seen = link.recv(1 << 16)
        self.assertNotIn(b"HTTP/1.1", seen)

    def test_new_files_are_read_on_hangup_and_nothing_is_dropped(self):
        server = self.start_https()
        old = self.connect(server, self.first)
        self.assertEqual(server.request("GET", "/v1/files", connection=old).status, 200)
        self.use(self.second)
        server.signal(signal.SIGHUP)
        self.assertIsNotNone(server.err.wait_for("reloaded"))
        new = self.connect(server, self.second)
        self.assertEqual(server.request("GET", "/v1/files", connection=new).status, 200)
        self.assertEqual(server.request("GET", "/v1/files", connection=old).status, 200)
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.connect(server, self.first).request("GET", "/healthz")
        os.truncate(self.used[0], 0)
        server.signal(signal.SIGHUP)
        self.assertIsNotNone(server.err.wait_for("reload_failed"))
        again = self.connect(server, self.second)
        self.assertEqual(server.request("GET", "/v1/files", connection=again).status, 200)
        for connection in (old, new, again):
            connection.close()
        self.assertEqual(server.stop(), 0)

    def test_files_that_cannot_be_used_stop_the_start(self):
        text = self.refused_start("--tls-certificate", self.used[0], "--tls-key", self.second[1])
        self.assertIn("--tls-key", text)
        self.assertIn("key values mismatch", text)
        text = self.refused_start("--tls-key", self.used[1])
        self.assertIn("expected both or neither, but only tls.key is set", text)


class Hangup(harness.ProcessTest):
    def test_without_a_certificate_and_a_terminal_it_means_nothing(self):
        server = self.start()
        server.signal(signal.SIGHUP)
        server.create_id(b"x")
        self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    harness.main()
