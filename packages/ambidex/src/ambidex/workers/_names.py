"""Own `.call` and `.acall` as far as all of them are alike: their own names, a child's functions, and options."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..options import AS_IT_IS, CallOptions
from ..protocol import Flags
from ._listed import names_of

if TYPE_CHECKING:
    from typing_extensions import Self

    from ._lifecycle import Lifecycle

Owner = TypeVar("Owner", bound="Lifecycle")
F = TypeVar("F", bound="NamedFunction[Any]")
NO_OPTIONS = CallOptions()
_VIEWS = int(Flags.VIEWS)


class NamedFunction(ABC, Generic[Owner]):
    """Call one function of a child by its name, whichever child `owner` has then."""

    __slots__ = ("_name", "_options", "_owner")

    _face: str  # "call" or "acall"

    def __init__(self, owner: Owner, name: str, options: CallOptions = NO_OPTIONS) -> None:
        self._owner = owner
        self._name = name
        self._options = options

    @property
    def _flags(self) -> int:
        """What its options are on the wire."""
        return _VIEWS if self._options.views else 0

    @abstractmethod
    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Make the call."""

    def with_options(self, *, timeout: float | None = AS_IT_IS, retry: int = AS_IT_IS, views: bool = AS_IT_IS) -> Self:
        """Return the same function with other options; what is left out stays as it is.

        Raises:
            ValueError: `timeout` is negative or not a number, `retry` is not a whole number of 0 or more, or `views` is
                neither True nor False.
        """
        return type(self)(self._owner, self._name, self._options.changed(timeout, retry, views))

    def __repr__(self) -> str:
        known = self._owner.known_functions()
        listed = None if known is None else known.get(self._name)
        signature = "" if listed is None else listed.signature
        return f"<{self._owner}.{self._face}.{self._name}{signature}{_told(self._options)}: {self._owner.state()}>"


class Names(ABC, Generic[Owner, F]):
    """Give a child's functions by their names, blocking ones or awaited ones."""

    _face: str

    def __init__(self, owner: Owner, make: type[F], options: CallOptions = NO_OPTIONS) -> None:
        self._owner = owner
        self._make = make
        self._options = options

    def with_options(self, *, timeout: float | None = AS_IT_IS, retry: int = AS_IT_IS, views: bool = AS_IT_IS) -> Self:
        """Return the same with other options; what is left out stays as it is.

        `timeout` is a deadline, in seconds, that covers the whole call, the waiting for a worker included, and stops
        the work itself; None takes it back. `retry` is how often a call is tried again whose worker has died, for what
        is declared `@ambidex.idempotent`. With `views` long buffers of arguments and results, such as those of arrays,
        stay in memory that both processes share: they are read-only on the side they come to, and take that memory for
        as long as something refers to them.

        Raises:
            ValueError: `timeout` is negative or not a number, `retry` is not a whole number of 0 or more, or `views` is
                neither True nor False.
        """
        return type(self)(self._owner, self._make, self._options.changed(timeout, retry, views))

    def __getattr__(self, name: str) -> F:
        self._owner.check_name(name, self._face)
        function = self._make(self._owner, name, self._options)
        if self._owner.known_functions() is not None:  # this is not asked again: what a later child has not says so
            vars(self)[name] = function
        return function

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(self._owner.known_functions() or ())]

    def __repr__(self) -> str:
        return f"<{self._owner}.{self._face}{_told(self._options)}: {self._owner.state()}>"


class BlockingNames(Names[Owner, F]):
    """Call what a child has, each call blocking; iterate over what yields items."""

    _face = "call"

    def start(self) -> None:
        """Start what is to run and wait until it is ready; nothing happens where it runs."""
        self._owner.start_blocking()

    def close(self) -> None:
        """End each child, and wait for that."""
        self._owner.close_blocking()

    def list_functions(self, *, signatures: bool = False) -> list[str]:
        """Return the names of what can be called, sorted; with `signatures`, as in "add(a, b=1)"."""
        return names_of(self._owner.functions("list_functions"), signatures=signatures)


class AwaitedNames(Names[Owner, F]):
    """Call what a child has, each call awaited; iterate with `async for` over what yields items."""

    _face = "acall"

    async def start(self) -> None:
        """Start what is to run and wait until it is ready; nothing happens where it runs."""
        await self._owner.start()

    async def close(self) -> None:
        """End each child, and wait for that."""
        await self._owner.close()

    async def list_functions(self, *, signatures: bool = False) -> list[str]:
        """Return the names of what can be called, sorted; with `signatures`, as in "add(a, b=1)"."""
        return names_of(self._owner.functions("list_functions"), signatures=signatures)


def _told(options: CallOptions) -> str:
    return f" with {options.told()}" if options != NO_OPTIONS else ""
