"""Documents of a real process: their text is taken out by its children, also after it was killed.
"""

import io
import json
import os
import re
import shutil
import signal
import unittest
import zipfile

import harness

TEXT = "Hello, world. These are the words of a document."
OFFICE = "http://schemas.openxmlformats.org"


def archive(parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in {"[Content_Types].xml": "<Types/>", **parts}.items():
            file.writestr(name, text)
    return target.getvalue()


def docx(text):
    return archive({"word/document.xml":
                    f'<w:document xmlns:w="{OFFICE}/wordprocessingml/2006/main"><w:body><w:p><w:r>'
                    f"<w:t>{text}</w:t></w:r></w:p></w:body></w:document>"})


def pptx(text):
    return archive({"ppt/presentation.xml": "<p/>", "ppt/slides/slide1.xml":
                    f'<p:sld xmlns:p="{OFFICE}/presentationml/2006/main" '
                    f'xmlns:a="{OFFICE}/drawingml/2006/main"><a:p><a:r><a:t>{text}</a:t></a:r>'
                    "</a:p></p:sld>"})


def xlsx(text):
    return archive({"xl/workbook.xml": "<w/>", "xl/worksheets/sheet1.xml":
                    f'<worksheet xmlns="{OFFICE}/spreadsheetml/2006/main"><sheetData><row>'
                    f'<c t="inlineStr"><is><t>{text}</t></is></c></row></sheetData></worksheet>'})


def html(text):
    return f"<html><script>var hidden;</script><body><p>{text}</p></body></html>".encode()


def pdf(text):
    page = f"BT /F1 12 Tf 20 700 Td ({text}) Tj ET".encode()
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
               b"/Resources<</Font<</F1 5 0 R>>>>>>",
               b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
               b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table)


# Takes a second to read.
LONG = docx("".join(f"word {number} " for number in range(2_000_000)))

MAKERS = {"docx": docx, "pptx": pptx, "xlsx": xlsx, "html": html}
if shutil.which("pdftotext"):
    MAKERS["pdf"] = pdf


def tokens_in(text):
    """How many the program counts in the text that is taken out of such a document."""
    ended = harness.run_program("tokens", "-", "--json", input=text)
    return json.loads(ended.stdout)["tokens"]


@unittest.skipIf(harness.SANITIZED, "a sanitizer's runtime needs what the walls refuse")
class DocumentsTest(harness.ProcessTest):
    def put(self, server, content, filename):
        reply = server.create(content, purpose="assistants", filename=filename,
                              purpose_first=True)
        self.assertEqual(reply.status, 200, reply.body)
        return reply.json()

    def settled(self, server, file_id):
        """The file, once it is no longer `uploaded`."""
        last = {}

        def is_settled():
            last.update(server.retrieve(file_id).json())
            return last["status"] != "uploaded"

        harness.wait_until(is_settled, "the document was read")
        return last

    def tokens(self, server, file_id):
        return server.request("GET", f"/v1/files/{file_id}/report").json()["tokens"]

    def test_counts_every_kind(self):
        server = self.start()
        expected = tokens_in(TEXT)
        for extension, make in MAKERS.items():
            with self.subTest(extension):
                created = self.put(server, make(TEXT), f"a.{extension}")
                self.assertEqual(created["status"], "uploaded")
                self.assertEqual(self.settled(server, created["id"])["status"], "processed")
                tokens = self.tokens(server, created["id"])
                # The end of the line, and for a page the end of a form, may be a token of its own.
                self.assertIn(tokens["total"] - expected, (0, 1, 2))
                self.assertIn("engine", tokens)
        self.assertEqual(server.metric("argot_documents_waiting"), 0)

    def test_more_tokens_than_allowed_are_an_error_of_the_file(self):
        server = self.start("--limits-assistants-tokens", "100")
        created = self.put(server, docx("word " * 101), "long.docx")
        settled = self.settled(server, created["id"])
        self.assertEqual(settled["status"], "error")
        self.assertEqual(settled["status_details"],
                         "This file has more than 100 tokens, the limit for purpose 'assistants'.")
        self.assertIsNone(self.tokens(server, created["id"])["total"])
        # It is kept, and can be read.
        self.assertEqual(server.content(created["id"]).status, 200)

    def test_a_broken_document_is_an_error_of_the_file(self):
        server = self.start()
        created = self.put(server, docx(TEXT)[:-10], "broken.docx")
        settled = self.settled(server, created["id"])
        self.assertEqual(settled["status"], "error")
        self.assertIn("could not be read: ", settled["status_details"])

    def test_what_was_not_read_before_a_kill_is_read_after_it(self):
        allowed = ("--limits-assistants-tokens", "20000000")
        server = self.start(*allowed)
        # The others wait for the first one, whose child does not go on.
        ids = [self.put(server, LONG, "long.docx")["id"]]
        harness.wait_until(lambda: self.children(server), "its child began")
        for child in self.children(server):
            self.assertTrue(self.gives_way(child))
            os.kill(int(child), signal.SIGSTOP)
        for number in range(20):
            ids.append(self.put(server, docx(f"{TEXT} {number}"), f"{number}.docx")["id"])
        server.kill()
        self.assertEqual(self.stored.query("SELECT count(*), max(tries) FROM waiting"), [(21, 1)])
        server = self.start(*allowed)
        for file_id in ids:
            self.assertEqual(self.settled(server, file_id)["status"], "processed")
            self.assertGreater(self.tokens(server, file_id)["total"], 5)
        server.stop()
        self.assertEqual(self.stored.query("SELECT count(*) FROM waiting"), [(0,)])
        self.assertEqual(self.stored.problems(), [])

    def test_a_server_that_is_told_to_end_does_not_wait_for_documents(self):
        server = self.start()
        created = self.put(server, LONG, "long.docx")
        harness.wait_until(lambda: self.children(server), "its child began")
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.query("SELECT tries FROM waiting"), [(0,)])
        server = self.start("--limits-assistants-tokens", "20000000")
        self.assertEqual(self.settled(server, created["id"])["status"], "processed")

    def children(self, server):
        """The processes that it has started and that read documents by now."""
        threads, found = f"/proc/{server.process.pid}/task", []
        for thread in os.listdir(threads):
            with open(f"{threads}/{thread}/children", encoding="ascii") as file:
                found += file.read().split()
        # Behind the walls, once they have a filter for system calls.
        return [child for child in found
                if re.search(r"^Seccomp:\s+2$", self.of(child, "status"), re.MULTILINE)]

    def of(self, process, name):
        with open(f"/proc/{process}/{name}", encoding="ascii") as file:
            return file.read()

    def gives_way(self, child):
        """Whether it is the first that the system ends where memory is short."""
        return self.of(child, "oom_score_adj") == "1000\n"

    def test_without_workers_documents_are_kept_as_they_are(self):
        server = self.start("--documents-workers", "0")
        created = self.put(server, docx(TEXT), "a.docx")
        self.assertEqual(created["status"], "processed")
        tokens = self.tokens(server, created["id"])
        self.assertEqual(tokens["total"], None)
        self.assertEqual(tokens["reason"], "its text has not been taken out")


if __name__ == "__main__":
    harness.main()
