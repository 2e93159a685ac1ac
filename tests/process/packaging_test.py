"""The manual page and the completion know what the program knows."""

import os
import re
import shutil
import subprocess
import unittest

import harness

PACKAGING = os.path.join(os.path.dirname(__file__), "..", "..", "packaging")
COMMANDS = [["serve"], ["keys"], ["keys", "create"], ["keys", "list"], ["keys", "revoke"],
            ["admin"], ["admin", "limits"], ["admin", "limits", "show"],
            ["admin", "limits", "set"], ["admin", "usage"],
            ["files"], ["files", "create"], ["files", "list"], ["files", "retrieve"],
            ["files", "download"], ["files", "delete"], ["check"], ["tokens"]]


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
            if command in (["keys"], ["admin"], ["admin", "limits"], ["files"]):
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
        self.assertEqual(completed("admin", ""), {"limits", "usage", "--help"})
        self.assertEqual(completed("admin", "limits", "s"), {"show", "set"})
        self.assertEqual(completed("admin", "limits", "set", "f"), {"file_bytes="})
        self.assertIn("fine-tune", completed("files", "create", "x", "--purpose", ""))
        self.assertEqual(completed("check", "x", "--format", "c"), {"chat", "completions"})
        self.assertEqual(completed("files", "list", "--order", "d"), {"desc"})


if __name__ == "__main__":
    harness.main()
