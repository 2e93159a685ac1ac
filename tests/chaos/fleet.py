"""Replicas over one PostgreSQL and one S3 server, behind nginx, with links that can go wrong.

Python 3.11, standard library only. Where each request goes:

    client -> nginx (packaging/nginx.conf) -> replica -> link -> PostgreSQL
                                                      -> link -> S3
"""

import ctypes
import http.client
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "process"))
sys.path.insert(0, str(HERE.parent / "support"))

import harness  # noqa: E402
import links  # noqa: E402
import postgres  # noqa: E402
import rados_gateway  # noqa: E402
import s3_test  # noqa: E402

REPLICAS = 3
ORGANIZATION_BYTES = 20 * harness.MIB
CONFIGURATION = ROOT / "packaging" / "nginx.conf"
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG

# What a distribution's own nginx.conf says around that file.
AROUND = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/argot.conf;
}}
"""


def missing():
    """What has to be installed first."""
    found = [] if shutil.which("nginx") else ["nginx"]
    if postgres.why_missing():
        found.append("postgresql")
    return found + rados_gateway.missing_programs()


class Nginx:
    """nginx with the configuration that we ship, and addresses of the test's own."""

    def __init__(self, folder, replicas):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        # Its workers are somebody else, where root starts it.
        self.folder.chmod(0o755)
        self._claim = rados_gateway.Port()
        self.port = self._claim.number
        self._write(replicas)
        self.process = None

    def _write(self, replicas):
        text = CONFIGURATION.read_text(encoding="ascii")
        for number, port in enumerate(replicas, 1):
            text, count = re.subn(rf"server 127\.0\.0\.1:808{number} ", f"server 127.0.0.1:{port} ",
                                  text)
            assert count == 1, f"{CONFIGURATION} has {count} servers of number {number}"
        text, count = re.subn(r"listen 8080;", f"listen 127.0.0.1:{self.port};", text)
        assert count == 1, f"{CONFIGURATION} listens {count} times"
        (self.folder / "argot.conf").write_text(text, encoding="ascii")
        (self.folder / "nginx.conf").write_text(AROUND.format(folder=self.folder),
                                                encoding="ascii")

    def _command(self, *more):
        return [shutil.which("nginx"), "-p", str(self.folder), "-c",
                str(self.folder / "nginx.conf"), "-e", str(self.folder / "error.log"), *more]

    def check(self):
        """What nginx has against the configuration; nothing, if it takes it."""
        ended = subprocess.run(self._command("-t", "-q"), capture_output=True, text=True,
                               check=False, timeout=harness.PATIENCE)
        return ended.stderr if ended.returncode else ""

    def start(self):
        self.process = subprocess.Popen(
            self._command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGTERM))
        harness.wait_until(self._answers, "nginx")

    def _answers(self):
        if self.process.poll() is not None:
            raise AssertionError((self.folder / "error.log").read_text(encoding="utf-8"))
        try:
            return status("127.0.0.1", self.port, "/healthz") is not None
        except OSError:
            return False

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(harness.PATIENCE)


