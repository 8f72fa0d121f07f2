"""Own the fuzz itself: take an input, change it, look at it, and keep it where it led to new lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ambidex.protocol import Kind

from .mutations import LONGEST, changed
from .reach import Reach
from .target import Outcome, check_cuts, check_memory, check_writer, outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

_WRITTEN_EACH = 16  # inputs: one of them comes from a writer and is read back
_CUT_EACH = 4  # one of them is read in pieces of any size, too
_WEIGHED_EACH = 16  # one of them is read again to see what it allocates, which takes longest
_BY_BYTES = 8192  # the longest input that is read byte by byte
_KEPT = 2000  # inputs: with more the older ones give way


@dataclass
class Campaign:
    """Hold what is known while the fuzz runs."""

    draw: Random
    inputs: int = 0
    refused: int = 0
    kinds: Counter[str] = field(default_factory=Counter[str])  # of whole messages that came out
    refusals: Counter[str] = field(default_factory=Counter[str])  # by their words, without the numbers
    reach: Reach = field(default_factory=Reach)
    kept: list[bytes] = field(default_factory=list[bytes])

    def run(self, seeds: Sequence[bytes], is_over: Callable[[int], bool]) -> None:
        """Look at the seeds, then at changes of them, until `is_over(inputs)`.

        Raises:
            Finding: an input shows a fault.
        """
        for seed in seeds:
            self._look_at(seed[:LONGEST])
        self.kept.extend(seed[:LONGEST] for seed in seeds)
        while not is_over(self.inputs):
            if self.inputs % _WRITTEN_EACH == 0:
                with self.reach.watching():
                    data = check_writer(self.draw)
            else:
                data = changed(self.draw.choice(self.kept), self.kept, self.draw)
            self._look_at(data)

    def _look_at(self, data: bytes) -> None:
        before = len(self.reach.steps)
        with self.reach.watching():
            found = outcome(data, lambda most: most)
        self.inputs += 1
        self._count(found)
        is_new = len(self.reach.steps) > before
        if is_new:
            if len(self.kept) == _KEPT:
                self.kept.pop(0)
            self.kept.append(data)
        if is_new or self.inputs % _CUT_EACH == 0:
            check_cuts(data, found, lambda most: self.draw.randint(1, most))
        if is_new or self.inputs % _WEIGHED_EACH == 0:
            check_memory(data)
        if is_new and len(data) <= _BY_BYTES:
            check_cuts(data, found, lambda _: 1)

    def _count(self, found: Outcome) -> None:
        for message in found.messages:
            self.kinds[Kind(message.kind).name.lower()] += 1
            if any(message.buffers):
                self.kinds["bulk"] += 1
        if found.copied:
            self.kinds["placed"] += found.copied
        if found.refusal:
            self.refused += 1
            words = (word for word in found.refusal.split() if not any(map(str.isdigit, word)))
            self.refusals[" ".join(words)] += 1

    def summary(self, seconds: float) -> str:
        """Return what was done and reached, as text for people."""
        missing = [kind.name.lower() for kind in Kind if kind.name.lower() not in self.kinds]
        return "\n".join(
            (
                f"{self.inputs} inputs in {seconds:.1f} s, {self.inputs / seconds:,.0f} a second",
                f"{self.refused} of them refused",
                f"{len(self.reach.steps)} steps from line to line reached; {len(self.kept)} inputs kept",
                "lines never reached: " + (", ".join(self.reach.missing()) or "none"),
                "frames: " + ", ".join(f"{kind} {count}" for kind, count in sorted(self.kinds.items())),
                "frames that never came: " + (", ".join(missing) or "none"),
                "refusals:",
                *(f"  {count:>8}  {words}" for words, count in self.refusals.most_common()),
            )
        )
