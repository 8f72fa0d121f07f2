"""Own the start of a child: which interpreter, which command line, which environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError, WorkerNotStarted
from ._given import importing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

__all__ = ("Program", "command", "launch", "resolve_interpreter")

_BOOTSTRAP = Path(__file__).resolve().with_name("_bootstrap.py")
_INSTALLED = frozenset({"site-packages", "dist-packages"})  # folders of an environment, which no child is lent

if sys.platform == "win32":
    _interpreters = ("Scripts/python.exe", "python.exe")  # of a virtualenv; of conda
else:
    _interpreters = ("bin/python", "bin/python3")


@dataclass(frozen=True)
class Program:
    """What a child process runs, and where.

    `target` is a file, a module, "module:Class", or a class; a text with a separator or the ending .py is a file.
    `python` is an interpreter, or the folder of an environment (virtualenv, conda, uv), None this process's own.
    `env` changes single variables of this process's environment; None removes one. `cwd` is None for this process's.
    """

    target: str | os.PathLike[str] | type
    python: str | os.PathLike[str] | None = None
    args: Sequence[str] = ()
    cwd: str | os.PathLike[str] | None = None
    env: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    python_flags: Sequence[str] = ()

    def __str__(self) -> str:
        if isinstance(self.target, type):
            return f"{self.target.__module__}:{self.target.__qualname__}"
        return os.fspath(self.target)


@dataclass(frozen=True)
class _Found:
    """A program as the command line names it: what goes first on `sys.path`, file or module, a class of it."""

    folder: str
    target: str
    class_name: str | None = None


def resolve_interpreter(python: str | os.PathLike[str] | None) -> str:
    """Return the path of an interpreter, from its path, its name on PATH, or the folder of its environment.

    The last link is kept: an environment's interpreter is a link to another one, and knows by its own path which
    environment it is of.

    Raises:
        UsageError: there is nothing at that path, or nothing that runs.
    """
    if python is None:
        if not sys.executable:
            raise UsageError("this process has no interpreter of its own (sys.executable is empty): give `python=`")
        return sys.executable
    path = Path(python).expanduser().absolute()
    if path.is_dir():
        return _interpreter_of(path)
    if path.is_file():
        if not os.access(path, os.X_OK):
            raise UsageError(f"{path}, given as `python=`, is a file that cannot be run: give an interpreter")
        return str(path)
    given = os.fspath(python)
    on_path = None if _is_path(given) else shutil.which(given)
    if on_path is None:
        raise UsageError(
            f"there is no {path}, given as `python=`: give an interpreter, or the folder of an environment"
        )
    return on_path


def _is_path(text: str) -> bool:
    return os.sep in text or "/" in text


def _interpreter_of(folder: Path) -> str:
    candidates = [folder / name for name in _interpreters]
    for candidate in candidates:
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return str(candidate)
    for candidate in candidates:
        if candidate.is_symlink():
            raise UsageError(
                f"{candidate} leads to {candidate.resolve()}, which is not there: make the environment anew"
            )
    there_is = " and no ".join(map(str, candidates))
    raise UsageError(f"{folder}, given as `python=`, is no environment: there is no {there_is}")


def command(program: Program, config: Mapping[str, Any]) -> list[str]:
    """Return the command line that starts a program; `config`, which must go into JSON, is what `_given` gives there.

    `config` has to have "descriptors", a list of numbers, and "parent_pid".

    Raises:
        UsageError: there is no such interpreter or file, or no child can find the class.
    """
    found = _find(program)
    given = dict(config) if found.class_name is None else {**config, "class": found.class_name}
    return [
        resolve_interpreter(program.python),
        *program.python_flags,
        str(_BOOTSTRAP),
        found.folder,
        json.dumps(given, separators=(",", ":")),
        found.target,
        *program.args,
    ]


def _find(program: Program) -> _Found:
    target = program.target
    if isinstance(target, type):
        return _find_class(target, program)
    text = os.fspath(target)
    if not isinstance(target, str) or _is_path(text) or text.endswith((".py", ".pyw")):
        return _find_file(text)
    module, _, name = text.partition(":")
    if not module or not all(map(str.isidentifier, [*module.split("."), *(name.split(".") if ":" in text else ())])):
        raise UsageError(f'{text!r} is not what a worker can run: give a file, a module, "module:Class", or a class')
    return _Found(_folder_of(program), module, name or None)


def _folder_of(program: Program) -> str:
    """Return the child's current directory."""
    return str(Path(program.cwd or ".").absolute())


