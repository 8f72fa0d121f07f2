"""Own the text that a key is known by: `ambidex-sha256:` and 56 small letters and digits.

They are base32 of the SHA-256 of the public key (SubjectPublicKeyInfo, DER), and of 3 bytes that find a mistake in the
text. Each key has one text, and no other is taken for it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from ..errors import UsageError

__all__ = ("checked_key", "text_of_key")

_PREFIX = "ambidex-sha256:"
_CHECK = 3  # bytes: one of 16 million mistakes is not found


def text_of_key(public_key: bytes) -> str:
    """Return the text of a public key (SubjectPublicKeyInfo, DER)."""
    return _text(hashlib.sha256(public_key).digest())


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


def _text(digest: bytes) -> str:
    check = hashlib.sha256(_PREFIX.encode() + digest).digest()[:_CHECK]
    return _PREFIX + base64.b32encode(digest + check).decode().lower()
