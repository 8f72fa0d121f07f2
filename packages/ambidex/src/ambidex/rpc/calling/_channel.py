"""Own the channel of faces whose objects are in another process: each verb of the bridge becomes a call of a session.

A call takes its caller's own road: a blocking one a lane, an awaited one the connection of its loop. One that hands
callables over goes over the loop of the runtime instead, as a call in this process does: what is called back meanwhile
finds its caller there, by the bridge's own rules.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from ...bridge import FaceInfo, Wrappers
from ...errors import UsageError
from ...runtime import Caller, loop_here
from .._messages import DEFINITIONS, refuse_blocking
from ._remote import RemoteObject

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Mapping

    from ...bridge import Future, Member
    from ...runtime import Runtime
    from ._session import Session

    Args = tuple[Any, ...]
    Kwargs = Mapping[str, Any]
    Convert = Callable[[Any], Any]


class RemoteChannel:
    """Carry calls from faces to objects of another process."""

    def __init__(self, session: Session, runtime: Runtime) -> None:
        self._session = session
        self._runtime = runtime
        self.wrappers = Wrappers()

    # -- calls

    def call(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and wait for its result."""
        target, asked = _asked("call", member, receiver)
        if member.runs == "here" and loop_here() is not None:
            refuse_blocking(member.name, member.attribute)
        try:
            if member.hands_over:
                return self._call_handing_over(member, target, asked, args, kwargs, timeout_s)
            if member.takes:
                args, kwargs = member.take(args, kwargs)
            value = self._session.call(target, asked, args, kwargs, timeout_s, member.name)
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self)
            raise
        return value if member.gives is None else member.give(value, self)

    def _call_handing_over(
        self, member: Member, target: int, asked: str, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> Any:
        caller = Caller(self._runtime, self, is_remote=True)
        try:
            with caller:
                args, kwargs = member.take(args, kwargs)
                work = functools.partial(self._session.acall, target, asked, args, kwargs, timeout_s, member.name)
                value = caller.run(work, (), {}, member.name, member.instead, None, is_sync=False)
        finally:
            caller.close()
        return value if member.gives is None else member.give(value, self)

    async def acall(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and await its result."""
        target, asked = _asked("call", member, receiver)
        caller = Caller(self._runtime, self) if member.hands_over else None
        try:
            args, kwargs = self._take(member, args, kwargs, caller)
            value = await self._session.acall(target, asked, args, kwargs, timeout_s, member.name)
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self)
            raise
        finally:
            if caller is not None:
                caller.close()
        return value if member.gives is None else member.give(value, self)

    def submit(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Future[Any]:
        """Start the member and return its future at once."""
        target, asked = _asked("call", member, receiver)
        caller = Caller(self._runtime, self) if member.hands_over else None
        args, kwargs = self._take(member, args, kwargs, caller)

        async def work() -> Any:
            try:
                return await self._session.acall(target, asked, args, kwargs, timeout_s, member.name)
            except BaseException as error:  # any: it is passed on
                member.raise_given(error, self)
                raise

        def give(value: object) -> object:
            return value if member.gives is None else member.give(value, self)

        future = self._runtime.submit(work, (), {}, member.name, None, give)
        if caller is not None:
            future.add_done_callback(caller.close)
        return future

    def _take(self, member: Member, args: Args, kwargs: Kwargs, caller: Caller | None) -> tuple[Args, Kwargs]:
        if caller is not None:
            with caller:
                return member.take(args, kwargs)
        return member.take(args, kwargs) if member.takes else (args, kwargs)

    # -- streams

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
        target, asked = _asked("context" if member.runs == "context" else "stream", member, receiver)
        caller = Caller(self._runtime, self) if member.hands_over else None
        args, kwargs = self._take(member, args, kwargs, caller)
        steps = self._session.stream(target, asked, args, kwargs, timeout_s, read_ahead or 0, member.name)
        return self._translated(member, steps, caller)

    def _translated(
        self, member: Member, steps: Generator[Any, Any, None], caller: Caller | None
    ) -> Generator[Any, Any, None]:
        outward = None if member.gives is None else member.giver(self)
        inward = member.inward_sent()
        step: Callable[[], Any] = functools.partial(next, steps)
        try:
            while True:
                try:
                    item = step()
                except StopIteration:
                    return
                try:
                    sent = yield item if outward is None else outward(item)
                except Exception as error:  # noqa: BLE001  thrown in by the reader: the generator's own affair
                    step = functools.partial(steps.throw, error)
                else:
                    step = functools.partial(steps.send, _sent(sent, inward))
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self)
            raise
        finally:
            steps.close()
            if caller is not None:
                caller.close()

    async def astream(
        self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> AsyncGenerator[Any, Any]:
        """Return a generator whose steps are awaited; a context manager is a stream of one item."""
        target, asked = _asked("context" if member.runs == "context" else "stream", member, receiver)
        caller = Caller(self._runtime, self) if member.hands_over else None
        args, kwargs = self._take(member, args, kwargs, caller)
        steps = self._session.astream(target, asked, args, kwargs, timeout_s, 0, member.name)
        outward = None if member.gives is None else member.giver(self)
        inward = member.inward_sent()
        step = steps.__anext__()
        try:
            while True:
                try:
                    item = await step
                except StopAsyncIteration:
                    return
                try:
                    sent = yield item if outward is None else outward(item)
                except Exception as error:  # noqa: BLE001  thrown in by the reader: the generator's own affair
                    step = steps.athrow(error)
                else:
                    step = steps.asend(_sent(sent, inward))
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self)
            raise
        finally:
            await steps.aclose()
            if caller is not None:
                caller.close()

    # -- attributes and objects

    def get(self, member: Member, receiver: Any) -> Any:
        """Read an attribute, of an object or of its class."""
        value = self._reach("get", member, receiver, ())
        return value if member.gives is None else member.give(value, self)

    def set(self, member: Member, receiver: Any, value: Any) -> None:
        """Write an attribute."""
        args, _ = self._take(member, (value,), {}, None)
        self._reach("set", member, receiver, args)

    def delete(self, member: Member, receiver: Any) -> None:
        """Delete an attribute."""
        self._reach("delete", member, receiver, ())

    def _reach(self, verb: str, member: Member, receiver: Any, args: Args) -> Any:
        if loop_here() is not None:
            refuse_blocking(member.name, member.attribute)
        target, asked = _asked(verb, member, receiver)
        try:
            return self._session.call(target, asked, args, {}, None, member.name)
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self)
            raise

    def create(self, info: FaceInfo, member: Member | None, args: Args, kwargs: Kwargs) -> Any:
        """Make an object of `info`'s class and return its receiver; `member` is the constructor, where it has one."""
        asked = f"create {info.implementation.module}:{info.path}"
        if member is not None and member.hands_over:
            return self._call_handing_over(member, DEFINITIONS, asked, args, kwargs, None)
        if member is not None and member.takes:
            args, kwargs = member.take(args, kwargs)
        return self._session.call(DEFINITIONS, asked, args, kwargs, None, info.path)


def _asked(verb: str, member: Member, receiver: Any) -> tuple[int, str]:
    """Return the target of a call, and what is asked of it."""
    if isinstance(receiver, RemoteObject):
        name = "" if member.binding == "itself" else member.attribute
        _, number = receiver.__ambidex_place__
        return number, f"{verb} {name}"
    if isinstance(receiver, FaceInfo):
        return DEFINITIONS, f"{verb} {receiver.implementation.module}:{receiver.path}.{member.attribute}"
    if member.binding == "module":
        return DEFINITIONS, f"{verb} {member.module_of_implementation()}:{member.path}"
    raise UsageError(f"{member.name} belongs to an object of this process, and cannot be called in another one")


def _sent(value: object, inward: Convert | None) -> object:
    return value if inward is None or value is None else inward(value)
