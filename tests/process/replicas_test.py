"""Replicas: three processes over one PostgreSQL and one bucket, any of which may die."""

import concurrent.futures
import http.client
import os
import threading

import harness
import postgres
import s3_test

MIB = harness.MIB
REPLICAS = 3
WRITERS = 6


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

    def missing_objects(self):
        """The content of files, parts included, that is not in the bucket."""
        rows = self.stored.query("SELECT blob FROM files WHERE part_count = 0"
                                 " UNION ALL SELECT blob FROM parts")
        return {blob for blob, in rows} - {key.rsplit("/", 1)[1] for key in self.bucket.keys()}

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

    def test_nothing_is_lost_or_doubled_when_all_of_them_die_in_turn(self):
        acknowledged, statuses, stop = {}, set(), threading.Event()

        def write(writer):
            count = 0
            while not stop.is_set():
                count += 1
                # A name is sent once, so none may be there twice.
                name = f"{writer}-{count}"
                try:
                    reply = self.servers[(writer + count) % REPLICAS].create(
                        name.encode() * 1000, filename=name)
                except (OSError, http.client.HTTPException):
                    continue  # it died, and nobody knows
                statuses.add(reply.status)
                if reply.status == 200:
                    acknowledged[reply.json()["id"]] = name

        def kill_replica(number):
            self.servers[number].kill()
            self.servers[number] = self.replica(number)

        def kill_postgres():
            self.own.kill()
            self.own.start()

        def kill_gateway():
            self.gateway.kill_gateway()
            self.gateway.start_gateway()

        deaths = [lambda: kill_replica(0), kill_postgres, lambda: kill_replica(1), kill_gateway,
                  lambda: kill_replica(2), kill_postgres, lambda: kill_replica(0)]
        with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
            writers = [pool.submit(write, number) for number in range(WRITERS)]
            try:
                for die in deaths:
                    wanted = len(acknowledged) + 20
                    harness.wait_until(lambda least=wanted: len(acknowledged) >= least,
                                       "more files")
                    die()
                wanted = len(acknowledged) + 20
                harness.wait_until(lambda: len(acknowledged) >= wanted, "more files at the end")
            finally:
                stop.set()
            for writer in writers:
                writer.result()
        self.assertEqual(statuses - {503}, {200})

        listed = {file["id"]: file["filename"]
                  for file in self.servers[0].request("GET", "/v1/files").json()["data"]}
        self.assertEqual(len(set(listed.values())), len(listed))
        for number, (file_id, name) in enumerate(acknowledged.items()):
            self.assertEqual(listed.get(file_id), name)
            self.assertEqual(self.servers[number % REPLICAS].content(file_id).body,
                             name.encode() * 1000)
        self.assertEqual(self.missing_objects(), set())
        self.assertEqual(self.stored.wrong_charges(), [])
        for server in self.servers:
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    harness.main()
