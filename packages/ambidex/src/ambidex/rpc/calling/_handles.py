"""Own what a caller sends without a copy of it: handles, which are called back; and what stands here for objects."""

from __future__ import annotations

import contextlib
import functools
import sys
from contextvars import ContextVar
from types import FunctionType
from typing import TYPE_CHECKING, Any

from ...bridge import Wrappers, has_face, identity_of
from ...errors import ProtocolError, UsageError
from ...protocol import Kind
from ...runtime import Callback, lock_that_forks_wait_for
from .._abilities import CALLED, CALLED_ASYNC, CALLED_FROM_ANYWHERE, MEMBER, STEPPED, abilities_of, is_data, stepping
from .._carried import carried_here, give_up_carried, take_carried
from .._deadlines import current_deadline, within
from .._exported import Exported, Received, release_of
from .._messages import ROOT, encode_call
from ._held import RemoteHandle, handle_class
from ._lending import passed_on, run_here
from ._offered import blocks, offered_by
from ._remote import PLACE, RemoteObject, face_class, remote_class

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

    from ...transport import Connection
    from .._carried import Carried
    from .._codecs import Codec
    from ._session import Session
    from ._traced import Calls
    from ._types import FaceTypes

    Function = Callable[..., Any]

_type_of: Callable[[object], type[Any]] = type  # strict checkers lose what is Any in `type(value)`
_MAINS = ("__main__", "__mp_main__")
_PARTS = 4  # of an object's token: its class, and where that is public
WRAPPED = "__ambidex_callback__"  # on what stands for a user's callable already, in the bridge
GIVEN = "__ambidex_given__"  # on what a user is given for a callable of an implementation: its channel, and that
_OWN = "__ambidex_own__"  # on what stands for one in this module: the user's
_is_typed: ContextVar[bool] = ContextVar("ambidex_is_typed", default=False)  # what is encoded at this moment
_is_sent: ContextVar[bool] = ContextVar("ambidex_is_sent", default=False)  # into a stream, what is encoded then
_held: ContextVar[Session | None] = ContextVar("ambidex_held_session", default=None)  # which a callback holds here
_lock = lock_that_forks_wait_for()


