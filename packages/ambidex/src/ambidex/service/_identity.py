"""Own who a service or a client is: a private key in a file, and what others know it by.

The key is one of Ed25519. Others know it by a text, `ambidex-sha256:` and 56 small letters and digits: base32 of the
SHA-256 of the public key (SubjectPublicKeyInfo, DER), and of 3 bytes that find a mistake in the text. Each key has one
text, and no other is taken for it.

TLS wants certificates. What is shown is made in memory, from the key, and valid at any time; its issuer's key is known
to everybody, since it is made here from a sentence. It proves nothing, and it need not: a side is trusted for its key.
`transport` says why there is an issuer at all.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import datetime as dt
import hashlib
import os
import secrets
import stat
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, final

from ..errors import SecurityError, UsageError

try:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
        load_pem_private_key,
    )
except ImportError as error:
    raise ImportError("identities need the package cryptography: pip install 'ambidex[tls]'") from error

if TYPE_CHECKING:
    from ..transport.tls import Credentials

__all__ = ("Identity", "checked_key", "key_of_certificate")

_PREFIX = "ambidex-sha256:"
_CHECK = 3  # bytes: one of 16 million mistakes is not found
_LONGEST = 64 * 1024  # bytes of a file: arbitrary, a key has 119
_OTHERS = 0o077  # what a file lets group and others do
_ISSUER_KEY = hashlib.sha256(b"Everybody has this key. What it signs is trusted for nothing but its own key.").digest()
_ISSUER = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ambidex: proves nothing")])
_SUBJECT = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ambidex")])
_BEGIN = dt.datetime(1970, 1, 1)  # noqa: DTZ001  UTC, as certificates want it
_END = dt.datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001  RFC 5280, 4.1.2.5: no end


@final
class Identity:
    """Hold the private key of a service or client; `key` is what others know it by, for `allow=[...]` and `pin=`.

    `Identity.create` and `Identity.load` make one. It is the same for any number of connections, in any thread.
    """

    def __init__(self, private_key: Ed25519PrivateKey) -> None:
        self._private_key = private_key
        self.key = _text_of(private_key.public_key())

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
        """
        private_key = Ed25519PrivateKey.generate()
        _write_new(Path(path), private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return cls(private_key)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Identity:
        """Read the key that `create` has written.

        Raises:
            UsageError: it is no such file, or others than this user can read it, or it is another user's.
            OSError: there is none, or it cannot be read.
        """
        text = _read_own(Path(path))
        try:
            private_key = load_pem_private_key(text, None)
        except (ValueError, TypeError, UnsupportedAlgorithm):  # without a cause, which might show parts of it
            raise UsageError(
                f"{path} holds no identity, or is damaged: take it from a copy, or make a new one elsewhere by "
                "`ambidex identity new FILE`"
            ) from None
        if not isinstance(private_key, Ed25519PrivateKey):
            raise UsageError(f"{path} holds a key of another kind than Ed25519: `ambidex identity new FILE` makes one")
        return cls(private_key)

    @cached_property
    def credentials(self) -> Credentials:
        """What begins TLS as this identity: `transport.tls.Tls(identity.credentials)`."""
        from ..transport.tls import Credentials  # here: what shows and makes identities needs no TLS

        issuer = Ed25519PrivateKey.from_private_bytes(_ISSUER_KEY)
        anchor = _certificate(_ISSUER, issuer.public_key(), is_issuer=True)
        own = _certificate(_SUBJECT, self._private_key.public_key(), is_issuer=False)
        password = secrets.token_hex(32).encode()
        return Credentials(
            key=self.key,
            certificates=own.public_bytes(Encoding.PEM),
            private_key=self._private_key.private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password)
            ),
            password=password,
            anchor=anchor.public_bytes(Encoding.DER),
            key_of=key_of_certificate,
        )


def key_of_certificate(certificate: bytes) -> str:
    """Return the key, as text, that a certificate (DER) is of.

    Raises:
        SecurityError: it is none, or its key is of another kind.
    """
    try:
        public_key = x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SecurityError(f"the other side has shown a certificate that cannot be read ({error})") from error
    if not isinstance(public_key, Ed25519PublicKey):
        raise SecurityError("the other side has shown a key of another kind than Ed25519: it is no identity of ambidex")
    return _text_of(public_key)


def checked_key(text: str) -> str:
    """Return the text of a key as it is, where it is one.

    Raises:
        UsageError: it is none, and can be no identity's `key`; the message says why.
    """
    fault = _fault_of(text)
    if fault:
        raise UsageError(f"{text!r} is no key, for {fault}: copy what `ambidex identity show FILE` prints")
    return text


def _fault_of(text: str) -> str:
    if not text.startswith(_PREFIX):
        return f"it does not begin with {_PREFIX}"
    length = _text(bytes(hashlib.sha256().digest_size))
    if len(text) != len(length):
        return f"it has {len(text)} characters in place of {len(length)}"
    try:
        data = base64.b32decode(text[len(_PREFIX) :].upper())
    except (binascii.Error, ValueError):
        return "it has characters that stand in no key"
    return "" if _text(data[:-_CHECK]) == text else "some of its characters were changed"


def _text_of(key: Ed25519PublicKey) -> str:
    return _text(hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest())


def _text(digest: bytes) -> str:
    check = hashlib.sha256(_PREFIX.encode() + digest).digest()[:_CHECK]
    return _PREFIX + base64.b32encode(digest + check).decode().lower()


def _certificate(subject: x509.Name, key: Ed25519PublicKey, *, is_issuer: bool) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(_ISSUER)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEGIN)
        .not_valid_after(_END)
        .add_extension(x509.BasicConstraints(ca=is_issuer, path_length=0 if is_issuer else None), critical=True)
        .sign(Ed25519PrivateKey.from_private_bytes(_ISSUER_KEY), None)
    )


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
