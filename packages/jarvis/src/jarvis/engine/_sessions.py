"""Encrypt for a contact, and decrypt what they sent: which session, and when a new one.

The session to send with is the one that decrypted something last, or the newest. A session is written down after each
use, in the transaction that keeps what it encrypted or decrypted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, final

from jarvis.crypto import CannotDecrypt, Encrypted, Session
from jarvis.protocol import decode_signed, device_of

if TYPE_CHECKING:
    from jarvis.engine._profile import Profile
    from jarvis.store import ContactRow, Store

__all__ = ("Sealed", "Sessions")


class Sealed(NamedTuple):
    """A message of Olm, and the id of the session that it is of."""

    session: str
    message: Encrypted


@final
class Sessions:
    """The sessions of a profile."""

    def __init__(self, store: Store, profile: Profile) -> None:
        self._store = store
        self._profile = profile

    def encrypt(self, contact: ContactRow, plaintext: bytes) -> Sealed:
        """Encrypt for a contact; a session is begun if there is none."""
        kept = self._store.sessions.of(contact.id)
        session = self._unpickled(kept[0][1]) if kept else self._begun(contact)
        message = session.encrypt(plaintext)
        self._keep(contact, session)
        return Sealed(session.id, message)

    def decrypt(self, contact: ContactRow, message: Encrypted) -> bytes:
        """Decrypt what a contact sent.

        Raises:
            CannotDecrypt: no session fits, and it begins none.
        """
        for _, pickle in self._store.sessions.of(contact.id):
            session = self._unpickled(pickle)
            try:
                plaintext = session.decrypt(message)
            except CannotDecrypt:
                if session.began_with(message):
                    raise
                continue
            break
        else:
            device = device_of(decode_signed(contact.device), contact.public)
            session, plaintext = self._profile.device.accept(device.identity, message)
        self._keep(contact, session)
        self._store.sessions.prefer(contact.id, session.id)
        return plaintext

    def _begun(self, contact: ContactRow) -> Session:
        device = device_of(decode_signed(contact.device), contact.public)
        return self._profile.device.begin(device.identity, device.fallback)

    def _unpickled(self, pickle: str) -> Session:
        return Session.unpickled(pickle, self._profile.pickle_key)

    def _keep(self, contact: ContactRow, session: Session) -> None:
        self._store.sessions.keep(contact.id, session.id, session.pickled(self._profile.pickle_key))
