"""One round of every operation through a validating proxy.

    python schema.py PROXY SERVER KEY

Prints one JSON object: for each step "ok", or what went wrong. The proxy answers 500 with a list of
violations where a reply is not of the published shape.
"""

import json
import sys

import openai

RECORD = b'{"prompt": "a", "completion": "b"}\n'
# All that today's create takes but `evals`, which the published File does not know.
PURPOSES = ["assistants", "batch", "fine-tune", "user_data", "vision"]


def verdict(call, expected=None):
    """"ok" if the call succeeds, or is refused with the status `expected`."""
    try:
        call()
    except openai.APIStatusError as error:
        if error.status_code == expected:
            return "ok"
        violations = error.response.headers.get("sl-violations")
        if violations:
            return "violation: " + "; ".join(found["message"] for found in json.loads(violations))
        return f"refused: {error.message}"
    return "ok" if expected is None else f"it was not refused with {expected}"


def main(proxy, server, key):
    client = openai.OpenAI(base_url=proxy, api_key=key, max_retries=0)
    files = client.files
    unknown = "file-1111111111111111111111"
    results = {"list nothing": verdict(files.list)}

    def create(purpose):
        return files.create(file=("records.json", RECORD), purpose=purpose)

    for purpose in PURPOSES:
        results[f"create for {purpose}"] = verdict(lambda purpose=purpose: create(purpose))
    # What the proxy withheld is stored all the same.
    direct = openai.OpenAI(base_url=server, api_key=key, max_retries=0).files
    made = [file.id for file in direct.list()]
    results["list everything"] = verdict(files.list)
    results["list one file"] = verdict(lambda: files.list(limit=1, after=made[0]))
    results["retrieve"] = verdict(lambda: files.retrieve(made[0]))
    results["delete"] = verdict(lambda: files.delete(made[0]))
    results["delete again"] = verdict(lambda: files.delete(made[0]), 404)
    results["retrieve nothing"] = verdict(lambda: files.retrieve(unknown), 404)
    results["a bad purpose"] = verdict(lambda: create("world_domination"), 400)
    results["a bad limit"] = verdict(lambda: files.list(limit=0), 400)
    stranger = client.with_options(api_key="wrong").files
    results["a wrong key"] = verdict(stranger.list, 401)
    for file_id in made[1:]:
        direct.delete(file_id)
    print(json.dumps(results))


if __name__ == "__main__":
    main(*sys.argv[1:])
