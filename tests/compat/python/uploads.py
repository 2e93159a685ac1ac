"""Uploads in parts by the official Python client, as its users write them."""

import concurrent.futures
import hashlib
import io

import openai

from toolkit import WRONG, case, client, equal, invalid, refused, stored

UPLOADS = openai.resources.uploads.Uploads
MIB = 1 << 20


def begin(size, filename="big.bin", purpose="user_data", **more):
    return client().uploads.create(filename=filename, purpose=purpose, bytes=size,
                                   mime_type="application/octet-stream", **more)


def add(upload, data):
    return client().uploads.parts.create(upload.id, data=data)


@case("parts at the same time and in any order are one file")
def _():
    pieces = [bytes([letter]) * (MIB + letter) for letter in b"abcd"]
    content = b"".join(pieces)
    upload = begin(len(content))
    equal((upload.object, upload.status, upload.bytes), ("upload", "pending", len(content)))
    equal(upload.expires_at - upload.created_at, 3600, "lifetime")
    equal(upload.file, None, "file")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda piece: add(upload, piece), pieces))
    for part in parts:
        equal((part.object, part.upload_id), ("upload.part", upload.id))
    completed = client().uploads.complete(upload.id, part_ids=[part.id for part in parts],
                                          md5=hashlib.md5(content).hexdigest())
    equal((completed.id, completed.status), (upload.id, "completed"))
    stored(completed.file, content, "big.bin")
    again = client().uploads.complete(upload.id, part_ids=[part.id for part in parts])
    equal(again.file.id, completed.file.id, "the file of the second complete")
    client().files.delete(completed.file.id)


@case("what a part's data may be")
def _():
    upload = begin(9)
    parts = [add(upload, b"raw"), add(upload, io.BytesIO(b"mem")), add(upload, ("x.bin", b"tup"))]
    completed = client().uploads.complete(upload.id, part_ids=[part.id for part in parts])
    stored(completed.file, b"rawmemtup", "big.bin")


@case("a cancelled upload takes no more parts")
def _():
    upload = begin(1)
    add(upload, b"x")
    equal(client().uploads.cancel(upload.id).status, "cancelled", "status")
    equal(client().uploads.cancel(upload.id).status, "cancelled", "status again")
    text = "The Upload takes no more changes: its status is 'cancelled', not 'pending'."
    invalid(lambda: add(upload, b"x"), text, "id")
    invalid(lambda: client().uploads.complete(upload.id, part_ids=[]), text, "id")


@case("an unknown upload, and parts that are not whole")
def _():
    unknown = "upload_" + "0" * 32
    refused(lambda: client().uploads.cancel(unknown), openai.NotFoundError, 404,
            f"No such Upload object: {unknown}", "id")
    upload = begin(4)
    part = add(upload, b"abc")
    invalid(lambda: client().uploads.complete(upload.id, part_ids=[part.id]),
            "The parts have 3 bytes together, but the Upload was created for 4.", "part_ids")


@case("a file in chunks, as one call", when=hasattr(UPLOADS, "upload_file_chunked"))
def _():
    example = WRONG.splitlines(keepends=True)[0]
    content = b"".join(example.replace(b'"a"', b'"%d"' % number) for number in range(1000))
    done = client().uploads.upload_file_chunked(
        file=content, filename="chunks.jsonl", bytes=len(content), part_size=10_000,
        mime_type="text/jsonl", purpose="fine-tune")
    equal(done.status, "completed", "status")
    stored(done.file, content, "chunks.jsonl")
    report = client().get(f"/files/{done.file.id}/report", cast_to=object)
    equal(report["records"], 1000, "records")
    # It comes once the server has read the file as a whole.
    digest = hashlib.sha256(content).hexdigest()
    equal(report.get("sha256", digest), digest, "SHA-256")


@case("a file of no bytes, as one call", when=hasattr(UPLOADS, "upload_file_chunked"))
def _():
    done = client().uploads.upload_file_chunked(
        file=b"", filename="empty.txt", bytes=0, mime_type="text/plain", purpose="user_data")
    stored(done.file, b"", "empty.txt")
