"""Translate class objects: a face's class stands for the implementation's, and that for the face's."""

from __future__ import annotations

import builtins
import contextvars
import functools
import sys
import types
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from .._identity import ELSEWHERE, FaceInfo, face_class_of
from ._ways import Way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .._channels._channel import Channel

    Convert = Callable[[Any], Any]


# Whether what is translated goes to another process, which knows the implementation's class by the name that the face's
# class has for it: the implementation itself need not be there.
_goes_elsewhere: contextvars.ContextVar[bool] = contextvars.ContextVar("ambidex_goes_elsewhere", default=False)


def for_elsewhere(convert: Convert, value: Any) -> Any:
    """Return what `convert` makes of a value that goes to another process."""
    token = _goes_elsewhere.set(True)
    try:
        return convert(value)
    finally:
        _goes_elsewhere.reset(token)


def for_channel(convert: Convert, channel: Channel) -> Convert:
    """Return the function that translates what goes over a channel."""
    return functools.partial(for_elsewhere, convert) if getattr(channel, ELSEWHERE, False) else convert


def as_now(convert: Convert) -> Convert:
    """Return the function that translates later what goes where that goes which is translated at this moment."""
    return functools.partial(for_elsewhere, convert) if _goes_elsewhere.get() else convert


def _info_of(value: Any) -> FaceInfo | None:
    """Return what a face's class knows about itself; that of another copy of the library is none."""
    if isinstance(value, types.GenericAlias):
        value = value.__origin__
    info: object = getattr(value, "__ambidex_info__", None) if isinstance(value, type) else None
    return info if isinstance(info, FaceInfo) else None


def is_face_class(value: Any) -> bool:
    """Tell whether a value is the class of a face."""
    return _info_of(value) is not None


def implementation_of(value: Any) -> Any:
    """Return the implementation's class behind a face's class, and everything else as it is.

    Raises:
        ImplementationUnavailable: the implementation could not be imported.
        UsageError: it is a user's class whose making the library was not told of.
    """
    info = _info_of(value)
    if info is None:
        return value
    cls: Any = getattr(value, "__origin__", value)
    if info.cls is not cls:
        raise UsageError(
            f"{cls.__qualname__} extends {info.cls.__qualname__} and has not told it, so the implementation has no "
            f"class for it: call `super().__init_subclass__()` where {info.cls.__qualname__} defines that"
        )
    return cls if _goes_elsewhere.get() else info.class_of_objects()


def of_classes(expected: Sequence[type | None]) -> Way:
    """Return the way of the implementation's classes outward, to faces that fit one of `expected`."""

    def convert(value: Any) -> Any:
        if not isinstance(value, type):
            return value
        face = _given_face_class if "__ambidex_info__" in vars(value) else face_class_of
        found = [face(value, each) for each in expected]
        fitting = (face for face, each in zip(found, expected) if each is None or issubclass(face, each))
        return next(fitting, found[0])

    def fits(value: Any) -> bool:
        return convert(value) is not value

    return Way(fits, convert)


def _given_face_class(cls: type[Any], expected: type | None) -> type[Any]:
    """Return a face's class that came from elsewhere, or the other one for the same, where that is expected."""
    info: FaceInfo = vars(cls)["__ambidex_info__"]
    if expected is None or issubclass(cls, expected):
        return cls
    return next((each for each in info.implementation.faces_of(info.path) if issubclass(each, expected)), cls)


def is_of_any(cls: type[Any], places: Iterable[str]) -> bool:
    """Tell whether objects of `cls` are of a class that one of `places` names: "str", or "module:qualified.name".

    A module that nobody has imported has no objects, and a protocol tells nothing about a class.
    """
    return any(isinstance(found, type) and _is_subclass(cls, found) for found in map(_class_at, places))


def _class_at(place: str) -> Any:
    module, colon, path = place.rpartition(":")
    near = sys.modules.get(module) if colon else builtins
    return functools.reduce(lambda found, name: getattr(found, name, None), path.split("."), near)


def _is_subclass(cls: type[Any], found: type[Any]) -> bool:
    try:
        return issubclass(cls, found)
    except TypeError:  # of a protocol or a typed dict, which cannot be asked
        return False
