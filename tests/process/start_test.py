"""How a server starts, what it leaves for clients on the machine, and how it refuses to start."""

import json
import os
import re
import resource
import sqlite3
import stat
import subprocess

import harness


class FirstStart(harness.ProcessTest):
    def test_prints_the_key_once_and_stores_it(self):
        server = self.start()
        printed = {}
        while len(printed) < 2:
            line = server.out.wait_for(r"^  export ")
            name, value = re.fullmatch(r"  export (\w+)=(\S+)", line).groups()
            printed[name] = value
        self.assertEqual(printed, server.credentials())
        self.assertEqual(printed["ARGOTOPENAI_SERVER_URL"],
                         f"http://127.0.0.1:{server.port}/v1")
        self.assertEqual(server.list_ids(), [])
        path = os.path.join(self.folder, "credentials")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(self.folder).st_mode), 0o700)
        self.assertEqual(server.stop(), 0)
        self.assertEqual("\n".join(server.out.seen).count(server.key), 1)

    def test_files_are_for_their_owner_only(self):
        server = self.start(setup=lambda: os.umask(0))
        server.create_id(b"content")
        server.stop()
        for place, folders, names in os.walk(self.folder):
            for name in folders + names:
                mode = stat.S_IMODE(os.stat(os.path.join(place, name)).st_mode)
                self.assertEqual(mode & 0o077, 0, f"{name}: {mode:o}")

    def test_a_shell_can_source_the_credentials(self):
        server = self.start()
        shell = subprocess.run(
            ["sh", "-c", '. "$1" && echo "$ARGOTOPENAI_API_KEY_AUTH $ARGOTOPENAI_SERVER_URL"', "sh",
             os.path.join(self.folder, "credentials")],
            env=harness.clean_environment(), capture_output=True, text=True, check=True)
        self.assertEqual(shell.stdout.split(), [server.key, f"http://127.0.0.1:{server.port}/v1"])

    def test_a_restart_keeps_the_key_and_renews_the_address(self):
        first = self.start()
        file_id = first.create_id(b"kept")
        self.assertEqual(first.stop(), 0)
        second = self.start()
        self.assertEqual(second.key, first.key)
        self.assertEqual(second.credentials()["ARGOTOPENAI_SERVER_URL"],
                         f"http://127.0.0.1:{second.port}/v1")
        self.assertEqual(second.content(file_id).body, b"kept")
        self.assertEqual(second.stop(), 0)
        self.assertEqual(second.out.seen, [])

    def test_a_key_file_gives_the_first_key(self):
        key = self.start().key
        other = os.path.join(self.place, "other")
        path = os.path.join(self.place, "key")
        with open(path, "w", encoding="ascii") as file:
            file.write(key + "\n")
        for _ in range(2):
            with harness.Server(other, "--bootstrap-key-file", path) as server:
                self.assertEqual(server.key, key)
                self.assertEqual(server.list_ids(), [])
                self.assertEqual(server.stop(), 0)
                self.assertEqual(server.out.seen, [])

    def test_without_authentication_no_key_is_asked_for(self):
        server = self.start("--no-auth")
        self.assertIsNone(server.key)
        self.assertEqual(server.list_ids(), [])
        self.assertEqual(server.out.seen, [])


