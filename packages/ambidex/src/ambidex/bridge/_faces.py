"""What a user holds and calls: a callable, a stream or a context manager with a blocking and an async face.

One signature serves both: `f(...)` blocks, `f.aio(...)` is awaited (or iterated, or entered) on any asyncio loop.
"""

from __future__ import annotations

import inspect
import types
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..runtime import Context, check_timeout, hide_library_frames

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from typing_extensions import ParamSpec, Self

    from ..runtime import Future
    from ._identity import Reference
    from ._member import Member

    P = ParamSpec("P")
else:
    P = TypeVar("P")  # only has to stand in Generic[...]

R_co = TypeVar("R_co", covariant=True)
Y_co = TypeVar("Y_co", covariant=True)
S_contra = TypeVar("S_contra", contravariant=True)
V_co = TypeVar("V_co", covariant=True)


class _Bound:
    """Bind a member to a reference, with options; the face itself is not referred to, so there is no cycle."""

    __slots__ = ("__weakref__", "_member", "_reference", "_timeout_s")

    def __init__(self, member: Member, reference: Reference, timeout_s: float | None = None) -> None:
        self._member = member
        self._reference = reference
        self._timeout_s = timeout_s

    @property
    def __bound__(self) -> tuple[Member, Reference, float | None]:
        return self._member, self._reference, self._timeout_s

    def with_options(self, *, timeout: float | None = None) -> Self:
        """Return this callable with a deadline, in seconds, that covers the whole call and stops the work itself.

        Raises:
            ValueError: `timeout` is negative or not a number.
        """
        return type(self)(self._member, self._reference, check_timeout(timeout))

    @property
    def __signature__(self) -> inspect.Signature:
        signature = inspect.signature(self._member.stub)
        if self._member.binding in ("module", "static"):
            return signature
        return signature.replace(parameters=list(signature.parameters.values())[1:])

    def __getattr__(self, name: str) -> Any:
        if name in ("__name__", "__qualname__", "__module__", "__wrapped__", "__annotations__"):
            return getattr(self._member.stub, name)
        raise AttributeError(f"{type(self).__name__} of {self._member.name} has no attribute {name!r}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Bound):
            return NotImplemented
        member, reference, timeout_s = other.__bound__
        return (
            self._member is member and self._timeout_s == timeout_s and self._reference.receiver is reference.receiver
        )

    def __hash__(self) -> int:
        return hash((self._member, id(self._reference.receiver), self._timeout_s))

    def __repr__(self) -> str:
        return f"<{type(self).__name__.lower()} {self._member.name}>"


class Call(_Bound, Generic[P, R_co]):
    """An async function or method: call it to block, await `.aio(...)`, or `.submit(...)` for a future."""

    __slots__ = ()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Run the call and wait for its result; Ctrl-C and other interrupts cancel it.

        Raises:
            DeadlockError: called on the thread that has to run it.
            DeadlineExceeded: it did not end within its `timeout`.
            ImplementationUnavailable: the implementation could not be imported.
            RuntimeClosed: its synchronizer was closed meanwhile.
        """
        reference = self._reference
        try:
            value: R_co = reference.channel.call(self._member, reference.receiver, args, kwargs, self._timeout_s)
        except BaseException as error:
            hide_library_frames(error)
            raise
        return value

    if TYPE_CHECKING:

        async def aio(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
            """Run the call and await its result from any asyncio loop; cancelling the caller cancels it.

            Raises:
                NoRunningLoop: awaited where no asyncio loop runs.
                DeadlineExceeded: it did not end within its `timeout`.
                ImplementationUnavailable: the implementation could not be imported.
                RuntimeClosed: its synchronizer was closed meanwhile.
            """
            ...
    else:

        @property
        def aio(self):
            """The awaitable form of this call, with the same parameters."""
            return types.MethodType(_awaiting(self._member), self)

    def submit(self, *args: P.args, **kwargs: P.kwargs) -> Future[R_co]:
        """Start the call and return its future at once; never blocks."""
        reference = self._reference
        return reference.channel.submit(self._member, reference.receiver, args, kwargs, self._timeout_s)


async def await_call(bound: _Bound, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Await a bound async callable with these arguments."""
    member, reference, timeout_s = bound.__bound__
    return await reference.channel.acall(member, reference.receiver, args, kwargs, timeout_s)


def _awaiting(member: Member) -> Any:
    """Return the async function whose first parameter is the bound call, made once for each member."""
    if member.awaiting is None:

        async def aio(call: Call[..., Any], /, *args: Any, **kwargs: Any) -> Any:
            try:
                return await await_call(call, args, kwargs)
            except BaseException as error:
                hide_library_frames(error)
                raise

        aio.__qualname__ = f"{member.name}.aio"
        aio.__doc__ = member.stub.__doc__
        aio.__module__ = member.stub.__module__
        signature = inspect.signature(member.stub)
        first = inspect.Parameter("call", inspect.Parameter.POSITIONAL_ONLY)
        rest = list(signature.parameters.values())[0 if member.binding in ("module", "static") else 1 :]
        aio.__signature__ = signature.replace(parameters=[first, *rest])  # type: ignore[attr-defined]
        member.awaiting = aio
    return member.awaiting


class Stream(_Bound, Generic[P, Y_co, S_contra]):
    """An async generator: iterate the call with `for`, or `.aio(...)` with `async for`."""

    __slots__ = ()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Generator[Y_co, S_contra, None]:
        """Return a generator each of whose steps blocks; nothing runs before the first.

        Raises:
            ImplementationUnavailable: the implementation could not be imported.
        """
        reference = self._reference
        return reference.channel.stream(self._member, reference.receiver, args, kwargs, self._timeout_s)

    def aio(self, *args: P.args, **kwargs: P.kwargs) -> AsyncGenerator[Y_co, S_contra]:
        """Return an async generator for any asyncio loop; nothing runs before the first step.

        Raises:
            ImplementationUnavailable: the implementation could not be imported.
        """
        reference = self._reference
        return reference.channel.astream(self._member, reference.receiver, args, kwargs, self._timeout_s)


class Entry(_Bound, Generic[P, V_co]):
    """What makes a context manager: the result of the call serves in `with` and in `async with`."""

    __slots__ = ()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Context[V_co]:
        """Return the context manager; nothing runs before it is entered."""
        member, reference, timeout_s = self._member, self._reference, self._timeout_s
        channel, receiver = reference.channel, reference.receiver
        return Context(
            lambda: channel.stream(member, receiver, args, kwargs, timeout_s),
            lambda: channel.astream(member, receiver, args, kwargs, timeout_s),
        )

    def aio(self, *args: P.args, **kwargs: P.kwargs) -> Context[V_co]:
        """Return the context manager, as calling it does."""
        return self(*args, **kwargs)


class _Docstring:
    """Give a class its own docstring, and its instances that of the function they stand for, None where it has none."""

    def __init__(self, own: str | None) -> None:
        self._own = own

    def __get__(self, instance: _Bound | None, _: type[Any]) -> str | None:
        return self._own if instance is None else instance.__bound__[0].stub.__doc__


for _kind in (Call, Stream, Entry):
    setattr(_kind, "__doc__", _Docstring(_kind.__doc__))  # noqa: B010  checkers take `__doc__` for a str
