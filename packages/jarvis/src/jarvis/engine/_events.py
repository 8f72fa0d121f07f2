"""Events: noted in the transaction of what they tell of, told to clients after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import msgspec

from jarvis.model import (
    ContactChanged,
    Event,
    MessageChanged,
    MessageReceived,
    SecurityAlert,
    SessionRepaired,
)

if TYPE_CHECKING:
    from jarvis.store import Store

__all__ = ("Events",)

KINDS: dict[str, type[Event]] = {
    kind.__name__: kind for kind in (MessageReceived, MessageChanged, ContactChanged, SecurityAlert, SessionRepaired)
}


class _Noted(msgspec.Struct, frozen=True, array_like=True):
    kind: str
    event: msgspec.Raw


@final
class Events:
    """The events of a store that clients have not been told yet."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def tell(self, event: Event) -> None:
        """Note an event."""
        raw = msgspec.Raw(msgspec.msgpack.encode(event))
        self._store.news.add(msgspec.msgpack.encode(_Noted(type(event).__name__, raw)))

    def pending(self, limit: int) -> list[tuple[int, Event]]:
        """Give the oldest events that are noted, with their numbers, in order."""
        found: list[tuple[int, Event]] = []
        for number, data in self._store.news.first(limit):
            noted = msgspec.msgpack.decode(data, type=_Noted)
            found.append((number, msgspec.msgpack.decode(noted.event, type=KINDS[noted.kind])))
        return found

    def forget_upto(self, number: int) -> None:
        """Forget the events that clients have been told."""
        self._store.news.forget_upto(number)
