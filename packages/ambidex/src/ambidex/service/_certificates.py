"""Own the keys of identities, of Ed25519, and the certificates that TLS shows for them.

What is shown is made in memory, from the key, and valid at any time; its issuer's key is known to everybody, since it
is made here from a sentence. It proves nothing, and it need not: a side is trusted for its key. `transport` says why
there is an issuer at all.

What needs the package cryptography stands here alone, and is imported where a key is made, read or shown.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from ..errors import SecurityError, UsageError
from ..transport.tls import Credentials
from ._key_text import text_of_key

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

__all__ = (
    "PrivateKey",
    "PublicKey",
    "credentials_of",
    "key_of_certificate",
    "new_key",
    "read_key",
    "text_of",
    "text_of_public",
    "written_key",
)

PrivateKey = Ed25519PrivateKey
PublicKey = Ed25519PublicKey

_ISSUER_KEY = hashlib.sha256(b"Everybody has this key. What it signs is trusted for nothing but its own key.").digest()
_ISSUER = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ambidex: proves nothing")])
_SUBJECT = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ambidex")])
_BEGIN = dt.datetime(1970, 1, 1)  # noqa: DTZ001  UTC, as certificates want it
_END = dt.datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001  RFC 5280, 4.1.2.5: no end


def new_key() -> PrivateKey:
    """Make a key."""
    return Ed25519PrivateKey.generate()


def written_key(private_key: PrivateKey) -> bytes:
    """Return a key as a file holds it: PKCS8, PEM, not encrypted."""
    return private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def read_key(data: bytes, where: object) -> PrivateKey:
    """Return the key that a file holds.

    Raises:
        UsageError: it holds none, or one of another kind; `where` names the file.
    """
    try:
        private_key = load_pem_private_key(data, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # without a cause, which might show parts of it
        raise UsageError(
            f"{where} holds no identity, or is damaged: take it from a copy, or make a new one elsewhere by "
            "`ambidex identity new FILE`"
        ) from None
    if not isinstance(private_key, Ed25519PrivateKey):
        raise UsageError(f"{where} holds a key of another kind than Ed25519: `ambidex identity new FILE` makes one")
    return private_key


def text_of(private_key: PrivateKey) -> str:
    """Return what others know a key by."""
    return text_of_public(private_key.public_key())


def credentials_of(private_key: PrivateKey) -> Credentials:
    """Return what begins TLS as the owner of a key."""
    issuer = Ed25519PrivateKey.from_private_bytes(_ISSUER_KEY)
    anchor = _certificate(_ISSUER, issuer.public_key(), is_issuer=True)
    own = _certificate(_SUBJECT, private_key.public_key(), is_issuer=False)
    password = secrets.token_hex(32).encode()
    return Credentials(
        key=text_of(private_key),
        certificates=own.public_bytes(Encoding.PEM),
        private_key=private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password)),
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
    return text_of_public(public_key)


def text_of_public(key: PublicKey) -> str:
    """Return what others know the owner of a key by."""
    return text_of_key(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


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
