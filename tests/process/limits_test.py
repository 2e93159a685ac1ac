"""Sizes and quotas at their limit, one byte below and one above; memory while large files pass."""

import threading

import harness

FILE_BYTES_MAX = 536_870_912
MEMORY_BYTES_MAX = 64 * harness.MIB


class LargestFile(harness.ProcessTest):
    def test_exactly_the_limit_is_taken_and_one_byte_more_is_not(self):
        server = self.start()
        taken = server.create(harness.zeros(FILE_BYTES_MAX))
        self.assertEqual(taken.status, 200, taken.body)
        self.assertEqual(taken.json()["bytes"], FILE_BYTES_MAX)
        blobs = self.stored.blobs()

        refused = server.create(harness.zeros(FILE_BYTES_MAX + 1))
        self.assertEqual(refused.status, 400, refused.body)
        self.assertEqual(refused.error()["message"], "File is too large.")
        self.assertEqual(server.list_ids(), [taken.json()["id"]])
        self.assertEqual(self.stored.temporary(), [])
        self.assertEqual(self.stored.blobs(), blobs)

        self.download(server, taken.json()["id"])
        if not harness.SANITIZED:
            self.assertLess(server.peak_memory(), MEMORY_BYTES_MAX)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])

    def download(self, server, file_id):
        connection = server.connect()
        connection.request("GET", f"/v1/files/{file_id}/content", headers=server.authorization())
        response = connection.getresponse()
        self.assertEqual(response.status, 200)
        size, block = 0, bytes(harness.MIB)
        while piece := response.read(harness.MIB):
            self.assertEqual(piece, block[:len(piece)])
            size += len(piece)
        connection.close()
        self.assertEqual(size, FILE_BYTES_MAX)

    def test_of_a_chunked_body_is_counted_as_it_comes(self):
        server = self.start("--limits-file-bytes", "1000")
        for size, status in ((999, 200), (1000, 200), (1001, 400)):
            kind, _, body = harness.multipart(bytes(size))
            reply = server.request("POST", "/v1/files", body=body,
                                   headers={"Content-Type": kind, "Transfer-Encoding": "chunked"})
            self.assertEqual(reply.status, status, size)
        self.assertEqual(len(server.list_ids()), 2)
        self.assertEqual(self.stored.temporary(), [])


