"""Own the way from manifests to the IR of one generated module."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import keyword
import sys
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, cast

from ambidex.module import is_class

from .._annotations import Resolver, module_of_class, module_of_function
from .._ir import Binding, Item, Module, Name, Place, Records, Registered, Value, public_name, revised
from .._manifest import chosen_of, entries_of, goes_by_value, home_of, manifests_of, place_of_entry
from .._report import Unsupported, display_path, parameter_subject
from ._classes import ClassReader
from ._exports import ExportReader, read_value
from ._functions import (
    behind_cache,
    by_first,
    check_dispatched,
    documentation,
    find_held,
    function_behind,
    is_dispatching,
    is_dressed,
    place_of_function,
    refused_parameter,
    taken_by,
)
from ._records import describe_record
from ._signatures import SignatureReader, original_of, refuse_unreadable_stub

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._annotations import Sources
    from .._ir import Class
    from .._manifest import EntryLike, ManifestLike, Registry
    from .._report import Report
    from ._functions import Held


class Inspector:
    """Read manifests; everything that cannot be read goes to the report."""

    def __init__(self, registry: Registry, sources: Sources, report: Report) -> None:
        self._registry = registry
        self._sources = sources
        self._report = report
        self._readers: dict[str, SignatureReader] = {}

    def module(
        self, target: str, manifests: Sequence[ManifestLike], synchronizer: str, options: Mapping[str, str]
    ) -> Module:
        """Return the IR of the module `target`, which `manifests` describe together."""
        entries = [entry for manifest in manifests for entry in entries_of(manifest)]
        if not entries:
            what = f"the manifest of {target} is empty"
            self._report.add(self._manifest_place(manifests[0]), what, "register what is public, or leave it out")
        for manifest in manifests:
            self._refuse_aliases(manifest)
        items: list[Item] = []
        for entry in entries:
            with self._report.about(target, entry.name):
                item = self.item(entry)
            if item is not None:
                items.append(item)
        written = [entry for entry in entries if self._registry.generated(entry) is None]
        names = list(dict.fromkeys(map(self._module_of, written)))
        modules = [module for module in map(sys.modules.get, names) if module is not None]
        told = {id(manifest) for manifest in manifests}
        holders = [module for module in modules if any(id(held) in told for held in manifests_of(module))]
        doc = documentation((holders or modules)[0]) if modules else None
        chosen = tuple(sorted(options.items()))
        homes = [] if modules or not items else [sys.modules.get(getattr(each, "home", "")) for each in manifests]
        sources = modules or list(
            dict.fromkeys(home for home in homes if home is not None)
        )  # all of it stands elsewhere
        return Module(target, synchronizer, chosen, tuple(map(_source_name, sources)), doc, tuple(items))

    def with_records(self, module: Module, records: Records) -> Module:
        """Return a module whose public records that carry faces are described, now that all of the run are known."""
        items: list[Item] = []
        for item in module.items:
            with self._report.about(module.target, public_name(item)):
                items.append(self._described(module.target, item, records))
        return dataclasses.replace(module, items=tuple(items))

    def _described(self, target: str, item: Item, records: Records) -> Item:
        record = records.carrying(Name(target, item.name)) if isinstance(item, Value) else None
        if record is None or not isinstance(item, Value):
            return item
        cls: object = sys.modules[item.module]
        for part in item.path.split("."):
            cls = cast("object", getattr(cls, part))
        described = describe_record(cast("type", cls), record, self._registry, self._sources, self._report)
        return dataclasses.replace(item, record=described)

    def item(self, entry: EntryLike) -> Item | None:
        """Return the IR of one registration, None where it was refused."""
        if entry.kind == "export":
            return ExportReader(self._registry, self._sources, self._report).read(entry)
        place = self._place(entry)
        module = self._implementation(entry, place)
        if module is None:
            return None
        if keyword.iskeyword(entry.name):
            self._report.add(
                place, f"{entry.name} is a keyword of Python", "give it another public name with name='...'"
            )
            return None
        if not isinstance(entry.obj, type):
            return self._function(entry, module, place)
        if goes_by_value(entry.obj, entry.by):
            if chosen_of(entry):
                self._report.add(
                    place,
                    f"{entry.name} goes by value, and is public as it is",
                    "leave out include, exclude, rename, inherit and blocking, or register it by='identity'",
                )
            return read_value(entry.obj, entry.name, place, self._registry, self._sources, self._report)
        if self._registry.is_by_hand(entry.obj):
            self._report.add(place, f"the face of {entry.name} is written by hand", "leave out wrap_class")
            return None
        return self.identity(entry.obj, entry.name, module)

    def identity(self, cls: type, name: str, module: ModuleType) -> Class | None:
        """Return the IR of an identity class, None where it was refused."""
        reader = ClassReader(self._registry, self._sources, self._report)
        return reader.read(cls, name, module)

    def _function(self, entry: EntryLike, module: ModuleType, place: Place) -> Registered | None:
        name, hidden = entry.name, chosen_of(entry).exclude
        held = self._held(entry)
        try:
            function = behind_cache(entry.obj, name)
        except Unsupported as refusal:
            self._report.add(place, refusal.what, refusal.fix)
            return None
        outer = self._class_around(entry, module)
        if outer is not None and held is None:
            path = f"{outer.__qualname__}.{getattr(entry.obj, '__name__', name)}"
            what = f"{path} is a method, and wrap_function makes functions public"
            is_public = self._registry.reference(outer) is not None
            fix = "leave wrap_function out" if is_public else f"register {outer.__qualname__} with wrap_class"
            self._report.add(place, what, f"{fix}, or write a function at the top of the module")
            return None
        if not isinstance(function, FunctionType):
            self._report.add(place, f"{name} is not a plain function", "register a function written with `def`")
            return None
        home = module if held is not None else module_of_function(function) or module
        reader = self._readers.get(home.__name__)
        if reader is None:
            owner = Place(display_path(home.__file__ or home.__name__), 1)
            reader = self._readers[home.__name__] = SignatureReader(
                Resolver(home, self._registry, self._sources), self._sources, self._report, owner
            )
        refuse_unreadable_stub(home, self._sources, self._report)
        inner = function if held is not None else function_behind(function) or function
        for each in hidden:
            problem = refused_parameter(taken_by(inner), inner.__qualname__, each, hidden)
            if problem is not None:
                with self._report.about(parameter_subject(each)):
                    self._report.add(place, *problem)
        path = function.__qualname__ if held is None else held.name
        read = reader.read(function, name, path, Binding.MODULE, hidden, held=None if held is None else held.place)
        if read is None:
            return None
        if is_dispatching(function):
            try:
                check_dispatched(function, name)
            except Unsupported as refusal:
                self._report.add(place, refusal.what, refusal.fix)
            read = by_first(read)
        renames = read.path if read.path != name else ""
        return Registered(module.__name__, revised(read, renames=renames))

    def _module_of(self, entry: EntryLike) -> str:
        """Return the name of the module in which an entry stands."""
        if entry.kind == "export":
            return home_of(entry)
        held = self._held(entry)
        return str(getattr(entry.obj, "__module__", "")) if held is None else held.module.__name__

    def _held(self, entry: EntryLike) -> Held | None:
        return find_held(entry.obj, (entry.name,), self._sources)

    def _class_around(self, entry: EntryLike, module: ModuleType) -> type | None:
        """Return the class whose method was registered, None for a function or static method."""
        *outer, name = str(getattr(entry.obj, "__qualname__", "")).split(".")
        found: object = module
        for part in outer:
            found = _inside(found, part)
        if not is_class(found) or isinstance(vars(found).get(name), staticmethod):
            return None
        return found

    def _refuse_aliases(self, manifest: ManifestLike) -> None:
        """Refuse the further names by which `Module.auto` finds something: each thing is public once."""
        home = sys.modules.get(getattr(manifest, "home", ""))
        aliases: Mapping[str, str] = getattr(manifest, "aliases", {})  # older copies of `Module` do not tell
        for name, public in aliases.items():
            place = self._manifest_place(manifest)
            if home is not None:
                place = Place(place.file, self._sources.of_module(home).name_line(name))
            what = f"{name} is another name of {public}, and what is generated has that one alone"
            fix = "leave it out of `__all__` or begin it with an underscore, or define it by itself"
            self._report.add(place, what, fix)

    def _manifest_place(self, manifest: ManifestLike) -> Place:
        """Return where a manifest is made, as far as a name in a module tells."""
        home = sys.modules.get(getattr(manifest, "home", ""))
        if home is None or home.__file__ is None:
            return Place(f"{manifest.target_module.replace('.', '/')}.py", 1)
        name = next((name for name, value in vars(home).items() if value is manifest), "")
        return Place(display_path(home.__file__), self._sources.of_module(home).attribute_line("", name))

    def _place(self, entry: EntryLike) -> Place:
        obj = entry.obj
        if isinstance(obj, type):
            module = module_of_class(obj) if obj.__module__ in sys.modules else None
            file = getattr(module, "__file__", None)
            if module is not None and file is not None:
                return Place(display_path(file), self._sources.of_module(module).class_line(obj.__qualname__))
        held = self._held(entry)
        if held is not None:
            return held.place
        inner = obj if isinstance(obj, FunctionType) and is_dressed(obj) else function_behind(obj)
        if inner is not None:
            return place_of_function(inner, self._sources)
        return place_of_entry(entry)

    def _implementation(self, entry: EntryLike, place: Place) -> ModuleType | None:
        """Return the module that a generated face will find the object in, None where it could not find it."""
        module_name = str(getattr(entry.obj, "__module__", ""))
        path = str(getattr(entry.obj, "__qualname__", ""))
        if not path:
            self._report.add(place, f"{entry.name} has no name of its own", "register a function written with `def`")
            return None
        held = self._held(entry)
        if held is not None and held.is_said:
            return held.module
        original = original_of(entry.obj) if isinstance(entry.obj, FunctionType) else None
        if original is not None:
            what = f"{original.__qualname__} has lost its name to a decorator, which made {path} of it"
            fix = "put `@functools.wraps(function)` on what the decorator returns"
            self._report.add(place_of_function(original, self._sources), what, fix)
            return None
        if "<locals>" in path or "<lambda>" in path:
            self._report.add(
                place,
                f"{entry.name} is defined inside a function, where nothing can import it",
                "define it at the top of its module",
            )
            return None
        module = sys.modules.get(module_name) or _imported(module_name)
        found: object = module
        for part in path.split("."):
            found = _inside(found, part)
        if isinstance(found, (staticmethod, classmethod)):
            found = cast("object", found.__func__)
        if found is not entry.obj and (held is not None or _is_by_another(entry.obj, module_name)):
            lacks = "no module gives it a name" if held is None else f"no stub of {held.module.__name__} has its types"
            what = f"{entry.name} says that it is {module_name}.{path}, and {lacks}"
            self._report.add(place, what, "write a function with annotations that calls it")
            return None
        if module is None or found is not entry.obj:
            self._report.add(
                place,
                f"{module_name}.{path} is not what was registered as {entry.name}",
                "put the registration above every other decorator, and keep the name",
            )
            return None
        return module


def _is_by_another(function: object, module: str) -> bool:
    """Tell whether a function was written in another module than the one that it says."""
    return isinstance(function, FunctionType) and function.__globals__.get("__name__") != module


def _inside(holder: object, name: str) -> object:
    """Return what a module or a class has under a name, as it stands there; None where it has nothing."""
    if isinstance(holder, ModuleType):  # as most are asked, and its attributes are what it holds
        return vars(holder).get(name)
    return inspect.getattr_static(holder, name, None)


def _imported(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _source_name(module: ModuleType) -> str:
    """Return a module's file relative to the folder it is imported from: no machine's paths in generated text."""
    path = module.__name__.replace(".", "/")
    return f"{path}/__init__.py" if hasattr(module, "__path__") else f"{path}.py"
