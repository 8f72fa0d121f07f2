"""Await what an implementation returns where that can be: what it gives at once is the result itself."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from ...runtime import called_for_caller
from .._identity import class_of, has_face

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


def settling(function: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Return an async function that gives what `function` does; an object with a face is that, whatever it can do."""

    async def settled(*args: Any, **kwargs: Any) -> Any:
        value = called_for_caller(function, args, kwargs)
        return await value if inspect.isawaitable(value) and not has_face(class_of(value)) else value

    return settled
