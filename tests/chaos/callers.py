"""What a writer calls: the operations over plain HTTP, or through the official client.

Each returns (status, value). Status 0: the connection broke, or took too long, and nobody knows.
Python 3.11; the official client is used where it is there.
"""

import contextlib
import glob
import http.client
import json
import os
import pathlib
import sys

import harness

SECONDS_MAX = 20.0
UNKNOWN = 0, None


class PlainCaller:
    """One request each, to one address; who calls says how often it was tried."""

    tries_again = False

    def __init__(self, port, key):
        self._port, self._key = port, key

    def end(self):
        """Hangs up. Here each request has its own connection."""

    def create(self, name, content, headers=None, patience=SECONDS_MAX):
        kind, total, body = harness.multipart(content, filename=name)
        return self._send("POST", "/v1/files", b"".join(body),
                          {"Content-Type": kind, "Content-Length": str(total), **(headers or {})},
                          patience=patience)

    def retrieve(self, file_id):
        return self._send("GET", f"/v1/files/{file_id}")

    def content(self, file_id):
        return self._send("GET", f"/v1/files/{file_id}/content", is_json=False)

    def delete(self, file_id):
        return self._send("DELETE", f"/v1/files/{file_id}")

    def page(self, after, limit):
        where = f"&after={after}" if after else ""
        return self._send("GET", f"/v1/files?limit={limit}{where}")

    def begin(self, name, size):
        return self._post_json("/v1/uploads", {"filename": name, "purpose": "user_data",
                                               "bytes": size, "mime_type": "text/plain"})

    def part(self, upload, content):
        kind, total, body = harness.multipart(content, field="data")
        return self._send("POST", f"/v1/uploads/{upload}/parts", b"".join(body),
                          {"Content-Type": kind, "Content-Length": str(total)})

    def complete(self, upload, parts, md5):
        return self._post_json(f"/v1/uploads/{upload}/complete", {"part_ids": parts, "md5": md5})

    def cancel(self, upload):
        return self._post_json(f"/v1/uploads/{upload}/cancel", {})

    def _post_json(self, path, value):
        return self._send("POST", path, json.dumps(value).encode(),
                          {"Content-Type": "application/json"})

    def _send(self, method, path, body=None, headers=None, is_json=True, patience=SECONDS_MAX):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=patience)
        with contextlib.closing(connection):
            try:
                connection.request(method, path, body=body,
                                   headers={"Authorization": f"Bearer {self._key}",
                                            **(headers or {})})
                response = connection.getresponse()
                received = response.read()
            except (OSError, http.client.HTTPException):
                return UNKNOWN
        is_json = is_json or response.status != 200
        return response.status, json.loads(received) if is_json else received


def add_official_client(python):
    """Has this process find the packages of a virtual environment made from the same Python."""
    folder = pathlib.Path(python).parent.parent
    sys.path += glob.glob(os.path.join(folder, "lib", "python3*", "site-packages"))


class OfficialCaller:
    """The official client, unmodified: it tries again by itself, and says so."""

    tries_again = True

    def __init__(self, port, key):
        import openai  # pylint: disable=import-outside-toplevel
        self._openai = openai
        self._client = openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=key,
                                     timeout=SECONDS_MAX, max_retries=4)

    def end(self):
        """Hangs up."""
        self._client.close()

    def create(self, name, content, headers=None, patience=SECONDS_MAX):
        return self._call(lambda: self._client.files.create(
            file=(name, content), purpose="user_data", extra_headers=headers, timeout=patience))

    def retrieve(self, file_id):
        return self._call(lambda: self._client.files.retrieve(file_id))

    def content(self, file_id):
        return self._call(lambda: self._client.files.content(file_id).read(), is_json=False)

    def delete(self, file_id):
        return self._call(lambda: self._client.files.delete(file_id))

    def page(self, after, limit):
        more = {"after": after} if after else {}
        return self._call(lambda: self._client.files.list(limit=limit, **more))

    def begin(self, name, size):
        return self._call(lambda: self._client.uploads.create(
            filename=name, purpose="user_data", bytes=size, mime_type="text/plain"))

    def part(self, upload, content):
        return self._call(lambda: self._client.uploads.parts.create(upload, data=content))

    def complete(self, upload, parts, md5):
        return self._call(lambda: self._client.uploads.complete(upload, part_ids=parts, md5=md5))

    def cancel(self, upload):
        return self._call(lambda: self._client.uploads.cancel(upload))

    def _call(self, run, is_json=True):
        # What breaks off in the midst of a body is an error of the client's own HTTP library.
        import httpx2  # pylint: disable=import-outside-toplevel
        try:
            reply = run()
        except self._openai.APIStatusError as error:
            return error.status_code, {"error": error.body}
        except (self._openai.APIConnectionError, httpx2.HTTPError):
            return UNKNOWN
        return 200, reply.model_dump() if is_json else reply
