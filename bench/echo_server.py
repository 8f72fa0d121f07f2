"""Echo over TCP on 127.0.0.1 in a process of its own, until standard input ends; prints the port."""

from __future__ import annotations

import socket
import sys
import threading


def serve(connection: socket.socket) -> None:
    """Send back what arrives until the other side closes."""
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while data := connection.recv(65536):
            connection.sendall(data)


def _accept(listener: socket.socket) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        threading.Thread(target=_accept, args=(server,), daemon=True).start()
        sys.stdin.read()