class CallingHandles:
    """Give a caller's codec the tokens of what stays here, and what stands for those of the other side's objects.

    `main` is the connection by which releases go. `open_back` opens the connection by which the other side calls while
    its loop stands still; it is called once, before the first token that needs it. Without `types` the other side is
    trusted: functions that can be imported there go by their names, and modules that it names are imported here.
    """

    def __init__(
        self,
        main: Callable[[], Connection],
        session: Callable[[], Calls],
        open_back: Callable[[], None],
        types: FaceTypes | None = None,
    ) -> None:
        self._types = types
        self._main = main
        self._session = session
        self._open_back: Callable[[], None] | None = open_back
        self._callables = Wrappers()
        self.users_class: Callable[[int], type[Any]]  # of a number that was told: who makes this sets it
        self.exported = Exported(_lock)
        self.received = Received(self._release, _lock)

    # -- what goes out

    def export(self, value: object) -> tuple[object, ...] | None:
        """Return the token of what stays here; None for what crosses by value."""
        own = _receiver_of(value)
        if isinstance(own, RemoteObject):
            session, number = own.__ambidex_place__
            if session is self._session():
                self.received.send_back(number)
                carried_here().note(functools.partial(self.received.keep, number))
                return ("yours", number)
            return self._lent(own, type(own))
        kind = _type_of(own)
        if own is value:
            if self._types is None and type(value) is FunctionType and not _is_typed.get() and _is_importable(value):
                return None
            if is_data(kind):
                return None
            if not has_face(kind):
                return self._handle(value, kind)
        return self._lent(own, kind)

    def export_class(self, cls: type[Any]) -> tuple[object, ...] | None:
        """Return the token of the class behind a face's, by the name that its generated module has for it.

        Raises:
            UsageError: it is a user's, which the other side has nothing for.
        """
        place: tuple[str, str] | None = getattr(cls, PLACE, None) if issubclass(cls, RemoteObject) else None
        info: Any = getattr(cls, "__ambidex_info__", None)
        if info is not None:
            if info.is_users or info.cls is not cls:
                generated = next(each for each in cls.__mro__ if _is_generated(each))
                raise UsageError(
                    f"{cls.__module__}.{cls.__qualname__} is a class of this process, for which the other one has "
                    f"none: give {generated.__qualname__}, which it extends"
                )
            place = info.implementation.module, info.path
        return None if place is None else ("class", 0, *place)

    def _lent(self, value: object, kind: type[Any]) -> tuple[object, ...]:
        """Return the token of what has a face here, and belongs to this process or to another session."""
        abilities = value.abilities if isinstance(value, RemoteHandle) else offered_by(kind)
        if blocks(abilities):
            self.have_way_back()
        name = value.__qualname__ if isinstance(value, RemoteHandle) else kind.__qualname__
        return self._token(value, name, abilities)

    def _token(self, lent: object, name: str, abilities: tuple[str, ...]) -> tuple[object, ...]:
        number = self.exported.lend(lent)
        carried_here().note(functools.partial(self.exported.release, number, 1))
        return ("handle", number, name, *abilities)

    def asked_of(self, number: int, asked: str) -> tuple[Function, bool] | None:
        """Return what answers a call for what was lent of what has a face, and whether that is a stream; else None.

        Errors are those of `Exported.find`, and UsageError where the face has no such member.
        """
        lent = self.exported.find(number)
        if isinstance(lent, RemoteObject):
            return passed_on(lent, asked)
        return run_here(lent, asked) if has_face(_type_of(lent)) else None

    def _handle(self, value: Any, kind: type[Any]) -> tuple[object, ...] | None:
        abilities = abilities_of(value)
        if not abilities:
            return None
        name = str(getattr(value, "__qualname__", kind.__qualname__))
        lent: Any = value
        if CALLED in abilities or STEPPED in abilities:
            if CALLED in abilities and not _is_typed.get() and not hasattr(value, WRAPPED):
                abilities = tuple(CALLED_FROM_ANYWHERE if each == CALLED else each for each in abilities)
            else:
                self.have_way_back()
            lent = self._called(value, is_stepped=STEPPED in abilities)
        elif CALLED_ASYNC in abilities and not hasattr(value, WRAPPED):
            lent = self._called(value, is_stepped=False)
        return self._token(lent, name, abilities)

    def have_way_back(self) -> None:
        """Open the connection by which the other side calls while its loop stands still, unless it is open."""
        with _lock:
            open_back, self._open_back = self._open_back, None
            if open_back is not None:
                open_back()

    def _called(self, value: Any, *, is_stepped: bool) -> Function:
        """Return what runs a user's function, or steps an iterator, where the user's callables run."""
        if _is_sent.get():
            return _called_on_loop(stepping(value) if is_stepped else value, value)
        key = (is_stepped, identity_of(value))
        known = self._callables.find(key)
        if known is None:
            known = self._callables.remember(key, _called_back(stepping(value) if is_stepped else value, value))
        carried_here().handed.append(vars(known)[_RUNNING])
        return known

    # -- what comes in

    def resolve(self, token: tuple[object, ...]) -> object:
        """Return what stands for a token here."""
        kind, number, *rest = token
        if not isinstance(number, int):
            raise ProtocolError(f"the number of an object is {number!r:.40}")
        if kind == "users class":
            return self.users_class(number)
        if kind == "yours":
            found = self.exported.come_home(number)
            return getattr(found, _OWN, found)
        if kind == "object" and len(rest) == _PARTS and all(isinstance(each, str) for each in rest):
            session, cls = self._session(), self._class_of(*map(str, rest))
            return self.received.receive(number, lambda: cls(session, number))
        if kind == "class" and len(rest) == _PARTS and all(isinstance(each, str) for each in rest):
            return face_class(*self._checked(*map(str, rest)))
        if kind == "handle" and len(rest) > 1:
            name, *abilities = map(str, rest)
            if self._types is not None and any(each.startswith(MEMBER) for each in abilities):
                raise ProtocolError(f"the handle {name:.60} comes with members, which no child lends")
            session, made = self._session(), handle_class(tuple(abilities))
            return self.received.receive(number, lambda: made(session, number, name))
        raise ProtocolError(f"a token of the kind {kind!r:.40} came, which there is not, or not here")

    def _class_of(self, module: str, path: str, public_module: str, public_name: str) -> type[RemoteObject]:
        found = remote_class(*self._checked(module, path, public_module, public_name))
        if self._types is not None:
            self._types.learn(public_module)
        return found

    def _checked(self, module: str, path: str, public_module: str, public_name: str) -> tuple[str, str, str, str]:
        """Return where a class is public, in a module that may be looked into."""
        if self._types is not None:
            self._types.check_is_imported(public_module)
        return module, path, public_module, public_name

    def _release(self, number: int, count: int, returned: int) -> None:
        main = self._main()
        with contextlib.suppress(RuntimeError):  # the loop has ended, and with it what the other side keeps
            main.loop.call_soon_threadsafe(main.send, Kind.RELEASE, 0, release_of(number, count, returned))


_RUNNING = "__ambidex_running__"  # on what stands for a user's callable here: what runs it


