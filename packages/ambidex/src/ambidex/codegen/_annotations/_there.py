"""Own whether what only type checkers import is there for them, a module and a name; nothing is imported to find out.

A module that does not import here is there all the same where its file is, or a stub of it: one of `_typeshed`, of the
standard library of another version or platform, or of what is not installed and has a package of stubs that is.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from .._report import Unsupported
from ._stubs import is_file, stub_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._source import Sources

_CHECKERS = frozenset(("_typeshed", "typing_extensions", "mypy_extensions"))  # which come with every type checker
_OF_OTHERS = frozenset(  # of the standard library: what some Python from 3.9 on has, and another one has not
    (
        *("aifc", "annotationlib", "asynchat", "asyncore", "audioop", "binhex", "cgi", "cgitb", "chunk"),
        *("compression", "crypt", "distutils", "formatter", "imghdr", "imp", "lib2to3", "mailcap", "msilib"),
        *("msvcrt", "nis", "nntplib", "ossaudiodev", "parser", "pipes", "profiling", "smtpd", "sndhdr", "spwd"),
        *("sunau", "symbol", "telnetlib", "tomllib", "uu", "winreg", "winsound", "xdrlib", "zoneinfo"),
    )
)
_INSIDE_OTHERS = frozenset(  # the same of modules inside packages, which all have by now
    (
        *("asyncio.graph", "asyncio.mixins", "asyncio.taskgroups", "asyncio.timeouts", "asyncio.tools"),
        *("concurrent.futures.interpreter", "concurrent.interpreters", "dbm.sqlite3", "importlib.metadata.diagnose"),
        *("importlib.readers", "importlib.resources.abc", "importlib.resources.readers", "importlib.resources.simple"),
        *("importlib.simple", "pathlib.types", "string.templatelib", "tkinter.tix", "wsgiref.types"),
    )
)
_LISTED: frozenset[str] = getattr(sys, "stdlib_module_names", frozenset())  # from 3.10 on, those of every platform


def refuse_missing(module: str, name: str, sources: Sources) -> None:
    """Refuse a name that is imported from a module that nobody has, or that has no such name.

    The names of the standard library are not looked for: another version has others, and its stubs come with type
    checkers. Nor are private ones, which are refused as that.

    Raises:
        Unsupported: there is neither the module, nor a stub of it, on `sys.path`, or neither of them binds the name.
    """
    if not _is_there(module):
        raise Unsupported(
            f"{name} is imported from {module}, which is not there, and has no stub",
            "correct the import, or install that module, or its stubs, where the generator runs",
        )
    own = name.partition(".")[0]
    if not own.startswith("_") and _lacks(module, own, sources) and not _is_there(f"{module}.{own}"):
        raise Unsupported(
            f"{own} is imported from {module}, which is there, and has no {own}",
            "correct the import: neither the module nor a stub of it binds that name",
        )


def _lacks(module: str, name: str, sources: Sources) -> bool:
    """Tell whether a module has no such name in its text and its stub; False where there is no text of it."""
    top = module.partition(".")[0]
    loaded = sys.modules.get(module)
    if top in _CHECKERS or _is_of_standard_library(top) or hasattr(loaded, name):
        return False
    file = getattr(loaded, "__file__", None) or _file_of(module)
    if not file or not file.endswith((".py", ".pyi")):
        return False  # what is compiled has names that no text tells
    stub = stub_file(module, file)
    texts = [file] if stub is None else [file, str(stub)]
    bound = [sources.names_in(each) for each in texts]
    return not any(names is None or names.intersection((name, "*", "__getattr__")) for names in bound)


def _is_there(module: str) -> bool:
    top, *inner = module.split(".")
    if module in sys.modules or top in _CHECKERS or module in _INSIDE_OTHERS:
        return True
    if _is_of_standard_library(top) and (not inner or _folders_of(top, top, sys.path) is None):
        return True
    if stub_file(module, "") is not None:
        return True
    folders: Sequence[str] = sys.path
    for number, part in enumerate((top, *inner), 1):
        path = ".".join((top, *inner)[:number])
        found = _folders_of(path, part, folders)
        if found is None:
            return False
        folders = found
    return True


def _file_of(module: str) -> str:
    """Return the file of a module that was not imported, empty where there is none."""
    outer, _, part = module.rpartition(".")
    folders: Sequence[str] | None = sys.path
    above = outer.split(".") if outer else []
    for number, each in enumerate(above, 1):
        folders = _folders_of(".".join(above[:number]), each, folders or ())
    if outer:
        spec = importlib.machinery.PathFinder.find_spec(module, folders or ())
    else:
        spec = importlib.util.find_spec(module)
    if spec is not None:
        return spec.origin or ""
    stubs = (Path(folder, f"{part}.pyi") for folder in folders or ())
    return next((str(stub) for stub in stubs if is_file(stub)), "")


def _is_of_standard_library(top: str) -> bool:
    beside = Path(sysconfig.get_path("stdlib"), top)
    is_here = is_file(beside.with_suffix(".py")) or is_file(beside / "__init__.py")
    return is_here or top in sys.builtin_module_names or top in _OF_OTHERS or top in _LISTED


def _folders_of(module: str, part: str, folders: Sequence[str]) -> Sequence[str] | None:
    """Return where the modules inside a module are, nowhere where it is no package; None where it is not there."""
    loaded = sys.modules.get(module)
    if loaded is not None:
        return list(getattr(loaded, "__path__", ()))
    if part == module:  # a finder of somebody's may know it, as of what is installed to be edited
        spec = importlib.util.find_spec(module)
    else:
        spec = importlib.machinery.PathFinder.find_spec(module, folders)
    if spec is not None:
        return list(spec.submodule_search_locations or ())
    return () if any(is_file(Path(folder, f"{part}.pyi")) for folder in folders) else None