class Quotas(harness.ProcessTest):
    LIMIT = 100_000

    def start_limited(self):
        return self.start("--limits-organization-bytes", str(self.LIMIT))

    def test_of_an_organization_holds_to_the_byte(self):
        server = self.start_limited()
        server.create_id(bytes(self.LIMIT - 1))
        self.assertEqual(server.create(bytes(2)).status, 400)
        last = server.create_id(bytes(1))
        refused = server.create(bytes(1))
        self.assertEqual(refused.status, 400)
        self.assertIn("You have exceeded your file storage quota.", refused.error()["message"])
        # An empty file takes nothing, and a deletion gives back what it took.
        server.create_id(b"")
        self.assertEqual(server.delete(last).status, 200)
        server.create_id(bytes(1))
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])
        self.assertEqual(self.stored.query("SELECT used_bytes FROM organizations"), [(self.LIMIT,)])

    def test_of_an_organization_is_its_own(self):
        server = self.start_limited()
        server.create_id(bytes(self.LIMIT))
        other = self.new_key("--new-organization", "second")
        self.assertEqual(server.create(bytes(self.LIMIT), key=other).status, 200)

    def test_with_room_for_one_of_two_hundred_one_succeeds(self):
        server = self.start_limited()
        server.create_id(bytes(self.LIMIT // 2))
        count = 200
        together = threading.Barrier(count)
        replies = []

        def upload():
            together.wait(harness.PATIENCE)
            replies.append(server.create(bytes(self.LIMIT // 2)))

        threads = [threading.Thread(target=upload) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(harness.PATIENCE)
        self.assertEqual(len(replies), count)
        statuses = sorted(reply.status for reply in replies)
        self.assertEqual(statuses, [200] + [400] * (count - 1))
        for reply in replies:
            if reply.status != 200:
                self.assertIn("file storage quota", reply.error()["message"])
        self.assertEqual(len(server.list_ids()), 2)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])
        self.assertEqual(self.stored.query("SELECT used_bytes FROM organizations"), [(self.LIMIT,)])

    def test_of_a_project_holds_to_the_byte(self):
        server = self.start("--limits-project-bytes", str(self.LIMIT))
        server.create_id(bytes(self.LIMIT))
        self.assertEqual(server.create(bytes(1)).status, 400)
        other = self.new_key("--new-project", "second")
        self.assertEqual(server.create(bytes(self.LIMIT), key=other).status, 200)


class EarlyReplies(harness.ProcessTest):
    """A client that goes on sending 512 MB gets the reply that was clear after its head."""

    SIZE = 512 * harness.MIB

    def send_all(self, server, head, first=b""):
        """Sends until the server has had enough; the reply."""
        block = bytes(harness.MIB)
        with server.open_socket() as link:
            link.sendall(head.encode() + b"\r\n\r\n" + first)
            try:
                for _ in range(self.SIZE // len(block)):
                    link.sendall(block)
            except OSError:
                pass
            return harness.read_to_end(link)

    def head(self, server, length, key=None):
        kind, _, _ = harness.multipart(b"")
        return (f"POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"
                f"Authorization: Bearer {key or server.key}\r\nContent-Length: {length}")

    def expect(self, server, reply, status, message):
        self.assertTrue(reply.startswith(f"HTTP/1.1 {status} ".encode()), reply[:200])
        self.assertIn(message, reply)
        self.assertEqual(server.list_ids(), [])
        self.assertEqual(self.stored.temporary(), [])
        self.assertEqual(self.stored.blobs(), {})
        if not harness.SANITIZED:
            self.assertLess(server.peak_memory(), MEMORY_BYTES_MAX)

    def test_to_a_wrong_key(self):
        server = self.start()
        reply = self.send_all(server, self.head(server, self.SIZE, key="sk-wrong"))
        self.expect(server, reply, 401, b"Incorrect API key provided")

    def test_to_a_length_beyond_the_limit(self):
        server = self.start("--limits-file-bytes", "10MB")
        reply = self.send_all(server, self.head(server, self.SIZE))
        self.expect(server, reply, 400, b"File is too large.")

    def test_to_a_length_beyond_the_quota(self):
        server = self.start("--limits-organization-bytes", "10MB")
        reply = self.send_all(server, self.head(server, self.SIZE))
        self.expect(server, reply, 400, b"file storage quota")

    def test_to_a_purpose_that_is_none(self):
        server = self.start()
        kind, total, body = harness.multipart(harness.zeros(self.SIZE), purpose="nonsense",
                                              purpose_first=True)
        self.assertIn(harness.BOUNDARY, kind)
        reply = self.send_all(server, self.head(server, total), first=next(body))
        self.expect(server, reply, 400, b"nonsense")

    def test_to_a_client_that_reads_before_it_sends(self):
        server = self.start()
        with server.open_socket() as link:
            head = self.head(server, self.SIZE, key="sk-wrong")
            link.sendall(head.encode() + b"\r\nExpect: 100-continue\r\n\r\n")
            self.assertTrue(harness.read_reply(link).startswith(b"HTTP/1.1 401 "))


class UploadsOfAKey(harness.ProcessTest):
    def test_one_key_has_so_many_uploads_under_way_and_another_its_own(self):
        server = self.start("--server-uploads-per-key-max", "2")
        other = self.new_key()
        first, rest = server.start_upload(1000)
        second, _ = server.start_upload(1000)
        with first, second:
            refused = server.create(b"third")
            self.assertEqual(refused.status, 429, refused.body)
            self.assertEqual(refused.headers["Retry-After"], "1")
            self.assertEqual(refused.error()["code"], "rate_limit_exceeded")
            self.assertIn("concurrent requests: Limit 2, Used 2", refused.error()["message"])
            self.assertEqual(server.create(b"of another", key=other).status, 200)
            first.sendall(rest)
            self.assertTrue(harness.read_reply(first).startswith(b"HTTP/1.1 200 "))
            self.assertEqual(server.create(b"third").status, 200)
        # One that breaks off gives its place back as well.
        with server.start_upload(1000)[0]:
            harness.wait_until(lambda: server.create(b"fourth").status == 200, "a place")
        server.stop()
        self.assertEqual(self.stored.problems(), [])


if __name__ == "__main__":
    harness.main()
