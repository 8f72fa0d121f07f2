"""Own how a manifest is recognised, and what it registers.

It is recognised by its shape, never by `isinstance`: a vendored `Module` is one too.
"""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Protocol, cast

from ambidex.module import is_class

from .._ir import Naming
from ._entries import MISSING, Listed, faced_by
from ._natures import goes_by_value, is_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from typing_extensions import TypeGuard

    from ._entries import EntryLike


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
    if is_class(value):
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
