"""Own which members of an identity class are public, and by which names: what its registration and those above it say.

What is said of a class holds below it. Who overrides a member that is not public does not make it public by that, and a
renamed member keeps its public name. What the face of a base has, the faces below have too.
"""

from __future__ import annotations

import dataclasses
import inspect
import keyword
from typing import TYPE_CHECKING

from ..._annotations import attributes_of, module_of_class, place_of
from ..._ir import Attribute, Callable, Constant, Place
from ..._paths import is_standard
from ..._report import SETTER, display_path
from .._functions import function_behind, names_of, refused_parameter, taken_by
from ._dunders import INTERNAL, SEEN_ON_CLASSES, TOGETHER, TWO_FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..._annotations import Sources
    from ..._ir import Member
    from ..._manifest import Registry
    from ..._report import Report

IGNORED_BASES = frozenset(("abc", "typing", "typing_extensions"))  # what they have is no business of a face


class Choice:
    """Tell which members of a class are public; `bases` are the nearest registered classes above it."""

    def __init__(self, cls: type, registry: Registry, sources: Sources) -> None:
        self.cls = cls
        self._sources = sources
        self._chosen = registry.chosen(cls)
        self._bases = [Choice(base, registry, sources) for base in face_bases(cls, registry)]
        self.is_said: bool = bool(self._chosen) or any(base.is_said for base in self._bases)  # most say nothing
        self._names = {**names_in(cls, sources), **names_of_metaclass(cls, sources)}

    def is_public(self, name: str) -> bool:
        """Tell whether a member of this name is public."""
        if name == "__init__":
            return name not in self._chosen.exclude
        if not self.is_said:
            return _is_special(name) or not name.startswith("_")
        if self._chosen.names(name) or self._giver(name) is not None:
            return True
        if _is_special(name):
            return not self.hides(name)
        return not name.startswith("_") and not self.hides(name)

    def is_from_elsewhere(self, file: str) -> bool:
        """Tell whether a class that stands in `file` was registered in another one, as what nobody may edit is."""
        return bool(self._chosen.file) and display_path(self._chosen.file) != file

    def has_setter(self, name: str) -> bool:
        """Tell whether a property keeps its setter, if it has one: `exclude` names it as in `speed.setter`."""
        return f"{name}{SETTER}" not in self._chosen.exclude and all(base.has_setter(name) for base in self._bases)

    def is_blocking(self, name: str) -> bool:
        """Tell whether a special method that stands beside an async one is called as the class writes it."""
        said = {name, TOGETHER.get(name, name)}
        return not said.isdisjoint(self._chosen.blocking) or any(base.is_blocking(name) for base in self._bases)

    def hidden_parameters(self, name: str) -> frozenset[str]:
        """Return the parameters of a method that are not public: `exclude` names one as in `send.codec`."""
        if not self.is_said:
            return frozenset()
        said = frozenset(each.partition(".")[2] for each in self._chosen.exclude if each.startswith(f"{name}."))
        bases = () if name == "__init__" else self._bases  # constructors differ
        return said.union(*(base.hidden_parameters(name) for base in bases))

    def takes(self, name: str, parameter: str) -> bool:
        """Tell whether a method has a public parameter."""
        function = function_behind(inspect.getattr_static(self.cls, name, None))
        return function is not None and parameter in {*names_of(function)} - self.hidden_parameters(name)

    def is_given(self, name: str) -> bool:
        """Tell whether the face of a base has a member of the implementation."""
        return self._giver(name) is not None

    @property
    def inherited(self) -> tuple[str, ...]:
        """Return the members that are as in the face of a base."""
        return self._chosen.inherit

    def public_name(self, name: str) -> str:
        """Return the public name of a member."""
        giver = self._giver(name) if self.is_said else None
        return self._chosen.public_name(name) if giver is None else giver.public_name(name)

    def named(self, member: Member) -> Member:
        """Return a member under its public name; classes inside have theirs already."""
        if not isinstance(member, (Attribute, Callable, Constant)):
            return member
        public = self.public_name(member.name)
        if public == member.name:
            return member
        return dataclasses.replace(member, name=public, renames=member.name)

    def hides(self, name: str) -> bool:
        """Tell whether a member that would be public is taken away, here or in a base."""
        return self._chosen.hides(name) or any(base.has(name) and base.hides(name) for base in self._bases)

    def _giver(self, name: str) -> Choice | None:
        """Return the base whose face has a member of the implementation."""
        return next((base for base in self._bases if base.has(name) and base.is_public(name)), None)

    def has(self, name: str) -> bool:
        """Tell whether the class, or one above it, writes a member."""
        return name in self._names

    def is_inherited(self, name: str) -> bool:
        """Tell whether the face of a base has an attribute that this class only gives another value, or assigns again.

        That one reads what the object has; one of another type would be no override to type checkers.
        """
        return any(base.is_attribute(name) or base.is_inherited(name) for base in self._bases)

    def is_attribute(self, name: str) -> bool:
        """Tell whether the class, or one folded into it, gives its objects an attribute."""
        folded = [layer for layer in _layers(self.cls) if not any(layer in base.cls.__mro__ for base in self._bases)]
        is_declared = any(name in attributes_of(layer, self._sources) for layer in folded)
        is_made = any(isinstance(vars(layer).get(name), property) for layer in folded)
        return self.is_public(name) and (is_declared or is_made or self._assigns(name))

    def _all_public(self) -> Iterator[tuple[str, str]]:
        """Yield each public member by its public name and that in the implementation."""
        for name in self._names:
            if not _is_special(name) and self.is_public(name):
                yield self.public_name(name), name

    # -- what a registration may not say

    def check(self, class_place: Place, report: Report) -> None:
        """Refuse names that the class does not have, what cannot be done with those that it has, and collisions."""
        if not self.is_said:
            return
        chosen = self._chosen
        place = Place(display_path(chosen.file), chosen.line) if chosen else class_place
        said = {
            "include": chosen.include or (),
            "exclude": chosen.exclude,
            "rename": tuple(chosen.rename),
            "inherit": chosen.inherit,
            "blocking": chosen.blocking,
        }
        for option, names in said.items():
            for name in names:
                problem = self._refused(option, name)
                is_inside = "." in name or option == "inherit"  # about one member, which can be left out by itself
                with report.about(*((name.partition(".")[0],) if is_inside else ())):
                    if problem is not None:
                        report.add(place, *problem)
        for problem in self._left_out():
            report.add(place, *problem)
        seen: dict[str, str] = {}
        for public, name in self._all_public():
            other = seen.setdefault(public, name)
            if other != name:
                what = f"{self._path(other)} and {self._path(name)} would both be public as {public}"
                report.add(place, what, "give one of them another name")

    def _left_out(self) -> Iterator[tuple[str, str]]:
        """Refuse an `include` without what subclasses have to write."""
        if self._chosen.include is not None:
            for name in sorted(getattr(self.cls, "__abstractmethods__", ())):
                if not name.startswith("_") and not self.is_public(name):
                    what = f"{self._path(name)} is abstract: whoever extends the class has to write it"
                    yield what, "include it"

    def _refused(self, option: str, name: str) -> tuple[str, str] | None:
        path = self._path(name)
        if option == "inherit":
            what = f"{path} is in no face that this one extends"
            is_there = any(self._giver(each) is not None for each in (name, TOGETHER.get(name, name)))
            return None if is_there else (what, "exclude it, or leave it out of inherit")
        if option == "blocking":
            return self._refused_blocking(name)
        if option == "exclude" and "." in name:
            return self._refused_part(*name.split(".", 1))
        if name == "__init__" or (name == "__new__" and option != "include"):
            if option == "exclude" and name == "__init__":
                return None
            return f"{path} is always public, by its own name", f"leave it out of {option}"
        if option == "exclude" and not self.has(name) and self._assigns(name):
            return None
        if not self.has(name):
            return f"{self.cls.__qualname__} has no member {name!r}", "name what stands in its body or in a base's"
        if option == "rename":
            return self._refused_renaming(name)
        return self._refused_exclusion(name) if option == "exclude" else self._refused_inclusion(name)

    def _assigns(self, name: str) -> bool:
        """Tell whether a constructor of a class that is somebody else's gives an attribute the type of a parameter."""
        return any(
            name in self._sources.of_module(module_of_class(layer)).assigned(layer.__qualname__)
            and self.is_from_elsewhere(place_of(layer, layer.__qualname__, self._sources)[0])
            for layer in _layers(self.cls)
        )

    def _refused_part(self, name: str, part: str) -> tuple[str, str] | None:
        """Refuse to exclude what is no setter of a property, and no parameter that a method can do without."""
        path, value = self._path(name), inspect.getattr_static(self.cls, name, None)
        function = function_behind(value)
        if function is None and name == "__init__":
            function = function_behind(inspect.getattr_static(self.cls, "__new__", None))
        if f".{part}" == SETTER and (function is None or part not in names_of(function)):
            has_setter = isinstance(value, property) and value.fset is not None
            return None if has_setter else (f"{path} is no property with a setter", "name one that is")
        if function is None and not self.has(name):
            return f"{self.cls.__qualname__} has no member {name!r}", "name what stands in its body or in a base's"
        if function is None:
            return f"{path} is no method: nothing in it can be excluded", "name a parameter as in 'send.codec'"
        giver = None if name == "__init__" else self._giver(name)
        if giver is not None and giver.takes(name, part):
            base = giver.cls.__qualname__
            what = f"{path} has the parameter {part} in the face of {base}, which this one extends"
            return what, f"exclude it from {base}"
        return refused_parameter(taken_by(function), path, part, self.hidden_parameters(name))

    def _refused_blocking(self, name: str) -> tuple[str, str] | None:
        """Refuse what has no async form beside it, which `blocking` would tell apart from that."""
        path = self._path(name)
        awaited = next((forms[1] for forms in TWO_FORMS if name in forms[0]), ())
        if not awaited:
            return f"{path} has no async form in Python", "name __enter__ or __iter__, or leave it out of blocking"
        if not (self.has(name) and any(map(self.has, awaited))):
            return f"{path} and {awaited[0]} are not both there", "leave it out of blocking"
        return None

    def _refused_inclusion(self, name: str) -> tuple[str, str] | None:
        if name in INTERNAL:
            return f"{self._path(name)} stays inside: faces do not hand it on", "leave it out of include"
        return None

    def _refused_exclusion(self, name: str) -> tuple[str, str] | None:
        path = self._path(name)
        giver = self._giver(name)
        if giver is not None:
            base = giver.cls.__qualname__
            return f"{path} is public in the face of {base}, which this one extends", f"exclude it from {base}"
        if name in INTERNAL or (name.startswith("_") and not _is_special(name)):
            return f"{path} is not public anyway", "leave it out of exclude"
        if name in self._chosen.rename:
            return f"{path} is both excluded and renamed", "do one of the two"
        other = TOGETHER.get(name)
        if other is not None and other not in self._chosen.exclude and self.has(other):
            return f"{path} serves together with {other}", f"exclude {other} too"
        return None

    def _refused_renaming(self, name: str) -> tuple[str, str] | None:
        path, public = self._path(name), self._chosen.rename[name]
        giver = self._giver(name)
        if _is_special(name) or _is_special(public):
            return f"{path} cannot become {public}: special methods have one name", "write a method of its own"
        if keyword.iskeyword(public) or public.startswith("_"):
            why = "a keyword of Python" if keyword.iskeyword(public) else "private"
            return f"{path} cannot be public as {public}, which is {why}", "choose another name"
        if giver is not None and giver.public_name(name) != public:
            base = giver.cls.__qualname__
            return (
                f"{path} is public as {giver.public_name(name)} in the face of {base}, which this one extends",
                f"rename it in {base}",
            )
        if self._chosen.include is not None and name not in self._chosen.include:
            return f"{path} is renamed and not included", "name it in include too"
        return None

    def _path(self, name: str) -> str:
        return f"{self.cls.__qualname__}.{name}"


