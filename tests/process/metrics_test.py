"""The admin listener of a real process: who may ask, and that Prometheus can read what it says.

The checker below is strict where the format (version 0.0.4) is: every sample has a family before
it, names and labels are well-formed, histograms add up.
"""

import http.client
import math
import os
import re
import signal
import stat

import harness

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)')
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (\S+)")
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Malformed(Exception):
    """What is wrong with a text that should be metrics."""


def need(condition, line):
    if not condition:
        raise Malformed(line)


def read_labels(text, line):
    labels = {}
    while text:
        match = LABEL.match(text)
        need(match, line)
        name, value, comma = match.groups()
        need(name not in labels and not name.startswith("__"), line)
        need(comma or match.end() == len(text), line)
        text = text[match.end():]
        need(bool(comma) == bool(text), line)  # No comma behind the last one.
        labels[name] = value
    return labels


def read_number(text, line):
    need(re.fullmatch(r"[+-]?Inf|NaN|[+-]?\d+(\.\d+)?(e[+-]?\d+)?", text), line)
    return float(text)


def check_histogram(name, samples):
    """Buckets of each set of labels rise to +Inf, which equals the count."""
    series = {}
    for sample, labels, value in samples:
        rest = tuple(sorted((key, text) for key, text in labels.items() if key != "le"))
        series.setdefault(rest, {"buckets": []})
        if sample.endswith("_bucket"):
            series[rest]["buckets"].append((read_number(labels["le"], name), value))
        else:
            series[rest][sample.removeprefix(name)] = value
    for labels, parts in series.items():
        bounds = [bound for bound, _ in parts["buckets"]]
        counts = [count for _, count in parts["buckets"]]
        need(bounds == sorted(set(bounds)) and bounds[-1] == math.inf, f"{name} {labels}")
        need(counts == sorted(counts) and counts[-1] == parts["_count"], f"{name} {labels}")
        need("_sum" in parts, f"{name} {labels}")


def parse(text):
    """Family name -> (type, [(sample name, labels, value)]), or Malformed."""
    need(text.endswith("\n") and not text.endswith("\n\n"), "the end")
    families, current = {}, None
    lines = iter(text.split("\n")[:-1])
    for line in lines:
        if line.startswith("#"):
            match = re.fullmatch(rf"# HELP ({NAME}) (\S.*)", line)
            need(match and match[1] not in families, line)
            current = match[1]
            line = next(lines, "")
            match = re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge|histogram)", line)
            need(match and match[1] == current, line)
            need((match[2] == "counter") == current.endswith("_total"), line)
            families[current] = (match[2], [])
            continue
        match = SAMPLE.fullmatch(line)
        need(match and current, line)
        kind, samples = families[current]
        need(match[1] in {current + suffix for suffix in SUFFIXES[kind]}, line)
        labels = read_labels(match[2] or "", line)
        need(("le" in labels) == match[1].endswith("_bucket"), line)
        need((match[1], labels) not in [(name, seen) for name, seen, _ in samples], line)
        value = read_number(match[3], line)
        need(kind == "gauge" or value >= 0, line)
        samples.append((match[1], labels, value))
    for name, (kind, samples) in families.items():
        if kind == "histogram":
            check_histogram(name, samples)
    return families


