"""Every operation of the official Python client on files, as its users write it."""

import asyncio
import concurrent.futures
import hashlib
import io
import json
import os
import pathlib
import re
import time
import urllib.request

import openai

from toolkit import (DAY, FOLDER, HAS_EXPIRES_AFTER, HAS_PAGES, INTERNAL_PURPOSES, NON_ASCII,
                     PURPOSES, RECORD, WORLD, WRONG, WRONG_TEXT, case, client, create, equal,
                     invalid, missing_file, path_of, purpose_text, stored, true)


# --- Create ------------------------------------------------------------------------------------


@case("an organization starts with no file")
def _():
    page = client().files.list()
    equal(page.data, [])
    equal(list(page), [])


@case("create from a path")
def _():
    file = client().files.create(file=path_of("path.txt", b"by path"), purpose="user_data")
    stored(file, b"by path", "path.txt")


@case("create from an open file")
def _():
    with open(path_of("open.txt", b"by stream"), "rb") as stream:
        file = client().files.create(file=stream, purpose="user_data")
    stored(file, b"by stream", "open.txt")


@case("create from bytes, which have no name")
def _():
    stored(client().files.create(file=b"bytes", purpose="user_data"), b"bytes", "upload")


@case("create from a buffer in memory")
def _():
    file = client().files.create(file=io.BytesIO(b"memory"), purpose="user_data")
    stored(file, b"memory", "upload")


@case("create from a name and bytes")
def _():
    stored(create(b"named", "named.bin"), b"named", "named.bin")


@case("create from a name, a buffer and a content type")
def _():
    file = client().files.create(file=("typed.pdf", io.BytesIO(b"%PDF"), "application/pdf"),
                                 purpose="user_data")
    stored(file, b"%PDF", "typed.pdf")


@case("create a file of no bytes")
def _():
    stored(create(b"", "empty.txt"), b"", "empty.txt")


@case("every byte comes back, line ends and boundaries too")
def _():
    content = bytes(range(256)) * 40 + b"\r\n--x--\r\n" + b"\r\n" * 100 + b"--"
    stored(create(content, "bytes.bin"), content, "bytes.bin")


@case("a name outside ASCII comes back")
def _():
    for file in (create(b"hello", NON_ASCII),
                 client().files.create(file=path_of(NON_ASCII, b"hello"), purpose="user_data")):
        stored(file, b"hello", NON_ASCII)
        listed = {other.id: other.filename for other in client().files.list()}
        equal(listed[file.id], NON_ASCII, "listed name")
        disposition = client().files.content(file.id).response.headers["content-disposition"]
        true("filename*=UTF-8''%E4%BD%A0%E5%A5%BD.txt" in disposition, disposition)


@case("a name with quotes and spaces comes back")
def _():
    name = 'say "hi"; a=b, 100%.txt'
    stored(create(b"hello", name), b"hello", name)


@case("create for every purpose")
def _():
    for purpose in PURPOSES:
        file = create(RECORD, "records.json", purpose)
        equal(file.purpose, purpose, "purpose")
        equal(client().files.retrieve(file.id).purpose, purpose, "purpose")


@case("create for the purposes of results, with a key that may")
def _():
    for purpose in INTERNAL_PURPOSES:
        file = create(RECORD, "results.jsonl", purpose, using=client(key="internal_key"))
        equal(client().files.retrieve(file.id).purpose, purpose, "purpose")
        invalid(lambda purpose=purpose: create(RECORD, "results.jsonl", purpose),
                purpose_text(purpose), "purpose")


@case("expires_after", when=HAS_EXPIRES_AFTER)
def _():
    file = client().files.create(file=("soon.txt", b"soon"), purpose="user_data",
                                 expires_after={"anchor": "created_at", "seconds": 3600})
    equal(file.expires_at - file.created_at, 3600, "lifetime")
    equal(client().files.retrieve(file.id).expires_at, file.expires_at, "expires_at")


