"""The decorators of a generated class: each turns a stub into the faces of one member of the implementation.

A stub is a signature, a docstring and `raise implemented_elsewhere().at(...)`; its body never runs. Decorators typed as
identities (`F -> F`) keep the stub's own signature; the descriptors are generic in parameters and result alone, not in
the owner, because an owner parameter makes every override in a subclass an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar, overload

from ...errors import InternalError
from .._description import Description
from .._member import Member
from ._descriptors import (
    CONTEXT_FACES,
    ITERATOR_FACES,
    EntryMethod,
    Method,
    StreamMethod,
    attribute_face,
    await_face,
    calling_face,
    deleter_face,
)
from ._face import constructor_face, dynamic_face

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from typing import Literal

    from typing_extensions import Concatenate, ParamSpec, Unpack

    from ...runtime import Context
    from .._member import Binding, Runs
    from .._values._plans import Plan
    from ._callables import Call, Entry, Stream
    from ._options import Options, StreamOptions
    from ._overridable import OverridableEntry, OverridableMethod, OverridableStream, TypedMethodDecorator
    from ._own import OwnEntryMethodDecorator, OwnMethodDecorator, OwnStreamMethodDecorator

    P = ParamSpec("P")

F = TypeVar("F")
K = TypeVar("K")
K_co = TypeVar("K_co", covariant=True)
R = TypeVar("R")
Y = TypeVar("Y")
S = TypeVar("S")
V = TypeVar("V")


class CallDecorator(Protocol):
    """Decorate the stub of an async function."""

    def __call__(self, stub: Callable[P, R], /) -> Call[P, R]: ...


class StreamDecorator(Protocol):
    """Decorate the stub of an async generator function."""

    def __call__(self, stub: Callable[P, Generator[Y, S, None]], /) -> Stream[P, Y, S]: ...


class ContextDecorator(Protocol):
    """Decorate the stub of a function that makes a context manager."""

    def __call__(self, stub: Callable[P, Context[V]], /) -> Entry[P, V]: ...


class SameDecorator(Protocol):
    """Decorate a stub that keeps its own signature."""

    def __call__(self, stub: F, /) -> F: ...


class MethodDecorator(Protocol):
    """Decorate the stub of an async method."""

    def __call__(
        self, stub: Callable[Concatenate[Any, P], R], /
    ) -> Method[P, R] | OverridableMethod[Callable[P, R]]: ...


class StreamMethodDecorator(Protocol):
    """Decorate the stub of an async generator method."""

    def __call__(
        self, stub: Callable[Concatenate[Any, P], Generator[Y, S, None]], /
    ) -> StreamMethod[P, Y, S] | OverridableStream[Callable[P, Generator[Y, S, None]]]: ...


class EntryMethodDecorator(Protocol):
    """Decorate the stub of a method that makes a context manager."""

    def __call__(
        self, stub: Callable[Concatenate[Any, P], Context[V]], /
    ) -> EntryMethod[P, V] | OverridableEntry[Callable[P, Context[V]]]: ...


class TypedDecorator(Protocol[K_co]):
    """Decorate a stub whose faces another class types: its signature would lose something in a decorator."""

    def __call__(self, stub: object, /) -> K_co: ...


# -- async members


@overload
def method(stub: Callable[Concatenate[Any, P], R], /) -> Method[P, R] | OverridableMethod[Callable[P, R]]: ...
@overload
def method(*, faces: Callable[[], type[K]], **options: Unpack[Options]) -> TypedDecorator[K]: ...
@overload
def method(*, called: Callable[[], type[K]], **options: Unpack[Options]) -> TypedMethodDecorator[K]: ...
@overload
def method(*, own: Literal[True], **options: Unpack[Options]) -> OwnMethodDecorator: ...
@overload
def method(**options: Unpack[Options]) -> MethodDecorator: ...
def method(stub: Any = None, /, **options: Any) -> Any:
    """Give an async method its faces."""
    return decorate(stub, lambda target: descriptor(Method, target, "task", "instance", options))


@overload
def awaited(stub: Callable[Concatenate[Any, P], R], /) -> Method[P, R] | OverridableMethod[Callable[P, R]]: ...
@overload
def awaited(*, own: Literal[True], gives: Plan | None = ...) -> OwnMethodDecorator: ...
@overload
def awaited(*, gives: Plan | None = ...) -> MethodDecorator: ...
def awaited(stub: Any = None, /, **options: Any) -> Any:
    """Give an object that can be awaited the method that does so: it blocks, and has an `.aio` as every other."""
    return decorate(stub, lambda target: descriptor(Method, target, "task", "itself", options))


@overload
def stream(
    stub: Callable[Concatenate[Any, P], Generator[Y, S, None]], /
) -> StreamMethod[P, Y, S] | OverridableStream[Callable[P, Generator[Y, S, None]]]: ...
@overload
def stream(*, faces: Callable[[], type[K]], **options: Unpack[StreamOptions]) -> TypedDecorator[K]: ...
@overload
def stream(*, called: Callable[[], type[K]], **options: Unpack[StreamOptions]) -> TypedMethodDecorator[K]: ...
@overload
def stream(*, own: Literal[True], **options: Unpack[StreamOptions]) -> OwnStreamMethodDecorator: ...
@overload
def stream(**options: Unpack[StreamOptions]) -> StreamMethodDecorator: ...
def stream(stub: Any = None, /, **options: Any) -> Any:
    """Give an async generator method its faces."""
    return decorate(stub, lambda target: descriptor(StreamMethod, target, "stream", "instance", options))


@overload
def context(
    stub: Callable[Concatenate[Any, P], Context[V]], /
) -> EntryMethod[P, V] | OverridableEntry[Callable[P, Context[V]]]: ...
@overload
def context(*, faces: Callable[[], type[K]], **options: Unpack[Options]) -> TypedDecorator[K]: ...
@overload
def context(*, called: Callable[[], type[K]], **options: Unpack[Options]) -> TypedMethodDecorator[K]: ...
@overload
def context(*, own: Literal[True], **options: Unpack[Options]) -> OwnEntryMethodDecorator: ...
@overload
def context(**options: Unpack[Options]) -> EntryMethodDecorator: ...
def context(stub: Any = None, /, **options: Any) -> Any:
    """Give a method that makes an async context manager its face, which serves in `with` and `async with`."""
    return decorate(stub, lambda target: descriptor(EntryMethod, target, "context", "instance", options))


# -- members with one face, typed as their stubs


@overload
def constructor(stub: F, /) -> F: ...
@overload
def constructor(*, takes: Mapping[str, Plan] = ...) -> SameDecorator: ...
def constructor(stub: Any = None, /, **options: Any) -> Any:
    """Make the object a face stands for from the arguments of `__init__`."""
    return decorate(stub, lambda target: constructor_face(target, options))


@overload
def sync_method(stub: F, /) -> F: ...
@overload
def sync_method(**options: Unpack[Options]) -> SameDecorator: ...
def sync_method(stub: Any = None, /, **options: Any) -> Any:
    """Give a plain method, or class method under `@classmethod`, its face; it runs on the loop."""
    return decorate(stub, lambda target: calling_face(target, "loop", options))


@overload
def special(stub: F, /) -> F: ...
@overload
def special(*, takes: Mapping[str, Plan] = ..., gives: Plan | None = ...) -> SameDecorator: ...
def special(stub: Any = None, /, **options: Any) -> Any:
    """Give a special method, such as `__len__`, its face; in process it runs on the calling thread."""
    return decorate(stub, lambda target: calling_face(target, "here", options))


@overload
def attribute(stub: F, /) -> F: ...
@overload
def attribute(**options: Unpack[Options]) -> SameDecorator: ...
def attribute(stub: Any = None, /, **options: Any) -> Any:
    """Read an attribute, or write it (a stub with a parameter), under `@property` and its setter."""
    return decorate(stub, lambda target: attribute_face(target, options))


@overload
def deleter(stub: F, /) -> F: ...
@overload
def deleter(*, name: str | None = ...) -> SameDecorator: ...
def deleter(stub: Any = None, /, **options: Any) -> Any:
    """Delete an attribute, under the deleter of its property."""
    return decorate(stub, lambda target: deleter_face(target, options))


@overload
def dynamic(stub: F, /) -> F: ...
@overload
def dynamic(*, gives: Plan | None = ...) -> SameDecorator: ...
def dynamic(stub: Any = None, /, **options: Any) -> Any:
    """Give `__getattr__` its face: attributes that the class does not declare."""
    return decorate(stub, lambda target: dynamic_face(target, options))


@overload
def await_method(stub: F, /) -> F: ...
@overload
def await_method(*, gives: Plan | None = ...) -> SameDecorator: ...
def await_method(stub: Any = None, /, **options: Any) -> Any:
    """Give `__await__` its face: the object itself is awaited, on its loop."""
    return decorate(stub, lambda target: await_face(target, options))


@overload
def context_method(stub: F, /) -> F: ...
@overload
def context_method(*, gives: Plan | None = ...) -> SameDecorator: ...
def context_method(stub: Any = None, /, **options: Any) -> Any:
    """Give `__enter__`, `__exit__`, `__aenter__` or `__aexit__` its face; enter and exit share one task."""
    return decorate(stub, lambda target: CONTEXT_FACES[target.__name__](target, options))


@overload
def iterator_method(stub: F, /) -> F: ...
@overload
def iterator_method(*, gives: Plan | None = ...) -> SameDecorator: ...
def iterator_method(stub: Any = None, /, **options: Any) -> Any:
    """Give `__iter__`, `__next__`, `__aiter__` or `__anext__` its face, over the implementation's async one."""
    return decorate(stub, lambda target: ITERATOR_FACES[target.__name__](target, options))


def implemented_elsewhere() -> NoReturn:
    """Stand as the body of a stub, which never runs.

    What a stub writes around the call, `raise` and `.at(...)`, is not reached either: `raise` tells each type checker
    that the stub gives nothing back, and `.at(...)` names the implementation for editors.

    Raises:
        InternalError: it ran: the decorator above the stub is missing.
    """
    raise InternalError("the body of a generated stub ran: its decorator is missing; generate the module again")


def decorate(stub: Any, decorator: Callable[[Any], Any]) -> Any:
    """Return a decorated stub, or where there is none yet, the decorator."""
    return decorator if stub is None else decorator(stub)


def descriptor(
    kind: Callable[[Member], Any], stub: Any, runs: Runs, binding: Binding, options: Mapping[str, Any]
) -> Any:
    """Return the descriptor of a member that has a stub."""
    return kind(Member(stub, runs, binding, Description(**options)))
