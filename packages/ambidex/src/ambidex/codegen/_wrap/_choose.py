"""Own what is taken of a package: by trying, until the ordinary passes refuse nothing."""

from __future__ import annotations

import dataclasses
import inspect
import os
from dataclasses import dataclass, field
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal

from ambidex.errors import GenerationError, Problem
from ambidex.module import Module, is_class

from .._annotations import Sources, module_of_class
from .._check import ONE_MODULE
from .._inspect import TOGETHER, WAITS, names_in
from .._ir import Registered, Value, public_name
from .._manifest import Registry, is_data, is_record
from .._report import SETTER, Report
from ..compile import inspect_modules
from ._graph import hands_over, is_async_class, is_blocking_manager, leading_to, mentioned, needs_loop, runs_to_its_end
from ._left_out import LeftOut, short_path
from ._names import is_compiled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from typing_extensions import TypeGuard

    from .._ir import Module as Read
    from .._ir import Records
    from ._names import Surface

# What a face offers by another name than the implementation.
_BEHIND = {
    "__enter__": "__aenter__",
    "__exit__": "__aexit__",
    "__iter__": "__aiter__",
    "__next__": "__anext__",
    WAITS: "__await__",
}
Key = tuple[str, str]  # a target module and a public name in it


@dataclass
class Taken:
    """Hold one thing that is registered; `exclude` gives the reason for each member or parameter that is not.

    `inherit` gives the reason for each member that is as in the face of a base.
    """

    obj: object  # a class or a function
    module: str
    path: str  # in that module
    by: Literal["value", "identity"] | None = None
    exclude: dict[str, LeftOut] = field(default_factory=dict[str, LeftOut])
    inherit: dict[str, LeftOut] = field(default_factory=dict[str, LeftOut])


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
            if is_class(value) or isinstance(value, FunctionType):
                target = alias + found.module[len(surface.package) :]
                self.taken[target, found.name] = Taken(value, found.module, found.name, _crossing(value))
        self.again: dict[
            str, dict[str, list[str]]
        ] = {}  # names by the module that repeats them and the one that has them
        self._moved: dict[Key, Key] = {}  # from the place of its own to the top
        self._asynchronous: set[Key] = set()
        public = set(self.taken)
        self._classify(*self._grow(), public)
        self._exclude()
        self._repeat()

    def note_unsaid(self) -> None:
        """Note the attributes of faces that nobody gives a type: what constructors assign without an annotation."""
        self.left_out.extend(self._unsaid())

    def _unsaid(self) -> Iterator[LeftOut]:
        for (_, name), taken in self.taken.items():
            if not isinstance(taken.obj, type) or taken.by == "value":
                continue
            said = names_in(taken.obj, self._sources)
            for layer in filter(self._surface.is_own, taken.obj.__mro__):
                module = module_of_class(layer)
                for attribute, line in self._sources.of_module(module).unsaid(layer.__qualname__).items():
                    if attribute not in said and not attribute.startswith("_"):
                        said[attribute] = None
                        path = f"{name}.{attribute}"
                        reason = f"the attribute {path} has no annotation"
                        yield LeftOut(short_path(str(module.__file__)), line, path, reason)

    def manifests(self) -> list[Module]:
        """Return the manifests of what is taken, one for each module that has something."""
        made: dict[str, Module] = {}
        for (target, name), taken in self.taken.items():
            module = made.setdefault(target, Module(target))
            if isinstance(taken.obj, type):
                module.wrap_class(
                    taken.obj, name=name, by=taken.by, exclude=list(taken.exclude), inherit=list(taken.inherit)
                )
            elif isinstance(taken.obj, FunctionType):
                module.wrap_function(name=name, exclude=list(taken.exclude))(taken.obj)
        for target, homes in self.again.items():
            for home, names in homes.items():
                made.setdefault(target, Module(target)).reexport(made[home], *names)
        return list(made.values())

    def leave_out(self, faults: Iterable[tuple[str, tuple[str, ...]]]) -> bool:
        """Leave out what each subject names, for the reason beside it, and what follows; tell whether anything was."""
        before = self._state()
        self._begin_round()
        listed = sorted(faults, key=lambda fault: -len(fault[1]))  # parameters first: without one a member may be right
        done: list[tuple[str, ...]] = []
        for reason, (target, name, *inside) in listed:
            taken = self.taken.get((target, name))
            members = [] if taken is None else [_behind(taken.obj, each) for each in inside[:1]]
            subject = (target, name, *members, *inside[1:])
            if taken is not None and not any(each[: len(subject)] == subject for each in done):
                done.append(subject)
                self._leave_out(Problem(__file__, 1, reason, ""), subject)
        if self._state() == before:
            return False
        self.again.clear()
        self._exclude()
        self._repeat()
        return True

    def reason_for(self, subjects: Sequence[tuple[str, ...]]) -> str:
        """Return why a fault with subjects was not left out."""
        names = sorted({".".join(subject[1:]) for subject in subjects})
        if not names:
            return "nothing that is registered is known to be behind it"
        if any(subject[:2] in self.taken for subject in subjects):
            return f"{', '.join(names)} cannot be left out"
        return f"{', '.join(names)} is named by what is registered, and is not registered itself"

    def _read(self) -> tuple[list[Read], Records, Registry, Report]:
        manifests, report = self.manifests(), Report()
        registry = Registry(manifests, unusable=self._unusable)
        read, records = inspect_modules(manifests, None, registry, report, self._sources)
        return read, records, registry, report

    def _grow(self) -> tuple[list[Read], Records, Report]:
        """Add the classes that what is public takes or gives, and what those do; return all of it as read."""
        while True:
            read, records, registry, report = self._read()
            before = len(self.taken)
            known = {taken.obj for taken in self.taken.values()}
            for cls in registry.named:
                key = (self._alias, cls.__name__.lstrip("_"))
                is_new = self._surface.is_own(cls) and cls not in known and is_face(cls)
                is_new = is_new and not is_compiled(cls.__module__)
                if is_new and "." not in cls.__qualname__ and key not in self.taken:
                    self.taken[key] = Taken(cls, cls.__module__, cls.__qualname__, _crossing(cls))
            if len(self.taken) == before:
                return read, records, report

    def _classify(self, read: list[Read], records: Records, report: Report, public: set[Key]) -> None:
        """Keep faces for what needs one; let every other class through as it is."""
        edges: dict[Key, set[Key]] = {}
        refused = {subject[:2] for subjects in report.problems.values() for subject in subjects}
        seeds = {key for key, taken in self.taken.items() if is_face(taken.obj) and is_async_class(taken.obj)}
        handing: set[Key] = set()  # blocking, and takes what is not
        running: set[Key] = set()  # that to its end
        for module in read:
            for item in module.items:
                declared = item.function if isinstance(item, Registered) else item
                key = (module.target, public_name(item))
                if not isinstance(declared, Value):
                    edges[key] = mentioned(declared, records)
                    seeds.update([key] if needs_loop(declared) else [])
                    handing.update([key] if hands_over(declared, records) else [])
                    running.update([key] if runs_to_its_end(declared) else [])
        self._asynchronous = seeds
        for key in [key for key in edges if key not in seeds and is_blocking_manager(self.taken[key].obj)]:
            del edges[key]
        for key in running:
            del edges[key]
        faces = leading_to(seeds | (handing & edges.keys()), edges)
        for key in [key for key in self.taken if key not in faces]:
            taken = self.taken[key]
            if isinstance(taken.obj, type):
                if key in public:
                    taken.by = "value"
                else:
                    del self.taken[key]
            elif (key not in refused or key in running) and isinstance(taken.obj, FunctionType):
                del self.taken[key]
                code = taken.obj.__code__
                why = "is blocking already, and takes and gives nothing that has a face"
                if key in running:
                    why = "runs what it is handed to its end, and cannot on the loop that runs already"
                reason = f"{why}: use that of {taken.module}"
                self.left_out.append(LeftOut(short_path(code.co_filename), code.co_firstlineno, key[1], reason))

    def _begin_round(self) -> None:
        self._settled: set[Key] = set()
        self._members: set[tuple[Key, str]] = set()  # that were left out in this round
        self._hidden: set[tuple[Key, str]] = set()  # parameters likewise

    def _exclude(self) -> None:
        """Leave out what is refused, until nothing is."""
        while True:
            _, _, registry, report = self._read()
            if not report.problems:
                return
            if self._take_as_they_are(registry, report):
                continue
            self._begin_round()
            before = self._state()
            for problem, subjects in report.problems.items():
                for subject in subjects:
                    self._leave_out(problem, subject)
            if self._state() == before:
                raise GenerationError(list(report.problems))

    def _take_as_they_are(self, registry: Registry, report: Report) -> bool:
        """Take as values what stands elsewhere in the distribution, and leads to a face; tell whether there was any.

        What is asynchronous itself is none: only what is wrapped has faces.
        """
        reasons = "\n".join(problem.what for problem in report.problems)
        for cls in registry.leading:
            key = (self._alias, cls.__name__)
            is_named = f": {cls.__qualname__} is not public, and its " in reasons and "." not in cls.__qualname__
            if is_named and not self._surface.is_own(cls) and key not in self.taken:
                self.taken[key] = Taken(cls, cls.__module__, cls.__qualname__, "value")
                return True
        return False

    def _repeat(self) -> None:
        """Note the other places of what is taken, and all of it at the top."""
        used = set(self.taken)
        for first, other in self._surface.again:
            home, target = (self._alias + found.module[len(self._surface.package) :] for found in (first, other))
            home, name = self._moved.get((home, first.name), (home, first.name))
            taken = self.taken.get((home, name))
            is_free = (target, other.name) not in used and name == other.name
            if taken is not None and taken.obj is first.value and is_free:
                used.add((target, name))
                self.again.setdefault(target, {}).setdefault(home, []).append(name)
        for (target, name), key in self._moved.items():
            if key in self.taken and (target, name) not in used:
                self.again.setdefault(target, {}).setdefault(self._alias, []).append(name)

    def _state(self) -> list[tuple[Key, str | None, list[str], list[str]]]:
        return [(key, taken.by, [*taken.exclude], [*taken.inherit]) for key, taken in self.taken.items()]

    def _leave_out(self, problem: Problem, subject: tuple[str, ...]) -> None:
        key = (subject[0], subject[1].partition(".")[0]) if len(subject) > 1 else ("", "")
        taken = self.taken.get(key)
        if taken is None or key in self._settled:  # of no one thing, or of one that another problem changed already
            return
        if problem.fix == ONE_MODULE and self._moves_up(key):
            return
        member = "".join(subject[2:4] if subject[3:] == (SETTER,) else subject[2:3])
        is_divisible = taken.by != "value"  # what goes by value is public as it is
        part = _parameter(subject, taken.obj) if is_divisible else ""
        name = f"{key[1]}.{part or member}" if part or member else key[1]
        file, line, reason = problem.file, problem.line, problem.what
        if _is_ours(file):  # where the registration stands that this class made
            file, line = _whereabouts(taken.obj, member)
        tried = taken.exclude.get(part) if part else taken.inherit.get(member)
        if tried is not None:  # what was tried is refused, and what it was tried for is why this is left out
            file, line, reason = tried.file, tried.line, tried.reason
        left = LeftOut(short_path(file), line, name, reason)
        if (key, member) in self._members or (part and member in taken.exclude):
            return
        if part and (part not in taken.exclude or (key, part) in self._hidden):  # overloads may name it several times
            taken.exclude.setdefault(part, left)
            self._hidden.add((key, part))
            return
        if (
            member
            and is_divisible
            and isinstance(taken.obj, type)
            and self._exclude_member(taken, taken.obj, member, left)
        ):
            self._members.update((key, each) for each in (member, TOGETHER.get(member, "")) if each)
            return
        left = left if isinstance(taken.obj, type) else dataclasses.replace(left, name=key[1])
        self._settled.add(key)
        if is_face(taken.obj) and key not in self._asynchronous and taken.by != "value":
            taken.by = "value"  # a face only for what it mentions: it does without
            taken.exclude.clear()
            taken.inherit.clear()
            return
        del self.taken[key]
        self.left_out.append(left)
        if isinstance(taken.obj, type) and is_face(taken.obj):
            self._unusable.add(taken.obj)

    def _moves_up(self, key: Key) -> bool:
        """Move what stands in a circle of modules to the top, where that has not the name; tell whether it is there."""
        top = (self._alias, key[1])
        if key != top:
            if top in self.taken:
                return False
            self.taken[top] = self.taken.pop(key)
            self._moved[key] = top
            self._asynchronous.update([top] if key in self._asynchronous else [])
        return True

    def _exclude_member(self, taken: Taken, cls: type, member: str, left: LeftOut) -> bool:
        """Exclude a member, or leave it to the face of a base that has it; False where no face can do without it."""
        other = TOGETHER.get(member, "")
        names = [member, other] if other and hasattr(cls, other) else [member]
        if not member.startswith("__init") and self._is_above(cls, member):
            if member in taken.inherit:
                return False
            where = taken.inherit
        else:
            where = taken.exclude
            taken.inherit.pop(member, None)
        for each in [each for each in taken.exclude if each.startswith(f"{member}.")]:
            del taken.exclude[each]
        for each in names:
            where.setdefault(each, dataclasses.replace(left, name=f"{left.name.partition('.')[0]}.{each}"))
        return True

    def _is_above(self, cls: type, member: str) -> bool:
        """Tell whether the face of a base has a member."""
        bases = [
            each
            for each in self.taken.values()
            if each.by != "value" and any(each.obj is base for base in cls.__mro__[1:])
        ]
        return any(self._has(each.obj, member) and member not in each.exclude for each in bases)

    def _has(self, obj: object, member: str) -> bool:
        """Tell whether a class, or one above it, writes a member: an attribute that only its objects have, too."""
        return isinstance(obj, type) and member in names_in(obj, self._sources)


