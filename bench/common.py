"""What the benchmarks share: where they run, the service that they start, and RESULTS.md."""

import contextlib
import json
import multiprocessing
import os
import pathlib
import platform
import re
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench/RESULTS.md"
INSIDE = "ARGOT_BENCH_NAMESPACE"
BOUNDARY = "argot-bench-boundary"
# A create for wrk; BOUNDARY and BYTES are to be replaced.
CREATE_LUA = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "multipart/form-data; boundary=BOUNDARY"
local disposition = "--BOUNDARY\\r\\nContent-Disposition: form-data; name="
wrk.body = disposition .. "\\"purpose\\"\\r\\n\\r\\nuser_data\\r\\n" ..
  disposition .. "\\"file\\"; filename=\\"s.bin\\"\\r\\n\\r\\n" ..
  string.rep("x", BYTES) .. "\\r\\n--BOUNDARY--\\r\\n"
"""


def wants_namespace():
    """Whether in_namespace() is possible and has not happened yet."""
    return os.geteuid() == 0 and not os.environ.get(INSIDE) and bool(shutil.which("ip"))


def in_namespace(**environment):
    """Runs this program again in a network namespace where loopback is not paced."""
    name = f"argot-bench-{os.getpid()}"
    enter = ["ip", "netns", "exec", name]
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        subprocess.run(enter + ["ip", "link", "set", "lo", "up"], check=True)
        setting = "net.ipv4.tcp_congestion_control=reno"
        subprocess.run(enter + ["sysctl", "-q", "-w", setting], check=True)
        return subprocess.run(enter + [sys.executable] + sys.argv, check=False,
                              env={**os.environ, **environment, INSIDE: "reno"}).returncode
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)


def fill(path, size):
    """A file of random bytes; the size is rounded up to whole MiB."""
    with open(path, "wb") as out:
        for _ in range(0, size, 1 << 20):
            out.write(os.urandom(1 << 20))


def descendants(pid):
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid] + [one for child in children for one in descendants(int(child))]


def cpu_seconds(pid):
    """Processor time of a server and its children, all threads, to the nanosecond."""
    total = 0
    for process in descendants(pid):
        for task in pathlib.Path(f"/proc/{process}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def timed(call):
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def used(pid, call):
    """The seconds that a call takes, and the CPU seconds of the server meanwhile."""
    before = cpu_seconds(pid)
    return timed(call), cpu_seconds(pid) - before


def peak_rss_mib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def curl(*arguments):
    """What came, where it goes to no file."""
    return subprocess.run(["curl", "--silent", "--show-error", "--fail", *arguments], check=True,
                          stdout=subprocess.PIPE).stdout


def create_script(folder, size):
    """The path of a script with which wrk creates files of that size."""
    script = folder / "create.lua"
    script.write_text(CREATE_LUA.replace("BOUNDARY", BOUNDARY).replace("BYTES", str(size)))
    return script


def wrk(connections, seconds, arguments):
    """Requests a second, and how many there were."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *arguments]
    report = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in report:
        sys.exit(f"{command}: {report}")
    lines = report.splitlines()
    rate = float(next(line for line in lines if "Requests/sec" in line).split()[1])
    return rate, int(next(line for line in lines if "requests in" in line).split()[0])


def wrk_cost(pid, connections, seconds, arguments):
    """Requests a second, and the CPU microseconds of the server for each."""
    cpu = cpu_seconds(pid)
    rate, requests = wrk(connections, seconds, arguments)
    return rate, (cpu_seconds(pid) - cpu) / requests * 1e6


# --- The service -------------------------------------------------------------------------------


def exchange(port, head, file=None, before=b"", after=b"", sink=None):
    """One request over a new connection; returns the body, or its size where `sink` is given."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(head.encode() + before)
        if file is not None:
            with open(file, "rb") as source:
                connection.sendfile(source)
        connection.sendall(after)
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(65536)
        head_text, body = received.split(b"\r\n\r\n", 1)
        status = int(head_text.split()[1])
        if not 200 <= status < 300:
            sys.exit(f"unexpected reply: {head_text.decode()}\n{body.decode(errors='replace')}")
        length = 0
        for line in head_text.decode().split("\r\n"):
            if line.lower().startswith("content-length:"):
                length = int(line.split(":")[1])
        if sink is None:
            while len(body) < length:
                body += connection.recv(65536)
            return body
        got = len(body)
        while got < length:
            more = connection.recv_into(sink)
            if more == 0:
                sys.exit("the connection broke off")
            got += more
        return got


def form(filename, purpose):
    before = (f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n{purpose}\r\n'
              f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; '
              f'filename="{filename}"\r\n'
              "Content-Type: application/octet-stream\r\n\r\n").encode()
    return before, f"\r\n--{BOUNDARY}--\r\n".encode()


def wait_for(look, complaint, seconds=60):
    """What look() returns once that is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.002)
    sys.exit(complaint)


