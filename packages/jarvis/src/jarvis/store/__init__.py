"""One encrypted database a profile: the only folder that knows its driver. Not to be used by two threads at once."""

from __future__ import annotations

from jarvis.store._contacts import ContactRow, Contacts
from jarvis.store._messages import Messages
from jarvis.store._news import News
from jarvis.store._outbox import Outbox, OutboxRow
from jarvis.store._store import Store

__all__ = ("ContactRow", "Contacts", "Messages", "News", "Outbox", "OutboxRow", "Store")
