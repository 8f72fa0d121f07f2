"""Hand a blocking generator over: what it yields and returns goes one way, and what it is sent the other."""

from __future__ import annotations

import collections.abc
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ...runtime import current_caller
from ._ways import Way

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._channels._channel import Channel

    Convert = Callable[[Any], Any]

_Generator: Any = collections.abc.Generator  # by a name of no exact type: its items are of any


class Translated(_Generator):  # type: ignore[misc]  # as above
    """Step a generator of the other side, on the thread that steps this one.

    Exceptions pass as they are, as they do through every iterator that is read lazily.
    """

    def __init__(self, source: Any, item: Convert | None, sent: Convert | None, returned: Convert | None) -> None:
        self._source = source
        self._item = item
        self._sent = sent
        self._returned = returned

    def send(self, value: Any) -> Any:
        """Resume with a value, None for nothing, and return what is yielded next."""
        if value is not None and self._sent is not None:
            value = self._sent(value)
        return self._stepped(self._source.send, value)

    def throw(self, *error: Any) -> Any:
        """Raise an exception where the generator waits, and return what it yields next."""
        return self._stepped(self._source.throw, *error)

    def close(self) -> Any:
        """End the generator; from Python 3.13 on, that gives what it then returns."""
        returned = self._source.close()
        return returned if self._returned is None else self._returned(returned)

    def _stepped(self, step: Callable[..., Any], *arguments: Any) -> Any:
        try:
            item = step(*arguments)
        except StopIteration as stop:
            if self._returned is not None:
                stop.value = self._returned(stop.value)
            raise
        return item if self._item is None else self._item(item)


def of_generator(
    item: Convert | None,
    sending: Callable[[], Convert] | None,
    returned: Convert | None,
    later: Callable[[Convert], Convert],
) -> Way:
    """Return the way of a generator; `sending` is asked, at its handing over, for what translates what it is sent.

    So is `later` for what translates what it gives.
    """

    def as_handed(convert: Convert | None) -> Convert | None:
        return None if convert is None else later(convert)

    def fits(value: Any) -> bool:
        return isinstance(value, collections.abc.Generator)

    def convert(value: Any) -> Any:
        if not fits(value):
            return value
        return Translated(value, as_handed(item), None if sending is None else sending(), as_handed(returned))

    return Way(fits, convert)


def calling_channel() -> Channel:
    """Return the channel of the call by which a user hands a generator in.

    Raises:
        UsageError: it is handed in by no call.
    """
    caller = current_caller()
    if caller is None:
        raise UsageError("a generator that can be sent objects is handed over by no call: hand it in as an argument")
    channel: Channel = caller.owner
    return channel
