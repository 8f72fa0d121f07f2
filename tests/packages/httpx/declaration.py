"""Say how httpx is tried."""

from pathlib import Path

from tests.packages.declaration import Package

PACKAGE = Package(
    folder=Path(__file__).parent,
    distributions=("httpx",),
    wraps="httpx",
    alias="httpx_sync",
    ran="requests to a local server, streamed answers, a hook, an error status and a timeout",
)