def face_bases(cls: type, registry: Registry) -> list[type]:
    """Return the nearest registered ancestors: those that no other registered ancestor brings along."""
    nearest: list[type] = []
    for ancestor in cls.__mro__[1:]:
        if registry.face(ancestor) is not None and not any(ancestor in known.__mro__ for known in nearest):
            nearest.append(ancestor)
    return nearest


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _layers(cls: type) -> Sequence[type]:
    return [layer for layer in cls.__mro__ if layer is not object and layer.__module__ not in IGNORED_BASES]


def names_in(cls: type, sources: Sources) -> dict[str, None]:
    """Return the members that a class, and those above it, write: what stands in their bodies, or is annotated."""
    return dict.fromkeys(name for layer in _layers(cls) for name in (*vars(layer), *attributes_of(layer, sources)))


def layers_of_metaclass(cls: type) -> Sequence[type]:
    """Return the metaclasses that somebody wrote, the nearest first: what Python has is no business of a face."""
    return [layer for layer in _layers(type(cls)) if not issubclass(type, layer) and not is_standard(layer)]


def names_of_metaclass(cls: type, sources: Sources) -> dict[str, None]:
    """Return what the metaclass of a class gives it: public members, and special methods that a user sees."""
    written = (name for layer in layers_of_metaclass(cls) for name in (*vars(layer), *attributes_of(layer, sources)))
    return dict.fromkeys(name for name in written if not name.startswith("_") or name in SEEN_ON_CLASSES)
