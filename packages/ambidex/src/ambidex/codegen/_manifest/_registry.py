"""Own what a run knows of registered classes: which have faces, by which names, and what is chosen of their members."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from ambidex.module import is_class

from .._ir import Face, Form, Name, Naming, Records, record_with_handles
from .._paths import path_of
from .._report import Unsupported
from ._entries import Chosen, chosen_of, exported_value, faced_by, home_of
from ._manifests import entries_of, manifests_of, naming_of
from ._natures import goes_by_value, is_data

if TYPE_CHECKING:
    from collections.abc import Container, Generator, Iterable, Mapping

    from .._ir import Applied, Record, Type
    from ._entries import EntryLike
    from ._manifests import ManifestLike


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
        self._by_reference: dict[Face | Name, type] = {}  # the other way round
        self._packages: set[str] = set()  # at the top, of those classes
        self._nested: set[type] = set()
        self._chosen: dict[type, Chosen] = {}
        self._by_hand: set[type] = set()
        self._modules: set[str] = set()
        self._passed: dict[type, bool] = {}  # by `reading_inside`; False where that was refused
        self._harmless: set[type] = set()  # classes that lead to no face
        self.leading: dict[type, str] = {}  # those that lead to one, with the way
        self.open: set[type] = set()  # callable protocols that are being read: one may name itself
        self.records: dict[Name | Applied, Record | None] = {}  # filled as annotations name them
        self.aliases: dict[Type, Type] = {}  # what those mean that are defined by themselves, which stay names
        self.reading: dict[Name | Applied, bool] = {}  # aliases; whether each is known to be defined by itself
        self.namings: dict[str, Naming] = {}  # of the modules in the style "twin"
        self._generated: dict[tuple[str, str], EntryLike] = {}  # by target module and public name
        for manifest in manifests:
            self._add(manifest)
        for cls, (module, name) in (known or {}).items():
            self._enter(cls, Name(module, name) if is_data(cls) else Face(module, name))
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

    def _enter(self, cls: type, reference: Face | Name) -> None:
        """Note the public counterpart of a class; the first one stays."""
        if cls not in self._classes:
            self._classes[cls] = reference
            self._by_reference.setdefault(reference, cls)
            self._packages.add(cls.__module__.partition(".")[0])

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
                self._enter(entry.obj, kind(manifest.target_module, entry.name))
                self._chosen.setdefault(entry.obj, chosen_of(entry))
        for entry in entries:  # what is registered by itself, also inside another class, has been seen by now
            if entry.kind == "class" and isinstance(entry.obj, type) and not goes_by_value(entry.obj, entry.by):
                self._add_nested(entry.obj, manifest.target_module, entry.name)

    def _add_export(self, entry: EntryLike, target: str) -> None:
        """Enter the class that is public as it is, or whose face was written by hand."""
        of, value = faced_by(entry), exported_value(entry)
        if of is not None:
            self._by_hand.add(of)
            self._enter(of, Face(home_of(entry), entry.name))
        elif is_class(value) and is_data(value) and path_of(value) == entry.name:  # not by an alias
            self._enter(value, Name(target, entry.name))

    def _add_nested(self, outer: type, module: str, name: str) -> None:
        """Enter the public classes inside an identity class, under its name."""
        chosen = self.chosen(outer)
        for inner_name, inner in vars(outer).items():
            is_hidden = inner_name.startswith("_") or any(
                self.chosen(layer).hides(inner_name) for layer in outer.__mro__ if hasattr(layer, inner_name)
            )
            if (is_hidden and not chosen.names(inner_name)) or not is_class(inner) or inner in self._classes:
                continue
            if (inner.__module__, path_of(inner)) == (outer.__module__, f"{path_of(outer)}.{inner_name}"):
                self._nested.add(inner)
                path = f"{name}.{chosen.public_name(inner_name)}"
                self._enter(inner, Name(module, path) if is_data(inner) else Face(module, path))
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
        return module.partition(".")[0] in self._packages

    @contextlib.contextmanager
    def apart(self) -> Generator[None, None, None]:
        """Read what stands in a class: an alias that names this class, and stands in it, is not defined by itself."""
        reading, self.reading = self.reading, {}
        try:
            yield
        finally:
            self.reading = reading

    @contextlib.contextmanager
    def reading_inside(self, cls: type) -> Generator[bool, None, None]:
        """Tell whether the members of a class have to be read, to see where they lead; what they name is not entered.

        Each is read once on the way from the class that is asked about. Where that way ends without a refusal, nothing
        on it leads to a face, and nothing on it is read again in the run.
        """
        if cls in self.open or self._passed.get(cls) or cls in self._harmless:
            yield False
            return
        is_outermost = not self._passed
        named, records = self.named.copy(), self.records.copy()
        self.open.add(cls)
        self._passed[cls] = True
        try:
            yield True
        except Unsupported:
            self._passed[cls] = False
            raise
        finally:
            self.open.discard(cls)
            self.named, self.records = named, records
            if is_outermost:
                self._harmless.update(self._passed if all(self._passed.values()) else ())
                self._passed = {}

    @property
    def has_faces(self) -> bool:
        """Tell whether anything can cross as a face at all."""
        return any(isinstance(reference, Face) for reference in self._classes.values())

    def known_records(self) -> Records:
        """Return the records that the annotations read so far have named."""
        return Records(
            (
                record_with_handles(record, self.form_in(record.name.module))
                for record in self.records.values()
                if record is not None
            ),
            self.aliases,
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

    def classes_in(self, target: str) -> list[EntryLike]:
        """Return the registrations of the classes that are public in a generated module, as far as any was named."""
        found = (entry for (module, _), entry in self._generated.items() if module == target)
        return [entry for entry in found if entry.kind == "class" and isinstance(entry.obj, type)]

    def class_of(self, face: Face) -> type | None:
        """Return the class that has a face, None where none of the run has it."""
        return self._by_reference.get(face)

    def nearest_face(self, cls: type) -> type | None:
        """Return the first class of the method resolution order that has a face."""
        return next((base for base in cls.__mro__ if self.face(base) is not None), None)
