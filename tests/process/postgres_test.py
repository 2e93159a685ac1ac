"""A server whose metadata is on PostgreSQL: what it promises, and while PostgreSQL is away."""

import concurrent.futures
import contextlib
import json
import os
import signal
import subprocess
import threading
import time

import documents_test
import harness
import postgres

WRITERS = 8


class OnPostgres(harness.ProcessTest):
    on_postgres = True

    def setUp(self):
        super().setUp()
        self.address = harness.VARIABLES["ARGOT_CATALOG"]

    def second(self, *flags, **options):
        """One more server on the same database, with a data folder of its own."""
        folder = os.path.join(self.place, f"data-{len(os.listdir(self.place))}")
        return self.start(*flags, folder=folder, **options)


class Product(OnPostgres):
    def test_files_live_there(self):
        server = self.start()
        content = os.urandom(3 * harness.MIB)
        kept, gone = server.create_id(content), server.create_id(b"not for long")
        self.assertEqual(server.list_ids(), [gone, kept])
        self.assertEqual(server.delete(gone).status, 200)
        self.assertEqual(server.retrieve(gone).status, 404)
        self.assertEqual(server.content(gone).status, 404)
        self.assertEqual(server.content(kept).body, content)
        self.assertEqual(server.request("GET", f"/v1/files/{kept}/report").status, 200)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])
        self.assertFalse([name for name in os.listdir(self.folder) if name.startswith("meta.db")])
        again = self.start()
        self.assertEqual(again.key, server.key)
        self.assertEqual(again.list_ids(), [kept])
        self.assertEqual(again.content(kept).body, content)

    def test_a_key_is_asked_for_before_a_body(self):
        server = self.start()
        self.assertEqual(server.create(b"x", key="sk-argot-wrong").status, 401)
        with server.open_socket() as link:
            link.sendall(b"POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
                         b"Authorization: Bearer sk-argot-wrong\r\nExpect: 100-continue\r\n\r\n")
            self.assertTrue(harness.read_reply(link).startswith(b"HTTP/1.1 401 "))
        self.assertEqual(server.list_ids(), [])

    def test_metrics_have_no_writer_and_everything_else(self):
        server = self.start()
        server.create_id(b"12345")
        self.assertEqual(server.metric("argot_stored_bytes"), 5)
        text = server.metrics()
        self.assertIn("# TYPE argot_catalog_commits_total counter\n", text)
        self.assertNotIn("\nargot_catalog_commits_total ", text)

    def test_it_holds_as_many_connections_as_it_has_threads_and_no_more(self):
        server = self.start("--server-workers", "3", "--documents-workers", "0")
        with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
            replies = pool.map(lambda number: server.create(b"%d" % number), range(100))
            self.assertEqual({reply.status for reply in replies}, {200})
        held = self.stored.query("SELECT pid FROM pg_stat_activity WHERE application_name = 'argot'"
                                 " AND datname = current_database()")
        self.assertIn(len(held), range(1, 7))

    def test_garbage_is_swept(self):
        server = self.start("--sweep-interval", "10ms")
        file_id = server.create_id(b"content")
        self.assertEqual(len(self.stored.blobs()), 1)
        server.delete(file_id)
        harness.wait_until(lambda: not self.stored.blobs(), "no content")
        harness.wait_until(lambda: not self.stored.query("SELECT blob FROM garbage"), "no garbage")


class Tenants(OnPostgres):
    def test_a_revoked_key_is_refused_within_a_second(self):
        server = self.start()
        key = self.new_key("--name", "ci")
        with contextlib.closing(server.connect()) as connection:
            def ask():
                return server.request("GET", "/v1/files", key=key, connection=connection).status
            self.assertEqual(ask(), 200)
            self.keys("revoke", self.key_id("ci"))
            revoked = last = time.monotonic()
            while (status := ask()) == 200:
                last = time.monotonic()
            self.assertEqual(status, 401)
            # When the last request that was answered began is no later than this.
            self.assertLess(last - revoked, 1.0)

    def test_limits_change_beside_a_server(self):
        server = self.start()
        server.create_id(bytes(100))
        self.admin("limits", "set", "organization_bytes=150")
        self.assertEqual(server.create(bytes(100)).status, 400)
        self.assertIn("150 bytes", server.create(bytes(100)).error()["message"])
        self.admin("limits", "set", "organization_bytes=200")
        self.assertEqual(server.create(bytes(100)).status, 200)


