"""The channel of a module with `aio="caller"`: the async face runs on the caller's own loop, without any hop.

It serves implementations whose objects are not shared between blocking and async users: what an object opens belongs to
the loop it was opened on. So each object keeps to the face it was first called by, or handed to, or returned by.
Functions have no object to keep; constructors may run before it is known who will use what they make; attributes and
special methods run where the caller is, as ever.
"""

from __future__ import annotations

import copy
import weakref
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ...runtime import Caller, await_here, entering, loop_here
from .._identity import FaceInfo, receiver_of, reference_of
from .._values._unexpected import opening
from ._channel import InProcess
from ._steps import StepsHere

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from ...runtime import Future, Runtime
    from .._identity import Reference
    from .._member import Member
    from ._channel import Args, Channel, Kwargs

_AWAITED = "awaited"
_BLOCKING = "blocking"


class CallersLoop:
    """Run the blocking face on a synchronizer's loop and the async face where it is awaited."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._on_runtime = InProcess(runtime, origin=self)
        self.wrappers = self._on_runtime.wrappers
        # Weakly: a callable that is given out has a member of its own.
        self._watched: weakref.WeakKeyDictionary[Member, dict[str, Member]] = weakref.WeakKeyDictionary()

    def call(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        if member.runs == "here":
            return self._on_runtime.call(member, receiver, args, kwargs, timeout_s)
        if member.runs == "loop" and self._is_elsewhere():
            member = self._keep(member, receiver, _AWAITED)
            try:
                value = self._run_here(member, member.bind(receiver), args, kwargs)
            except BaseException as error:  # any: it is passed on
                member.raise_given(error, self)
                raise
            return self._on_runtime.give(member, value)
        member = self._keep(member, receiver, _BLOCKING)
        return self._on_runtime.call(member, receiver, args, kwargs, timeout_s)

    async def acall(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        loop, thread = (
            loop_here(),
            self._runtime.thread,
        )  # as `_is_elsewhere` does it, in place for speed
        if loop is None or (thread is not None and thread.loop is loop):
            # The implementation calls its own public face, or there is no loop: it says so.
            return await self._on_runtime.acall(member, receiver, args, kwargs, timeout_s)
        if receiver is not None or member.takes or member.gives is not None:  # else there is nothing to keep
            member = self._keep(member, receiver, _AWAITED)
        function = member.bind(receiver)
        try:
            if not member.takes:
                work = function(*args, **kwargs)
                value = await (work if timeout_s is None else await_here(work, member.name, timeout_s))
                return self._on_runtime.give(member, value)
            caller = Caller(self._runtime, self)
            try:
                with caller:
                    args, kwargs = member.take(args, kwargs)
                    value = await await_here(function(*args, **kwargs), member.name, timeout_s)
            finally:
                caller.close()
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self)
            raise
        return self._on_runtime.give(member, value)

    def submit(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Future[Any]:
        member = self._keep(member, receiver, _BLOCKING)
        return self._on_runtime.submit(member, receiver, args, kwargs, timeout_s)

    def stream(
        self,
        member: Member,
        receiver: Any,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None,
        read_ahead: int | None = None,
    ) -> Generator[Any, Any, None]:
        member = self._keep(member, receiver, _BLOCKING)
        return self._on_runtime.stream(member, receiver, args, kwargs, timeout_s, read_ahead)

    def astream(
        self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> AsyncGenerator[Any, Any]:
        if not self._is_elsewhere():
            return self._on_runtime.astream(member, receiver, args, kwargs, timeout_s)
        member = self._keep(member, receiver, _AWAITED)
        function = opening(member.bind(receiver), member, self._runtime)
        if member.runs == "context":
            function = entering(function)
        caller = Caller(self._runtime, self)
        if member.takes:
            with caller:
                args, kwargs = member.take(args, kwargs)
        outward = None if member.gives is None else member.giver(self)
        raise_given, sent = member.raises_given(self), member.inward_sent()
        return StepsHere(raise_given, function, args, kwargs, member.name, timeout_s, outward, sent, caller.close)

    def get(self, member: Member, receiver: Any) -> Any:
        return self._on_runtime.get(member, receiver)

    def set(self, member: Member, receiver: Any, value: Any) -> None:
        self._on_runtime.set(member, receiver, value)

    def delete(self, member: Member, receiver: Any) -> None:
        self._on_runtime.delete(member, receiver)

    def create(self, info: FaceInfo, member: Member | None, args: Args, kwargs: Kwargs) -> Any:
        if not self._is_elsewhere():
            return self._on_runtime.create(info, member, args, kwargs)
        try:
            return self._run_here(member, info.implementation_class(), args, kwargs)
        except BaseException as error:  # any: it is passed on
            if member is not None:
                member.raise_given(error, self)
            raise

    def _run_here(self, member: Member | None, function: Callable[..., Any], args: Args, kwargs: Kwargs) -> Any:
        """Run a plain function in place, beside the loop that its caller has."""
        if member is None or not member.takes:
            return function(*args, **kwargs)
        caller = Caller(self._runtime, self)
        try:
            with caller:
                args, kwargs = member.take(args, kwargs)
                return function(*args, **kwargs)
        finally:
            caller.close()

    def _is_elsewhere(self) -> bool:
        """Tell whether a loop runs here that is not the synchronizer's."""
        loop = loop_here()
        thread = self._runtime.thread  # read once: another thread may be closing it
        return loop is not None and (thread is None or thread.loop is not loop)

    def _keep(self, member: Member, receiver: Any, face: str) -> Member:
        """Hold an object to the face that it was first called by; return the member that does so for what it carries.

        Raises:
            UsageError: it was called by the other one.
        """
        reference = None if receiver is None or isinstance(receiver, FaceInfo) else reference_of(receiver)
        if reference is not None:
            _keep_to(face, reference, f"{member.name} is {face} and its object was")
        if not member.takes and member.gives is None and member.sent is None:
            return member
        watched = self._watched.get(member)
        if watched is None:
            watched = self._watched.setdefault(member, {})
        return watched.get(face) or watched.setdefault(face, _watch(member, face))


def _watch(member: Member, face: str) -> Member:
    """Return the member with the faces among its arguments and results held to `face`."""

    def receive(value: Any) -> Any:
        receiver = receiver_of(value)
        if receiver is not value and _keeps(value.__ambidex__.channel):
            _keep_to(face, value.__ambidex__, f"{member.name} is {face} and an object among its arguments was")
        return receiver

    def note(made: Any) -> None:
        reference = made.__ambidex__
        if reference.kept_to is None and _keeps(reference.channel):
            reference.kept_to = face

    return copy.copy(member).watch(receive, note)


def _keeps(channel: Channel) -> bool:
    """Tell whether a channel, or the one behind it, holds objects to one face."""
    return isinstance(getattr(channel, "inner", channel), CallersLoop)


def _keep_to(face: str, reference: Reference, what: str) -> None:
    if reference.kept_to is None:
        reference.kept_to = face
    elif reference.kept_to != face:
        raise UsageError(
            f"{what} first used by the {reference.kept_to} face: its module has aio='caller', so that the two run on "
            "different loops, and what the object opened belongs to one of them; make an object for each face, or "
            "leave aio='caller' out"
        )
