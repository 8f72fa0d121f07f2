"""Own the arguments of functions whose codec has plain data alone: they are made of the types that annotations say."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._table import Function


def taking_typed(entry: Function) -> Function:
    """Return the entry of a function that is given its arguments in the types that its annotations say.

    A call raises `UsageError` where an argument is of another type; the message names the place.
    """
    from .._codecs._arguments import Arguments  # here: a child that trusts its parent needs none

    function = entry.function
    arguments = Arguments(entry.name, inspect.unwrap(function), function)
    if arguments.are_any:
        return entry

    def call(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = arguments.converted(args, kwargs)
        return function(*args, **kwargs)

    return entry._replace(function=call)
