"""Own `ambidex watch`: generate again whenever a source changes, each time in an interpreter of its own.

What has been imported once stays as it was: only a new interpreter sees an edit.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.errors import UsageError

from ._emit import HEADER
from ._files import real_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from watchfiles._rust_notify import RustNotify

    _Wanted = Callable[[int, str], bool]  # by the kind of a change, and its path

_GATHER_MS = 100  # changes that follow each other so closely are one: editors write a file in several steps
_STEP_MS = 20
_SETTINGS = "pyproject.toml"
_END_S = 5.0  # arbitrary: a run that was told to end has this long to take back what it has begun


def watch(arguments: Sequence[str], folders: Callable[[], Iterable[Path]], say: Callable[[str], object]) -> None:
    """Run `ambidex generate` with `arguments` now, and again at every change in `folders`, until an interrupt.

    `folders`, and single files, are asked for again after each change of pyproject.toml; what exists of them is watched
    with all that is inside. `say` is told what is watched, each time that it begins. An interrupt ends the run that it
    meets, which writes all of its files or none.

    Raises:
        KeyboardInterrupt: a signal's handler has raised something.
        UsageError: watchfiles is not installed, none of the folders exists, or one inside them is closed to this user.
    """
    wanted = _wanted()
    watched = _existing(folders())
    while True:
        # It watches from here on, and nothing that changes during the first run is missed.
        with _notifier(watched) as changes:
            say(f"watching {', '.join(map(str, watched))}")
            _generate_until_settings_change(arguments, changes, watched, wanted)
        try:
            watched = _existing(folders())
        except UsageError:  # `generate` says so; there is another edit to wait for
            watched = _existing(watched)


def _wanted() -> _Wanted:
    """Return what tells by its path whether a change may be one of a source.

    Raises:
        UsageError: watchfiles is not installed.
    """
    try:
        from watchfiles import Change, PythonFilter
    except ImportError as error:
        raise UsageError("watch needs watchfiles: pip install 'ambidex[codegen]'") from error
    # Generated modules are written by what runs here; one that is deleted is missed, and so comes again.
    of_python = PythonFilter(extra_extensions=(".pyi", ".toml"))
    return lambda kind, path: of_python(Change(kind), path)


def _notifier(watched: Sequence[Path]) -> RustNotify:
    """Return what waits for changes in all that is watched.

    Raises:
        UsageError: a folder there is closed to this user.
    """
    from watchfiles._rust_notify import RustNotify

    try:
        return RustNotify([*map(str, watched)], False, False, 0, True, False)
    except OSError as error:  # to pass over one closed folder would be to miss others, in silence
        raise UsageError(
            f"not all of {', '.join(map(str, watched))} can be watched ({error}): "
            "let this user in, or set root in [tool.ambidex] to a folder without it"
        ) from error


def _generate_until_settings_change(
    arguments: Sequence[str], changes: RustNotify, watched: Sequence[Path], wanted: _Wanted
) -> None:
    """Generate now, and after each change of a source; return where that is of pyproject.toml.

    Raises:
        KeyboardInterrupt: a signal's handler has raised something.
    """
    _generate(arguments)
    while True:
        found = changes.watch(_GATHER_MS, _STEP_MS, 0, None)
        if isinstance(found, str):  # "signal": what its handler raised is lost in there
            raise KeyboardInterrupt
        changed = _sources(found, watched, wanted)
        if any(path.name == _SETTINGS for path in changed):
            return
        if changed:
            _generate(arguments)


def _sources(found: Iterable[tuple[int, str]], watched: Sequence[Path], wanted: _Wanted) -> list[Path]:
    """Return the sources among what has changed."""
    return [
        Path(path)
        for kind, path in found
        # The filter leaves out folders such as `.venv`: inside what is watched, not around it.
        if wanted(kind, _inside(path, watched)) and _is_source(Path(path))
    ]


def _existing(folders: Iterable[Path]) -> list[Path]:
    """Return the folders, and files, that exist, without those inside another one.

    Raises:
        UsageError: there is none.
    """
    known = sorted({real_path(folder) for folder in folders})
    found = [each for each in known if each.exists() and not any(outer in each.parents for outer in known)]
    if not any(each.is_dir() for each in found):
        wrong = ", ".join(str(each) for each in known if each.name != _SETTINGS)
        raise UsageError(f"there is nothing to watch: {wrong} is no folder")
    return found


def _inside(path: str, watched: Iterable[Path]) -> str:
    """Return a path as seen from what is watched."""
    return next((os.path.relpath(path, each) for each in watched if each in Path(path).parents), Path(path).name)


def _is_source(file: Path) -> bool:
    if file.suffix == ".toml":
        return file.name == _SETTINGS
    if not file.is_file():  # it was deleted, or is a pipe: who reads that waits for its other end
        return not file.exists()
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            return not stream.readline().startswith(HEADER)
    except OSError:  # it was deleted
        return True


def _generate(arguments: Sequence[str]) -> None:
    """Run the generator; what it prints is for the user, and after a refusal there is another edit to wait for."""
    command = [sys.executable, "-m", "ambidex", "generate", *arguments]
    # In a session of its own it hears Ctrl-C from here alone: one press is for one process, and says nothing twice.
    with subprocess.Popen(command, start_new_session=True) as running:  # noqa: S603  the user's own command line
        try:
            running.wait()
        except KeyboardInterrupt:
            running.terminate()
            try:
                running.wait(_END_S)
            except subprocess.TimeoutExpired:
                running.kill()
            raise
