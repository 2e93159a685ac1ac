"""What the cases for the official Python client share: the world, the client, what must hold."""

import inspect
import json
import pathlib
import re
import sys
import time

import openai

with open(sys.argv[1], encoding="utf-8") as world_file:
    WORLD = json.load(world_file)

FOLDER = pathlib.Path(WORLD["folder"])
NON_ASCII = "\u4f60\u597d.txt"
PURPOSES = ["fine-tune", "assistants", "batch", "user_data", "vision", "evals"]
INTERNAL_PURPOSES = ["assistants_output", "batch_output", "fine-tune-results"]
DAY = 24 * 3600
UNKNOWN_ID = "file-1111111111111111111111"
RECORD = b'{"custom_id":"1","method":"POST","url":"/v1/chat/completions","body":{"model":"m"}}\n'
# The second example lacks what its assistant says.
WRONG = (b'{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n'
         b'{"messages":[{"role":"user","content":"a"},{"role":"assistant"}]}\n')
WRONG_TEXT = "Expected 'messages[1].content' to hold something, but it is missing. (line 2)"

# What this version of the client knows.
FILES = openai.resources.files.Files
HAS_EXPIRES_AFTER = "expires_after" in inspect.signature(FILES.create).parameters
HAS_PAGES = "after" in inspect.signature(FILES.list).parameters
SENDS_EMPTY_FIELDS = HAS_PAGES
NOTHING = getattr(openai, "omit", openai.NOT_GIVEN)

CASES = []


def case(name, when=True):
    """Registers a case; `when` is False where this version of the client cannot do it."""
    def register(function):
        if when:
            CASES.append((name, function))
        return function
    return register


def client(server="server", key="key", prefix="/v1", **options):
    """A client that never tries again by itself, so that no failure stays hidden."""
    options = {"max_retries": 0, "timeout": 120.0, **options}
    return openai.OpenAI(base_url=WORLD[server] + prefix, api_key=WORLD[key], **options)


def equal(actual, expected, what="value"):
    if actual != expected:
        raise AssertionError(f"{what}: expected {expected!r:.500}, got {actual!r:.500}")


def true(condition, what):
    if not condition:
        raise AssertionError(what)


def refused(call, kind, status, message, param=None, code=None, error="invalid_request_error"):
    """`call` raises exactly `kind`, with the reply's words in every place where it keeps them."""
    try:
        result = call()
    except openai.APIStatusError as raised:
        seen = raised
    else:
        raise AssertionError(f"expected {kind.__name__}, got {result!r:.300}")
    equal(type(seen).__name__, kind.__name__, "class")
    equal(seen.status_code, status, "status")
    body = {"message": message, "type": error, "param": param, "code": code}
    equal(seen.body, body, "body")
    equal((seen.param, seen.code, seen.type), (param, code, error), "param, code and type")
    true(message in seen.message, f"the message of the exception is {seen.message!r}")
    true(re.fullmatch(r"req_[0-9a-f]{32}", seen.request_id or ""), f"id {seen.request_id!r}")
    equal(seen.response.headers["content-type"], "application/json", "content type")
    return seen


def purpose_text(purpose):
    return (f"'{purpose}' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', "
            "'vision', 'evals'] - 'purpose'")


def invalid(call, message, param=None, code=None):
    return refused(call, openai.BadRequestError, 400, message, param, code)


def missing_file(call, file_id):
    return refused(call, openai.NotFoundError, 404, f"No such File object: {file_id}", "id")


def path_of(name, content):
    path = FOLDER / name
    path.write_bytes(content)
    return path


def create(content=b"content", name="notes.txt", purpose="user_data", using=None):
    return (using or client()).files.create(file=(name, content), purpose=purpose)


def stored(file, content, name):
    """The reply to a create, and what the server says and gives later."""
    equal((file.object, file.bytes, file.filename), ("file", len(content), name))
    true(re.fullmatch(r"file-[1-9A-HJ-NP-Za-km-z]{22}", file.id), f"id {file.id!r}")
    true(abs(file.created_at - time.time()) < 300, f"created_at {file.created_at}")
    equal(file.status, "processed", "status")
    equal(client().files.retrieve(file.id), file, "retrieved")
    equal(client().files.content(file.id).read(), content, "content")
