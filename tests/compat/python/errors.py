"""Every error of the server, as the official Python client raises it."""

import pathlib
import time

import openai

from toolkit import (HAS_EXPIRES_AFTER, HAS_PAGES, NOTHING, SENDS_EMPTY_FIELDS, UNKNOWN_ID, WORLD,
                     WRONG, WRONG_TEXT,
                     case, client, create, equal, invalid, missing_file, purpose_text, refused)


@case("400: an unknown purpose, an empty one, none")
def _():
    invalid(lambda: create(purpose="world_domination"), purpose_text("world_domination"), "purpose")
    if SENDS_EMPTY_FIELDS:
        invalid(lambda: create(purpose=""), purpose_text(""), "purpose")
    else:
        invalid(lambda: create(purpose=""), "'purpose' is a required property")
    invalid(lambda: create(purpose=NOTHING), "'purpose' is a required property")


@case("400: files that are not what their purpose asks for")
def _():
    not_batch = "Invalid file format for Batch API. Must be .jsonl"
    not_tuning = "Invalid file format for Fine-Tuning API. Must be .jsonl"
    for content in (b"prose", b"", b"{malformed json"):
        invalid(lambda content=content: create(content, "notes.txt", "batch"), not_batch)
        invalid(lambda content=content: create(content, "notes.txt", "fine-tune"), not_tuning)
    invalid(lambda: create(b'{"a": "\xff"}\n', "batch.jsonl", "batch"),
            "Invalid file for Batch API. Must be utf-8 encoded")
    invalid(lambda: create(b"MZ", "program.exe", "assistants"),
            "Files with extensions [.exe] are not supported for retrieval.")


@case("400: wrong records, where validation is strict")
def _():
    strict = client("strict_server", "strict_key")
    invalid(lambda: create(WRONG, "train.jsonl", "fine-tune", using=strict), WRONG_TEXT, "file",
            "invalid_file_format")
    equal(strict.files.list().data, [], "what is left")


@case("400: expires_after outside its range", when=HAS_EXPIRES_AFTER)
def _():
    for seconds in (3599, 2592001):
        invalid(lambda seconds=seconds: client().files.create(
            file=("soon.txt", b"soon"), purpose="user_data",
            expires_after={"anchor": "created_at", "seconds": seconds}),
            "Invalid 'expires_after[seconds]': expected an integer from 3600 to 2592000, but got "
            f"'{seconds}'.", "expires_after[seconds]")


@case("400: lists that make no sense", when=HAS_PAGES)
def _():
    files = client().files
    invalid(lambda: files.list(limit=0), "0 is less than the minimum of 1 - 'limit'", "limit")
    invalid(lambda: files.list(limit=10001),
            "10001 is greater than the maximum of 10000 - 'limit'", "limit")
    invalid(lambda: files.list(order="up"), "'up' is not one of ['asc', 'desc'] - 'order'", "order")
    invalid(lambda: files.list(after="nope"), "'nope' is not the id of a file - 'after'", "after")


@case("400: a file over the limit, before and after it was sent")
def _():
    small = client("small_server", "small_key")
    create(bytes(65536), "fits.bin", using=small)
    invalid(lambda: create(bytes(65537), "one_more.bin", using=small), "File is too large.")
    invalid(lambda: small.files.create(file=pathlib.Path(WORLD["big_path"]), purpose="user_data"),
            "File is too large.")
    for file in small.files.list():
        small.files.delete(file.id)


@case("400: the organization is full, until something is deleted")
def _():
    small = client("small_server", "small_key")
    full = [create(bytes(65536), using=small).id for _ in range(4)]
    invalid(lambda: create(b"!", using=small),
            "You have exceeded your file storage quota. Organizations are limited to 256 KB of "
            "files. Please delete old files or attempt with a smaller file size.")
    small.files.delete(full.pop())
    full.append(create(b"!", using=small).id)
    for file_id in full:
        small.files.delete(file_id)


@case("400: a download that the server's owner refuses")
def _():
    small = client("small_server", "small_key")
    file_id = create(purpose="assistants", using=small).id
    invalid(lambda: small.files.content(file_id),
            "Not allowed to download files of purpose: assistants")
    small.files.delete(file_id)


