"""Forms, names, ids, cursors and ranges as nobody should send them."""

import json
import os
import random
import re
import string
import sys
import tempfile
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "process"))

import harness  # noqa: E402

TYPE = "multipart/form-data; boundary=b"
PURPOSE = b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n'
FILE = (b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        b"content\r\n")
END = b"--b--\r\n"


def field(name, value):
    head_line = b'Content-Disposition: form-data; name="' + name + b'"'
    return b"--b\r\n" + head_line + b"\r\n\r\n" + value + b"\r\n"


def head(text):
    """A file whose part has these header lines."""
    return b"--b\r\n" + text + b"\r\n\r\ncontent\r\n"


EXPIRES = field(b"expires_after[anchor]", b"created_at")

# (name, content type, body): each is a 400 that stores nothing.
FORMS = [
    ("no boundary", "multipart/form-data", PURPOSE + FILE + END),
    ("an empty boundary", 'multipart/form-data; boundary=""', PURPOSE + FILE + END),
    ("another boundary", "multipart/form-data; boundary=c", PURPOSE + FILE + END),
    ("a boundary of 71 bytes", "multipart/form-data; boundary=" + "b" * 71, END),
    ("a boundary with a quote", 'multipart/form-data; boundary="a\\"b"', END),
    ("two boundaries", "multipart/form-data; boundary=b; boundary=c", PURPOSE + FILE + END),
    ("an empty body", TYPE, b""),
    ("the end alone", TYPE, END),
    ("no end", TYPE, PURPOSE + FILE),
    ("half an end", TYPE, PURPOSE + FILE + b"--b-"),
    ("a part of nothing", TYPE, b"--b\r\n\r\n" + END),
    ("a part without a disposition", TYPE, PURPOSE + head(b"Content-Type: text/plain") + END),
    ("a part without a name", TYPE, PURPOSE + head(b"Content-Disposition: form-data") + END),
    ("an attachment", TYPE, PURPOSE + head(b'Content-Disposition: attachment; name="file"') + END),
    ("two dispositions", TYPE, PURPOSE + head(
        b'Content-Disposition: form-data; name="file"; filename="a"\r\n'
        b'Content-Disposition: form-data; name="file"; filename="b"') + END),
    ("two names", TYPE, PURPOSE + head(
        b'Content-Disposition: form-data; name="file"; name="purpose"; filename="a"') + END),
    ("a folded part header", TYPE, PURPOSE + head(
        b'Content-Disposition: form-data;\r\n name="file"; filename="a"') + END),
    ("a part header without a colon", TYPE, PURPOSE + head(b"Content-Disposition") + END),
    ("a NUL in a part header", TYPE, PURPOSE + head(
        b'Content-Disposition: form-data; name="fi\x00le"; filename="a"') + END),
    ("a NUL in a name", TYPE, PURPOSE + head(
        b'Content-Disposition: form-data; name="file"; filename="a\x00b"') + END),
    ("bare LFs", TYPE, (PURPOSE + FILE + END).replace(b"\r\n", b"\n")),
    ("17 part headers", TYPE, PURPOSE + head(
        b'Content-Disposition: form-data; name="file"; filename="a"\r\n' +
        b"A: b\r\n" * 15 + b"A: b") + END),
    ("a part header beyond 8 KiB", TYPE, PURPOSE + head(
        b'Content-Disposition: form-data; name="file"; filename="a"\r\nA: ' + b"x" * 8192) + END),
    ("33 parts", TYPE, field(b"x", b"y") * 31 + PURPOSE + FILE + END),
    ("a text of more than 64 KiB", TYPE, field(b"x", b"y" * 65537) + PURPOSE + FILE + END),
    ("a preamble beyond 64 KiB", TYPE, b"x" * 65600 + b"\r\n" + PURPOSE + FILE + END),
    ("an epilogue beyond 64 KiB", TYPE, PURPOSE + FILE + END + b"x" * 65600),
    ("two files", TYPE, PURPOSE + FILE + FILE + END),
    ("two purposes", TYPE, PURPOSE + FILE + PURPOSE + END),
    ("no file", TYPE, PURPOSE + END),
    ("no purpose", TYPE, FILE + END),
    ("a purpose that is a file", TYPE, FILE.replace(b'"file"', b'"purpose"') + FILE + END),
    ("an empty purpose", TYPE, field(b"purpose", b"") + FILE + END),
    ("a purpose in capitals", TYPE, field(b"purpose", b"USER_DATA") + FILE + END),
    ("a purpose with a space", TYPE, field(b"purpose", b"user_data ") + FILE + END),
    ("a purpose with a NUL", TYPE, field(b"purpose", b"user_data\x00") + FILE + END),
    ("a purpose of runners", TYPE, field(b"purpose", b"batch_output") + FILE + END),
    ("a filename of 256 bytes", TYPE, PURPOSE + FILE.replace(b"a.txt", b"a" * 256) + END),
    ("a filename that is not UTF-8", TYPE, PURPOSE + FILE.replace(b"a.txt", b"\xff\xfe") + END),
    ("a filename with a control byte", TYPE, PURPOSE + FILE.replace(b"a.txt", b"a\x07b") + END),
    ("half of expires_after", TYPE, EXPIRES + PURPOSE + FILE + END),
    ("the other half", TYPE, field(b"expires_after[seconds]", b"3600") + PURPOSE + FILE + END),
    ("another anchor", TYPE, field(b"expires_after[anchor]", b"last_active_at") +
     field(b"expires_after[seconds]", b"3600") + PURPOSE + FILE + END),
    *[(f"seconds of {value!r}", TYPE,
       EXPIRES + field(b"expires_after[seconds]", value) + PURPOSE + FILE + END)
      for value in (b"3599", b"2592001", b"", b"-3600", b"+3600", b"3600.0", b"0x1000", b"1e4",
                    b" 3600", b"3600 ", b"18446744073709555216", b"9" * 30, b"NaN",
                    b"\xd9\xa3\xd9\xa6\xd9\xa0\xd9\xa0")],
]

