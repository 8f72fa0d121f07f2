"""Own the division of inspection: shares of a run's entries are read in other processes, ahead of their turn.

A share counts where it holds what would be read in its turn. It does unless something that is learnt on the way has a
say in what is read later, or is refused: then it is left, with all that follow it, and those entries are read here.
"""

from __future__ import annotations

import sys
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from .._processes import Forked, starts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._annotations import Sources
    from .._ir import Applied, Item, Name, Record
    from .._manifest import EntryLike, Registry
    from .._report import Report
    from ._module import Inspector


class _Empty:
    """Have what every class has."""


@dataclass(frozen=True)
class _Share:
    """What one process has read: the IR of its entries, and the records that it has met."""

    items: list[Item | None]
    records: dict[Name | Applied, Record | None]


class ReadAhead:
    """Read the entries of a run, one after the other, in at most so many processes."""

    def __init__(
        self,
        inspector: Inspector,
        registry: Registry,
        sources: Sources,
        report: Report,
    ) -> None:
        self._inspector = inspector
        self._registry = registry
        self._sources = sources
        self._report = report
        self._at = 0
        self._shares: dict[int, Forked[_Share]] = {}
        self._read: deque[Item | None] = deque()
        self._learnt: tuple[int, ...] = ()

    def begin(self, entries: Sequence[EntryLike], processes: int) -> None:
        """Begin to read what `entries` holds behind its first share; `read` is asked for each of them in turn."""
        starts = starts_of(list(map(_weight, entries)), processes)
        for start in starts:
            self._parse_both(entries[start - 1], entries[start])
        for start, end in zip(starts, [*starts[1:], len(entries)]):
            self._shares[start] = Forked(partial(self._share, entries[start:end]))
        self._learnt = self._all_learnt()

    def read(self, entry: EntryLike) -> Item | None:
        """Return the IR of the next entry, None where it was refused."""
        if self._at in self._shares:
            self._take(self._shares.pop(self._at))
        self._at += 1
        return self._read.popleft() if self._read else self._inspector.item(entry)

    def close(self) -> None:
        """End the processes whose shares nobody needs."""
        while self._shares:
            self._shares.popitem()[1].end()

    def _take(self, forked: Forked[_Share]) -> None:
        """Take what another process has read, where it counts."""
        records = self._registry.records
        try:
            share = forked.result() if self._all_learnt() == self._learnt else None
        finally:
            forked.end()
        if share is None or any(name in records and records[name] != held for name, held in share.records.items()):
            self.close()
            return
        for name, record in share.records.items():
            records.setdefault(name, record)
        self._read.extend(share.items)

    def _share(self, entries: Sequence[EntryLike]) -> _Share | None:
        """Return what is read of some entries; None where it has a say in what is read later, or is refused."""
        learnt, before = self._all_learnt(), set(self._registry.records)
        items = list(map(self._inspector.item, entries))
        if self._all_learnt() != learnt:
            return None
        return _Share(items, {name: held for name, held in self._registry.records.items() if name not in before})

    def _all_learnt(self) -> tuple[int, ...]:
        return (*self._registry.learnt, len(sys.modules), len(self._report.problems))

    def _parse_both(self, *entries: EntryLike) -> None:
        """Parse a file that two shares are of, once for both."""
        first, second = (sys.modules.get(str(getattr(entry.obj, "__module__", ""))) for entry in entries)
        if first is not None and first is second:
            self._sources.of_module(first)


def _weight(entry: EntryLike) -> int:
    return 1 + len(vars(entry.obj).keys() - vars(_Empty).keys()) if isinstance(entry.obj, type) else 1