@case("401: wrong keys")
def _():
    where = "You can find your API key at https://platform.openai.com/account/api-keys."
    wrong = {"nonsense": "********", WORLD["wrong_key"]: WORLD["wrong_key_masked"]}
    for key, masked in wrong.items():
        stranger = client(key="key").with_options(api_key=key)
        for call in (stranger.files.list, lambda: create(using=stranger),
                     lambda: stranger.files.retrieve(UNKNOWN_ID)):
            refused(call, openai.AuthenticationError, 401,
                    f"Incorrect API key provided: {masked}. {where}", None, "invalid_api_key")


@case("401: an organization or a project that is not the key's")
def _():
    refused(client(organization="org-other").files.list, openai.AuthenticationError, 401,
            "OpenAI-Organization header should match organization for API key", None,
            "mismatched_organization")
    refused(client(project="proj_other").files.list, openai.AuthenticationError, 401,
            "OpenAI-Project header should match project for API key", None, "mismatched_project")


@case("401: a key without the scope")
def _():
    file_id = create().id
    reader = client(key="read_key")
    equal(reader.files.content(file_id).read(), b"content")
    for call, scope in ((lambda: create(using=reader), "api.files.write"),
                        (lambda: reader.files.delete(file_id), "api.files.delete")):
        refused(call, openai.AuthenticationError, 401, "You have insufficient permissions for "
                f"this operation. Missing scopes: {scope}")


@case("401: a wrong key is told so while 512 MB are still to be sent")
def _():
    stranger = client().with_options(api_key=WORLD["wrong_key"])
    begin = time.monotonic()
    with open(WORLD["huge_path"], "rb") as stream:
        refused(lambda: stranger.files.create(file=stream, purpose="user_data"),
                openai.AuthenticationError, 401, "Incorrect API key provided: "
                f"{WORLD['wrong_key_masked']}. You can find your API key at "
                "https://platform.openai.com/account/api-keys.", None, "invalid_api_key")
    print(f"     ({time.monotonic() - begin:.2f} s)")
    # The client is fit for the next request.
    refused(stranger.files.list, openai.AuthenticationError, 401, "Incorrect API key provided: "
            f"{WORLD['wrong_key_masked']}. You can find your API key at "
            "https://platform.openai.com/account/api-keys.", None, "invalid_api_key")


@case("404: ids that do not exist, or cannot")
def _():
    for file_id in (UNKNOWN_ID, "fake_id"):
        for call in (client().files.retrieve, client().files.content, client().files.delete):
            missing_file(lambda call=call, file_id=file_id: call(file_id), file_id)


@case("404: an address that does not exist")
def _():
    refused(client().models.list, openai.NotFoundError, 404, "Invalid URL (GET /v1/models)")


@case("405, 412, 415, 416: refusals without a class of their own")
def _():
    api = client()
    file_id = create(b"0123456789").id
    plain = openai.APIStatusError
    refused(lambda: api.put("/files", cast_to=object), plain, 405,
            "Not allowed to PUT on /v1/files. (HINT: Perhaps you meant to use a different HTTP "
            "method?)")
    refused(lambda: api.files.content(file_id, extra_headers={"If-Match": '"other"'}), plain, 412,
            "The file does not meet the condition in the request headers.")
    seen = refused(lambda: api.files.content(file_id, extra_headers={"Range": "bytes=10-"}), plain,
                   416, "The range asked for lies outside the file, which has 10 bytes.")
    equal(seen.response.headers["content-range"], "bytes */10", "content range")
    try:
        api.post("/files", cast_to=object, body={"purpose": "batch"})
    except plain as error:
        equal((type(error), error.status_code, error.type), (plain, 415, "invalid_request_error"))
    else:
        raise AssertionError("JSON was taken for a form")


@case("507: no space left on the server")
def _():
    refused(lambda: create(using=client("full_server", "full_key")), openai.InternalServerError,
            507, "The server cannot store this file: its disk is full or read-only.",
            error="server_error")


@case("no server: a connection error")
def _():
    try:
        client("gone_server").files.list()
    except openai.APIConnectionError as error:
        equal(type(error), openai.APIConnectionError, "class")
    else:
        raise AssertionError("somebody answered")
