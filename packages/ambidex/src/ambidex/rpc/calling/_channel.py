"""Own the channel of faces whose objects are in another process: each verb of the bridge becomes a call of a session.

A call takes its caller's own road: a blocking one a lane, an awaited one the connection of its loop. One that hands
callables over goes over the loop of the runtime instead, as a call in this process does: what is called back meanwhile
finds its caller there, by the bridge's own rules.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import sys
from typing import TYPE_CHECKING, Any, cast

from ... import bridge, runtime
from ...errors import UsageError
from ...runtime import check_blocking, loop_here
from .._forwarding import forwarded
from .._messages import DEFINITIONS, refuse_blocking
from ._called import is_any_held
from ._extended import Extended
from ._optioned import Again, Viewing
from ._remote import RemoteObject, introduce

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Mapping

    from ...bridge import FaceInfo, Future, Member, Pair
    from ...runtime import Caller, Runtime
    from ._making import Calls
    from ._pairs import Pairs
    from ._types import FaceTypes

    Args = tuple[Any, ...]
    Kwargs = Mapping[str, Any]
    Convert = Callable[[Any], Any]

_RUNTIME = "ambidex workers"  # of a copy: where its callbacks' callers wait


class RemoteChannel:
    """Carry calls from faces to objects of another process.

    `pairs` are those of its session. `types` checks what comes, where the other process is not trusted. `bridge` and
    `runtime_module` are what the faces are made of: those of a vendored copy for its faces, and `runtime` is one of
    that copy's then.
    """

    def __init__(
        self,
        session: Calls,
        runtime: Runtime,
        pairs: Pairs,
        types: FaceTypes | None = None,
        bridge: Any = bridge,
        runtime_module: Any = runtime,
    ) -> None:
        self._session = session
        self._origin = self  # whose faces its results are
        self._types = types
        self.runtime = runtime  # where callers wait for what they are called back for
        self._pairs = pairs
        self._bridge = bridge
        self._extended = Extended(session, pairs, self, runtime_module.Caller)
        self._caller = functools.partial(runtime_module.Caller, runtime, self)
        self._stream_call = functools.partial(runtime_module.StreamCall, runtime)
        self._local = bridge.InProcess(runtime, origin=self)  # for callables of the user's that come home
        self._copies: dict[str, RemoteChannel] = {}
        self.wrappers = self._local.wrappers = bridge.Wrappers()

    def for_copy(self, name: str) -> RemoteChannel:
        """Return the channel of the faces whose bridge is the module of that name, in a vendored copy."""
        found = self._copies.get(name)
        if found is None:
            of_copy = sys.modules[f"{name.rpartition('.')[0]}.runtime"]
            own = of_copy.runtime_of(_RUNTIME)
            made = RemoteChannel(self._session, own, self._pairs, self._types, sys.modules[name], of_copy)
            introduce(sys.modules[name])
            found = self._copies.setdefault(name, made)
        return found

    def tried(self, retry: int) -> RemoteChannel:
        """Return the same channel for calls that may run twice; what may not is refused on the other side.

        It tries nothing again itself, whatever `retry` says: what it reaches is lost with the other process.
        """
        del retry
        return self._over(cast("Calls", Again(self._session)))  # no stream is tried again

    def viewing(self) -> RemoteChannel:
        """Return the same channel for calls whose long buffers stay in the memory that both processes share."""
        return self._over(cast("Calls", Viewing(self._session)))

    def _over(self, session: Calls) -> RemoteChannel:
        """Return the same channel, whose calls are made of `session`; faces of what they give have this one."""
        other = copy.copy(self)
        other._session = session  # noqa: SLF001  its own copy, here and below
        other._extended = self._extended.over(session)  # noqa: SLF001
        return other

    # -- calls

    def call(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and wait for its result."""
        if _is_local(member):
            return self._local.call(member, receiver, args, kwargs, timeout_s)
        if member.binding == "class" and receiver.is_overriding:
            asked = _asked("call", member, receiver)[1]
            return self._give(member, self._extended.call(asked, member, receiver, args, kwargs, timeout_s))
        target, asked = _asked("call", member, receiver)
        if loop_here() is not None:
            if member.runs == "here":
                refuse_blocking(member.name, member.attribute)
            if member.instead:
                check_blocking(None, member.name, member.instead)
        try:
            if member.hands_over and not (member.binding == "below" and is_any_held()):
                return self._call_handing_over(member, target, asked, args, kwargs, timeout_s)
            args, kwargs = self._take(member, args, kwargs, None)
            value = self._session.call(target, asked, args, kwargs, timeout_s, member.name)
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self._origin)
            raise
        return self._give(member, value)

    def _call_handing_over(
        self, member: Member, target: int, asked: str, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> Any:
        caller = self._caller(is_remote=True)
        try:
            with caller:
                args, kwargs = self._taken(member, args, kwargs, caller)
                work = functools.partial(self._session.acall, target, asked, args, kwargs, timeout_s, member.name)
                value = caller.run(work, (), {}, member.name, "", None, is_sync=False)
        finally:
            caller.close()
        return self._give(member, value)

    async def acall(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and await its result."""
        if _is_local(member):
            return await self._local.acall(member, receiver, args, kwargs, timeout_s)
        if member.binding == "class" and receiver.is_overriding:
            asked = _asked("call", member, receiver)[1]
            return self._give(member, await self._extended.acall(asked, member, receiver, args, kwargs, timeout_s))
        target, asked = _asked("call", member, receiver)
        caller = self._caller() if member.hands_over else None
        try:
            args, kwargs = self._take(member, args, kwargs, caller)
            value = await self._session.acall(target, asked, args, kwargs, timeout_s, member.name)
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self._origin)
            raise
        finally:
            if caller is not None:
                caller.close()
        return self._give(member, value)

    def submit(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Future[Any]:
        """Start the member and return its future at once."""
        if _is_local(member):
            own: Future[Any] = self._local.submit(member, receiver, args, kwargs, timeout_s)
            return own
        target, asked = _asked("call", member, receiver)
        caller = self._caller() if member.hands_over else None
        args, kwargs = self._take(member, args, kwargs, caller)

        async def work(_: Any = receiver) -> Any:  # which is to live as long as the call
            try:
                return await self._session.acall(target, asked, args, kwargs, timeout_s, member.name)
            except BaseException as error:  # any: it is passed on
                member.raise_given(error, self._origin)
                raise

        future = self.runtime.submit(work, (), {}, member.name, None, functools.partial(self._give, member))
        if caller is not None:
            future.add_done_callback(caller.close)
        return future

    def _give(self, member: Member, value: Any) -> Any:
        """Return what a caller gets for what came."""
        if self._types is not None:
            value = self._types.checked(member, value)
        return value if member.gives is None else member.give(value, self._origin)

    def _take(self, member: Member, args: Args, kwargs: Kwargs, caller: Caller | None) -> tuple[Args, Kwargs]:
        if caller is not None:
            with caller:
                return self._taken(member, args, kwargs, caller)
        return self._taken(member, args, kwargs) if member.takes or member.binding == "below" else (args, kwargs)

    def _taken(self, member: Member, args: Args, kwargs: Kwargs, caller: Caller | None = None) -> tuple[Args, Kwargs]:
        """Return what is sent; below overrides, the number of the call that may lead to others comes first."""
        if member.takes:
            args, kwargs = member.take_elsewhere(args, kwargs)
        return ((self._pairs.led_by(caller), *args) if member.binding == "below" else args), kwargs

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
        if member.hands_over:
            return self._stream_handing_over(member, receiver, asked, args, kwargs, timeout_s, read_ahead)
        args, kwargs = self._take(member, args, kwargs, None)
        steps = self._session.stream(target, asked, args, kwargs, timeout_s, read_ahead or 0, member.name, receiver)
        return self._translated(member, steps, is_ahead=bool(read_ahead))

    def _stream_handing_over(
        self,
        member: Member,
        receiver: Any,
        asked: str,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None,
        read_ahead: int | None,
    ) -> Generator[Any, Any, None]:
        """Return a generator that steps on the runtime's loop: what is called back runs on the thread that waits."""
        caller = self._caller()
        with caller:
            args, kwargs = self._taken(member, args, kwargs, caller)
        target, _ = _asked("", member, receiver)
        function = functools.partial(
            self._session.astream, target, asked, args, kwargs, timeout_s, 0, member.name, receiver
        )
        outward = self._outward(member)
        name, instead, inward = member.name, member.instead, member.inward_sent(self)
        call = self._stream_call(function, (), {}, name, instead, None, outward, inward, caller)
        raise_given = member.raises_given(self._origin)
        steps: Generator[Any, Any, None] = (
            self._bridge.BlockingSteps(call, raise_given)
            if read_ahead is None
            else self._bridge.StepsAhead(call, read_ahead, raise_given)
        )
        return steps

    def _translated(
        self, member: Member, steps: Generator[Any, Any, None], *, is_ahead: bool
    ) -> Generator[Any, Any, None]:
        outward = self._outward(member)
        inward = member.inward_sent(self)
        step: Callable[[], Any] = functools.partial(next, steps)
        try:
            while True:
                if loop_here() is not None and member.instead:
                    check_blocking(None, member.name, member.instead)
                try:
                    item = step()
                except StopIteration:
                    return
                try:
                    sent = yield item if outward is None else outward(item)
                except Exception as error:  # noqa: BLE001  thrown in by the reader: the generator's own affair
                    step = functools.partial(steps.throw, error)
                else:
                    if is_ahead and sent is not None:
                        raise UsageError(f"nothing can be sent into {member.name} while it reads ahead")
                    step = functools.partial(steps.send, _sent(sent, inward))
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self._origin)
            raise
        finally:
            steps.close()

    def astream(
        self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> AsyncGenerator[Any, Any]:
        """Return a generator whose steps are awaited; a context manager is a stream of one item."""
        opened = self._opened(member, receiver, args, kwargs, timeout_s)
        return forwarded([opened], self._outward(member), member.inward_sent(self))

    @contextlib.asynccontextmanager
    async def _opened(
        self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> AsyncGenerator[AsyncGenerator[Any, Any], None]:
        target, asked = _asked("context" if member.runs == "context" else "stream", member, receiver)
        caller = self._caller() if member.hands_over else None
        try:
            args, kwargs = self._take(member, args, kwargs, caller)
            yield self._session.astream(target, asked, args, kwargs, timeout_s, 0, member.name, receiver)
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self._origin)
            raise
        finally:
            if caller is not None:
                caller.close()

    def _outward(self, member: Member) -> Convert | None:
        """Return what makes of each item what its reader gets; None where that is the item itself."""
        give = None if member.gives is None else member.giver(self._origin)
        if self._types is None:
            return give
        check = functools.partial(self._types.checked, member)
        return check if give is None else lambda item: give(check(item))

    # -- attributes and objects

    def get(self, member: Member, receiver: Any) -> Any:
        """Read an attribute, of an object or of its class."""
        value = self._reach("get", member, receiver, self._taken(member, (), {})[0])
        return self._give(member, value)

    async def aget(self, member: Member, receiver: Any) -> Any:
        """Await an attribute, which `get` would block for."""
        target, asked = _asked("get", member, receiver)
        try:
            args, _ = self._taken(member, (), {})
            value = await self._session.acall(target, asked, args, {}, None, member.name)
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self._origin)
            raise
        return self._give(member, value)

    def set(self, member: Member, receiver: Any, value: Any) -> None:
        """Write an attribute."""
        caller = self._caller() if member.hands_over else None
        args, _ = self._take(member, (value,), {}, caller)
        if caller is not None:
            caller.close()
        self._reach("set", member, receiver, args)

    def delete(self, member: Member, receiver: Any) -> None:
        """Delete an attribute."""
        self._reach("delete", member, receiver, self._taken(member, (), {})[0])

    def _reach(self, verb: str, member: Member, receiver: Any, args: Args) -> Any:
        if loop_here() is not None:
            refuse_blocking(member.name, member.attribute)
        target, asked = _asked(verb, member, receiver)
        try:
            return self._session.call(target, asked, args, {}, None, member.name)
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self._origin)
            raise

    def create(self, info: FaceInfo, member: Member | None, args: Args, kwargs: Kwargs) -> Any:
        """Make an object of `info`'s class and return its receiver; `member` is the constructor, where it has one."""
        asked = f"create {info.implementation.module}:{info.path}"
        try:
            if member is not None and member.hands_over:
                caller = self._caller()
                with caller:
                    args, kwargs = member.take_elsewhere(args, kwargs)
                    work = functools.partial(self._session.acall, DEFINITIONS, asked, args, kwargs, None, info.path)
                    try:
                        return caller.run(work, (), {}, info.path, "", None, is_sync=False)
                    finally:
                        caller.close()
            if member is not None and member.takes:
                args, kwargs = member.take_elsewhere(args, kwargs)
            return self._session.call(DEFINITIONS, asked, args, kwargs, None, info.path)
        except BaseException as error:  # any: it is passed on
            if member is not None:
                member.raise_given(error, self._origin)
            raise

    # -- users' classes that override what the other side calls

    def extend(self, pair: Pair, member: Member | None, args: Args, kwargs: Kwargs) -> None:
        """Make an object of a pair's class, which may call what that overrides, and tie the two together."""
        try:
            self._extended.create(pair, member, args, kwargs)
        except BaseException as error:  # any: it is passed on
            if member is not None:
                member.raise_given(error, self._origin)
            raise

    def release(self, receiver: Any) -> None:
        """Let go of an object of the other process, and of what ties it to its face."""
        if isinstance(receiver, RemoteObject):
            self._pairs.release(receiver)

    async def acreate(self, info: FaceInfo, member: Member | None, args: Args, kwargs: Kwargs) -> Any:
        """Do the same, awaited."""
        asked = f"create {info.implementation.module}:{info.path}"
        caller = self._caller() if member is not None and member.hands_over else None
        try:
            if member is not None:
                args, kwargs = self._take(member, args, kwargs, caller)
            return await self._session.acall(DEFINITIONS, asked, args, kwargs, None, info.path)
        except BaseException as error:  # any: it is passed on
            if member is not None:
                member.raise_given(error, self._origin)
            raise
        finally:
            if caller is not None:
                caller.close()


