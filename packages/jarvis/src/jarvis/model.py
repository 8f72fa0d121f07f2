"""What the messenger's users see: plain data, passed by value between the daemon and its clients.

Times are seconds since the epoch. A chat is named by the id of who it is with.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NewType

__all__ = (
    "AccountId",
    "ChatId",
    "Contact",
    "ContactChanged",
    "Event",
    "Identity",
    "Message",
    "MessageChanged",
    "MessageId",
    "MessageReceived",
    "MessageState",
    "SecurityAlert",
    "SessionRepaired",
    "Trust",
)

AccountId = NewType("AccountId", str)
"""The public key of an account in base32, and check letters: 56 letters and digits, in lower case."""

ChatId = NewType("ChatId", str)
"""Whom a chat is with: for a contact, their account's id."""

MessageId = NewType("MessageId", str)
"""32 hexadecimal digits, drawn by the sender; unique for each sender."""


class Trust(enum.Enum):
    """What is known of the keys of a contact."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    CHANGED = "changed"


class MessageState(enum.Enum):
    """Where a message is. What others wrote is received; what the user wrote passes through the other states."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    READ = "read"
    EXPIRED = "expired"
    RECEIVED = "received"


@dataclass(frozen=True)
class Identity:
    """Who the user of this profile is."""

    id: AccountId
    name: str
    created_at: float


@dataclass(frozen=True)
class Contact:
    """Somebody the user has paired with."""

    id: AccountId
    name: str
    trust: Trust
    addresses: tuple[str, ...]
    added_at: float
    unread: int


@dataclass(frozen=True)
class Message:
    """One message of a chat.

    `sent_at` is by the sender's clock, `stored_at` by this machine's. `position` grows in the order in which this
    machine stored its messages, which is the order to show: clocks of others may be wrong.
    """

    id: MessageId
    chat: ChatId
    sender: AccountId
    text: str
    sent_at: float
    stored_at: float
    state: MessageState
    position: int


@dataclass(frozen=True)
class MessageReceived:
    """Somebody wrote."""

    message: Message


@dataclass(frozen=True)
class MessageChanged:
    """A message of the user's has gone on: it was delivered, read, or has expired."""

    chat: ChatId
    id: MessageId
    state: MessageState


@dataclass(frozen=True)
class ContactChanged:
    """A contact was added, removed, renamed or verified, or has new addresses."""

    id: AccountId


@dataclass(frozen=True)
class SecurityAlert:
    """A contact's key is not the one that was pinned: nothing is sent to them until the user verifies it."""

    id: AccountId


@dataclass(frozen=True)
class SessionRepaired:
    """What a contact sent could not be decrypted, or they could not decrypt: a new session was begun."""

    id: AccountId


Event = MessageReceived | MessageChanged | ContactChanged | SecurityAlert | SessionRepaired
