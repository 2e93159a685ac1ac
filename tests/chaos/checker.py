"""Holds what is there, once everything is healed, against what the writers were told.

Python 3.11, standard library only.
"""

import callers
import fleet as fleets
import harness
import workload


class Checker:
    """Every broken promise is a line of text. The fleet has to be healed, and nobody writes."""

    def __init__(self, fleet, ledger):
        self._fleet, self._ledger = fleet, ledger
        # Of each create of unknown outcome whether it is there.
        self.unknown = []
        self._replicas = [callers.PlainCaller(port, fleet.key) for port in fleet.ports()]

    def problems(self):
        """All but what filling the quota would show."""
        listed, found = self._lists()
        self.unknown = [file.name in listed for file in self._ledger.files.values()
                        if file.state == "unknown"]
        return (found + self._wrong_files(listed) + self._wrong_contents(listed) +
                self._wrong_deletes() + self.wrong_stores())

    def _lists(self):
        """The files as every replica has to list them, by name."""
        lists = [self._walk(caller) for caller in self._replicas]
        found = [f"replica {number} lists something else than replica 1"
                 for number, each in enumerate(lists, 1) if each != lists[0]]
        names = {}
        for row in lists[0]:
            if row["filename"] in names:
                file = self._ledger.files.get(row["filename"])
                found.append(f"{row['filename']} is there twice, as {names[row['filename']]['id']}"
                             f" and {row['id']}; known of it: {file}")
            names[row["filename"]] = row
        return names, found

    @staticmethod
    def _walk(caller):
        rows, after = [], None
        while True:
            status, value = caller.page(after, 100)
            if status != 200:
                raise AssertionError(f"a healed replica answered {status}: {value}")
            rows += value["data"]
            if not value["has_more"]:
                return rows
            after = rows[-1]["id"]

    def _wrong_files(self, listed):
        found = [f"{name} is there, and nobody sent it"
                 for name in listed.keys() - self._ledger.files.keys()]
        for name, file in self._ledger.files.items():
            row = listed.get(name)
            if row is None:
                if file.must_be_there():
                    found.append(f"{name} was acknowledged, and is not there")
            elif file.may_come_late and row["id"] != file.file_id and file.deletion:
                pass
            elif file.must_be_gone():
                found.append(f"{name} is there, and was {file.deletion or file.state} to be gone")
            elif file.file_id and row["id"] != file.file_id:
                found.append(f"{name} has the id {row['id']}, and was told {file.file_id}")
            elif row["bytes"] != file.size:
                found.append(f"{name} has {row['bytes']} of {file.size} bytes")
        return found

    def _wrong_contents(self, listed):
        found = []
        for number, (name, row) in enumerate(listed.items()):
            caller = self._replicas[number % len(self._replicas)]
            status, content = caller.content(row["id"])
            file = self._ledger.files.get(name)
            if status != 200:
                found.append(f"the content of {name} cannot be read: {status}")
            elif file and content != file.content():
                found.append(f"the content of {name} is another one")
        return found

    def _wrong_deletes(self):
        found = []
        for file in self._ledger.files.values():
            if file.file_id and file.deletion == "acknowledged":
                status, _ = self._replicas[0].retrieve(file.file_id)
                if status != 404:
                    found.append(f"{file.name} was deleted, and answers {status}")
        return found

    def wrong_stores(self):
        """What rows and objects say of each other, and of the charges."""
        stored = self._fleet.stored
        rows = {blob for blob, in stored.query("SELECT blob FROM files WHERE part_count = 0"
                                               " UNION ALL SELECT blob FROM parts")}
        found = [f"the object {blob} is not there" for blob in rows - self._fleet.objects()]
        return found + stored.wrong_charges() + over_quota(stored)

    def leftovers(self):
        """Objects that no row names, and uploads to S3 that nobody ends. After a sweep."""
        rows = {blob for blob, in self._fleet.stored.query(
            "SELECT blob FROM files WHERE part_count = 0 UNION ALL SELECT blob FROM parts")}
        return ([f"the object {blob} belongs to nothing" for blob in self._fleet.objects() - rows] +
                [f"the upload {name} to S3 goes on" for name in self._fleet.bucket.unfinished()])

    def wrong_limits(self):
        """Fills the organization to the last byte."""
        front = callers.PlainCaller(self._fleet.nginx.port, self._fleet.key)
        (used,), = self._fleet.stored.query("SELECT SUM(used_bytes)::bigint FROM organizations")
        free = fleets.ORGANIZATION_BYTES - used
        found = []
        for name, size, expected in [("filler-over", free + 1, 400), ("filler", free, 200),
                                     ("filler-more", 1, 400)]:
            status, value = front.create(name, workload.content_of(name, size))
            if status != expected:
                found.append(f"{size} bytes where {free} were free: {status}, {value}")
        return found + self._fleet.stored.wrong_charges()


def over_quota(stored):
    return [f"{used} bytes are used of {fleets.ORGANIZATION_BYTES}"
            for used, in stored.query("SELECT used_bytes FROM organizations")
            if used > fleets.ORGANIZATION_BYTES]


def wait_for_the_sweep(checker):
    """The problems that are left after it."""
    left = []

    def is_clean():
        left[:] = checker.leftovers()
        return not left

    try:
        harness.wait_until(is_clean, "the sweep")
    except AssertionError:
        return list(left)
    return []
