"""Faces over `_workshop`, written by hand: context managers, iterators, special methods, attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ambidex.bridge import (
    Context,
    Face,
    Implementation,
    attribute,
    class_method,
    constructor,
    context,
    context_method,
    dict_of,
    implemented_elsewhere,
    iterable_of,
    iterator_method,
    method,
    sequence_of,
    special,
    static_method,
    stream,
    sync_method,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Generator
    from types import TracebackType

    from typing_extensions import Self

workshop = Implementation("tests.bridge._workshop", synchronizer="workshop", abi=1)


class Tool(Face, implementation=workshop):
    """A tool."""

    @constructor(takes={"owner": "Tool"})
    def __init__(self, name: str, owner: Tool | None = None) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def name(self) -> str:
        implemented_elsewhere()

    @name.setter
    @attribute
    def name(self, value: str) -> None:
        implemented_elsewhere()

    @property
    @attribute(gives="Tool")
    def owner(self) -> Tool | None:
        implemented_elsewhere()

    @owner.setter
    @attribute(takes={"value": "Tool"})
    def owner(self, value: Tool | None) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def broken(self) -> str:
        implemented_elsewhere()

    @property
    @attribute
    def log(self) -> list[object]:
        implemented_elsewhere()

    @property
    @attribute
    def tasks(self) -> list[object]:
        implemented_elsewhere()

    @property
    @attribute
    def lost(self) -> str:
        implemented_elsewhere()

    @sync_method
    def where(self) -> int:
        implemented_elsewhere()

    @sync_method
    def snap(self) -> None:
        implemented_elsewhere()

    @class_method(gives="Tool")
    @classmethod
    def forged(cls, name: str, wait: bool = False) -> Tool:
        implemented_elsewhere()

    @static_method
    @staticmethod
    def weight(grams: int, wait: bool = False) -> int:
        implemented_elsewhere()

    @method
    def idle(self, wait: bool = False) -> str:
        implemented_elsewhere()

    @stream
    def idle_turns(self, wait: bool = False) -> Generator[str, None, None]:
        implemented_elsewhere()

    @context
    def idle_hold(self, wait: bool = False) -> Context[str]:
        implemented_elsewhere()

    @method
    def use(self, times: int, *, hard: bool = False) -> str:
        """Use the tool."""
        implemented_elsewhere()

    @stream
    def turns(self, count: int = 3) -> Generator[int, None, None]:
        """Turn it."""
        implemented_elsewhere()

    @context(gives="Tool")
    def held(self, *, firmly: bool = True) -> Context[Tool]:
        """Hold it."""
        implemented_elsewhere()

    @context_method(gives="Tool")
    def __enter__(self) -> Self:
        implemented_elsewhere()

    @context_method
    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        implemented_elsewhere()

    @context_method(gives="Tool")
    async def __aenter__(self) -> Self:
        implemented_elsewhere()

    @context_method
    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        implemented_elsewhere()

    @special
    def __len__(self) -> int:  # noqa: PLE0303  a stub
        implemented_elsewhere()

    @special
    def __bool__(self) -> bool:  # noqa: PLE0304  a stub
        implemented_elsewhere()

    @special
    def __repr__(self) -> str:
        implemented_elsewhere()

    @special
    def __contains__(self, item: object) -> bool:
        implemented_elsewhere()

    @special
    def __getitem__(self, place: int) -> str:
        implemented_elsewhere()

    @special
    def __call__(self, word: str) -> str:
        implemented_elsewhere()

    @special(takes={"other": "Tool"})
    def __lt__(self, other: Tool) -> bool:
        implemented_elsewhere()


class Crate(Face, implementation=workshop, name="Box"):
    """A box, under another public name."""

    @constructor(takes={"tools": "Tool"})
    def __init__(self, *tools: Tool) -> None:
        implemented_elsewhere()

    @iterator_method(gives="Tool")
    def __iter__(self) -> Generator[Tool, None, None]:
        implemented_elsewhere()

    @iterator_method(gives="Tool")
    def __aiter__(self) -> AsyncGenerator[Tool, None]:
        implemented_elsewhere()


class Tape(Face, implementation=workshop):
    """A tape that is read once."""

    @constructor
    def __init__(self, stop: int) -> None:
        implemented_elsewhere()

    def __iter__(self) -> Self:
        return self

    @iterator_method
    def __next__(self) -> int:
        implemented_elsewhere()

    def __aiter__(self) -> Self:
        return self

    @iterator_method
    async def __anext__(self) -> int:
        implemented_elsewhere()


@workshop.function(takes={"tools": iterable_of("Tool")})
def count(tools: Collection[Tool]) -> int:
    """Return how many tools there are."""
    implemented_elsewhere()


@workshop.function(takes={"tools": sequence_of("Tool")}, gives=dict_of(None, sequence_of("Tool")))
def sorted_by_owner(tools: list[Tool]) -> dict[str, list[Tool]]:
    """Return the tools of each owner."""
    implemented_elsewhere()


@workshop.function
def fail() -> None:
    """Raise."""
    implemented_elsewhere()


@workshop.sync_function
def check() -> None:
    """Raise."""
    implemented_elsewhere()


@workshop.function
def wait() -> None:
    """Wait for good."""
    implemented_elsewhere()


@workshop.function
def pause(wait: bool = False) -> int:
    """Return at once, or never."""
    implemented_elsewhere()


@workshop.stream
def ticks(wait: bool = False) -> Generator[int, None, None]:
    """Yield once, or never."""
    implemented_elsewhere()


@workshop.context
def shift(wait: bool = False) -> Context[int]:
    """Enter at once, or never."""
    implemented_elsewhere()
