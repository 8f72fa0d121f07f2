"""Own the way from module names, globs and packages to manifests: the place that imports the user's code by name."""

from __future__ import annotations

import contextlib
import fnmatch
import importlib
import importlib.machinery
import importlib.util
import keyword
import os
import pkgutil
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from ._emit import HEADER, generated_sources, has_lost_header
from ._files import first_line, real_path
from ._ir import Place
from ._manifest import manifests_of
from ._paths import is_of_libraries
from ._report import display_path
from ._vendored import is_copy

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from types import ModuleType

    from ._manifest import ManifestLike
    from ._report import Report

_OURS = (str(Path(__file__).parent), str(Path(importlib.__file__).parent))
_MANIFESTS = Path(__file__).parent.parent / "module.py"


@contextlib.contextmanager
def importing_from(root: Path, fallback: Path | None = None) -> Generator[None, None, None]:
    """Import from `root` before anything else, and from `fallback` after everything else.

    Modules of these folders that were imported inside are forgotten at the end, so that the next target may have
    modules of the same names; no bytecode is written. What they print goes to standard error.
    """
    before, path, writes_nothing = set(sys.modules), list(sys.path), sys.dont_write_bytecode
    folders = [str(real_path(folder)) for folder in (root, fallback) if folder is not None]
    sys.path[:] = [folders[0], *path, *folders[1:]]
    sys.dont_write_bytecode = True
    importlib.invalidate_caches()
    try:
        with contextlib.redirect_stdout(sys.stderr):  # standard output is for what is generated
            yield
    finally:
        sys.path[:] = path
        sys.dont_write_bytecode = writes_nothing
        for name in set(sys.modules) - before:
            origin = getattr(sys.modules[name], "__file__", None)
            if origin is not None and any(_is_of(folder, os.path.realpath(origin)) for folder in folders):
                del sys.modules[name]


def _is_of(folder: str, file: str) -> bool:
    """Tell whether a file is of a project's own: not of an environment in its folder, nothing of which loads twice."""
    inside = file[len(folder) :] if file.startswith(folder + os.sep) else ""
    return bool(inside) and f"{os.sep}site-packages{os.sep}" not in inside


class Finder:
    """Import modules and collect their manifests."""

    def __init__(self, root: Path, report: Report) -> None:
        self._root = root
        self._report = report

    def manifests(self, patterns: Sequence[str]) -> list[ManifestLike]:
        """Return the manifests of every module that a pattern means, each once.

        A pattern is a module, a package (with everything in it) or a glob over dotted names.
        """
        found: dict[int, ManifestLike] = {}
        for pattern in patterns:
            example = self._name_instead(pattern)
            if example is not None:
                what = f"{pattern!r} is not the name of a module"
                fix = f"write its dotted name, seen from the root, as in -m {example}"
                self._report.add(Place(pattern or ".", 1), what, fix)
                continue
            if any(character in pattern for character in "*?["):
                modules = list(self._matching(pattern))
                place = Place(pattern, 1)
                what = f"no module that matches {pattern} has a manifest" if modules else f"no module matches {pattern}"
            else:
                module = self._module(pattern)
                if module is None:
                    continue
                modules = [module, *self._inside(module)]
                file = getattr(module, "__file__", None)
                place, what = Place(display_path(file) if file else pattern, 1), f"{pattern} has no manifest"
            listed = [manifest for module in modules if module is not None for manifest in manifests_of(module)]
            if not listed and None not in modules:  # of one that could not be imported nobody knows
                self._report.add(place, *self._instead(place, what))
            found.update((id(manifest), manifest) for manifest in listed)
        return list(found.values())

    def _instead(self, place: Place, what: str) -> tuple[str, str]:
        """Return what is wrong with a pattern that means no manifest, and what to write."""
        sources = generated_sources(first_line(Path(place.file))) if place.file.endswith(".py") else None
        if _has_lost_header(Path(place.file)):
            what = f"{what}, for it was generated, though its first line is no longer the header that says so"
            return what, "name what it is generated from"
        if sources is None:
            return what, 'write `wrapper_module = Module("...")` and register what is public'
        names = [source.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for source in sources]
        return f"{what}, for it is generated", f"name what it is generated from, as in -m {' '.join(names)}"

    def _name_instead(self, pattern: str) -> str | None:
        """Return an example of what to write for a pattern that cannot name modules; None for one that can."""
        bare = pattern.replace("\\", "/").strip("./")
        package, _, last = bare.rpartition(".")
        is_file = "/" in bare or (last == "py" and not self._root.joinpath(*package.split(".")).is_dir())
        is_glob = any(mark in pattern for mark in "*?[")
        if not is_file and (is_glob or all(map(_is_importable, pattern.split(".")))):
            return None
        name = bare.removesuffix(".py").replace("/", ".")
        return name if all(map(_is_importable, name.split("."))) else "shop._models"

    def _matching(self, pattern: str) -> Iterator[ModuleType | None]:
        """Yield the modules that a glob means, None for each that could not be imported."""
        fixed = pattern.split(".")
        fixed = fixed[: next(index for index, part in enumerate(fixed) if any(mark in part for mark in "*?["))]
        if fixed:
            package = self._module(".".join(fixed))
            if package is None:
                yield None
                return
            candidates = self._names(getattr(package, "__path__", []), f"{'.'.join(fixed)}.")
        else:
            candidates = self._names([str(self._root)], "")
        for name in candidates:
            if fnmatch.fnmatchcase(name, pattern):
                yield self._module(name)

    def _inside(self, package: ModuleType) -> Iterator[ModuleType | None]:
        """Yield the modules in a package, None for each that could not be imported."""
        for name in self._names(getattr(package, "__path__", []), f"{package.__name__}."):
            yield self._module(name)

    def _names(self, path: Sequence[str], prefix: str) -> Iterator[str]:
        """Yield the names below a package, without generated modules, copies of ambidex and `__main__`."""
        for found in pkgutil.iter_modules(path, prefix):
            name = found.name[len(prefix) :]
            if name == "__main__" or not _is_importable(name):
                continue
            spec = (
                importlib.util.find_spec(found.name) if not prefix else found.module_finder.find_spec(found.name, None)
            )
            if spec is None or _is_generated(spec.origin):
                continue
            if found.ispkg and any(is_copy(Path(folder)) for folder in spec.submodule_search_locations or ()):
                continue
            yield found.name
            if found.ispkg:
                yield from self._names(list(spec.submodule_search_locations or ()), f"{found.name}.")
        if prefix:
            for file in _in_plain_folders(path):
                yield prefix + ".".join(file.parts)

    def _module(self, name: str) -> ModuleType | None:
        here = Path.cwd()
        try:
            return importlib.import_module(name)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  whatever it raises: SystemExit, or CancelledError
            place = self._failing_place(name, error)
            self._report.add(
                place,
                f"{name} could not be imported ({_shown(error)})",
                _advice(name, error, place),
            )
            return None
        finally:
            os.chdir(here)  # a module may have changed it, and outputs are seen from here

    def _failing_place(self, name: str, error: BaseException) -> Place:
        """Return the line of the module, or of the nearest one on the way, that the import ended in.

        That of a library, which may have raised the error, only where none of the author's led to it.
        """
        if isinstance(error, SyntaxError) and error.filename is not None and Path(error.filename).is_absolute():
            return Place(display_path(error.filename), error.lineno or 1)
        place, is_authors = Place(f"{name.replace('.', '/')}.py", 1), False
        package = name.partition(".")[0]
        for frame, line in traceback.walk_tb(error.__traceback__):
            file = frame.f_code.co_filename
            if not Path(file).is_absolute() or file.startswith(_OURS) or _is_manifests(Path(file)):
                continue
            of_package = str(frame.f_globals.get("__name__")).partition(".")[0] == package
            if of_package or not is_of_libraries(file):
                place, is_authors = Place(display_path(file), line), True
            elif not is_authors:
                place = Place(display_path(file), line)
        return place


