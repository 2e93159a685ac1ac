"""A storm over a fleet, then the checker; and bugs that are planted, which it has to find.

    ARGOT_TEST_PROGRAM=build/dev/argot ARGOT_CHAOS_SECONDS=300 ARGOT_CHAOS_SEED=7 \\
      python3 tests/chaos/chaos_test.py

Python 3.11, standard library only. README.md says what is promised.
"""

import contextlib
import os
import random
import shutil
import sys
import tempfile
import threading
import unittest

import fleet as fleets  # First, because it says where the others are.
import callers
import checker as checkers
import harness
import postgres
import rados_gateway
import storm as storms
import workload

sys.path.insert(0, str(fleets.HERE.parent / "compat"))
import clients  # noqa: E402

SECONDS = float(os.environ.get("ARGOT_CHAOS_SECONDS") or 15)
SEED = int(os.environ.get("ARGOT_CHAOS_SEED") or random.SystemRandom().randrange(1 << 32))
PLAIN_WRITERS = 8
OFFICIAL_WRITERS = 2
OFFICIAL_CLIENT = clients.PYTHON_CLIENTS[-1]


def say(text):
    print(text, file=sys.stderr, flush=True)


def official_writers():
    """How many there can be here."""
    try:
        callers.add_official_client(clients.python_client(OFFICIAL_CLIENT))
        return OFFICIAL_WRITERS
    except clients.Unavailable as why:
        if clients.skips_are_failures():
            raise
        say(f"without the official client: {why}")
        return 0


class Watch:
    """Looks again and again whether more is charged than may be."""

    def __init__(self, fleet, ledger):
        self._fleet, self._ledger = fleet, ledger
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        while not self._stop.wait(0.5):
            # PostgreSQL may be dead just now, and psql says that with an AssertionError.
            with contextlib.suppress(AssertionError):
                for text in checkers.over_quota(self._fleet.stored):
                    self._ledger.violation(text)
                self._ledger.count("quota looked at")

    def __enter__(self):
        self._thread.start()

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()


class Chaos(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        missing = fleets.missing()
        if missing and "ARGOT_REQUIRE_SERVERS" not in os.environ:
            raise unittest.SkipTest(f"not installed: {' '.join(missing)}")
        place = tempfile.mkdtemp(prefix="argot-chaos-")
        cls.addClassCleanup(shutil.rmtree, place, ignore_errors=True)
        os.chmod(place, 0o755)
        gateway = rados_gateway.start(os.path.join(place, "s3"))
        cls.addClassCleanup(gateway.end)
        cls.fleet = fleets.Fleet(place, gateway, postgres.Postgres(), "chaos")
        cls.addClassCleanup(cls.fleet.end)

    def test_the_fleet_keeps_its_promises_and_the_checker_finds_planted_bugs(self):
        fleet = self.fleet
        self.assertEqual(fleet.nginx.check(), "")
        fleet.start()
        ledger = self.weather()
        checker = checkers.Checker(fleet, ledger)
        self.assertEqual(ledger.violations, [])
        self.assertEqual(checker.problems(), [])
        say(f"  of {len(checker.unknown)} of unknown outcome {sum(checker.unknown)} are there")
        self.assertEqual(fleet.sweep(), [0] * fleets.REPLICAS)
        fleet.heal()
        self.assertEqual(checkers.wait_for_the_sweep(checker), [])
        self.assertEqual(checker.wrong_limits(), [])
        (size, file_id), = fleet.stored.query(
            "SELECT bytes, id FROM files WHERE filename = 'filler'")
        ledger.files["filler"] = workload.File("filler", size, "acknowledged", file_id)
        self.assertEqual(checker.problems(), [])
        self.assertEqual(fleet.alarms(), [])
        # Else nothing was proved.
        for what in ("create acknowledged", "create refused", "delete acknowledged", "read",
                     "upload completed", "list walked", "quota looked at"):
            self.assertGreater(ledger.counts[what], 0, what)
        self.plant(checker, ledger)
        self.assertEqual([replica.stop() for replica in fleet.replicas], [0] * fleets.REPLICAS)

    def weather(self):
        """The ledger of what was told in the storm."""
        say(f"seed {SEED}, {SECONDS:g} s")
        fleet, ledger = self.fleet, workload.Ledger()
        made = [lambda port: callers.PlainCaller(port, fleet.key)] * PLAIN_WRITERS
        made += [lambda port: callers.OfficialCaller(port, fleet.key)] * official_writers()
        writers = [workload.Writer(number, SEED, ledger, make, fleet.nginx.port, fleet.ports())
                   for number, make in enumerate(made, 1)]
        self.storm = storm = storms.Storm(fleet, random.Random(SEED))
        with Watch(fleet, ledger), workload.writing(writers):
            storm.blow(SECONDS)
            fleet.heal()
        fleet.settle()
        for counts in (storm.counts, ledger.counts):
            say("  " + ", ".join(f"{what}: {count}" for what, count in sorted(counts.items())))
        return ledger

    def plant(self, checker, ledger):
        """Does to what is stored what a bug would do, and undoes it."""
        # Of one part, so that the row itself names the object.
        whole = {bytes.fromhex(text.removeprefix("\\x")).decode() for text, in
                 self.fleet.stored.query(
                     "SELECT filename FROM files WHERE part_count = 0 AND bytes > 0")}
        file = next(file for file in ledger.files.values()
                    if file.must_be_there() and file.name in whole)
        name = file.name.encode().hex()
        row = f"filename = '\\x{name}'::bytea"
        columns = ("organization_id, project_id, purpose, filename, bytes, created_at, status,"
                   " status_details, sha256, checksums")
        planted = {
            f"{file.name} was acknowledged, and is not there": (
                f"UPDATE files SET filename = 'elsewhere' WHERE {row}",
                f"UPDATE files SET filename = '\\x{name}' WHERE filename = 'elsewhere'"),
            f"{file.name} is there twice": (
                f"INSERT INTO files (id, blob, {columns}) SELECT id || 'z', 'twice', {columns}"
                f" FROM files WHERE {row}", "DELETE FROM files WHERE blob = 'twice'"),
            "bytes, ": (
                "UPDATE organizations SET used_bytes = used_bytes + 1",
                "UPDATE organizations SET used_bytes = used_bytes - 1"),
            "is not there": (
                f"UPDATE files SET blob = 'lost-' || blob WHERE {row}",
                "UPDATE files SET blob = substr(blob, 6) WHERE blob LIKE 'lost-%'"),
        }
        for expected, (plant, undo) in planted.items():
            postgres.run(plant, self.fleet.database)
            found = checker.problems()
            postgres.run(undo, self.fleet.database)
            self.assertTrue([text for text in found if expected in text], (plant, found))
        file.deletion = "acknowledged"
        self.assertEqual(len(checker.problems()), 2)  # it is listed, and it answers
        file.deletion = ""
        self.assertEqual(checker.problems(), [])


if __name__ == "__main__":
    harness.main()
