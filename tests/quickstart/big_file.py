"""Uploads a file with the official Python client and downloads it again.

    python big_file.py FILE COPY
"""

import sys

from openai import OpenAI

client = OpenAI(max_retries=0)
with open(sys.argv[1], "rb") as content:
    file = client.files.create(file=content, purpose="user_data")
with client.files.with_streaming_response.content(file.id) as reply:
    reply.stream_to_file(sys.argv[2])
print(file.bytes)
