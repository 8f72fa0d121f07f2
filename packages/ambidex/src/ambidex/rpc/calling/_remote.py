"""Own what stands in this process for objects of another one: a number, in a class that faces know."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from ...bridge import REMOTE, register
from ...errors import UsageError

if TYPE_CHECKING:
    from ...bridge import FaceInfo
    from ._session import Session

_classes: dict[tuple[str, str], type[RemoteObject]] = {}


class RemoteObject:
    """Stand for an object of another process."""

    __slots__ = ("__weakref__", "_ambidex_number", "_ambidex_session")

    def __init__(self, session: Session, number: int) -> None:
        self._ambidex_session = session
        self._ambidex_number = number

    @property
    def __ambidex_place__(self) -> tuple[Session, int]:
        """The session that the object is known to, and its number there."""
        return self._ambidex_session, self._ambidex_number

    def __repr__(self) -> str:
        return f"<{type(self).__qualname__} {self._ambidex_number} of {self._ambidex_session.whose}>"


setattr(RemoteObject, REMOTE, True)


def remote_class(module: str, path: str, public_module: str, public_name: str) -> type[RemoteObject]:
    """Return the class of what stands for the objects of an implementation's class, which has its face.

    Raises:
        UsageError: its generated module is not here, or is of another age.
    """
    key = (module, path)
    found = _classes.get(key)
    if found is None:
        info = _info_of(module, path, public_module, public_name)
        found = type(path.rpartition(".")[2], (RemoteObject,), {"__slots__": (), "__module__": module})
        found.__qualname__ = path
        register(found, info)
        found = _classes.setdefault(key, found)
    return found


def _info_of(module: str, path: str, public_module: str, public_name: str) -> FaceInfo:
    try:
        generated = importlib.import_module(public_module)
    except ImportError as error:
        raise UsageError(
            f"an object of {module}.{path} came from another process, and its generated module {public_module} does "
            "not import here: generate it, and install it here, too"
        ) from error
    face = getattr(generated, public_name, None)
    info: FaceInfo | None = getattr(face, "__ambidex_info__", None)
    if info is None:
        raise UsageError(
            f"an object of {module}.{path} came from another process, and {public_module} has no face {public_name} "
            "for it: generate it again"
        )
    return info
