"""Own the copy of the run-time part in a library that wants no dependency: what it holds, how it is known and replaced.

A copy lists its own files, so that replacing it removes what a newer version no longer has, and nothing else.
"""

from __future__ import annotations

import ast
import contextlib
import keyword
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ambidex
from ambidex.errors import GenerationError, InternalError, Problem, UsageError

from ._compare import Difference, blocked, present_text, text_difference
from ._files import missing_packages, obstacle, target_files, write_files
from ._report import display_path

if TYPE_CHECKING:
    from collections.abc import Iterator

LIST = "VENDORED.txt"
_PARTS = ("_waiter.py", "bridge", "deadlines.py", "errors.py", "module.py", "options.py", "runtime")
_SOURCE = Path(ambidex.__file__).resolve().parent
_HEAD = "Copied by `ambidex vendor` from ambidex "
_DOOR = '''\
"""The run-time part of ambidex {version}, copied by `ambidex vendor`: do not edit.

This module is a lazy door (PEP 562): a name is imported from the part that owns it when it is first asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
{imports}

_OWNERS = {{
{owners}
}}

__all__ = (
{names}
)
__version__ = "{version}"


{functions}
'''


@dataclass(frozen=True)
class Copy:
    """Hold what a copy consists of: its name, its folder, each file with its text, and the packages it needs around it.

    `packages` are the empty `__init__.py` files that are missing.
    """

    name: str
    folder: Path
    files: dict[Path, str]
    packages: dict[Path, str]


def check_runtime(name: str) -> None:
    """Refuse what cannot be the package that generated modules import.

    Raises:
        UsageError: it is neither ambidex nor the dotted name of a package inside another one.
    """
    parts = name.split(".")
    if name != "ambidex" and not (len(parts) > 1 and all(map(_is_identifier, parts))):
        raise UsageError(
            f"{name!r} cannot be the name of a copy: it is no dotted name of a package inside your library, "
            "write one as in mylib._ambidex"
        )


def check_importable(name: str) -> None:
    """Refuse a package that generated modules could not import; nothing is imported here.

    Raises:
        UsageError: no folder of `sys.path` has it, or it has no bridge.
    """
    check_runtime(name)
    if not any(Path(folder, *name.split("."), "bridge", "__init__.py").is_file() for folder in sys.path):
        raise UsageError(
            f"generated modules are to import {name}.bridge: there is none, run `ambidex vendor {name} -o FOLDER`"
        )


def is_copy(folder: Path) -> bool:
    """Tell whether a folder was written by `ambidex vendor`."""
    return _listed(folder) is not None


def plan_copy(name: str, output: Path) -> Copy:
    """Return the copy that belongs below `output` under a dotted name; nothing is written.

    Raises:
        GenerationError: something that `ambidex vendor` has not written stands in its place.
        UsageError: the name is no dotted name.
    """
    check_runtime(name)
    if name == "ambidex":
        raise UsageError("'ambidex' cannot be the name of a copy: it is the original's, write one as in mylib._ambidex")
    names = {name: "", f"{name}.bridge": ""}
    folder = next(iter(target_files(output, names))).parent
    texts = {
        "LICENSE": _read(_SOURCE / "LICENSE"),
        "__init__.py": _door(),
        "py.typed": "",
        **{file.relative_to(_SOURCE).as_posix(): _read(file) for file in _source_files()},
    }
    head = f"{_HEAD}{ambidex.__version__}. Do not edit: run `ambidex vendor {name}` again.\n\n"
    texts[LIST] = head + "".join(f"{path}\n" for path in sorted(texts))
    files = {folder / path: text for path, text in texts.items()}
    packages = {file: "" for file in missing_packages(output, names) if folder not in file.parents}
    _refuse_foreign(folder, files)
    return Copy(name, folder, files, packages)


def write_copy(copy: Copy) -> bool:
    """Bring a copy up to date, files that are gone included; tell whether anything changed.

    Raises:
        GenerationError: a file cannot be written.
    """
    gone = _gone(copy)
    changed = write_files({**copy.packages, **copy.files})
    for file in gone:
        file.unlink()
    for folder in sorted({parent for file in gone for parent in file.parents if copy.folder in parent.parents})[::-1]:
        for cached in folder.glob("__pycache__/*.pyc"):
            cached.unlink()
        for emptied in (folder / "__pycache__", folder):
            with contextlib.suppress(OSError):  # it holds something still, or there is none
                emptied.rmdir()
    return bool(changed or gone)


