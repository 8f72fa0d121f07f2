"""What comes in: decrypt, check, store, acknowledge.

The advanced session, the message, its words and the number up to which all is stored are one transaction; the receipt
is given to who calls after it. Messages are taken in the order of their numbers, without a gap: what was stored
before is passed over and acknowledged again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from jarvis.crypto import CannotDecrypt, Domain, Encrypted
from jarvis.errors import Forged, TooManyFailures
from jarvis.model import ChatId, MessageChanged, MessageId, MessageReceived, MessageState, SessionRepaired
from jarvis.protocol import Read, Receipt, Text, Unknown, decode_batch, encode, open_content, sign

if TYPE_CHECKING:
    from jarvis.engine._events import Events
    from jarvis.engine._profile import Profile
    from jarvis.engine._sessions import Sessions
    from jarvis.protocol import Item
    from jarvis.store import ContactRow, Store

__all__ = ("Incoming",)

FREE_FAILURES: Final = 5  # arbitrary: a repair costs one, and two may cross
LONGEST_REFUSAL_S: Final = 3600.0  # arbitrary


@final
class Incoming:
    """What contacts send."""

    def __init__(self, store: Store, profile: Profile, sessions: Sessions, events: Events) -> None:
        self._store = store
        self._profile = profile
        self._sessions = sessions
        self._events = events

    def take_batch(self, contact: ContactRow, data: bytes, now: float) -> bytes:
        """Store what a contact sent, and give the receipt for it.

        Raises:
            TooManyFailures: they have sent too much that cannot be decrypted.
            MalformedData, Forged: it is no batch of theirs; nothing of it is stored.
        """
        if now < contact.refused_until:
            raise TooManyFailures(contact.id, contact.refused_until - now)
        stored, renew = contact.stored, False
        for item in decode_batch(data).items:
            if item.number <= stored:
                continue
            if item.number > stored + 1:
                break
            try:
                self._take(contact, item, now)
            except CannotDecrypt:
                renew = True
                break
            stored = item.number
        if renew:
            self.count_failure(contact, now)
            self._events.tell(SessionRepaired(contact.id))
        elif stored > contact.stored:
            self._store.contacts.set(contact.id, failures=0)
        serial = contact.receipts_given + 1
        self._store.contacts.set(contact.id, stored=stored, receipts_given=serial)
        receipt = Receipt(1, contact.public, self._profile.key.public, stored, renew, serial)
        return encode(sign(self._profile.key, Domain.RECEIPT, receipt))

    def count_failure(self, contact: ContactRow, now: float) -> None:
        """Note that something of theirs could not be read; beyond a few, refuse them for a time that doubles."""
        failures = contact.failures + 1
        over = failures - FREE_FAILURES
        refused_until = now + min(LONGEST_REFUSAL_S, 2.0 ** min(over, 12)) if over > 0 else 0.0
        self._store.contacts.set(contact.id, failures=failures, refused_until=refused_until)

    def _take(self, contact: ContactRow, item: Item, now: float) -> None:
        content = open_content(self._sessions.decrypt(contact, Encrypted(item.kind, item.body)))
        named = (content.sender, content.recipient, content.number)
        if named != (contact.public, self._profile.key.public, item.number):
            raise Forged(f"a message from {contact.id} names another sender, recipient or number inside")
        match content.body:
            case Text(id, text, sent_at):
                self._store_text(contact, MessageId(id.hex()), text, sent_at, now)
            case Read(ids):
                read = self._store.messages.advance(
                    self._profile.id, [MessageId(each.hex()) for each in ids], MessageState.READ, ChatId(contact.id)
                )
                for chat, message in read:
                    self._events.tell(MessageChanged(chat, message, MessageState.READ))
            case Unknown(kind):
                note = f"[a message of the kind {kind!r}, which this version cannot show]"
                self._store_text(contact, MessageId(f"unknown-{item.number}"), note, now, now)
            case _:
                pass  # a Void: its number is passed over

    def _store_text(self, contact: ContactRow, message: MessageId, text: str, sent_at: float, now: float) -> None:
        chat = ChatId(contact.id)
        stored = self._store.messages.add(chat, contact.id, message, text, sent_at, now, MessageState.RECEIVED)
        if stored is not None:
            self._events.tell(MessageReceived(stored))