class Metrics(harness.ProcessTest):
    def setUp(self):
        super().setUp()
        self.socket = os.path.join(self.folder, "admin.sock")

    def ask(self, target, method="GET", connection=None):
        connection = connection or harness.UnixConnection(self.socket)
        try:
            connection.request(method, target)
            response = connection.getresponse()
            return harness.Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    def metrics(self):
        reply = self.ask("/metrics")
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.headers["Content-Type"], CONTENT_TYPE)
        return parse(reply.body.decode("utf-8"))

    def value(self, sample, **labels):
        for _, samples in self.metrics().values():
            for name, seen, value in samples:
                if name == sample and seen == labels:
                    return value
        raise AssertionError(f"there is no {sample} {labels}")

    def test_the_whole_output_is_well_formed_before_and_after_work(self):
        server = self.start()
        idle = self.metrics()
        file_id = server.create_id(bytes(3 * harness.MIB))
        self.assertEqual(len(server.content(file_id).body), 3 * harness.MIB)
        server.delete(file_id)
        server.request("GET", '/v1/files/"\\\n'.replace("\n", "%0A"))
        busy = self.metrics()
        self.assertEqual(idle.keys(), busy.keys())
        for name, (kind, samples) in busy.items():
            self.assertTrue(samples, name)
            # A series that is there is there from the start, so that its first event is a change.
            self.assertEqual([sample[:2] for sample in samples],
                             [sample[:2] for sample in idle[name][1]], name)
            if kind != "counter":
                continue
            for before, after in zip(idle[name][1], samples):
                self.assertGreaterEqual(after[2], before[2], name)

    def test_uploads_downloads_and_refusals_move_what_they_should(self):
        server = self.start()
        received = self.value("argot_http_received_bytes_total")
        file_id = server.create_id(bytes(harness.MIB))
        self.assertGreater(self.value("argot_http_received_bytes_total"), received + harness.MIB)
        self.assertEqual(self.value("argot_stored_bytes"), harness.MIB)
        self.assertEqual(self.value("argot_stored_files"), 1)
        self.assertGreaterEqual(self.value("argot_catalog_commits_total"), 1)
        self.assertGreater(self.value("argot_catalog_commit_duration_seconds_sum"), 0)
        server.content(file_id)
        self.assertEqual(self.value("argot_content_blocks_verified_total"), 1)
        self.assertEqual(server.create(b"x", key="sk-wrong").status, 401)
        self.assertEqual(self.value("argot_uploads_refused_total", code="incorrect_key"), 1)
        self.assertEqual(self.value("argot_http_requests_total", route="/files", method="POST",
                                    status="4xx"), 1)

    def test_the_public_listener_has_no_metrics(self):
        server = self.start()
        for path in ("/metrics", "/v1/metrics"):
            reply = server.request("GET", path)
            self.assertEqual(reply.status, 404)
            self.assertEqual(reply.headers["Content-Type"], "application/json")
            self.assertIn("Invalid URL", reply.error()["message"])

    def test_the_admin_listener_has_nothing_of_the_api(self):
        self.start()
        self.assertEqual(self.ask("/healthz").json(), {"status": "alive"})
        self.assertEqual(self.ask("/readyz").json(), {"status": "ready"})
        self.assertEqual(self.ask("/v1/files").status, 404)
        self.assertEqual(self.ask("/metrics", method="POST").status, 405)
        reply = self.ask("/metrics", method="HEAD")
        self.assertEqual((reply.status, reply.body), (200, b""))

    def test_the_socket_is_for_its_user_alone_and_goes_with_the_server(self):
        server = self.start()
        facts = os.lstat(self.socket)
        self.assertTrue(stat.S_ISSOCK(facts.st_mode))
        self.assertEqual(stat.S_IMODE(facts.st_mode), 0o600)
        self.assertEqual(server.stop(), 0)
        self.assertFalse(os.path.exists(self.socket))

    def test_the_socket_of_a_killed_server_is_replaced(self):
        first = self.start()
        first.kill()
        left = os.lstat(self.socket)
        self.start()
        self.assertNotEqual(os.lstat(self.socket).st_ctime_ns, left.st_ctime_ns)
        self.assertEqual(self.value("argot_stored_files"), 0)

    def test_a_drain_can_be_watched(self):
        server = self.start()
        link, rest = server.start_upload(1000)
        with link:
            self.assertEqual(self.value("argot_uploads_in_flight"), 1)
            server.signal(signal.SIGTERM)
            self.assertIsNotNone(server.err.wait_for("draining"))
            harness.wait_until(lambda: self.ask("/readyz").status == 503, "not ready")
            self.assertEqual(self.value("argot_uploads_in_flight"), 1)
            link.sendall(rest)
            self.assertTrue(harness.read_to_end(link).startswith(b"HTTP/1.1 200 "))
        self.assertEqual(server.wait(), 0)

    def test_a_socket_elsewhere_a_loopback_address_or_none(self):
        self.socket = os.path.join(self.place, "m.sock")
        with harness.Server(self.folder, "--admin-listen", f"unix:{self.socket}"):
            self.metrics()
            self.assertFalse(os.path.exists(os.path.join(self.folder, "admin.sock")))
        with harness.Server(self.folder, "--admin-listen", "127.0.0.1:0") as server:
            line = server.err.wait_for('"started"')
            port = int(re.search(r'"admin": ?"127\.0\.0\.1:(\d+)"', line)[1])
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=harness.PATIENCE)
            parse(self.ask("/metrics", connection=connection).body.decode("utf-8"))
            self.assertFalse(os.path.exists(os.path.join(self.folder, "admin.sock")))
        with harness.Server(self.folder, "--admin-listen", "off") as server:
            self.assertIn('"off"', server.err.wait_for('"started"'))
            self.assertFalse(os.path.exists(os.path.join(self.folder, "admin.sock")))

    def test_other_machines_are_never_served(self):
        for beyond in ("0.0.0.0:0", "[::]:0", "192.0.2.1:9464", "example.com:9464"):
            line = self.refused_start("--admin-listen", beyond)
            self.assertIn("admin_listen: expected unix:PATH, a loopback address or off", line)
            self.assertIn(f'got "{beyond}" from the flag --admin-listen', line)
        self.assertFalse(os.path.exists(self.folder))

    def test_what_cannot_be_a_socket_stops_the_start(self):
        taken = os.path.join(self.place, "taken")
        with open(taken, "w", encoding="ascii") as file:
            file.write("precious")
        line = self.refused_start("--admin-listen", f"unix:{taken}")
        self.assertIn("no socket has that name", line)
        self.assertIn("--admin-listen", line)
        with open(taken, encoding="ascii") as file:
            self.assertEqual(file.read(), "precious")

    def test_a_deep_data_folder_is_no_trouble(self):
        self.folder = os.path.join(self.place, "a" * 100, "b" * 100)
        server = self.start()
        place = os.open(self.folder, os.O_PATH)
        try:
            self.socket = f"/proc/self/fd/{place}/admin.sock"
            self.metrics()
        finally:
            os.close(place)
        self.assertEqual(server.stop(), 0)
        self.assertFalse(os.path.lexists(os.path.join(self.folder, "admin.sock")))


