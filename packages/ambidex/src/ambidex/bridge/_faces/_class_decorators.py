"""The decorators of what is bound to a generated class, each over a stub under `@classmethod` or `@staticmethod`.

Beside those of `_decorators.py`, and of the same form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar, overload

from ._decorators import decorate, descriptor
from ._of_class import ClassAttribute, ClassEntry, ClassMethod, ClassStream

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from typing_extensions import Concatenate, ParamSpec

    from ...runtime import Context
    from .._values._plans import Plan
    from ._decorators import TypedDecorator

    P = ParamSpec("P")

K = TypeVar("K")
R = TypeVar("R")
Y = TypeVar("Y")
S = TypeVar("S")
V = TypeVar("V")


class ClassMethodDecorator(Protocol):
    """Decorate the stub of an async class method."""

    def __call__(self, stub: Callable[Concatenate[Any, P], R], /) -> ClassMethod[P, R]: ...


class StaticMethodDecorator(Protocol):
    """Decorate the stub of an async static method."""

    def __call__(self, stub: Callable[P, R], /) -> ClassMethod[P, R]: ...


class ClassStreamDecorator(Protocol):
    """Decorate the stub of a class method that is an async generator."""

    def __call__(self, stub: Callable[Concatenate[Any, P], Generator[Y, S, None]], /) -> ClassStream[P, Y, S]: ...


class StaticStreamDecorator(Protocol):
    """Decorate the stub of a static method that is an async generator."""

    def __call__(self, stub: Callable[P, Generator[Y, S, None]], /) -> ClassStream[P, Y, S]: ...


class ClassEntryDecorator(Protocol):
    """Decorate the stub of a class method that makes a context manager."""

    def __call__(self, stub: Callable[Concatenate[Any, P], Context[V]], /) -> ClassEntry[P, V]: ...


class StaticEntryDecorator(Protocol):
    """Decorate the stub of a static method that makes a context manager."""

    def __call__(self, stub: Callable[P, Context[V]], /) -> ClassEntry[P, V]: ...


class ClassAttributeDecorator(Protocol):
    """Decorate the stub of a class attribute."""

    def __call__(self, stub: Callable[[Any], R], /) -> ClassAttribute[R]: ...


@overload
def class_method(stub: Callable[Concatenate[Any, P], R], /) -> ClassMethod[P, R]: ...
@overload
def class_method(
    *, name: str | None = ..., takes: Mapping[str, Plan] = ..., gives: Plan | None = ...
) -> ClassMethodDecorator: ...
@overload
def class_method(
    *,
    faces: Callable[[], type[K]],
    name: str | None = ...,
    takes: Mapping[str, Plan] = ...,
    gives: Plan | None = ...,
) -> TypedDecorator[K]: ...
def class_method(stub: Any = None, /, **options: Any) -> Any:
    """Give an async class method (a stub under `@classmethod`) its faces."""
    return decorate(stub, lambda target: descriptor(ClassMethod, target.__func__, "task", "class", options))


@overload
def static_method(stub: Callable[P, R], /) -> ClassMethod[P, R]: ...
@overload
def static_method(
    *, name: str | None = ..., takes: Mapping[str, Plan] = ..., gives: Plan | None = ...
) -> StaticMethodDecorator: ...
@overload
def static_method(
    *,
    faces: Callable[[], type[K]],
    name: str | None = ...,
    takes: Mapping[str, Plan] = ...,
    gives: Plan | None = ...,
) -> TypedDecorator[K]: ...
def static_method(stub: Any = None, /, **options: Any) -> Any:
    """Give an async static method (a stub under `@staticmethod`) its faces."""
    return decorate(stub, lambda target: descriptor(ClassMethod, target.__func__, "task", "static", options))


@overload
def class_stream(stub: Callable[Concatenate[Any, P], Generator[Y, S, None]], /) -> ClassStream[P, Y, S]: ...
@overload
def class_stream(
    *,
    name: str | None = ...,
    takes: Mapping[str, Plan] = ...,
    gives: Plan | None = ...,
    sent: Plan | None = ...,
) -> ClassStreamDecorator: ...
@overload
def class_stream(
    *,
    faces: Callable[[], type[K]],
    name: str | None = ...,
    takes: Mapping[str, Plan] = ...,
    gives: Plan | None = ...,
    sent: Plan | None = ...,
) -> TypedDecorator[K]: ...
def class_stream(stub: Any = None, /, **options: Any) -> Any:
    """Give a class method that is an async generator (a stub under `@classmethod`) its faces."""
    return decorate(stub, lambda target: descriptor(ClassStream, target.__func__, "stream", "class", options))


@overload
def static_stream(stub: Callable[P, Generator[Y, S, None]], /) -> ClassStream[P, Y, S]: ...
@overload
def static_stream(
    *,
    name: str | None = ...,
    takes: Mapping[str, Plan] = ...,
    gives: Plan | None = ...,
    sent: Plan | None = ...,
) -> StaticStreamDecorator: ...
@overload
def static_stream(
    *,
    faces: Callable[[], type[K]],
    name: str | None = ...,
    takes: Mapping[str, Plan] = ...,
    gives: Plan | None = ...,
    sent: Plan | None = ...,
) -> TypedDecorator[K]: ...
def static_stream(stub: Any = None, /, **options: Any) -> Any:
    """Give a static method that is an async generator (a stub under `@staticmethod`) its faces."""
    return decorate(stub, lambda target: descriptor(ClassStream, target.__func__, "stream", "static", options))


@overload
def class_context(stub: Callable[Concatenate[Any, P], Context[V]], /) -> ClassEntry[P, V]: ...
@overload
def class_context(
    *, name: str | None = ..., takes: Mapping[str, Plan] = ..., gives: Plan | None = ...
) -> ClassEntryDecorator: ...
@overload
def class_context(
    *,
    faces: Callable[[], type[K]],
    name: str | None = ...,
    takes: Mapping[str, Plan] = ...,
    gives: Plan | None = ...,
) -> TypedDecorator[K]: ...
def class_context(stub: Any = None, /, **options: Any) -> Any:
    """Give a class method that makes a context manager (a stub under `@classmethod`) its face."""
    return decorate(stub, lambda target: descriptor(ClassEntry, target.__func__, "context", "class", options))


@overload
def static_context(stub: Callable[P, Context[V]], /) -> ClassEntry[P, V]: ...
@overload
def static_context(
    *, name: str | None = ..., takes: Mapping[str, Plan] = ..., gives: Plan | None = ...
) -> StaticEntryDecorator: ...
@overload
def static_context(
    *,
    faces: Callable[[], type[K]],
    name: str | None = ...,
    takes: Mapping[str, Plan] = ...,
    gives: Plan | None = ...,
) -> TypedDecorator[K]: ...
def static_context(stub: Any = None, /, **options: Any) -> Any:
    """Give a static method that makes a context manager (a stub under `@staticmethod`) its face."""
    return decorate(stub, lambda target: descriptor(ClassEntry, target.__func__, "context", "static", options))


@overload
def class_attribute(stub: Callable[[Any], R], /) -> ClassAttribute[R]: ...
@overload
def class_attribute(*, gives: Plan | None = ...) -> ClassAttributeDecorator: ...
def class_attribute(stub: Any = None, /, **options: Any) -> Any:
    """Read an attribute of the class (a stub under `@classmethod`), on the class and on its objects."""

    def described(target: Any) -> ClassAttribute[Any]:
        return ClassAttribute(target.__func__, options)

    return decorate(stub, described)
