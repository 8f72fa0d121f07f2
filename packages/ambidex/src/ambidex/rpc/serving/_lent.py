"""Own what stands in a child for its parent's handles: functions, iterators, awaitables and context managers.

An async one is awaited on the child's loop, as it would be in one process. A plain function or iterator blocks whoever
calls it, the loop too, which then does nothing else until the parent has answered.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Protocol

from .._abilities import (
    AWAITED,
    CALLED,
    CALLED_ASYNC,
    CALLED_FROM_ANYWHERE,
    ENTERED,
    ITERATED,
    MEMBER,
    STEPPED,
    STEPPED_ASYNC,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
    from types import TracebackType

    from typing_extensions import Self

    Args = tuple[Any, ...]
    Kwargs = dict[str, Any]


_MEMBER = f"{MEMBER} "  # what their abilities begin with


class Asking(Protocol):
    """Ask the parent for what it has lent, by its number."""

    def call(self, number: int, asked: str, args: Args, kwargs: Kwargs) -> Coroutine[Any, Any, Any]:
        """Return what awaits the result, on the child's loop."""
        ...

    def stream(
        self, number: int, asked: str, args: Args = (), kwargs: Kwargs | None = None
    ) -> AsyncGenerator[Any, Any]:
        """Return what is iterated over, on the child's loop."""
        ...

    def block(self, number: int, asked: str, args: Args, kwargs: Kwargs) -> Any:
        """Wait for the result, on any thread."""
        ...


class Lent:
    """Stand for something of the parent."""

    def __init__(self, asking: Asking, number: int, name: str) -> None:
        self._asking = asking
        self.__qualname__ = name
        self.__name__ = name.rpartition(".")[2]
        self._steps: AsyncGenerator[Any, Any] | None = None
        self._entered: list[tuple[object, AsyncGenerator[Any, Any]]] = []
        self.ambidex_number = number

    @property
    def __ambidex_place__(self) -> tuple[Asking, int]:
        """What asks for it, and its number there."""
        return self._asking, self.ambidex_number

    def __repr__(self) -> str:
        return f"<{self.__qualname__} of the parent>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError(f"{self!r} cannot be copied or pickled")


class _Called(Lent):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._asking.block(self.ambidex_number, "call ", args, kwargs)


class _CalledAsync(Lent):
    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return await self._asking.call(self.ambidex_number, "call ", args, kwargs)


class _CalledFromAnywhere(Lent):
    """A function that no declared type tells of: on the loop its result is awaited, on other threads a call blocks."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return self._asking.block(self.ambidex_number, "call ", args, kwargs)
        return self._asking.call(self.ambidex_number, "call ", args, kwargs)


class _Awaited(Lent):
    def __await__(self) -> Generator[Any, Any, Any]:
        return self._asking.call(self.ambidex_number, "call ", (), {}).__await__()


class _Iterated(Lent):
    def __aiter__(self) -> AsyncIterator[Any]:
        return self._asking.stream(self.ambidex_number, "stream ")

    def __anext__(self) -> Coroutine[Any, Any, Any]:
        return _opened(self).__anext__()


class _SteppedAsync(Lent):
    def __aiter__(self) -> Self:
        return self

    def __anext__(self) -> Coroutine[Any, Any, Any]:
        return _opened(self).__anext__()

    def asend(self, value: Any, /) -> Coroutine[Any, Any, Any]:
        return _opened(self).asend(value)

    def athrow(self, typ: Any, val: Any = None, tb: TracebackType | None = None, /) -> Coroutine[Any, Any, Any]:
        return _opened(self).athrow(typ, val, tb)

    def aclose(self) -> Coroutine[Any, Any, None]:
        return _opened(self).aclose()


def _opened(lent: Lent) -> AsyncGenerator[Any, Any]:
    steps = lent._steps  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  its classes are below
    if steps is None:
        steps = lent._asking.stream(lent.ambidex_number, "stream ")  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        lent._steps = steps  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return steps


class _Stepped(Lent):
    def _step(self, name: str, *args: Any) -> Any:
        is_over, value = self._asking.block(self.ambidex_number, f"step {name}", args, {})
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


class _Entered(Lent):
    def _opened(self) -> AsyncGenerator[Any, Any]:
        return self._asking.stream(self.ambidex_number, "context ")

    async def __aenter__(self) -> Any:
        steps = self._opened()
        value = await steps.__anext__()
        self._entered.append((asyncio.current_task(), steps))
        return value

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        task = asyncio.current_task()
        own = [each for each in self._entered if each[0] is task] or self._entered
        entry = own[-1]
        self._entered.remove(entry)
        steps = entry[1]
        try:
            if error is None:
                await steps.__anext__()
            else:
                await steps.athrow(error)
        except StopAsyncIteration:
            return error is not None
        except BaseException as raised:
            if raised is error:
                raised.__traceback__ = trace
                return False
            raise
        return False


class _Opened(_Entered):
    """What a member of an object makes: a context manager."""

    def __init__(self, lent: Lent, name: str, args: Args, kwargs: Kwargs) -> None:
        asking, number = lent.__ambidex_place__
        super().__init__(asking, number, f"{lent.__qualname__}.{name}")
        self._open = functools.partial(asking.stream, number, f"context {name}", args, kwargs)

    def _opened(self) -> AsyncGenerator[Any, Any]:
        return self._open()


class LentObject(Lent):
    """Stand for an object that has a face in the parent: it has the members that its class makes public."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{self!r} has no {name}: it is in another process, and has what its class makes public")


