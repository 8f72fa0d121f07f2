"""Classes that are context managers and iterators themselves."""

from __future__ import annotations

import functools
from contextlib import AbstractAsyncContextManager
from typing import (
    TYPE_CHECKING,
    Any,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    ClassVar,
    Coroutine,
    Dict,
    Generator,
    Iterator,
    List,
    NoReturn,
    Optional,
    Type,
)

from ambidex import Module

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

wrapper_module = Module("protocols")


@wrapper_module.wrap_class
class Session:
    """A session, open inside its block."""

    is_open: bool

    def __init__(self, *, swallows: bool = False) -> None:
        self.is_open = False
        self._swallows = swallows

    async def __aenter__(self) -> Self:
        """Open the session."""
        self.is_open = True
        return self

    async def __aexit__(
        self, exc_type: Optional[Type[BaseException]], exc: Optional[BaseException], tb: Optional[TracebackType]
    ) -> bool:
        """Close the session."""
        self.is_open = False
        return self._swallows


@wrapper_module.wrap_class
class Lease:
    """Entering one gives something else; leaving is not annotated, and returns nothing."""

    async def __aenter__(self) -> Session:
        return Session()

    async def __aexit__(self, *args):  # type: ignore[no-untyped-def]  # pyright: ignore
        pass


@wrapper_module.wrap_class
class Channel:
    """Its methods are no `async def`: they return what is awaited."""

    def __init__(self) -> None:
        self._session = Session()
        self._left = 2

    def __aenter__(self) -> Awaitable[Session]:
        return self._session.__aenter__()

    def __aexit__(self, *args: Any) -> Awaitable[Optional[bool]]:
        return self._session.__aexit__(*args)

    def __aiter__(self) -> Self:
        return self

    def __anext__(self) -> Coroutine[Any, Any, Session]:
        """Return the session, twice."""
        return self._next()

    async def _next(self) -> Session:
        if not self._left:
            raise StopAsyncIteration
        self._left -= 1
        return self._session


@wrapper_module.wrap_class
class Channels:
    """Begins with an object of a class that is not public, whose method is no `async def`."""

    def __aiter__(self) -> _Steps:
        return _Steps()


class _Steps:
    def __init__(self) -> None:
        self._channel = Channel()

    def __aiter__(self) -> Self:
        return self

    def __anext__(self) -> Awaitable[Session]:
        return self._channel.__anext__()


@wrapper_module.wrap_class
class Rows:
    """Can be read again and again."""

    def __init__(self, count: int) -> None:
        self._count = count

    async def __aiter__(self) -> AsyncIterator[int]:
        """Yield the rows."""
        for number in range(self._count):
            yield number


@wrapper_module.wrap_class
class Sessions:
    """Iterates over wrapped objects, from a method that returns an iterator."""

    def __aiter__(self) -> AsyncIterator[Session]:
        return self._sessions()

    async def _sessions(self) -> AsyncIterator[Session]:
        yield Session()


@wrapper_module.wrap_class
class Cursor:
    """Steps itself."""

    def __init__(self, count: int) -> None:
        self._left = count

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> int:
        """Return the next number."""
        if not self._left:
            raise StopAsyncIteration
        self._left -= 1
        return self._left


@wrapper_module.wrap_class
class Countdown:
    """Steps itself, and begins anew with each loop."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._left = 0

    def __aiter__(self) -> Self:
        """Begin."""
        self._left = self._count
        return self

    async def __anext__(self) -> int:
        if not self._left:
            raise StopAsyncIteration
        self._left -= 1
        return self._left


@wrapper_module.wrap_class
@functools.total_ordering
class Version:
    """One object for each number, ordered by two of six comparisons."""

    _known: ClassVar[Dict[int, "Version"]] = {}

    def __new__(cls, number: int) -> "Version":
        return cls._known.setdefault(number, super().__new__(cls))

    def __init__(self, number: int) -> None:
        self._number = number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._number == other._number

    def __lt__(self, other: Version) -> bool:
        return self._number < other._number

    __hash__ = object.__hash__


@wrapper_module.wrap_class
class Named:
    """Made by `__new__` alone."""

    name: str

    def __new__(cls, name: str, *, loud: bool = False) -> Named:
        made = super().__new__(cls)
        made.name = name.upper() if loud else name
        return made


@wrapper_module.wrap_class
class Gate:
    """Refuses `with`: the async one serves as both."""

    def __enter__(self) -> NoReturn:
        """Say what to write."""
        raise TypeError("use async with")

    def __exit__(self, *about: object) -> None:
        pass

    async def __aenter__(self) -> int:
        return 1

    async def __aexit__(self, *about: object) -> None: ...


@wrapper_module.wrap_class(blocking=["__enter__", "__iter__"])
class Door:
    """Does one thing for `with` and `for`, and another for `async with` and `async for`."""

    def __init__(self) -> None:
        self.log: List[str] = []

    def __enter__(self) -> str:
        """Enter at once."""
        self.log.append("enter")
        return "blocking"

    def __exit__(
        self, exc_type: Optional[Type[BaseException]], exc: Optional[BaseException], tb: Optional[TracebackType]
    ) -> None:
        self.log.append("exit")

    async def __aenter__(self) -> Door:
        """Wait to enter."""
        self.log.append("aenter")
        return self

    async def __aexit__(self, *about: object) -> None:
        self.log.append("aexit")

    def __iter__(self) -> Iterator[Door]:
        return iter([self])

    async def __aiter__(self) -> AsyncIterator[int]:
        yield 1


@wrapper_module.wrap_class
class Wide(Door):
    """Enters in its own way; what its base says of it holds."""

    def __enter__(self) -> str:
        return "wide"


@wrapper_module.wrap_class
class Pages(AsyncIterator[Session]):
    """Extends the abstract class, which gives itself."""

    def __init__(self, count: int) -> None:
        self._left = count

    async def __anext__(self) -> Session:
        if self._left == 0:
            raise StopAsyncIteration
        self._left -= 1
        return Session()


@wrapper_module.wrap_class
class Shelf(AsyncIterable[int]):
    async def __aiter__(self) -> AsyncIterator[int]:
        yield 4


@wrapper_module.wrap_class
class Work(Awaitable[Session]):
    def __await__(self) -> Generator[Any, None, Session]:
        return self._run().__await__()

    async def _run(self) -> Session:
        return Session()


@wrapper_module.wrap_class
class Block(AbstractAsyncContextManager["Block"]):
    """Is given its `__aenter__` by the abstract class."""

    async def __aexit__(self, *about: object) -> None: ...
