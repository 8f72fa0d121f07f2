"""Say how asyncssh is tried."""

from pathlib import Path

from tests.packages.declaration import Package

PACKAGE = Package(
    folder=Path(__file__).parent,
    distributions=("asyncssh",),
    wraps="asyncssh",
    alias="asyncssh_sync",
    ran="a server of the package's own: commands, their output, a file over SFTP, a wrong key",
    arguments=("--clean",),
)
