"""Own what a caller sends without a copy of it: handles, which are called back; and what stands here for objects."""

from __future__ import annotations

import contextlib
import functools
import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any

from ...bridge import Wrappers, has_face, identity_of
from ...errors import ProtocolError, UsageError
from ...protocol import Kind
from ...runtime import Callback, current_caller, lock_that_forks_wait_for
from .._abilities import CALLED, CALLED_ASYNC, CALLED_FROM_ANYWHERE, MEMBER, STEPPED, abilities_of, is_data, stepping
from .._carried import carried_here
from .._exported import Exported, Received, release_of
from .._kept import Kept
from ._called import OWN, RUNNING, called_back, called_on_loop
from ._encoding import hand_over, is_sent, is_typed, note_lent
from ._held import RemoteHandle, handle_class
from ._lending import passed_on, run_here
from ._offered import blocks, offered_by
from ._remote import PLACE, RemoteObject, face_class, refuse_of_copy, remote_class

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...transport import Connection
    from ._making import Calls
    from ._types import FaceTypes

    Function = Callable[..., Any]

_type_of: Callable[[object], type[Any]] = type  # strict checkers lose what is Any in `type(value)`
_MAINS = ("__main__", "__mp_main__")
_PARTS = 4  # of an object's token: its class, and where that is public
WRAPPED = "__ambidex_callback__"  # on what stands for a user's callable already, in the bridge
GIVEN = "__ambidex_given__"  # on what a user is given for a callable of an implementation: its channel, and that
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
        self.kept = Kept()
        self.users_class: Callable[[int], type[Any]]  # of a number that was told: who makes this sets it
        self.exported = Exported(_lock)
        self.received = Received(self._release, _lock)

    # -- what goes out

    def export(self, value: object) -> tuple[object, ...] | None:
        """Return the token of what stays here; None for what crosses by value."""
        own = _receiver_of(value)
        if isinstance(own, RemoteObject):
            session, number = own.__ambidex_place__
            if session.are_of(self._session()):
                self.received.send_back(number)
                carried_here().note(functools.partial(self.received.keep, number))
                return ("yours", number)
            refuse_of_copy(value, type(own))
            return self._lent(own, type(own))
        kind = _type_of(own)
        if own is value:
            if self._types is None and type(value) is FunctionType and not is_typed() and _is_importable(value):
                return None
            if is_data(kind):
                return None
            if not has_face(kind):
                refuse_of_copy(value, kind)
                return self._handle(value, kind)
        else:
            refuse_of_copy(value, kind)
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
        name, of_types = kind.__qualname__, True
        if isinstance(value, RemoteHandle):
            name, of_types = value.__qualname__, is_typed()
        return self._token(value, name, abilities, is_typed=of_types, handed_by=current_caller())

    def _token(
        self, lent: object, name: str, abilities: tuple[str, ...], *, is_typed: bool, handed_by: object
    ) -> tuple[object, ...]:
        number = self.exported.lend(lent, is_typed, handed_by)
        carried_here().note(functools.partial(self.exported.release, number, 1))
        note_lent(self.exported.entry(number))
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
            if CALLED in abilities and not is_typed() and not hasattr(value, WRAPPED):
                abilities = tuple(CALLED_FROM_ANYWHERE if each == CALLED else each for each in abilities)
            else:
                self.have_way_back()
            lent = self._called(value, is_stepped=STEPPED in abilities)
        elif CALLED_ASYNC in abilities and not hasattr(value, WRAPPED):
            lent = self._called(value, is_stepped=False)
        return self._token(lent, name, abilities, is_typed=is_typed(), handed_by=_handed_by(lent))

    def have_way_back(self) -> None:
        """Open the connection by which the other side calls while its loop stands still, unless it is open."""
        with _lock:
            open_back, self._open_back = self._open_back, None
            if open_back is not None:
                open_back()

    def _called(self, value: Any, *, is_stepped: bool) -> Function:
        """Return what runs a user's function, or steps an iterator, where the user's callables run."""
        if is_sent():
            return called_on_loop(stepping(value) if is_stepped else value, value)
        key = (is_stepped, identity_of(value))
        known = self._callables.find(key)
        if known is None:
            function = stepping(value) if is_stepped else value
            known = self._callables.remember(key, called_back(function, value))
        hand_over(vars(known)[RUNNING])
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
            return getattr(found, OWN, found)
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


def _handed_by(lent: Any) -> object:
    """Return whoever hands something over, or what runs it, which knows who has."""
    if type(lent) is FunctionType:
        running = getattr(lent, RUNNING, None) or getattr(lent, WRAPPED, (None,))[0]
        if isinstance(running, Callback):
            return running
    return current_caller()


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
