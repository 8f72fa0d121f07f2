"""What the objects of a class can be asked for: by its faces' members, for code that has no faces of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ._identity import infos_of
from ._member import Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ._identity import FaceInfo

Way = Literal["await", "block", "stream", "context", "get", "set", "delete"]  # how a member is reached
_WAYS: dict[str, Way] = {"task": "await", "loop": "block", "here": "block", "stream": "stream", "context": "context"}
_OF_PROPERTY: tuple[tuple[Way, str], ...] = (("get", "fget"), ("set", "fset"), ("delete", "fdel"))
_of_class: dict[type[Any], Mapping[tuple[Way, str], Reached]] = {}


class Reached(NamedTuple):
    """Hold one thing that an object can be asked for: the member of a face that tells of it, and what that face is."""

    member: Member
    info: FaceInfo


def reached_by(cls: type[Any]) -> Mapping[tuple[Way, str], Reached]:
    """Return what the objects of an implementation's class can be asked for, by the way and by its name there.

    A name is empty where the object itself is awaited, iterated over or entered.
    """
    found = _of_class.get(cls)
    if found is None:
        infos = infos_of(cls)
        found = _looked_up(infos)
        if infos:  # which are kept, as this is, for as long as the class's module
            _of_class[cls] = found
    return found


def _looked_up(infos: Iterable[FaceInfo]) -> Mapping[tuple[Way, str], Reached]:
    found: dict[tuple[Way, str], Reached] = {}
    for info in infos:
        for base in info.cls.__mro__:
            for attribute in vars(base).values():
                for way, member in _ways_of(attribute):
                    name = "" if member.binding == "itself" else member.attribute
                    found.setdefault((way, name), Reached(member, info))
    return found


def _ways_of(attribute: Any) -> Iterator[tuple[Way, Member]]:
    if isinstance(attribute, property):
        for way, part in _OF_PROPERTY:
            for member in _members_of(getattr(attribute, part)):
                yield way, member
    else:
        for member in _members_of(attribute):
            if member.attribute != "__init__":
                is_read = member.runs == "here" and not callable(attribute)
                yield "get" if is_read else _WAYS[member.runs], member


def _members_of(attribute: Any) -> Iterator[Member]:
    for member in getattr(attribute, "__ambidex_members__", ()):
        if isinstance(member, Member) and member.binding in ("instance", "itself"):
            yield member
