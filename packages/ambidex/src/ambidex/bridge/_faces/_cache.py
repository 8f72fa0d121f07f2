"""Keep a face's bound methods in the face, so that `face.method` is a plain look-up from the second time on.

What is kept stands in the `__dict__` of the face, where Python finds it before it asks the class. It refers to the
`Reference`, not to the face, so there is no cycle. What the first look-up gives is not what it keeps: that holds the
face, so that `Class().method()` has the same face when it returns it. What is kept serves for a face that nobody holds
too, since the reference remembers a face of a user's class (`_remains.py`). It must never hide what somebody puts in
the method's place, so

- only what Python's own look-up finds is kept: not what `super()` asks for below an override;
- nothing is kept for a class that has a class before the method's own in its resolution order that is not a face's:
  that class may get the method later, and nobody would be told;
- a change of any face's class (`FaceType` sees it) takes the kept method from every living face. To look whether a
  method may be kept and to keep it is one step under a lock, or another thread could keep the old one after that.

Other designs were measured. A descriptor in Python that makes the bound method each time: 3.5 to 6 times a plain bound
method. A `property` around `operator.attrgetter`: 0.9 times, and `help` and `inspect` take methods for data.
"""

from __future__ import annotations

import inspect
from abc import ABCMeta
from typing import TYPE_CHECKING, Any

from ...runtime import hide_library_frames, lock_that_forks_wait_for
from ._remains import can_outlive, is_kept
from ._replaced import replacement_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._identity import FaceInfo, Reference

_keeping = lock_that_forks_wait_for()


class FaceType(ABCMeta):
    """The class of the classes of faces: it sees when one of them is changed. An `ABCMeta`, so that ABCs mix in."""

    def __new__(mcs, name: str, bases: tuple[type[Any], ...], namespace: dict[str, Any], /, **kwargs: Any) -> FaceType:
        """Make the class; before 3.11, `ABCMeta` has no room for the keyword `name`, so that goes by another."""
        if "name" in kwargs:
            kwargs["implementation_name"] = kwargs.pop("name")
        return super().__new__(mcs, name, bases, namespace, **kwargs)

    def __init__(cls, name: str, bases: tuple[type[Any], ...], namespace: dict[str, Any], /, **_: Any) -> None:
        super().__init__(name, bases, namespace)
        info: FaceInfo | None = vars(cls).get("__ambidex_info__")
        if info is not None:
            info.complete()

    if not TYPE_CHECKING:  # a checker would take its signature for that of every class

        @property
        def __signature__(cls):
            """The parameters of its constructor."""
            signature = inspect.signature(cls.__init__)
            return signature.replace(parameters=list(signature.parameters.values())[1:])

        def __call__(cls, /, *args, **kwargs):
            """Make a face; where its object has one already (its class gave out a known object), return that."""
            try:
                face = super().__call__(*args, **kwargs)
            except BaseException as error:  # any: it is passed on, without the library's frames
                hide_library_frames(error)
                raise
            reference = getattr(face, "__dict__", {}).get("__ambidex__")
            return face if reference is None or reference.entry is not None else reference.known(face)

    def __setattr__(cls, name: str, value: Any) -> None:
        super().__setattr__(name, replacement_of(value))
        _forget(cls, name)

    def __delattr__(cls, name: str) -> None:
        super().__delattr__(name)
        _forget(cls, name)


def keep(face: Any, name: str, descriptor: object, bound: object) -> None:
    """Keep `bound`, which `descriptor` made for `face`, where that can hide nothing."""
    reference: Reference = face.__ambidex__
    if reference.entry is None or not _is_found(face, name, descriptor) or not can_outlive(face):
        return
    with _keeping:
        if _is_found(face, name, descriptor):
            face.__dict__.setdefault(name, bound)


def forget_all(face: Any) -> None:
    """Take every kept method from a face."""
    reference: Reference | None = face.__dict__.get("__ambidex__")
    for name in [name for name, value in face.__dict__.items() if is_kept(reference, name, value)]:
        face.__dict__.pop(name, None)


def _is_found(face: Any, name: str, descriptor: object) -> bool:
    for cls in type(face).__mro__:
        if not isinstance(cls, FaceType):
            return False
        if name in cls.__dict__:
            return cls.__dict__[name] is descriptor
    return False


def _forget(changed: FaceType, name: str) -> None:
    """Take a method that was changed from the faces that keep it; one that is kept from now on is the new one."""
    with _keeping:
        pass  # whoever was about to keep the old one has done so
    tables = {id(info.faces): info.faces for cls in _subclasses(changed) for info in _infos(cls)}  # users' share one
    for faces in tables.values():
        for entry in faces.copy().values():
            face = entry()
            mro: tuple[type[Any], ...] = () if face is None else type(face).__mro__
            if (
                changed in mro
                and name in face.__dict__
                and is_kept(vars(face).get("__ambidex__"), name, face.__dict__[name])
            ):
                face.__dict__.pop(name, None)


def _infos(cls: type[Any]) -> Iterator[FaceInfo]:
    info: FaceInfo | None = getattr(cls, "__ambidex_info__", None)
    if info is not None:
        yield info


def _subclasses(cls: type[Any]) -> Iterator[type[Any]]:
    yield cls
    for subclass in type.__subclasses__(cls):
        yield from _subclasses(subclass)
