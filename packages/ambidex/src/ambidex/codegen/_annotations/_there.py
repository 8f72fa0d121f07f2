"""Own whether a module that only type checkers import is there for them; nothing is imported to find out.

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

_CHECKERS = frozenset(("_typeshed", "typing_extensions", "mypy_extensions"))  # which come with every type checker
_OF_OTHERS = frozenset(  # of the standard library: what some Python from 3.9 on has, and another one has not
    (
        *("aifc", "annotationlib", "asynchat", "asyncore", "audioop", "binhex", "cgi", "cgitb", "chunk"),
        *("compression", "crypt", "distutils", "formatter", "imghdr", "imp", "lib2to3", "mailcap", "msilib"),
        *("msvcrt", "nis", "nntplib", "ossaudiodev", "parser", "pipes", "profiling", "smtpd", "sndhdr", "spwd"),
        *("sunau", "symbol", "telnetlib", "tomllib", "uu", "winreg", "winsound", "xdrlib", "zoneinfo"),
    )
)
_LISTED: frozenset[str] = getattr(sys, "stdlib_module_names", frozenset())  # from 3.10 on, those of every platform


def refuse_missing(module: str, name: str) -> None:
    """Refuse a name that is imported from a module that nobody has.

    Raises:
        Unsupported: there is neither the module, nor a stub of it, on `sys.path`.
    """
    if not _is_there(module):
        raise Unsupported(
            f"{name} is imported from {module}, which is not there, and has no stub",
            "correct the import, or install that module, or its stubs, where the generator runs",
        )


def _is_there(module: str) -> bool:
    top, *inner = module.split(".")
    if module in sys.modules or top in _CHECKERS or _is_of_standard_library(top):
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
