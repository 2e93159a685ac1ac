"""A network of the test's own: TCP that passes through here, and goes wrong when it is told to.

Python 3.11, standard library only. One thread carries all links.
"""

import asyncio
import contextlib
import socket
import struct
import threading

PIECE_BYTES = 1 << 16
# What an upstream may think of a peer that is gone without a word.
HALF_OPEN_SECONDS = 8.0

# What can be wrong for a while.
FAULTS = {
    "stalled": "nothing passes; afterwards it goes on as if nothing had been",
    "deaf": "what the upstream says is lost, and the connections with it",
    "slow": "every piece waits",
    "refused": "connections break, and so does each new one",
}
# What happens in a moment, to all connections that are open.
BREAKS = {
    "reset": "both sides are told",
    "half_open": "the upstream is not told, and waits",
    "cut": "the next piece ends in its middle",
    "unanswered": "the next changes are done, and their replies are lost",
}
SLOW_SECONDS = 0.08
# The sweeper makes changes, too.
UNANSWERED_CHANGES = 10
UNANSWERED_SECONDS = 0.3


def _reset(writer):
    """Ends a connection at once, so that the peer sees an error and no end."""
    with contextlib.suppress(OSError):
        writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class _Connection:
    """Two streams: to whoever connected, and to the upstream."""

    def __init__(self, link, client, upstream):
        self.link, self.client, self.upstream = link, client, upstream
        self.is_cut = False
        self.has_lost = False
        self.is_half_open = False
        self.is_unanswered = False

    async def run(self):
        pumps = [asyncio.create_task(self._pump(self.client, self.upstream, is_reply=False)),
                 asyncio.create_task(self._pump(self.upstream, self.client, is_reply=True))]
        try:
            await asyncio.gather(*pumps)
            self.client[1].close()
            self.upstream[1].close()
        except OSError:
            if not self.is_half_open:
                self.reset()
        finally:
            for pump in pumps:
                pump.cancel()

    async def _pump(self, source, target, is_reply):
        while piece := await source[0].read(PIECE_BYTES):
            if self.link.fault == "slow":
                await asyncio.sleep(SLOW_SECONDS)
            while self.link.fault == "stalled":
                await self.link.changed.wait()
            if self.link.takes_unanswered(piece, is_reply):
                self.is_unanswered = True
                asyncio.get_running_loop().call_later(UNANSWERED_SECONDS, self.reset)
            if is_reply and (self.is_unanswered or self.link.fault == "deaf"):
                self.has_lost = True
                continue
            if self.is_cut:
                piece = piece[:len(piece) // 2]
            target[1].write(piece)
            await target[1].drain()
            if self.is_cut:
                # What was written goes out before the end does.
                target[1].close()
                raise ConnectionResetError
        if self.has_lost or self.is_half_open:
            raise ConnectionResetError
        target[1].write_eof()

    def reset(self):
        _reset(self.client[1])
        _reset(self.upstream[1])

    def leave_half_open(self, loop):
        self.is_half_open = True
        _reset(self.client[1])
        loop.call_later(HALF_OPEN_SECONDS, _reset, self.upstream[1])


class Link:
    """From `port` to one upstream: (host, port), or the path of a Unix socket. Thread-safe.

    `change` tells a change from what only reads: what is in its request, or in its reply.
    """

    def __init__(self, network, upstream, change):
        self._network, self._upstream, self._change = network, upstream, change
        self._connections = set()
        self._unanswered = 0
        self.fault = None
        self.changed = None
        self.port = None

    async def open(self):
        self.changed = asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    def set(self, fault):
        """A fault of FAULTS until the next call, or None."""
        self._network.call(self._set, fault)

    def strike(self, kind):
        """One of BREAKS."""
        self._network.call(self._strike, kind)

    def takes_unanswered(self, piece, is_reply):
        """Whether the reply, from here on, is to be lost. For the thread of the links."""
        where, mark = self._change
        if self._unanswered == 0 or is_reply != (where == "reply") or mark not in piece:
            return False
        self._unanswered -= 1
        return True

    def _set(self, fault):
        if fault == "refused":
            self._strike("reset")
        if self.fault == "deaf":
            for connection in list(self._connections):
                if connection.has_lost:
                    connection.reset()
        self.fault = fault
        self.changed.set()
        self.changed = asyncio.Event()

    def _strike(self, kind):
        if kind == "unanswered":
            self._unanswered = UNANSWERED_CHANGES
            return
        for connection in list(self._connections):
            if kind == "cut":
                connection.is_cut = True
            elif kind == "half_open":
                connection.leave_half_open(self._network.loop)
            else:
                connection.reset()

    async def _serve(self, reader, writer):
        if self.fault == "refused":
            _reset(writer)
            return
        while self.fault == "stalled":
            await self.changed.wait()
        try:
            if isinstance(self._upstream, str):
                upstream = await asyncio.open_unix_connection(self._upstream)
            else:
                upstream = await asyncio.open_connection(*self._upstream)
        except OSError:
            _reset(writer)
            return
        connection = _Connection(self, (reader, writer), upstream)
        self._connections.add(connection)
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)


class Network:
    """Makes links, and carries them until the process ends."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        # A connection that breaks is what this is for.
        self.loop.set_exception_handler(lambda loop, context: None)
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def link(self, upstream, change):
        made = Link(self, upstream, change)
        asyncio.run_coroutine_threadsafe(made.open(), self.loop).result()
        return made

    def call(self, function, *arguments):
        """Runs it in the thread of the links, and waits."""
        async def run():
            function(*arguments)
        asyncio.run_coroutine_threadsafe(run(), self.loop).result()
