"""Content on S3: the real program on a real server that goes away and comes back."""

import hashlib
import hmac
import os
import pathlib
import re
import shutil
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import harness

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import rados_gateway  # pylint: disable=wrong-import-position

MIB = harness.MIB
KEY = {"AWS_ACCESS_KEY_ID": rados_gateway.ACCESS_KEY,
       "AWS_SECRET_ACCESS_KEY": rados_gateway.SECRET_KEY}


class Bucket:
    """A bucket as another client sees it, with a signature that owes nothing to the program's."""

    def __init__(self, endpoint, name):
        self.endpoint, self.name = endpoint, name
        self._send("PUT", "")

    def keys(self):
        return list(self.sizes())

    def sizes(self):
        """The bytes of each object, in the order of their keys."""
        found, query = {}, "list-type=2"
        while True:
            page = self._send("GET", query)
            for entry in re.findall("<Contents>.*?</Contents>", page, re.DOTALL):
                key = re.search("<Key>([^<]*)</Key>", entry)[1]
                found[key] = int(re.search("<Size>([0-9]+)</Size>", entry)[1])
            if "<IsTruncated>true</IsTruncated>" not in page:
                return found
            query = f"list-type=2&start-after={urllib.parse.quote(list(found)[-1], safe='')}"

    def unfinished(self):
        return re.findall("<UploadId>([^<]*)</UploadId>", self._send("GET", "uploads="))

    def signed(self, method, key="", query="", payload_sha256=hashlib.sha256().hexdigest()):
        """A URL and the headers that it has to be asked with."""
        path = f"/{self.name}" + (f"/{key}" if key else "")
        signed = {"host": self.endpoint.partition("://")[2],
                  "x-amz-content-sha256": payload_sha256,
                  "x-amz-date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())}
        now = signed["x-amz-date"]
        lines = "".join(f"{name}:{value}\n" for name, value in signed.items())
        names = ";".join(signed)
        request = f"{method}\n{path}\n{query}\n{lines}\n{names}\n{payload_sha256}"
        scope = f"{now[:8]}/us-east-1/s3/aws4_request"
        message = (f"AWS4-HMAC-SHA256\n{now}\n{scope}\n"
                   f"{hashlib.sha256(request.encode()).hexdigest()}")
        secret = ("AWS4" + rados_gateway.SECRET_KEY).encode()
        for word in [*scope.split("/"), message]:
            secret = hmac.new(secret, word.encode(), "sha256").digest()
        credential = f"{rados_gateway.ACCESS_KEY}/{scope}"
        headers = {"x-amz-content-sha256": payload_sha256, "x-amz-date": now,
                   "Authorization": f"AWS4-HMAC-SHA256 Credential={credential},"
                                    f"SignedHeaders={names},Signature={secret.hex()}"}
        return f"{self.endpoint}{path}" + (f"?{query}" if query else ""), headers

    def _send(self, method, query):
        url, headers = self.signed(method, query=query)
        sent = urllib.request.Request(url, method=method, headers=headers)
        with urllib.request.urlopen(sent, timeout=harness.PATIENCE) as reply:
            return reply.read().decode()


def why_missing():
    """Why there cannot be an S3 server here; None: there can, or it must."""
    missing = rados_gateway.missing_programs()
    if not missing or "ARGOT_REQUIRE_SERVERS" in os.environ:
        return None
    return f"not installed: {' '.join(missing)}"


class WithGateway(harness.ProcessTest):
    """With an S3 server that all tests of the class share."""

    @classmethod
    def setUpClass(cls):
        if why_missing():
            raise unittest.SkipTest(why_missing())
        cls.gateway_folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.gateway_folder, ignore_errors=True)
        cls.gateway = rados_gateway.start(cls.gateway_folder)
        cls.addClassCleanup(cls.gateway.end)


