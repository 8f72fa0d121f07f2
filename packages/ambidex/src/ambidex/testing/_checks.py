"""Own how a behaviour says that something is not as it should be: without `assert`, which `python -O` leaves out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

E = TypeVar("E", bound=BaseException)


def equal(found: object, expected: object) -> None:
    """Fail where they differ, in value or in type.

    Raises:
        AssertionError: they do.
    """
    if type(found) is not type(expected) or found != expected:
        raise AssertionError(f"expected {expected!r:.2000}, got {found!r:.2000}")


def same(found: object, expected: object) -> None:
    """Fail where they are two objects.

    Raises:
        AssertionError: they are.
    """
    if found is not expected:
        raise AssertionError(f"expected the very object {expected!r:.500}, got {found!r:.500}")


def true(found: object, what: str) -> None:
    """Fail where something does not hold, which `what` says.

    Raises:
        AssertionError: it does not.
    """
    if not found:
        raise AssertionError(f"it is not true that {what}")


class raising(Generic[E]):  # noqa: N801  it is read as a verb
    """Expect an exception of a class in a block, whose text holds `match`, a regular expression; keep it as `error`."""

    error: E

    def __init__(self, kind: type[E] | tuple[type[E], ...], match: str = "") -> None:
        self._kind = kind
        self._match = match

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> bool:
        if error is None:
            raise AssertionError(f"expected {self._kind!r}, and nothing was raised")
        if not isinstance(error, self._kind):
            return False
        if not re.search(self._match, str(error)):
            raise AssertionError(f"expected {self._match!r} in the text of {error!r:.2000}")
        self.error = error
        return True
