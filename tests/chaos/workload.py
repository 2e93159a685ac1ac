"""Writers, and the ledger of what they were told.

Python 3.11, standard library only. A writer does one thing after another and never forgets, so that
whatever it reads can be held against what it was told before, by whichever replica.
"""

import collections
import contextlib
import dataclasses
import hashlib
import random
import threading

import callers

QUOTA_TEXT = "exceeded your file storage quota"
KIB = 1 << 10
MIB = 1 << 20
PART_BYTES_MAX = 300 * KIB
TRIES_MAX = 5
PAGE = 25

# What a replica may say that is cut off, drained, or whose commit nobody knows the outcome of; and
# what nginx says for one that is gone.
UNAVAILABLE = {callers.UNKNOWN[0], 503}


def content_of(name, size):
    return random.Random(name).randbytes(size)


@dataclasses.dataclass
class File:
    """What is known of the one file of a name, which is sent for one file and never again."""

    name: str
    size: int
    # "unknown": it may be there, wholly. "refused": it is not there.
    state: str = "unknown"
    file_id: str = ""
    # "": nobody wanted it gone. "unknown": it may be gone. "acknowledged": it is gone for ever.
    deletion: str = ""
    # A try without a key may end when the file of a later one was deleted: then it makes another
    # one, as docs/guides/retries.md says.
    may_come_late: bool = False
    # What each try of its create was answered, for whoever has to find out what went wrong.
    tries: list[str] = dataclasses.field(default_factory=list)

    def content(self):
        return content_of(self.name, self.size)

    def must_be_there(self):
        return self.state == "acknowledged" and not self.deletion

    def must_be_gone(self):
        return self.state == "refused" or self.deletion == "acknowledged"


class Ledger:
    """What all writers were told. Thread-safe, but for the files, of which each has one writer."""

    def __init__(self):
        self.files = {}
        self.counts = collections.Counter()
        self.violations = []
        self._lock = threading.Lock()

    def add(self, name, size):
        with self._lock:
            self.files[name] = File(name, size)
            return self.files[name]

    def count(self, what):
        with self._lock:
            self.counts[what] += 1

    def violation(self, text):
        with self._lock:
            self.violations.append(text)


