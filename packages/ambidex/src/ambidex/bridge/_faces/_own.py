"""What type checkers take the members for that give `Self`: on an object of a subclass, that subclass.

A descriptor that is generic in a result has it once and for all; these learn it from what they are looked up on. At run
time the descriptors are those of every other member.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, overload

from ._callables import P, S_contra
from ._descriptors import EntryMethod, Method, StreamMethod
from ._of_class import ClassEntry, ClassMethod, ClassStream
from ._overridable import OverridableOwnEntry, OverridableOwnMethod, OverridableOwnStream

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from typing_extensions import Concatenate

    from ...runtime import Context
    from ._callables import Call, Entry, Stream

S = TypeVar("S")
V = TypeVar("V")


class OwnMethod(Method[P, Any], OverridableOwnMethod["Callable[P, Any]"], Generic[P]):
    """An async method that gives `Self`."""

    if TYPE_CHECKING:

        @overload
        def __get__(self, owner: None, cls: type[V]) -> Method[P, V]: ...
        @overload
        def __get__(self, owner: V, cls: type[Any]) -> Call[P, V]: ...
        def __get__(self, owner: Any, cls: type[Any]) -> Any: ...


class OwnStreamMethod(
    StreamMethod[P, Any, S_contra],
    OverridableOwnStream["Callable[P, Generator[Any, S_contra, None]]"],
    Generic[P, S_contra],
):
    """An async generator method that yields `Self`."""

    if TYPE_CHECKING:

        @overload
        def __get__(self, owner: None, cls: type[V]) -> StreamMethod[P, V, S_contra]: ...
        @overload
        def __get__(self, owner: V, cls: type[Any]) -> Stream[P, V, S_contra]: ...
        def __get__(self, owner: Any, cls: type[Any]) -> Any: ...


class OwnEntryMethod(EntryMethod[P, Any], OverridableOwnEntry["Callable[P, Context[Any]]"], Generic[P]):
    """A method that makes a context manager over `Self`."""

    if TYPE_CHECKING:

        @overload
        def __get__(self, owner: None, cls: type[V]) -> EntryMethod[P, V]: ...
        @overload
        def __get__(self, owner: V, cls: type[Any]) -> Entry[P, V]: ...
        def __get__(self, owner: Any, cls: type[Any]) -> Any: ...


class OwnClassMethod(ClassMethod[P, Any], Generic[P]):
    """An async class method that gives an object of its class."""

    if TYPE_CHECKING:

        def __get__(self, owner: object, cls: type[V]) -> Call[P, V]: ...


class OwnClassStream(ClassStream[P, Any, S_contra], Generic[P, S_contra]):
    """An async generator that is a class method and yields objects of its class."""

    if TYPE_CHECKING:

        def __get__(self, owner: object, cls: type[V]) -> Stream[P, V, S_contra]: ...


class OwnClassEntry(ClassEntry[P, Any], Generic[P]):
    """A class method that makes a context manager over an object of its class."""

    if TYPE_CHECKING:

        def __get__(self, owner: object, cls: type[V]) -> Entry[P, V]: ...


class OwnMethodDecorator(Protocol):
    """Decorate the stub of such a method."""

    def __call__(
        self, stub: Callable[Concatenate[Any, P], Any], /
    ) -> OwnMethod[P] | OverridableOwnMethod[Callable[P, Any]]: ...


class OwnStreamMethodDecorator(Protocol):
    """Decorate the stub of such an async generator method."""

    def __call__(
        self, stub: Callable[Concatenate[Any, P], Generator[Any, S, None]], /
    ) -> OwnStreamMethod[P, S] | OverridableOwnStream[Callable[P, Generator[Any, S, None]]]: ...


class OwnEntryMethodDecorator(Protocol):
    """Decorate the stub of such a method that makes a context manager."""

    def __call__(
        self, stub: Callable[Concatenate[Any, P], Context[Any]], /
    ) -> OwnEntryMethod[P] | OverridableOwnEntry[Callable[P, Context[Any]]]: ...


class OwnClassMethodDecorator(Protocol):
    """Decorate the stub of such a class method."""

    def __call__(self, stub: Callable[Concatenate[Any, P], Any], /) -> OwnClassMethod[P]: ...


class OwnClassStreamDecorator(Protocol):
    """Decorate the stub of such a class method that is an async generator."""

    def __call__(self, stub: Callable[Concatenate[Any, P], Generator[Any, S, None]], /) -> OwnClassStream[P, S]: ...


class OwnClassEntryDecorator(Protocol):
    """Decorate the stub of such a class method that makes a context manager."""

    def __call__(self, stub: Callable[Concatenate[Any, P], Context[Any]], /) -> OwnClassEntry[P]: ...