def is_no_module(word: str, root: Path) -> bool:
    """Tell whether a word names nothing to generate from, and may be a name: no glob, and no source below `root`."""
    if not word.isidentifier() or word.startswith("_"):
        return False
    spec = importlib.machinery.PathFinder.find_spec(word, [str(root)])
    return spec is None or _is_generated(spec.origin)


def _is_of_manifest(error: BaseException) -> bool:
    """Tell whether a manifest has refused what it was told."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and _is_manifests(Path(trace.tb_frame.f_code.co_filename))


def _is_manifests(file: Path) -> bool:
    """Tell whether a file defines `Module`, ours or that of a copy."""
    return file.name == "module.py" and (file == _MANIFESTS or is_copy(file.parent))


def _shown(error: BaseException) -> str:
    try:
        said = str(error)
    except Exception:  # noqa: BLE001  an error of the user's own that cannot say what it is
        said = ""
    return f"{type(error).__name__}: {said}".rstrip(": ").replace("\n", " ")


def _advice(name: str, error: BaseException, place: Place) -> str:
    if _is_of_manifest(error):
        return "correct what is registered"
    if _has_lost_header(Path(place.file)):
        return "it was generated, and its first line is no longer the header that says so: delete it"
    if isinstance(error, ModuleNotFoundError) and error.name is not None:
        if name == error.name or name.startswith(f"{error.name}."):
            return "check the name and the folder you run in"
        return f"run the generator where {error.name} is installed"
    return "make the module importable: the generator imports it"


def _is_importable(name: str) -> bool:
    """Tell whether an import statement can name a module: not a script that stands beside."""
    return name.isidentifier() and not keyword.iskeyword(name)


def _in_plain_folders(path: Sequence[str]) -> Iterator[Path]:
    """Yield the modules, without their suffix, in folders of a package that have no `__init__.py`.

    Those are importable, too; since they may hold anything, only what names `Module` is taken.
    """
    for folder in map(Path, path):
        inside_it = sorted(folder.iterdir()) if folder.is_dir() else []
        inner = [each for each in inside_it if each.is_dir() and os.access(each, os.R_OK | os.X_OK)]
        for start in [each for each in inner if not (each / "__init__.py").exists()]:
            for file in sorted(start.rglob("*.py")):
                inside = file.relative_to(folder).with_suffix("")
                is_named = all(map(_is_importable, inside.parts)) and inside.name != "__main__"
                is_taken = is_named and not any(is_copy(parent) for parent in file.parents)
                if is_taken and _names_manifests(file):
                    yield inside.parent if inside.name == "__init__" else inside


def _names_manifests(file: Path) -> bool:
    """Tell whether a file may have a manifest: it can be read, names `Module`, and is not generated."""
    return "Module" in _text_of(file) and not _is_generated(str(file))


def _is_generated(file: str | None) -> bool:
    """Tell whether a file was generated, whatever became of its header: it is no source."""
    if file is None or not file.endswith(".py"):
        return False
    return first_line(Path(file)).startswith(HEADER) or _has_lost_header(Path(file))


def _has_lost_header(file: Path) -> bool:
    return has_lost_header(_text_of(file))


def _text_of(file: Path) -> str:
    """Return what a file has, nothing where it cannot be read, or is a pipe: who reads that waits for its other end."""
    try:
        return file.read_bytes().decode("utf-8", "replace") if file.is_file() else ""
    except OSError:
        return ""
