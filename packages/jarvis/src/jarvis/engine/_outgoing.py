"""What goes out: number, encrypt, keep until the receipt.

The advanced session, the row of the outbox and the message are one transaction, before a byte of it leaves. A number
that was given is never given to anything else: what expires leaves a `Void` in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from jarvis.errors import Forged, OutboxFull
from jarvis.model import MessageChanged, MessageId, MessageState, SessionRepaired
from jarvis.protocol import Batch, Item, Read, Text, Unknown, Void, decode_signed, encode, open_content, receipt_of
from jarvis.protocol import seal_content as seal
from jarvis.store import OutboxRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jarvis.engine._events import Events
    from jarvis.engine._profile import Profile
    from jarvis.engine._sessions import Sessions
    from jarvis.model import AccountId
    from jarvis.store import ContactRow, Store

__all__ = ("Outgoing",)

OUTBOX_LIMIT: Final = 10_000  # arbitrary: 50 MB of the longest texts, or a year of a busy chat
BATCH_ITEMS: Final = 64  # arbitrary: what a receipt answers
BATCH_BYTES: Final = 524_288  # half of what a decoder takes


@final
class Outgoing:
    """What the user sends, and what the daemon answers with."""

    def __init__(self, store: Store, profile: Profile, sessions: Sessions, events: Events) -> None:
        self._store = store
        self._profile = profile
        self._sessions = sessions
        self._events = events

    def put(self, contact: ContactRow, body: Text | Read | Void, message: MessageId | None, now: float) -> None:
        """Encrypt for a contact, and keep it to be sent.

        Raises:
            OutboxFull: too much waits for them.
        """
        if self.is_full(contact.id):
            raise OutboxFull(contact.id, OUTBOX_LIMIT)
        number = contact.sent + 1
        self._store.contacts.set(contact.id, sent=number)
        self._encrypt(contact, number, body, message, now)

    def is_full(self, account: AccountId) -> bool:
        """Tell whether so much waits for a contact that nothing more may."""
        return self._store.outbox.count(account) >= OUTBOX_LIMIT

    def batch(self, contact: ContactRow) -> bytes | None:
        """Give what is to be sent to a contact next, or None."""
        items: list[Item] = []
        size = 0
        for row in self._store.outbox.first(contact.id, BATCH_ITEMS):
            size += len(row.body)
            if items and size > BATCH_BYTES:
                break
            items.append(Item(row.number, row.kind, row.body))
        return encode(Batch(1, tuple(items))) if items else None

    def take_receipt(self, contact: ContactRow, data: bytes) -> None:
        """Take for delivered what a contact has acknowledged, and encrypt again what they could not decrypt.

        Raises:
            MalformedData, Forged: it is no receipt of theirs.
        """
        receipt = receipt_of(decode_signed(data), self._profile.key.public, contact.public)
        if receipt.serial <= contact.receipts_seen:
            return  # it was overtaken by a newer one, or comes twice
        if not contact.arrived <= receipt.upto <= contact.sent:
            raise Forged(f"{contact.id} acknowledges message {receipt.upto} of {contact.sent}")
        self._store.contacts.set(contact.id, receipts_seen=receipt.serial, arrived=receipt.upto)
        self._changed(self._store.outbox.take_upto(contact.id, receipt.upto), MessageState.DELIVERED)
        if receipt.renew:
            self._repair(contact)

    def expire(self, before: float) -> None:
        """Give up what has waited since before a time: the message says so, and its number is passed over."""
        for row in self._store.outbox.queued_before(before):
            self._encrypt(self._store.contacts.get(row.contact), row.number, Void(), None, row.queued_at)
            assert row.message is not None
            self._changed([row.message], MessageState.EXPIRED)

    def fill(self, contact: ContactRow, now: float) -> None:
        """Put a `Void` in the place of each message that was given up with its contact."""
        for number in range(contact.arrived + 1, contact.sent + 1):
            self._encrypt(contact, number, Void(), None, now)

    def begin_anew(self, contact: ContactRow) -> None:
        """Number and encrypt anew what waits for a contact whose device is a new one."""
        rows = self._store.outbox.clear(contact.id)
        for number, row in enumerate(rows, 1):
            self._encrypt(contact, number, self._body_of(row), row.message, row.queued_at)
        self._store.contacts.set(contact.id, sent=len(rows), arrived=0, receipts_seen=0)

    def _repair(self, contact: ContactRow) -> None:
        """Forget the session of the message that could not be decrypted, and encrypt what it has encrypted anew."""
        waiting = self._store.outbox.first(contact.id, -1)
        if not waiting:
            return
        lost = waiting[0].session
        self._store.sessions.forget(contact.id, lost)
        for row in waiting:
            if row.session == lost:
                self._encrypt(contact, row.number, self._body_of(row), row.message, row.queued_at)
        self._events.tell(SessionRepaired(contact.id))

    def _encrypt(
        self, contact: ContactRow, number: int, body: Text | Read | Void, message: MessageId | None, queued_at: float
    ) -> None:
        content = seal(self._profile.key.public, contact.public, number, body)
        session, (kind, ciphertext) = self._sessions.encrypt(contact, content)
        self._store.outbox.put(OutboxRow(contact.id, number, content, session, kind, ciphertext, message, queued_at))

    def _body_of(self, row: OutboxRow) -> Text | Read | Void:
        body = open_content(row.content).body
        assert not isinstance(body, Unknown), "what this version wrote it can read"
        return body

    def _changed(self, messages: Sequence[MessageId], state: MessageState) -> None:
        sender: AccountId = self._profile.id
        for chat, message in self._store.messages.advance(sender, messages, state):
            self._events.tell(MessageChanged(chat, message, state))