@case("only batch files expire by default")
def _():
    batch = create(RECORD, "batch.jsonl", "batch")
    if HAS_EXPIRES_AFTER:
        equal(batch.expires_at - batch.created_at, 30 * DAY, "lifetime")
        equal(create().expires_at, None, "expires_at")
    else:
        equal(batch.model_extra["expires_at"] - batch.created_at, 30 * DAY, "lifetime")
        equal(create().model_extra, {}, "further keys")


@case("a file has no keys beyond the published ones")
def _():
    equal(set(json.loads(client().files.with_raw_response.create(
        file=("keys.txt", b"keys"), purpose="user_data").text)),
        {"object", "id", "purpose", "filename", "bytes", "created_at", "status"}, "keys")


@case("a successful reply has a request id")
def _():
    true(re.fullmatch(r"req_[0-9a-f]{32}", create()._request_id or ""), "no request id")


# --- List --------------------------------------------------------------------------------------


def library():
    return client(key="library_key").files


def ids(files):
    return [file.id for file in files]


@case("list everything in pages of 100, newest first", when=HAS_PAGES)
def _():
    first = library().list(limit=100)
    equal(len(first.data), 100, "first page")
    equal(ids(first), WORLD["library"], "ids of every page")
    times = [file.created_at for file in library().list(limit=100)]
    equal(times, sorted(times, reverse=True), "times")


@case("list everything in pages of 100, oldest first", when=HAS_PAGES)
def _():
    equal(ids(library().list(limit=100, order="asc")), WORLD["library"][::-1], "ids")


@case("list one purpose in pages of 100", when=HAS_PAGES)
def _():
    files = list(library().list(limit=100, purpose="vision"))
    equal(ids(files), WORLD["library_vision"], "ids")
    equal({file.purpose for file in files}, {"vision"}, "purposes")


@case("list page by page", when=HAS_PAGES)
def _():
    page = library().list(limit=1000, after=WORLD["library"][99])
    equal(ids(page.data), WORLD["library"][100:1100], "page")
    true(page.has_next_page(), "no next page")
    equal(ids(page.get_next_page().data), WORLD["library"][1100:2100], "next page")
    last = library().list(limit=1000, after=WORLD["library"][-2])
    equal(ids(last.data), WORLD["library"][-1:], "last page")
    true(not last.has_next_page(), "a page after the last")


@case("a page goes on after a file that was deleted", when=HAS_PAGES)
def _():
    made = [create(name=f"{number}.txt", purpose="evals").id for number in range(5)]
    page = client().files.list(limit=2, purpose="evals")
    equal(ids(page.data), made[:2:-1], "first page")
    client().files.delete(page.data[-1].id)
    equal(ids(page.get_next_page().data), made[2:0:-1], "second page")


@case("list without a limit gives everything at once")
def _():
    equal(ids(library().list().data), WORLD["library"], "ids")


@case("list one purpose")
def _():
    equal(ids(library().list(purpose="vision").data), WORLD["library_vision"], "ids")


@case("list a purpose that does not exist")
def _():
    equal(list(library().list(purpose="world_domination")), [])


# --- Content -----------------------------------------------------------------------------------


@case("content as text and as bytes")
def _():
    text = "one\n\u4f60\u597d\n"
    reply = client().files.content(create(text.encode()).id)
    equal((reply.text, reply.read()), (text, text.encode()))
    equal(reply.response.headers["content-type"], "application/octet-stream", "content type")


@case("content written to a file and streamed to a file")
def _():
    content = os.urandom(300_000)
    file_id = create(content).id
    client().files.content(file_id).write_to_file(FOLDER / "written")
    equal((FOLDER / "written").read_bytes(), content)
    with client().files.with_streaming_response.content(file_id) as reply:
        reply.stream_to_file(FOLDER / "streamed")
    equal((FOLDER / "streamed").read_bytes(), content)


@case("a part of the content")
def _():
    file_id = create(b"0123456789").id
    reply = client().files.content(file_id, extra_headers={"Range": "bytes=2-4"})
    equal((reply.response.status_code, reply.read()), (206, b"234"))