class ContentOnS3(WithGateway):
    def setUp(self):
        super().setUp()
        name = re.sub("[^a-z0-9]+", "-", self.id().rsplit(".", 1)[1].lower())[:60].strip("-")
        self.bucket = Bucket(self.gateway.endpoint, name)
        self.location = f"s3://{name}/argot?endpoint={self.gateway.endpoint}"

    def start_on_s3(self, *flags):
        return self.start("--blobs", self.location, "--sweep-interval", "100ms", *flags,
                          environment=KEY)

    def test_over_tls_content_may_go_unsigned(self):
        self.location = (f"s3://{self.bucket.name}/argot?endpoint={self.gateway.tls_endpoint}"
                         "&payload=unsigned")
        server = self.start_on_s3("--s3-ca-file", self.gateway.certificate)
        large = os.urandom(MIB) * 20
        for content in (b"", b"small", large):
            file_id = server.create_id(content)
            self.assertTrue(server.content(file_id).body == content)
        self.assertEqual(sorted(self.bucket.sizes().values()), [0, 5, len(large)])
        self.assertEqual(server.stop(), 0)
        self.assertIn("certificate", self.refused_start("--blobs", self.location,
                                                        environment=KEY))

    def test_files_come_go_and_are_read_in_ranges(self):
        server = self.start_on_s3()
        content = os.urandom(MIB) * 100
        file_id = server.create_id(content)
        self.assertEqual(len(self.bucket.keys()), 1)
        self.assertRegex(self.bucket.keys()[0], "^argot/[0-9a-f]{40}$")
        self.assertTrue(server.content(file_id).body == content)
        for begin, end in [(0, 0), (MIB - 1, MIB), (50 * MIB + 7, 53 * MIB),
                           (100 * MIB - 1, 100 * MIB - 1)]:
            reply = server.request("GET", f"/v1/files/{file_id}/content",
                                   headers={"Range": f"bytes={begin}-{end}"})
            self.assertEqual(reply.status, 206)
            self.assertTrue(reply.body == content[begin:end + 1], f"{begin}-{end}")
        small = server.create_id(b"small")
        self.assertEqual(server.content(small).body, b"small")
        self.assertEqual(server.content(server.create_id(b"")).body, b"")
        self.assertEqual(self.bucket.unfinished(), [])
        if not harness.SANITIZED:
            # 100 MB went both ways, and none of it stayed.
            self.assertLess(server.peak_memory(), 100 * MIB)
        self.assertGreater(server.metric("argot_s3_sent_bytes_total"), 100 * MIB)

        self.assertEqual(server.delete(file_id).status, 200)
        harness.wait_until(lambda: len(self.bucket.keys()) == 2, "the removal of the object")
        self.assertEqual(server.content(file_id).status, 404)
        self.assertEqual(server.stop(), 0)

        after = self.start_on_s3()
        self.assertEqual(after.content(small).body, b"small")

    def test_many_uploads_at_once_take_little_memory(self):
        server = self.start_on_s3()
        uploads, size = 16, 40 * MIB
        statuses = []

        def upload():
            statuses.append(server.create(harness.zeros(size)).status)

        threads = [threading.Thread(target=upload) for _ in range(uploads)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(harness.PATIENCE)
        self.assertEqual(statuses, [200] * uploads)
        self.assertEqual(len(self.bucket.keys()), uploads)
        self.assertEqual(self.bucket.unfinished(), [])
        if not harness.SANITIZED:
            self.assertLess(server.peak_memory(), 100 * MIB)

    def test_downloads_of_one_object_are_redirected_where_that_is_wanted(self):
        server = self.start_on_s3("--s3-redirect-lifetime", "1m")
        content = os.urandom(MIB) * 3
        file_id = server.create_id(content, filename="a b.bin")
        reply = server.content(file_id)
        self.assertEqual((reply.status, reply.body), (302, b""))
        url = reply.headers["Location"]
        self.assertTrue(url.startswith(self.gateway.endpoint + "/" + self.bucket.name), url)
        with urllib.request.urlopen(url, timeout=harness.PATIENCE) as given:
            self.assertTrue(given.read() == content)
            self.assertEqual(given.headers["Content-Disposition"],
                             'attachment; filename="a b.bin"')
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(url.replace("X-Amz-Expires=60", "X-Amz-Expires=600"),
                                   timeout=harness.PATIENCE)
        self.assertEqual(refused.exception.code, 403)
        refused.exception.close()
        # As the command does it, which follows.
        path = os.path.join(self.place, "copy")
        ended = harness.run_program("files", "download", file_id, "--output", path, "--server",
                                    f"http://{server.host}:{server.port}",
                                    environment={"ARGOTOPENAI_API_KEY_AUTH": server.key})
        self.assertEqual(ended.returncode, 0, ended.stderr)
        with open(path, "rb") as file:
            self.assertTrue(file.read() == content)

        ranged = server.request("GET", f"/v1/files/{file_id}/content",
                                headers={"Range": "bytes=5-9"})
        self.assertEqual((ranged.status, ranged.body), (206, content[5:10]))
        upload = server.begin_upload(2 * len(content))
        parts = [server.add_part(upload, content), server.add_part(upload, content)]
        joined = server.complete_upload(upload, parts).json()["file"]["id"]
        reply = server.content(joined)
        self.assertEqual(reply.status, 200)
        self.assertTrue(reply.body == content * 2)
        self.assertEqual(server.stop(), 0)
        self.assertNotIn("X-Amz-Signature", "".join(server.err.seen + server.out.seen))

    def test_a_refused_upload_leaves_nothing(self):
        server = self.start_on_s3("--limits-file-bytes", "40MB")
        # As large as it may be and one byte more: its parts are under way by then.
        reply = server.create(harness.zeros(40 * MIB + 1))
        self.assertEqual(reply.status, 400, reply.body)
        harness.wait_until(lambda: self.bucket.unfinished() == [], "the end of the upload")
        self.assertEqual(self.bucket.keys(), [])

    def test_a_kill_in_the_middle_of_an_upload_leaves_nothing_visible(self):
        server = self.start_on_s3()
        kept = server.create_id(b"kept")
        kind, total, body = harness.multipart(harness.zeros(100 * MIB), purpose_first=True)
        connection = server.open_socket()
        head = (f"POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"
                f"Authorization: Bearer {server.key}\r\nContent-Length: {total}\r\n\r\n")
        connection.sendall(head.encode())
        for _ in range(52):
            connection.sendall(next(body))
        harness.wait_until(lambda: len(self.bucket.unfinished()) == 1, "the upload's beginning")
        server.kill()
        connection.close()
        self.assertEqual(len(self.bucket.keys()), 1)

        young = self.start_on_s3()
        self.assertEqual(young.list_ids(), [kept])
        self.assertEqual(len(self.bucket.unfinished()), 1, "it might be a living replica's")
        self.assertEqual(young.stop(), 0)
        # Its age counts in whole seconds.
        harness.wait_until(self.start_and_look, "the end of the dead upload")
        self.assertEqual(len(self.bucket.keys()), 1)

    def start_and_look(self):
        server = self.start_on_s3("--sweep-orphan-age", "1s")
        self.assertEqual(server.stop(), 0)
        return self.bucket.unfinished() == []

    def test_a_server_that_goes_away_is_a_503_until_it_is_back(self):
        server = self.start_on_s3()
        file_id = server.create_id(b"content")
        deleted = server.create_id(b"deleted")
        self.gateway.kill_gateway()
        try:
            reply = server.create(b"more")
            self.assertEqual(reply.status, 503, reply.body)
            self.assertEqual(reply.error()["type"], "server_error")
            self.assertEqual(server.content(file_id).status, 503)
            # What needs the catalogue alone goes on.
            self.assertEqual(server.retrieve(file_id).status, 200)
            self.assertEqual(server.delete(deleted).status, 200)
            self.assertGreater(server.metric("argot_s3_failures_total"), 0)
        finally:
            self.gateway.start_gateway()
        self.assertEqual(server.content(file_id).body, b"content")
        server.create_id(b"more")
        harness.wait_until(lambda: len(self.bucket.keys()) == 2, "the removal of the object")
        self.assertEqual(server.stop(), 0)

    def test_a_start_says_what_is_wrong(self):
        for environment, said in [
                ({"AWS_ACCESS_KEY_ID": ""}, "the environment has no AWS_ACCESS_KEY_ID"),
                ({**KEY, "AWS_SECRET_ACCESS_KEY": "wrong-secret"}, "403 SignatureDoesNotMatch")]:
            line = self.refused_start("--blobs", self.location, environment=environment)
            self.assertIn(said, line)
            self.assertNotIn("wrong-secret", line)


if __name__ == "__main__":
    harness.main()
