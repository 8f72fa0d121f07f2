"""Own what the other side calls of users' classes here, and which faces are kept for that.

    await NAME, block NAME, stream NAME, context NAME   an override: the object, the number of its pair, the number of
    get NAME, set NAME, delete NAME                     the call that leads there, and the arguments
    adopt                                               the object, and the number of its class; it gives a number
    init                                                the user's constructor: as an override
    disown                                              the object, and its pair, where its own constructor has failed

Numbers are this session's own. An object of the other side is kept by its face, and that by its pair here, until it is
released or the session ends: neither side can tell by itself that nobody needs the two.
"""

from __future__ import annotations

import contextlib
import itertools
import weakref
from typing import TYPE_CHECKING, Any

from ...bridge import overridden_by
from ...errors import ProtocolError, UsageError
from ...runtime import InContext
from .._deadlines import current_deadline
from .._forwarding import forwarded
from ._called import hold_taken_along
from ._remote import RemoteObject

if TYPE_CHECKING:
    import contextvars
    from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine

    from ...bridge import Overriding, Pair
    from ...runtime import Caller
    from ._channel import RemoteChannel

    Function = Callable[..., Any]

_MOST = 65_536  # pairs of one session: arbitrary, so that no process fills another one's memory by making objects
_STREAMS = ("stream", "context")
_NOBODY = 0  # the number of a call that no caller leads


