"""Own how a subject fails, and what it does with a deadline and a cancellation."""

from __future__ import annotations

import asyncio
import builtins
import string
from typing import TYPE_CHECKING, Any, cast

from ...deadlines import remaining_time
from ...options import idempotent
from ._notes import Noting
from ._values import Sealed, Trouble

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

_GROUP: Any = getattr(builtins, "ExceptionGroup", None)  # from Python 3.11 on


class Failing(Noting):
    """Fail, and be ended."""

    async def fail(self, kind: str) -> None:
        """Raise what is asked for."""
        await asyncio.sleep(0)
        raise _ERRORS[kind]() if kind in _ERRORS else _handled(kind)

    async def trouble(self) -> Trouble | None:
        """Give an exception as a value."""
        return Trouble(7, "a value")

    async def wait(self) -> None:
        """Wait for nothing; note its begin, its cancellation and its clean-up."""
        self._notes.add("began")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self._notes.add("cancelled")
            raise
        finally:
            for _ in range(5):
                await asyncio.sleep(0)
            self._notes.add("cleaned up")

    async def refuse_to_fail(self) -> str:
        """Take a cancellation and give a result."""
        self._notes.add("began")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self._notes.add("cancelled")
        return "saved"

    async def fail_in_clean_up(self) -> None:
        """Raise in the clean-up of a cancellation."""
        self._notes.add("began")
        try:
            await asyncio.Event().wait()
        finally:
            raise Trouble(9, "in the clean-up")

    async def time_left(self) -> float | None:
        """Tell how many seconds this has left."""
        return remaining_time()

    def plain_time_left(self) -> float | None:
        """Tell it in what is no coroutine."""
        return remaining_time()

    async def time_left_in_task(self) -> float | None:
        """Tell it in a task of its own."""
        return await asyncio.ensure_future(self.time_left())

    async def times_left(self) -> AsyncGenerator[float | None, None]:
        """Tell it in a stream."""
        while True:
            yield remaining_time()

    @idempotent
    async def idempotent(self) -> str:
        """May run twice."""
        return "once"


def _handled(kind: str) -> BaseException:
    """Return an exception that comes from another one, as if it was raised while that was handled."""
    if kind == "noted":
        noted = ValueError("noted")
        vars(noted)["__notes__"] = ["a note of its own"]
        return noted
    if kind == "chained":
        chained = Trouble(2, "chained")
        chained.__cause__ = _raised(KeyError("the cause"))
        return chained
    handling = ValueError("while handling")
    handling.__context__ = _raised(KeyError("the context"))
    handling.__suppress_context__ = kind == "hidden"
    return handling


def _raised(error: BaseException) -> BaseException:
    try:
        raise error  # noqa: TRY301  so that it has a traceback
    except BaseException as raised:  # noqa: BLE001  it is what is asked for
        return raised


def _grouped() -> BaseException:
    if _GROUP is None:
        return ValueError("there are no groups here")
    group: BaseException = _GROUP("both", [ValueError("one"), KeyError("two")])
    return group


def _far() -> BaseException:
    return cast("BaseException", string.Template("$ is no name").substitute())  # which raises


_ERRORS: dict[str, Callable[[], BaseException]] = {
    "value": lambda: ValueError("a value", 3),
    "key": lambda: KeyError("a key"),
    "os": lambda: FileNotFoundError(2, "No such file", "/nowhere"),
    "trouble": lambda: Trouble(1, "of its own class"),
    "sealed": lambda: Sealed("sealed"),
    "timeout": lambda: TimeoutError("its own"),
    "cancelled": lambda: asyncio.CancelledError("its own"),
    "stop": lambda: StopIteration(1),
    "stop-async": lambda: StopAsyncIteration(1),
    "exit": lambda: SystemExit(3),
    "unicode": lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    "large": lambda: ValueError("x" * 300_000),
    "group": _grouped,
    "far": _far,
    "lone": lambda: ValueError("\ud800"),
}
