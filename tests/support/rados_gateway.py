#!/usr/bin/env python3
"""An S3 server of a test's own: Ceph's gateway over one monitor and one store in memory.

    rados_gateway.py FOLDER

makes the server's files in FOLDER, which is empty, prints "ready ENDPOINT ACCESS_KEY SECRET_KEY"
once it answers, and ends it, all of it at once, when standard input ends. Exit code 77: it is not
installed. Python 3.11, standard library only.
"""

import ctypes
import http.client
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid

import certificates

ADDRESS = "127.0.0.1"
PROGRAMS = ["ceph", "ceph-mon", "ceph-osd", "monmaptool", "openssl", "radosgw", "radosgw-admin"]
ACCESS_KEY = "ARGOTTESTKEY"
SECRET_KEY = "a/test+secret"
NOT_INSTALLED = 77

# The monitor's answer is all that the others wait for, so its protocol is not the secure one that
# they would insist on: there are no keys here that it could be secured with.
CONFIGURATION = """\
[global]
fsid = {fsid}
mon host = [v2:{address}:{monitor_port},v1:{address}:{old_monitor_port}]
auth cluster required = none
auth service required = none
auth client required = none
auth allow insecure global id reclaim = false
ms mon client mode = crc
ms mon service mode = crc
ms mon cluster mode = crc
ms bind ipv6 = false
public addr = {address}
cluster addr = {address}
run dir = {folder}/run
admin socket = {folder}/run/$name.asok
log file = {folder}/log/$name.log
crash dir = {folder}/log
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon data avail warn = 1
mon data avail crit = 1
mon osd full ratio = 0.99
mon osd nearfull ratio = 0.98
mon osd backfillfull ratio = 0.985
[mon.a]
mon data = {folder}/mon
[osd]
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd class load list = *
osd class default list = *
[client.rgw.a]
rgw frontends = beast endpoint={address}:{gateway_port} ssl_endpoint={address}:{tls_port} \
    ssl_certificate={certificate} ssl_private_key={key}
rgw thread pool size = 64
rgw dns name = localhost
rgw data = {folder}/rgw
rgw run sync thread = false
debug rgw = 0
"""


class Failed(Exception):
    """It did not start."""


class Port:
    """A port that no other server of these tests takes while this object lives.

    Not one of those that the system gives to whoever asks for any, so no connection of anybody's
    has it either. A program that has it all the same is found when the port is bound.
    """

    def __init__(self):
        chosen = random.SystemRandom()
        for _ in range(1_000):
            self.number = chosen.randrange(12_000, 30_000)
            self._claim = socket.socket(socket.AF_UNIX)
            try:
                # An abstract name is gone with its process, however that ends.
                self._claim.bind(f"\0argot-test-port-{self.number}")
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind((ADDRESS, self.number))
                return
            except OSError:
                self._claim.close()
        raise Failed("no free port")


def end_with_parent():
    """Has the system end this process when the one that started it is gone."""
    set_death_signal = 1
    ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)


class Gateway:
    """The server's processes."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self._ports = {name: Port() for name in
                       ("monitor_port", "old_monitor_port", "gateway_port", "tls_port")}
        self._fsid = str(uuid.uuid4())
        self._processes = {}
        self.endpoint = f"http://{ADDRESS}:{self._ports['gateway_port'].number}"
        self.tls_endpoint = f"https://{ADDRESS}:{self._ports['tls_port'].number}"
        self.certificate = ""  # a file, once it has started

    def start(self):
        """Returns when it answers. Raises Failed if a program ends before."""
        for name in ("mon", "osd", "rgw", "run", "log"):
            (self.folder / name).mkdir(parents=True)
        numbers = {name: port.number for name, port in self._ports.items()}
        self.certificate, key = certificates.make_certificate(self.folder, "gateway")
        (self.folder / "ceph.conf").write_text(CONFIGURATION.format(
            fsid=self._fsid, folder=self.folder, address=ADDRESS, certificate=self.certificate,
            key=key, **numbers), encoding="ascii")
        addresses = (f"[v2:{ADDRESS}:{numbers['monitor_port']},"
                     f"v1:{ADDRESS}:{numbers['old_monitor_port']}]")
        monitors = str(self.folder / "monitors")
        self._run("monmaptool", "--create", "--fsid", self._fsid, "--addv", "a", addresses,
                  monitors)
        self._run("ceph-mon", "--mkfs", "-i", "a", "--monmap", monitors)
        self._launch("ceph-mon", "-i", "a")
        store = str(uuid.uuid4())
        self._run("ceph", "--connect-timeout=60", "osd", "new", store)
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", store)
        self._launch("ceph-osd", "-i", "0")
        self._run("radosgw-admin", "user", "create", "--uid=argot", "--display-name=argot",
                  f"--access-key={ACCESS_KEY}", f"--secret={SECRET_KEY}")
        self.start_gateway()

    def start_gateway(self):
        """Starts what answers S3, again if need be, and returns when it does."""
        self._launch("radosgw", "-n", "client.rgw.a")
        while not self._answers():
            self._check_alive()
            time.sleep(0.05)

    def kill_gateway(self):
        """Ends what answers S3, as if by a crash. What is stored stays."""
        process = self._processes.pop("radosgw")
        process.kill()
        process.wait()

    def end(self):
        """Ends everything at once."""
        for process in self._processes.values():
            process.kill()
        for process in self._processes.values():
            process.wait()
        self._processes.clear()

    def _command(self, program, *arguments):
        return [program, "-c", str(self.folder / "ceph.conf"), *arguments]

    def _run(self, program, *arguments):
        command = [program, *arguments] if program == "monmaptool" else self._command(
            program, *arguments)
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                               check=False, timeout=120, preexec_fn=end_with_parent)
        if ended.returncode != 0:
            raise Failed(f"{program} failed: {ended.stdout}{ended.stderr}")

    def _launch(self, program, *arguments):
        with open(self.folder / "log" / f"{program}.out", "ab") as output:
            self._processes[program] = subprocess.Popen(
                self._command(program, "-f", *arguments), stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, preexec_fn=end_with_parent)

    def _check_alive(self):
        for program, process in self._processes.items():
            if process.poll() is not None:
                said = (self.folder / "log" / f"{program}.out").read_text(errors="replace")
                raise Failed(f"{program} ended: {said}")

    def _answers(self):
        connection = http.client.HTTPConnection(self.endpoint.removeprefix("http://"), timeout=10)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def missing_programs():
    """The names of what is not installed."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


def start(folder):
    """A Gateway that answers. Tries again with other ports should others have taken them."""
    tries_max = 3
    for number in range(1, tries_max + 1):
        gateway = Gateway(pathlib.Path(folder) / str(number))
        try:
            gateway.start()
            return gateway
        except (Failed, subprocess.TimeoutExpired) as failure:
            gateway.end()
            if number == tries_max:
                raise
            print(f"starting again: {failure}", file=sys.stderr, flush=True)
    raise AssertionError("unreachable")


def main():
    if missing_programs():
        print("not installed:", *missing_programs(), file=sys.stderr)
        return NOT_INSTALLED
    gateway = start(sys.argv[1])
    try:
        print("ready", gateway.endpoint, ACCESS_KEY, SECRET_KEY, flush=True)
        for line in sys.stdin:
            # What a test may ask for, answered when it is done.
            match line.strip():
                case "kill":
                    gateway.kill_gateway()
                case "start":
                    gateway.start_gateway()
            print("done", flush=True)
    finally:
        gateway.end()
    return 0


if __name__ == "__main__":
    os.environ.setdefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
    sys.exit(main())
