"""What type checkers compare methods by that override each other; at run time there is nothing of it.

A class that is generic in a `ParamSpec` is invariant in it to pyright, so a `Method` that takes one optional parameter
more is no `Method` of the one that it overrides. A class that is covariant in a callable compares as functions do. So
the type of a method is a union: the descriptor, or what may stand in its place, which is its base. Looking up either
gives the same: a checker may take such a union for the base alone, as ty does. Of a `Self` there are bases of their
own, which learn it from what they are looked up on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from typing_extensions import Concatenate, ParamSpec

    from ...runtime import Context
    from ._callables import Call, Entry, Stream
    from ._descriptors import EntryMethod, Method, StreamMethod

    P = ParamSpec("P")

F_co = TypeVar("F_co", covariant=True)
K_co = TypeVar("K_co", covariant=True)
D_co = TypeVar("D_co", covariant=True)
R = TypeVar("R")
S = TypeVar("S")
V = TypeVar("V")
Y = TypeVar("Y")


class OverridableMethod(Generic[F_co]):
    """Stand for an async method whose place another one may take that is called in the same way."""

    if TYPE_CHECKING:

        @overload
        def __get__(self: OverridableMethod[Callable[P, R]], owner: None, cls: type[Any]) -> Method[P, R]: ...
        @overload
        def __get__(self: OverridableMethod[Callable[P, R]], owner: object, cls: type[Any]) -> Call[P, R]: ...
        def __get__(self, owner: Any, cls: type[Any]) -> Any: ...
        def __called__(self: OverridableMethod[Callable[P, R]]) -> Call[P, R]: ...


class OverridableStream(Generic[F_co]):
    """Stand for an async generator method."""

    if TYPE_CHECKING:

        @overload
        def __get__(
            self: OverridableStream[Callable[P, Generator[Y, S, None]]], owner: None, cls: type[Any]
        ) -> StreamMethod[P, Y, S]: ...
        @overload
        def __get__(
            self: OverridableStream[Callable[P, Generator[Y, S, None]]], owner: object, cls: type[Any]
        ) -> Stream[P, Y, S]: ...
        def __get__(self, owner: Any, cls: type[Any]) -> Any: ...
        def __called__(self: OverridableStream[Callable[P, Generator[Y, S, None]]]) -> Stream[P, Y, S]: ...


class OverridableEntry(Generic[F_co]):
    """Stand for a method that makes a context manager."""

    if TYPE_CHECKING:

        @overload
        def __get__(
            self: OverridableEntry[Callable[P, Context[V]]], owner: None, cls: type[Any]
        ) -> EntryMethod[P, V]: ...
        @overload
        def __get__(self: OverridableEntry[Callable[P, Context[V]]], owner: object, cls: type[Any]) -> Entry[P, V]: ...
        def __get__(self, owner: Any, cls: type[Any]) -> Any: ...
        def __called__(self: OverridableEntry[Callable[P, Context[V]]]) -> Entry[P, V]: ...


class OverridableOwnMethod(OverridableMethod[F_co]):
    """Stand for one of those that gives `Self`."""

    if TYPE_CHECKING:

        @overload  # type: ignore[override]  # what gives `Self` knows more than what gives any
        def __get__(self: OverridableOwnMethod[Callable[P, Any]], owner: None, cls: type[V]) -> Method[P, V]: ...
        @overload
        def __get__(self: OverridableOwnMethod[Callable[P, Any]], owner: V, cls: type[Any]) -> Call[P, V]: ...
        def __get__(self, owner: Any, cls: type[Any]) -> Any: ...


class OverridableOwnStream(OverridableStream[F_co]):
    """Stand for one of those that gives `Self`."""

    if TYPE_CHECKING:

        @overload  # type: ignore[override]  # what gives `Self` knows more than what gives any
        def __get__(
            self: OverridableOwnStream[Callable[P, Generator[Any, S, None]]], owner: None, cls: type[V]
        ) -> StreamMethod[P, V, S]: ...
        @overload
        def __get__(
            self: OverridableOwnStream[Callable[P, Generator[Any, S, None]]], owner: V, cls: type[Any]
        ) -> Stream[P, V, S]: ...
        def __get__(self, owner: Any, cls: type[Any]) -> Any: ...


class OverridableOwnEntry(OverridableEntry[F_co]):
    """Stand for one of those that gives `Self`."""

    if TYPE_CHECKING:

        @overload  # type: ignore[override]  # what gives `Self` knows more than what gives any
        def __get__(
            self: OverridableOwnEntry[Callable[P, Context[Any]]], owner: None, cls: type[V]
        ) -> EntryMethod[P, V]: ...
        @overload
        def __get__(self: OverridableOwnEntry[Callable[P, Context[Any]]], owner: V, cls: type[Any]) -> Entry[P, V]: ...
        def __get__(self, owner: Any, cls: type[Any]) -> Any: ...


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
