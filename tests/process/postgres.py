"""A PostgreSQL server of the tests' own: made in a folder, reached through a socket in it.

Python 3.11, standard library only. PostgreSQL does not run as root, so root starts it as another
user.
"""

import atexit
import ctypes
import functools
import glob
import json
import os
import pwd
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import urllib.parse

PATIENCE = 60.0
READY = "database system is ready to accept connections"
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
MEMORY = "/dev/shm"


def programs():
    """The folder of the newest server's programs; None where none is installed."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    return os.path.dirname(found[-1]) if found else None


def why_missing():
    """Why there cannot be one here; None: there can, or it must."""
    if programs() or "ARGOT_REQUIRE_SERVERS" in os.environ:
        return None
    return "there is no /usr/lib/postgresql/*/bin/initdb"


def other_user():
    """What Popen needs to run something as somebody who is not root."""
    if os.geteuid() != 0:
        return {}
    try:
        own = pwd.getpwnam("postgres")
    except KeyError:
        own = pwd.getpwnam("nobody")
    return {"user": own.pw_uid, "group": own.pw_gid, "extra_groups": []}


def die_with_us():
    ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGQUIT)


def run(statement, address):
    """What psql prints of it."""
    ended = subprocess.run([f"{programs()}/psql", "--no-psqlrc", "--quiet", "--tuples-only",
                            "--no-align", "--set=ON_ERROR_STOP=1", "--command", statement, address],
                           capture_output=True, text=True, timeout=PATIENCE, check=False)
    if ended.returncode != 0:
        raise AssertionError(ended.stderr)
    return ended.stdout


def query(statement, address):
    """The rows of one statement."""
    printed = run(f"SELECT row_to_json(asked) FROM ({statement}) AS asked", address)
    return [tuple(json.loads(line).values()) for line in printed.splitlines()]


class Postgres:
    """One server, which is there until the process ends. Not thread-safe."""

    def __init__(self, *settings):
        # Nothing here has to outlive a power cut.
        self.folder = tempfile.mkdtemp(prefix="argot-postgres-",
                                       dir=MEMORY if os.path.isdir(MEMORY) else None)
        atexit.register(self._remove)
        self.process = None
        self._databases = 0
        user = other_user()
        if user:
            os.chown(self.folder, user["user"], user["group"])
        subprocess.run([f"{programs()}/initdb", f"--pgdata={self.folder}/data", "--auth=trust",
                        "--username=argot", "--encoding=UTF8", "--locale=C", "--no-sync"],
                       check=True, capture_output=True, cwd="/", timeout=PATIENCE, **user)
        self.start(*settings)

    def start(self, *settings):
        command = [f"{programs()}/postgres", "-D", f"{self.folder}/data", "-k", self.folder]
        for setting in ("listen_addresses=", "max_connections=100", "shared_buffers=16MB",
                        "wal_level=minimal", "max_wal_senders=0", *settings):
            command += ["-c", setting]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                        text=True, cwd="/", preexec_fn=die_with_us,
                                        start_new_session=True, **other_user())
        said = []
        for line in self.process.stderr:
            said.append(line)
            if READY in line:
                break
        else:
            raise AssertionError(f"postgres did not start: {said}")
        # Whatever it says later must not fill the pipe.
        threading.Thread(target=self._read_on, args=(self.process.stderr,), daemon=True).start()

    @staticmethod
    def _read_on(stream):
        with stream:
            for _ in stream:
                pass

    def stop(self):
        """As an operator would: who is connected is sent away."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)

    def kill(self):
        """Every process of it at once, as if by a crash."""
        self.process.send_signal(signal.SIGSTOP)
        # From here on it starts no more of them, and lets none of them go.
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOWAIT)
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children",
                  encoding="ascii") as file:
            children = [int(word) for word in file.read().split()]
        watched = [os.pidfd_open(child) for child in children]
        for child in children:
            os.kill(child, signal.SIGKILL)
        self.process.kill()
        self.process.wait(PATIENCE)
        # One that still dies holds the memory that the next server asks for.
        for descriptor in watched:
            select.select([descriptor], [], [], PATIENCE)
            os.close(descriptor)

    def address(self, database="postgres"):
        host = urllib.parse.quote(self.folder, safe="")
        return f"postgres://argot@/{database}?host={host}"

    def new_database(self):
        """The address of an empty database that nobody else uses."""
        self._databases += 1
        name = f"test{self._databases}"
        run(f"CREATE DATABASE {name}", self.address())
        return self.address(name)

    def _remove(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)


@functools.cache
def shared():
    """The one that all tests of the process share."""
    return Postgres()
