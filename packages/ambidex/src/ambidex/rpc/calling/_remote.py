"""Own what stands in this process for objects of another one: a number, in a class that faces know."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

from ... import bridge
from ...bridge import REMOTE
from ...errors import UsageError
from .._stands import Stand, members_of
from ._offered import offered_by

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine

    from ...bridge import FaceInfo
    from ._making import Calls

    Args = tuple[Any, ...]
    Kwargs = dict[str, Any]

_BRIDGE = bridge.__name__
PLACE = "__ambidex_class__"  # on what stands for objects: the module and the name of their class, over there
_classes: dict[tuple[str, str, str, str], type[RemoteObject]] = {}
_infos: dict[type[RemoteObject], list[FaceInfo]] = {}
_bridges: list[Any] = [bridge]  # this one, and those of the vendored copies whose faces have had a channel


class RemoteObject(Stand):
    """Stand for an object of another process.

    Code of an implementation in this process uses it as it would use the object: each member asks for what it does.
    """

    __slots__ = ("__weakref__", "_ambidex_number", "_ambidex_session")

    def __init__(self, session: Calls, number: int) -> None:
        self._ambidex_session = session
        self._ambidex_number = number

    @property
    def __ambidex_place__(self) -> tuple[Calls, int]:
        """The session that the object is known to, and its number there."""
        number = self._ambidex_number
        if number < 0:
            raise UsageError(f"{self!r} was released: nothing can be asked of it any more; make it again")
        return self._ambidex_session, number

    def __ambidex_home__(self, bridge: str) -> Any:
        """Return the channel of its faces, for those of this bridge, or of a vendored copy, by its name."""
        channel = self._ambidex_session.channel
        return channel if bridge == _BRIDGE else channel.for_copy(bridge)

    def ambidex_let_go(self) -> int | None:
        """Stand for nothing from now on; return the number of what it stood for, None where that was done before."""
        number, self._ambidex_number = self._ambidex_number, -abs(self._ambidex_number)
        return None if number < 0 else number

    def __repr__(self) -> str:
        return f"<{type(self).__qualname__} {abs(self._ambidex_number)} of {self._ambidex_session.whose}>"

    def ambidex_call(self, asked: str, args: Args, kwargs: Kwargs) -> Coroutine[Any, Any, Any]:
        """Await the result, on any loop."""
        session, number = self.__ambidex_place__
        return session.acall(number, asked, args, kwargs, None, self._ambidex_asked(asked))

    def ambidex_stream(self, asked: str, args: Args, kwargs: Kwargs) -> AsyncGenerator[Any, Any]:
        """Return what is iterated over, on any loop."""
        session, number = self.__ambidex_place__
        return session.astream(number, asked, args, kwargs, None, 0, self._ambidex_asked(asked), self)

    def ambidex_block(self, asked: str, args: Args, kwargs: Kwargs) -> Any:
        """Wait for the result, on this thread, whatever runs on it."""
        session, number = self.__ambidex_place__
        return session.call(number, asked, args, kwargs, None, self._ambidex_asked(asked))

    def _ambidex_asked(self, asked: str) -> str:
        """Return what errors call it."""
        verb, _, name = asked.partition(" ")
        own: str = getattr(self, "__qualname__", type(self).__qualname__)
        return f"{own}.{name}" if name and verb != "step" else own

    def __reduce_ex__(self, protocol: Any, /) -> Any:
        raise TypeError(
            f"{self!r} can neither be copied nor pickled here: it is in another process; let a method of it do that"
        )


setattr(RemoteObject, REMOTE, True)


def remote_class(module: str, path: str, public_module: str, public_name: str) -> type[RemoteObject]:
    """Return the class of what stands for the objects of an implementation's class, which has its face.

    Raises:
        UsageError: its generated module is not here, or is of another age, or of a vendored copy with another bridge.
    """
    key = (module, path, public_module, public_name)
    found = _classes.get(key)
    if found is None:
        infos = _infos_of(*key)
        namespace = {"__slots__": (), "__module__": module, PLACE: (module, path)}
        made = type(path.rpartition(".")[2], (RemoteObject,), namespace)
        made.__qualname__ = path
        for info in infos:
            info.stand_for(made)
        _infos[made] = infos
        for each in tuple(_bridges):
            _make_known(each)
        for member, value in members_of(offered_by(made)).items():
            setattr(made, member, value)
        found = _classes.setdefault(key, made)
    return found


def introduce(copy: Any) -> None:
    """Have the bridge of a vendored copy give the faces of what stands for any object, also of another library."""
    if copy not in _bridges:
        _bridges.append(copy)
    _make_known(copy)


def _make_known(each: Any) -> None:
    for cls, infos in tuple(_infos.items()):
        for info in infos:
            each.register(cls, info)


def refuse_of_copy(value: object, kind: type[Any]) -> None:
    """Refuse an object of a library that carries a copy, in another process than the one that it is given to.

    `kind` is the class of what the object is, where `value` is its face.

    Raises:
        UsageError: it is one: this bridge cannot tell what members such an object has, to lend them.
    """
    infos = next((_infos[base] for base in kind.__mro__ if base in _infos), None)
    target = type(value) if infos is None else infos[0].cls
    is_of_copy = hasattr(target, "__ambidex_info__") and bridge.bridge_of(target) != _BRIDGE
    if is_of_copy or (infos is None and any(each.has_face(kind) for each in _bridges[1:])):
        raise UsageError(
            f"{value!r} is of a library that carries a copy of ambidex, and cannot be lent to another process than its "
            "own: make it in the process that uses it, as by `worker.create(...)`, or give a callable that uses it here"
        )


def face_class(module: str, path: str, public_module: str, public_name: str) -> type[Any]:
    """Return the class of the faces of an implementation's class. Errors are those of `remote_class`."""
    return _infos_of(module, path, public_module, public_name)[0].cls


def _infos_of(module: str, path: str, public_module: str, public_name: str) -> list[FaceInfo]:
    """Return what is known of the faces of a class: one, or two where it has a blocking and an awaited one."""
    try:
        importlib.import_module(public_module)
    except ImportError as error:
        raise UsageError(
            f"an object of {module}.{path} came from another process, and its generated module {public_module} does "
            "not import here: generate it, and install it here, too"
        ) from error
    known = _all_in(sys.modules[public_module])
    for info in known[:1]:
        bridge.bridge_of(info.cls)
    paths = {info.path for info in known if info.path == path}
    paths = paths or {info.path for info in known if info.cls.__qualname__ == public_name}
    infos = [info for info in known if info.path in paths]
    here = [info for info in infos if info.implementation.module == module]
    infos = here or infos  # a module may take classes from another one
    if not infos:
        raise UsageError(
            f"an object of {module}.{path} came from another process, and {public_module} has no face {public_name} "
            "for it: generate it again"
        )
    return infos


def _all_in(holder: Any) -> list[FaceInfo]:
    """Return what is known of each face in a generated module, or in a class of one."""
    found: list[FaceInfo] = []
    values: tuple[Any, ...] = tuple(holder.__dict__.values())
    for value in values:
        info: FaceInfo | None = vars(value).get("__ambidex_info__") if isinstance(value, type) else None  # pyright: ignore[reportUnknownArgumentType]  a class of any kind
        if info is not None and info.cls is value:
            found.extend((info, *_all_in(value)))
    return found
