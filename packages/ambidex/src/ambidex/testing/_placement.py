"""Own what a placement is: how the suite gets an object there, and what of the suite may not hold for it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from typing_extensions import Self

T = TypeVar("T")


class Placement(ABC):
    """Say where objects live: `place` makes one there and gives its face, `close` ends everything.

    It is a context manager, too. `exceptions` gives for the id of a behaviour the reason why it does not hold there, in
    one sentence; calls, errors, deadlines, cancellation, streams and identity have none, and `check_exceptions` refuses
    those. Any thread may use the faces.
    """

    exceptions: ClassVar[Mapping[str, str]] = MappingProxyType({})

    @abstractmethod
    def place(self, cls: type[T], /, *args: object) -> T:
        """Block until there is an object of a generated class, made of `args`, and return its face."""

    def close(self) -> None:  # noqa: B027  many have nothing to end
        """End everything that `place` has begun; it may be done again."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close()
