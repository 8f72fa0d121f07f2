"""The decorators of a generated module in the style "twin": each gives a stub its one form, and keeps its signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from ._decorators import decorate
from ._twins import awaited_face, blocking_face, waiting_face

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .._implementation import Implementation
    from .._values._plans import Plan
    from ._decorators import SameDecorator
    from ._options import AwaitedOptions, AwaitedStreamOptions, BlockingOptions, BlockingStreamOptions

F = TypeVar("F")


@overload
def blocking_call(stub: F, /) -> F: ...
@overload
def blocking_call(**options: Unpack[BlockingOptions]) -> SameDecorator: ...
def blocking_call(
    stub: Any = None, /, *, of: Implementation | None = None, async_name: str = "", **options: Any
) -> Any:
    """Give an async function or method the face that blocks."""
    return decorate(stub, lambda target: blocking_face(target, "task", of, async_name, options))


@overload
def blocking_stream(stub: F, /) -> F: ...
@overload
def blocking_stream(**options: Unpack[BlockingStreamOptions]) -> SameDecorator: ...
def blocking_stream(
    stub: Any = None, /, *, of: Implementation | None = None, async_name: str = "", **options: Any
) -> Any:
    """Give an async generator function the face for `for`."""
    return decorate(stub, lambda target: blocking_face(target, "stream", of, async_name, options))


@overload
def blocking_context(stub: F, /) -> F: ...
@overload
def blocking_context(**options: Unpack[BlockingOptions]) -> SameDecorator: ...
def blocking_context(
    stub: Any = None, /, *, of: Implementation | None = None, async_name: str = "", **options: Any
) -> Any:
    """Give what makes an async context manager the face for `with`."""
    return decorate(stub, lambda target: blocking_face(target, "context", of, async_name, options))


@overload
def blocking_wait(stub: F, /) -> F: ...
@overload
def blocking_wait(*, gives: Plan | None = ...) -> SameDecorator: ...
def blocking_wait(stub: Any = None, /, **options: Any) -> Any:
    """Give an object that can be awaited the method that blocks until it has been."""
    return decorate(stub, lambda target: waiting_face(target, options))


@overload
def async_call(stub: F, /) -> F: ...
@overload
def async_call(**options: Unpack[AwaitedOptions]) -> SameDecorator: ...
def async_call(stub: Any = None, /, *, of: Implementation | None = None, **options: Any) -> Any:
    """Give an async function or method the face that is awaited, on any asyncio loop."""
    return decorate(stub, lambda target: awaited_face(target, "task", of, options))


@overload
def async_stream(stub: F, /) -> F: ...
@overload
def async_stream(**options: Unpack[AwaitedStreamOptions]) -> SameDecorator: ...
def async_stream(stub: Any = None, /, *, of: Implementation | None = None, **options: Any) -> Any:
    """Give an async generator function the face for `async for`."""
    return decorate(stub, lambda target: awaited_face(target, "stream", of, options))


@overload
def async_context(stub: F, /) -> F: ...
@overload
def async_context(**options: Unpack[AwaitedOptions]) -> SameDecorator: ...
def async_context(stub: Any = None, /, *, of: Implementation | None = None, **options: Any) -> Any:
    """Give what makes an async context manager the face for `async with`."""
    return decorate(stub, lambda target: awaited_face(target, "context", of, options))