setattr(RemoteChannel, bridge.ELSEWHERE, True)


def _is_local(member: Member) -> bool:
    """Tell whether a member describes a callable of this process: what the other side gave was the user's own."""
    given = member.given()
    return given is not None and not isinstance(given, RemoteObject)


def _asked(verb: str, member: Member, receiver: Any) -> tuple[int, str]:
    """Return the target of a call, and what is asked of it."""
    if verb == "call" and member.runs in ("here", "loop"):
        verb = "run"
    if receiver is None and isinstance(member.given(), RemoteObject):
        receiver = member.given()
        _, number = receiver.__ambidex_place__
        return number, f"{verb} "
    if isinstance(receiver, RemoteObject):
        name = "" if member.binding == "itself" else member.attribute
        _, number = receiver.__ambidex_place__
        return number, f"below {verb} {name}" if member.binding == "below" else f"{verb} {name}"
    info: Any = receiver
    if hasattr(receiver, "implementation") and hasattr(receiver, "path"):  # a `FaceInfo`, of whatever copy
        return DEFINITIONS, f"{verb} {info.implementation.module}:{info.path}.{member.attribute}"
    if member.binding == "module":
        return DEFINITIONS, f"{verb} {member.module_of_implementation()}:{member.path}"
    raise UsageError(f"{member.name} belongs to an object of this process, and cannot be called in another one")


def _sent(value: object, inward: Convert | None) -> object:
    return value if inward is None or value is None else inward(value)