@case("64 MiB up and down")
def _():
    file = client().files.create(file=pathlib.Path(WORLD["big_path"]), purpose="user_data")
    equal(file.bytes, os.path.getsize(WORLD["big_path"]), "bytes")
    total = hashlib.sha256()
    with client().files.with_streaming_response.content(file.id) as reply:
        for piece in reply.iter_bytes():
            total.update(piece)
    equal(total.hexdigest(), WORLD["big_sha256"], "SHA-256")
    client().files.delete(file.id)


# --- Delete and wait ---------------------------------------------------------------------------


@case("delete, and delete again")
def _():
    file_id = create().id
    gone = client().files.delete(file_id)
    equal((gone.id, gone.object, gone.deleted), (file_id, "file", True))
    for call in (client().files.delete, client().files.retrieve, client().files.content):
        missing_file(lambda call=call: call(file_id), file_id)
    true(file_id not in ids(client().files.list()), "it is still listed")


@case("wait_for_processing returns at once")
def _():
    file = create()
    begin = time.monotonic()
    equal(client().files.wait_for_processing(file.id, max_wait_seconds=20), file)
    true(time.monotonic() - begin < 4.0, "it polled")


@case("wait_for_processing waits until the text of a document was taken out")
def _():
    file = create(b"<p>Hello, world.", "page.html", "assistants")
    equal(file.status, "uploaded")
    equal(client().files.wait_for_processing(file.id, poll_interval=0.05,
                                             max_wait_seconds=20).status, "processed")


@case("wait_for_processing returns what is wrong with a file")
def _():
    file = client().files.wait_for_processing(create(WRONG, "train.jsonl", "fine-tune").id,
                                              max_wait_seconds=20)
    equal(file.status, "error", "status")
    equal(file.status_details, WRONG_TEXT, "status_details")


# --- Addresses and tenants ---------------------------------------------------------------------


@case("the address without /v1 serves the same")
def _():
    bare = client(prefix="")
    file = create(b"bare", using=bare)
    equal(bare.files.retrieve(file.id), client().files.retrieve(file.id))
    equal(bare.files.content(file.id).read(), b"bare")
    true(file.id in ids(bare.files.list()), "it is not listed")
    equal(bare.files.delete(file.id).deleted, True)


@case("another organization's file is one that does not exist")
def _():
    theirs = WORLD["library"][0]
    for call in (client().files.retrieve, client().files.content, client().files.delete):
        missing_file(lambda call=call: call(theirs), theirs)


@case("a thousand lost replies leave a thousand files")
def _():
    def lost():
        return int(urllib.request.urlopen(WORLD["lossy_server"] + "/lost").read())

    # All of them alike, so that every reply could be taken for another one's.
    before, lost_before = len(list(client().files.list())), lost()
    lossy = client(server="lossy_server", max_retries=5)

    def upload(number):
        return create(b"the same", f"{number % 10}.txt", using=lossy).id

    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        made = list(pool.map(upload, range(1000)))
    equal(lost() - lost_before, 1000, "replies that were lost")
    equal(len(set(made)), 1000, "files")
    equal(len(list(client().files.list())) - before, 1000, "files of the organization")
    again = create(b"the same", "0.txt")
    true(again.id not in made, "the same bytes on purpose are a file of their own")
    for file_id in [*made, again.id]:
        client().files.delete(file_id)


@case("the asynchronous client does the same")
def _():
    async def round_trip():
        async with openai.AsyncOpenAI(base_url=WORLD["server"] + "/v1", api_key=WORLD["key"],
                                      max_retries=0) as files_client:
            files = files_client.files
            made = [await files.create(file=(f"{number}.txt", b"async"), purpose="vision")
                    for number in range(5)]
            wanted = [file.id for file in made]
            options = {"limit": 2} if HAS_PAGES else {}
            listed = [file.id async for file in files.list(purpose="vision", **options)]
            equal(listed[:5], wanted[::-1], "listed")
            equal((await files.content(made[0].id)).read(), b"async", "content")
            await asyncio.gather(*(files.delete(file_id) for file_id in wanted))
            try:
                await files.retrieve(wanted[0])
            except openai.NotFoundError as seen:
                equal(seen.param, "id", "param")
            else:
                raise AssertionError("it is still there")
    asyncio.run(round_trip())