class Checker(harness.unittest.TestCase):
    """The checker finds what it is there to find."""

    GOOD = ('# HELP a_total A.\n# TYPE a_total counter\na_total{x="\\"\\\\\\n"} 1\n'
            '# HELP h H.\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\n'
            'h_sum 3.5\nh_count 2\n')

    def test_what_is_well_formed_passes(self):
        self.assertEqual(set(parse(self.GOOD)), {"a_total", "h"})

    def test_what_is_not_is_found(self):
        for before, after in (
                ("# TYPE a_total counter\n", ""), ("# HELP a_total A.\n", ""),
                ("a_total counter", "a_total gauge"), ("a_total{", "b_total{"),
                ('} 1\n#', '} 1\na_total{x="\\"\\\\\\n"} 1\n#'), ('"} 1', '",} 1'),
                ('x="', 'x="\\a'), ("} 1\n", "} one\n"), ("} 1\n", "} -1\n"),
                ('le="1"} 1', 'le="1"} 3'), ("h_count 2", "h_count 3"), ("h_sum 3.5\n", ""),
                ('h_bucket{le="+Inf"} 2\n', ""), ("h_count 2\n", "h_count 2"),
                ('x="', '__x="'), ("# TYPE h histogram", "# TYPE h summary")):
            self.assertIn(before, self.GOOD)
            with self.assertRaises((Malformed, KeyError), msg=after):
                parse(self.GOOD.replace(before, after))


if __name__ == "__main__":
    harness.main()
