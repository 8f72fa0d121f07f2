"""Own the files of a run: where a module belongs, and how all are written or none."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.errors import GenerationError, Problem

from ._emit import HEADER, has_lost_header
from ._report import display_path

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterable, Iterator, Mapping

MOVE_AWAY = "move it away, or name another target module"
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISREG, "a file"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def write_files(files: Mapping[Path, str]) -> list[Path]:
    """Write files, all or none; return those whose text was not there already.

    Raises:
        GenerationError: a file cannot be written, would replace one that was not generated, or what is no file at all.
    """
    obstacles = dict.fromkeys(filter(None, map(obstacle, files)))
    if obstacles:
        raise GenerationError(list(obstacles))
    changed = {file: text for file, text in files.items() if _text(file) != text}
    _refuse_foreign(changed)
    with _made_folders(changed):
        _replace_all(changed)
    return list(changed)


def obstacle(file: Path) -> Problem | None:
    """Say what stands in the place of a file, or of a folder above it, and can be no such thing; None for nothing.

    Nothing is opened: who opens a named pipe waits for its other end.
    """
    kind = _kind(file)
    if kind == "a file":
        is_known = os.access(file, os.R_OK)
        return None if is_known else Problem(display_path(file), 1, "cannot be read, to see who wrote it", MOVE_AWAY)
    if kind:
        real = real_path(file)
        is_free = not _kind(real) and real.parent.is_dir()  # a link to where nothing is yet
        return None if is_free else Problem(display_path(file), 1, f"is {kind}", MOVE_AWAY)
    folder, kind = next((parent, kind) for parent in file.parents if (kind := _kind(parent)))
    if kind == "a folder":
        return None
    what = f"is {kind}, where a folder is needed"
    return Problem(display_path(folder), 1, what, "move it away, or choose another output")


def _kind(path: Path) -> str:
    """Say what stands somewhere, empty for nothing."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return f"a link to {path.readlink()}, which is not there" if path.is_symlink() else ""
    except OSError as error:
        if path.is_symlink():
            return "a link that leads back to itself"
        return "" if error.errno == errno.ELOOP else f"out of reach ({error.strerror})"  # a folder above is the link
    return next((name for is_kind, name in _KINDS if is_kind(mode)), "no file")


def first_line(file: Path) -> str:
    """Return the first line of a file; nothing, where it cannot be read, as a link to nowhere, or a pipe."""
    try:
        if not file.is_file():
            return ""
        with file.open(encoding="utf-8", errors="replace") as stream:
            return stream.readline()
    except OSError:  # who reads all of it is told why
        return ""


def real_path(path: Path) -> Path:
    """Return a path without links, as far as it exists: `Path.resolve` fails at a link that leads back to itself."""
    return Path(os.path.realpath(path))


def target_files(path: Path, modules: Mapping[str, str]) -> dict[Path, str]:
    """Return each file that belongs below `path`, with its text."""
    return {_file(path, name, modules): text for name, text in modules.items()}


def missing_packages(path: Path, modules: Mapping[str, str]) -> dict[Path, str]:
    """Return the `__init__.py` files, all empty, that modules below `path` need and that are not there."""
    files = target_files(path, modules)
    wanted = sorted({parent / "__init__.py" for file in files for parent in _packages(path, file, modules)})
    return {file: "" for file in wanted if file not in files and not file.exists()}


def _file(path: Path, name: str, names: Collection[str]) -> Path:
    parts = name.split(".")
    if _is_package_folder(path, parts[0], names):
        parts = parts[1:]
    is_package = any(other.startswith(f"{name}.") for other in names) or path.joinpath(*parts, "__init__.py").exists()
    return path.joinpath(*parts, "__init__.py") if is_package or not parts else path.joinpath(*parts).with_suffix(".py")


def _is_package_folder(path: Path, package: str, names: Collection[str]) -> bool:
    """Tell whether a folder is the package itself, not merely a folder of the same name around it.

    It is where it has, or is about to have, an `__init__.py`, and where the package's modules were imported from.
    """
    folder = real_path(path)
    if folder.name != package or not any(name.startswith(f"{package}.") for name in names):
        return False
    if (folder / "__init__.py").exists():
        return True
    imported: Iterable[str] = getattr(sys.modules.get(package), "__path__", ())
    if any(real_path(Path(entry)) == folder for entry in imported):
        return True
    return package in names and not (folder / package).is_dir()


def _packages(root: Path, file: Path, names: Collection[str]) -> Iterator[Path]:
    """Yield the folders that have to be packages for a file to be importable.

    What stands above a package that is there and has no `__init__.py` is a namespace, which others have a part of.
    """
    is_inside = False
    for parent in file.parents:
        if is_inside or (parent == root and not _is_package_folder(root, real_path(root).name, names)):
            return
        yield parent
        if parent == root:
            return
        is_inside = (parent / "__init__.py").exists() and not (parent.parent / "__init__.py").exists()


