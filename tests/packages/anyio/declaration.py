"""Say how anyio is tried."""

from pathlib import Path

from tests.packages.declaration import Package

PACKAGE = Package(
    folder=Path(__file__).parent,
    distributions=("anyio", "trio"),
    wraps="anyio",
    alias="anyio_sync",
    ran="files and paths, a process, streams of a local server, a lock",
    arguments=("--clean",),
)
