"""Say how SQLAlchemy's asyncio extension is tried."""

from pathlib import Path

from tests.packages.declaration import Package

PACKAGE = Package(
    folder=Path(__file__).parent,
    distributions=("sqlalchemy", "aiosqlite"),
    wraps="sqlalchemy.ext.asyncio",
    alias="alchemy_sync",
    ran="a SQLite database through the ORM: sessions, transactions, objects and rows, a stream, an error",
)
