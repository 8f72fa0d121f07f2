"""Own the keys whose owners may be clients of a service, where they change while it serves."""

from __future__ import annotations

from collections.abc import MutableSet
from typing import TYPE_CHECKING, final

from ._key_text import checked_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ("AllowedKeys",)


@final
class AllowedKeys(MutableSet[str]):
    """Hold the keys that a service allows, for `Service(..., allow=)`: a set of texts that any thread may change.

    It may be empty: nobody is let in then. A key that is added is allowed from the next connection on. Where one is
    discarded, nobody is let in by it any more when that returns; the sessions that it has are ended on the service's
    loop, and their clients, who try again, get a `SecurityError`. Several services may have the same one.

    Raises:
        UsageError: what is given or added is no key.
    """

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._keys: dict[str, None] = {}  # each of its operations is one step for other threads
        self._watchers: dict[object, Callable[[str], None]] = {}
        for key in keys:
            self.add(key)

    def __repr__(self) -> str:
        return f"<AllowedKeys: {len(self._keys)}>"

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._keys))

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, value: str) -> None:
        """Allow a key.

        Raises:
            UsageError: it is none.
        """
        self._keys[checked_key(value)] = None

    def discard(self, value: str) -> None:
        """Allow a key no more, and end the sessions that it has."""
        self._keys.pop(value, None)
        for tell in tuple(self._watchers.values()):
            tell(value)

    def watch(self, who: object, tell: Callable[[str], None]) -> None:
        """Have `tell` called, on any thread, with each key that is discarded, until `unwatch`."""
        self._watchers[who] = tell

    def unwatch(self, who: object) -> None:
        """Tell somebody no more."""
        self._watchers.pop(who, None)
