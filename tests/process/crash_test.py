"""What is left after kill -9: everything that was acknowledged, and nothing that was not."""

import hashlib
import os
import random
import threading
import time

import harness


class Load:
    """Threads that create and delete, and remember what was acknowledged."""

    def __init__(self, server, seed, threads=8):
        self.created = {}   # id -> sha256 of its content
        self.deleted = set()
        self.unsure = set()  # deletes that got no reply
        self.acknowledged = 0
        self._lock = threading.Lock()
        self._server = server
        self._threads = [threading.Thread(target=self._run, args=(random.Random(seed + index),))
                         for index in range(threads)]
        for thread in self._threads:
            thread.start()

    def _run(self, chance):
        mine = []
        while True:
            try:
                if mine and chance.random() < 0.3:
                    self._delete(mine.pop(chance.randrange(len(mine))))
                else:
                    mine.append(self._create(chance.randbytes(chance.randrange(1, 200_000))))
            except (OSError, harness.http.client.HTTPException):
                return

    def _create(self, content):
        file_id = self._server.create_id(content)
        with self._lock:
            self.created[file_id] = hashlib.sha256(content).hexdigest()
            self.acknowledged += 1
        return file_id

    def _delete(self, file_id):
        with self._lock:
            self.unsure.add(file_id)
        reply = self._server.delete(file_id)
        if reply.status != 200:
            raise AssertionError(f"{reply.status}: {reply.body!r}")
        with self._lock:
            self.unsure.discard(file_id)
            self.deleted.add(file_id)
            self.acknowledged += 1

    def join(self):
        for thread in self._threads:
            thread.join(harness.PATIENCE)


class Killed(harness.ProcessTest):
    def test_under_load_loses_nothing_and_brings_nothing_back(self):
        seed = int(time.time())
        created, deleted, unsure = {}, set(), set()
        for round_number in range(3):
            with self.subTest(seed=seed, round=round_number):
                server = self.start()
                load = Load(server, seed + 100 * round_number)
                wanted = 40 * (round_number + 1)
                harness.wait_until(lambda: load.acknowledged >= wanted, "acknowledged requests")
                server.kill()
                load.join()
                created.update(load.created)
                deleted |= load.deleted
                unsure |= load.unsure

                after = self.start()
                listed = set(after.list_ids())
                self.assertEqual(set(created) - deleted - unsure - listed, set(), "lost")
                self.assertEqual(listed & deleted, set(), "came back")
                for file_id in listed & set(created):
                    content = after.content(file_id)
                    self.assertEqual(content.status, 200)
                    self.assertEqual(hashlib.sha256(content.body).hexdigest(), created[file_id])
                # What was committed and not acknowledged exists as a whole, or not at all.
                for file_id in listed - set(created):
                    reply = after.content(file_id)
                    self.assertEqual(reply.status, 200)
                    self.assertEqual(len(reply.body), after.retrieve(file_id).json()["bytes"])
                self.assertEqual(self.stored.temporary(), [])
                self.assertEqual(after.stop(), 0)
                self.assertEqual(self.stored.problems(), [])

    def test_in_the_middle_of_an_upload_leaves_nothing(self):
        server = self.start()
        link, _ = server.start_upload(harness.MIB)
        with link:
            harness.wait_until(self.stored.temporary, "the staged file")
            server.kill()
        self.assertNotEqual(self.stored.temporary(), [])
        after = self.start()
        self.assertEqual(after.list_ids(), [])
        self.assertEqual(self.stored.temporary(), [])
        self.assertEqual(self.stored.blobs(), {})

    def test_deleted_content_goes_after_the_restart(self):
        server = self.start("--sweep-interval", "1h")
        kept, gone = server.create_id(b"kept"), server.create_id(b"gone")
        self.assertEqual(server.delete(gone).status, 200)
        server.kill()
        after = self.start("--sweep-interval", "1h")
        self.assertEqual(after.list_ids(), [kept])
        harness.wait_until(lambda: len(self.stored.blobs()) == 1, "the removal of the content")

    def test_orphans_go_once_they_are_old_enough(self):
        server = self.start()
        server.create_id(b"kept")
        server.stop()
        kept = set(self.stored.blobs())
        orphan = "00" + "ab" * 19
        path = os.path.join(self.folder, "blobs", "00", orphan)
        with open(path, "wb") as file:
            file.write(b"lost between its name and its row")
        self.start().stop()
        self.assertEqual(set(self.stored.blobs()), kept | {orphan})
        yesterday = time.time() - 25 * 3600
        os.utime(path, (yesterday, yesterday))
        self.start()
        harness.wait_until(lambda: set(self.stored.blobs()) == kept, "the orphan's removal")


class FailStop(harness.ProcessTest):
    def test_a_failed_sync_of_the_catalogue_ends_the_process(self):
        if harness.SANITIZED:
            self.skipTest("a sanitizer's runtime has to be the first that is loaded")
        trigger = os.path.join(self.place, "trigger")
        server = self.start(environment={
            "LD_PRELOAD": os.environ["ARGOT_TEST_FAIL_SYNC"],
            "FAIL_SYNC_WHEN": trigger,
            "FAIL_SYNC_OF": os.path.join(self.folder, "meta.db-wal"),
        })
        before = server.create_id(b"before")
        with open(trigger, "w", encoding="ascii"):
            pass
        reply = server.create(b"neither stored nor lost")
        self.assertEqual(reply.status, 503)
        self.assertEqual(server.wait(), 70)
        os.remove(trigger)

        after = self.start()
        listed = after.list_ids()
        self.assertIn(before, listed)
        for file_id in listed:
            self.assertEqual(after.content(file_id).status, 200)
        after.stop()
        self.assertEqual(self.stored.problems(), [])


if __name__ == "__main__":
    harness.main()
