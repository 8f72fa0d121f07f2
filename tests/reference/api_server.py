"""Serve JSON over HTTP on this machine until standard input ends; the address is printed on one line.

Every path is answered with what the examples of the reference read: the path itself and a temperature.
"""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Api(BaseHTTPRequestHandler):
    """Answer each GET; keep the connection, as a public API would."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send the path and a temperature."""
        body = json.dumps({"path": self.path, "temperature": 21.5}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name that http.server gives it
        """Stay silent."""


def main() -> None:
    """Serve until standard input ends."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        server.daemon_threads = True  # a connection that a client left open does not delay the end
        thread = threading.Thread(target=server.serve_forever, name="api")
        thread.start()
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        sys.stdin.read()
        server.shutdown()
        thread.join()


if __name__ == "__main__":
    main()
