#!/usr/bin/env python3
"""The loop that people write to check a file before they send it, to be measured as a process.

    bench/check_loop.py FILE --purpose batch|fine-tune
"""

import collections
import json
import sys

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
KEYS = ("role", "content", "name", "weight", "tool_calls", "tool_call_id", "function_call",
        "refusal")


def check_example(example, problems):
    if not isinstance(example, dict):
        problems["data_type"] += 1
        return
    messages = example.get("messages")
    if not messages:
        problems["missing_messages_list"] += 1
        return
    for message in messages:
        if "role" not in message or "content" not in message:
            problems["message_missing_key"] += 1
        if any(key not in KEYS for key in message):
            problems["message_unrecognized_key"] += 1
        if message.get("role") not in ROLES:
            problems["unrecognized_role"] += 1
        content = message.get("content")
        if not isinstance(content, str) or not content:
            problems["missing_content"] += 1
    if not any(message.get("role") == "assistant" for message in messages):
        problems["example_missing_assistant_message"] += 1


class Batch:
    """What the requests so far have in common."""

    def __init__(self):
        self.ids = set()
        self.models = set()
        self.urls = set()

    def check(self, request, problems):
        if not isinstance(request, dict):
            problems["data_type"] += 1
            return
        for key in ("custom_id", "method", "url", "body"):
            if key not in request:
                problems["missing_required_parameter"] += 1
                return
        if request["custom_id"] in self.ids:
            problems["duplicate_custom_id"] += 1
        self.ids.add(request["custom_id"])
        if request["method"] != "POST":
            problems["invalid_value"] += 1
        self.urls.add(request["url"])
        body = request["body"]
        self.models.add(body.get("model"))
        if not isinstance(body.get("messages"), list) or body.get("stream"):
            problems["invalid_value"] += 1
        if len(self.urls) > 1 or len(self.models) > 1:
            problems["mismatch"] += 1


def main():
    _, path, _, purpose = sys.argv
    problems = collections.Counter()
    check = Batch().check if purpose == "batch" else check_example
    records = 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            records += 1
            try:
                record = json.loads(line)
            except ValueError:
                problems["invalid_json_line"] += 1
                continue
            check(record, problems)
    print(f"{records} records, {problems.total()} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
