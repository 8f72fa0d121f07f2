"""Compile manifests into the text of generated modules: inspect, check, lower, emit, format."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING

import ambidex
from ambidex.errors import UsageError

from ._annotations import Sources
from ._check import check_modules
from ._check_styles import check_styles
from ._emit import emit_item, emit_module, format_all, kept_as_written
from ._inspect import Inspector
from ._ir import Class, Form, Module, with_handles
from ._lower import Forms, Overrides, lower_module
from ._manifest import Registry, naming_of, place_of_entry
from ._report import Report
from ._runtimes import Runtimes, options_of, synchronizer_of
from ._vendored import check_runtime

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import FunctionType
    from typing import Literal

    from ._ir import Records
    from ._manifest import EntryLike, ManifestLike

__all__ = ("compile_class", "compile_function", "compile_module", "compile_modules", "inspect_modules")


def compile_modules(
    modules: Sequence[ManifestLike],
    synchronizer_name: str | None = None,
    *,
    synchronized_types: Mapping[type, tuple[str, str]] | None = None,
    runtime: str = "ambidex",
    ruff: str | None = None,
) -> dict[str, str]:
    """Compile manifests together and return the text of each generated module under its dotted name.

    `synchronizer_name` serves manifests that name none; without it the first part of the target module is taken.
    `synchronized_types` adds classes that are compiled elsewhere, each with its target module and public name.
    `runtime` is the package whose `bridge` the generated modules import: a library's own copy, or ambidex. `ruff` is
    the formatter's path.

    Raises:
        GenerationError: something in the implementation cannot be generated from; every problem of the run is in it.
        UsageError: the formatter is missing, or of a version that lays out code in another way, `runtime` is no dotted
            name, or there are no docstrings.
    """
    if sys.flags.optimize > 1:
        raise UsageError("this interpreter drops docstrings: run the generator without -OO and PYTHONOPTIMIZE=2")
    check_runtime(runtime)
    registry = Registry(modules, synchronized_types)
    bridge = f"{runtime}.bridge"
    sources = Sources()
    read, forms = _inspected(modules, synchronizer_name, registry, sources)
    overrides = Overrides([*read, *map(forms.split, _above(read, registry, sources))])
    texts = {
        module.target: emit_module(
            lower_module(
                dataclasses.replace(module, bridge=bridge), forms.records, overrides, translates_any=registry.has_faces
            ),
            ambidex.__version__,
            _inside(module.target, read),
        )
        for module in read
    }
    return {target: kept_as_written(text) for target, text in format_all(texts, ruff).items()}


def _inside(target: str, modules: Sequence[Module]) -> list[str]:
    """Return the names of the modules of a run that stand directly in one of them."""
    below = [module.target[len(target) + 1 :] for module in modules if module.target.startswith(f"{target}.")]
    return list(dict.fromkeys(name.partition(".")[0] for name in below))


def compile_module(
    module: ManifestLike,
    synchronizer_name: str | None = None,
    synchronized_types: Mapping[type, tuple[str, str]] | None = None,
) -> str:
    """Compile one manifest and return the text of its generated module.

    Raises:
        GenerationError: something in the implementation cannot be generated from.
        UsageError: the formatter is missing, or of a version that lays out code in another way.
    """
    return compile_modules([module], synchronizer_name, synchronized_types=synchronized_types)[module.target_module]


def compile_function(
    f: FunctionType,
    target_module: str,
    synchronizer_name: str,
    synchronized_types: Mapping[type, tuple[str, str]] | None = None,
) -> str:
    """Compile one function and return the text of its face, without the module around it.

    Raises:
        GenerationError: the function cannot be generated from.
        UsageError: the formatter is missing, or of a version that lays out code in another way.
    """
    entry = _Single("function", f, f.__name__, f.__code__.co_filename, f.__code__.co_firstlineno)
    return _single(entry, target_module, synchronizer_name, synchronized_types)


def compile_class(
    cls: type,
    target_module: str,
    synchronizer_name: str,
    synchronized_types: Mapping[type, tuple[str, str]] | None = None,
) -> str:
    """Compile one identity class and return the text of its face, without the module around it.

    Raises:
        GenerationError: the class cannot be generated from.
        UsageError: the formatter is missing, or of a version that lays out code in another way.
    """
    entry = _Single("class", cls, cls.__name__, "", 1, by="identity")
    return _single(
        entry, target_module, synchronizer_name, {cls: (target_module, cls.__name__), **(synchronized_types or {})}
    )


@dataclasses.dataclass(frozen=True)
class _Single:
    """Stand for one registration outside any manifest."""

    kind: Literal["function", "class", "export"]
    obj: object
    name: str
    file: str
    line: int
    by: Literal["value", "identity"] | None = None


def _inspected(
    modules: Sequence[ManifestLike], synchronizer: str | None, registry: Registry, sources: Sources
) -> tuple[list[Module], Forms]:
    """Return the checked IR of every target module, in the order of the manifests, and the forms of the run."""
    report = Report()
    read, forms = _read(modules, synchronizer, registry, report, sources)
    report.raise_if_any()
    return read, forms


def _differing(first: ManifestLike, other: ManifestLike, synchronizer: str | None) -> Iterator[tuple[str, str]]:
    """Yield in what two manifests of one module disagree, and what to do."""
    same = "give both manifests the same ones"
    names = [synchronizer_of(each, synchronizer) for each in (first, other)]
    if names[0] != names[1]:
        yield f"with the synchronizers {names[0]} and {names[1]}", "name one in both manifests"
    if naming_of(first) != naming_of(other):
        yield "in two styles, or with two sets of async_names", same
    if options_of(first) != options_of(other):
        yield f"with the options {dict(options_of(first))} and {dict(options_of(other))}", same


def inspect_modules(
    modules: Sequence[ManifestLike],
    synchronizer: str | None,
    registry: Registry,
    report: Report,
    sources: Sources | None = None,
) -> tuple[list[Module], Records]:
    """Return the IR of every target module, in the order of the manifests, and the records of the run.

    Its problems go to `report`.
    """
    read, forms = _read(modules, synchronizer, registry, report, sources or Sources())
    return read, forms.records


def _read(
    modules: Sequence[ManifestLike], synchronizer: str | None, registry: Registry, report: Report, sources: Sources
) -> tuple[list[Module], Forms]:
    inspector = Inspector(registry, sources, report)
    by_target: dict[str, list[ManifestLike]] = {}
    for manifest in modules:
        by_target.setdefault(manifest.target_module, []).append(manifest)
    read: list[Module] = []
    for target, manifests in by_target.items():
        first = manifests[0]
        for manifest in manifests[1:]:
            for what, fix in _differing(first, manifest, synchronizer) if manifest.entries else ():
                report.add(place_of_entry(manifest.entries[0]), f"{target} is asked for {what}", fix)
        read.append(inspector.module(target, manifests, synchronizer_of(first, synchronizer), options_of(first)))
    Runtimes().check(modules, synchronizer, report)
    records = registry.known_records()
    read = [with_handles(inspector.with_records(module, records), registry.form_in(module.target)) for module in read]
    forms = Forms(registry.namings, records)
    check_styles(read, registry.namings, forms, report)
    read = [forms.split(module) for module in read]
    check_modules(read, forms.records, report, translates_any=registry.has_faces)
    return read, forms


def _above(read: Sequence[Module], registry: Registry, sources: Sources) -> Iterator[Module]:
    """Yield the modules of other runs that have bases of this run's classes, with their classes alone.

    A class is missing that the other run refuses.
    """
    inspector = Inspector(registry, sources, Report())
    known = {module.target for module in read}
    waiting = list(read)
    while waiting:
        for target in dict.fromkeys(_targets_of_bases(waiting.pop(0))):
            if target in known:
                continue
            known.add(target)
            items = map(inspector.item, registry.classes_in(target))
            classes = tuple(item for item in items if isinstance(item, Class))
            module = with_handles(Module(target, "", (), (), None, classes), registry.form_in(target))
            waiting.append(module)
            yield module


def _targets_of_bases(module: Module) -> Iterator[str]:
    for item in module.items:
        for cls in item.with_nested() if isinstance(item, Class) else ():
            yield from (base.module for base in cls.bases)


def _single(entry: EntryLike, target: str, synchronizer: str, known: Mapping[type, tuple[str, str]] | None) -> str:
    report = Report()
    registry = Registry((), known)
    inspector = Inspector(registry, Sources(), report)
    item = inspector.item(entry)
    module = Module(target, synchronizer, (), (), None, () if item is None else (item,))
    module = with_handles(module, Form.BOTH)
    records = registry.known_records()
    check_modules([module], records, report, translates_any=registry.has_faces)
    report.raise_if_any()
    lowered = lower_module(module, records, Overrides([module]), translates_any=registry.has_faces)
    return format_all({target: emit_item(lowered, entry.name)})[target].lstrip("\n")
