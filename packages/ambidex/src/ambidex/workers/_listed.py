"""Own what a child says of each of its functions as it starts: how it runs, and how it is called."""

from __future__ import annotations

from typing import NamedTuple


class Listed(NamedTuple):
    """Say how a function runs, whether it is a two-way stream, whether it may run twice, and what it takes."""

    runs: str
    is_two_way: bool
    is_idempotent: bool
    signature: str

    @property
    def is_stream(self) -> bool:
        """Whether it yields items."""
        return self.runs in ("stream", "sync_stream")


def names_of(functions: dict[str, Listed], *, signatures: bool) -> list[str]:
    """Return the names of functions, sorted, with what they take if that is asked for."""
    return [name + (functions[name].signature if signatures else "") for name in sorted(functions)]
