"""Say how aiosmtplib is tried."""

from pathlib import Path

from tests.packages.declaration import Package

PACKAGE = Package(
    folder=Path(__file__).parent,
    distributions=("aiosmtplib", "aiosmtpd"),
    wraps="aiosmtplib",
    alias="smtp_sync",
    ran="mail to a local server: one call, a session, headers, an address that is refused",
)