class Replicas(OnPostgres):
    def test_two_that_start_at_once_share_one_organization(self):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            servers = list(pool.map(lambda number: self.start(
                folder=os.path.join(self.place, f"both-{number}")), range(2)))
        self.assertEqual(len(self.stored.query("SELECT id FROM organizations")), 1)
        # Whoever came second finds keys there, and makes none.
        key = next(server.key for server in servers if server.key)
        file_id = servers[0].create_id(b"one's", key=key)
        self.assertEqual(servers[1].list_ids(key=key), [file_id])

    def test_each_sees_at_once_what_the_other_did(self):
        first = self.start()
        second = self.second()
        made = []
        for number in range(20):
            here, there = (first, second) if number % 2 else (second, first)
            file_id = here.create_id(b"%d" % number, filename=f"{number}.txt", key=first.key)
            self.assertEqual(there.retrieve(file_id, key=first.key).json()["filename"],
                             f"{number}.txt")
            made.append(file_id)
        # One order, whichever of them made the id.
        self.assertEqual(made, sorted(made))
        self.assertEqual(first.list_ids(), made[::-1])
        self.assertEqual(second.list_ids(key=first.key), made[::-1])
        self.assertEqual(second.delete(made[0], key=first.key).status, 200)
        self.assertEqual(first.retrieve(made[0]).status, 404)

    def test_the_quota_is_exact_across_both(self):
        servers = [self.start("--limits-organization-bytes", "1000"),
                   self.second("--limits-organization-bytes", "1000")]
        statuses = []

        def write(number):
            reply = servers[number % 2].create(bytes(70), key=servers[0].key)
            statuses.append(reply.status)

        with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(write, range(40)))
        # Set aside for an upload under way may be more than it takes in the end; never less.
        self.assertEqual(set(statuses), {200, 400})
        while (reply := servers[0].create(bytes(70))).status == 200:
            statuses.append(200)
        self.assertEqual(reply.status, 400)
        self.assertEqual(statuses.count(200), 14)
        self.assertEqual(self.stored.query("SELECT used_bytes, file_count FROM organizations"),
                         [(980, 14)])

    def test_one_sweeps_and_the_other_takes_over(self):
        first = self.start("--sweep-interval", "10ms")

        def sweeper():
            rows = self.stored.query("SELECT holder FROM duties WHERE name = 'sweep'")
            return rows[0][0] if rows else None

        harness.wait_until(sweeper, "somebody sweeps")
        before = sweeper()
        self.second("--sweep-interval", "10ms")
        file_id = first.create_id(b"x")
        first.delete(file_id)
        harness.wait_until(lambda: not self.stored.query("SELECT blob FROM garbage"), "no garbage")
        self.assertEqual(sweeper(), before)
        self.assertEqual(first.stop(), 0)
        harness.wait_until(lambda: sweeper() not in (None, before), "the other one sweeps")


class Documents(OnPostgres):
    def test_a_server_that_starts_leaves_those_that_another_one_reads(self):
        first = self.start("--limits-assistants-tokens", "20000000")
        long = first.create_id(documents_test.LONG, purpose="assistants", filename="long.docx")
        lent = "SELECT tries, claimed_until_ms > 0 FROM waiting"
        harness.wait_until(lambda: self.stored.query(lent) == [(1, True)], "it is being read")
        # Stopped, it can neither settle it nor say that it is still there.
        first.signal(signal.SIGSTOP)
        second = self.second("--limits-assistants-tokens", "20000000")
        short = second.create_id(documents_test.docx("Hello"), key=first.key, purpose="assistants",
                                 filename="short.docx")

        def status(file_id):
            return second.retrieve(file_id, key=first.key).json()["status"]

        # Whoever reads the younger one looked for an older one first.
        harness.wait_until(lambda: status(short) == "processed", "the second one's is read")
        self.assertEqual(self.stored.query(lent), [(1, True)])
        first.signal(signal.SIGCONT)
        harness.wait_until(lambda: status(long) == "processed", "the first one's is read")


