"""Own what the channels of placed functions have in common: those of one worker, and those of a pool.

Functions and class methods alone are placed over them. An object that one of them gives is in one process, and its face
has the channel of that.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..options import CallOptions

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping

    from typing_extensions import Self

    from ..bridge import FaceInfo, Future, Member
    from ..runtime import Runtime

    Args = tuple[Any, ...]
    Kwargs = Mapping[str, Any]


class FunctionChannel(ABC):
    """Carry calls of functions and class methods, each to the process that is to run it at that time.

    `runtime` is the one of workers. `retry` is how often a call is tried again, and `views` whether its long buffers
    stay in memory that both processes share; its deadline comes with it.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.retry = 0
        self.views = False

    def tried(self, retry: int) -> Self:
        """Return the same channel for calls that are tried again so often; what may not run twice is refused there."""
        again = copy.copy(self)
        again.retry = retry
        return again

    def viewing(self) -> Self:
        """Return the same channel for calls whose long buffers stay in the memory that both processes share."""
        other = copy.copy(self)
        other.views = True
        return other

    def optioned(self, channel: Any) -> Any:
        """Return the channel of one process for calls with the same options as those of this one."""
        if self.views:
            channel = channel.viewing()
        return channel.tried(self.retry) if self.retry else channel

    def options(self, timeout_s: float | None) -> CallOptions:
        """Return the options of a call that has this deadline."""
        return CallOptions(timeout_s, self.retry, self.views)

    @abstractmethod
    def call(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and wait for its result."""

    @abstractmethod
    async def acall(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and await its result."""

    def submit(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Future[Any]:
        """Start the member and return its future at once; what it waits for, it waits for on the loop of workers.

        Raises:
            UsageError: it takes functions that are called back, which belong to the thread or loop of a caller.
        """
        if member.hands_over:
            raise UsageError(
                f"{member.name} takes functions that are called back: call it from a thread, or use .aio in a task"
            )
        return self.runtime.submit(self.acall, (member, receiver, args, kwargs, timeout_s), {}, member.name)

    @abstractmethod
    def stream(
        self,
        member: Member,
        receiver: Any,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None,
        read_ahead: int | None = None,
    ) -> Generator[Any, Any, None]:
        """Return a generator whose steps block; a context manager is a stream of one item."""

    @abstractmethod
    def astream(
        self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> AsyncGenerator[Any, Any]:
        """Return a generator whose steps are awaited; a context manager is a stream of one item."""

    # -- what no function has

    def get(self, member: Member, receiver: Any) -> Any:
        """Refuse an attribute."""
        raise _of_an_object(member.name, receiver)

    def set(self, member: Member, receiver: Any, value: Any) -> None:
        """Refuse an attribute."""
        _ = value
        raise _of_an_object(member.name, receiver)

    def delete(self, member: Member, receiver: Any) -> None:
        """Refuse an attribute."""
        raise _of_an_object(member.name, receiver)

    def create(self, info: FaceInfo, member: Member | None, args: Args, kwargs: Kwargs) -> Any:
        """Refuse an object, whose face is to have the channel of one process: `Create` makes it there."""
        _ = member, args, kwargs
        raise _of_an_object(info.path, info)


def _of_an_object(name: str, receiver: object) -> UsageError:
    return UsageError(f"{name} of {receiver!r} belongs to one process: reach it by an object made there, with `create`")
