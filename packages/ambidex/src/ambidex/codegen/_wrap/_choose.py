"""Own what is taken of a package: by trying, until the ordinary passes refuse nothing."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from types import FunctionType
from typing import TYPE_CHECKING, Literal

from ambidex.errors import GenerationError
from ambidex.module import Module

from .._annotations import Sources
from .._inspect import TOGETHER
from .._ir import Registered, Value, public_name
from .._manifest import Registry, is_data, is_record
from .._report import Report
from ..compile import inspect_modules
from ._graph import is_async_class, is_blocking_manager, leading_to, mentioned, needs_loop
from ._left_out import LeftOut, short_path

if TYPE_CHECKING:
    from typing_extensions import TypeGuard

    from ambidex.errors import Problem

    from .._ir import Module as Read
    from ._names import Surface

Key = tuple[str, str]  # a target module and a public name in it


@dataclass
class Taken:
    """Hold one thing that is registered; `exclude` gives the reason for each member that is not."""

    obj: object  # a class or a function
    module: str
    path: str  # in that module
    by: Literal["value", "identity"] | None = None
    exclude: dict[str, LeftOut] = field(default_factory=dict[str, LeftOut])


class Selection:
    """Choose what of a package's surface is registered, and where: `taken` by target module and public name."""

    def __init__(self, surface: Surface, alias: str) -> None:
        self._surface = surface
        self._alias = alias
        self._unusable: set[type] = set()
        self._sources = Sources()
        self.left_out: list[LeftOut] = list(surface.left_out)
        self.taken: dict[Key, Taken] = {}
        for found in surface.names:
            value = found.value
            if isinstance(value, (type, FunctionType)):
                target = alias + found.module[len(surface.package) :]
                self.taken[target, found.name] = Taken(value, found.module, found.name, _crossing(value))
        self._asynchronous: set[Key] = set()
        public = set(self.taken)
        self._classify(*self._grow(), public)
        self._exclude()

    def manifests(self) -> list[Module]:
        """Return the manifests of what is taken, one for each module that has something."""
        made: dict[str, Module] = {}
        for (target, name), taken in self.taken.items():
            module = made.setdefault(target, Module(target))
            if isinstance(taken.obj, type):
                module.wrap_class(taken.obj, name=name, by=taken.by, exclude=list(taken.exclude))
            elif isinstance(taken.obj, FunctionType):
                module.wrap_function(name=name)(taken.obj)
        return list(made.values())

    def _read(self) -> tuple[list[Read], Registry, Report]:
        manifests, report = self.manifests(), Report()
        registry = Registry(manifests, unusable=self._unusable)
        read, _ = inspect_modules(manifests, None, registry, report, self._sources)
        return read, registry, report

    def _grow(self) -> tuple[list[Read], Report]:
        """Add the classes that what is public takes or gives, and what those do; return all of it as read."""
        while True:
            read, registry, report = self._read()
            before = len(self.taken)
            known = {taken.obj for taken in self.taken.values()}
            for cls in registry.named:
                key = (self._alias, cls.__name__.lstrip("_"))
                is_new = self._surface.is_own(cls) and cls not in known and is_face(cls)
                if is_new and "." not in cls.__qualname__ and key not in self.taken:
                    self.taken[key] = Taken(cls, cls.__module__, cls.__qualname__, _crossing(cls))
            if len(self.taken) == before:
                return read, report

    def _classify(self, read: list[Read], report: Report, public: set[Key]) -> None:
        """Keep faces for what needs one; let every other class through as it is."""
        edges: dict[Key, set[Key]] = {}
        refused = {subject[:2] for subjects in report.problems.values() for subject in subjects}
        seeds = {key for key, taken in self.taken.items() if is_face(taken.obj) and is_async_class(taken.obj)}
        for module in read:
            for item in module.items:
                declared = item.function if isinstance(item, Registered) else item
                key = (module.target, public_name(item))
                if not isinstance(declared, Value):
                    edges[key] = mentioned(declared)
                    seeds.update([key] if needs_loop(declared) else [])
        self._asynchronous = seeds
        for key in [key for key in edges if key not in seeds and is_blocking_manager(self.taken[key].obj)]:
            del edges[key]
        faces = leading_to(seeds, edges)
        for key in [key for key in self.taken if key not in faces]:
            taken = self.taken[key]
            if isinstance(taken.obj, type):
                if key in public:
                    taken.by = "value"
                else:
                    del self.taken[key]
            elif key not in refused and isinstance(taken.obj, FunctionType):
                del self.taken[key]
                code = taken.obj.__code__
                reason = f"is blocking already, and takes and gives nothing that has a face: use that of {taken.module}"
                self.left_out.append(LeftOut(short_path(code.co_filename), code.co_firstlineno, key[1], reason))

    def _exclude(self) -> None:
        """Leave out what is refused, until nothing is."""
        while True:
            _, _, report = self._read()
            if not report.problems:
                return
            self._settled: set[Key] = set()
            before = self._state()
            for problem, subjects in report.problems.items():
                for subject in subjects:
                    self._leave_out(problem, subject)
            if self._state() == before:
                raise GenerationError(list(report.problems))

    def _state(self) -> list[tuple[Key, str | None, list[str]]]:
        return [(key, taken.by, list(taken.exclude)) for key, taken in self.taken.items()]

    def _leave_out(self, problem: Problem, subject: tuple[str, ...]) -> None:
        key = (subject[0], subject[1].partition(".")[0]) if len(subject) > 1 else ("", "")
        taken = self.taken.get(key)
        if taken is None or key in self._settled:  # of no one thing, or of one that another problem changed already
            return
        member = ".".join(subject[2:4]) if subject[3:] == ("setter",) else "".join(subject[2:3])
        name = f"{key[1]}.{member}" if member else key[1]
        left = LeftOut(short_path(problem.file), problem.line, name, problem.what)
        if member and isinstance(taken.obj, type) and not self._is_needed(taken.obj, member):
            taken.exclude.setdefault(member, left)
            other = TOGETHER.get(member)
            if other is not None and hasattr(taken.obj, other):
                taken.exclude.setdefault(other, dataclasses.replace(left, name=f"{key[1]}.{other}"))
            return
        self._settled.add(key)
        if is_face(taken.obj) and key not in self._asynchronous and taken.by != "value":
            taken.by = "value"  # a face only for what it mentions: it does without
            taken.exclude.clear()
            return
        del self.taken[key]
        self.left_out.append(left)
        if isinstance(taken.obj, type) and is_face(taken.obj):
            self._unusable.add(taken.obj)

    def _is_needed(self, cls: type, member: str) -> bool:
        """Tell whether a class has no face without a member: it is abstract, or one that the face of a base has."""
        above = (
            each
            for each in self.taken.values()
            if any(each.obj is base for base in cls.__mro__[1:]) and each.by != "value"
        )
        return member in getattr(cls, "__abstractmethods__", ()) or any(
            hasattr(each.obj, member) and member not in each.exclude and not member.startswith("__init")
            for each in above
        )


def is_face(obj: object) -> TypeGuard[type]:
    """Tell whether something is a class that may have a face: no data, or a record with something asynchronous."""
    return isinstance(obj, type) and (not is_data(obj) or (is_record(obj) and is_async_class(obj)))


def _crossing(obj: object) -> Literal["identity"] | None:
    """Return what has to be said for a face, where the class by itself would go by value."""
    return "identity" if isinstance(obj, type) and is_data(obj) and is_face(obj) else None
