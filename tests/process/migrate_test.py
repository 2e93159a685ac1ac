"""A used data folder moves to PostgreSQL and S3: every byte, every word, whatever ends the move."""

import hashlib
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess

import harness
import postgres
import s3_test

MIB = harness.MIB
KILLS = 6
FILES, PIECES = 20, 23  # of a folder that is filled
RECORD = '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n'
NO_ROWS = "SELECT count(*) FROM organizations"


class Migrating(s3_test.WithGateway):
    buckets = 0

    def setUp(self):
        if postgres.why_missing():
            self.skipTest(postgres.why_missing())
        super().setUp()
        self.set_up_target()

    def set_up_target(self):
        """A bucket and a database that nobody has."""
        Migrating.buckets += 1
        name = f"migrate-{Migrating.buckets}"
        self.bucket = s3_test.Bucket(self.gateway.endpoint, name)
        self.location = f"s3://{name}/argot?endpoint={self.gateway.endpoint}"
        self.address = postgres.shared().new_database()
        self.moved = harness.Stored(self.folder, self.address)
        self.addresses = ["--catalog", self.address, "--blobs", self.location]

    def migrate(self, *flags, code=0, folder=None):
        """What a migration to both says, on standard output and standard error."""
        ended = harness.run_program("admin", "migrate", "--data", folder or self.folder,
                                    *(flags or self.addresses), environment=s3_test.KEY)
        self.assertEqual(ended.returncode, code, ended.stderr + ended.stdout)
        return ended.stdout, ended.stderr

    def start_moved(self, *flags):
        server = self.start(*(flags or self.addresses), environment=s3_test.KEY)
        server.keys = self.all_keys
        return server

    # --- A used folder -------------------------------------------------------------------------

    def fill(self):
        """Two organisations, three keys, files of every sort; the server has ended."""
        server = self.start("--sweep-interval", "1h")
        project = self.new_key("--name", "training", "--new-project", "training")
        other = self.new_key("--name", "other", "--new-organization", "Other")
        self.all_keys = [server.key, project, other]
        for key in self.all_keys:
            self.fill_for(server, key)
        lines = RECORD * 12
        self.error = server.create_id((lines + "no record\n").encode(), purpose="fine-tune",
                                      filename="train.jsonl")
        self.assertEqual(server.retrieve(self.error).json()["status"], "error")
        server.create_id((RECORD * 11).encode(), purpose="fine-tune", filename="good.jsonl")
        server.create_id(b"Some text, which is counted.", purpose="assistants",
                         filename="text.txt")
        self.fill_uploads(server)
        organization, = self.stored.query("SELECT organization_id FROM keys WHERE name = 'other'")
        self.admin("limits", "set", "--organization", organization[0], "file_bytes=77MB",
                   "organization_bytes=none")
        self.assertEqual(server.list_ids(), [row["id"] for row in self.listed(server, server.key)])
        self.told = self.tell(server)
        self.usage = self.admin("usage", "--json")
        self.limits = self.admin("limits", "show", "--json", "--organization", organization[0])
        self.limits_of = organization[0]
        self.listed_keys = self.keys("list", "--json")
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])

    def fill_for(self, server, key):
        self.large = os.urandom(MIB) * 20
        for number, content in enumerate([b"", b"small", os.urandom(100_000), self.large]):
            reply = server.create(content, key=key, filename=f"file {number} \u00e9.bin")
            self.assertEqual(reply.status, 200, reply.body)
        batch = '{"custom_id": "1", "method": "POST", "url": "/v1/embeddings", "body": {}}\n'
        reply = server.create(batch.encode(), key=key, purpose="batch", filename="batch.jsonl")
        self.assertIn("expires_at", reply.json())
        for _ in range(2):
            reply = server.create(os.urandom(1000), key=key)
            self.assertEqual(server.delete(reply.json()["id"], key=key).status, 200)

    def fill_uploads(self, server):
        pieces = [os.urandom(MIB) * 6, b"in between", os.urandom(MIB) * 17]
        upload = server.begin_upload(sum(map(len, pieces)))
        parts = [server.add_part(upload, piece) for piece in pieces]
        reply = server.complete_upload(upload, parts)
        self.assertEqual(reply.status, 200, reply.body)
        self.pending = server.begin_upload(30)
        self.pending_parts = [server.add_part(self.pending, b"a" * 10)]
        cancelled = server.begin_upload(10)
        server.add_part(cancelled, b"b" * 10)
        reply = server.request("POST", f"/v1/uploads/{cancelled}/cancel")
        self.assertEqual(reply.status, 200, reply.body)
        once = {"Idempotency-Key": "once"}
        kind, total, body = harness.multipart(b"with a key")
        self.once = b"".join(body), {**once, "Content-Type": kind, "Content-Length": str(total)}
        self.once_id = server.request("POST", "/v1/files", *self.once).json()["id"]

    def listed(self, server, key):
        return server.request("GET", "/v1/files", key=key).json()["data"]

    def tell(self, server):
        """All that a server says of its files to each key."""
        told = []
        for key in self.all_keys:
            rows = self.listed(server, key)
            told.append(rows)
            for row in rows:
                content = server.content(row["id"], key=key)
                report = server.request("GET", f"/v1/files/{row['id']}/report", key=key)
                told.append((server.retrieve(row["id"], key=key).json(), report.status,
                             report.body, hashlib.sha256(content.body).hexdigest(),
                             [content.headers[name] for name in
                              ("ETag", "Last-Modified", "Content-Disposition")]))
        return told

    def source_state(self):
        """Every file of the data folder but the lock and what says that it was migrated."""
        state = {}
        for place, _, names in os.walk(self.folder):
            for name in names:
                if name not in ("LOCK", "meta.db-wal", "meta.db-shm", "migrated"):
                    with open(os.path.join(place, name), "rb") as file:
                        path = os.path.relpath(os.path.join(place, name), self.folder)
                        state[path] = hashlib.sha256(file.read()).hexdigest()
        return state

    def missing_objects(self):
        rows = self.moved.query("SELECT blob FROM files WHERE part_count = 0"
                                " UNION ALL SELECT blob FROM parts")
        return {blob for blob, in rows} - {key.rsplit("/", 1)[1] for key in self.bucket.keys()}

    def expect_all_there(self, server):
        self.assertEqual(self.tell(server), self.told)
        environment = {"ARGOT_CATALOG": self.address}
        self.assertEqual(self.admin("usage", "--json", environment=environment), self.usage)
        self.assertEqual(self.admin("limits", "show", "--json", "--organization", self.limits_of,
                                    environment=environment), self.limits)

    # --- The whole way -------------------------------------------------------------------------

    def test_everything_is_the_same_on_postgresql_and_s3(self):
        self.fill()
        before = self.source_state()
        said, steps = self.migrate()
        self.assertRegex(said, f"^Migrated {FILES} files of 2 organizations, .*: {PIECES} pieces "
                               "of content copied, 0 there already, all verified.\nGo on with ")
        self.assertIn("\nFrom now on `argot keys` and `argot admin` need that --catalog", said)
        for step in ("source: ", f"content: {PIECES} pieces copied", "catalogue: "):
            self.assertIn(step, steps)
        self.assertEqual(self.source_state(), before)
        self.assertEqual(self.missing_objects(), set())
        self.assertEqual(self.bucket.unfinished(), [])

        self.expect_the_old_catalogue_to_be_refused()
        self.assertEqual(self.source_state(), before)

        report = json.loads(self.migrate(*self.addresses, "--json")[0])
        self.assertEqual((report["contents_copied"], report["contents_already_there"]),
                         (0, PIECES))
        self.assertEqual((report["catalog"], report["rows_copied"]), ("already_there", 0))
        self.assertEqual(self.bucket.unfinished(), [])

        shutil.rmtree(os.path.join(self.folder, "blobs"))
        os.remove(os.path.join(self.folder, "meta.db"))
        server = self.start_moved()
        self.assertEqual(server.key, self.all_keys[0])
        self.expect_all_there(server)
        self.assertEqual(self.moved.wrong_charges(), [])
        self.expect_life_to_go_on(server)

    def expect_the_old_catalogue_to_be_refused(self):
        for command in (["keys", "list"], ["keys", "create"], ["keys", "revoke", "x"],
                        ["admin", "usage"], ["admin", "limits", "show"],
                        ["admin", "limits", "set", "file_bytes=1MB"]):
            ended = harness.run_program(*command, "--data", self.folder)
            self.assertEqual((ended.returncode, ended.stdout), (2, ""), ended.stderr)
            self.assertIn("was moved to postgres://", ended.stderr)
            self.assertIn("name that one with --catalog or ARGOT_CATALOG", ended.stderr)
        ended = harness.run_program("keys", "list", "--json", "--data", self.folder,
                                    environment={"ARGOT_CATALOG": self.address})
        self.assertEqual(ended.stdout, self.listed_keys, ended.stderr)

    def expect_life_to_go_on(self, server):
        again = server.request("POST", "/v1/files", *self.once)
        self.assertEqual(again.json()["id"], self.once_id)
        parts = self.pending_parts + [server.add_part(self.pending, b"c" * 20)]
        completed = server.complete_upload(self.pending, parts)
        self.assertEqual(completed.status, 200, completed.body)
        joined = completed.json()["file"]["id"]
        self.assertEqual(server.content(joined).body, b"a" * 10 + b"c" * 20)
        self.assertEqual(server.list_ids()[0], joined)
        new = server.create_id(b"new")
        self.assertEqual(server.list_ids()[0], new)
        self.assertEqual(server.delete(self.error).status, 200)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.moved.wrong_charges(), [])
        self.assertEqual(self.missing_objects(), set())

    def test_the_catalogue_alone_leaves_the_content_on_the_disk(self):
        self.fill()
        flags = ["--catalog", self.address]
        said, _ = self.migrate(*flags)
        self.assertIn(f"0 pieces of content copied, {PIECES} there already", said)
        server = self.start_moved(*flags)
        self.expect_all_there(server)
        self.assertEqual(server.stop(), 0)

    def test_the_content_alone_leaves_the_catalogue_where_it_is(self):
        self.fill()
        flags = ["--blobs", self.location]
        self.migrate(*flags)
        shutil.rmtree(os.path.join(self.folder, "blobs"))
        server = self.start_moved(*flags)
        self.assertEqual(self.tell(server), self.told)
        self.assertEqual(self.keys("list", "--json"), self.listed_keys)
        self.assertEqual(server.stop(), 0)
        # And later the catalogue: its content is in the bucket already.
        os.remove(os.path.join(self.folder, "FORMAT"))
        self.assertIn(f"{PIECES} there already", self.migrate()[0])
        self.expect_all_there(self.start_moved())

    # --- What ends it --------------------------------------------------------------------------

    def test_it_goes_on_after_each_kill(self):
        seed = int.from_bytes(os.urandom(4))
        print(f"seed {seed}")
        chance = random.Random(seed)
        self.fill()
        command = [harness.PROGRAM, "admin", "migrate", "--data", self.folder, *self.addresses]
        for _ in range(KILLS):
            have = len(self.bucket.keys())
            process = subprocess.Popen(command, env=harness.clean_environment(s3_test.KEY),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wanted = min(have + chance.randrange(6), PIECES)

            def is_time(process=process, wanted=wanted):
                return process.poll() is not None or len(self.bucket.keys()) >= wanted

            harness.wait_until(is_time, "more objects")
            try:
                process.wait(chance.random() * 0.3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(harness.PATIENCE)
            self.expect_all_or_nothing()
        self.migrate()
        self.assertEqual(self.missing_objects(), set())
        # Whatever the kills left, this one sends it all.
        self.set_up_target()
        command = [harness.PROGRAM, "admin", "migrate", "--data", self.folder, *self.addresses]
        peak = self.run_watched(command)
        if not harness.SANITIZED:
            self.assertLess(peak, 60 * MIB)
        self.assertEqual(self.missing_objects(), set())
        self.expect_all_there(self.start_moved())

    def expect_all_or_nothing(self):
        tables = self.moved.query("SELECT count(*) FROM pg_tables WHERE tablename = 'files'")
        if tables == [(0,)]:
            return
        counted = [self.moved.query(f"SELECT count(*) FROM {table}")[0][0]
                   for table in ("organizations", "keys", "files", "parts")]
        self.assertIn(counted, [[0, 0, 0, 0], [2, 3, FILES, 4]])

    def run_watched(self, command):
        """Runs it to its end; the most memory it had, in bytes."""
        process = subprocess.Popen(command, env=harness.clean_environment(s3_test.KEY),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        peak = 0

        def is_over():
            nonlocal peak
            with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
                found = re.search(r"VmHWM:\s+(\d+) kB", status.read())
            peak = int(found[1]) * 1024 if found else peak
            return process.poll() is not None

        harness.wait_until(is_over, "the end of the migration")
        self.assertEqual(process.returncode, 0)
        return peak

    def test_ctrl_c_leaves_it_to_be_done_again(self):
        self.fill()
        self.gateway.kill_gateway()
        command = [harness.PROGRAM, "admin", "migrate", "--data", self.folder, *self.addresses]
        process = subprocess.Popen(command, env=harness.clean_environment(s3_test.KEY),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        lines = harness.Lines(process.stderr)
        lines.wait_for("^source: ")
        self.gateway.start_gateway()
        harness.wait_until(lambda: process.poll() is not None or self.bucket.keys(), "an object")
        process.terminate()
        code = process.wait(harness.PATIENCE)
        lines.join()
        if code != 0:  # it may have been as fast
            self.assertEqual(code, 143, lines.seen)
            self.assertIn("stopped", lines.seen[-1])
        self.migrate()
        self.expect_all_there(self.start_moved())

    def test_postgresql_that_goes_away_leaves_nothing_half_done(self):
        self.fill()
        database = postgres.Postgres()
        self.address = database.new_database()
        self.moved = harness.Stored(self.folder, self.address)
        self.addresses = ["--catalog", self.address, "--blobs", self.location]
        database.stop()
        _, said = self.migrate(code=1)
        self.assertIn("cannot be reached", said)
        self.assertEqual(self.bucket.keys(), [])
        database.start()
        self.migrate()
        self.expect_all_there(self.start_moved())

    # --- What is wrong with the source or the target --------------------------------------------

    def blob_of(self, file_id):
        (blob,), = self.stored.query(f"SELECT blob FROM files WHERE id = '{file_id}'")
        return blob, os.path.join(self.folder, "blobs", blob[:2], blob)

    def test_damaged_content_is_named_and_the_rest_is_copied(self):
        self.fill()
        files = [row[0] for row in self.stored.query(
            "SELECT id FROM files WHERE bytes > 0 AND part_count = 0 ORDER BY bytes DESC")]
        flipped, missing, cut = files[0], files[1], files[-1]
        kept = {}
        for file_id in (flipped, missing, cut):
            _, path = self.blob_of(file_id)
            with open(path, "rb") as file:
                kept[path] = file.read()
        paths = list(kept)
        with open(paths[0], "r+b") as file:
            file.seek(17 * MIB + 5)
            byte = file.read(1)[0]
            file.seek(17 * MIB + 5)
            file.write(bytes([byte ^ 1]))
        os.remove(paths[1])
        os.truncate(paths[2], len(kept[paths[2]]) - 1)
        for round_number in range(2):
            said, steps = self.migrate(code=1)
            self.assertIn(f"3 of {PIECES} pieces of content are damaged", said)
            self.assertIn("No rows were copied.", said)
            self.assertIn(f"the content of {flipped} (blob {self.blob_of(flipped)[0]}): its "
                          "SHA-256 is not what the catalogue says", steps)
            self.assertIn(f"the content of {missing} (blob {self.blob_of(missing)[0]}): it is "
                          "missing", steps)
            self.assertRegex(steps, f"the content of {cut} .*: it has \\d+ bytes instead of")
            self.assertEqual(len(self.bucket.keys()), PIECES - 3, round_number)
            self.assertEqual(self.moved.query(NO_ROWS), [(0,)])
        harness.wait_until(lambda: self.bucket.unfinished() == [], "the end of the upload")
        for path, content in kept.items():
            with open(path, "wb") as file:
                file.write(content)
        self.assertIn(f"3 pieces of content copied, {PIECES - 3} there already", self.migrate()[0])
        self.expect_all_there(self.start_moved())

    def test_a_folder_that_a_server_has_is_refused(self):
        server = self.start()
        server.create_id(b"x")
        _, said = self.migrate(code=1)
        self.assertRegex(said, r'another server \(process \d+\) is using ".*": stop it')
        self.assertEqual(self.bucket.keys(), [])
        self.assertEqual(server.stop(), 0)
        self.migrate()

    def test_a_catalogue_of_others_is_refused(self):
        other = self.start("--catalog", self.address, folder=os.path.join(self.place, "other"))
        theirs = other.create_id(b"theirs")
        self.fill()
        _, said = self.migrate(code=1)
        self.assertIn("is that of another installation, with the organization org-", said)
        self.assertEqual(self.bucket.keys(), [])
        self.assertEqual(other.list_ids(), [theirs])

    def test_a_copy_that_was_used_since_is_refused(self):
        self.fill()
        self.migrate()
        server = self.start_moved()
        new = server.create_id(b"new")
        self.assertEqual(server.stop(), 0)
        _, said = self.migrate(code=1)
        # Content that the folder does not know, or rows: whichever is seen first.
        self.assertIn("was copied from this folder before", said)
        self.assertIn(new, self.start_moved().list_ids())

    def test_a_bucket_of_others_is_refused(self):
        other = self.start("--blobs", self.location, folder=os.path.join(self.place, "other"),
                           environment=s3_test.KEY)
        theirs = other.create_id(b"theirs")
        self.fill()
        _, said = self.migrate(code=1)
        self.assertIn("has content that", said)
        self.assertIn("name another prefix", said)
        self.assertEqual(len(self.bucket.keys()), 1)
        self.assertEqual(other.content(theirs).body, b"theirs")

    def test_a_folder_of_another_version_is_refused_and_left_alone(self):
        server = self.start()
        server.create_id(b"x")
        self.assertEqual(server.stop(), 0)
        for version, said in [(99, "knows versions up to"), (3, "start a server of this program")]:
            with sqlite3.connect(os.path.join(self.folder, "meta.db")) as database:
                database.execute(f"PRAGMA user_version = {version}")
            database.close()
            before = self.source_state()
            self.assertIn(said, self.migrate(code=1)[1])
            self.assertEqual(self.source_state(), before)

    def test_a_wrong_call_says_what_is_wrong_and_makes_nothing(self):
        nowhere = os.path.join(self.place, "nowhere")
        _, said = self.migrate(code=1, folder=nowhere)
        self.assertIn("there is no catalogue at", said)
        self.assertFalse(os.path.exists(nowhere))
        self.start().stop()
        ended = harness.run_program("admin", "migrate", "--data", self.folder)
        self.assertEqual(ended.returncode, 2)
        self.assertIn("say where it goes", ended.stderr)
        wrong = "postgres://argot:s3cret-word@127.0.0.1:1/argot"
        _, said = self.migrate("--catalog", wrong, code=1)
        self.assertIn("cannot be reached", said)
        self.assertNotIn("s3cret-word", said)


if __name__ == "__main__":
    harness.main()
