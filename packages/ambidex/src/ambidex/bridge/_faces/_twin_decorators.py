"""The decorators of a generated module in the style "twin": each gives a stub its one form, and keeps its signature.

`of` is the implementation of a function or of a static method, which has no class to know it from; `async_name` is what
the other form is called, for what somebody is told to write who may not block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from ._decorators import decorate
from ._twins import awaited_face, blocking_face, waiting_face

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._implementation import Implementation
    from .._values._plans import Plan
    from ._decorators import SameDecorator

F = TypeVar("F")


@overload
def blocking_call(stub: F, /) -> F: ...
@overload
def blocking_call(
    *,
    of: Implementation | None = ...,
    async_name: str = ...,
    name: str | None = ...,
    takes: Mapping[str, Plan] = ...,
    gives: Plan | None = ...,
) -> SameDecorator: ...
def blocking_call(
    stub: Any = None, /, *, of: Implementation | None = None, async_name: str = "", **options: Any
) -> Any:
    """Give an async function or method the face that blocks."""
    return decorate(stub, lambda target: blocking_face(target, "task", of, async_name, options))


@overload
def blocking_stream(stub: F, /) -> F: ...
@overload
def blocking_stream(
    *,
    of: Implementation | None = ...,
    async_name: str = ...,
    name: str | None = ...,
    takes: Mapping[str, Plan] = ...,
    gives: Plan | None = ...,
    sent: Plan | None = ...,
) -> SameDecorator: ...
def blocking_stream(
    stub: Any = None, /, *, of: Implementation | None = None, async_name: str = "", **options: Any
) -> Any:
    """Give an async generator function the face for `for`."""
    return decorate(stub, lambda target: blocking_face(target, "stream", of, async_name, options))


@overload
def blocking_context(stub: F, /) -> F: ...
@overload
def blocking_context(
    *,
    of: Implementation | None = ...,
    async_name: str = ...,
    name: str | None = ...,
    takes: Mapping[str, Plan] = ...,
    gives: Plan | None = ...,
) -> SameDecorator: ...
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
def async_call(
    *,
    of: Implementation | None = ...,
    name: str | None = ...,
    takes: Mapping[str, Plan] = ...,
    gives: Plan | None = ...,
) -> SameDecorator: ...
def async_call(stub: Any = None, /, *, of: Implementation | None = None, **options: Any) -> Any:
    """Give an async function or method the face that is awaited, on any asyncio loop."""
    return decorate(stub, lambda target: awaited_face(target, "task", of, options))


@overload
def async_stream(stub: F, /) -> F: ...
@overload
def async_stream(
    *,
    of: Implementation | None = ...,
    name: str | None = ...,
    takes: Mapping[str, Plan] = ...,
    gives: Plan | None = ...,
    sent: Plan | None = ...,
) -> SameDecorator: ...
def async_stream(stub: Any = None, /, *, of: Implementation | None = None, **options: Any) -> Any:
    """Give an async generator function the face for `async for`."""
    return decorate(stub, lambda target: awaited_face(target, "stream", of, options))


@overload
def async_context(stub: F, /) -> F: ...
@overload
def async_context(
    *,
    of: Implementation | None = ...,
    name: str | None = ...,
    takes: Mapping[str, Plan] = ...,
    gives: Plan | None = ...,
) -> SameDecorator: ...
def async_context(stub: Any = None, /, *, of: Implementation | None = None, **options: Any) -> Any:
    """Give what makes an async context manager the face for `async with`."""
    return decorate(stub, lambda target: awaited_face(target, "context", of, options))
