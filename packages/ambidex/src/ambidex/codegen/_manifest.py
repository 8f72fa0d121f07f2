"""Own how a manifest is recognised and what its classes become: a face, or the implementation's own class.

A manifest is recognised by its shape, never by `isinstance`: a vendored `Module` is one too.
"""

from __future__ import annotations

import dataclasses
import enum
import sys
from typing import TYPE_CHECKING, Protocol

from ._ir import Face, Name, Records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import ModuleType
    from typing import Literal

    from typing_extensions import TypeGuard

    from ._ir import Applied, Record


class EntryLike(Protocol):
    """What the generator reads of one registration."""

    @property
    def kind(self) -> Literal["function", "class"]:
        """Return what was registered."""
        ...

    @property
    def obj(self) -> object:
        """Return the registered function or class."""
        ...

    @property
    def name(self) -> str:
        """Return the public name."""
        ...

    @property
    def by(self) -> Literal["value", "identity"] | None:
        """Return how a class crosses, None where the class decides."""
        ...

    @property
    def file(self) -> str:
        """Return the file of the registration."""
        ...

    @property
    def line(self) -> int:
        """Return the line of the registration."""
        ...


@dataclasses.dataclass(frozen=True)
class Chosen:
    """Hold what a registration says of the members of its class, and where it stands."""

    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    rename: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    file: str = ""
    line: int = 1

    def __bool__(self) -> bool:
        return self.include is not None or bool(self.exclude) or bool(self.rename)

    def public_name(self, name: str) -> str:
        """Return the public name of a member."""
        return self.rename.get(name, name)

    def names(self, name: str) -> bool:
        """Tell whether it makes a member public by its name."""
        return name in self.rename or name in (self.include or ())

    def hides(self, name: str) -> bool:
        """Tell whether it takes a member away that would be public otherwise."""
        is_special = name.startswith("__") and name.endswith("__")
        is_left_out = self.include is not None and not is_special
        return not self.names(name) and (is_left_out or name in self.exclude)


def chosen_of(entry: EntryLike) -> Chosen:
    """Return what a registration says of members: nothing, where an older copy of `Module` made it."""
    return Chosen(
        getattr(entry, "include", None),
        getattr(entry, "exclude", ()),
        getattr(entry, "rename", {}),
        entry.file,
        max(entry.line, 1),
    )


class ManifestLike(Protocol):
    """What the generator reads of a manifest."""

    @property
    def target_module(self) -> str:
        """Return the dotted name of the module to generate."""
        ...

    @property
    def synchronizer(self) -> str | None:
        """Return the name of the runtime, None where the manifest leaves the choice."""
        ...

    @property
    def options(self) -> Mapping[str, str]:
        """Return how the faces run, as far as the manifest says: by the names of the options of `Implementation`."""
        ...

    @property
    def entries(self) -> Sequence[EntryLike]:
        """Return the registrations in their order."""
        ...

    def module_items(self) -> Mapping[object, tuple[str, str]]:
        """Return each registered object with its target module and public name."""
        ...


def is_manifest(value: object) -> TypeGuard[ManifestLike]:
    """Tell whether a value has the shape of a manifest."""
    kind = type(value)
    return all(hasattr(kind, name) for name in ("entries", "module_items", "synchronizer", "target_module"))


def manifests_of(module: ModuleType) -> list[ManifestLike]:
    """Return the manifests that a module holds, each once, in the order of its names."""
    found: dict[int, ManifestLike] = {}
    for value in list(vars(module).values()):
        if is_manifest(value):
            found[id(value)] = value
    return list(found.values())


def goes_by_value(cls: type, by: str | None) -> bool:
    """Tell whether a class of a manifest is re-exported as it is; `by` is what its registration says."""
    return by == "value" if by is not None else is_data(cls)


def is_data(cls: type) -> bool:
    """Tell whether a class is data by its nature: an enum, an exception, a record."""
    return enum.Enum in cls.__mro__ or BaseException in cls.__mro__ or is_record(cls)


