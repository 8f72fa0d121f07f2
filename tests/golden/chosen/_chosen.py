"""Classes of which some members are public, and some by another name."""

from __future__ import annotations

import enum
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, AsyncGenerator, AsyncIterator, Callable, ClassVar, Iterator, List, Optional, Union, overload

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import Self

wrapper_module = Module("chosen")


class Logged:
    """Is not registered: what it has belongs to the faces of its subclasses."""

    level: int = 0

    def log(self, line):  # type: ignore[no-untyped-def]  # pyright: ignore
        """Is not typed, and excluded."""

    def _flush(self) -> int:
        return 7


@wrapper_module.wrap_class(
    exclude=["connect", "log", "level", "Wire", "ticks", "__aenter__", "__aexit__", "__len__"],
    rename={
        "Opts": "Options",
        "State": "Status",
        "_flush": "flush",
        "close_to": "near",
        "count": "ticks",
        "fetch": "query",
        "follow": "watch",
        "held": "hold",
        "limit": "LIMIT",
        "made": "make",
        "rows": "lines",
        "temp": "temperature",
        "title": "name",
        "told": "heard",
        "turns": "spins",
        "word": "password",
    },
)
class Client(Logged):
    """A client of some service."""

    limit: ClassVar[int] = 3
    told: ClassVar[List[str]] = []
    ticks: Iterator[int]
    temp: float

    class Wire:
        """Is nobody's business."""

        def send(self, what): ...  # type: ignore[no-untyped-def]  # pyright: ignore

    class Opts:
        """Has another name outside."""

        def __init__(self, size: int) -> None:
            self.size = size

        size: int

    class State(enum.Enum):
        OPEN = 1

    def __init__(self, title: str) -> None:
        self.temp = 1.5
        self._title = title
        self._word: Optional[str] = None

    @property
    def title(self) -> str:
        """The name of this client."""
        return self._title

    @title.setter
    def title(self, value: str) -> None:
        self._title = value

    @property
    def word(self) -> Optional[str]:
        return self._word

    @word.setter
    def word(self, value: Optional[str]) -> None:
        self._word = value

    @word.deleter
    def word(self) -> None:
        self._word = None

    async def fetch(self, text: str, times: int = 1) -> List[str]:
        """Ask for something."""
        return [text] * times

    @overload
    async def turns(self, value: int) -> int: ...
    @overload
    async def turns(self, value: str) -> str: ...
    async def turns(self, value: Union[int, str]) -> Union[int, str]:
        return value

    def connect(self, wire: Wire) -> None: ...

    def count(self) -> int:
        return 4

    async def follow(self, options: Opts, tell: Callable[[Opts], None]) -> Opts:
        tell(options)
        return options

    async def rows(self) -> AsyncIterator[Client]:
        yield self

    @asynccontextmanager
    async def held(self) -> AsyncGenerator[Self, None]:
        yield self

    @staticmethod
    def close_to(place: Client) -> Client:
        return place

    @classmethod
    async def made(cls, state: State = State.OPEN) -> Client:
        return cls(state.name)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *args): ...  # type: ignore[no-untyped-def]  # pyright: ignore

    def __len__(self) -> int:
        return 0


@wrapper_module.wrap_class
class Retrying(Client):
    """What is said of its base holds here: `fetch` is called `query`, and `connect` stays inside."""

    async def fetch(self, text: str, times: int = 2) -> List[str]:
        return await super().fetch(text, times)

    def connect(self, wire: Client.Wire) -> None: ...

    class Wire(Client.Wire):
        """Is nobody's business here either."""

        def send(self, what): ...  # type: ignore[no-untyped-def]  # pyright: ignore

    async def retries(self, wire: Optional[Wire] = None) -> int:
        return 5 if wire is None else 6


@wrapper_module.wrap_class(include=["connect", "reset"])
class Open(Client):
    """Makes public what its base keeps inside, and adds one thing of its own."""

    def connect(self, wire: object) -> None:
        self.temp = 0.0

    async def reset(self) -> float:
        self.temp = 2.0
        return self.temp

    def internal(self, anything): ...  # type: ignore[no-untyped-def]  # pyright: ignore


@wrapper_module.wrap_class(include=["start", "_step"], rename={"start": "begin"})
class Motor:
    """Names what is public."""

    speed: int

    def start(self) -> Motor:
        return self

    async def _step(self) -> int:
        return 1

    def stop(self, when): ...  # type: ignore[no-untyped-def]  # pyright: ignore

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Motor)

    def __hash__(self) -> int:
        return 1


@wrapper_module.wrap_function
async def size_of(options: Client.Opts) -> int:
    return options.size
