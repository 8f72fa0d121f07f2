"""Say how aiohttp is tried."""

from pathlib import Path

from tests.packages.declaration import Package

PACKAGE = Package(
    folder=Path(__file__).parent,
    distributions=("aiohttp",),
    wraps="aiohttp",
    alias="aiohttp_sync",
    ran="requests to a local server: JSON, bodies, answers line by line, an error status",
    arguments=("--clean",),
)
