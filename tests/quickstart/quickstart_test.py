"""Does what the quick start of the README says, as it is written there.

Each of the three blocks follows its marker, such as `<!-- quickstart:curl -->`. A reader runs them
in the folder where the server runs, the block for curl first. Where the official clients cannot be
installed, their tests are skipped; with ARGOT_REQUIRE_COMPAT=1 that is a failure.
"""

import filecmp
import json
import os
import random
import re
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests", folder) for folder in ("process", "compat")]

import clients  # noqa: E402
import harness  # noqa: E402

README = os.path.join(ROOT, "README.md")
LANGUAGES = {"curl": "sh", "python": "python", "node": "js"}
BLOCK_SECONDS = 120

# The largest file that is allowed, and the most memory that the server may need for it.
FILE_BYTES = 512 * harness.MIB
MEMORY_BYTES = 64 * harness.MIB


def block(name):
    """The code under a marker of the README."""
    with open(README, encoding="utf-8") as file:
        text = file.read()
    pattern = rf"<!-- quickstart:{name} -->\s*```{LANGUAGES[name]}\n(.*?)^```$"
    found = re.findall(pattern, text, re.MULTILINE | re.DOTALL)
    if len(found) != 1:
        raise AssertionError(f"README.md has {len(found)} blocks under <!-- quickstart:{name} -->")
    return found[0]


def preparation():
    """What the block for curl does to the shell, and the other blocks rely on."""
    lines = [line for line in block("curl").splitlines() if line.startswith((". ", "export "))]
    if not lines:
        raise AssertionError("the block for curl does not load the credentials")
    return "\n".join(lines)


class QuickStart(harness.ProcessTest):
    def start(self, *flags, **options):
        self.folder = os.path.join(self.place, "argot-data")
        return super().start(*flags, **options)

    def shell(self, script, *arguments, seconds=BLOCK_SECONDS):
        """Runs a script as a reader would, in the folder of the server; its output."""
        ended = subprocess.run(["sh", "-eu", "-c", script, "sh", *arguments], cwd=self.place,
                               env=clients.child_environment(), stdin=subprocess.DEVNULL,
                               capture_output=True, text=True, timeout=seconds, check=False)
        self.assertEqual(ended.returncode, 0, f"{ended.stdout}\n{ended.stderr}")
        return ended.stdout

    def with_credentials(self, *command, seconds=BLOCK_SECONDS):
        return self.shell(preparation() + '\nexec "$@"', *command, seconds=seconds)

    def written(self, name, text):
        with open(os.path.join(self.place, name), "w", encoding="utf-8") as file:
            file.write(text)
        return name

    def assert_served(self, server, times):
        """The five operations went well `times` times each, and every file is deleted again."""
        self.assertEqual(server.list_ids(), [])
        self.assertEqual(server.stop(), 0)
        seen = []
        for line in server.err.seen:
            event = json.loads(line) if line.startswith("{") else {}
            if event.get("event") == "request":
                self.assertEqual(event["status"], 200, line)
                path = re.sub(r"/file-\w+", "/ID", event["path"])
                seen.append((event["method"], path))
        self.assertEqual(seen.pop(), ("GET", "/v1/files"))
        operations = [("POST", "/v1/files"), ("GET", "/v1/files"), ("GET", "/v1/files/ID"),
                      ("GET", "/v1/files/ID/content"), ("DELETE", "/v1/files/ID")]
        self.assertEqual(sorted(seen), sorted(operations * times))

    def test_the_block_for_curl(self):
        server = self.start()
        self.shell(block("curl"))
        self.assert_served(server, times=1)

    def test_the_block_for_python(self):
        python = self.installed(lambda: clients.python_client(clients.PYTHON_CLIENTS[-1]))
        server = self.start()
        self.shell(block("curl"))
        self.with_credentials(python, self.written("quickstart.py", block("python")))
        self.assert_served(server, times=2)

    def test_the_block_for_node(self):
        modules = self.installed(clients.node_modules)
        os.mkdir(os.path.join(self.place, "node_modules"))
        os.symlink(os.path.join(modules, clients.NODE_CLIENTS[-1]),
                   os.path.join(self.place, "node_modules", "openai"))
        server = self.start()
        self.shell(block("curl"))
        self.with_credentials("node", self.written("quickstart.mjs", block("node")))
        self.assert_served(server, times=2)

    def test_the_largest_file_in_little_memory(self):
        python = self.installed(lambda: clients.python_client(clients.PYTHON_CLIENTS[-1]))
        original, copy = (os.path.join(self.place, name) for name in ("original", "copy"))
        source = random.Random(512)
        with open(original, "wb") as file:
            for _ in range(FILE_BYTES // harness.MIB):
                file.write(source.randbytes(harness.MIB))
        server = self.start()
        script = os.path.join(ROOT, "tests", "quickstart", "big_file.py")
        said = self.with_credentials(python, script, original, copy, seconds=900)
        peak = server.peak_memory()
        self.assertEqual(int(said), FILE_BYTES)
        self.assertTrue(filecmp.cmp(original, copy, shallow=False), "the copy is another file")
        print(f"peak memory of the server: {peak / harness.MIB:.1f} MiB", flush=True)
        if not harness.SANITIZED:
            self.assertLess(peak, MEMORY_BYTES)

    def installed(self, install):
        try:
            return install()
        except clients.Unavailable as reason:
            return self.skipTest(str(reason))


def main():
    if not os.access(harness.PROGRAM, os.X_OK):
        sys.exit(f"ARGOT_TEST_PROGRAM does not name a program: {harness.PROGRAM}")
    result = unittest.main(verbosity=2, exit=False).result
    for test, reason in result.skipped:
        clients.report_skip(test.id(), reason)
    return clients.exit_code(not result.wasSuccessful(), len(result.skipped))


if __name__ == "__main__":
    sys.exit(main())
