"""Own what stands for something of another process: functions, iterators, awaitables, context managers, and objects.

What it can do is said by its abilities. A class is put together of a part for each, below a class of the process that
it stands in, which knows how to ask. An object offers its members: by the ways and names that its faces tell of.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from ._abilities import (
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
    from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable, Mapping
    from types import TracebackType

    from typing_extensions import Self

    Args = tuple[Any, ...]
    Kwargs = dict[str, Any]

_MEMBER = f"{MEMBER} "  # what the abilities of objects begin with
_OF_ATTRIBUTE = ("get", "set", "delete")


class Stand:
    """Ask another process; a class of this process says how."""

    __slots__ = ()

    ambidex_steps: AsyncGenerator[Any, Any] | None  # of an iterator, once its first one was asked for
    ambidex_entered: list[tuple[object, AsyncGenerator[Any, Any]]]  # of a context manager: by which task, and its steps

    if TYPE_CHECKING:

        def ambidex_call(self, asked: str, args: Args, kwargs: Kwargs) -> Coroutine[Any, Any, Any]:
            """Return what awaits the result."""
            ...

        def ambidex_stream(self, asked: str, args: Args, kwargs: Kwargs) -> AsyncGenerator[Any, Any]:
            """Return what is iterated over."""
            ...

        def ambidex_block(self, asked: str, args: Args, kwargs: Kwargs) -> Any:
            """Wait for the result, on this thread."""
            ...

        def ambidex_run(self, args: Args, kwargs: Kwargs) -> Any:
            """Call a plain function, and wait for what it gives."""
            ...


class _Called(Stand):
    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.ambidex_run(args, kwargs)


class _CalledAsync(Stand):
    __slots__ = ()

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return await self.ambidex_call("call ", args, kwargs)


class _Awaited(Stand):
    __slots__ = ()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self.ambidex_call("call ", (), {}).__await__()


class _Iterated(Stand):
    __slots__ = ()

    def __aiter__(self) -> AsyncIterator[Any]:
        return self.ambidex_stream("stream ", (), {})


class _SteppedAsync(Stand):
    __slots__ = ()

    def __aiter__(self) -> Self:
        return self

    def __anext__(self) -> Coroutine[Any, Any, Any]:
        return _begun(self).__anext__()

    def asend(self, value: Any, /) -> Coroutine[Any, Any, Any]:
        return _begun(self).asend(value)

    def athrow(self, typ: Any, val: Any = None, tb: TracebackType | None = None, /) -> Coroutine[Any, Any, Any]:
        return _begun(self).athrow(typ, val, tb)

    def aclose(self) -> Coroutine[Any, Any, None]:
        return _begun(self).aclose()


def _begun(stand: Stand) -> AsyncGenerator[Any, Any]:
    if stand.ambidex_steps is None:
        stand.ambidex_steps = stand.ambidex_stream("stream ", (), {})  # type: ignore[misc]  # a slot of each class below
    return stand.ambidex_steps


class _Stepped(Stand):
    __slots__ = ()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        return _step(self, "next")

    def send(self, value: Any, /) -> Any:
        return _step(self, "send", value)

    def throw(self, typ: Any, val: Any = None, tb: TracebackType | None = None, /) -> Any:  # noqa: ARG002  as generators
        return _step(self, "throw", typ if val is None else val)

    def close(self) -> Any:
        return _step(self, "close")


def _step(stand: Stand, name: str, *args: Any) -> Any:
    is_over, value = stand.ambidex_block(f"step {name}", args, {})
    if is_over:
        raise StopIteration(value)
    return value


class _Entered(Stand):
    __slots__ = ()

    async def __aenter__(self) -> Any:
        steps = self.ambidex_stream("context ", (), {})
        value = await steps.__anext__()
        self.ambidex_entered.append((asyncio.current_task(), steps))
        return value

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        task, entered = asyncio.current_task(), self.ambidex_entered
        own = [each for each in entered if each[0] is task] or entered  # an exit stack may have been handed on
        entry = own[-1]
        entered.remove(entry)
        return await _leave(entry[1], error, trace)


async def _leave(steps: AsyncGenerator[Any, Any], error: BaseException | None, trace: TracebackType | None) -> bool:
    """Run the exit of a context manager; True when it suppressed the exception of the block."""
    try:
        if error is None:
            await steps.__anext__()
        else:
            await steps.athrow(error)
    except StopAsyncIteration:
        return error is not None
    except BaseException as raised:  # any: it is passed on, or it is the one that went in
        if raised is error:
            raised.__traceback__ = trace
            return False
        raise
    raise RuntimeError("the context manager did not stop after its exit")


_BY_ABILITY: dict[str, type[Stand]] = {
    CALLED: _Called,
    CALLED_ASYNC: _CalledAsync,
    AWAITED: _Awaited,
    ITERATED: _Iterated,
    STEPPED_ASYNC: _SteppedAsync,
    STEPPED: _Stepped,
    ENTERED: _Entered,
}
_NOUNS = {
    CALLED: "function",
    CALLED_ASYNC: "async function",
    CALLED_FROM_ANYWHERE: "function",
    AWAITED: "awaitable",
    ITERATED: "async iterable",
    STEPPED_ASYNC: "async iterator",
    STEPPED: "iterator",
    ENTERED: "async context manager",
}


# -- the members of objects


def _awaited(name: str) -> Callable[..., Any]:
    async def method(self: Stand, /, *args: Any, **kwargs: Any) -> Any:
        return await self.ambidex_call(f"call {name}", args, kwargs)

    return method


def _blocking(name: str) -> Callable[..., Any]:
    def method(self: Stand, /, *args: Any, **kwargs: Any) -> Any:
        return self.ambidex_block(f"call {name}", args, kwargs)

    return method


def _streaming(name: str) -> Callable[..., Any]:
    def method(self: Stand, /, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        return self.ambidex_stream(f"stream {name}", args, kwargs)

    return method


def _entering(name: str) -> Callable[..., Any]:
    def method(self: Stand, /, *args: Any, **kwargs: Any) -> Opened:
        return Opened(self.ambidex_stream(f"context {name}", args, kwargs))

    return method


class Opened:
    """Enter, once, the context manager that a member of an object has made."""

    def __init__(self, steps: AsyncGenerator[Any, Any]) -> None:
        self._steps = steps

    async def __aenter__(self) -> Any:
        return await self._steps.__anext__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        return await _leave(self._steps, error, trace)


_METHODS = {"await": _awaited, "block": _blocking, "stream": _streaming, "context": _entering}


def _attribute(name: str) -> property:
    def asking(verb: str) -> Callable[..., Any]:
        def ask(self: Stand, *args: Any) -> Any:
            return self.ambidex_block(f"{verb} {name}", args, {})

        return ask

    read, write, delete = map(asking, _OF_ATTRIBUTE)
    return property(read, write, delete)


def _missing(self: Stand, name: str) -> Any:
    raise AttributeError(  # without `repr`, which may be a member itself, and be asked for over there
        f"{type(self).__qualname__} has no {name} here: it is in another process, which is asked only for what its "
        "class makes public"
    )


def members_of(abilities: Iterable[str]) -> dict[str, Any]:
    """Return the namespace of a class whose objects offer members.

    Raises:
        KeyError: there is no such way to one.
    """
    namespace: dict[str, Any] = {}
    for ability in abilities:
        if ability.startswith(_MEMBER):
            way, _, name = ability[len(_MEMBER) :].partition(" ")
            namespace[name] = _attribute(name) if way in _OF_ATTRIBUTE else _METHODS[way](name)
    if namespace:
        namespace.setdefault("__getattr__", _missing)
    return namespace


# -- classes


class Stands:
    """Make the classes of what stands in one kind of process, each once: `base` knows how to ask.

    `parts` are those of abilities that this kind alone has, or has in a way of its own.
    """

    def __init__(self, base: type[Stand], parts: Mapping[str, type[Stand]] | None = None) -> None:
        self._base = base
        self._parts = {**_BY_ABILITY, **(parts or {})}
        self._made: dict[tuple[str, ...], type[Any]] = {}

    def class_of(self, abilities: tuple[str, ...]) -> type[Any]:
        """Return the class of what has these abilities.

        Raises:
            KeyError: there is no such ability.
        """
        found = self._made.get(abilities)
        if found is None:
            parts = [self._parts[each] for each in abilities if not each.startswith(_MEMBER)]
            namespace = {"__slots__": (), **members_of(abilities), "abilities": abilities}
            noun = next((_NOUNS[each] for each in abilities if each in _NOUNS), "object")
            made = type(f"{noun} of another process", (*parts, self._base), namespace)  # Python's messages say so
            found = self._made.setdefault(abilities, made)
        return found