def is_face(obj: object) -> TypeGuard[type]:
    """Tell whether something is a class that may have a face: no data, or a record with something asynchronous."""
    return isinstance(obj, type) and (not is_data(obj) or (is_record(obj) and is_async_class(obj)))


def _crossing(obj: object) -> Literal["identity"] | None:
    """Return what has to be said for a face, where the class by itself would go by value."""
    return "identity" if isinstance(obj, type) and is_data(obj) and is_face(obj) else None


def _behind(obj: object, name: str) -> str:
    """Return the member of a class that is behind one of its face."""
    behind = _BEHIND.get(name, "")
    is_own = name == WAITS and hasattr(obj, WAITS)
    return behind if behind and hasattr(obj, behind) and not is_own else name


def _is_ours(file: str) -> bool:
    return os.path.abspath(file) == os.path.abspath(__file__)  # noqa: PTH100  as `display_path` has it


def _whereabouts(obj: Any, member: str) -> tuple[str, int]:
    """Return where a function, or a class or one of its methods, stands."""
    inside = inspect.getattr_static(obj, member, None) if member and isinstance(obj, type) else obj
    if isinstance(inside, property):
        inside = inside.fget
    inner = inspect.unwrap(getattr(inside, "__func__", inside)) if callable(inside) else None
    if isinstance(inner, FunctionType):
        return inner.__code__.co_filename, inner.__code__.co_firstlineno
    try:
        return inspect.getsourcefile(obj) or "", inspect.getsourcelines(obj)[1]
    except (OSError, TypeError):  # no source
        return str(getattr(obj, "__module__", "")).replace(".", "/") + ".py", 1


def _parameter(subject: tuple[str, ...], obj: object) -> str:
    """Return what excludes the parameter that a problem is about, empty where it is about none that can be."""
    inside = subject[2:]
    is_one = bool(inside) and inside[-1].endswith("=") and len(inside) == (2 if isinstance(obj, type) else 1)
    return ".".join(inside)[:-1] if is_one else ""
