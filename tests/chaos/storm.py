"""What goes wrong while the writers write: deaths, and faults of the network, by chance.

Python 3.11, standard library only. The seed decides what happens when; what is under way at that
moment is up to the machine.
"""

import collections
import concurrent.futures
import threading
import time

import links

PAUSE_SECONDS = 0.3, 1.5
FAULT_SECONDS = 0.3, 3.0
DEAD_SECONDS = 0.0, 2.0


class Storm:
    """Goes on for a while; then everything is back. It is needed for as long as the fleet is."""

    def __init__(self, fleet, chosen):
        self._fleet, self._chosen = fleet, chosen
        self.counts = collections.Counter()
        self._busy = set()
        self._lock = threading.Lock()
        # Servers that a thread has started are ended with it: these threads stay.
        self._threads = concurrent.futures.ThreadPoolExecutor(8)

    def blow(self, seconds):
        end = time.monotonic() + seconds
        pause = threading.Event()
        begun, deck = [], []
        while time.monotonic() < end:
            # Every kind once before any comes again.
            deck = deck or self._deck()
            what, target, act = deck.pop()
            seconds_of_it = self._chosen.uniform(*FAULT_SECONDS)
            seconds_dead = self._chosen.uniform(*DEAD_SECONDS)
            if self._take(target):
                self.counts[what] += 1
                begun.append(self._threads.submit(self._run, target, act, seconds_of_it,
                                                  seconds_dead))
            pause.wait(self._chosen.uniform(*PAUSE_SECONDS))
        for each in begun:
            each.result()

    def _deck(self):
        kinds = [("kill of a replica", replica, self._kill_replica)
                 for replica in self._fleet.replicas]
        kinds += [("kill of PostgreSQL", "postgres", self._kill_postgres),
                  ("kill of S3", "s3", self._kill_gateway)]
        for service in ("postgres", "s3"):
            for name in [*links.FAULTS, *links.BREAKS]:
                link = self._chosen.choice(self._fleet.replicas).links[service]
                act = self._fault if name in links.FAULTS else self._strike
                kinds.append((f"{service} {name}", link,
                              lambda target, seconds, _, name=name, act=act:
                              act(target, name, seconds)))
            # What is hardest to get right, on the others as well.
            kinds += [(f"{service} unanswered", replica.links[service],
                       lambda target, seconds, _: self._strike(target, "unanswered", seconds))
                      for replica in self._fleet.replicas]
            # All of them at once, as when a switch fails.
            kinds.append((f"{service} stalled for all", f"all {service}",
                          lambda _, seconds, __, service=service: self._stall_all(
                              service, seconds)))
        self._chosen.shuffle(kinds)
        return kinds

    def _take(self, target):
        with self._lock:
            if target in self._busy:
                return False
            self._busy.add(target)
            return True

    def _run(self, target, act, seconds, seconds_dead):
        try:
            act(target, seconds, seconds_dead)
        finally:
            with self._lock:
                self._busy.discard(target)

    def _kill_replica(self, replica, _, seconds_dead):
        replica.kill()
        threading.Event().wait(seconds_dead)
        self._fleet.start_replica(replica)

    def _kill_postgres(self, _, __, seconds_dead):
        self._fleet.postgres.kill()
        threading.Event().wait(seconds_dead)
        self._fleet.postgres.start()

    def _kill_gateway(self, _, __, seconds_dead):
        self._fleet.gateway.kill_gateway()
        threading.Event().wait(seconds_dead)
        self._fleet.gateway.start_gateway()

    def _fault(self, link, name, seconds):
        link.set(name)
        threading.Event().wait(seconds)
        link.set(None)

    def _strike(self, link, name, _):
        link.strike(name)

    def _stall_all(self, service, seconds):
        own = [replica.links[service] for replica in self._fleet.replicas]
        for link in own:
            link.set("stalled")
        threading.Event().wait(seconds)
        for link in own:
            link.set(None)
