"""Every error of the messenger, one class for each reaction of the caller.

JarvisError
├── InvalidId                 also a ValueError: what was given is no id
├── TextTooLong               also a ValueError
├── OutboxFull                too much waits for one contact
├── NoSuchContact             also a LookupError
├── NoSuchMessage             also a LookupError
├── SecurityError             a key is not the one that was pinned; nothing is sent until the user verifies it
├── MalformedData             also a ValueError: bytes of a peer that follow no form of the protocol
├── Forged                    bytes whose signature, sender or recipient does not hold
├── TooManyFailures           a peer sent too much that cannot be decrypted, and is refused for a time
├── WrongPassphrase           the profile's database does not open with this key
└── StoreNewer                the database was written by a newer version
"""

from __future__ import annotations

__all__ = (
    "Forged",
    "InvalidId",
    "JarvisError",
    "MalformedData",
    "NoSuchContact",
    "NoSuchMessage",
    "OutboxFull",
    "SecurityError",
    "StoreNewer",
    "TextTooLong",
    "TooManyFailures",
    "WrongPassphrase",
)


class JarvisError(Exception):
    """The root: `except JarvisError` catches whatever the messenger raises."""


class InvalidId(JarvisError, ValueError):
    """What was given is not the id of an account: a letter is missing, foreign or mistyped."""


class TextTooLong(JarvisError, ValueError):
    """A text has more bytes than one message carries."""

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(size_bytes, limit_bytes)
        self.size_bytes = size_bytes
        self.limit_bytes = limit_bytes

    def __str__(self) -> str:
        return f"a message carries {self.limit_bytes:,} bytes of text, not {self.size_bytes:,}: send it in parts"


class OutboxFull(JarvisError):
    """Too much waits for one contact, who is away or unreachable."""

    def __init__(self, contact_id: str, limit: int) -> None:
        super().__init__(contact_id, limit)
        self.contact_id = contact_id
        self.limit = limit

    def __str__(self) -> str:
        return f"{self.limit:,} messages wait for {self.contact_id} already: more can be written when some have arrived"


class NoSuchContact(JarvisError, LookupError):
    """Nobody of that id is a contact."""

    def __init__(self, contact_id: str) -> None:
        super().__init__(contact_id)
        self.contact_id = contact_id

    def __str__(self) -> str:
        return f"{self.contact_id} is not a contact: pair with them first"


class NoSuchMessage(JarvisError, LookupError):
    """A chat has no message of that id."""

    def __init__(self, message_id: str) -> None:
        super().__init__(message_id)
        self.message_id = message_id

    def __str__(self) -> str:
        return f"there is no message {self.message_id} in this chat"


class SecurityError(JarvisError):
    """A contact's key is not the one that was pinned; nothing is sent to them until the user verifies the new one."""

    def __init__(self, contact_id: str) -> None:
        super().__init__(contact_id)
        self.contact_id = contact_id

    def __str__(self) -> str:
        return (
            f"the key of {self.contact_id} has changed: nothing is sent until you compare safety numbers and verify it"
        )


class MalformedData(JarvisError, ValueError):
    """Bytes of a peer that follow no form of the protocol."""


class Forged(JarvisError):
    """Bytes whose signature, sender or recipient does not hold."""


class TooManyFailures(JarvisError):
    """A peer sent too much that cannot be decrypted, and is refused for a time."""

    def __init__(self, contact_id: str, wait_s: float) -> None:
        super().__init__(contact_id, wait_s)
        self.contact_id = contact_id
        self.wait_s = wait_s

    def __str__(self) -> str:
        return f"what {self.contact_id} sends cannot be decrypted: nothing of theirs is read for {self.wait_s:.0f} s"


class WrongPassphrase(JarvisError):
    """The profile's database does not open with this key."""


class StoreNewer(JarvisError):
    """The database was written by a newer version of the messenger."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(found, known)
        self.found = found
        self.known = known

    def __str__(self) -> str:
        return f"the database has schema {self.found}, this version knows {self.known}: update the messenger"