class RefusedStart(harness.ProcessTest):
    def test_a_second_server_on_the_same_folder(self):
        server = self.start()
        line = self.refused_start()
        self.assertIn(f"another server (process {server.process.pid}) is using", line)
        self.assertIn(self.folder, line)
        self.assertIn("--data", line)
        self.assertEqual(server.list_ids(), [])

    def test_a_catalogue_of_a_newer_version(self):
        self.start().stop()
        with sqlite3.connect(os.path.join(self.folder, "meta.db")) as database:
            database.execute("PRAGMA user_version = 99")
        self.assertIn("99", self.refused_start())

    def test_blobs_of_a_newer_version(self):
        self.start().stop()
        with open(os.path.join(self.folder, "FORMAT"), "w", encoding="ascii") as file:
            file.write("argot blobs 99\n")
        self.assertIn("99", self.refused_start())

    def test_a_file_in_place_of_the_folder(self):
        with open(self.folder, "w", encoding="ascii") as file:
            file.write("in the way")
        self.assertIn("file that is in the way", self.refused_start())

    def test_a_read_only_folder(self):
        self.start().stop()
        self.mount_or_skip("--bind", "-o", "ro", self.folder, self.folder)
        line = self.refused_start()
        self.assertIn("Read-only file system", line)
        self.assertIn("mount it writable", line)

    def test_a_full_disk(self):
        disk = self.small_disk("1m")
        with open(os.path.join(disk, "filler"), "wb") as file:
            file.write(bytes(harness.MIB))
        line = self.refused_start(folder=os.path.join(disk, "data"))
        self.assertRegex(line, "free some space|full|No space")

    def test_an_address_that_is_taken(self):
        server = self.start()
        other = os.path.join(self.place, "other")
        ended = harness.run_program("serve", "--data", other, "--listen",
                                    f"127.0.0.1:{server.port}")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("--listen", ended.stderr)

    def test_no_authentication_beyond_this_machine(self):
        ended = harness.run_program("serve", "--data", self.folder, "--no-auth",
                                    environment={"ARGOT_LISTEN": "0.0.0.0:0"})
        self.assertEqual(ended.returncode, 1)
        for part in ("no_auth", "--no-auth", "listen", "ARGOT_LISTEN", "0.0.0.0:0"):
            self.assertIn(part, ended.stderr)
        self.assertFalse(os.path.exists(self.folder))

    def test_a_bad_setting_from_each_source(self):
        config = os.path.join(self.place, "argot.toml")
        with open(config, "w", encoding="ascii") as file:
            file.write("[limits]\nfile_bytes = 'big'\n")
        sources = [
            (["--limits-file-bytes", "big"], {}, "the flag --limits-file-bytes"),
            ([], {"ARGOT_LIMITS_FILE_BYTES": "big"}, "the variable ARGOT_LIMITS_FILE_BYTES"),
            (["--config", config], {}, f"{config}:2"),
            ([], {"ARGOT_CONFIG": config}, f"{config}:2"),
        ]
        for flags, environment, origin in sources:
            line = self.refused_start(*flags, environment=environment)
            self.assertIn("limits.file_bytes: expected a size such as 512MB", line)
            self.assertIn(f'got "big" from {origin}', line)
        self.assertFalse(os.path.exists(self.folder))


class Surroundings(harness.ProcessTest):
    def test_few_descriptors_mean_few_connections_and_a_warning(self):
        def lower():
            resource.setrlimit(resource.RLIMIT_NOFILE, (600, 600))
        server = self.start(setup=lower)
        self.assertEqual(server.list_ids(), [])
        server.stop()
        warnings = [json.loads(line) for line in server.err.seen if "connections_lowered" in line]
        self.assertEqual(warnings[0]["setting"], "server.connections_max")
        self.assertEqual(warnings[0]["allowed"], 100)

    def test_a_variable_that_is_no_setting_is_a_warning(self):
        server = self.start(environment={"ARGOT_LISTENN": "x"})
        server.stop()
        self.assertTrue(any("ARGOT_LISTENN" in line for line in server.err.seen))

    def test_standard_error_is_json_but_for_the_line_that_others_look_for(self):
        server = self.start("--log-level", "debug")
        server.create_id(b"content")
        server.stop()
        others = []
        for line in server.err.seen:
            try:
                json.loads(line)
            except ValueError:
                others.append(line)
        self.assertEqual(others, [f"listening on http://127.0.0.1:{server.port}"])

    def test_no_key_is_ever_logged(self):
        server = self.start("--log-level", "debug")
        unknown = self.new_key()
        self.keys("revoke", unknown[len("sk-argot-"):][:11])
        secrets = [server.key, unknown]
        for key in secrets + [server.key + "x", server.key[:-1]]:
            server.list_ids() if key == server.key else server.request("GET", "/v1/files", key=key)
            server.create(b"content", key=key)
            server.request("GET", f"/v1/files/{key}", key=key)
        with server.open_socket() as link:
            head = f"GET / HTTP/1.1\r\nAuthorization: Bearer {server.key}\r\n\0\r\n\r\n"
            link.sendall(head.encode())
            harness.read_to_end(link)
        server.stop()
        logged = "\n".join(server.err.seen)
        for secret in secrets:
            # The public id may be logged; what follows it may not.
            self.assertNotIn(secret[len("sk-argot-") + 11:][:20], logged)


class StandardStreams(harness.ProcessTest):
    def run_without(self, stream, *arguments):
        return harness.run_program(*arguments, stdin=subprocess.DEVNULL,
                                   preexec_fn=lambda: os.close(stream))

    def test_what_is_opened_is_taken_for_no_stream_that_is_closed(self):
        without_input = self.run_without(0, "check", "-", "--purpose", "evals")
        self.assertEqual(without_input.returncode, 2)
        self.assertEqual(without_input.stderr, "argot: -: Bad file descriptor\n")
        without_output = self.run_without(1, "version")
        self.assertEqual(without_output.returncode, 1)
        self.assertEqual(without_output.stderr, "argot: standard output: it takes no more\n")
        without_errors = self.run_without(2, "check", "-", "--purpose", "evals")
        self.assertEqual(without_errors.returncode, 1, "an empty file has a problem")
        self.assertEqual(without_errors.stdout.count("\n"), 1)


if __name__ == "__main__":
    harness.main()