def _find_file(path: str) -> _Found:
    file = Path(path).expanduser().absolute()
    if not file.is_file():
        raise UsageError(f"there is no file {file}, which a worker was to run")
    return _Found(str(file.resolve().parent), str(file))  # Python too follows links here


def _find_class(target: type, program: Program) -> _Found:
    name = target.__qualname__
    if "<locals>" in name:
        raise UsageError(f"{name} stands in a function, where no other process finds it: move it to the top of a file")
    module = sys.modules[target.__module__]
    module_name = module.__name__
    if module_name == "__main__":
        spec = module.__spec__
        if spec is None or spec.name == "__main__":  # not begun by `python -m`
            return _find_class_of_main(module, name)
        module_name = spec.name
    return _Found(_root_of(module, module_name) or _folder_of(program), module_name, name)


def _find_class_of_main(main: ModuleType, name: str) -> _Found:
    file: str | None = getattr(main, "__file__", None)
    if file is None or not Path(file).is_file():
        raise UsageError(
            f"{name} stands in a notebook or an interactive session, where no other process finds it: "
            "write it to a file, and give the path of that"
        )
    found = _find_file(file)
    return _Found(found.folder, found.target, name)


def _root_of(module: ModuleType, name: str) -> str | None:
    """Return the folder that has the module's top package; None where that is a folder of an environment."""
    file: str | None = getattr(module, "__file__", None)
    if file is None:
        return None
    path = Path(file).absolute()
    folder = path.parents[name.count(".") + path.name.startswith("__init__.")]
    is_installed = not _INSTALLED.isdisjoint(folder.parts) or folder == Path(os.__file__).parent
    return None if is_installed else str(folder)


def launch(
    program: Program, config: Mapping[str, Any], descriptors: Sequence[int], stdout: int, stderr: int
) -> subprocess.Popen[bytes]:
    """Start a program with these descriptors (on Windows: handles) and outputs, and nothing else of this process's.

    `config` is anything that goes into JSON. The child is in a session of its own, so that Ctrl-C in a terminal does
    not reach it, and reads nothing. This may be called on any thread.

    Raises:
        UsageError: the program, its directory or its environment is none.
        WorkerNotStarted: the system has not started it; the cause is chained.
    """
    if importing:
        raise UsageError(
            f"{importing[0]} starts {program} while a child process imports it to serve it: each child would start one "
            'more; put what starts workers below `if __name__ == "__main__":`'
        )
    line = command(program, {**config, "descriptors": list(descriptors), "parent_pid": os.getpid()})
    if program.cwd is not None and not Path(program.cwd).is_dir():
        raise UsageError(f"there is no directory {program.cwd}, in which {program} was to run")
    own_session = sys.platform != "win32"
    try:
        return subprocess.Popen(  # noqa: S603  the program is the user's
            line,
            cwd=program.cwd,
            env=_environment(program.env),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            close_fds=True,
            pass_fds=tuple(descriptors) if own_session else (),
            start_new_session=own_session,
            startupinfo=_startup(descriptors),
            creationflags=_creation,
        )
    except OSError as error:
        raise WorkerNotStarted(str(program), f"{line[0]} could not be run: {error}") from error
    except ValueError as error:  # a null byte, or a `=` in the name of a variable
        raise UsageError(f"{program} cannot be started with this environment and these arguments: {error}") from error


def _environment(changes: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in {**os.environ, **changes}.items() if value is not None}


if sys.platform == "win32":
    _creation = subprocess.CREATE_NEW_PROCESS_GROUP  # which keeps Ctrl-C away

    def _startup(handles: Sequence[int]) -> subprocess.STARTUPINFO:
        """Return what hands over these handles."""
        for each in handles:
            os.set_handle_inheritable(each, True)
        return subprocess.STARTUPINFO(lpAttributeList={"handle_list": list(handles)})

else:
    _creation = 0

    def _startup(handles: Sequence[int]) -> object:
        """Return nothing: descriptors are handed over by their numbers."""
        _ = handles
        return None
