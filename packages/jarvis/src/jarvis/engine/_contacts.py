"""Contacts: their pinned keys, what happens when a key is another, and their addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from jarvis.crypto import id_of, safety_number
from jarvis.errors import Forged, SecurityError
from jarvis.model import AccountId, ChatId, Contact, ContactChanged, SecurityAlert, Trust
from jarvis.protocol import addresses_of, decode_card, decode_signed, device_of, encode
from jarvis.store import ContactRow

if TYPE_CHECKING:
    from jarvis.engine._events import Events
    from jarvis.engine._outgoing import Outgoing
    from jarvis.engine._profile import Profile
    from jarvis.store import Store

__all__ = ("Book",)


@final
class Book:
    """The contacts of a profile."""

    def __init__(self, store: Store, profile: Profile, outgoing: Outgoing, events: Events) -> None:
        self._store = store
        self._profile = profile
        self._outgoing = outgoing
        self._events = events

    def add(self, public: bytes, data: bytes, *, trust: Trust, name: str | None, now: float) -> AccountId:
        """Make somebody a contact, by the card that they have shown; one who is a contact is pinned as they are.

        Raises:
            MalformedData, Forged: the card is not that of this account.
            SecurityError: they are a contact, with other keys.
            ValueError: it is the user's own account.
        """
        if public == self._profile.key.public:
            raise ValueError("this is your own account: pair with somebody else's")
        card = decode_card(data)
        device_of(card.device, public)
        addresses_of(card.addresses, public)
        account = id_of(public)
        if self._store.contacts.find(account) is not None:
            self.take_card(account, data)
            if trust is Trust.VERIFIED:
                self._store.contacts.set(account, trust=trust)
        else:
            before = self._store.contacts.find(account, removed=True)
            row = ContactRow(
                account, public, name or card.name, trust, encode(card.device), None, encode(card.addresses), now
            )
            if before is not None and self._same_keys(before.device, row.device, public):
                row = row._replace(**{field: getattr(before, field) for field in _NUMBERS})
            self._store.contacts.add(row)
            self._outgoing.fill(row, now)
        self._events.tell(ContactChanged(account))
        return account

    def take_card(self, account: AccountId, data: bytes) -> None:
        """Take the card that a contact shows when two daemons meet.

        Raises:
            MalformedData, Forged: the card is not theirs, or is an old one with other keys.
            SecurityError: their keys are not the pinned ones. The change is noted, and sending is blocked.
        """
        contact = self._store.contacts.get(account)
        card = decode_card(data)
        device, pinned = (
            device_of(card.device, contact.public),
            device_of(decode_signed(contact.device), contact.public),
        )
        addresses = addresses_of(card.addresses, contact.public)
        if (device.identity, device.transport) != (pinned.identity, pinned.transport):
            if device.serial <= pinned.serial:
                raise Forged(f"the card of {account} is an old one, with other keys")
            self._distrust(contact, encode(card.device))
            raise SecurityError(account)
        if device.serial > pinned.serial:
            self._store.contacts.set(account, device=encode(card.device))
        if addresses.serial > addresses_of(decode_signed(contact.addresses), contact.public).serial:
            self._store.contacts.set(account, addresses=encode(card.addresses))
            self._events.tell(ContactChanged(account))

    def trust(self, account: AccountId) -> None:
        """Take a contact's keys for verified; if they have changed, pin the new ones, and send with them."""
        contact = self._store.contacts.get(account)
        if contact.changed_device is not None:
            self._store.contacts.set(account, device=contact.changed_device, changed_device=None)
            self._store.contacts.set(account, stored=0, receipts_given=0, failures=0, refused_until=0.0)
            self._store.sessions.forget(account)
            self._outgoing.begin_anew(self._store.contacts.get(account))
        self._store.contacts.set(account, trust=Trust.VERIFIED)
        self._events.tell(ContactChanged(account))

    def distrust(self, account: AccountId) -> None:
        """Note that somebody with another key answers where this contact should; sending is blocked."""
        self._distrust(self._store.contacts.get(account), None)

    def rename(self, account: AccountId, name: str) -> None:
        """Call a contact something else."""
        self._store.contacts.get(account)
        self._store.contacts.set(account, name=name)
        self._events.tell(ContactChanged(account))

    def remove(self, account: AccountId) -> None:
        """Forget a contact; what was written stays."""
        self._store.contacts.get(account)
        self._store.contacts.remove(account)
        self._events.tell(ContactChanged(account))

    def safety_number(self, account: AccountId) -> str:
        """Give the 60 digits to compare with a contact."""
        return safety_number(self._profile.key.public, self._store.contacts.get(account).public)

    def all(self) -> list[Contact]:
        """Give all contacts, by name."""
        unread = self._store.messages.all_unread()
        return [_shown(row, unread.get(ChatId(row.id), 0)) for row in self._store.contacts.all()]

    def get(self, account: AccountId) -> Contact:
        """Give a contact."""
        return _shown(self._store.contacts.get(account), self._store.messages.unread(ChatId(account)))

    def trusted(self, account: AccountId) -> ContactRow:
        """Give a contact to whom may be sent.

        Raises:
            SecurityError: their key has changed.
        """
        contact = self._store.contacts.get(account)
        if contact.trust is Trust.CHANGED:
            raise SecurityError(account)
        return contact

    def transport_key(self, account: AccountId) -> bytes:
        """Give the key that a contact's daemon must show in TLS."""
        contact = self._store.contacts.get(account)
        return device_of(decode_signed(contact.device), contact.public).transport

    def _distrust(self, contact: ContactRow, device: bytes | None) -> None:
        self._store.contacts.set(contact.id, trust=Trust.CHANGED, changed_device=device or contact.changed_device)
        if contact.trust is not Trust.CHANGED:
            self._events.tell(SecurityAlert(contact.id))

    def _same_keys(self, one: bytes, other: bytes, public: bytes) -> bool:
        first, second = device_of(decode_signed(one), public), device_of(decode_signed(other), public)
        return (first.identity, first.transport) == (second.identity, second.transport)


_NUMBERS = ("sent", "arrived", "stored", "receipts_given", "receipts_seen")


def _shown(row: ContactRow, unread: int) -> Contact:
    addresses = addresses_of(decode_signed(row.addresses), row.public).addresses
    return Contact(row.id, row.name, row.trust, addresses, row.added_at, unread)
