"""Say how websockets is tried."""

from pathlib import Path

from tests.packages.declaration import Package

PACKAGE = Package(
    folder=Path(__file__).parent,
    distributions=("websockets",),
    wraps="websockets",
    alias="websockets_sync",
    ran="a server with a blocking handler, and clients: messages, streams, a closed connection, an error",
)
