"""Say how aiosqlite is tried."""

from pathlib import Path

from tests.packages.declaration import Package

PACKAGE = Package(
    folder=Path(__file__).parent,
    distributions=("aiosqlite",),
    wraps="aiosqlite",
    alias="sqlite_sync",
    ran="a database in a file: transactions, rows by name, a stream of rows, an error, a backup, a user's function",
    is_quick=True,
)
