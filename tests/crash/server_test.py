"""The whole program under the shim: killed and on a failing disk, at operations left to chance."""

import hashlib
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "process"))
import harness  # pylint: disable=wrong-import-position

# A start has fewer operations than the first; what the client asks for has more than the last.
OPERATIONS = range(30, 330)
STEPS = 14


class Client:
    """Asks for one thing after the other until the server is gone, and remembers the answers."""

    def __init__(self, prefix, chance):
        self.sent = {}       # filename -> SHA-256
        self.ids = {}        # filename -> id, of what was acknowledged
        self.refused = set()
        self.doomed = set()  # filenames whose delete was asked for
        self.deleted = set()
        self._prefix, self._chance = prefix, chance

    def run(self, server):
        try:
            for step in range(STEPS):
                self._create(server, f"{self._prefix}-{step}")
                if step % 3 == 2:
                    self._delete(server)
        except (OSError, harness.http.client.HTTPException):
            pass  # It has ended.

    def _create(self, server, name):
        content = self._chance.randbytes(self._chance.randrange(1, 100_000))
        self.sent[name] = hashlib.sha256(content).hexdigest()
        reply = server.create(content, filename=name)
        if reply.status == 200:
            self.ids[name] = reply.json()["id"]
        elif reply.status != 503:  # which says that nobody knows
            self.refused.add(name)

    def _delete(self, server):
        left = sorted(set(self.ids) - self.doomed)
        if left:
            name = self._chance.choice(left)
            self.doomed.add(name)
            if server.delete(self.ids[name]).status == 200:
                self.deleted.add(name)


class UnderTheShim(harness.ProcessTest):
    def run_with(self, at, action, chance, for_ever=False):
        """A server with that fault; its exit code, or minus the signal, and what a client knows."""
        environment = {
            "LD_PRELOAD": os.environ["ARGOT_TEST_FAULT_SHIM"],
            "FAULT_ROOT": os.path.realpath(self.folder),
            "FAULT_LOG": os.path.join(self.place, "log"),
            "FAULT_AT": str(at),
            "FAULT_ACTION": action,
        }
        if for_ever:
            environment["FAULT_FOR_EVER"] = "1"
        server = self.start("--storage-free-bytes-min", "0", environment=environment)
        client = Client(f"{action}-{at}-{'ever' if for_ever else 'once'}", chance)
        client.run(server)
        return (server.wait() if action == "kill" else server.stop()), client

    def check(self, clients):
        """Everything that was acknowledged is there, and nothing else but what got no answer."""
        server = self.start()
        listed = {file["filename"]: file
                  for file in server.request("GET", "/v1/files").json()["data"]}
        for client in clients:
            self.assertEqual(set(client.ids) - client.doomed - set(listed), set(), "lost")
            self.assertEqual(client.deleted & set(listed), set(), "came back")
            self.assertEqual(client.refused & set(listed), set(), "was refused")
            for name in set(client.sent) & set(listed):
                body = server.content(listed[name]["id"]).body
                self.assertEqual(hashlib.sha256(body).hexdigest(), client.sent[name], name)
        self.assertEqual(self.stored.temporary(), [])
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.stored.problems(), [])

    def test_loses_nothing(self):
        seed = int(time.time())
        chance = random.Random(seed)
        self.start().stop()
        clients = []
        for action, for_ever in (("kill", False), ("EIO", False), ("EIO", True),
                                 ("ENOSPC", False), ("ENOSPC", True), ("short", False)):
            for _ in range(2):
                at = chance.choice(OPERATIONS)
                with self.subTest(seed=seed, at=at, action=action, for_ever=for_ever):
                    code, client = self.run_with(at, action, chance, for_ever)
                    if action == "kill":
                        self.assertEqual(code, -9)
                    else:
                        self.assertGreaterEqual(code, 0, "it did not end by itself")
                    clients.append(client)
                    self.check(clients)


if __name__ == "__main__":
    harness.main()
