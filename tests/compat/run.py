"""Runs the official OpenAI clients, unmodified, against this server.

    ARGOT_TEST_PROGRAM=build/dev/argot python3 tests/compat/run.py [NAME...]

NAME is one of the clients of clients.py, or `schema`; all of them without one. Python 3.11,
standard library only. With ARGOT_TEST_CATALOG=postgres the servers' metadata is on PostgreSQL,
with ARGOT_TEST_BLOBS=s3 their content is on S3.
Prints a line for each case and ends with "N passed, M failed". A client that
cannot be installed here is skipped and the exit code is 77; with ARGOT_REQUIRE_COMPAT=1 it is a
failure.
"""

import concurrent.futures
import contextlib
import hashlib
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

import clients

sys.path.insert(0, os.path.join(clients.ROOT, "tests", "process"))

import harness  # noqa: E402
import lossy  # noqa: E402
import postgres  # noqa: E402
import proxy  # noqa: E402
import s3_test  # noqa: E402

# Where the servers keep their content: "s3", or else in their data folder.
BLOBS = os.environ.get("ARGOT_TEST_BLOBS", "")

LIBRARY_FILES = 2500
WRITERS = 16
BIG_BYTES = 64 << 20
HUGE_BYTES = 512 << 20
CLIENT_SECONDS = 600


class World:
    """Servers, keys and files that all clients share. Whatever one client makes is its own."""

    def __init__(self, folder, stack):
        self.folder = folder
        self.servers = {}
        self.databases = {}
        self.buckets = {}
        self._gateway = self._start_gateway(stack) if BLOBS == "s3" else None
        self._start(stack, "server")
        self._start(stack, "small", "--limits-file-bytes", "64KB", "--limits-organization-bytes",
                    "256KB", "--downloads-refuse-purposes", "assistants")
        self._start(stack, "strict", "--validation-mode", "strict")
        # No disk has this much to give.
        self._start(stack, "full", "--storage-free-bytes-min", "1000000GB")
        lossy_proxy = stack.enter_context(lossy.LossyProxy(self.servers["server"].port))
        # Nobody listens here, and nobody else gets this port.
        gone = stack.enter_context(socket.socket())
        gone.bind(("127.0.0.1", 0))
        wrong_key = self.servers["small"].key
        self.shared = {
            **{f"{name}_server" if name != "server" else name: f"http://127.0.0.1:{server.port}"
               for name, server in self.servers.items()},
            "lossy_server": f"http://127.0.0.1:{lossy_proxy.port}",
            "gone_server": f"http://127.0.0.1:{gone.getsockname()[1]}",
            # A key in good form that this server never gave out.
            "wrong_key": wrong_key,
            "wrong_key_masked": f"{wrong_key[:8]}********{wrong_key[-4:]}",
            **self._example_files(),
            **self._library(),
        }

    def _start_gateway(self, stack):
        place = os.path.join(self.folder, "gateway")
        os.mkdir(place)
        gateway = s3_test.rados_gateway.start(place)
        stack.callback(gateway.end)
        return gateway

    def _start(self, stack, name, *flags):
        self.databases[name] = (postgres.shared().new_database()
                                if harness.CATALOG == "postgres" else None)
        self.buckets[name] = None
        if self._gateway:
            self.buckets[name] = s3_test.Bucket(self._gateway.endpoint, f"compat-{name}")
            flags += ("--blobs", f"s3://compat-{name}/argot?endpoint={self._gateway.endpoint}")
        server = harness.Server(os.path.join(self.folder, name), *flags,
                                environment=self._environment(name))
        self.servers[name] = stack.enter_context(server)

    def _environment(self, name):
        database = self.databases[name]
        return {**({"ARGOT_CATALOG": database} if database else {}),
                **(s3_test.KEY if self.buckets[name] else {})}

    def _key(self, name, *arguments):
        ended = harness.run_program("keys", "create", "--json", *arguments, "--data",
                                    os.path.join(self.folder, name),
                                    environment=self._environment(name))
        if ended.returncode != 0:
            raise AssertionError(f"argot keys create: {ended.stderr}")
        return json.loads(ended.stdout)

    def _example_files(self):
        big, huge = (os.path.join(self.folder, name) for name in ("big.bin", "huge.bin"))
        content = random.Random(64).randbytes(BIG_BYTES)
        with open(big, "wb") as file:
            file.write(content)
        # Without blocks on the disk: all of it is read as zeros.
        with open(huge, "wb") as file:
            file.truncate(HUGE_BYTES)
        return {"big_path": big, "big_sha256": hashlib.sha256(content).hexdigest(),
                "huge_path": huge}

    def _library(self):
        """An organization with many files, every fifth of them a picture."""
        server = self.servers["server"]
        key = self._key("server", "--new-organization", "library")["key"]

        def write(first):
            made = []
            with contextlib.closing(server.connect()) as connection:
                for number in range(first, LIBRARY_FILES, WRITERS):
                    purpose = "user_data" if number % 5 else "vision"
                    reply = server.create(b"%d" % number, key=key, connection=connection,
                                          purpose=purpose, filename=f"{number}.png")
                    if reply.status != 200:
                        raise AssertionError(f"{reply.status}: {reply.body!r}")
                    made.append((reply.json()["id"], purpose))
            if made != sorted(made):
                raise AssertionError("ids do not sort by the time of creation")
            return made

        with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
            made = [file for some in pool.map(write, range(WRITERS)) for file in some]
        made.sort(reverse=True)
        if len({file_id for file_id, _ in made}) != LIBRARY_FILES:
            raise AssertionError("an id came twice")
        return {"library_key": key, "library": [file_id for file_id, _ in made],
                "library_vision": [file_id for file_id, purpose in made if purpose == "vision"]}

    def for_client(self, name):
        """The path of the description that one client gets, with organizations of its own."""
        own = self._key("server", "--new-organization", name)
        organization = ("--organization", own["organization_id"])
        folder = os.path.join(self.folder, f"client-{name}")
        os.mkdir(folder)
        described = {
            **self.shared,
            "client": name,
            "version": name.partition("-")[2],
            "folder": folder,
            "key": own["key"],
            "read_key": self._key("server", *organization, "--scopes", "read")["key"],
            "internal_key": self._key("server", *organization, "--scopes",
                                      "read,write,delete,internal")["key"],
            "small_key": self._key("small", "--new-organization", name)["key"],
            "full_key": self.servers["full"].key,
            "strict_key": self._key("strict", "--new-organization", name)["key"],
        }
        place = os.path.join(folder, "world.json")
        with open(place, "w", encoding="ascii") as file:
            json.dump(described, file)
        return place

    def end(self):
        """Stops the servers and returns what is wrong with them, in words."""
        found = []
        for name, server in self.servers.items():
            code = server.stop()
            if code != 0:
                found.append(f"{name}: ended with {code}")
            found += [f"{name}: {line}" for line in server.err.seen
                      if re.search(r'"status":5\d\d', line) and name != "full"]
            stored = harness.Stored(server.folder, self.databases[name], self.buckets[name])
            found += [f"{name}: {problem}" for problem in stored.problems()]
        return found