def _called_back(function: Function, own: Any) -> Function:
    def marked(held: Session | None, deadline: float | None, /, *args: Any, **kwargs: Any) -> Any:
        with within(deadline):
            if held is None:
                return function(*args, **kwargs)
            token = _held.set(held)
            try:
                return function(*args, **kwargs)
            finally:
                _held.reset(token)

    async def marked_async(_: object, deadline: float | None, /, *args: Any, **kwargs: Any) -> Any:
        with within(deadline):
            return await function(*args, **kwargs)

    is_async = CALLED_ASYNC in abilities_of(function)
    running = Callback(marked_async if is_async else marked)
    running.name = str(getattr(own, "__qualname__", _type_of(own).__qualname__))

    async def called(*args: Any, **kwargs: Any) -> Any:
        held = _held.get()
        _held.set(None)  # the caller's thread, where it may run, takes over what is set here
        return await running.run((held, current_deadline(), *args), kwargs)

    vars(called).update({_RUNNING: running, _OWN: own, "__ambidex_step__": called})
    return called


def _called_on_loop(function: Function, own: Any) -> Function:
    """Return what runs a function that was sent into a stream on the loop, as such a one does in one process.

    No caller waits for it: a reader may be anywhere between two steps.
    """

    async def called(*args: Any, **kwargs: Any) -> Any:
        given = function(*args, **kwargs)
        return await given if CALLED_ASYNC in abilities_of(own) else given

    vars(called).update({_OWN: own, "__ambidex_step__": called})
    return called


def holding(function: Function, session: Session) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Return the same function for calls for which the other side's loop stands still."""

    @functools.wraps(function)
    async def run(*args: Any, **kwargs: Any) -> Any:
        _held.set(session)
        return await function(*args, **kwargs)

    return run


def hold_taken_along() -> Function:
    """Return what runs a function elsewhere as it would run here, where the other side's loop may stand still.

    That alone goes along: the thread of a caller takes over what is set here, and would keep it.
    """
    held = _held.get()
    _held.set(None)

    def run(function: Function, /, *args: Any, **kwargs: Any) -> Any:
        token = _held.set(held)
        try:
            return function(*args, **kwargs)
        finally:
            _held.reset(token)

    return run


def is_any_held() -> bool:
    """Tell whether this runs in a callback for which the loop of some other side stands still."""
    return _held.get() is not None


def is_held(session: Session) -> bool:
    """Tell whether this runs in a callback for which the loop of the session's other side stands still."""
    return _held.get() is session


def encode(
    codec: Codec, target: int, asked: str, args: Sequence[Any], kwargs: Mapping[str, Any], remaining_s: float | None
) -> tuple[bytes, Sequence[memoryview], Carried | None]:
    """Return the payload of a call, its buffers, and what goes along with it, if anything.

    Raises:
        UsageError: an argument cannot be sent; the message says which.
    """
    is_typed = target != ROOT
    token = None if is_typed is _is_typed.get() else _is_typed.set(is_typed)
    try:
        payload, buffers = encode_call(codec, target, asked, args, kwargs, remaining_s)
    except BaseException:  # any: what was lent until then comes back, and it is passed on
        give_up_carried()
        raise
    finally:
        if token is not None:
            _is_typed.reset(token)
    return payload, buffers, take_carried()


def encode_sent(codec: Codec, is_typed: bool, value: object) -> tuple[bytes, Sequence[memoryview]]:
    """Return the payload of what is sent into a stream, and its buffers.

    What is lent with it is the other side's at once: nothing of it is left for the next call, which may not be sent.
    """
    token, of_sent = _is_typed.set(is_typed), _is_sent.set(True)
    try:
        return codec.dumps(value)
    except BaseException:  # any: what was lent until then comes back, and it is passed on
        give_up_carried()
        raise
    finally:
        _is_sent.reset(of_sent)
        _is_typed.reset(token)
        take_carried()


def _receiver_of(value: Any) -> Any:
    """Return what a face or a handle stands for, of whatever copy of the library, or the value itself."""
    reference: Any = None
    if hasattr(_type_of(value), "__ambidex_info__"):
        reference = value.__dict__.get("__ambidex__")
    else:
        given = getattr(value, GIVEN, None)
        if given is not None:
            return given[1] if isinstance(given[1], RemoteObject) else value
    receiver = getattr(reference, "receiver", value)
    return value if reference is None else receiver


def _is_generated(cls: type[Any]) -> bool:
    info: Any = vars(cls).get("__ambidex_info__")
    return info is not None and not info.is_users


def _is_importable(function: FunctionType) -> bool:
    if function.__module__ in _MAINS or "<" in function.__qualname__:
        return False
    found: Any = sys.modules.get(function.__module__)
    for part in function.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is function
