"""What a function takes behind an object that says of which types that has to be."""

from __future__ import annotations

from typing import Generic

from typing_extensions import TypeVarTuple, Unpack

Ts = TypeVarTuple("Ts")


class Sent(Generic[Unpack[Ts]]):
    """What holds values of some types, and gives and takes them."""

    values: tuple[Unpack[Ts]]


def more(sent: Sent[Unpack[Ts]], *values: Unpack[Ts]) -> tuple[Unpack[Ts]]:
    """Give the values."""
    return values


def wrong(sent: Sent[int, str]) -> None:
    """Give them in another order."""
    more(sent, "a", 1)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
