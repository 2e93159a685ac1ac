"""Files that come in parts, through a real program: at the same time, and through kill -9."""

import concurrent.futures
import hashlib
import random
import threading
import time

import harness

MIB = 1 << 20


class Uploads(harness.ProcessTest):
    def test_parts_that_come_at_once_are_one_file_by_ranges_and_whole(self):
        server = self.start()
        chance = random.Random(7)
        pieces = [chance.randbytes(size) for size in (3 * MIB + 17, 5, 2 * MIB, 1 * MIB + 1)]
        whole = b"".join(pieces)
        upload = server.begin_upload(len(whole))
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            parts = list(pool.map(lambda piece: server.add_part(upload, piece), pieces))
        reply = server.complete_upload(upload, parts, md5=hashlib.md5(whole).hexdigest())
        self.assertEqual(reply.status, 200, reply.body)
        file_id = reply.json()["file"]["id"]
        self.assertEqual(server.content(file_id).body, whole)
        for _ in range(30):
            begin = chance.randrange(len(whole))
            end = chance.randrange(begin, len(whole))
            ranged = server.request("GET", f"/v1/files/{file_id}/content",
                                    headers={"Range": f"bytes={begin}-{end}"})
            self.assertEqual(ranged.status, 206)
            self.assertEqual(ranged.body, whole[begin:end + 1], (begin, end))
        self.assertEqual(server.stop(), 0)
        self.assertEqual(len(self.stored.blobs()), 4)
        self.assertEqual(self.stored.problems(), [])

    def test_memory_does_not_grow_with_the_file(self):
        server = self.start()
        upload = server.begin_upload(256 * MIB)
        parts = [server.add_part(upload, harness.zeros(64 * MIB)) for _ in range(4)]
        reply = server.complete_upload(upload, parts)
        self.assertEqual(reply.status, 200, reply.body)
        self.assertEqual(len(server.content(reply.json()["file"]["id"]).body), 256 * MIB)
        if not harness.SANITIZED:
            self.assertLess(server.peak_memory(), 128 * MIB)

    def test_an_upload_that_expires_gives_everything_back(self):
        server = self.start("--uploads-lifetime", "5s", "--sweep-interval", "50ms")
        upload = server.begin_upload(MIB)
        server.add_part(upload, bytes(MIB))
        harness.wait_until(lambda: not self.stored.blobs(), "the part to be removed")
        self.assertEqual(server.complete_upload(upload, []).status, 400)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])
        self.assertEqual(self.stored.query("SELECT used_bytes FROM organizations"), [(0,)])


class Killed(harness.ProcessTest):
    """Whatever was acknowledged is there after kill -9, and whatever was not leaks nothing."""

    def _load(self, server, chance, told, stop):
        while not stop.is_set():
            pieces = [chance.randbytes(chance.randrange(1, 300_000)) for _ in range(3)]
            told["begun"] += 1
            try:
                upload = server.begin_upload(sum(map(len, pieces)))
                parts = []
                for piece in pieces:
                    parts.append(server.add_part(upload, piece))
                    told["parts"].append((upload, parts[-1], piece))
                reply = server.complete_upload(upload, parts)
                if reply.status != 200:
                    raise AssertionError(f"{reply.status}: {reply.body!r}")
            except (OSError, harness.http.client.HTTPException):
                return
            told["files"].append((upload, parts, reply.json()["file"]["id"], b"".join(pieces)))

    def test_the_digest_of_the_whole_comes_into_the_report(self):
        server = self.start()
        pieces = [random.Random(11).randbytes(size) for size in (3 * MIB, MIB + 1)]
        upload = server.begin_upload(sum(map(len, pieces)))
        parts = [server.add_part(upload, piece) for piece in pieces]
        file_id = server.complete_upload(upload, parts).json()["file"]["id"]

        def report():
            return server.request("GET", f"/v1/files/{file_id}/report").json()

        harness.wait_until(lambda: "sha256" in report(), "the digest")
        self.assertEqual(report()["sha256"], hashlib.sha256(b"".join(pieces)).hexdigest())
        self.assertEqual(server.retrieve(file_id).json()["status"], "processed")

    def test_under_load_loses_no_part_and_no_file(self):
        seed = int(time.time())
        for round_number in range(3):
            with self.subTest(seed=seed, round=round_number):
                self._round(seed + round_number)

    def _round(self, seed):
        server = self.start()
        told = [{"parts": [], "files": [], "begun": 0} for _ in range(4)]
        stop = threading.Event()
        threads = [threading.Thread(target=self._load,
                                    args=(server, random.Random(f"{seed}/{index}"), what, stop))
                   for index, what in enumerate(told)]
        for thread in threads:
            thread.start()
        harness.wait_until(lambda: sum(len(what["files"]) for what in told) >= 12, "files")
        server.kill()
        stop.set()
        for thread in threads:
            thread.join(harness.PATIENCE)

        after = self.start("--sweep-interval", "50ms")
        for what in told:
            completed = {upload for upload, *_ in what["files"]}
            for upload, parts, file_id, content in what["files"]:
                self.assertEqual(after.content(file_id).body, content)
                again = after.complete_upload(upload, parts)
                self.assertEqual(again.json()["file"]["id"], file_id)
            # The last upload of each client may have been completed without a reply.
            self._finish(after, [part for part in what["parts"] if part[0] not in completed])
        self.assertEqual(after.stop(), 0)
        self.assertEqual(self.stored.problems(), [])
        known = {name for name, in self.stored.query(
            "SELECT blob FROM files WHERE part_count = 0 UNION SELECT blob FROM parts"
            " UNION SELECT blob FROM garbage")}
        # What was sealed and had no row yet is an orphan, one of each client at most.
        self.assertLessEqual(len(set(self.stored.blobs()) - known), 4)

    def _finish(self, server, parts):
        """Parts that were acknowledged make a file: the rest of the upload is sent anew."""
        if not parts:
            return
        upload = parts[0][0]
        announced = self.stored.query(f"SELECT bytes, status FROM uploads WHERE id = '{upload}'")
        size, status = announced[0]
        content = b"".join(piece for _, _, piece in parts)
        ids = [part for _, part, _ in parts]
        if len(content) < size:
            rest = bytes(size - len(content))
            if status == "pending":
                ids.append(server.add_part(upload, rest))
                content += rest
        reply = server.complete_upload(upload, ids)
        self.assertEqual(reply.status, 200, reply.body)
        self.assertEqual(server.content(reply.json()["file"]["id"]).body, content)


if __name__ == "__main__":
    harness.main()
