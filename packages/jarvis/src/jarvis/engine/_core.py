"""The core: each method is one transaction. It waits for nothing but the disk, and is not to be used by two threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from jarvis.crypto import public_of
from jarvis.engine._contacts import Book
from jarvis.engine._events import Events
from jarvis.engine._incoming import Incoming
from jarvis.engine._outgoing import Outgoing
from jarvis.engine._profile import Profile
from jarvis.engine._sessions import Sessions
from jarvis.errors import Forged, MalformedData, SecurityError
from jarvis.model import AccountId, ChatId, Contact, Event, Identity, Message, MessageId, MessageState, Trust
from jarvis.protocol import Read, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jarvis.store import Store

__all__ = ("Core",)

ID_BYTES: Final = 16
READ_IDS: Final = 500  # in one message; its decoder takes 1,000
EXPIRY_S: Final = 14 * 86_400.0  # arbitrary: two weeks away is gone


@final
class Core:
    """One profile's messenger, without its network.

    Args:
        store: of the profile; `Profile.create` has been called on it.
        clock: seconds since the epoch.
        random: so many random bytes.
    """

    def __init__(self, store: Store, *, clock: Callable[[], float], random: Callable[[int], bytes]) -> None:
        self._store = store
        self._clock = clock
        self._random = random
        self.profile: Final = Profile(store)
        self._events = Events(store)
        sessions = Sessions(store, self.profile)
        self._outgoing = Outgoing(store, self.profile, sessions, self._events)
        self._incoming = Incoming(store, self.profile, sessions, self._events)
        self._book = Book(store, self.profile, self._outgoing, self._events)

    # --- who

    def identity(self) -> Identity:
        """Say who the user is."""
        return self.profile.identity()

    def card(self) -> bytes:
        """Give what is shown to others at pairing and when daemons meet."""
        return self.profile.card()

    def set_addresses(self, addresses: Sequence[str]) -> bool:
        """Say where this account can be reached, `host:port` each; tells whether that is new."""
        with self._store.transaction():
            return self.profile.set_addresses(addresses)

    # --- contacts

    def add_contact(
        self, account: str, card: bytes, *, trust: Trust = Trust.UNVERIFIED, name: str | None = None
    ) -> Contact:
        """Make somebody a contact, by the card that they have shown.

        Raises:
            InvalidId: it is no id.
            MalformedData, Forged: the card is not that of this account.
            SecurityError: they are a contact, with other keys.
        """
        public = public_of(account)
        try:
            with self._store.transaction():
                return self._book.get(self._book.add(public, card, trust=trust, name=name, now=self._clock()))
        except SecurityError as error:
            self.distrust(AccountId(error.contact_id))
            raise

    def contacts(self) -> list[Contact]:
        """Give all contacts, by name."""
        return self._book.all()

    def contact(self, account: AccountId) -> Contact:
        """Give a contact.

        Raises:
            NoSuchContact: nobody of this id is one.
        """
        return self._book.get(account)

    def rename_contact(self, account: AccountId, name: str) -> None:
        """Call a contact something else."""
        with self._store.transaction():
            self._book.rename(account, name)

    def remove_contact(self, account: AccountId) -> None:
        """Forget a contact; what was written stays."""
        with self._store.transaction():
            self._book.remove(account)

    def safety_number(self, account: AccountId) -> str:
        """Give the 60 digits that the user and a contact compare."""
        return self._book.safety_number(account)

    def trust(self, account: AccountId) -> None:
        """Take a contact's keys for verified; sending goes on if it was blocked."""
        with self._store.transaction():
            self._book.trust(account)

    def distrust(self, account: AccountId) -> None:
        """Note that somebody with another key answers where this contact should; sending is blocked."""
        with self._store.transaction():
            self._book.distrust(account)

    def take_card(self, account: AccountId, card: bytes) -> None:
        """Take the card that a contact shows when two daemons meet.

        Raises:
            MalformedData, Forged: the card is not theirs.
            SecurityError: their keys are not the pinned ones; sending is blocked from now on.
        """
        failure: SecurityError | None = None
        with self._store.transaction():
            try:
                self._book.take_card(account, card)
            except SecurityError as error:  # what it notes is to be kept
                failure = error
        if failure is not None:
            raise failure

    def transport_key(self, account: AccountId) -> bytes:
        """Give the key that a contact's daemon must show in TLS: 32 bytes."""
        return self._book.transport_key(account)

    # --- messages

    def queue_text(self, account: AccountId, text: str) -> Message:
        """Write to a contact: from now on the message is on its way.

        Raises:
            NoSuchContact, SecurityError, TextTooLong, OutboxFull: it is not.
        """
        now, raw = self._clock(), self._random(ID_BYTES)
        message = MessageId(raw.hex())
        with self._store.transaction():
            contact = self._book.trusted(account)
            stored = self._store.messages.add(
                ChatId(account), self.profile.id, message, text, now, now, MessageState.QUEUED
            )
            assert stored is not None, "an id of 16 random bytes came twice"
            self._outgoing.put(contact, Text(raw, text, now), message, now)
        return stored

    def mark_read(self, chat: ChatId, upto: MessageId | None = None) -> int:
        """Take what others wrote in a chat for read, up to a message or to the end; tells how many were not before.

        They are told, unless too much waits for them already.
        """
        with self._store.transaction():
            read = self._store.messages.mark_read(chat, upto)
            contact = self._store.contacts.find(AccountId(chat))
            ids = [bytes.fromhex(message) for _, message in read if not message.startswith("unknown-")]
            if contact is not None and contact.trust is not Trust.CHANGED:
                self._tell_read(contact.id, ids)
        return len(read)

    def _tell_read(self, account: AccountId, ids: Sequence[bytes]) -> None:
        """Tell a contact what was read, as far as more may wait for them: to have read is no reason to fail."""
        for start in range(0, len(ids), READ_IDS):
            if self._outgoing.is_full(account):
                return
            body = Read(tuple(ids[start : start + READ_IDS]))
            self._outgoing.put(self._store.contacts.get(account), body, None, self._clock())

    def messages(self, chat: ChatId, *, before: int | None = None, limit: int = 100) -> list[Message]:
        """Give a page of a chat: the last messages before a position, in order."""
        return self._store.messages.page(chat, before, limit)

    def unread(self) -> dict[ChatId, int]:
        """Count what was not read, in each chat that has such."""
        return self._store.messages.all_unread()

    # --- what travels

    def waiting(self) -> list[AccountId]:
        """Give the contacts to whom there is something to send."""
        return self._store.outbox.waiting()

    def batch(self, account: AccountId) -> bytes | None:
        """Give what is to be sent to a contact next: the same until their receipt is taken.

        Raises:
            NoSuchContact, SecurityError: nothing may be sent to them.
        """
        return self._outgoing.batch(self._book.trusted(account))

    def take_batch(self, account: AccountId, data: bytes) -> bytes:
        """Store what a contact sent, and give the receipt to send back.

        Raises:
            NoSuchContact, SecurityError: nothing is taken from them.
            TooManyFailures: too much of what they sent could not be read.
            MalformedData, Forged: it is no batch of theirs; nothing of it is stored.
        """
        now = self._clock()
        contact = self._book.trusted(account)
        try:
            with self._store.transaction():
                return self._incoming.take_batch(contact, data, now)
        except (MalformedData, Forged):
            with self._store.transaction():
                self._incoming.count_failure(contact, now)
            raise

    def take_receipt(self, account: AccountId, data: bytes) -> None:
        """Take for delivered what a contact has acknowledged.

        Raises:
            NoSuchContact, SecurityError: nothing is taken from them.
            MalformedData, Forged: it is no receipt of theirs.
        """
        contact = self._book.trusted(account)
        with self._store.transaction():
            self._outgoing.take_receipt(contact, data)

    def expire(self) -> None:
        """Give up what has waited for two weeks."""
        with self._store.transaction():
            self._outgoing.expire(self._clock() - EXPIRY_S)

    # --- events

    def pending_events(self, limit: int = 1000) -> list[tuple[int, Event]]:
        """Give the oldest events that clients have not been told, with their numbers."""
        return self._events.pending(limit)

    def forget_events_upto(self, number: int) -> None:
        """Forget the events that clients have been told."""
        with self._store.transaction():
            self._events.forget_upto(number)
