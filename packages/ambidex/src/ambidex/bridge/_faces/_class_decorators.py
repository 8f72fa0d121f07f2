"""The decorators of what is bound to a generated class, each over a stub under `@classmethod` or `@staticmethod`.

Beside those of `_decorators.py`, and of the same form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar, overload

from ._decorators import decorate, descriptor
from ._of_class import ClassAttribute, ClassEntry, ClassMethod, ClassStream, TypeAttribute

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Literal

    from typing_extensions import Concatenate, ParamSpec, Unpack

    from ...runtime import Context
    from .._values._plans import Plan
    from ._decorators import TypedDecorator
    from ._options import Options, StreamOptions
    from ._own import OwnClassEntryDecorator, OwnClassMethodDecorator, OwnClassStreamDecorator

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


class TypeAttributeDecorator(Protocol):
    """Decorate the stub of an attribute that a metaclass gives."""

    def __call__(self, stub: Callable[[Any], R], /) -> TypeAttribute[R]: ...


@overload
def class_method(stub: Callable[Concatenate[Any, P], R], /) -> ClassMethod[P, R]: ...
@overload
def class_method(*, faces: Callable[[], type[K]], **options: Unpack[Options]) -> TypedDecorator[K]: ...
@overload
def class_method(*, own: Literal[True], **options: Unpack[Options]) -> OwnClassMethodDecorator: ...
@overload
def class_method(**options: Unpack[Options]) -> ClassMethodDecorator: ...
def class_method(stub: Any = None, /, **options: Any) -> Any:
    """Give an async class method (a stub under `@classmethod`) its faces."""
    return decorate(stub, lambda target: descriptor(ClassMethod, target.__func__, "task", "class", options))


@overload
def static_method(stub: Callable[P, R], /) -> ClassMethod[P, R]: ...
@overload
def static_method(*, faces: Callable[[], type[K]], **options: Unpack[Options]) -> TypedDecorator[K]: ...
@overload
def static_method(**options: Unpack[Options]) -> StaticMethodDecorator: ...
def static_method(stub: Any = None, /, **options: Any) -> Any:
    """Give an async static method (a stub under `@staticmethod`) its faces."""
    return decorate(stub, lambda target: descriptor(ClassMethod, target.__func__, "task", "static", options))


@overload
def class_stream(stub: Callable[Concatenate[Any, P], Generator[Y, S, None]], /) -> ClassStream[P, Y, S]: ...
@overload
def class_stream(*, faces: Callable[[], type[K]], **options: Unpack[StreamOptions]) -> TypedDecorator[K]: ...
@overload
def class_stream(*, own: Literal[True], **options: Unpack[StreamOptions]) -> OwnClassStreamDecorator: ...
@overload
def class_stream(**options: Unpack[StreamOptions]) -> ClassStreamDecorator: ...
def class_stream(stub: Any = None, /, **options: Any) -> Any:
    """Give a class method that is an async generator (a stub under `@classmethod`) its faces."""
    return decorate(stub, lambda target: descriptor(ClassStream, target.__func__, "stream", "class", options))


@overload
def static_stream(stub: Callable[P, Generator[Y, S, None]], /) -> ClassStream[P, Y, S]: ...
@overload
def static_stream(*, faces: Callable[[], type[K]], **options: Unpack[StreamOptions]) -> TypedDecorator[K]: ...
@overload
def static_stream(**options: Unpack[StreamOptions]) -> StaticStreamDecorator: ...
def static_stream(stub: Any = None, /, **options: Any) -> Any:
    """Give a static method that is an async generator (a stub under `@staticmethod`) its faces."""
    return decorate(stub, lambda target: descriptor(ClassStream, target.__func__, "stream", "static", options))


@overload
def class_context(stub: Callable[Concatenate[Any, P], Context[V]], /) -> ClassEntry[P, V]: ...
@overload
def class_context(*, faces: Callable[[], type[K]], **options: Unpack[Options]) -> TypedDecorator[K]: ...
@overload
def class_context(*, own: Literal[True], **options: Unpack[Options]) -> OwnClassEntryDecorator: ...
@overload
def class_context(**options: Unpack[Options]) -> ClassEntryDecorator: ...
def class_context(stub: Any = None, /, **options: Any) -> Any:
    """Give a class method that makes a context manager (a stub under `@classmethod`) its face."""
    return decorate(stub, lambda target: descriptor(ClassEntry, target.__func__, "context", "class", options))


@overload
def static_context(stub: Callable[P, Context[V]], /) -> ClassEntry[P, V]: ...
@overload
def static_context(*, faces: Callable[[], type[K]], **options: Unpack[Options]) -> TypedDecorator[K]: ...
@overload
def static_context(**options: Unpack[Options]) -> StaticEntryDecorator: ...
def static_context(stub: Any = None, /, **options: Any) -> Any:
    """Give a static method that makes a context manager (a stub under `@staticmethod`) its face."""
    return decorate(stub, lambda target: descriptor(ClassEntry, target.__func__, "context", "static", options))


@overload
def class_attribute(stub: Callable[[Any], R], /) -> ClassAttribute[R]: ...
@overload
def class_attribute(*, name: str | None = ..., gives: Plan | None = ...) -> ClassAttributeDecorator: ...
def class_attribute(stub: Any = None, /, **options: Any) -> Any:
    """Read an attribute of the class (a stub under `@classmethod`), on the class and on its objects."""

    def described(target: Any) -> ClassAttribute[Any]:
        return ClassAttribute(target.__func__, options)

    return decorate(stub, described)


@overload
def type_attribute(stub: Callable[[Any], R], /) -> TypeAttribute[R]: ...
@overload
def type_attribute(*, name: str | None = ..., gives: Plan | None = ...) -> TypeAttributeDecorator: ...
def type_attribute(stub: Any = None, /, **options: Any) -> Any:
    """Read an attribute that a metaclass gives the class (a stub under `@classmethod`), on the class alone."""

    def described(target: Any) -> TypeAttribute[Any]:
        return TypeAttribute(target.__func__, options)

    return decorate(stub, described)
