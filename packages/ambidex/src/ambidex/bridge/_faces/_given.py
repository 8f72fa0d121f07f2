"""Give the user a face of each callable that an implementation gives out: it runs where the implementation does.

One that is not awaited has one where objects with faces are among what it takes or gives.

The same callable has the same face, as long as that is alive. Handed back to the implementation, the face is the
callable again.
"""

from __future__ import annotations

import functools
import inspect
import types
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ...runtime import hide_library_frames
from .._description import Description
from .._identity import Reference
from .._member import Member
from .._values._binding import resolved
from .._values._callbacks import GIVEN, Wrappers, identity_of, unwrap
from ._callables import Call, show_own_docstrings

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from .._channels._channel import Channel
    from .._values._binding import Convert
    from .._values._plans import CallOf, Plan

    Function = Callable[..., Any]
    _AnyCall = Call[..., Any]
else:
    _AnyCall = Call


_faces = Wrappers()


def _stub(*args: Any, **kwargs: Any) -> Any: ...


class _Given(Member):
    """Describe one callable, which is no member of anything: it is called itself, and its plans go by position."""

    __slots__ = ("_function", "_is_plain", "_is_told", "_named", "_places", "_rest")

    def __init__(self, function: Function, plan: CallOf, names: dict[str, Any]) -> None:
        stub: Any = types.FunctionType(_stub.__code__, names)  # in whose globals the plans' names are found
        stub.__name__ = stub.__qualname__ = type(function).__name__  # of one that has no name of its own
        functools.update_wrapper(stub, function, updated=())
        stub.__signature__ = _signature(function)
        takes: dict[str, Plan] = {str(place): part for place, part in enumerate(plan.takes) if part is not None}
        self._named: Mapping[str, Plan] = {} if plan.named is None else plan.named.fields
        takes.update((f"{key}=", part) for key, part in self._named.items())
        if plan.rest is not None:
            takes["rest"] = plan.rest
        self._is_plain, self._is_told = plan.is_plain, plan.is_told
        super().__init__(
            stub, "loop" if self._is_plain else "task", "module", Description(takes=takes, gives=plan.gives)
        )
        self._function = function
        self._places, self._rest = plan.takes, plan.rest

    def given(self) -> Any:
        return self._function

    def bind(self, receiver: Any) -> Function:  # noqa: ARG002  there is none
        if not self._is_plain:
            return self._run
        return self._run_told if self._is_told else self._function

    def _run_told(self, *args: Any, **kwargs: Any) -> Any:
        value = self._function(*args, **kwargs)
        if not inspect.isawaitable(value):
            return value
        if isinstance(value, types.CoroutineType):
            value.close()  # nothing of it has run
        raise UsageError(
            f"{self.name} returned something to await and is no async function; it stands where the implementation may "
            "give callables that are awaited and others, and only an async function is known to be one of the former. "
            "Write it as `async def`"
        )

    async def _run(self, *args: Any, **kwargs: Any) -> Any:
        value = self._function(*args, **kwargs)
        return await value if inspect.isawaitable(value) else value

    def _bind_takers(self, bind: Callable[[Plan], Convert]) -> Any:
        places = [(place, bind(part)) for place, part in enumerate(self._places) if part is not None]
        rest = None if self._rest is None else bind(self._rest)
        named = {key: bind(part) for key, part in self._named.items()}
        return places, named, None if rest is None else (len(self._places), rest), rest


def _signature(function: Function) -> inspect.Signature:
    try:
        return inspect.signature(function)
    except ValueError:  # a builtin does not say
        return inspect.signature(_stub)


class GivenCall(_AnyCall):
    """Stand for one callable of the implementation."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<call {self.__bound__[0].name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError(f"{self!r} cannot be pickled: it stands for a callable that the implementation has made")


def giving(plan: CallOf, names: Mapping[str, Any], channel: Channel) -> Convert:
    """Return the function that gives out the face of a callable."""
    meaning: list[Hashable] = []  # found once that is needed: it imports the modules of the faces that are named
    reference = Reference(channel, None)

    def give(function: Function) -> Function:
        own: Function = unwrap(function)
        if plan.gives_own and own is not function:
            return own
        if not meaning:
            meaning.append(resolved(plan._replace(gives_own=False), names))
        key = (meaning[0], identity_of(function), id(channel))  # the face keeps it alive
        face = _faces.find(key)
        if face is None:
            face = _face(_Given(function, plan, globals_), plan, reference)
            face.__dict__[GIVEN] = (channel, function)
            face = _faces.remember(key, face)
        return face

    globals_: Any = names  # those of a module
    return give


def _face(member: Member, plan: CallOf, reference: Reference) -> Function:
    if plan.is_blocking and plan.is_awaited:
        return GivenCall(member, reference)
    channel = reference.channel

    @functools.wraps(member.stub)
    def blocking(*args: Any, **kwargs: Any) -> Any:
        try:
            return channel.call(member, None, args, kwargs, None)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    @functools.wraps(member.stub)
    async def awaited(*args: Any, **kwargs: Any) -> Any:
        try:
            return await channel.acall(member, None, args, kwargs, None)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    return awaited if plan.is_awaited else blocking


show_own_docstrings(GivenCall)