class Loss(harness.ProcessTest):
    """Over a PostgreSQL of the test's own, which it takes away."""

    on_postgres = True

    def setUp(self):
        if postgres.why_missing():
            self.skipTest(postgres.why_missing())
        self.own = postgres.Postgres()
        super().setUp()

    def postgres(self):
        return self.own

    def ready(self, server):
        return server.request("GET", "/readyz").status

    def test_a_server_without_it_says_so_and_goes_on_when_it_is_back(self):
        server = self.start()
        file_id = server.create_id(b"content")
        self.assertEqual(self.ready(server), 200)
        self.own.kill()
        self.assertEqual(self.ready(server), 503)
        self.assertEqual(server.request("GET", "/healthz").status, 200)
        for reply in (server.request("GET", "/v1/files"), server.retrieve(file_id),
                      server.content(file_id), server.create(b"more"), server.delete(file_id)):
            self.assertEqual(reply.status, 503, reply.body)
            self.assertEqual(reply.headers["Retry-After"], "1")
            self.assertEqual(reply.error()["type"], "server_error")
        self.own.start()
        self.assertEqual(self.ready(server), 200)
        self.assertEqual(server.list_ids(), [file_id])
        self.assertEqual(server.content(file_id).body, b"content")
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])

    def test_nothing_that_was_acknowledged_is_lost_when_it_is_killed_under_load(self):
        self.check_under_load(self.own.kill)

    def test_nothing_that_was_acknowledged_is_lost_when_it_is_stopped_under_load(self):
        # Commits take so long that some are under way whenever it is.
        slow = ("commit_delay=50000", "commit_siblings=0")
        self.own.stop()
        self.own.start(*slow)
        self.check_under_load(self.own.stop, *slow)

    def check_under_load(self, end, *settings):
        server = self.start()
        acknowledged, others, stop = [], [], threading.Event()

        def write(number):
            with contextlib.closing(server.connect()) as connection:
                count = 0
                while not stop.is_set():
                    reply = server.create(b"%d" % number, connection=connection,
                                          filename=f"{number}-{count}")
                    count += 1
                    (acknowledged if reply.status == 200 else others).append(reply)

        def more(count):
            wanted = len(acknowledged) + count
            harness.wait_until(lambda: len(acknowledged) >= wanted, "more files")

        with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
            writers = [pool.submit(write, number) for number in range(WRITERS)]
            try:
                for _ in range(3):
                    more(20)
                    end()
                    self.own.start(*settings)
                more(20)
            finally:
                stop.set()
            for writer in writers:
                writer.result()
        self.assertEqual({reply.status for reply in others} - {503}, set())
        made = [reply.json() for reply in acknowledged]
        listed = {file["id"]: file["filename"]
                  for file in server.request("GET", "/v1/files").json()["data"]}
        self.assertEqual(len({file["id"] for file in made}), len(made))
        for file in made:
            self.assertEqual(listed.get(file["id"]), file["filename"])
        # Each name was sent once, so nothing may be there twice.
        self.assertEqual(len(set(listed.values())), len(listed))
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])

    def test_a_restart_in_between_is_hardly_noticed(self):
        server = self.start()
        before = server.create_id(b"before")
        self.own.stop()
        self.own.start()
        after = server.create_id(b"after")
        self.assertEqual(server.list_ids(), [after, before])

    def test_a_server_that_has_lost_it_still_ends(self):
        server = self.start()
        self.own.kill()
        self.assertEqual(self.ready(server), 503)
        self.assertEqual(server.stop(), 0)


class Starts(harness.ProcessTest):
    on_postgres = True
    SECRET = "quite-secret-word"

    def refusal(self, address, **options):
        harness.VARIABLES["ARGOT_CATALOG"] = address
        line = self.refused_start(**options)
        self.assertNotIn(self.SECRET, line)
        return line

    def test_what_is_wrong_with_the_address_is_said_without_the_password(self):
        for address in (f"postgres://argot:{self.SECRET}@[/x", f"postgres:/argot:{self.SECRET}@h/x",
                        f"postgres://argot:{self.SECRET}@h/x?nonsense=1"):
            self.assertIn("catalog: expected sqlite:PATH or postgres://", self.refusal(address))

    def test_what_is_wrong_with_the_server_is_said_without_the_password(self):
        own = postgres.Postgres()
        address = own.address().replace("argot@", f"argot:{self.SECRET}@")
        own.stop()
        self.assertIn("cannot be reached", self.refusal(address))
        own.start("fsync=off")
        self.assertIn("would lose acknowledged files in a power cut: set fsync = on",
                      self.refusal(address))
        own.stop()
        own.start("synchronous_commit=off")
        self.assertIn("set synchronous_commit = on", self.refusal(address))
        self.assertIn("does not exist", self.refusal(address.replace("/postgres?", "/nobody?")))

    def test_the_password_may_come_from_a_file_and_is_nowhere_to_be_seen(self):
        own = postgres.Postgres()
        postgres.run(f"ALTER USER argot PASSWORD '{self.SECRET}'", own.address())
        with open(f"{own.folder}/data/pg_hba.conf", "w", encoding="ascii") as file:
            file.write("local all all scram-sha-256\n")
        own.stop()
        own.start()
        self.assertIn("no password supplied", self.refusal(own.address()))
        passwords = os.path.join(self.place, "passwords")
        with open(passwords, "w", encoding="ascii") as file:
            file.write(f"*:*:*:argot:{self.SECRET}\n")
        os.chmod(passwords, 0o600)
        harness.VARIABLES["PGPASSFILE"] = passwords
        server = self.start("--log-level", "debug")
        server.create_id(b"content")
        self.assertEqual(len(json.loads(self.keys("list", "--json"))["data"]), 1)
        own.kill()
        self.assertEqual(server.request("GET", "/v1/files").status, 503)
        server.stop()
        # In the address, it is in none of the lines either.
        own.start()
        del harness.VARIABLES["PGPASSFILE"]
        harness.VARIABLES["ARGOT_CATALOG"] = own.address().replace("argot@",
                                                                   f"argot:{self.SECRET}@")
        again = self.start("--log-level", "debug")
        own.kill()
        self.assertEqual(again.request("GET", "/readyz").status, 503)
        again.stop()
        said = "\n".join(server.err.seen + again.err.seen + server.out.seen + again.out.seen)
        self.assertIn("catalog_unreachable", said)
        self.assertNotIn(self.SECRET, said)
        found = subprocess.run(["grep", "-rl", self.SECRET, self.folder], capture_output=True,
                               text=True, check=False)
        self.assertEqual(found.stdout, "")


if __name__ == "__main__":
    harness.main()