def run_client(command):
    """Runs one client's cases and prints them as they come; (passed, failed)."""
    process = subprocess.Popen(command, env=clients.child_environment(), text=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT)
    watchdog = threading.Timer(CLIENT_SECONDS, process.kill)
    watchdog.start()
    line = ""
    for line in process.stdout:
        print(line, end="", flush=True)
    code = process.wait()
    watchdog.cancel()
    counts = re.fullmatch(r"(\d+) passed, (\d+) failed\n", line)
    if not counts:
        print(f"FAIL it ended with {code} before it had finished", flush=True)
        return 0, 1
    passed, failed = int(counts[1]), int(counts[2])
    if (code == 0) != (failed == 0):
        print(f"FAIL it ended with {code}", flush=True)
        failed += 1
    return passed, failed


def prepare(name):
    """Installs what `name` needs; a function that runs it in a world."""
    if name == "schema":
        python = clients.python_client(clients.PYTHON_CLIENTS[-1])
        modules = clients.node_modules()
        return lambda world: check_schema(world, python, modules)
    if name in clients.PYTHON_CLIENTS:
        python = clients.python_client(name)
        script = os.path.join(clients.HERE, "python", "main.py")
        return lambda world: run_client([python, script, world.for_client(name)])
    clients.node_modules()

    def run_node(world):
        description = world.for_client(name)
        place = os.path.join(os.path.dirname(description), "script")
        shutil.copytree(os.path.join(clients.HERE, "node"), place)
        os.symlink(clients.node_modules(), os.path.join(place, "node_modules"))
        return run_client(["node", os.path.join(place, "main.mjs"), description])

    return run_node


def check_schema(world, python, modules):
    with open(world.for_client("schema"), encoding="ascii") as file:
        described = json.load(file)
    return proxy.check(python, modules, described["server"] + "/v1", described["key"],
                       described["folder"])


def main(wanted):
    known = [*clients.PYTHON_CLIENTS, *clients.NODE_CLIENTS, "schema"]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        sys.exit(f"there is no {', '.join(unknown)}; there are {', '.join(known)}")
    if not os.access(harness.PROGRAM, os.X_OK):
        sys.exit(f"ARGOT_TEST_PROGRAM does not name a program: {harness.PROGRAM}")
    missing = ((harness.CATALOG == "postgres" and postgres.why_missing())
               or (BLOBS == "s3" and s3_test.why_missing()))
    if missing:
        clients.report_skip("all of them", missing)
        return clients.exit_code(0, 1)
    ready, skipped = {}, 0
    for name in wanted or known:
        try:
            ready[name] = prepare(name)
        except clients.Unavailable as reason:
            clients.report_skip(name, reason)
            skipped += 1
    passed = failed = 0
    if ready:
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="argot-compat-"))
            world = World(folder, stack)
            for name, run in ready.items():
                print(f"\n{name}", flush=True)
                some_passed, some_failed = run(world)
                passed, failed = passed + some_passed, failed + some_failed
            problems = world.end()
            print("\nthe servers\n" + ("\n".join(f"FAIL {problem}" for problem in problems)
                                       or "ok   they end well, and nothing is left behind"))
            passed, failed = passed + (not problems), failed + len(problems)
    print(f"\n{passed} passed, {failed} failed" + (f", {skipped} clients skipped" * bool(skipped)))
    return clients.exit_code(failed, skipped)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
