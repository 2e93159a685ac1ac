"""The manual page, the completion, the image and the configurations know what the program knows."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import harness

PACKAGING = os.path.join(os.path.dirname(__file__), "..", "..", "packaging")
COMMANDS = [["serve"], ["keys"], ["keys", "create"], ["keys", "list"], ["keys", "revoke"],
            ["admin"], ["admin", "limits"], ["admin", "limits", "show"],
            ["admin", "limits", "set"], ["admin", "usage"], ["admin", "migrate"],
            ["files"], ["files", "create"], ["files", "list"], ["files", "retrieve"],
            ["files", "download"], ["files", "delete"], ["uploads"], ["uploads", "cancel"],
            ["check"], ["tokens"]]


def options(command):
    """The options that --help of a command names."""
    shown = harness.run_program(*command, "--help")
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z0-9-]*", "\n".join(
        re.findall(r"^  (-\S+)", shown.stdout, re.MULTILINE)))) - {"-h"}


def read(name):
    with open(os.path.join(PACKAGING, name), encoding="ascii") as file:
        return file.read()


def completed(*words):
    """What the completion offers for the last of the words."""
    script = ('source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _argot; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    ended = subprocess.run(
        ["bash", "-c", script, os.path.join(PACKAGING, "argot.bash"), "argot", *words],
        capture_output=True, text=True, timeout=harness.PATIENCE, check=True)
    return set(ended.stdout.split())


class Packaging(unittest.TestCase):
    def test_every_command_shows_its_options(self):
        # Else the tests below compare nothing.
        self.assertLessEqual({"--purpose", "--no-wait", "--server", "--ca-file"},
                             options(["files", "create"]))
        self.assertIn("-o", options(["files", "download"]))
        self.assertIn("--server-loops", options(["serve"]))
        for command in COMMANDS:
            self.assertTrue(options(command), command)

    def test_the_completion_offers_files_where_a_file_is_meant(self):
        shown = harness.run_program("serve", "--help").stdout
        flags = set(re.findall(r"^  (--\S+) PATH", shown, re.MULTILINE)) - {"--data"}
        self.assertIn("--tls-key", flags)
        page = os.path.join(PACKAGING, "argot.1")
        for flag in flags:
            self.assertEqual(completed("serve", flag, page), {page}, flag)

    def test_the_manual_page_has_every_option(self):
        page = read("argot.1").replace("\\-", "-")
        # Of each command its own part, up to the next one.
        named = {command: set(re.findall(r"(?<![\w-])--?[a-z][a-z0-9-]*", part))
                 for command, part in re.findall(r"^\.SH ARGOT (\w+)\n(.*?)(?=^\.SH )", page,
                                                 re.MULTILINE | re.DOTALL)}
        for command in COMMANDS:
            missing = options(command) - named[command[0].upper()] - {"--help"}
            self.assertEqual(missing, set(), command)
        self.assertIn("--help", page)

    def test_the_manual_page_has_no_option_too_many(self):
        page = read("argot.1").replace("\\-", "-")
        known = set().union(*map(options, COMMANDS)) | {"--config", "--help", "--version"}
        self.assertEqual(set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", page)) - known, set())

    def test_the_manual_page_has_no_mistake(self):
        if shutil.which("groff") is None:
            self.skipTest("there is no groff")
        ended = subprocess.run(["groff", "-man", "-ww", "-z", os.path.join(PACKAGING, "argot.1")],
                               capture_output=True, text=True, check=True)
        self.assertEqual(ended.stderr, "")

    def test_the_completion_offers_exactly_the_options(self):
        for command in COMMANDS:
            if command in (["keys"], ["admin"], ["admin", "limits"], ["files"], ["uploads"]):
                continue  # an action comes next
            known = options(command) | {"--help"}
            if command[0] in ("keys", "admin"):
                known |= options([command[0]])
            if command == ["serve"]:
                known.add("--config")
            self.assertEqual(completed(*command, "", "-"), known, command)

    def test_the_completion_offers_commands_and_values(self):
        self.assertEqual(completed("f"), {"files"})
        self.assertEqual(completed("files", "d"), {"download", "delete"})
        self.assertEqual(completed("keys", ""), {"create", "list", "revoke", "--help"})
        self.assertEqual(completed("admin", ""), {"limits", "migrate", "usage", "--help"})
        self.assertEqual(completed("admin", "limits", "s"), {"show", "set"})
        self.assertEqual(completed("admin", "limits", "set", "f"), {"file_bytes="})
        self.assertIn("fine-tune", completed("files", "create", "x", "--purpose", ""))
        self.assertEqual(completed("check", "x", "--format", "c"), {"chat", "completions"})
        self.assertEqual(completed("files", "list", "--order", "d"), {"desc"})


NGINX = """\
pid {folder}/nginx.pid;
events {{ worker_connections 64; }}
http {{
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/argot.conf;
}}
"""


def instruction(name):
    """The last one of that name in the Containerfile, as one line."""
    lines = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", read("Containerfile"), flags=re.MULTILINE))
    return re.findall(rf"^{name} (.*)$", lines, re.MULTILINE)[-1]


class Containers(unittest.TestCase):
    """What can be known without a daemon that runs them."""

    def nginx_says(self, text):
        """What nginx has against a configuration; nothing, if it takes it."""
        if shutil.which("nginx") is None and "ARGOT_REQUIRE_SERVERS" not in os.environ:
            self.skipTest("there is no nginx")
        with tempfile.TemporaryDirectory() as folder:
            for name, content in (("argot.conf", text),
                                  ("nginx.conf", NGINX.format(folder=folder))):
                with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                    file.write(content)
            ended = subprocess.run(
                ["nginx", "-t", "-q", "-p", folder, "-c", os.path.join(folder, "nginx.conf"), "-e",
                 os.path.join(folder, "error.log")], capture_output=True, text=True, check=False,
                timeout=harness.PATIENCE)
            return ended.stderr if ended.returncode else ""

    def test_nginx_takes_its_configuration(self):
        self.assertEqual(self.nginx_says(read("nginx.conf")), "")
        # Else the test could not fail.
        self.assertIn("proxy_pas", self.nginx_says(read("nginx.conf").replace("_pass", "_pas")))

    def test_nginx_takes_what_the_composition_makes_of_it(self):
        command = re.search(r">- (resolver=.*?) >/etc", " ".join(read("compose.yaml").split()))[1]
        self.assertIn(" /etc/argot/nginx.conf", command)
        with tempfile.TemporaryDirectory() as folder:
            servers = os.path.join(folder, "resolv.conf")
            with open(servers, "w", encoding="ascii") as file:
                file.write("search here\nnameserver 127.0.0.11\nnameserver 127.0.0.12\n")
            command = command.replace("$$", "$").replace("/etc/resolv.conf", servers).replace(
                "/etc/argot/nginx.conf", os.path.join(PACKAGING, "nginx.conf"))
            made = subprocess.run(["sh", "-c", command], capture_output=True, text=True,
                                  check=True).stdout
        # Replicas get other addresses as they are started again.
        self.assertEqual(re.findall(r"^ +server (\S+ \S+)", made, re.MULTILINE),
                         ["argot:8080 resolve"])
        self.assertRegex(made, r"(?m)^resolver 127\.0\.0\.11 ")
        self.assertRegex(made, r"(?m)^ +zone argot ")
        # Nginx knows `resolve` since 1.27.3 only, and the name is one of the composition's network.
        self.assertEqual(self.nginx_says(made.replace("argot:8080 resolve", "localhost:8080")), "")

    def test_a_drain_may_end_in_the_composition(self):
        shown = harness.run_program("serve", "--help").stdout
        drain = re.search(r"--server-drain-timeout.*?default: (\d+)s", shown, re.DOTALL)[1]
        grace = re.search(r"^  argot:\n(?:    .*\n)*?    stop_grace_period: (\d+)s\n",
                          read("compose.yaml"), re.MULTILINE)[1]
        self.assertGreater(int(grace), int(drain) + 5)

    def test_every_variable_is_a_setting(self):
        with open(os.path.join(PACKAGING, "..", "docs", "settings.md"), encoding="utf-8") as file:
            known = set(re.findall(r"`(ARGOT_\w+)`", file.read()))
        named = re.findall(r"^ +(ARGOT_\w+): ", read("compose.yaml"), re.MULTILINE)
        named += re.findall(r"(\w+)=", instruction("ENV"))
        self.assertEqual(len(named), 4)
        self.assertEqual(set(named) - known, set())

    def test_every_secret_comes_from_the_file_of_secrets(self):
        wanted = set(re.findall(r"\$\{(\w+):\?", read("compose.yaml")))
        self.assertEqual(wanted, set(re.findall(r"^(\w+)=$", read(".env.example"), re.MULTILINE)))
        for name, value in re.findall(r"^ +(\w*(?:PASSWORD|KEY|SECRET)\w*): (.*)$",
                                      read("compose.yaml"), re.MULTILINE):
            self.assertRegex(value, r"^\$\{\w+:\?", name)

    def test_the_image_knows_whether_its_server_is_well(self):
        check = json.loads(re.search(r" CMD (\[.*\])$", instruction("HEALTHCHECK"))[1])
        with tempfile.TemporaryDirectory() as folder:
            with harness.Server(folder) as server:
                check[-1] = check[-1].replace("/8080", f"/{server.port}")
                self.assertEqual(self.outcome_of(check), 0)
            self.assertNotEqual(self.outcome_of(check), 0)

    @staticmethod
    def outcome_of(command):
        return subprocess.run(command, capture_output=True, check=False,
                              timeout=harness.PATIENCE).returncode


if __name__ == "__main__":
    harness.main()
