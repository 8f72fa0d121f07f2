"""Own what a child says of each of its functions as it starts: how it runs, and how it is called."""

from __future__ import annotations

from typing import NamedTuple, NoReturn


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


class Functions(dict[str, Listed]):
    """Hold what a child has, by name; `whose` names the child in messages."""

    whose = "the worker"

    def __missing__(self, name: str) -> NoReturn:
        """Refuse what was asked for by a name that an earlier child had, which has ended meanwhile."""
        raise AttributeError(f"{self.whose} has no {name}: the child has {self.told()}")

    def told(self) -> str:
        """Return the names for a message."""
        return ", ".join(sorted(self)) or "nothing that can be called"


def names_of(functions: Functions, *, signatures: bool) -> list[str]:
    """Return the names of functions, sorted, with what they take if that is asked for."""
    return [name + (functions[name].signature if signatures else "") for name in sorted(functions)]
