"""Write generated modules to disk: all of them or none, each file replaced in one step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.errors import UsageError

from ._files import missing_packages, target_files, write_files

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

__all__ = ("write_modules",)


def write_modules(path: str | os.PathLike[str], modules: Mapping[str, str]) -> list[Path]:
    """Write modules, given as text under their dotted names, below the folder `path`; return the files in that order.

    Missing folders and missing `__init__.py` of packages are made. Where `path` is itself the folder of the leading
    package, files go into it. A file that has its text already is not touched. On failure no existing file has changed.

    Raises:
        GenerationError: a file cannot be written, or would replace one that was not generated.
        UsageError: a name is no dotted name.
    """
    for name in modules:
        if not all(part.isidentifier() for part in name.split(".")):
            raise UsageError(f"write_modules: {name!r} is no module: write its dotted name, as in 'shop.models'")
    root = Path(path)
    files = target_files(root, modules)
    write_files({**missing_packages(root, modules), **files})
    return list(files)
