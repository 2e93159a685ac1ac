"""The official Python client under measurement: the words of sdk_client.cc.

WAY of an upload is `lean`, with the least memory that the client can do with, or `readme`, as its
documentation recommends. Calls that can be cancelled are those of the asynchronous client.
"""

import asyncio
import json
import os
import pathlib
import re
import resource
import sys
import time

import openai

COMMAND, URL, ID, *WORDS = sys.argv[1:]
OPTIONS = {"base_url": URL, "api_key": os.environ["ARGOT_BENCH_KEY"]}


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak_rss_kib():
    return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path("/proc/self/status").read_text())[1])


def measured(work):
    """Runs `work`, which gives its count and an id, and prints what it took."""
    cpu = cpu_seconds()
    begin = time.perf_counter()
    count, file_id = work()
    print(json.dumps({"count": count, "seconds": time.perf_counter() - begin,
                      "cpu": cpu_seconds() - cpu, "rss_kib": peak_rss_kib(), "id": file_id}))


def upload(client, path, way):
    if way == "readme":
        return 0, client.files.create(file=pathlib.Path(path), purpose="user_data").id
    with open(path, "rb") as file:
        return 0, client.files.create(file=file, purpose="user_data").id


def sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def download(client, path, way):
    if way == "memory":
        return len(client.files.content(ID).read())
    with client.files.with_streaming_response.content(ID) as response:
        if way == "nowhere":
            return sum(len(piece) for piece in response.iter_bytes())
        written = f"{path}.part" if way == "synced" else path
        response.stream_to_file(written)
    if way == "synced":
        sync(written)
        os.rename(written, path)
        sync(os.path.dirname(path))
    return os.stat(path).st_size


def retrieve(client, seconds):
    begin = time.perf_counter()
    calls = 0
    while time.perf_counter() - begin < seconds:
        client.files.retrieve(ID)
        calls += 1
    return calls


async def interruptible(client, path, phase):
    if phase == "upload":
        with open(path, "rb") as file:
            await client.files.create(file=file, purpose="user_data")
    elif phase == "download":
        async with client.files.with_streaming_response.content(ID) as response:
            async for _ in response.iter_bytes():
                pass
    else:
        await client.files.retrieve(ID)


async def latencies(path, phase, count, span):
    """How long calls go on after they have been cancelled, each at another moment of `span`."""
    client = openai.AsyncOpenAI(**OPTIONS)
    found = []
    for i in range(2 * count):
        task = asyncio.ensure_future(interruptible(client, path, phase))
        asked = []

        def stop(task=task, asked=asked):
            asked.append(time.perf_counter())
            task.cancel()

        delay = span * (0.1 + 0.8 * (i * 0.618034 % 1))
        timer = asyncio.get_running_loop().call_later(delay / 1e3, stop)
        try:
            await task
        except asyncio.CancelledError:
            found.append((time.perf_counter() - asked[0]) * 1e3)
        timer.cancel()
        if len(found) == count:
            break
    print(json.dumps({"milliseconds": found}))


def main():
    if COMMAND == "cancel":
        path, phase, count, span = WORDS
        asyncio.run(latencies(path, phase, int(count), float(span)))
        return
    client = openai.OpenAI(**OPTIONS)
    client.files.retrieve(ID)
    works = {
        "upload": lambda: upload(client, *WORDS),
        "download": lambda: (download(client, *WORDS), ""),
        "retrieve": lambda: (retrieve(client, float(WORDS[0])), ""),
    }
    measured(works[COMMAND])


if __name__ == "__main__":
    main()