def _awaited(name: str) -> Callable[..., Any]:
    async def method(self: Lent, /, *args: Any, **kwargs: Any) -> Any:
        asking, number = self.__ambidex_place__
        return await asking.call(number, f"call {name}", args, kwargs)

    return method


def _blocking(name: str) -> Callable[..., Any]:
    def method(self: Lent, /, *args: Any, **kwargs: Any) -> Any:
        asking, number = self.__ambidex_place__
        return asking.block(number, f"call {name}", args, kwargs)

    return method


def _streaming(name: str) -> Callable[..., Any]:
    def method(self: Lent, /, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        asking, number = self.__ambidex_place__
        return asking.stream(number, f"stream {name}", args, kwargs)

    return method


def _entering(name: str) -> Callable[..., Any]:
    def method(self: Lent, /, *args: Any, **kwargs: Any) -> _Opened:
        return _Opened(self, name, args, kwargs)

    return method


_METHODS = {"await": _awaited, "block": _blocking, "stream": _streaming, "context": _entering}


def _attribute(name: str) -> property:
    def ask(verb: str) -> Callable[..., Any]:
        def reach(self: Lent, *args: Any) -> Any:
            asking, number = self.__ambidex_place__
            return asking.block(number, f"{verb} {name}", args, {})

        return reach

    return property(ask("get"), ask("set"), ask("delete"))


def _members(offered: list[str]) -> dict[str, Any]:
    """Return the namespace of a class whose objects offer these members, each "WAY NAME"."""
    namespace: dict[str, Any] = {}
    for each in offered:
        way, _, name = each.partition(" ")
        if way in _METHODS:
            namespace[name] = _METHODS[way](name)
        elif way in ("get", "set", "delete"):
            namespace[name] = _attribute(name)
        else:
            raise KeyError(way)
    return namespace


_BY_ABILITY: dict[str, type[Lent]] = {
    CALLED: _Called,
    CALLED_ASYNC: _CalledAsync,
    CALLED_FROM_ANYWHERE: _CalledFromAnywhere,
    AWAITED: _Awaited,
    ITERATED: _Iterated,
    STEPPED_ASYNC: _SteppedAsync,
    STEPPED: _Stepped,
    ENTERED: _Entered,
}
_classes: dict[tuple[str, ...], type[Lent]] = {}


def lent_class(abilities: tuple[str, ...]) -> type[Lent]:
    """Return the class of what stands for handles of these abilities.

    Raises:
        KeyError: there is no such ability.
    """
    found = _classes.get(abilities)
    if found is None:
        offered = [each[len(_MEMBER) :] for each in abilities if each.startswith(_MEMBER)]
        bases = tuple(_BY_ABILITY[each] for each in abilities if not each.startswith(_MEMBER))
        if offered:
            bases = (*bases, LentObject)
        found = bases[0] if len(bases) == 1 and not offered else type("Lent", bases, _members(offered))
        found = _classes.setdefault(abilities, found)
    return found
