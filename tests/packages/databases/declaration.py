"""Say how databases is tried."""

from pathlib import Path

from tests.packages.declaration import Package

PACKAGE = Package(
    folder=Path(__file__).parent,
    distributions=("databases", "aiosqlite", "sqlalchemy"),
    wraps="databases",
    alias="databases_sync",
    arguments=("--clean",),
    ran=(
        "a SQLite database: statements of SQLAlchemy and SQL, rows by name, streams of rows, an error; `connection` "
        "and `transaction` are of no use through a face, as they belong to the task that asks for them"
    ),
)
