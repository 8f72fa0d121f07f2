"""Say how aiofiles is tried."""

from pathlib import Path

from tests.packages.declaration import Package

PACKAGE = Package(
    folder=Path(__file__).parent,
    distributions=("aiofiles", "types-aiofiles"),
    wraps="aiofiles",
    alias="files_sync",
    ran="text and binary files, line by line and at once; temporary files and folders; functions of `os`; an error",
)