class Writer:
    """One client. `make_caller(port)` makes what it calls with."""

    def __init__(self, number, seed, ledger, make_caller, front, replicas):
        self._name = f"writer{number}"
        self._chosen = random.Random(f"{seed}-{number}")
        self._ledger = ledger
        self._front = make_caller(front)
        self._replicas = [make_caller(port) for port in replicas]
        self._own = []  # files that must be there, or may be
        self._count = 0

    def run(self, stop):
        steps = [(self._create, 8), (self._upload, 3), (self._delete, 5), (self._read, 3),
                 (self._walk, 2)]
        doing = [step for step, _ in steps]
        weights = [weight for _, weight in steps]
        try:
            while not stop.is_set():
                self._chosen.choices(doing, weights)[0]()
        except Exception as failure:  # A client that cannot go on is a finding.
            self._ledger.violation(f"{self._name} broke off: {failure!r}")
            raise
        finally:
            for caller in [self._front, *self._replicas]:
                caller.end()

    # --- Steps ---------------------------------------------------------------------------------

    def _create(self):
        file = self._new_file(self._size())
        kind = self._chosen.choice(["once", "key", "retries"])
        if self._front.tries_again and kind == "retries":
            kind = "once"
        tries = 1 if kind == "once" else TRIES_MAX
        file.may_come_late = kind == "retries" or self._front.tries_again and kind == "once"
        for number in range(tries):
            headers = {"once": {}, "key": {"Idempotency-Key": file.name},
                       "retries": {"X-Stainless-Retry-Count": str(number)}}[kind]
            # Some hang up before the reply is there, and some before all is sent.
            is_impatient = number == 0 and tries > 1 and self._chosen.random() < 0.3
            patience = self._chosen.uniform(0.002, 0.1) if is_impatient else callers.SECONDS_MAX
            status, value = self._any().create(file.name, file.content(), headers, patience)
            file.tries.append(f"{kind} {number}: {status}")
            if status == 200:
                self._acknowledge(file, value)
                break
            if self._is_quota(status, value):
                # Of an earlier try nobody knows.
                if number == 0 and not self._front.tries_again:
                    file.state = "refused"
                self._make_room()
                break
            self._expect_unavailable(status, value, f"create of {file.name}")
        self._settle(file)

    def _upload(self):
        parts = [self._chosen.randrange(1, PART_BYTES_MAX)
                 for _ in range(self._chosen.randrange(1, 5))]
        file = self._new_file(sum(parts))
        status, value = self._any().begin(file.name, file.size)
        if status != 200:
            if not self._is_quota(status, value):
                self._expect_unavailable(status, value, f"begin of {file.name}")
            file.state = "refused"  # nothing was completed
            return
        upload = value["id"]
        ids = self._send_parts(upload, file, parts)
        if ids is None or self._chosen.random() < 0.1:
            file.state = "refused"
            # Until that is done, or the upload expires, its parts take room.
            for _ in range(TRIES_MAX):
                if self._any().cancel(upload)[0] == 200:
                    break
            return
        self._complete(upload, ids, file)

    def _send_parts(self, upload, file, sizes):
        content, ids, begin = file.content(), [], 0
        for size in sizes:
            piece = content[begin:begin + size]
            begin += size
            part = self._send_part(upload, piece, file)
            if part is not None and self._chosen.random() < 0.3:
                # As if the reply had been lost: the first one stays unnamed.
                self._ledger.count("part sent again")
                part = self._send_part(upload, piece, file)
            if part is None:
                return None
            ids.append(part)
        return ids

    def _send_part(self, upload, piece, file):
        for _ in range(TRIES_MAX):
            status, value = self._any().part(upload, piece)
            if status == 200:
                return value["id"]
            if self._is_quota(status, value):
                return None
            self._expect_unavailable(status, value, f"part of {file.name}")
        return None

    def _complete(self, upload, ids, file):
        digest = hashlib.md5(file.content()).hexdigest()
        for _ in range(TRIES_MAX):
            status, value = self._any().complete(upload, ids, digest)
            if status == 200:
                self._ledger.count("upload completed")
                self._acknowledge(file, value["file"])
                break
            self._expect_unavailable(status, value, f"complete of {file.name}")
        if file.state == "acknowledged" and self._chosen.random() < 0.2:
            status, value = self._any().complete(upload, ids, digest)
            if status == 200 and value["file"]["id"] != file.file_id:
                self._ledger.violation(f"{file.name} was completed twice")
        self._settle(file)

    def _delete(self):
        known = [file for file in self._own if file.file_id]
        if not known:
            return
        file = self._chosen.choice(known)
        was_asked = file.deletion == "unknown"
        file.deletion = "unknown"
        is_direct = self._chosen.random() < 0.5
        caller = self._chosen.choice(self._replicas) if is_direct else self._front
        status, value = caller.delete(file.file_id)
        # nginx, and the official client, ask again what broke off: 404 says that it is gone.
        may_be_second = was_asked or not is_direct or caller.tries_again
        if status == 200 or (status == 404 and may_be_second):
            file.deletion = "acknowledged"
            self._own.remove(file)
            self._ledger.count("delete acknowledged")
            self._look(file)
            return
        if status == 404:
            self._ledger.violation(f"{file.name} ({file.file_id}) was gone before its delete")
        self._expect_unavailable(status, value, f"delete of {file.name}")

    def _read(self):
        if self._own:
            self._look(self._chosen.choice(self._own))

    def _walk(self):
        """The whole list, each page from any replica."""
        before = {file.file_id for file in self._own if file.must_be_there()}
        seen, after = [], None
        while True:
            status, value = self._any().page(after, PAGE)
            if status != 200:
                self._expect_unavailable(status, value, "list")
                return
            seen += [row["id"] for row in value["data"]]
            self._adopt(value["data"])
            if not value["has_more"]:
                break
            after = seen[-1]
        self._ledger.count("list walked")
        if len(set(seen)) != len(seen):
            self._ledger.violation(f"{self._name} saw a file twice in one list")
        for file_id in before - set(seen):
            self._ledger.violation(f"{self._name} missed {file_id} in a list")
        gone = {file.file_id for file in list(self._ledger.files.values())
                if file.name.startswith(f"{self._name}-") and file.must_be_gone() and file.file_id}
        for file_id in gone & set(seen):
            self._ledger.violation(f"{self._name} saw {file_id}, which it had deleted")

    def _adopt(self, rows):
        """Now it is known what became of some, and they may be deleted as others are."""
        for row in rows:
            file = self._ledger.files.get(row["filename"])
            if file is None or not file.name.startswith(f"{self._name}-"):
                continue
            if file.state == "unknown":
                self._ledger.count("unknown outcome found in a list")
                self._acknowledge(file, row)
                self._own.append(file)
            elif file.may_come_late and file.deletion and row["id"] != file.file_id:
                self._front.delete(row["id"])

    # --- What they are made of -----------------------------------------------------------------

    def _any(self):
        return self._chosen.choice([self._front, self._front, *self._replicas])

    def _new_file(self, size):
        self._count += 1
        return self._ledger.add(f"{self._name}-{self._count}", size)

    def _size(self):
        kind = self._chosen.random()
        if kind < 0.03:
            return self._chosen.randrange(16 * MIB, 17 * MIB)  # S3 gets it in parts
        return self._chosen.randrange(0, 2 * MIB if kind < 0.5 else 200 * KIB)

    def _acknowledge(self, file, value):
        if file.file_id and file.file_id != value["id"]:
            self._ledger.violation(f"{file.name} has two ids")
        if (value["filename"], value["bytes"]) != (file.name, file.size):
            self._ledger.violation(f"{file.name} of {file.size} bytes was taken as {value}")
        file.file_id, file.state = value["id"], "acknowledged"
        self._ledger.count("create acknowledged")

    def _make_room(self):
        self._ledger.count("create refused")
        for _ in range(3):
            self._delete()

    def _settle(self, file):
        if file.state == "acknowledged":
            self._own.append(file)
            self._look(file)
        elif file.state == "unknown":
            self._ledger.count("create of unknown outcome")

    def _look(self, file):
        """Asks every replica in turn, in any order, and holds each reply against the ledger."""
        for caller in self._chosen.sample(self._replicas, 2):
            status, value = caller.retrieve(file.file_id)
            self._judge(file, status, value, f"retrieve of {file.name}")
            if status == 200 and value["bytes"] != file.size:
                self._ledger.violation(f"{file.name} has {value['bytes']} of {file.size} bytes")
        status, value = self._any().content(file.file_id)
        self._judge(file, status, value, f"content of {file.name}")
        if status == 200 and value != file.content():
            self._ledger.violation(f"the content of {file.name} is another one")

    def _judge(self, file, status, value, what):
        if status == 200:
            self._ledger.count("read")
            if file.must_be_gone():
                self._ledger.violation(f"{what} succeeded, and it was deleted")
        elif status == 404:
            if file.must_be_there():
                self._ledger.violation(f"{what} did not find what was acknowledged")
        else:
            self._expect_unavailable(status, value, what)

    def _is_quota(self, status, value):
        return status == 400 and QUOTA_TEXT in str(value)

    def _expect_unavailable(self, status, value, what):
        if status in UNAVAILABLE:
            self._ledger.count("unavailable")
        elif status != 404 or "delete" not in what:
            self._ledger.violation(f"{what} got {status}: {str(value)[:300]}")


@contextlib.contextmanager
def writing(writers):
    """All of them at work until the block ends; they finish what they have begun."""
    stop = threading.Event()
    threads = [threading.Thread(target=writer.run, args=(stop,), daemon=True)
               for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
