"""What type checkers compare methods by that override each other; at run time there is nothing of it.

A class that is generic in a `ParamSpec` is invariant in it to pyright, so a `Method` that takes one optional parameter
more is no `Method` of the one that it overrides. A class that is covariant in a callable compares as functions do. So
the type of a method is a union: the descriptor, which says what looking it up gives, or what may stand in its place,
which gives nothing. Mypy compares what looking both up gives, and the second part adds nothing to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from typing_extensions import Concatenate, Never, ParamSpec

    from ...runtime import Context
    from ._callables import Call, Entry, Stream

    P = ParamSpec("P")

F_co = TypeVar("F_co", covariant=True)
K_co = TypeVar("K_co", covariant=True)
D_co = TypeVar("D_co", covariant=True)
R = TypeVar("R")
S = TypeVar("S")
V = TypeVar("V")
Y = TypeVar("Y")


class _Overridable(Generic[F_co]):
    """Stand for a member whose place another one may take that is called in the same way, with its receiver bound."""

    if TYPE_CHECKING:

        def __get__(self, owner: object, cls: type[Any], /) -> Never: ...


class OverridableMethod(_Overridable[F_co]):
    """Stand for an async method."""

    if TYPE_CHECKING:

        def __called__(self: OverridableMethod[Callable[P, R]]) -> Call[P, R]: ...


class OverridableStream(_Overridable[F_co]):
    """Stand for an async generator method."""

    if TYPE_CHECKING:

        def __called__(self: OverridableStream[Callable[P, Generator[Y, S, None]]]) -> Stream[P, Y, S]: ...


class OverridableEntry(_Overridable[F_co]):
    """Stand for a method that makes a context manager."""

    if TYPE_CHECKING:

        def __called__(self: OverridableEntry[Callable[P, Context[V]]]) -> Entry[P, V]: ...


class TypedMethod(Protocol[K_co]):
    """A method that another class types: `K_co` is what looking it up on an object gives.

    `__called__` is what pyright compares with that where a method overrides it.
    """

    @overload
    def __get__(self, owner: None, cls: type[Any], /) -> TypedMethod[K_co]: ...
    @overload
    def __get__(self, owner: object, cls: type[Any], /) -> K_co: ...
    def __called__(self) -> K_co: ...


class TypedMethodDecorator(Protocol[K_co]):
    """Decorate the stub of a method whose faces another class types."""

    def __call__(self, stub: object, /) -> TypedMethod[K_co]: ...


class Overridden(Protocol):
    """A method of a generated class, as the class gives it."""

    def __called__(self) -> Any: ...


class OverridingDecorator(Protocol[D_co]):
    """Decorate a method that is typed as what it overrides."""

    def __call__(self, function: Callable[Concatenate[Any, ...], object], /) -> D_co: ...
