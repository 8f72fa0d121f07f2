"""Own what stands in this process for handles of another one: functions, iterators, awaitables, context managers.

Most are given a face, by what a generated module says of them. What stands where it says nothing is used as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...runtime import loop_here
from .._messages import refuse_blocking
from .._stands import Stands
from ._remote import RemoteObject

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ._making import Calls

    Args = tuple[Any, ...]
    Kwargs = dict[str, Any]


class RemoteHandle(RemoteObject):
    """Stand for a handle of another process, by what it is called there."""

    __slots__ = ("__name__", "__qualname__", "ambidex_entered", "ambidex_steps")

    abilities: tuple[str, ...] = ()  # of its class: what it can do

    def __init__(self, session: Calls, number: int, name: str) -> None:
        super().__init__(session, number)
        self.__qualname__ = name
        self.__name__ = name.rpartition(".")[2]
        self.ambidex_steps: AsyncGenerator[Any, Any] | None = None
        self.ambidex_entered: list[tuple[object, AsyncGenerator[Any, Any]]] = []

    def __repr__(self) -> str:
        return f"<{self.__qualname__} of {self._ambidex_session.whose}>"

    def ambidex_block(self, asked: str, args: Args, kwargs: Kwargs) -> Any:
        """Wait for the result, on a thread without a loop."""
        if loop_here() is not None:
            refuse_blocking(self.__qualname__, "")
        return super().ambidex_block(asked, args, kwargs)

    def ambidex_run(self, args: Args, kwargs: Kwargs) -> Any:
        """Call a plain function, and wait for what it gives, which may be something to await."""
        return self.ambidex_block("run ", args, kwargs)


handle_class = Stands(RemoteHandle).class_of
