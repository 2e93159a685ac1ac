"""A disk that is full or read-only: uploads are refused, nothing is left, deletes go on."""

import os
import threading

import harness


class FullDisk(harness.ProcessTest):
    def start_on(self, disk, *flags):
        self.folder = os.path.join(disk, "data")
        self.stored = harness.Stored(self.folder)
        return self.start("--storage-free-bytes-min", "0", *flags)

    def test_refuses_an_upload_that_does_not_fit_and_keeps_nothing_of_it(self):
        server = self.start_on(self.small_disk("100m"))
        kept = server.create_id(b"kept")
        blobs = self.stored.blobs()
        reply = server.create(harness.zeros(200 * harness.MIB))
        self.assertEqual(reply.status, 507, reply.body)
        self.assertEqual(self.stored.temporary(), [])
        self.assertEqual(self.stored.blobs(), blobs)
        self.assertEqual(server.list_ids(), [kept])
        # The space is there again.
        server.create_id(harness.zeros(10 * harness.MIB))
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])

    def test_goes_on_deleting_when_not_one_byte_is_left(self):
        disk = self.small_disk("100m")
        server = self.start_on(disk)
        ids = [server.create_id(bytes(10_000)) for _ in range(20)]
        filler = self.fill(disk)
        self.assertEqual(server.create(bytes(harness.MIB)).status, 507)
        for file_id in ids[:10]:
            self.assertEqual(server.delete(file_id).status, 200)
        self.assertEqual(sorted(server.list_ids()), sorted(ids[10:]))
        os.remove(filler)
        server.create_id(bytes(harness.MIB))
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])

    def test_lets_a_server_start_and_delete(self):
        disk = self.small_disk("100m")
        server = self.start_on(disk)
        ids = [server.create_id(bytes(10_000)) for _ in range(10)]
        server.kill()
        filler = self.fill(disk)
        after = self.start_on(disk)
        self.assertEqual(sorted(after.list_ids()), sorted(ids))
        for file_id in ids:
            self.assertEqual(after.delete(file_id).status, 200)
        os.remove(filler)
        after.create_id(bytes(harness.MIB))
        self.assertEqual(after.stop(), 0)
        self.assertEqual(self.stored.problems(), [])

    def test_filled_by_one_tenant_leaves_another_its_reads_and_deletes(self):
        disk = self.small_disk("100m")
        server = self.start_on(disk, "--sweep-interval", "100ms")
        other = self.new_key("--new-organization", "second")
        content = bytes(range(256)) * 400
        theirs = [server.create_id(content, key=other) for _ in range(20)]

        def read_all():
            self.assertEqual(sorted(server.list_ids(key=other)), sorted(theirs))
            for file_id in theirs:
                self.assertEqual(server.content(file_id, key=other).body, content)

        statuses = []

        def upload_until_refused():
            while not statuses or statuses[-1] == 200:
                statuses.append(server.create(harness.zeros(3 * harness.MIB)).status)

        with harness.Repeated(read_all) as reading:
            reading.wait_for_more(1)
            threads = [threading.Thread(target=upload_until_refused) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(set(statuses), {200, 507})
            self.fill(disk)
            reading.wait_for_more(2)
        for file_id in theirs[:10]:
            self.assertEqual(server.delete(file_id, key=other).status, 200)
        del theirs[:10]
        read_all()
        # What they gave back is theirs to use, if nobody else is faster.
        harness.wait_until(lambda: server.create(content, key=other).status == 200, "room")
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])

    def test_is_not_filled_to_the_brim_by_uploads(self):
        disk = self.small_disk("100m")
        self.folder = os.path.join(disk, "data")
        server = self.start("--storage-free-bytes-min", "70MB")
        server.create_id(harness.zeros(40 * harness.MIB))
        self.assertEqual(server.create(b"one more").status, 507)


class ReadOnlyDisk(harness.ProcessTest):
    def test_refuses_uploads_and_goes_on_deleting(self):
        disk = self.small_disk("100m")
        server = self.start("--blobs", f"disk:{disk}/blobs", "--storage-free-bytes-min", "0")
        kept, gone = server.create_id(b"kept"), server.create_id(b"gone")
        failure = harness.mount("-o", "remount,ro", disk)
        if failure is not None:
            self.skipTest(f"cannot make a disk read-only here: {failure}")
        reply = server.create(b"more")
        self.assertEqual(reply.status, 507, reply.body)
        self.assertEqual(server.content(kept).body, b"kept")
        self.assertEqual(server.delete(gone).status, 200)
        self.assertEqual(server.retrieve(gone).status, 404)
        self.assertEqual(server.list_ids(), [kept])

        self.assertIsNone(harness.mount("-o", "remount,rw", disk))
        server.create_id(b"more")
        self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    harness.main()
