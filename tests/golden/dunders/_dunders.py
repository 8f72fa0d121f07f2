"""Special methods: what operators, builtins, `await` and attribute access call."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, AsyncIterator, Awaitable, Callable, Dict, Generator, List, Optional, Union

from ambidex import Module

if TYPE_CHECKING:
    from types import TracebackType

wrapper_module = Module("dunders")


@wrapper_module.wrap_class
class Job:
    """Can be awaited, again and again."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __await__(self) -> Generator[Any, None, int]:
        """Give the number, a moment later."""
        return self._run().__await__()

    async def _run(self) -> int:
        await asyncio.sleep(0)
        if self._number < 0:
            raise ValueError("negative")
        return self._number

    async def after(self, other: Job) -> Job:
        self._number += await other
        return self


@wrapper_module.wrap_function
async def made(maker: Callable[[], Awaitable[Job]]) -> Job:
    """Return what the user makes."""
    return await maker()


@wrapper_module.wrap_function
async def told(teller: Callable[[], Awaitable[int]]) -> int:
    return await teller()


@wrapper_module.wrap_class
class Lookup:
    """Gives a job when it is awaited; has a `result` of its own."""

    def result(self) -> str:
        return "none yet"

    def __await__(self) -> Generator[Any, None, Optional[Job]]:
        return self._job().__await__()

    async def _job(self) -> Optional[Job]:
        return Job(5)


@wrapper_module.wrap_class
class Endpoint:
    """Is called, and has the attributes that its answers have."""

    base: str

    def __init__(self, base: str) -> None:
        self.base = base
        self.hidden = 1
        self._calls: List[str] = []

    async def __call__(self, path: str, *, times: int = 1) -> str:
        """Fetch a path."""
        await asyncio.sleep(0)
        self._calls.append(path)
        return f"{self.base}/{path}" * times

    def __getattr__(self, name: str) -> Endpoint:
        """Return the endpoint below this one."""
        if name == "nowhere":
            raise AttributeError(f"there is no {name}")
        return Endpoint(f"{self.base}/{name}")


@wrapper_module.wrap_class
class Pages:
    """Yields its pages when it is called."""

    async def __call__(self, limit: int) -> AsyncIterator[int]:
        for page in range(limit):
            yield page


@wrapper_module.wrap_class
class Amount:
    """A number of coins."""

    coins: int

    def __init__(self, coins: int) -> None:
        self.coins = coins

    def __add__(self, other: Union[Amount, int]) -> Amount:
        if isinstance(other, Amount):
            return Amount(self.coins + other.coins)
        return Amount(self.coins + other)

    def __radd__(self, other: int) -> Amount:
        return self + other

    def __iadd__(self, other: Union[Amount, int]) -> Amount:
        self.coins += int(other)
        return self

    def __neg__(self) -> Amount:
        return Amount(-self.coins)

    def __lt__(self, other: Amount) -> bool:
        return self.coins < other.coins

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Amount) and self.coins == other.coins

    def __bool__(self) -> bool:
        return self.coins != 0

    def __index__(self) -> int:
        return self.coins

    def __int__(self) -> int:
        return self.coins

    def __float__(self) -> float:
        return float(self.coins)

    def __format__(self, specification: str) -> str:
        return f"{self.coins:{specification or 'd'}} coins"

    def __str__(self) -> str:
        return f"{self.coins}"

    def __matmul__(self, other: int) -> List[Amount]:
        return [self] * other

    def __sizeof__(self) -> int:
        """The implementation's own business."""
        return 1

    def __set_name__(self, owner: type, name: str) -> None:
        """The implementation's own business."""


@wrapper_module.wrap_class
class Shelf:
    """A container that is a blocking context manager, too."""

    def __init__(self) -> None:
        self._books: Dict[str, Amount] = {}
        self.is_open = False

    is_open: bool

    def __getitem__(self, title: str) -> Amount:
        return self._books[title]

    def __setitem__(self, title: str, amount: Amount) -> None:
        self._books[title] = amount

    def __delitem__(self, title: str) -> None:
        del self._books[title]

    def __enter__(self) -> Shelf:
        self.is_open = True
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], traceback: Optional[TracebackType]
    ) -> None:
        self.is_open = False
