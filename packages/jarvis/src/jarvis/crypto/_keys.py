"""The key of an account, what it signs, and the id that is the key written down.

Every signature is of one domain: the bytes signed begin with its name, so that a signature of one kind of record is
none of another kind. An id is the 32 bytes of the public key in base32 (52 letters), and four check letters: the
first 20 bits of SHA-256 over the name of the check and the key.
"""

from __future__ import annotations

import base64
import enum
import hashlib
from typing import Final, final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from jarvis.errors import Forged, InvalidId
from jarvis.model import AccountId

__all__ = ("AccountKey", "Domain", "TransportKey", "grouped", "id_of", "public_of", "safety_number", "verify")

KEY_BYTES: Final = 32
KEY_LETTERS: Final = 52  # base32 of 32 bytes without the padding
CHECK_LETTERS: Final = 4
CHECK_NAME: Final = b"jarvis 1 id check\0"
SAFETY_NAME: Final = b"jarvis 1 safety number\0"
SAFETY_ROUNDS: Final = 5200  # of SHA-512, as Signal's numeric fingerprints: each guess at a like number costs as much
GROUP: Final = 7


class Domain(enum.Enum):
    """What a signature says; its value begins what is signed."""

    DEVICE = b"jarvis 1 device\0"
    ADDRESSES = b"jarvis 1 addresses\0"
    RECEIPT = b"jarvis 1 receipt\0"
    MEMBERSHIP = b"jarvis 1 membership\0"


class _Key:
    """An Ed25519 key pair, whose private half shows in no repr."""

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self.public: Final = self._key.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.public.hex()[:8]}…, <secret>>"

    def secret(self) -> bytes:
        """Give the 32 bytes to be kept in the encrypted store, and nowhere else."""
        return self._key.private_bytes_raw()


@final
class AccountKey(_Key):
    """The key that is an account.

    Args:
        secret: 32 bytes, random for a new account.
    """

    @property
    def id(self) -> AccountId:
        """The public key, written down."""
        return id_of(self.public)

    def sign(self, domain: Domain, body: bytes) -> bytes:
        """Sign: 64 bytes."""
        return self._key.sign(domain.value + body)


@final
class TransportKey(_Key):
    """The key that a daemon shows in TLS.

    Args:
        secret: 32 bytes, random for a new profile.
    """

    def to_pem(self) -> bytes:
        """Give the private key in PKCS 8, for who makes a certificate of it."""
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def verify(public: bytes, domain: Domain, body: bytes, signature: bytes) -> None:
    """Pass if the holder of `public` signed this body in this domain.

    Raises:
        Forged: nobody did who has that key.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, domain.value + body)
    except (InvalidSignature, ValueError):
        raise Forged(f"a signature of {domain.name.lower()} is not by the key it names") from None


def id_of(public: bytes) -> AccountId:
    """Write a public key of 32 bytes down as an id."""
    return AccountId(_letters(public)[:KEY_LETTERS] + _check(public))


def public_of(account: str) -> bytes:
    """Read the public key from an id, in either case, with or without spaces and dashes.

    Raises:
        InvalidId: it is none, or was mistyped.
    """
    letters = account.replace("-", "").replace(" ", "").lower()
    if len(letters) != KEY_LETTERS + CHECK_LETTERS:
        raise InvalidId(f"an id has {KEY_LETTERS + CHECK_LETTERS} letters and digits, this has {len(letters)}")
    try:
        public = base64.b32decode(letters[:KEY_LETTERS].upper() + "====")
    except ValueError:
        raise InvalidId("an id is made of the letters a to z and the digits 2 to 7") from None
    if id_of(public) != letters:
        raise InvalidId("a letter of this id is wrong: compare it with the original")
    return public


def grouped(account: AccountId) -> str:
    """Write an id in groups of seven, for reading aloud."""
    return "-".join(account[start : start + GROUP] for start in range(0, len(account), GROUP))


def safety_number(one: bytes, other: bytes) -> str:
    """Give the 60 digits that two people compare: the same for both, another for any other pair of keys.

    Each key gives thirty digits, by iterated SHA-512; the smaller thirty come first.

    Source: Signal's numeric fingerprints, version 0, with another name.
    """
    return "".join(sorted((_digits(one), _digits(other))))


def _digits(public: bytes) -> str:
    digest = SAFETY_NAME + public
    for _ in range(SAFETY_ROUNDS):
        digest = hashlib.sha512(digest + public).digest()
    chunks = (digest[start : start + 5] for start in range(0, 30, 5))
    return "".join(f"{int.from_bytes(chunk, 'big') % 100_000:05}" for chunk in chunks)


def _check(public: bytes) -> str:
    return _letters(hashlib.sha256(CHECK_NAME + public).digest())[:CHECK_LETTERS]


def _letters(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()
