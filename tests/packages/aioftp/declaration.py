"""Say how aioftp is tried."""

from pathlib import Path

from tests.packages.declaration import Package

PACKAGE = Package(
    folder=Path(__file__).parent,
    distributions=("aioftp",),
    wraps="aioftp",
    alias="ftp_sync",
    ran="a server in a folder, and clients: files up and down, a stream, a listing, an error",
    arguments=("--clean",),
)
