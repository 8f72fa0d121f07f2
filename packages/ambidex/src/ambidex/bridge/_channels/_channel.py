"""How a face reaches its implementation, wherever that lives.

Each verb stands twice, blocking and awaitable, because the two may take different roads. A channel translates arguments
and results by the member's plans: in process a face becomes its object, elsewhere it becomes whatever the other side
knows it by.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Protocol

from ...runtime import Caller, StreamCall, awaited_for_caller, called_for_caller, entering
from .._overrides._original import Original
from .._values._callbacks import Wrappers
from .._values._unexpected import UNEXPECTED, opening, refusal
from ._steps import AsyncSteps, BlockingSteps, StepsAhead

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Mapping

    from ...runtime import Future, Runtime
    from .._identity import FaceInfo
    from .._member import Member

    Args = tuple[Any, ...]
    Kwargs = Mapping[str, Any]


_MADE_ANYWHERE = ""  # no warning: making an object is the first line of async code, and has no other form


class Channel(Protocol):
    """Carry calls from a face to its implementation.

    `receiver` is what the channel knows an object by, a `FaceInfo` for class and static methods, None for functions.
    Values are of any type; what a member's plans name is translated, the rest passes as it is. `timeout_s` is the
    whole call's deadline in seconds.
    """

    def call(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and wait for its result."""
        ...

    async def acall(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and await its result."""
        ...

    def submit(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Future[Any]:
        """Start the member and return its future at once."""
        ...

    def stream(
        self,
        member: Member,
        receiver: Any,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None,
        read_ahead: int | None = None,
    ) -> Generator[Any, Any, None]:
        """Return a generator whose steps block; a context manager is a stream of one item.

        `read_ahead` is how many items it may be ahead of the iteration; without it the two go in lock-step.
        """
        ...

    def astream(
        self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> AsyncGenerator[Any, Any]:
        """Return a generator whose steps are awaited; a context manager is a stream of one item."""
        ...

    def get(self, member: Member, receiver: Any) -> Any:
        """Read an attribute, of an object or of its class."""
        ...

    def set(self, member: Member, receiver: Any, value: Any) -> None:
        """Write an attribute."""
        ...

    def delete(self, member: Member, receiver: Any) -> None:
        """Delete an attribute."""
        ...

    def create(self, info: FaceInfo, member: Member | None, args: Args, kwargs: Kwargs) -> Any:
        """Make an object of `info`'s class and return its receiver; `member` is the constructor, where it has one."""
        ...


class InProcess:
    """Run the implementation in this process, on the loop of a synchronizer.

    Attributes and special methods are read directly, on the calling thread; all else runs on the loop. Faces that come
    out of it take the channel `origin`, where it serves another channel.
    """

    def __init__(self, runtime: Runtime, origin: Channel | None = None) -> None:
        self._runtime = runtime
        self._origin: Channel = self if origin is None else origin
        self.wrappers = Wrappers()

    def call(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        function = member.bind(receiver)
        try:
            if member.takes:
                if member.hands_over:
                    return self._call_handing_over(member, function, args, kwargs, timeout_s)
                args, kwargs = member.take(args, kwargs)
            if member.runs == "here":
                value = called_for_caller(function, args, kwargs) if member.warns else function(*args, **kwargs)
            else:
                is_sync = member.runs == "loop"
                value = self._runtime.run(function, args, kwargs, member.name, member.instead, timeout_s, is_sync)
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self._origin)
            raise
        return self.give(member, value)

    def _call_handing_over(
        self, member: Member, function: Callable[..., Any], args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> Any:
        caller = Caller(self._runtime, self._origin)
        try:
            with caller:
                args, kwargs = member.take(args, kwargs)
                if member.runs == "here":
                    value = function(*args, **kwargs)
                else:
                    is_sync = member.runs == "loop"
                    value = caller.run(function, args, kwargs, member.name, member.instead, timeout_s, is_sync)
        finally:
            caller.close()
        return self.give(member, value)

    async def acall(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        function = member.bind(receiver)
        try:
            if member.takes:
                if member.hands_over:
                    return await self._acall_handing_over(member, function, args, kwargs, timeout_s)
                args, kwargs = member.take(args, kwargs)
            value = await self._runtime.await_(function, args, kwargs, member.name, timeout_s)
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self._origin)
            raise
        return self.give(member, value)

    async def _acall_handing_over(
        self, member: Member, function: Callable[..., Any], args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> Any:
        caller = Caller(self._runtime, self._origin)
        try:
            with caller:
                args, kwargs = member.take(args, kwargs)
                value = await self._runtime.await_(function, args, kwargs, member.name, timeout_s)
        finally:
            caller.close()
        return self.give(member, value)

    def submit(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Future[Any]:
        function = member.bind(receiver)
        if member.hands_over:
            caller = Caller(self._runtime, self._origin)
            with caller:
                args, kwargs = member.take(args, kwargs)
                future = self._submit(member, function, args, kwargs, timeout_s)
            future.add_done_callback(caller.close)
            return future
        if member.takes:
            args, kwargs = member.take(args, kwargs)
        return self._submit(member, function, args, kwargs, timeout_s)

    def _submit(
        self, member: Member, function: Callable[..., Any], args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> Future[Any]:
        async def work(*args: Any, **kwargs: Any) -> Any:
            try:
                return await awaited_for_caller(functools.partial(function, *args, **kwargs))
            except BaseException as error:  # any: it is passed on
                member.raise_given(error, self._origin)
                raise

        return self._runtime.submit(work, args, kwargs, member.name, timeout_s, lambda value: self.give(member, value))

    def give(self, member: Member, value: Any) -> Any:
        """Translate a result; one that is itself work to be awaited is refused."""
        given = value if member.gives is None else member.give(value, self._origin)
        if type(given) in UNEXPECTED:
            raise refusal(given, member, self._runtime)
        return given

    def stream(
        self,
        member: Member,
        receiver: Any,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None,
        read_ahead: int | None = None,
    ) -> Generator[Any, Any, None]:
        call = self._stream_call(member, receiver, args, kwargs, timeout_s)
        raise_given = member.raises_given(self._origin)
        return BlockingSteps(call, raise_given) if read_ahead is None else StepsAhead(call, read_ahead, raise_given)

    def astream(
        self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> AsyncGenerator[Any, Any]:
        call = self._stream_call(member, receiver, args, kwargs, timeout_s)
        return AsyncSteps(call, member.raises_given(self._origin))

    def _stream_call(
        self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> StreamCall:
        function = opening(member.bind(receiver), member, self._runtime)
        if member.runs == "context":
            function = entering(function)
        caller, args, kwargs = self._take(member, args, kwargs)
        outward = None if member.gives is None else member.giver(self._origin)
        runtime, name, instead = self._runtime, member.name, member.instead
        return StreamCall(
            runtime, function, args, kwargs, name, instead, timeout_s, outward, member.inward_sent(), caller
        )

    def _take(self, member: Member, args: Args, kwargs: Kwargs) -> tuple[Caller | None, Args, Kwargs]:
        """Translate a stream's arguments; return its caller too, where it hands callables over."""
        if member.hands_over:
            caller = Caller(self._runtime, self._origin)
            with caller:
                return (caller, *member.take(args, kwargs))
        return (None, *member.take(args, kwargs)) if member.takes else (None, args, kwargs)

    def get(self, member: Member, receiver: Any) -> Any:
        try:
            if member.warns and member.binding == "instance":
                value = called_for_caller(getattr, (receiver, member.attribute), {})
            else:
                value = getattr(receiver, member.attribute) if member.binding == "instance" else member.bind(receiver)
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self._origin)
            raise
        return self.give(member, value)

    def set(self, member: Member, receiver: Any, value: Any) -> None:
        if member.hands_over:
            caller = Caller(self._runtime, self._origin)
            with caller:
                (value,), _ = member.take((value,), {})
                caller.close()
        elif member.takes:
            (value,), _ = member.take((value,), {})
        try:
            setattr(_written(member, receiver), member.attribute, value)
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self._origin)
            raise

    def delete(self, member: Member, receiver: Any) -> None:
        try:
            delattr(_written(member, receiver), member.attribute)
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self._origin)
            raise

    def create(self, info: FaceInfo, member: Member | None, args: Args, kwargs: Kwargs) -> Any:
        cls = info.implementation_class()
        if member is None:
            return self._runtime.run(cls, args, kwargs, info.path, _MADE_ANYWHERE, None, True)
        try:
            if member.hands_over:
                return self._create_handing_over(cls, info.path, member, args, kwargs)
            if member.takes:
                args, kwargs = member.take(args, kwargs)
            return self._runtime.run(cls, args, kwargs, info.path, _MADE_ANYWHERE, None, True)
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self._origin)
            raise

    def _create_handing_over(
        self, cls: Callable[..., Any], path: str, member: Member, args: Args, kwargs: Kwargs
    ) -> Any:
        caller = Caller(self._runtime, self._origin)
        try:
            with caller:
                args, kwargs = member.take(args, kwargs)
                return caller.run(cls, args, kwargs, path, _MADE_ANYWHERE, None, is_sync=True)
        finally:
            caller.close()


def _written(member: Member, receiver: Any) -> Any:
    """Return what an attribute of `receiver` is written to: below what a user's subclass overrides, or itself."""
    return Original(receiver) if member.binding == "below" else receiver
