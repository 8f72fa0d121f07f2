"""Own what stands in a child for what its parent has lent.

An async one is awaited on the child's loop, as it would be in one process. A plain function, iterator or attribute
blocks whoever asks for it, the loop too, which then does nothing else until the parent has answered.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

from .._abilities import CALLED_FROM_ANYWHERE
from .._stands import Stand, Stands

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine

    Args = tuple[Any, ...]
    Kwargs = dict[str, Any]


class Asking(Protocol):
    """Ask the parent for what it has lent, by its number."""

    def call(self, number: int, asked: str, args: Args, kwargs: Kwargs) -> Coroutine[Any, Any, Any]:
        """Return what awaits the result, on the child's loop."""
        ...

    def stream(
        self, number: int, asked: str, args: Args = (), kwargs: Kwargs | None = None
    ) -> AsyncGenerator[Any, Any]:
        """Return what is iterated over, on the child's loop."""
        ...

    def block(self, number: int, asked: str, args: Args, kwargs: Kwargs) -> Any:
        """Wait for the result, on any thread."""
        ...


class Lent(Stand):
    """Stand for something of the parent."""

    abilities: tuple[str, ...] = ()  # of its class: what it can do

    def __init__(self, asking: Asking, number: int, name: str) -> None:
        self._asking = asking
        self.__qualname__ = name
        self.__name__ = name.rpartition(".")[2]
        self.ambidex_number = number
        self.ambidex_steps = None
        self.ambidex_entered = []

    def __repr__(self) -> str:
        return f"<{self.__qualname__} of the parent>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError(f"{self!r} cannot be copied or pickled")

    def ambidex_call(self, asked: str, args: Args, kwargs: Kwargs) -> Coroutine[Any, Any, Any]:
        """Await the result, on any loop."""
        return self._asking.call(self.ambidex_number, asked, args, kwargs)

    def ambidex_stream(self, asked: str, args: Args, kwargs: Kwargs) -> AsyncGenerator[Any, Any]:
        """Return what is iterated over, on the child's loop."""
        return self._asking.stream(self.ambidex_number, asked, args, kwargs)

    def ambidex_block(self, asked: str, args: Args, kwargs: Kwargs) -> Any:
        """Wait for the result, on any thread."""
        return self._asking.block(self.ambidex_number, asked, args, kwargs)

    def ambidex_run(self, args: Args, kwargs: Kwargs) -> Any:
        """Call a plain function, and wait for what it gives."""
        return self.ambidex_block("call ", args, kwargs)


class _CalledFromAnywhere(Lent):
    """A function that no declared type tells of: on the loop its result is awaited, on other threads a call blocks."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return self.ambidex_run(args, kwargs)
        return self.ambidex_call("call ", args, kwargs)


lent_class = Stands(Lent, {CALLED_FROM_ANYWHERE: _CalledFromAnywhere}).class_of
