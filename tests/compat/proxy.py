"""Holds the server's replies against the published schema: a validating proxy in front of it.

The proxy is Prism with files-schema.yaml. That the check can fail is checked as well: with a schema
that asks for more than the server sends, every operation must fail.
"""

import contextlib
import json
import os
import re
import subprocess

import clients
import harness

SCHEMA = os.path.join(clients.HERE, "files-schema.yaml")

# What is asked for in vain, one for every kind of reply: text of the schema, and what it becomes.
MUTATIONS = {
    "required: [id, object, bytes, created_at, filename, purpose, status]":
        "required: [id, object, bytes, created_at, filename, purpose, status, owner]",
    "first_id: {type: string}": "first_id: {type: integer}",
    "required: [id, object, deleted]": "required: [id, object, deleted, purpose]",
    "required: [type, message, param, code]": "required: [type, message, param, code, hint]",
}


def mutated_schema(folder):
    with open(SCHEMA, encoding="ascii") as file:
        text = file.read()
    for before, after in MUTATIONS.items():
        if text.count(before) != 1:
            raise AssertionError(f"files-schema.yaml does not have once: {before}")
        text = text.replace(before, after)
    place = os.path.join(folder, "mutated-schema.yaml")
    with open(place, "w", encoding="ascii") as file:
        file.write(text)
    return place


@contextlib.contextmanager
def running_proxy(modules, schema, upstream):
    """The address of a proxy that answers 500 where a reply breaks the schema."""
    process = subprocess.Popen(
        ["node", os.path.join(modules, "@stoplight", "prism-cli", "dist", "index.js"), "proxy",
         schema, upstream, "--errors", "--validate-request", "false", "--port", "0"],
        env=clients.child_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    try:
        lines = harness.Lines(process.stdout)
        line = lines.wait_for(r"is listening on http://")
        if line is None:
            raise AssertionError(f"the proxy did not start: {lines.seen}")
        yield re.search(r"http://[\w.:]+", line)[0]
    finally:
        process.kill()
        process.wait()


def _results(python, modules, schema, upstream, key):
    with running_proxy(modules, schema, upstream) as address:
        ended = subprocess.run(
            [python, os.path.join(clients.HERE, "python", "schema.py"), address, upstream, key],
            env=clients.child_environment(), capture_output=True, text=True, timeout=300,
            check=False)
    if ended.returncode != 0:
        raise AssertionError(f"schema.py failed: {ended.stderr}")
    return json.loads(ended.stdout)


def check(python, modules, upstream, key, folder):
    """Prints a line for each step and returns (passed, failed)."""
    outcomes = {}
    for step, verdict in _results(python, modules, SCHEMA, upstream, key).items():
        outcomes[f"{step}: the reply has the published shape"] = verdict == "ok", verdict
    for step, verdict in _results(python, modules, mutated_schema(folder), upstream, key).items():
        # What a stricter schema must find; "ok" here means that the check cannot fail.
        found = verdict.startswith(("violation: ", "refused: Error code: 500"))
        outcomes[f"{step}: another shape is noticed"] = found, verdict
    for name, (passed, verdict) in outcomes.items():
        print(f"ok   {name}" if passed else f"FAIL {name}\n{verdict}", flush=True)
    passed = sum(1 for good, _ in outcomes.values() if good)
    return passed, len(outcomes) - passed