def _text(file: Path) -> str | None:
    """Return the text of a file with plain ends of lines: version control may have given it others."""
    try:
        return file.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return None


def foreign(file: Path, text: str) -> tuple[str, str] | None:
    """Say of a file that generated text would replace why it must not, and what to do; None for one that it may.

    What somebody wrote is theirs, in whatever encoding, and so is what was generated and has lost its header: they may
    have taken it over. An empty file is free.
    """
    if not text.startswith(HEADER) or not file.is_file():
        return None
    present = file.read_bytes()
    if not present or present.startswith(HEADER.encode()):
        return None
    if has_lost_header(present.decode("utf-8", "replace")):
        what = "was generated by ambidex, though its first line is no longer the header that says so"
        return what, "delete it to have it generated anew, or move it away if it is yours now"
    return "was not generated by ambidex", MOVE_AWAY


def _is_by_hand(file: Path) -> bool:
    return file.is_file() and not file.read_bytes().startswith(HEADER.encode())


def _refuse_foreign(files: Mapping[Path, str]) -> None:
    """Refuse to replace a file that somebody wrote, or to hide one."""
    found = {file: foreign(file, text) for file, text in files.items()}
    problems = [Problem(display_path(file), 1, f"exists and {why[0]}", why[1]) for file, why in found.items() if why]
    problems.extend(
        Problem(display_path(module), 1, f"would be hidden by the package {file.parent.name} beside it", MOVE_AWAY)
        for file in files
        if file.name == "__init__.py" and _is_by_hand(module := file.parent.with_name(f"{file.parent.name}.py"))
    )
    if problems:
        raise GenerationError(problems)


@contextlib.contextmanager
def _made_folders(files: Iterable[Path]) -> Generator[None, None, None]:
    """Make the folders of files; take back those that are still empty when the body fails."""
    made: list[Path] = []
    try:
        for file in files:
            missing = [parent for parent in file.parents if not parent.exists()]
            for folder in reversed(missing):
                _make(folder, made)
        yield
    except BaseException:  # an interrupt too: nothing is left behind, and it is passed on
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def _make(folder: Path, made: list[Path]) -> None:
    """Make a folder and add it to those made, unless another process makes it at the same time."""
    try:
        folder.mkdir()
    except OSError as error:
        if not folder.is_dir():
            raise _unwritable(folder, error) from error
    else:
        made.append(folder)


def _replace_all(files: Mapping[Path, str]) -> None:
    """Write every file beside its place first; replace only when all of them are written, and all or none."""
    staged: dict[Path, Path] = {}
    replaced: dict[Path, bytes | None] = {}  # with what was there
    file = Path()
    try:
        for file, text in files.items():
            real = real_path(file)  # a link stays a link
            _stage(text.encode("utf-8"), real, staged)
        with _signals_held():
            try:
                for beside, file in staged.items():
                    before = file.read_bytes() if file.exists() else None
                    beside.replace(file)
                    replaced[file] = before
            except OSError:
                _put_back(replaced, staged)
                raise
    except OSError as error:
        raise _unwritable(file, error) from error
    finally:
        for beside in staged:
            with contextlib.suppress(OSError):
                beside.unlink()


def _stage(content: bytes, real: Path, staged: dict[Path, Path]) -> Path:
    """Write what belongs in a place to a new file beside it, which is added to those staged, and return that."""
    beside = real.with_name(f".{real.name}.{os.urandom(6).hex()}.tmp")
    with beside.open("xb") as stream:
        staged[beside] = real
        stream.write(content)
    if real.exists():
        beside.chmod(real.stat().st_mode & 0o777)
    elif not os.access(real.parent, os.W_OK):
        raise PermissionError(f"{real.parent} is read-only")
    return beside


def _put_back(replaced: Mapping[Path, bytes | None], staged: dict[Path, Path]) -> None:
    """Give files what they had before they were replaced."""
    for real, before in replaced.items():
        if before is None:
            real.unlink()
        else:
            _stage(before, real, staged).replace(real)


@contextlib.contextmanager
def _signals_held() -> Generator[None, None, None]:
    """Let Ctrl-C, and what else asks a process to end, wait for the end of the body; Windows knows no such thing."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGHUP, signal.SIGINT, signal.SIGTERM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _unwritable(file: Path, error: OSError) -> GenerationError:
    reason = error.strerror or str(error)
    what = f"cannot be written ({type(error).__name__}: {reason})"
    is_open = os.access(next(parent for parent in file.parents if parent.exists()), os.W_OK)
    fix = "see what keeps it from being replaced" if is_open else "make the folder writable"
    return GenerationError([Problem(display_path(file), 1, what, f"{fix}, or choose another output")])
