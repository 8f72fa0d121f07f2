"""Own what may be said of a call wherever its work is, here or in another process: its options, and their rules.

It also owns the mark of a function that may be called again, by which one of them knows that it may be used.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .deadlines import check_timeout
from .errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ("AS_IT_IS", "CallOptions", "idempotent", "is_idempotent")

AS_IT_IS: Any = ...  # an option that is left out
_F = TypeVar("_F", bound="Callable[..., object]")
_FIELDS = {"retry": "retry", "timeout": "timeout_s", "views": "views"}  # by what `with_options` calls them
_MARK = "__ambidex_idempotent__"


@dataclass(frozen=True)
class CallOptions:
    """Hold what `with_options` sets: `timeout_s` for the whole call, tries included, and how often to try again.

    `retry` is the number of further tries after a worker has died during the call. It is for what is declared
    `idempotent`; a call of anything else with it is refused. `views` leaves long buffers of arguments and results in
    memory that both processes share, where they are read-only; where nothing is shared it does nothing.

    Raises:
        ValueError: `timeout_s` is negative or not a number, `retry` is not a whole number of 0 or more, or `views` is
            neither True nor False.
    """

    timeout_s: float | None = None
    retry: int = 0
    views: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "timeout_s", check_timeout(self.timeout_s))  # infinity is None
        if type(self.retry) is not int or self.retry < 0:
            raise ValueError(f"retry={self.retry!r}: write a whole number of further tries, 0 or more")
        if type(self.views) is not bool:
            raise ValueError(f"views={self.views!r}: write True or False")

    def replaced(self, /, **options: object) -> CallOptions:
        """Return these options with others in the place of those named, as `with_options` calls them.

        Raises:
            UsageError: there is no option of such a name.
            ValueError: a value is out of its range.
        """
        unknown = [name for name in options if name not in _FIELDS]
        if unknown:
            raise UsageError(
                f"with_options({', '.join(f'{name}=' for name in unknown)}): there is no such option; "
                f"the options of a call are {', '.join(sorted(_FIELDS))}"
            )
        fields: dict[str, Any] = {
            "timeout_s": self.timeout_s,
            "retry": self.retry,
            "views": self.views,
        }  # Any: checked where it is made
        fields.update((_FIELDS[name], value) for name, value in options.items())
        return CallOptions(**fields)

    def changed(self, timeout: float | None, retry: int, views: bool = AS_IT_IS) -> CallOptions:
        """Return these options with what a `with_options` was given; `AS_IT_IS` stands for what was left out.

        Raises:
            ValueError: a value is out of its range.
        """
        given = {"timeout": timeout, "retry": retry, "views": views}
        return self.replaced(**{name: value for name, value in given.items() if value is not AS_IT_IS})

    def told(self) -> str:
        """Return the options that are set, as `with_options` takes them."""
        set_ones = [("timeout", self.timeout_s, None), ("retry", self.retry, 0), ("views", self.views, False)]
        return ", ".join(f"{name}={value!r}" for name, value, default in set_ones if value != default)

    def tries(self, *, is_idempotent: bool) -> int:
        """Return how often a call of a method may be tried in all."""
        return 1 + self.retry if is_idempotent else 1

    def check_retry(self, name: str, *, is_stream: bool, is_idempotent: bool) -> None:
        """Check that what is called may be called again, where `retry` asks for that.

        Raises:
            UsageError: it yields items, or nobody has declared that calling it twice does no harm.
        """
        if self.retry and is_stream:
            raise UsageError(
                f"{name} yields items, and what was read of it cannot be taken back: call it without retry="
            )
        if self.retry and not is_idempotent:
            raise UsageError(
                f"retry= is for what may run twice, and {name} is not declared so: write `@ambidex.idempotent` above "
                "its `def` if it may, or call it without retry="
            )


def idempotent(function: _F) -> _F:
    """Declare that calling a function or method twice does what calling it once does, and return it unchanged.

    Only such a one is called again, by the option `retry`, when a worker has died and nobody knows how far it came. An
    override in a subclass makes no such promise unless it is declared, too.

    Raises:
        UsageError: it is no function; above `classmethod` and `staticmethod` the declaration is in the wrong place.
    """
    if isinstance(function, (classmethod, staticmethod)):
        kind = type(cast("object", function)).__name__
        raise UsageError(f"@idempotent stands above @{kind}: write it below, at the function")
    marked = function
    if not isinstance(function, types.FunctionType):
        raise UsageError(
            f"@idempotent stands at {function!r}, which is no function: write it above a `def`, below other decorators"
        )
    setattr(function, _MARK, True)
    return marked


def is_idempotent(function: object) -> bool:
    """Tell whether a function, or the function of a bound method, is declared `idempotent`."""
    return getattr(function, _MARK, False) is True