def is_record(cls: type) -> bool:
    """Tell whether a class has typed fields: a dataclass, named tuple, typed dict or Struct."""
    names = {name for base in cls.__mro__ for name in vars(base)}
    if "__dataclass_fields__" in names or "__struct_fields__" in names:
        return True
    return (tuple in cls.__mro__ and "_fields" in names) or (dict in cls.__mro__ and "__required_keys__" in names)


class Registry:
    """Know every class of the run's manifests, and those of manifests beside a class that an annotation names.

    `known` adds classes that are compiled elsewhere, each with its target module and public name.
    """

    def __init__(self, manifests: Iterable[ManifestLike], known: Mapping[type, tuple[str, str]] | None = None) -> None:
        self._classes: dict[type, Face | Name] = {}
        self._nested: set[type] = set()
        self._chosen: dict[type, Chosen] = {}
        self._modules: set[str] = set()
        self.records: dict[Name | Applied, Record | None] = {}  # filled as annotations name them
        for manifest in manifests:
            self._add(manifest)
        for cls, (module, name) in (known or {}).items():
            self._classes.setdefault(cls, Name(module, name) if is_data(cls) else Face(module, name))
            if not is_data(cls):
                self._add_nested(cls, module, name)

    def _add(self, manifest: ManifestLike) -> None:
        for entry in manifest.entries:
            if isinstance(entry.obj, type):
                kind = Name if goes_by_value(entry.obj, entry.by) else Face
                self._classes.setdefault(entry.obj, kind(manifest.target_module, entry.name))
                self._chosen.setdefault(entry.obj, chosen_of(entry))
        for entry in manifest.entries:  # what is registered by itself, also inside another class, has been seen by now
            if isinstance(entry.obj, type) and not goes_by_value(entry.obj, entry.by):
                self._add_nested(entry.obj, manifest.target_module, entry.name)

    def _add_nested(self, outer: type, module: str, name: str) -> None:
        """Enter the public classes inside an identity class, under its name."""
        chosen = self.chosen(outer)
        for inner_name, inner in vars(outer).items():
            is_public = chosen.names(inner_name) or not (inner_name.startswith("_") or chosen.hides(inner_name))
            if not is_public or not isinstance(inner, type) or inner in self._classes:
                continue
            if (inner.__module__, inner.__qualname__) == (outer.__module__, f"{outer.__qualname__}.{inner_name}"):
                self._nested.add(inner)
                path = f"{name}.{chosen.public_name(inner_name)}"
                self._classes[inner] = Name(module, path) if is_data(inner) else Face(module, path)
                if not is_data(inner):
                    self._add_nested(inner, module, path)

    def chosen(self, cls: type) -> Chosen:
        """Return what is said of the members of a class."""
        return self._chosen.get(cls, Chosen())

    def is_nested(self, cls: type) -> bool:
        """Tell whether a class is public inside another one's face, and so has to be generated there."""
        return self.reference(cls) is not None and cls in self._nested

    @property
    def has_faces(self) -> bool:
        """Tell whether anything can cross as a face at all."""
        return any(isinstance(reference, Face) for reference in self._classes.values())

    def known_records(self) -> Records:
        """Return the records that the annotations read so far have named."""
        return Records(record for record in self.records.values() if record is not None)

    def reference(self, cls: type) -> Face | Name | None:
        """Return the public counterpart of a class, None where it has none."""
        if cls not in self._classes and cls.__module__ not in self._modules:
            self._modules.add(cls.__module__)
            module = sys.modules.get(cls.__module__)
            for manifest in manifests_of(module) if module is not None else ():
                self._add(manifest)
        return self._classes.get(cls)

    def face(self, cls: type) -> Face | None:
        """Return the face of a class, None where it has none."""
        reference = self.reference(cls)
        return reference if isinstance(reference, Face) else None

    def nearest_face(self, cls: type) -> type | None:
        """Return the first class of the method resolution order that has a face."""
        return next((base for base in cls.__mro__ if self.face(base) is not None), None)