def status(host, port, path):
    """Of a GET without a key."""
    connection = http.client.HTTPConnection(host, port, timeout=harness.PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


class Replica:
    """One `argot serve`, which always comes back to the same port and the same folder."""

    def __init__(self, place, number, network, origins):
        self.folder = os.path.join(place, f"replica-{number}")
        self._claim = rados_gateway.Port()
        self.port = self._claim.number
        socket_path, gateway_port = origins
        self.links = {"postgres": network.link(socket_path, ("reply", b"COMMIT\0")),
                      "s3": network.link(("127.0.0.1", gateway_port), ("request", b"PUT "))}
        self.server = None
        self.lines = []  # what those that are gone had logged
        self.key = None

    def start(self, catalog, bucket, *flags):
        """Returns once it serves. As a supervisor would, it tries again what did not work."""
        environment = {**s3_test.KEY, "ARGOT_CATALOG": catalog(self.links["postgres"].port)}
        endpoint = f"http://127.0.0.1:{self.links['s3'].port}"
        tries_max = 100
        for number in range(1, tries_max + 1):
            try:
                self.server = harness.Server(
                    self.folder, "--blobs", f"s3://{bucket}/argot?endpoint={endpoint}",
                    "--limits-organization-bytes", str(ORGANIZATION_BYTES), *flags,
                    environment=environment, listen=f"127.0.0.1:{self.port}")
                self.key = self.server.key
                return
            except AssertionError as failure:
                if "did not start" not in str(failure) or number == tries_max:
                    raise
            threading.Event().wait(0.1)

    def kill(self):
        self.server.kill()
        self._keep_lines()

    def stop(self):
        """The exit code."""
        code = self.server.stop()
        self._keep_lines()
        return code

    def _keep_lines(self):
        self.lines += self.server.err.seen
        self.server = None


class Fleet:
    """All of it. Several threads may kill and start its parts, each part one thread at a time."""

    # Orphans are nobody's business before the end: content that is being committed looks like one.
    SWEEPING = ("--sweep-interval", "100ms")

    def __init__(self, place, gateway, postgres_server, bucket_name):
        self.gateway, self.postgres = gateway, postgres_server
        self.bucket_name = bucket_name
        self.bucket = s3_test.Bucket(gateway.endpoint, bucket_name)
        self.database = postgres_server.new_database()
        self.stored = harness.Stored(None, self.database)
        self._name = re.search(r"/(\w+)\?", self.database)[1]
        gateway_port = int(gateway.endpoint.rsplit(":", 1)[1])
        network = links.Network()
        origins = f"{postgres_server.folder}/.s.PGSQL.5432", gateway_port
        self.replicas = [Replica(place, number, network, origins)
                         for number in range(1, REPLICAS + 1)]
        self.nginx = Nginx(os.path.join(place, "nginx"), [each.port for each in self.replicas])
        self.key = None

    def start(self):
        for replica in self.replicas:
            self.start_replica(replica)
            self.key = self.key or replica.key  # the first one makes it
        self.nginx.start()

    def start_replica(self, replica, *flags):
        replica.start(lambda port: f"postgres://argot@127.0.0.1:{port}/{self._name}",
                      self.bucket_name, *self.SWEEPING, *flags)

    def ports(self):
        return [each.port for each in self.replicas]

    def heal(self):
        """The network alone. Returns when every replica can do its work."""
        for replica in self.replicas:
            for link in replica.links.values():
                link.set(None)
        for replica in self.replicas:
            try:
                harness.wait_until(
                    lambda port=replica.port: status("127.0.0.1", port, "/readyz") == 200,
                    "a replica that is ready")
            except AssertionError as failure:
                raise AssertionError(f"{failure}: {replica.server.err.seen[-20:]}") from None

    def settle(self):
        """Returns when nothing is under way that some client has given up. Writers have hung up."""
        self.nginx.end()  # it keeps connections
        for replica in self.replicas:
            harness.wait_until(
                lambda server=replica.server: server.metric("argot_http_connections") == 0,
                "the end of what is under way")
        self.nginx.start()

    def sweep(self):
        """Has everything swept that no row knows, as it would be after sweep.orphan_age."""
        codes = [replica.stop() for replica in self.replicas]
        # Whoever was killed as it swept has the right to for another minute; time is let pass.
        postgres.run("DELETE FROM duties", self.database)
        for replica in self.replicas:
            self.start_replica(replica, "--sweep-orphan-age", "1s")
        return codes

    def objects(self):
        return {key.rsplit("/", 1)[1] for key in self.bucket.keys()}

    def alarms(self):
        """Lines that only a fault of the program's own, or of a disk, would have logged."""
        lines = [line for replica in self.replicas
                 for line in replica.lines + (replica.server.err.seen if replica.server else [])]
        return [line for line in lines if '"level":"error"' in line and '"event":"request"' not in
                line]

    def end(self):
        self.nginx.end()
        for replica in self.replicas:
            if replica.server:
                replica.server.kill()
