"""Own how a manifest is recognised and what its classes become: a face, or the implementation's own class.

A manifest is recognised by its shape, never by `isinstance`: a vendored `Module` is one too.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import sys
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Protocol, cast

from ._ir import Face, Form, Name, Naming, Records, record_with_handles
from ._paths import path_of
from ._protocols import call_of

if TYPE_CHECKING:
    from collections.abc import Container, Generator, Iterable, Iterator, Mapping, Sequence
    from typing import Literal

    from typing_extensions import TypeGuard

    from ._ir import Applied, Record


class EntryLike(Protocol):
    """What the generator reads of one registration."""

    @property
    def kind(self) -> Literal["function", "class", "export"]:
        """Return what was registered."""
        ...

    @property
    def obj(self) -> object:
        """Return the registered function or class, None for an export that is known by its name."""
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


MISSING = object()


@dataclasses.dataclass(frozen=True)
class Listed:
    """Hold a name of an `__all__` that is public as it is."""

    kind: Literal["export"]
    obj: object
    name: str
    by: Literal["value", "identity"] | None
    file: str
    line: int
    home: str


@dataclasses.dataclass(frozen=True)
class Chosen:
    """Hold what a registration says of the members of its class, and where it stands."""

    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    rename: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    inherit: tuple[str, ...] = ()
    blocking: tuple[str, ...] = ()
    file: str = ""
    line: int = 1

    def __bool__(self) -> bool:
        said = (self.exclude, self.rename, self.inherit, self.blocking)
        return self.include is not None or any(map(bool, said))

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
        getattr(entry, "inherit", ()),
        getattr(entry, "blocking", ()),
        entry.file,
        max(entry.line, 1),
    )


def home_of(entry: EntryLike) -> str:
    """Return the module in which an export stands; nothing, where an older copy of `Module` made the entry."""
    return getattr(entry, "home", "")


def faced_by(entry: EntryLike) -> type | None:
    """Return the class of the implementation whose face was written by hand, None where this is no such face."""
    return getattr(entry, "of", None)


def exported_value(entry: EntryLike) -> object:
    """Return what an export names, MISSING where it is not there, or where its module was not imported."""
    if entry.obj is not None:
        return entry.obj
    return getattr(sys.modules.get(home_of(entry)), entry.name, MISSING)


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


def entries_of(manifest: ManifestLike) -> list[EntryLike]:
    """Return what a manifest registers, and the constants and types that the `__all__` of its own module adds.

    In the style "twin" each of a pair stands under the name of the blocking one.
    """
    naming = naming_of(manifest)
    entries = [*manifest.entries, *_listed_in_all(manifest)]
    return entries if naming is None else [_under_blocking_name(entry, naming) for entry in entries]


def _listed_in_all(manifest: ManifestLike) -> Iterator[EntryLike]:
    """Yield the constants and types that the `__all__` of the manifest's own module adds.

    A function, or a class that would need a face, is not added: that is registered by itself, or by `Module.auto`.
    Where a module has manifests for several targets, nothing says for which its `__all__` is meant.
    """
    module = sys.modules.get(getattr(manifest, "home", ""))
    listed = cast("Iterable[str]", getattr(module, "__all__", ()))
    if module is None or not listed:
        return
    beside = manifests_of(module)
    if not beside or beside[0] is not manifest or len({known.target_module for known in beside}) > 1:
        return
    registered = [entry for known in beside for entry in known.entries]
    taken = {id(value) for entry in registered for value in (entry.obj, faced_by(entry)) if value is not None}
    named = {entry.name for entry in registered if entry.obj is None}
    for name in listed:
        value = getattr(module, name, MISSING)
        is_public = value is MISSING or _is_plain(value)  # what is not there is refused where it is read
        if name not in named and id(value) not in taken and is_public:
            yield Listed("export", None, name, None, module.__file__ or "", 1, module.__name__)


def _is_plain(value: object) -> bool:
    """Tell whether a value is a constant or a type that is public as it is."""
    if value is MISSING or isinstance(value, ModuleType) or is_manifest(value):
        return False
    if isinstance(value, type):
        return is_data(value)
    return hasattr(value, "__supertype__") or not (isinstance(value, FunctionType) or hasattr(value, "__wrapped__"))


def naming_of(manifest: ManifestLike) -> Naming | None:
    """Return how a manifest of the style "twin" names what is awaited, None for others; older copies have no style."""
    if getattr(manifest, "style", "dual") != "twin":
        return None
    return Naming(*cast("tuple[str, str]", getattr(manifest, "async_names", ())))


class _Renamed:
    """Stand for a registration under another public name."""

    def __init__(self, entry: EntryLike, name: str) -> None:
        self._entry = entry
        self.name = name

    def __getattr__(self, name: str) -> object:
        return getattr(self._entry, name)


def _under_blocking_name(entry: EntryLike, naming: Naming) -> EntryLike:
    cls = entry.obj if isinstance(entry.obj, type) else None
    if entry.kind == "export" or (cls is not None and goes_by_value(cls, entry.by)):
        return entry  # one for both
    return cast("EntryLike", _Renamed(entry, naming.blocking(entry.name, is_class=cls is not None)))


def goes_by_value(cls: type, by: str | None) -> bool:
    """Tell whether a class of a manifest is re-exported as it is; `by` is what its registration says."""
    return by == "value" if by is not None else is_data(cls)


def is_data(cls: type) -> bool:
    """Tell whether a class is data by its nature, an enum, an exception or a record, or says what is callable."""
    return enum.Enum in cls.__mro__ or is_error(cls) or is_record(cls) or call_of(cls) is not None


def is_error(cls: type) -> bool:
    """Tell whether a class is an exception."""
    return BaseException in cls.__mro__


def is_record(cls: type) -> bool:
    """Tell whether a class has typed fields: a dataclass, named tuple, typed dict or Struct."""
    names = {name for base in cls.__mro__ for name in vars(base)}
    if "__dataclass_fields__" in names or "__struct_fields__" in names:
        return True
    return (tuple in cls.__mro__ and "_fields" in names) or (dict in cls.__mro__ and "__required_keys__" in names)


class Registry:
    """Know every class of the run's manifests, and those of manifests beside a class that an annotation names.

    `known` adds classes that are compiled elsewhere, each with its target module and public name. `unusable` are those
    that an annotation may not name.
    """

    def __init__(
        self,
        manifests: Iterable[ManifestLike],
        known: Mapping[type, tuple[str, str]] | None = None,
        unusable: Container[type] = (),
    ) -> None:
        self.unusable = unusable
        self.named: dict[type, None] = {}  # filled as annotations name classes
        self._classes: dict[type, Face | Name] = {}
        self._nested: set[type] = set()
        self._chosen: dict[type, Chosen] = {}
        self._by_hand: set[type] = set()
        self._modules: set[str] = set()
        self.open: set[type] = set()  # callable protocols that are being read: one may name itself
        self.records: dict[Name | Applied, Record | None] = {}  # filled as annotations name them
        self.namings: dict[str, Naming] = {}  # of the modules in the style "twin"
        self._generated: dict[tuple[str, str], EntryLike] = {}  # by target module and public name
        for manifest in manifests:
            self._add(manifest)
        for cls, (module, name) in (known or {}).items():
            self._classes.setdefault(cls, Name(module, name) if is_data(cls) else Face(module, name))
            if not is_data(cls):
                self._add_nested(cls, module, name)
            self._note_style(cls, module)

    def _note_style(self, cls: type, target: str) -> None:
        """Learn the style of the module that a class is compiled into elsewhere, from the manifest beside the class."""
        module = sys.modules.get(cls.__module__)
        for manifest in manifests_of(module) if module is not None else ():
            naming = naming_of(manifest)
            if naming is not None and manifest.target_module == target:
                self.namings[target] = naming

    def _add(self, manifest: ManifestLike) -> None:
        naming, entries = naming_of(manifest), entries_of(manifest)
        if naming is not None:
            self.namings[manifest.target_module] = naming
        for entry in entries:
            self._generated.setdefault((manifest.target_module, entry.name), entry)
            if entry.kind == "export":
                self._add_export(entry, manifest.target_module)
            elif isinstance(entry.obj, type):
                kind = Name if goes_by_value(entry.obj, entry.by) else Face
                self._classes.setdefault(entry.obj, kind(manifest.target_module, entry.name))
                self._chosen.setdefault(entry.obj, chosen_of(entry))
        for entry in entries:  # what is registered by itself, also inside another class, has been seen by now
            if entry.kind == "class" and isinstance(entry.obj, type) and not goes_by_value(entry.obj, entry.by):
                self._add_nested(entry.obj, manifest.target_module, entry.name)

    def _add_export(self, entry: EntryLike, target: str) -> None:
        """Enter the class that is public as it is, or whose face was written by hand."""
        of, value = faced_by(entry), exported_value(entry)
        if of is not None:
            self._by_hand.add(of)
            self._classes.setdefault(of, Face(home_of(entry), entry.name))
        elif isinstance(value, type) and is_data(value) and path_of(value) == entry.name:  # not by an alias
            self._classes.setdefault(value, Name(target, entry.name))

    def _add_nested(self, outer: type, module: str, name: str) -> None:
        """Enter the public classes inside an identity class, under its name."""
        chosen = self.chosen(outer)
        for inner_name, inner in vars(outer).items():
            is_hidden = inner_name.startswith("_") or any(
                self.chosen(layer).hides(inner_name) for layer in outer.__mro__ if hasattr(layer, inner_name)
            )
            if (is_hidden and not chosen.names(inner_name)) or not isinstance(inner, type) or inner in self._classes:
                continue
            if (inner.__module__, path_of(inner)) == (outer.__module__, f"{path_of(outer)}.{inner_name}"):
                self._nested.add(inner)
                path = f"{name}.{chosen.public_name(inner_name)}"
                self._classes[inner] = Name(module, path) if is_data(inner) else Face(module, path)
                if not is_data(inner):
                    self._add_nested(inner, module, path)

    def chosen(self, cls: type) -> Chosen:
        """Return what is said of the members of a class."""
        return self._chosen.get(cls, Chosen())

    def is_by_hand(self, cls: type) -> bool:
        """Tell whether the face of a class is written by hand."""
        return cls in self._by_hand

    def is_nested(self, cls: type) -> bool:
        """Tell whether a class is public inside another one's face, and so has to be generated there."""
        return self.reference(cls) is not None and cls in self._nested

    def is_of_library(self, module: str) -> bool:
        """Tell whether a module is in a package of which a class is registered, or is the module of one."""
        top = module.partition(".")[0]
        return any(cls.__module__.partition(".")[0] == top for cls in self._classes)

    @contextlib.contextmanager
    def reading_inside(self, cls: type) -> Generator[bool, None, None]:
        """Tell whether nobody reads the members of a class yet; what they name is not entered."""
        if cls in self.open:
            yield False
            return
        named, records = self.named.copy(), self.records.copy()
        self.open.add(cls)
        try:
            yield True
        finally:
            self.open.discard(cls)
            self.named, self.records = named, records

    @property
    def has_faces(self) -> bool:
        """Tell whether anything can cross as a face at all."""
        return any(isinstance(reference, Face) for reference in self._classes.values())

    def known_records(self) -> Records:
        """Return the records that the annotations read so far have named."""
        return Records(
            record_with_handles(record, self.form_in(record.name.module))
            for record in self.records.values()
            if record is not None
        )

    def form_in(self, target: str) -> Form:
        """Return the form in which a generated module is written, of two the first one."""
        return Form.BLOCKING if target in self.namings else Form.BOTH

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

    def generated(self, entry: EntryLike) -> EntryLike | None:
        """Return what makes an export public in a module that is generated, too; None where it stands elsewhere."""
        found = self._generated.get((home_of(entry), entry.name)) if entry.obj is None else None
        return None if found is None or found is entry else found

    def class_of(self, face: Face) -> type | None:
        """Return the class that has a face, None where none of the run has it."""
        return next((cls for cls, known in self._classes.items() if known == face), None)

    def nearest_face(self, cls: type) -> type | None:
        """Return the first class of the method resolution order that has a face."""
        return next((base for base in cls.__mro__ if self.face(base) is not None), None)
