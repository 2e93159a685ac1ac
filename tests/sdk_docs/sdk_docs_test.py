"""Runs the C++ of docs/sdk/ and of the README against a real server: the ten examples of
files.md one by one with what each must do, and everything else to its end.

ARGOT_TEST_SDK_DOCS names the executable that CMakeLists.txt makes of the pages.
"""

import glob
import json
import os
import re
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(ROOT, "tests", "process")]

import harness  # noqa: E402
import snippets  # noqa: E402

EXECUTABLE = os.environ.get("ARGOT_TEST_SDK_DOCS", "build/dev/tests/sdk_docs/argot_sdk_docs")
PAGES = [*sorted(glob.glob(os.path.join(ROOT, "docs", "sdk", "*.md"))),
         os.path.join(ROOT, "README.md")]

OPERATIONS = ["listFiles", "createFile", "deleteFile", "retrieveFile", "downloadFile"]
FORMS = ["class", "standalone"]
JSONL = '{"prompt": "Hello", "completion": "Hello yourself"}\n' * 20
THREW = 3


class SdkDocsTest(harness.ProcessTest):
    def setUp(self):
        super().setUp()
        self.server = self.start()
        self.work = os.path.join(self.place, "work")
        os.mkdir(self.work)
        for name in ["example.file", "train.jsonl"]:
            self.write(name, JSONL)

    def write(self, name, text):
        with open(os.path.join(self.work, name), "w", encoding="utf-8") as file:
            file.write(text)

    def run_snippet(self, name, file_id=None):
        """Runs one as a reader would, in a folder with `example.file`."""
        environment = {
            "ARGOTOPENAI_API_KEY_AUTH": self.server.key,
            "ARGOTOPENAI_SERVER_URL": f"http://{self.server.host}:{self.server.port}/v1",
            "ARGOT_PROGRAM": harness.PROGRAM,
        }
        if file_id is not None:
            environment["ARGOT_DOCS_FILE"] = file_id
        return subprocess.run([os.path.abspath(EXECUTABLE), name], cwd=self.work,
                              env=harness.clean_environment(environment), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=harness.PATIENCE, check=False)

    def assert_runs(self, name, file_id=None):
        """Its standard output."""
        ended = self.run_snippet(name, file_id)
        self.assertEqual(ended.returncode, 0, f"{name}: {ended.stdout}{ended.stderr}")
        return ended.stdout

    def assert_throws(self, name, status, message):
        ended = self.run_snippet(name)
        self.assertEqual(ended.returncode, THREW, f"{name}: {ended.stdout}{ended.stderr}")
        self.assertIn(f"SDKError {status}\n", ended.stderr)
        self.assertIn(message, ended.stderr)

    # --- The ten examples of files.md ----------------------------------------------------------

    def test_an_empty_list_is_listed(self):
        for form in FORMS:
            page = json.loads(self.assert_runs(f"files.listFiles_{form}"))
            self.assertEqual((page["object"], page["data"]), ("list", []))

    def test_a_file_of_jsonl_is_created_under_its_name(self):
        for count, form in enumerate(FORMS, start=1):
            file = json.loads(self.assert_runs(f"files.createFile_{form}"))
            self.assertEqual(file["filename"], "example.file")
            self.assertEqual(file["purpose"], "fine-tune")
            self.assertEqual(file["bytes"], len(JSONL))
            page = json.loads(self.assert_runs(f"files.listFiles_{form}"))
            self.assertEqual(len(page["data"]), count)
            self.assertEqual(page["data"][0]["id"], file["id"])

    def test_a_file_of_prose_is_refused(self):
        self.write("example.file", "Dear diary,\n")
        for form in FORMS:
            self.assert_throws(f"files.createFile_{form}", 400,
                               "Invalid file format for Fine-Tuning API. Must be .jsonl")
        self.assertEqual(self.server.list_ids(), [])

    def test_the_id_of_the_page_is_unknown(self):
        for operation in ["deleteFile", "retrieveFile", "downloadFile"]:
            for form in FORMS:
                self.assert_throws(f"files.{operation}_{form}", 404, "No such File object: <id>")

    def test_the_id_of_a_file_is_known(self):
        for form in FORMS:
            file_id = self.server.create_id(JSONL.encode(), purpose="fine-tune")
            file = json.loads(self.assert_runs(f"files.retrieveFile_{form}", file_id))
            self.assertEqual(file["id"], file_id)
            self.assertEqual(self.assert_runs(f"files.downloadFile_{form}", file_id), JSONL + "\n")
            deleted = json.loads(self.assert_runs(f"files.deleteFile_{form}", file_id))
            self.assertEqual((deleted["id"], deleted["deleted"]), (file_id, True))
            self.assertEqual(self.server.list_ids(), [])

    # --- All others ----------------------------------------------------------------------------

    def test_every_other_snippet_runs(self):
        others = [f"{snippets.page_name(path)}.{snippet.name}"
                  for path in PAGES if not path.endswith("/files.md")
                  for snippet in snippets.snippets(path)]
        self.assertGreater(len(others), 20)
        for name in others:
            with self.subTest(name):
                self.assert_runs(name, self.server.create_id(JSONL.encode(), purpose="fine-tune"))

    def test_what_the_comments_say(self):
        file_id = self.server.create_id(JSONL.encode(), purpose="fine-tune")
        self.assertEqual(self.assert_runs("streams.source", file_id), "3890\n")
        self.assertIn(f'{{"object":"file","id":"{file_id}","purpose":"fine-tune",',
                      self.assert_runs("models.values", file_id))
        resumed = self.run_snippet("uploads.resume")
        self.assertEqual(resumed.stderr, "Request aborted by client: the signal\n")
        self.assertEqual(self.server.content(json.loads(resumed.stdout)["id"]).body.decode(), JSONL)
        self.assertEqual(self.assert_runs("uploads.requests"), "one\ntwo\n")
        self.assertRegex(self.run_snippet("retries.log", file_id).stderr,
                         r"^2 attempts over \d+\.\d s: 503, 503\n$")
        self.assertEqual(self.run_snippet("limits.over", file_id).stderr,
                         "400: File is too large.\n")
        self.assertIn("No such File object: file-unknown\n",
                      self.run_snippet("errors.exceptions", file_id).stderr)


