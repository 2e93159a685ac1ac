"""How a server ends: requests under way are finished, new ones are not taken."""

import signal
import time

import harness


class Drain(harness.ProcessTest):
    def refuses(self, server):
        try:
            server.open_socket().close()
        except ConnectionRefusedError:
            return True
        except ConnectionError:
            return False  # It was let go with the listener, which refuses from now on.
        return False

    def finishes_an_upload_after(self, number):
        server = self.start()
        link, rest = server.start_upload(100_000)
        with link:
            server.signal(number)
            self.assertIsNotNone(server.err.wait_for("draining"))
            harness.wait_until(lambda: self.refuses(server), "the listener to close")
            link.sendall(rest)
            reply = harness.read_to_end(link)
        self.assertTrue(reply.startswith(b"HTTP/1.1 200 "), reply)
        self.assertIn(b"connection: close", reply.lower())
        self.assertEqual(server.wait(), 0)
        self.assertEqual(self.stored.problems(), [])
        self.assertEqual(len(self.stored.query("SELECT id FROM files")), 1)

    def test_sigterm_lets_an_upload_in_flight_finish(self):
        self.finishes_an_upload_after(signal.SIGTERM)

    def test_sigint_lets_an_upload_in_flight_finish(self):
        self.finishes_an_upload_after(signal.SIGINT)

    def test_closes_idle_connections_at_once(self):
        server = self.start("--server-drain-timeout", "50s")
        with server.open_socket() as link:
            link.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertIn(b" 200 ", harness.read_reply(link))
            began = time.monotonic()
            self.assertEqual(server.stop(), 0)
            self.assertLess(time.monotonic() - began, 30)

    def test_cuts_what_takes_too_long(self):
        server = self.start("--server-drain-timeout", "200ms")
        link, _ = server.start_upload(1000)
        with link:
            self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])
        self.assertEqual(self.stored.query("SELECT id FROM files"), [])

    def test_a_second_signal_ends_it_at_once_and_loses_nothing(self):
        server = self.start("--server-drain-timeout", "50s")
        kept = server.create_id(b"kept")
        link, _ = server.start_upload(1000)
        with link:
            server.signal(signal.SIGTERM)
            self.assertIsNotNone(server.err.wait_for("draining"))
            server.signal(signal.SIGTERM)
            began = time.monotonic()
            self.assertEqual(server.wait(), 0)
            self.assertLess(time.monotonic() - began, 30)
        after = self.start()
        self.assertEqual(after.list_ids(), [kept])
        after.stop()
        self.assertEqual(self.stored.problems(), [])


if __name__ == "__main__":
    harness.main()
