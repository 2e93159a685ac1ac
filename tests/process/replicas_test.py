"""Replicas: three processes over one PostgreSQL and one bucket, and what one of them says. What
happens when they die is in tests/chaos."""

import os
import re
import subprocess

import harness
import postgres
import s3_test

MIB = harness.MIB
REPLICAS = 3


class Replicas(s3_test.WithGateway):
    on_postgres = True
    buckets = 0
    PLAYER = os.environ.get("ARGOT_TEST_WIRE", "build/dev/tests/wire/argot_wire_test")

    def setUp(self):
        if postgres.why_missing():
            self.skipTest(postgres.why_missing())
        self.own = postgres.Postgres()
        super().setUp()
        Replicas.buckets += 1
        name = f"replicas-{Replicas.buckets}"
        self.bucket = s3_test.Bucket(self.gateway.endpoint, name)
        self.location = f"s3://{name}/argot?endpoint={self.gateway.endpoint}"
        self.stored = harness.Stored(self.folder, self.stored.database, self.bucket)
        self.key = None

    def postgres(self):
        return self.own

    def replica(self, number, *flags):
        server = self.start("--blobs", self.location, "--sweep-interval", "100ms", *flags,
                            folder=os.path.join(self.place, f"replica-{number}"),
                            environment=s3_test.KEY)
        self.key = self.key or server.key  # the first one makes it
        server.key = self.key
        return server

    def test_each_serves_what_the_others_took(self):
        servers = first, second, third = [self.replica(number) for number in range(REPLICAS)]
        content = os.urandom(MIB) * 20
        file_id = first.create_id(content)
        for server in servers:
            self.assertTrue(server.content(file_id).body == content)

        halves = [os.urandom(MIB) * 3, os.urandom(MIB) * 2]
        upload = second.begin_upload(5 * MIB)
        parts = [third.add_part(upload, halves[1]), first.add_part(upload, halves[0])]
        completed = second.complete_upload(upload, parts[::-1])
        self.assertEqual(completed.status, 200, completed.body)
        joined = completed.json()["file"]["id"]
        for server in servers:
            self.assertTrue(server.content(joined).body == halves[0] + halves[1])
            self.assertEqual(server.list_ids(), [joined, file_id])

        self.assertEqual(third.delete(file_id).status, 200)
        self.assertEqual(first.delete(joined).status, 200)
        self.assertEqual(second.list_ids(), [])
        harness.wait_until(lambda: self.bucket.keys() == [], "an empty bucket")
        self.assertEqual(self.stored.wrong_charges(), [])

    def test_the_transcripts_that_need_no_set_up_are_the_same(self):
        server = self.replica(0)
        played = subprocess.run([self.PLAYER, f"--url=http://127.0.0.1:{server.port}",
                                 f"--key={server.key}"], capture_output=True, text=True,
                                timeout=600, check=False)
        self.assertEqual(played.returncode, 0, played.stdout)
        self.assertGreater(len(re.findall(r"^same ", played.stdout, re.MULTILINE)), 30)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])


if __name__ == "__main__":
    harness.main()
