"""Own who a service or a client is: a private key in a file, and what others know it by."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, final

from ..errors import UsageError

if TYPE_CHECKING:
    from ..transport.tls import Credentials
    from ._certificates import PrivateKey, PublicKey

__all__ = ("Identity",)

_LONGEST = 64 * 1024  # bytes of a file: arbitrary, a key has 119
_OTHERS = 0o077  # what a file lets group and others do


@final
class Identity:
    """Hold the private key of a service or client; `key` is what others know it by, for `allow=[...]` and `pin=`.

    `Identity.create` and `Identity.load` make one; who keeps the key elsewhere gives the private key (Ed25519, of the
    package cryptography). It is the same for any number of connections, in any thread.
    """

    def __init__(self, private_key: PrivateKey) -> None:
        from ._certificates import text_of

        self._private_key = private_key
        self.key = text_of(private_key)

    def __repr__(self) -> str:
        return f"<Identity {self.key}>"

    def __reduce__(self) -> str:
        raise TypeError("an Identity holds a secret and is not pickled: pass the path of its file, and load it there")

    @classmethod
    def create(cls, path: str | os.PathLike[str]) -> Identity:
        """Make a new key, and write it to a file that this user alone can read; it appears there whole, or not at all.

        Raises:
            UsageError: there is something of that name, which stays as it is.
            OSError: the file cannot be written.
            ImportError: the package cryptography is missing, which the extra `ambidex[tls]` brings.
        """
        from ._certificates import new_key, written_key

        private_key = new_key()
        _write_new(Path(path), written_key(private_key))
        return cls(private_key)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Identity:
        """Read the key that `create` has written.

        Raises:
            UsageError: it is no such file, or others than this user can read it, or it is another user's.
            OSError: there is none, or it cannot be read.
            ImportError: the package cryptography is missing, which the extra `ambidex[tls]` brings.
        """
        from ._certificates import read_key

        return cls(read_key(_read_own(Path(path)), path))

    @staticmethod
    def key_of(public_key: PublicKey) -> str:
        """Return the `key` of the identity that has this public key (Ed25519, of the package cryptography)."""
        from ._certificates import text_of_public

        return text_of_public(public_key)

    @cached_property
    def credentials(self) -> Credentials:
        """What begins TLS as this identity: `transport.tls.Tls(identity.credentials)`."""
        from ._certificates import credentials_of

        return credentials_of(self._private_key)


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that there is not, whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        try:
            os.write(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if sys.platform == "win32":
            draft.rename(path)  # which replaces nothing there
        else:
            os.link(draft, path)  # which replaces nothing, where a renaming would
    except FileExistsError:
        raise UsageError(f"{path} exists, and is not overwritten: load it, or choose another name") from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # its name, too, is there after a loss of power
        finally:
            os.close(folder)


def _read_own(path: Path) -> bytes:
    """Return what stands in a file that belongs to this user, and that nobody else can read."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # which does not wait where it is a pipe
    try:
        status = os.fstat(descriptor)  # of what was opened: the name may lead elsewhere meanwhile
        if not stat.S_ISREG(status.st_mode):
            raise UsageError(f"{path} is no file: an identity is one, made by `ambidex identity new FILE`")
        if sys.platform != "win32":  # where permissions are another matter
            if stat.S_IMODE(status.st_mode) & _OTHERS:
                raise UsageError(
                    f"{path} holds a private key, and others than its owner have access to it (mode "
                    f"{stat.S_IMODE(status.st_mode):04o}): somebody may have copied it; `chmod 600 {path}`, or make a "
                    "new one"
                )
            if status.st_uid not in (0, os.geteuid()):
                raise UsageError(f"{path} belongs to another user ({status.st_uid}), who can change it: have a copy")
        return os.read(descriptor, _LONGEST)
    finally:
        os.close(descriptor)
