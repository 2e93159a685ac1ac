"""Limits and usage beside a live server."""

import contextlib
import json

import harness

LIMIT = 10_000


class RaisingLimits(harness.ProcessTest):
    def start_small(self):
        return self.start("--limits-file-bytes", str(LIMIT))

    def set_limits(self, *arguments):
        ended = harness.run_program("admin", "limits", "set", *arguments, "--data", self.folder)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("It counts from the next upload.", ended.stderr)

    def test_a_raised_limit_counts_from_the_next_upload(self):
        server = self.start_small()
        with contextlib.closing(server.connect()) as connection:
            refused = server.create(bytes(LIMIT + 1), connection=connection)
            self.assertEqual(refused.status, 400)
            self.assertEqual(refused.error()["message"], "File is too large.")
            self.set_limits(f"file_bytes={LIMIT + 1}")
            # The same connection: nothing that the server remembers stands in the way.
            reply = server.create(bytes(LIMIT + 1), connection=connection)
            self.assertEqual(reply.status, 200, reply.body)
            self.assertEqual(server.create(bytes(LIMIT + 2), connection=connection).status, 400)
            self.set_limits("file_bytes=default")
            self.assertEqual(server.create(bytes(LIMIT + 1), connection=connection).status, 400)

    def test_a_quota_that_is_lowered_during_an_upload_counts_for_it(self):
        server = self.start("--limits-organization-bytes", str(LIMIT))
        server.create_id(bytes(LIMIT))
        self.assertEqual(server.create(bytes(1)).status, 400)
        self.set_limits(f"organization_bytes={LIMIT + 2000}")
        link, rest = server.start_upload(1000)  # 2000 bytes
        with link:
            self.set_limits(f"organization_bytes={LIMIT + 1999}")
            link.sendall(rest)
            reply = harness.read_reply(link)
        self.assertTrue(reply.startswith(b"HTTP/1.1 400 "), reply)
        self.set_limits("organization_bytes=none")
        server.create_id(bytes(2000))
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])

    def test_a_project_has_limits_of_its_own(self):
        server = self.start_small()
        inner = self.new_key("--new-project", "training")
        project = next(row["project_id"] for row in json.loads(self.keys("list", "--json"))["data"]
                       if row["project_id"])
        self.set_limits("--project", project, "file_bytes=1MB", "project_bytes=20000")
        self.assertEqual(server.create(bytes(20_000), key=inner).status, 200)
        over = server.create(bytes(1), key=inner)
        self.assertEqual(over.error()["message"],
                         "You have exceeded your file storage quota. Projects are limited to "
                         "20000 bytes of files. Please delete old files or attempt with a smaller "
                         "file size.")
        self.assertEqual(server.create(bytes(20_000)).status, 400)

    def test_limits_outlive_a_restart(self):
        first = self.start_small()
        self.set_limits("file_bytes=1MB")
        first.stop()
        second = self.start_small()
        second.create_id(bytes(LIMIT + 1))


class Showing(harness.ProcessTest):
    def test_the_limits_in_force(self):
        self.start()
        self.admin("limits", "set", "batch_file_bytes=200MB")
        settings = {"ARGOT_LIMITS_PROFILE": "2026-08"}
        shown = json.loads(self.admin("limits", "show", "--json", environment=settings))
        self.assertEqual({row["name"]: row["in_force"] for row in shown["limits"]},
                         {"file_bytes": 512 << 20, "upload_bytes": 8 << 30,
                          "batch_file_bytes": 200 << 20,
                          "assistants_tokens": 2000000,
                          "organization_bytes": "none", "project_bytes": 5 << 39})

    def test_the_usage(self):
        server = self.start()
        server.create_id(bytes(3 << 20))
        self.admin("limits", "set", "organization_bytes=12MB")
        whole, project = json.loads(self.admin("usage", "--json"))["data"]
        self.assertIsNone(whole["project_id"])
        self.assertEqual((whole["files"], whole["bytes"], whole["quota"], whole["percent"]),
                         (1, 3 << 20, 12 << 20, 25.0))
        self.assertEqual((project["bytes"], project["quota"], project["percent"]),
                         (3 << 20, "none", None))


class Rate(harness.ProcessTest):
    def test_of_uploads_is_held(self):
        server = self.start("--limits-uploads-per-minute", "3")
        for _ in range(3):
            server.create_id(b"x")
        refused = server.create(b"x")
        self.assertEqual(refused.status, 429)
        self.assertEqual(refused.error()["type"], "requests")
        self.assertEqual(refused.error()["code"], "rate_limit_exceeded")
        self.assertIn("Limit 3, Used 3, Requested 1.", refused.error()["message"])
        seconds = int(refused.headers["Retry-After"])
        self.assertTrue(1 <= seconds <= 60, seconds)
        self.assertIn(f"Please try again in {seconds}s.", refused.error()["message"])
        self.assertEqual(len(server.list_ids()), 3)


if __name__ == "__main__":
    harness.main()
