"""What a user holds and calls: a callable, a stream or a context manager with a blocking and an async face.

One signature serves both: `f(...)` blocks, `f.aio(...)` is awaited (or iterated, or entered) on any asyncio loop.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import types
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ...options import AS_IT_IS, CallOptions
from ...runtime import Context, check_read_ahead, hide_library_frames
from ._documented import documented
from ._replaced import allow_replacing
from ._views import NO_OPTIONS, options_of, plain_of, with_options

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from typing_extensions import ParamSpec, Self

    from ...runtime import Future
    from .._identity import Reference
    from .._member import Member

    P = ParamSpec("P")
else:
    P = TypeVar("P")  # only has to stand in Generic[...]

R_co = TypeVar("R_co", covariant=True)
Y_co = TypeVar("Y_co", covariant=True)
S_contra = TypeVar("S_contra", contravariant=True)
V_co = TypeVar("V_co", covariant=True)


class _Bound:
    """Bind a member to a reference, with options.

    `reference` may be the face that has it, which then lives as long as this: so does what `weakref.WeakMethod` makes.
    What is kept in a face refers to its reference alone, so there is no cycle.
    """

    __slots__ = ("__dict__", "__weakref__", "_holds", "_member", "_read_ahead", "_reference", "_timeout_s")

    def __init__(
        self, member: Member, reference: Reference, timeout_s: float | None = None, read_ahead: int | None = None
    ) -> None:
        self._member = member
        self._holds = reference
        self._reference: Reference = getattr(reference, "__ambidex__", reference)
        self._timeout_s = timeout_s
        self._read_ahead = read_ahead
        self.__dict__ = member.attributes  # shared: its names, which a class attribute would hide from `__getattr__`

    @property
    def __bound__(self) -> tuple[Member, Reference, tuple[float | None, int | None]]:
        return self._member, self._reference, (self._timeout_s, self._read_ahead)

    def with_options(self, *, timeout: float | None = AS_IT_IS, views: bool = AS_IT_IS) -> Self:
        """Return this callable with other options; what is left out stays as it is.

        `timeout` is a deadline, in seconds, that covers the whole call and stops the work itself; None takes it back.
        With `views` long buffers stay in memory that both processes share, as for calls.

        Raises:
            ValueError: `timeout` is negative or not a number, or `views` is neither True nor False.
        """
        return self._changed(timeout=timeout, views=views)

    def _changed(
        self,
        *,
        timeout: float | None = AS_IT_IS,
        retry: int = AS_IT_IS,
        views: bool = AS_IT_IS,
        read_ahead: int | None = AS_IT_IS,
    ) -> Self:
        """Return this callable with other options: those of its channel are its reference's, the others stand here."""
        options = self._options.changed(timeout, retry, views)
        holds, of_channel = self._holds, CallOptions(None, options.retry, options.views)
        if of_channel != NO_OPTIONS or options_of(self._reference) != NO_OPTIONS:
            holds = with_options(holds, of_channel)
        limit = self._read_ahead if read_ahead is AS_IT_IS else check_read_ahead(read_ahead)
        return type(self)(self._member, holds, options.timeout_s, limit)

    @property
    def _options(self) -> CallOptions:
        """The options that its calls have: a view of a face has some for all of them."""
        options = options_of(self._reference)
        return options if self._timeout_s is None else options.replaced(timeout=self._timeout_s)

    @property
    def __self__(self) -> Any:
        """The face, or the class, that this was taken from; functions and static methods have none."""
        if self._member.binding in ("instance", "itself"):
            return self._reference.face()
        if self._member.binding == "class":
            return self._reference.receiver.cls
        raise AttributeError(f"{self._member.name} is bound to nothing")

    @property
    def __func__(self) -> Member:
        """What is bound; together with `__self__` it serves `weakref.WeakMethod`."""
        return self._member

    def __get__(self, instance: object, owner: type[Any] | None = None) -> Self:
        """Stay what this is as an attribute of a class: it is bound already, as a bound method is."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        options = self._options
        where = self._member.whereabouts(plain_of(self._reference))
        return bound_again, (*where, options.timeout_s, self._read_ahead, options.retry, options.views)

    def __copy__(self) -> Self:
        return self

    @property
    def __signature__(self) -> inspect.Signature:
        signature = inspect.signature(self._member.stub)
        if self._member.binding in ("module", "static"):
            return signature
        return signature.replace(parameters=list(signature.parameters.values())[1:])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Bound):
            return NotImplemented
        member, reference, (_, read_ahead) = other.__bound__
        return (
            self._member is member
            and self._reference.receiver is reference.receiver
            and self._read_ahead == read_ahead
            and self._options == other._options
        )

    def __hash__(self) -> int:
        return hash((self._member, id(self._reference.receiver), self._options, self._read_ahead))

    def __repr__(self) -> str:
        return f"<{type(self).__name__.lower()} {self._member.name}>"


def bound_again(
    owner: Any,
    name: str,
    timeout_s: float | None = None,
    read_ahead: int | None = None,
    retry: int = 0,
    views: bool = False,
) -> Any:
    """Return what was pickled: the callable called `name` of `owner` (a face, a class, a module's name)."""
    if isinstance(owner, str):
        owner = importlib.import_module(owner)
    found: Any = functools.reduce(getattr, name.split("."), owner)
    bound = getattr(found, "__ambidex_call__", found)
    chosen = {"timeout": timeout_s, "read_ahead": read_ahead, "retry": retry or None, "views": views or None}
    given = {option: value for option, value in chosen.items() if value is not None}
    return bound.with_options(**given) if given else bound


class Call(_Bound, Generic[P, R_co]):
    """An async function or method: call it to block, await `.aio(...)`, or `.submit(...)` for a future.

    A subclass overrides a method by a `def` under `@ambidex.method`, or an `async def` under `@ambidex.async_method`.
    """

    __slots__ = ()

    @documented(
        """Run the call and wait for its result; Ctrl-C and other interrupts cancel it.

        Raises:
            DeadlockError: called on the thread that has to run it.
            DeadlineExceeded: it did not end within its `timeout`.
            ImplementationUnavailable: the implementation could not be imported.
            RuntimeClosed: its synchronizer was closed meanwhile.
        """
    )
    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> R_co:
        reference = self._reference
        try:
            value: R_co = reference.channel.call(self._member, reference.receiver, args, kwargs, self._timeout_s)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise
        return value

    if TYPE_CHECKING:

        async def aio(self, /, *args: P.args, **kwargs: P.kwargs) -> R_co: ...
    else:

        @property
        def aio(self):
            """The awaitable form of this call, with the same parameters, for any asyncio loop.

            Cancelling the caller cancels the call.

            Raises:
                NoRunningLoop: awaited where no asyncio loop runs.
                DeadlineExceeded: it did not end within its `timeout`.
                ImplementationUnavailable: the implementation could not be imported.
                RuntimeClosed: its synchronizer was closed meanwhile.
            """
            return types.MethodType(self._member.awaiting or _awaiting(self._member), self)

    def with_options(self, *, timeout: float | None = AS_IT_IS, retry: int = AS_IT_IS, views: bool = AS_IT_IS) -> Self:
        """Return this callable with other options; what is left out stays as it is.

        `timeout` is a deadline, in seconds, that covers the whole call and stops the work itself; None takes it back.
        `retry` is how often a call is tried again whose worker has died, of what is declared `@ambidex.idempotent`; an
        object is lost with its worker, and its calls are not tried again.
        With `views` long buffers of arguments and results, such as those of arrays, stay in memory that both processes
        share: they are read-only on the side they come to, and take that memory for as long as something refers to
        them. In this process, and where no memory is shared, `views` does nothing.

        Raises:
            ValueError: `timeout` is negative or not a number, `retry` is not a whole number of 0 or more, or `views` is
                neither True nor False.
        """
        return self._changed(timeout=timeout, retry=retry, views=views)

    @documented("Start the call and return its future at once; never blocks.")
    def submit(self, /, *args: P.args, **kwargs: P.kwargs) -> Future[R_co]:
        reference = self._reference
        future: Future[R_co] = reference.channel.submit(self._member, reference.receiver, args, kwargs, self._timeout_s)
        future.__dict__["face"] = self._holds  # which lives as long as the call
        return future


def _awaiting(member: Member) -> Any:
    """Return the function whose first parameter is the bound callable, made once for each member."""
    if member.awaiting is None:

        async def awaited(call: Call[..., Any], /, *args: Any, **kwargs: Any) -> Any:
            _, reference, (timeout_s, _) = call.__bound__
            try:
                return await reference.channel.acall(member, reference.receiver, args, kwargs, timeout_s)
            except BaseException as error:  # any: it is passed on, without the library's frames
                hide_library_frames(error)
                raise

        def opened(bound: Any, /, *args: Any, **kwargs: Any) -> Any:
            return open_awaited(bound, args, kwargs)

        member.awaiting = describe_awaited(awaited if member.runs == "task" else opened, member, is_bound=True)
    return member.awaiting


def open_awaited(bound: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the async generator or the context manager of a bound callable; nothing runs yet."""
    if isinstance(bound, Entry):
        return bound(*args, **kwargs)  # pyright: ignore[reportUnknownVariableType]  its value is of any type
    member, reference, (timeout_s, _) = bound.__bound__
    return reference.channel.astream(member, reference.receiver, args, kwargs, timeout_s)


def describe_awaited(function: Any, member: Member, *, is_bound: bool) -> Any:
    """Give the function behind an `.aio` the names and the signature of its stub; `is_bound` when it is a method."""
    stub = member.stub
    function.__name__ = "aio"  # by which a bound method is pickled, and a function under its qualified name
    function.__qualname__ = f"{stub.__qualname__}.aio"
    function.__doc__ = stub.__doc__
    function.__module__ = stub.__module__
    function.__annotations__ = {**stub.__annotations__}
    function.__wrapped__ = stub  # which has the signature, too
    if member.runs != "stream" and not is_bound:
        return function
    signature = inspect.signature(stub)
    parameters = list(signature.parameters.values())[0 if member.binding in ("module", "static") else 1 :]
    if is_bound:
        first = "call"
        while first in signature.parameters:
            first += "_"
        parameters.insert(0, inspect.Parameter(first, inspect.Parameter.POSITIONAL_ONLY))
    result: Any = signature.return_annotation
    if member.runs == "stream" and isinstance(result, str) and result.endswith(", None]"):
        result = result.replace("Generator[", "AsyncGenerator[", 1)[: -len(", None]")] + "]"
        function.__annotations__["return"] = result
    function.__signature__ = signature.replace(parameters=parameters, return_annotation=result)
    return function


class Stream(_Bound, Generic[P, Y_co, S_contra]):
    """An async generator: iterate the call with `for`, or `.aio(...)` with `async for`."""

    __slots__ = ()

    @documented(
        """Return a generator each of whose steps blocks; nothing runs before the first.

        Raises:
            ImplementationUnavailable: the implementation could not be imported.
        """
    )
    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> Generator[Y_co, S_contra, None]:
        reference = self._reference
        return reference.channel.stream(
            self._member, reference.receiver, args, kwargs, self._timeout_s, self._read_ahead
        )

    def with_options(
        self, *, timeout: float | None = AS_IT_IS, read_ahead: int | None = AS_IT_IS, views: bool = AS_IT_IS
    ) -> Self:
        """Return this stream with options; what is left out stays as it is, and None takes it back.

        `timeout` is a deadline, in seconds, for the whole stream. With `read_ahead`, blocking iteration lets the
        generator run up to that many items ahead, which saves a change of threads for most of them; nothing can be
        sent or thrown into it then. With `views` long buffers stay in memory that both processes share, as for calls.

        Raises:
            ValueError: `timeout` is negative or not a number, `read_ahead` is not a positive whole number, or `views`
                is neither True nor False.
        """
        return self._changed(timeout=timeout, read_ahead=read_ahead, views=views)

    if TYPE_CHECKING:

        def aio(self, /, *args: P.args, **kwargs: P.kwargs) -> AsyncGenerator[Y_co, S_contra]: ...
    else:

        @property
        def aio(self):
            """The form of this stream for `async for` on any asyncio loop, with the same parameters.

            It gives an async generator; nothing runs before the first step.

            Raises:
                ImplementationUnavailable: the implementation could not be imported.
            """
            return types.MethodType(self._member.awaiting or _awaiting(self._member), self)


class Entry(_Bound, Generic[P, V_co]):
    """What makes a context manager: the result of the call serves in `with` and in `async with`."""

    __slots__ = ()

    @documented("Return the context manager; nothing runs before it is entered.")
    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> Context[V_co]:
        member, reference, timeout_s = self._member, self._reference, self._timeout_s
        channel, receiver = reference.channel, reference.receiver
        return Context(
            lambda: channel.stream(member, receiver, args, kwargs, timeout_s),
            lambda: channel.astream(member, receiver, args, kwargs, timeout_s),
        )

    if TYPE_CHECKING:

        def aio(self, /, *args: P.args, **kwargs: P.kwargs) -> Context[V_co]: ...
    else:

        @property
        def aio(self):
            """The same as calling it, for those who write `.aio` everywhere."""
            return types.MethodType(self._member.awaiting or _awaiting(self._member), self)


class _Docstring:
    """Give a class its own docstring, and its instances that of the function they stand for, None where it has none."""

    def __init__(self, own: str | None) -> None:
        self._own = own

    def __get__(self, instance: _Bound | None, _: type[Any]) -> str | None:
        return self._own if instance is None else instance.__bound__[0].stub.__doc__


def show_own_docstrings(*kinds: type[Any]) -> None:
    """Give the instances of each class the docstring of what they stand for."""
    for kind in kinds:
        setattr(kind, "__doc__", _Docstring(kind.__doc__))  # noqa: B010  checkers take `__doc__` for a str


show_own_docstrings(Call, Stream, Entry)
for _kind in (Call, Stream, Entry):
    allow_replacing(_kind)