TRAVERSALS = [
    "../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "C:\\boot.ini", "..", ".", "...",
    "....//....//etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e%2f", "..%c0%af", "..%252f", "~root",
    "~/.ssh/id_rsa", "\\\\host\\share", "file:///etc/passwd", "a/../../b", "./../x", "con",
    "nul.txt", "aux", "a.txt:stream", "a.txt.", "a.txt ", " a.txt", "-rf", "$(id)", "`id`", "a;b",
    "a|b", "a&b", "'; DROP TABLE files; --", "\u202etxt.exe", "\u2066a\u2069", "\u0430.txt",
    "\U0001f600.txt", "a\u0301.txt", "<script>alert(1)</script>", "=cmd|' /C calc'!A0",
    "%00", "%n%s", "{{7*7}}",
]

IDS = [
    "..", ".", "%2e%2e", "..%2f..%2fmeta.db", "%2fetc%2fpasswd", "file-", "file-1",
    "file-" + "1" * 21, "file-" + "1" * 23, "file-" + "0" * 22, "file-" + "l" * 22,
    "file-" + "z" * 22, "FILE-" + "1" * 22, "file-" + "1" * 4000, "%00", "file-%00" + "1" * 21,
    "%ff%fe", "%", "%zz", "%2", "a%0d%0aX:%20y", "'%20OR%201=1--", "*", "null", "undefined",
    "-1", "18446744073709551616", "%f0%9f%98%80",
    "file-1111111111111111111111%20", "%20file-1111111111111111111111", "content", "report",
]

