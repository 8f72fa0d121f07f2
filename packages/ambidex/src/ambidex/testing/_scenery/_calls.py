"""Own what a subject does in plain calls, and the kinds of data that it gives back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ._notes import Noting
from ._values import Trouble

if TYPE_CHECKING:
    from ._values import Colour, Moment, Point, Settings, Span


class Calls(Noting):
    """Be called."""

    def __init__(self) -> None:
        super().__init__()
        self._gate: asyncio.Event | None = None

    async def echo(self, value: Any) -> Any:
        """Give it back."""
        return value

    async def add(self, a: int, b: int) -> int:
        """Give the sum."""
        return a + b

    async def bound(self, a: int, /, b: int = 2, *more: int, c: int, d: int = 4, **rest: int) -> list[Any]:
        """Tell what each parameter got."""
        return [a, b, list(more), c, d, dict(sorted(rest.items()))]

    async def defaults(self, a: int = 1, b: str = "b", c: float | None = None) -> list[Any]:
        """Tell what each parameter got."""
        return [a, b, c]

    def plain(self, number: int) -> int:
        """Be no coroutine."""
        return number + 1

    def plain_fails(self) -> None:
        """Raise in what is no coroutine."""
        raise Trouble(3, "plain")

    async def nothing(self) -> None:
        """Give nothing."""

    async def suspended(self, turns: int) -> int:
        """Let others have their turn so often."""
        for _ in range(turns):
            await asyncio.sleep(0)
        return turns

    async def is_in_task(self) -> bool:
        """Tell whether it runs in a task."""
        return asyncio.current_task() is not None

    async def hold(self) -> str:
        """Wait until `let_go`."""
        if self._gate is None:
            self._gate = asyncio.Event()
        self._notes.add("holding")
        await self._gate.wait()
        return "let go"

    async def let_go(self) -> None:
        """End every `hold`."""
        if self._gate is not None:
            self._gate.set()

    async def integer(self, value: int) -> int:
        """Give it back."""
        return value

    async def number(self, value: float) -> float:
        """Give it back."""
        return value

    async def text(self, value: str) -> str:
        """Give it back."""
        return value

    async def data(self, value: bytes) -> bytes:
        """Give it back."""
        return value

    async def flag(self, value: bool) -> bool:
        """Give it back."""
        return value

    async def optional(self, value: int | None) -> int | None:
        """Give it back."""
        return value

    async def either(self, value: int | str) -> int | str:
        """Give it back."""
        return value

    async def rows(self, value: list[list[int]]) -> list[list[int]]:
        """Give it back."""
        return value

    async def table(self, value: dict[int, dict[str, float]]) -> dict[int, dict[str, float]]:
        """Give it back."""
        return value

    async def pair(self, value: tuple[int, str]) -> tuple[int, str]:
        """Give it back."""
        return value

    async def members(self, value: set[int]) -> set[int]:
        """Give it back."""
        return value

    async def frozen(self, value: frozenset[str]) -> frozenset[str]:
        """Give it back."""
        return value

    async def colour(self, value: Colour) -> Colour:
        """Give it back."""
        return value

    async def point(self, value: Point) -> Point:
        """Give it back."""
        return value

    async def span(self, value: Span) -> Span:
        """Give it back."""
        return value

    async def settings(self, value: Settings) -> Settings:
        """Give it back."""
        return value

    async def moment(self, value: Moment) -> Moment:
        """Give it back."""
        return value

    async def kinds(self, value: Any) -> list[str]:
        """Name the types that came."""
        return [type(value).__name__, *(type(each).__name__ for each in value)]
