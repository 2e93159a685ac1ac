"""Replicas: three processes over one PostgreSQL and one bucket. What happens when they die is in
tests/chaos."""

import os

import harness
import postgres
import s3_test

MIB = harness.MIB
REPLICAS = 3


class Replicas(s3_test.WithGateway):
    on_postgres = True
    buckets = 0

    def setUp(self):
        if postgres.why_missing():
            self.skipTest(postgres.why_missing())
        self.own = postgres.Postgres()
        super().setUp()
        Replicas.buckets += 1
        name = f"replicas-{Replicas.buckets}"
        self.bucket = s3_test.Bucket(self.gateway.endpoint, name)
        self.location = f"s3://{name}/argot?endpoint={self.gateway.endpoint}"
        self.key = None
        self.servers = []
        for number in range(REPLICAS):
            self.servers.append(self.replica(number))

    def postgres(self):
        return self.own

    def replica(self, number):
        server = self.start("--blobs", self.location, "--sweep-interval", "100ms",
                            folder=os.path.join(self.place, f"replica-{number}"),
                            environment=s3_test.KEY)
        self.key = self.key or server.key  # the first one makes it
        server.key = self.key
        return server

    def test_each_serves_what_the_others_took(self):
        first, second, third = self.servers
        content = os.urandom(MIB) * 20
        file_id = first.create_id(content)
        for server in self.servers:
            self.assertTrue(server.content(file_id).body == content)

        halves = [os.urandom(MIB) * 3, os.urandom(MIB) * 2]
        upload = second.begin_upload(5 * MIB)
        parts = [third.add_part(upload, halves[1]), first.add_part(upload, halves[0])]
        completed = second.complete_upload(upload, parts[::-1])
        self.assertEqual(completed.status, 200, completed.body)
        joined = completed.json()["file"]["id"]
        for server in self.servers:
            self.assertTrue(server.content(joined).body == halves[0] + halves[1])
            self.assertEqual(server.list_ids(), [joined, file_id])

        self.assertEqual(third.delete(file_id).status, 200)
        self.assertEqual(first.delete(joined).status, 200)
        self.assertEqual(second.list_ids(), [])
        harness.wait_until(lambda: self.bucket.keys() == [], "an empty bucket")
        self.assertEqual(self.stored.wrong_charges(), [])


if __name__ == "__main__":
    harness.main()