class Pairs:
    """Keep the pairs of one session, and find what the other side calls of them.

    `have_way_back` opens the connection by which it calls while its loop stands still, unless it is open. `let_go`
    forgets an object of its, by the number, as if nothing stood here for it any more.
    """

    def __init__(self, have_way_back: Callable[[], object], let_go: Callable[[int], object]) -> None:
        self._have_way_back = have_way_back
        self._let_go = let_go
        self._numbers = itertools.count(1)
        self._pairs: dict[int, Pair] = {}
        self._objects: dict[int, int] = {}  # by the number of a pair: that of its object, once it is known
        self._of_objects: dict[int, int] = {}  # the other way round
        self._callers: dict[int, Caller] = {}  # those who wait for a call, by a number of its own
        self._classes: weakref.WeakValueDictionary[int, type[Any]] = weakref.WeakValueDictionary()
        self._known: weakref.WeakKeyDictionary[type[Any], tuple[int, RemoteChannel]] = weakref.WeakKeyDictionary()

    def __len__(self) -> int:
        return len(self._pairs)

    # -- what goes out

    def led_by(self, caller: Caller | None) -> int:
        """Return the number by which the other side names a call of a caller's, until it ends."""
        if caller is None:
            return _NOBODY
        number = next(self._numbers)
        self._callers[number] = caller
        caller.stand_in(_Callers(self._callers, number))
        return number

    def described(self, info: Overriding, channel: RemoteChannel, pair: int, caller: Caller | None) -> tuple[Any, ...]:
        """Return what the other side is told of a user's class: numbers, and the parts of `Overridden`."""
        self._have_way_back()
        known = self._known.get(info.cls)
        if known is None:
            known = self._known.setdefault(info.cls, (next(self._numbers), channel))
            self._classes[known[0]] = info.cls
        return (pair, known[0], self.led_by(caller), *overridden_by(info))

    def keep(self, pair: Pair) -> int:
        """Return the number of a pair, which is kept from now on."""
        number = next(self._numbers)
        self._pairs[number] = pair
        return number

    def tie(self, number: int, receiver: Any) -> Pair:
        """Return a pair, whose face stands for `receiver` from now on.

        Raises:
            ProtocolError: that is no object of another process.
            UsageError: the pair was released.
        """
        if not isinstance(receiver, RemoteObject):
            raise ProtocolError("what calls an override is no object of the process that calls")
        pair = self._pairs.get(number)
        if pair is None:
            raise UsageError("its face was released in the process that has made it: nothing of its class runs there")
        place = receiver.__ambidex_place__[1]
        if self._of_objects.setdefault(place, number) == number:
            self._objects[number] = place
            pair.tie(receiver)
        return pair

    # -- what comes in

    def function_of(self, asked: str) -> tuple[Function, bool]:
        """Return what answers a call of the other side, and whether that gives a stream."""
        way, _, name = asked.partition(" ")
        if way == "adopt":
            return self._adopt, False
        if way == "init":
            return self._initialise, False
        if way == "disown":
            return self._disown, False
        if way in _STREAMS:
            return lambda *args, **kwargs: forwarded([self._opened(way, name, *args, **kwargs)]), True

        async def answer(receiver: Any, number: int, led_by: int, /, *args: Any, **kwargs: Any) -> Any:
            pair = self._found(receiver, number, way, name)
            if way == "await":
                return await self._led(led_by, pair.awaited(name, args, kwargs))
            return await self._led(led_by, pair.blocked(way, name, args, kwargs, hold_taken_along()))

        return answer, False

    def _found(self, receiver: Any, number: int, way: str, name: str) -> Pair:
        try:
            pair = self.tie(number, receiver)
        except UsageError as error:
            raise UsageError(f"{name} was called of an object that overrides it elsewhere, and {error}") from None
        if not pair.has(way, name):
            raise UsageError(f"{pair.info.cls.__qualname__} overrides no {name:.60} that one could {way:.20}")
        return pair

    @contextlib.asynccontextmanager
    async def _opened(
        self, way: str, name: str, receiver: Any, number: int, led_by: int, /, *args: Any, **kwargs: Any
    ) -> AsyncGenerator[AsyncGenerator[Any, Any] | _Led, None]:
        steps = self._found(receiver, number, way, name).streamed(way, name, args, kwargs)
        caller = self._callers.get(led_by)
        yield steps if caller is None else _Led(steps, caller.part(current_deadline()))

    def users_class(self, number: int) -> type[Any]:
        """Return the user's class of a number.

        Raises:
            UsageError: there is none, or nobody has it any more.
        """
        found = self._classes.get(number)
        if found is None:
            raise UsageError(f"there is no class {number} here: nobody has it any more, or it is of another process")
        return found

    async def _adopt(self, receiver: Any, number: int) -> int:
        """Make the face of an object that the other side has made of a user's class; its constructor has not run."""
        cls = self.users_class(number)
        if len(self._pairs) >= _MOST:
            raise UsageError(
                f"{receiver!r} is one too many: there are {_MOST} objects of users' classes, which live until they are "
                "released"
            )
        info: Overriding = cls.__dict__["__ambidex_info__"]
        made = self.keep(info.paired(object.__new__(cls), self._known[cls][1]))
        self.tie(made, receiver)
        return made

    async def _initialise(self, receiver: Any, number: int, led_by: int, /, *args: Any, **kwargs: Any) -> None:
        pair = self.tie(number, receiver)

        def rest(*args: Any, **kwargs: Any) -> Any:
            return receiver.ambidex_block("below run __init__", (_NOBODY, *args), kwargs)

        try:
            await self._led(led_by, pair.constructed(rest, args, kwargs, hold_taken_along()))
        except BaseException:  # whatever stops the construction: it is passed on, and nobody is given the object
            self.release(receiver)
            raise

    async def _disown(self, receiver: Any, number: int) -> None:
        self.tie(number, receiver)
        self.release(receiver)

    def _led(self, number: int, work: Coroutine[Any, Any, Any]) -> Awaitable[Any]:
        """Return what awaits `work` as a part of the call that leads to it, while that goes on."""
        caller = self._callers.get(number)
        return work if caller is None else InContext(work, caller.part(current_deadline()))

    # -- the end

    def release(self, receiver: RemoteObject) -> None:
        """Let go of an object of the other side, and of its pair, if it has one."""
        number = receiver.ambidex_let_go()
        if number is not None:
            pair = self._of_objects.get(number)
            if pair is not None:
                self.drop(pair)
            self._let_go(number)

    def drop(self, number: int) -> None:
        """Keep a pair no more: it was released, or its object was not made."""
        self._pairs.pop(number, None)
        place = self._objects.pop(number, None)
        if place is not None:
            self._of_objects.pop(place, None)

    def end(self) -> None:
        """Let go of all: the other side is gone."""
        self._pairs.clear()
        self._objects.clear()
        self._of_objects.clear()


class _Led:
    """Take each step of a stream in one context."""

    def __init__(self, steps: AsyncGenerator[Any, Any], context: contextvars.Context) -> None:
        self._steps = steps
        self._context = context

    async def __anext__(self) -> Any:
        return await InContext(self._steps.__anext__(), self._context)

    async def asend(self, value: Any) -> Any:
        return await InContext(self._steps.asend(value), self._context)

    async def athrow(self, error: BaseException) -> Any:
        return await InContext(self._steps.athrow(error), self._context)

    async def aclose(self) -> None:
        await InContext(self._steps.aclose(), self._context)


class _Callers:
    """Be where a caller stands until its call has ended."""

    def __init__(self, callers: dict[int, Caller], number: int) -> None:
        self._callers = callers
        self._number = number

    def remove(self, _: Caller, /) -> object:
        """Forget the caller."""
        return self._callers.pop(self._number, None)