# (Range, status): of a file of 1,000 bytes. What is no range is passed over (RFC 9110 section
# 14.2).
RANGES = [
    ("bytes=0-0", 206), ("bytes=0-999", 206), ("bytes=0-1000", 206), ("bytes=999-", 206),
    ("bytes=-1", 206), ("bytes=-1000", 206), ("bytes=-1001", 206),
    ("bytes=500-18446744073709551615", 206),
    ("bytes=0-18446744073709551616", 206), ("bytes=-18446744073709551616", 206),
    ("bytes=0-" + "9" * 100, 206), ("bytes=0-1 ", 206), ("BYTES=0-1", 206),
    ("bytes=1000-", 416), ("bytes=1000-1001", 416), ("bytes=-0", 416),
    ("bytes=9223372036854775808-", 416), ("bytes=18446744073709551615-", 416),
    ("bytes=18446744073709551616-", 416), ("bytes=" + "9" * 100 + "-", 416),
    ("bytes=1-0", 200), ("bytes=", 200), ("bytes= 0-1", 200), ("bytes=-", 200),
    ("bytes=a-b", 200), ("bytes=0", 200),
    ("bytes=0x0-0x1", 200), ("bytes=+0-1", 200), ("bytes=0-+1", 200), ("bytes=--1", 200),
    ("bytes=0-1-2", 200), ("items=0-1", 200), ("bytes", 200), ("bytes 0-1", 200),
    ("bytes:0-1", 200),
    ("bytes=0-0,2-2", 200), ("bytes=" + ",".join(f"{n}-{n}" for n in range(1000)), 200),
    ("bytes=0-0,", 200), ("bytes=,0-0", 200), ("bytes=0-1;q=1", 200),
]

# (parameter, value): each is a 400 that names the parameter.
QUERIES = [
    *[("limit", value) for value in ("0", "10001", "-1", "", "x", "1.0", "+1", "0x10", "1e3", "%00",
                                     "18446744073709551617", "9" * 50, "%201", "1%20")],
    *[("order", value) for value in ("", "ASC", "up", "asc,desc", "%00", "1")],
    *[("after", value) for value in ("", "x", "file-", "file-" + "0" * 22, "file-" + "1" * 23,
                                     "%00", "..%2f", "%ff", "'--")],
]