class Service:
    """A running `argot serve`."""

    def __init__(self, pid, port, key):
        self.pid = pid
        self.port = port
        self.key = key
        self.url = f"http://127.0.0.1:{port}/v1"
        self.auth = f"Host: bench\r\nAuthorization: Bearer {key}\r\n"

    def create(self, file, purpose="user_data"):
        return json.loads(exchange(self.port, *self.creation(file, purpose)))

    def creation(self, file, purpose="user_data"):
        """The head of a create, the file, and what stands before and behind that."""
        before, after = form(file.name, purpose)
        size = len(before) + file.stat().st_size + len(after)
        head = (f"POST /v1/files HTTP/1.1\r\n{self.auth}"
                f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
                f"Content-Length: {size}\r\n\r\n")
        return head, file, before, after

    def asking(self, path):
        return f"GET {path} HTTP/1.1\r\n{self.auth}\r\n"

    def remove(self, file_id):
        exchange(self.port, f"DELETE /v1/files/{file_id} HTTP/1.1\r\n{self.auth}\r\n")

    def get(self, path, sink=None):
        return exchange(self.port, self.asking(path), sink=sink)


@contextlib.contextmanager
def argot(program, folder, *flags):
    command = [program, "serve", "--data", folder / "data", "--listen", "127.0.0.1:0", *flags]
    log = folder / "argot.log"
    with open(log, "w") as out:
        server = subprocess.Popen(command, stderr=out, stdout=subprocess.DEVNULL)
    line = wait_for(lambda: next((line for line in log.read_text().splitlines()
                                  if line.startswith("listening on ")), None),
                    f"argot did not start, see {log}")
    credentials = dict(line.split("=", 1) for line in
                       (folder / "data/credentials").read_text().splitlines() if "=" in line)
    try:
        # Of several over one catalogue the first has made it.
        key = credentials.get("ARGOTOPENAI_API_KEY_AUTH", "").strip("'\"")
        yield Service(server.pid, int(line.rsplit(":", 1)[1]), key)
    finally:
        server.terminate()
        server.wait()


# --- A client beside others --------------------------------------------------------------------


def connect(port, certificate=None):
    """Over TLS where there is a certificate, which is the server's own."""
    connection = socket.create_connection(("127.0.0.1", port))
    if not certificate:
        return connection
    trust = ssl.create_default_context(cafile=certificate)
    return trust.wrap_socket(connection, server_hostname="127.0.0.1")


def get_over(connection, request):
    """One request over a kept connection; returns its body."""
    connection.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, body = received.split(b"\r\n\r\n", 1)
    if b" 200 " not in head.split(b"\r\n")[0]:
        sys.exit(f"unexpected reply: {head}")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return body


def watch(port, certificate, requests, stop, results):
    """Sends the requests in turns until `stop`, in a process of its own; puts the seconds of each
    kind into `results`."""
    seconds = [[] for _ in requests]
    with connect(port, certificate) as connection:
        while not stop.is_set():
            for taken, request in zip(seconds, requests):
                taken.append(timed(lambda request=request: get_over(connection, request)))
    results.put(seconds)


class Watch:
    """A client beside whatever happens in the block; then `counts`, `median_ms` and `p99_ms` of
    each request."""

    def __init__(self, service, requests, certificate=None):
        self.stop = multiprocessing.Event()
        self.results = multiprocessing.Queue()
        self.process = multiprocessing.Process(
            target=watch, args=(service.port, certificate, requests, self.stop, self.results))

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        seconds = self.results.get(timeout=60)
        self.process.join()
        self.counts = [len(taken) for taken in seconds]
        self.median_ms = [statistics.median(taken) * 1000 for taken in seconds]
        self.p99_ms = [statistics.quantiles(taken, n=100)[98] * 1000 for taken in seconds]


# --- The results -------------------------------------------------------------------------------


def first_line(*command):
    with contextlib.suppress(FileNotFoundError):
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        return done.stdout.split("\n")[0]
    return "unknown"


def facts(is_networked=True):
    """The lines that say where the figures of a section come from."""
    processors = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in processors
                  if line.startswith("model name")), "unknown processor")
    pacing = "a network namespace with reno" if os.environ.get(INSIDE) else \
        "the machine's own congestion control: " + \
        pathlib.Path("/proc/sys/net/ipv4/tcp_congestion_control").read_text().strip()
    network = f"; {pacing}" if is_networked else ""
    return (f"- Machine: {os.cpu_count()} x {model}, Linux {platform.release()}{network}\n"
            f"- Compiler: {first_line('g++', '--version')}\n"
            f"- Commit: {first_line('git', 'rev-parse', '--short', 'HEAD')}\n")


def table(head, rows):
    lines = ["| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]]
    print("\n".join(lines), flush=True)
    return "\n".join(lines)


def write_section(title, text):
    """Replaces the section of that title in RESULTS.md, or adds it; the others stay."""
    mine = f"## {title}\n\n{text.strip()}\n"
    parts = re.split(r"^(?=## )", RESULTS.read_text(), flags=re.MULTILINE)
    places = [i for i, part in enumerate(parts) if part.startswith(f"## {title}\n")]
    if places:
        parts[places[0]] = mine
    else:
        parts.append(mine)
    RESULTS.write_text("\n".join(part.rstrip("\n") + "\n" for part in parts))
