"""Olm by vodozemac: a device and its sessions with others' devices.

A session is begun with the other device's identity key and its fallback key, both from the record that the other
account signed; no key is used up by it, so a session can be begun with somebody who is away. The first message that
comes back brings the forward secrecy that a one-time key would have given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, cast, final

import vodozemac

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ("CannotDecrypt", "Device", "Encrypted", "Session")

PRE_KEY: Final = 0
NORMAL: Final = 1


class CannotDecrypt(Exception):
    """No session fits these bytes: they are damaged, forged, replayed, or of a session that is lost."""


class Encrypted(NamedTuple):
    """A message of Olm: kind 0 begins a session, kind 1 belongs to one that both sides have."""

    kind: int
    body: bytes


class _WithFallback(Protocol):
    """What vodozemac.Account has beside what its stubs declare."""

    @property
    def fallback_key(self) -> Mapping[str, vodozemac.Curve25519PublicKey]: ...

    def generate_fallback_key(self) -> object: ...


@final
class Session:
    """A session with one device. Each use advances it; the one to go on with is the one that was stored last."""

    def __init__(self, session: vodozemac.Session) -> None:
        self._session = session

    @classmethod
    def unpickled(cls, pickle: str, key: bytes) -> Session:
        """Read a session from what `pickled` gave."""
        return cls(vodozemac.Session.from_pickle(pickle, key))

    def pickled(self, key: bytes) -> str:
        """Write the session down, encrypted with a key of 32 bytes."""
        return self._session.pickle(key)

    @property
    def id(self) -> str:
        """The same on both sides."""
        return self._session.session_id

    def encrypt(self, plaintext: bytes) -> Encrypted:
        """Encrypt, and advance."""
        return Encrypted(*self._session.encrypt(plaintext).to_parts())

    def decrypt(self, message: Encrypted) -> bytes:
        """Decrypt, and advance.

        Raises:
            CannotDecrypt: it is not of this session, or was decrypted before.
        """
        try:
            return self._session.decrypt(vodozemac.AnyOlmMessage.from_parts(message.kind, message.body))
        except (vodozemac.OlmDecryptionException, vodozemac.DecodeException) as error:
            raise CannotDecrypt(str(error)) from None

    def began_with(self, message: Encrypted) -> bool:
        """Tell whether this session is the one that a message of kind 0 begins."""
        first = _pre_key(message)
        return first is not None and self._session.session_matches(first)


@final
class Device:
    """The long-lived keys of one device.

    Args:
        account: vodozemac's.
    """

    def __init__(self, account: vodozemac.Account) -> None:
        self._account = account

    @classmethod
    def created(cls) -> tuple[Device, bytes]:
        """Make a device, and the public half of its fallback key: 32 bytes."""
        account = vodozemac.Account()
        extended = cast("_WithFallback", account)
        extended.generate_fallback_key()
        (fallback,) = extended.fallback_key.values()
        account.mark_keys_as_published()
        return cls(account), fallback.to_bytes()

    @classmethod
    def unpickled(cls, pickle: str, key: bytes) -> Device:
        """Read a device from what `pickled` gave."""
        return cls(vodozemac.Account.from_pickle(pickle, key))

    def pickled(self, key: bytes) -> str:
        """Write the device down, encrypted with a key of 32 bytes."""
        return self._account.pickle(key)

    @property
    def identity(self) -> bytes:
        """The public identity key, Curve25519: 32 bytes."""
        return self._account.curve25519_key.to_bytes()

    def begin(self, identity: bytes, fallback: bytes) -> Session:
        """Begin a session with the device that has these two public keys."""
        return Session(
            self._account.create_outbound_session(
                vodozemac.Curve25519PublicKey.from_bytes(identity), vodozemac.Curve25519PublicKey.from_bytes(fallback)
            )
        )

    def accept(self, identity: bytes, message: Encrypted) -> tuple[Session, bytes]:
        """Join the session that a message of the device with this identity key begins, and decrypt that message.

        Raises:
            CannotDecrypt: it begins none with this device, or is not from that one.
        """
        first = _pre_key(message)
        if first is None:
            raise CannotDecrypt("the message belongs to a session that this device does not have")
        try:
            session, plaintext = self._account.create_inbound_session(
                vodozemac.Curve25519PublicKey.from_bytes(identity), first
            )
        except (vodozemac.SessionCreationException, vodozemac.OlmDecryptionException, ValueError) as error:
            raise CannotDecrypt(str(error)) from None
        return Session(session), plaintext


def _pre_key(message: Encrypted) -> vodozemac.PreKeyMessage | None:
    if message.kind != PRE_KEY:
        return None
    try:
        return vodozemac.AnyOlmMessage.from_parts(message.kind, message.body).to_pre_key()
    except vodozemac.DecodeException:
        return None