class Forms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="argot-torture-")
        cls.folder = cls.enterClassContext(folder)
        cls.server = cls.enterClassContext(harness.Server(os.path.join(cls.folder, "data")))

    def post(self, content_type, body):
        headers = {"Content-Type": content_type} if content_type else {}
        return self.server.request("POST", "/v1/files", body=body, headers=headers)

    def refused(self, reply, name, status=400):
        self.assertEqual(reply.status, status, f"{name}: {reply.body[:300]!r}")
        error = json.loads(reply.body)["error"]
        self.assertEqual(set(error), {"message", "type", "param", "code"}, name)
        self.assertEqual(error["type"], "invalid_request_error", name)
        self.assertTrue(error["message"].isprintable(), f"{name}: {error['message']!r}")
        return error

    def test_the_good_form_is_taken(self):
        reply = self.post(TYPE, PURPOSE + FILE + END)
        self.assertEqual(reply.status, 200, reply.body)
        self.server.delete(reply.json()["id"])

    def test_every_bad_form_is_a_400_and_stores_nothing(self):
        before = self.server.list_ids()
        for name, content_type, body in FORMS:
            with self.subTest(name):
                self.refused(self.post(content_type, body), name)
        self.assertEqual(self.server.list_ids(), before)
        self.assertEqual(harness.Stored(self.server.folder).temporary(), [])
        self.assertGreater(len(FORMS), 50)

    def test_what_is_no_form_is_a_415(self):
        for content_type in ("", "application/json", "application/x-www-form-urlencoded",
                             "text/plain", "multipart/mixed; boundary=b",
                             "multipart/form-data2; boundary=b"):
            with self.subTest(content_type):
                self.refused(self.post(content_type, PURPOSE + FILE + END), content_type, 415)

    def test_clients_cannot_set_what_the_server_decides(self):
        extra = b"".join(field(name, b"file-evil") for name in (
            b"id", b"bytes", b"created_at", b"status", b"status_details", b"object",
            b"organization", b"project_id", b"sha256", b"blob"))
        file = self.post(TYPE, extra + PURPOSE + FILE + END).json()
        self.assertEqual((file["bytes"], file["status"], file["object"]), (7, "processed", "file"))
        self.assertNotEqual(file["id"], "file-evil")

    def test_names_are_data_and_never_a_path(self):
        outside = sorted(os.listdir(self.folder))
        for name in TRAVERSALS:
            with self.subTest(name):
                reply = self.server.create(b"content", filename=name)
                if reply.status == 400:
                    self.refused(reply, name)
                    continue
                self.assertEqual(reply.status, 200, reply.body)
                file = reply.json()
                self.assertNotIn("/", file["filename"])
                # What is nothing but a folder leaves no name.
                is_end = name.endswith(file["filename"])
                self.assertTrue(is_end or file["filename"] == "upload", file["filename"])
                got = self.server.request("GET", f"/v1/files/{file['id']}/content")
                self.assertEqual(got.body, b"content")
                self.assertEqual(got.headers["Content-Type"], "application/octet-stream")
                self.assertEqual(got.headers["X-Content-Type-Options"], "nosniff")
                disposition = got.headers["Content-Disposition"]
                self.assertTrue(disposition.startswith("attachment; filename="), disposition)
                self.assertTrue(disposition.isascii() and disposition.isprintable(), disposition)
        self.assertEqual(sorted(os.listdir(self.folder)), outside)
        for place, _, names in os.walk(self.server.folder):
            for name in names:
                if "blobs" in place.split(os.sep):
                    self.assertRegex(name, r"^[0-9a-f]{40}$")

    def test_random_names_come_back_as_they_went(self):
        seed = random.randrange(1 << 32)
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        letters = string.printable[:95] + "\u00e9\u4f60\U0001f600\u202e\u0301\u200d"
        for _ in range(100):
            name = "".join(chance.choice(letters) for _ in range(chance.randrange(1, 60)))
            # What a form cannot say as it is: "%22" means a quotation mark there, "%0A" a new line.
            name = re.sub(r'[/\\"]|%(?=22|0A|0D)', "_", name)
            if name in (".", ".."):
                continue
            with self.subTest(f"{name!r}, seed {seed}"):
                reply = self.server.create(b"x", filename=name)
                self.assertEqual(reply.status, 200, reply.body)
                self.assertEqual(reply.json()["filename"], name)
                self.assertEqual(self.server.retrieve(reply.json()["id"]).json()["filename"], name)

    def test_ids_that_are_none_are_not_found(self):
        kept = self.server.create_id(b"kept")
        for file_id in IDS:
            for method, path in (("GET", "/v1/files/%s"), ("DELETE", "/v1/files/%s"),
                                 ("GET", "/v1/files/%s/content"), ("GET", "/v1/files/%s/report")):
                with self.subTest(f"{method} {path % file_id:.80}"):
                    reply = self.server.request(method, path % file_id)
                    self.assertEqual(reply.status, 404, reply.body)
                    self.assertEqual(json.loads(reply.body)["error"]["param"], "id")
        self.assertEqual(self.server.content(kept).body, b"kept")

    def test_parameters_are_typed_and_ranged(self):
        for name, value in QUERIES:
            with self.subTest(f"{name}={value}"):
                reply = self.server.request("GET", f"/v1/files?{name}={value}")
                self.assertEqual(self.refused(reply, name)["param"], name)
        for repeated in ("limit=1&limit=2", "order=asc&order=asc"):
            reply = self.server.request("GET", "/v1/files?" + repeated)
            self.assertEqual(reply.status, 400, f"{repeated}: {reply.body!r}")

    def test_ranges_are_what_rfc_9110_says(self):
        content = bytes(n % 251 for n in range(1000))
        path = f"/v1/files/{self.server.create_id(content)}/content"
        for text, status in RANGES:
            with self.subTest(text[:80]):
                reply = self.server.request("GET", path, headers={"Range": text})
                self.assertEqual(reply.status, status, reply.body[:200])
                if status == 200:
                    self.assertEqual(reply.body, content)
                if status == 206:
                    first, last = re.fullmatch(r"bytes (\d+)-(\d+)/1000",
                                               reply.headers["Content-Range"]).groups()
                    self.assertEqual(reply.body, content[int(first):int(last) + 1])
                if status == 416:
                    self.assertEqual(reply.headers["Content-Range"], "bytes */1000")

    def test_unquoted_urls_are_not_decoded_twice(self):
        file_id = self.server.create_id(b"x")
        once = urllib.parse.quote(file_id[0]).replace("f", "%66")
        self.assertEqual(self.server.retrieve(once + file_id[1:]).status, 200)
        self.assertEqual(self.server.retrieve("%2566" + file_id[1:]).status, 404)


if __name__ == "__main__":
    harness.main()
