"""Choose what the class made for a user's class extends, and where its objects keep their ties.

It extends what is made for the user's classes that the user's class extends, in the user's order, and then the
implementation's own class, so that resolution orders there are those of the user's classes.

A tie stands in a slot. Two classes with slots of their own cannot meet below a third, so that slot belongs to one
class, which all that are made have among their bases. It fits below every class whose objects have no other slots.
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
    __slots__ = (TIE,)


class _Plain:
    """A class whose objects have attributes and nothing else."""


def bases_of(info: Extending, base: type[Any]) -> Bases:
    """Return the bases of the class that is made for `info`'s class, of which the implementation's own is `base`."""
    made = [cls for cls in map(_made_for, _nearest(users_in_front(info.cls))) if FOR in vars(cls)]
    is_plain = _layout(base) in (_layout(_Plain), _layout(object))
    if not is_plain:  # what has slots of its own meets nothing
        made = [cls for cls in made if issubclass(cls, base)][:1]
    classes = made if any(issubclass(cls, base) for cls in made) else [*made, base]
    if made:
        infos = tuple({vars(each)[FOR]: None for cls in made for each in cls.__mro__ if FOR in vars(each)})
        return Bases((*classes,), (), infos)
    return Bases((base, _Tied), (), ()) if is_plain else Bases((base,), (TIE,), ())


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


def _nearest(classes: Iterator[type[Any]]) -> list[type[Any]]:
    found: list[type[Any]] = []
    for cls in classes:
        if not any(issubclass(each, cls) for each in found):
            found.append(cls)
    return found


def _made_for(cls: type[Any]) -> type[Any]:
    info: Extending = vars(cls)["__ambidex_info__"]
    return info.class_of_objects()


def _layout(cls: type[Any]) -> tuple[int, ...]:
    return cls.__basicsize__, cls.__itemsize__, cls.__dictoffset__, cls.__weakrefoffset__
