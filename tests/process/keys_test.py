"""Keys and tenants beside a live server."""

import contextlib
import json

import harness


class KeysBesideAServer(harness.ProcessTest):
    def test_a_new_key_works_at_once_and_a_revoked_one_no_more(self):
        server = self.start()
        key = self.new_key("--name", "ci")
        with contextlib.closing(server.connect()) as connection:
            reply = server.request("GET", "/v1/files", key=key, connection=connection)
            self.assertEqual(reply.status, 200)
            listed = json.loads(self.keys("list", "--json"))["data"]
            public_id = next(row["id"] for row in listed if row["name"] == "ci")
            self.keys("revoke", public_id)
            # The same connection: nothing that the server remembers lets it in.
            reply = server.request("GET", "/v1/files", key=key, connection=connection)
        self.assertEqual(reply.status, 401)
        self.assertEqual(reply.error()["code"], "invalid_api_key")
        self.assertEqual(server.list_ids(), [])

    def test_a_key_revoked_during_its_upload_gets_no_second_one(self):
        server = self.start()
        public_id = json.loads(self.keys("list", "--json"))["data"][0]["id"]
        link, rest = server.start_upload(1000)
        with link:
            self.keys("revoke", public_id)
            link.sendall(rest)
            self.assertTrue(harness.read_reply(link).startswith(b"HTTP/1.1 200 "))
        self.assertEqual(server.create(b"more").status, 401)

    def test_keys_outlive_a_restart(self):
        first = self.start()
        key = self.new_key()
        first.stop()
        second = self.start()
        self.assertEqual(second.list_ids(key=key), [])

    def test_a_key_does_what_its_scopes_say(self):
        server = self.start()
        file_id = server.create_id(b"content")
        reader = self.new_key("--scopes", "read")
        self.assertEqual(server.content(file_id, key=reader).body, b"content")
        for reply in (server.create(b"more", key=reader), server.delete(file_id, key=reader)):
            self.assertEqual(reply.status, 401)
            self.assertIn("Missing scopes", reply.error()["message"])
        self.assertEqual(server.list_ids(), [file_id])

    def test_an_expired_key_is_refused(self):
        server = self.start()
        key = self.new_key("--expires-in", "1ms")
        self.assertEqual(server.request("GET", "/v1/files", key=key).status, 401)


class Rotation(harness.ProcessTest):
    def expect_refused(self, reply, key):
        self.assertEqual(reply.status, 401, reply.body)
        self.assertEqual(reply.error()["code"], "invalid_api_key")
        self.assertIn(f" {key[:8]}********{key[-4:]}. ", reply.error()["message"])
        self.assertNotIn(key[8:-4], reply.body.decode())

    def test_two_keys_overlap_and_one_ends_without_a_gap_for_the_other(self):
        server = self.start()
        old, new = self.new_key("--name", "old"), self.new_key("--name", "new")
        ids = {key: server.create_id(key[-4:].encode(), key=key) for key in (old, new)}
        for key in (old, new):
            for owner, file_id in ids.items():
                self.assertEqual(server.content(file_id, key=key).body, owner[-4:].encode())

        def work_with_the_new_one():
            file_id = server.create_id(b"passing", key=new)
            self.assertEqual(server.content(file_id, key=new).body, b"passing")
            self.assertEqual(server.delete(file_id, key=new).status, 200)

        link, rest = server.start_upload(1000, key=old)
        with harness.Repeated(work_with_the_new_one) as working, link:
            working.wait_for_more(2)
            self.keys("revoke", self.key_id("old"))
            for refused in (server.create(b"more", key=old),
                            server.request("GET", "/v1/files", key=old),
                            server.content(ids[old], key=old),
                            server.delete(ids[old], key=old)):
                self.expect_refused(refused, old)
            # Who an upload is from was asked at its head, and is not asked again.
            link.sendall(rest)
            self.assertTrue(harness.read_reply(link).startswith(b"HTTP/1.1 200 "))
            working.wait_for_more(2)
        self.assertEqual(len(server.list_ids(key=new)), 3)
        self.assertEqual(server.content(ids[old], key=new).body, old[-4:].encode())

        server.stop()
        after = self.start()
        self.expect_refused(after.request("GET", "/v1/files", key=old), old)
        self.assertEqual(len(after.list_ids(key=new)), 3)

    def test_the_first_key_stays_revoked_though_its_text_is_still_stored(self):
        server = self.start()
        new = self.new_key("--name", "new")
        self.keys("revoke", self.key_id("first key"))
        self.expect_refused(server.request("GET", "/v1/files"), server.key)
        server.stop()
        after = self.start()
        self.assertEqual(after.key, server.key)
        self.expect_refused(after.request("GET", "/v1/files"), server.key)
        self.assertEqual(after.list_ids(key=new), [])
        self.assertEqual(len(json.loads(self.keys("list", "--json"))["data"]), 2)


class Organizations(harness.ProcessTest):
    def test_a_second_organization_sees_nothing_of_the_first(self):
        server = self.start()
        file_id = server.create_id(b"secret of the first")
        other = self.new_key("--new-organization", "second")
        self.assertEqual(server.list_ids(key=other), [])
        unknown = file_id[:-4] + ("1111" if file_id[-4:] != "1111" else "2222")
        for ask in (server.retrieve, server.content, server.delete):
            foreign, missing = ask(file_id, key=other), ask(unknown, key=other)
            self.assertEqual(foreign.status, 404)
            self.assertEqual(foreign.body.replace(file_id.encode(), unknown.encode()), missing.body)
            kept = [{name: value for name, value in reply.headers.items() if name.lower() not in
                     ("x-request-id", "date", "openai-processing-ms")}
                    for reply in (foreign, missing)]
            self.assertEqual(kept[0], kept[1])
        theirs = server.create_id(b"of the second", key=other)
        self.assertEqual(server.list_ids(key=other), [theirs])
        self.assertEqual(server.list_ids(), [file_id])

    def test_a_key_of_one_project_sees_no_other_project(self):
        server = self.start()
        file_id = server.create_id(b"in the first project")
        inner = self.new_key("--new-project", "training")
        self.assertEqual(server.list_ids(key=inner), [])
        self.assertEqual(server.retrieve(file_id, key=inner).status, 404)
        theirs = server.create_id(b"in the second", key=inner)
        # A key without a project sees the whole organization.
        self.assertEqual(sorted(server.list_ids()), sorted([file_id, theirs]))


if __name__ == "__main__":
    harness.main()
