"""Say how watchfiles is tried."""

from pathlib import Path

from tests.packages.declaration import Package

PACKAGE = Package(
    folder=Path(__file__).parent,
    distributions=("watchfiles", "trio"),
    wraps="watchfiles",
    alias="watch_sync",
    ran="changes of files in a folder, as they happen",
)
