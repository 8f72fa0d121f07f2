"""Own what stands in this process for handles of another one: functions, iterators, awaitables, context managers.

Most are given a face, by what a generated module says of them. What stands where it says nothing is used as it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from ...runtime import Entered, loop_here
from .._abilities import AWAITED, CALLED, CALLED_ASYNC, ENTERED, ITERATED, STEPPED, STEPPED_ASYNC
from .._messages import refuse_blocking
from ._remote import RemoteObject

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine, Generator
    from types import TracebackType

    from typing_extensions import Self

    from ._session import Session


class RemoteHandle(RemoteObject):
    """Stand for a handle of another process, by what it is called there."""

    __slots__ = ("__name__", "__qualname__", "_entered", "_steps")

    abilities: tuple[str, ...] = ()  # of its class: what it can do

    def __init__(self, session: Session, number: int, name: str) -> None:
        super().__init__(session, number)
        self.__qualname__ = name
        self.__name__ = name.rpartition(".")[2]
        self._steps: AsyncGenerator[Any, Any] | None = None
        self._entered = Entered()

    def __repr__(self) -> str:
        return f"<{self.__qualname__} of {self._ambidex_session.whose}>"

    def _ask(self, asked: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Any:
        if loop_here() is not None:
            refuse_blocking(self.__qualname__, "")
        session, number = self.__ambidex_place__
        return session.call(number, asked, args, kwargs or {}, None, self.__qualname__)

    def _await(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Coroutine[Any, Any, Any]:
        session, number = self.__ambidex_place__
        return session.acall(number, "call ", args, kwargs, None, self.__qualname__)

    def _open(self, asked: str) -> AsyncGenerator[Any, Any]:
        session, number = self.__ambidex_place__
        return session.astream(number, asked, (), {}, None, 0, self.__qualname__)

    def _begun(self) -> AsyncGenerator[Any, Any]:
        if self._steps is None:
            self._steps = self._open("stream ")
        return self._steps


class _Called(RemoteHandle):
    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("run ", args, kwargs)


class _CalledAsync(RemoteHandle):
    __slots__ = ()

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return await self._await(args, kwargs)


class _Awaited(RemoteHandle):
    __slots__ = ()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._await((), {}).__await__()


class _Iterated(RemoteHandle):
    __slots__ = ()

    def __aiter__(self) -> AsyncIterator[Any]:
        return self._open("stream ")


class _SteppedAsync(RemoteHandle):
    __slots__ = ()

    def __aiter__(self) -> Self:
        return self

    def __anext__(self) -> Coroutine[Any, Any, Any]:
        return self._begun().__anext__()

    def asend(self, value: Any, /) -> Coroutine[Any, Any, Any]:
        return self._begun().asend(value)

    def athrow(self, typ: Any, val: Any = None, tb: TracebackType | None = None, /) -> Coroutine[Any, Any, Any]:
        return self._begun().athrow(typ, val, tb)

    def aclose(self) -> Coroutine[Any, Any, None]:
        return self._begun().aclose()


class _Stepped(RemoteHandle):
    __slots__ = ()

    def _step(self, name: str, *args: Any) -> Any:
        is_over, value = self._ask(f"step {name}", args)
        if is_over:
            raise StopIteration(value)
        return value

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        return self._step("next")

    def send(self, value: Any, /) -> Any:
        return self._step("send", value)

    def throw(self, typ: Any, val: Any = None, tb: TracebackType | None = None, /) -> Any:  # noqa: ARG002  as generators
        return self._step("throw", typ if val is None else val)

    def close(self) -> Any:
        return self._step("close")


class _Entered(RemoteHandle):
    __slots__ = ()

    async def __aenter__(self) -> Any:
        return await self._entered.enter_async(self._open("context "))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        return await self._entered.leave_async(error)


_BY_ABILITY: dict[str, type[RemoteHandle]] = {
    CALLED: _Called,
    CALLED_ASYNC: _CalledAsync,
    AWAITED: _Awaited,
    ITERATED: _Iterated,
    STEPPED_ASYNC: _SteppedAsync,
    STEPPED: _Stepped,
    ENTERED: _Entered,
}
_classes: dict[tuple[str, ...], type[RemoteHandle]] = {}


def handle_class(abilities: tuple[str, ...]) -> type[RemoteHandle]:
    """Return the class of what stands for handles of these abilities.

    Raises:
        KeyError: there is no such ability.
    """
    found = _classes.get(abilities)
    if found is None:
        bases = tuple(_BY_ABILITY[each] for each in abilities)
        found = type("RemoteHandle", bases, {"__slots__": (), "abilities": abilities})
        found = _classes.setdefault(abilities, found)
    return found
