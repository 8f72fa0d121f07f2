"""Choose what the class made for a user's class extends, and where its objects keep their ties.

It extends what is made for the user's classes that the user's class extends, in the user's order, and then the
implementation's own class, so that resolution orders there are those of the user's classes.

An object keeps its tie in a slot. Two classes with slots of their own cannot meet below a third, so the slot belongs
to one class, which every made class has among its bases. That one cannot stand beside an implementation with slots:
what is made below such has a slot of its own, and meets nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .._identity import FOR, is_generated
from ._tie import TIE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._info import Extending


class Bases(NamedTuple):
    """What a class that is made extends, the slots of its own, and what is known of each made class among its bases."""

    classes: tuple[type[Any], ...]
    slots: tuple[str, ...]
    infos: tuple[Extending, ...]  # nearest first


class _Tied:
    """Have the slot of all made classes whose implementation has no slots, so that such classes meet below a third."""

    __slots__ = (TIE,)


class _Plain:
    """A class whose objects have attributes and nothing else."""


def bases_of(info: Extending, base: type[Any]) -> Bases:
    """Return the bases of the class that is made for `info`'s class, of which the implementation's own is `base`."""
    made = _made_above(info.cls)
    can_meet = _is_plain(base)
    if not can_meet:  # its objects have slots: at most one made class can be among the bases, and that has the tie
        made = [cls for cls in made if issubclass(cls, base)][:1]
    if not made:
        return Bases((base, _Tied), (), ()) if can_meet else Bases((base,), (TIE,), ())
    brings_base = any(issubclass(cls, base) for cls in made)
    return Bases((*made,) if brings_base else (*made, base), (), _infos(made))


def _made_above(cls: type[Any]) -> list[type[Any]]:
    """Return what is made for the nearest user's classes above; nothing for one that needs no more than its base."""
    nearest: list[type[Any]] = []
    for each in users_in_front(cls):
        if not any(issubclass(known, each) for known in nearest):
            nearest.append(each)
    infos: list[Extending] = [vars(each)["__ambidex_info__"] for each in nearest]
    found = [each.class_of_objects() for each in infos]
    return [each for each in found if FOR in vars(each)]  # else it is the implementation's own


def _infos(made: list[type[Any]]) -> tuple[Extending, ...]:
    """Return what is known of the made classes, and of those that they extend, each once."""
    return tuple({vars(each)[FOR]: None for cls in made for each in cls.__mro__ if FOR in vars(each)})


def users_in_front(cls: type[Any]) -> Iterator[type[Any]]:
    """Yield the user's classes that `cls` extends and that stand before every generated one, nearest first.

    What stands behind one overrides nothing of that, and what is made for it is for objects of another class.
    """
    base = next(filter(is_generated, cls.__mro__))
    for each in cls.__mro__[1:]:
        if is_generated(each):
            return
        if "__ambidex_info__" in vars(each) and issubclass(base, next(filter(is_generated, each.__mro__))):
            yield each


def _is_plain(cls: type[Any]) -> bool:
    """Tell whether objects of a class have no slots, nor what a builtin type keeps in its objects."""
    return _layout(cls) in (_layout(_Plain), _layout(object))


def _layout(cls: type[Any]) -> tuple[int, ...]:
    """Return what Python compares of two classes' objects before it lets a third extend both."""
    return cls.__basicsize__, cls.__itemsize__, cls.__dictoffset__, cls.__weakrefoffset__
