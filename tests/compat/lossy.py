"""A proxy that loses replies: the first try of every create is done, and its reply never arrives.

A try is the first one where the client says so (X-Stainless-Retry-Count: 0), as the official
clients do. `GET /lost` on the proxy itself tells how many replies were lost so far.
"""

import contextlib
import re
import socket
import threading

PIECE_BYTES = 1 << 16


def _head_of(connection):
    """The bytes up to the end of the head and what came behind it; nothing from a silent client."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        piece = connection.recv(PIECE_BYTES)
        if not piece:
            return b"", b""
        seen += piece
    head, _, rest = seen.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", rest


def _copy(source, target):
    with contextlib.suppress(OSError):
        while piece := source.recv(PIECE_BYTES):
            target.sendall(piece)


class LossyProxy:
    """In front of 127.0.0.1:PORT, for as long as it is entered."""

    def __init__(self, port):
        self._upstream = "127.0.0.1", port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self._listener.getsockname()[1]
        self._lost = 0
        self._lock = threading.Lock()

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, client):
        with client, contextlib.suppress(OSError):
            head, rest = _head_of(client)
            if head.startswith(b"GET /lost "):
                text = b"%d" % self._lost
                client.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
                               b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
            elif head:
                self._pass_on(client, head, rest)

    def _pass_on(self, client, head, rest):
        # One request a connection, so that the end of the reply is the end of the connection.
        head = re.sub(rb"(?i)\r\nconnection:[^\r]*", b"", head)
        head = head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
        with socket.create_connection(self._upstream) as server:
            server.sendall(head + rest)
            threading.Thread(target=_copy, args=(client, server), daemon=True).start()
            first = server.recv(PIECE_BYTES)
            is_first_create = (head.startswith(b"POST ") and
                               re.search(rb"(?i)\r\nx-stainless-retry-count: *0\r\n", head))
            if is_first_create and first.startswith(b"HTTP/1.1 200 "):
                with self._lock:
                    self._lost += 1
            else:
                client.sendall(first)
                _copy(server, client)
            # Closing is not enough while the other thread still reads from it.
            client.shutdown(socket.SHUT_RDWR)