def compare_copy(copy: Copy) -> list[Difference]:
    """Return how what is on disk differs from a copy."""
    fix = f"run `ambidex vendor {copy.name}`"
    if not is_copy(copy.folder):
        return [Difference("missing", copy.folder, "", fix)]
    found: list[Difference] = []
    for file, text in sorted(copy.files.items()):
        in_the_way = obstacle(file)
        if in_the_way is not None:
            found.append(blocked(file, in_the_way))
        elif not file.exists():
            found.append(Difference("missing", file, "", fix))
        elif present_text(file) != text:
            found.append(Difference("stale", file, text_difference(file, text), fix))
    return found + [Difference("extra", file, "", fix) for file in _gone(copy)]


def _refuse_foreign(folder: Path, files: dict[Path, str]) -> None:
    """Refuse to replace a folder, or to write around a file, that somebody else made."""
    listed = _listed(folder)
    if listed is None:
        if (folder.exists() or folder.is_symlink()) and not (folder.is_dir() and not list(_present(folder))):
            what = "exists and was not written by `ambidex vendor`"
            problem = Problem(display_path(folder), 1, what, "move it away, or give the copy another name")
            raise GenerationError([problem])
        return
    fix = f"move it out of {display_path(folder)}, which is replaced whole"
    strays = sorted(file for file in _present(folder) if file not in listed and file not in files)
    if strays:
        what = "stands in a copy of ambidex and was not written by `ambidex vendor`"
        raise GenerationError([Problem(display_path(file), 1, what, fix) for file in strays])


def _gone(copy: Copy) -> list[Path]:
    """Return the files of an older copy that this one does not have."""
    listed = _listed(copy.folder) or ()
    return sorted(file for file in _present(copy.folder) if file in listed and file not in copy.files)


def _listed(folder: Path) -> frozenset[Path] | None:
    """Return the files that a copy says it has, None where a folder is no copy."""
    if not (folder / LIST).is_file():
        return None
    try:
        lines = _read(folder / LIST).splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    if not lines or not lines[0].startswith(_HEAD):
        return None
    return frozenset((folder / LIST, *(folder / line for line in lines[2:])))


def _present(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        if "__pycache__" not in file.parts and not file.is_dir():
            yield file


def _source_files() -> Iterator[Path]:
    for part in _PARTS:
        yield from [_SOURCE / part] if part.endswith(".py") else sorted((_SOURCE / part).rglob("*.py"))


def _door() -> str:
    """Return the text of the copy's `__init__.py`: the names of ambidex that the copied parts own."""
    parts = {part.partition(".")[0] for part in _PARTS}
    known: dict[str, str] = ast.literal_eval(_assigned(_SOURCE / "__init__.py", "_OWNERS"))
    owners = {name: owner for name, owner in known.items() if owner.partition(".")[0] in parts}
    names = sorted(owners)
    return _DOOR.format(
        version=ambidex.__version__,
        imports="\n".join(
            f"    from .{owners[name]} import {name} as {name}" for name in sorted(names, key=lambda n: (owners[n], n))
        ),
        owners="\n".join(f'    "{name}": "{owners[name]}",' for name in names),
        names="\n".join(f'    "{name}",' for name in names),
        functions="\n\n\n".join(_functions(_SOURCE / "__init__.py")),
    )


def _assigned(file: Path, name: str) -> ast.expr:
    """Return what a module assigns to a name."""
    for statement in ast.parse(_read(file)).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name:
            return statement.value
    raise InternalError(f"{file} has no {name}")


def _functions(file: Path) -> list[str]:
    """Return the text of the functions of a module: those that make it a lazy door."""
    text = _read(file)
    functions = [statement for statement in ast.parse(text).body if isinstance(statement, ast.FunctionDef)]
    return [ast.get_source_segment(text, function) or "" for function in functions]


def _is_identifier(part: str) -> bool:
    return part.isidentifier() and not keyword.iskeyword(part)


def _read(file: Path) -> str:
    return file.read_bytes().decode("utf-8")