class PagesTest(unittest.TestCase):
    def test_the_page_has_the_sections_of_its_twin_in_their_order(self):
        with open(os.path.join(ROOT, "docs", "sdk", "files.md"), encoding="utf-8") as file:
            headings = re.findall(r"^#{1,3} .*$", file.read(), re.MULTILINE)
        # Lines of shell and C++ that begin with # are none.
        headings = [heading for heading in headings if not heading.startswith("#include")]
        wanted = ["# Files", "## Overview", "### Available Operations"]
        for operation in OPERATIONS:
            wanted += [f"## {operation}", "### Example Usage", "### Standalone function",
                       "### Parameters", "### Response", "### Errors"]
        self.assertEqual(headings, wanted)

    def test_every_operation_has_both_examples(self):
        path = os.path.join(ROOT, "docs", "sdk", "files.md")
        found = [snippet.name for snippet in snippets.snippets(path) if snippet.is_program]
        self.assertEqual(found, [f"{operation}_{form}" for operation in OPERATIONS
                                 for form in FORMS])

    def test_no_block_of_cpp_is_left_out(self):
        listed = subprocess.run([os.path.abspath(EXECUTABLE)], capture_output=True, text=True,
                                check=True).stdout.split()
        for path in PAGES:
            with open(path, encoding="utf-8") as file:
                blocks = len(re.findall(r"^ *```(?:cpp|c\+\+|cc)\b", file.read(), re.MULTILINE))
            page = snippets.page_name(path)
            self.assertEqual(blocks, sum(name.startswith(page + ".") for name in listed), page)


if __name__ == "__main__":
    harness.main()
