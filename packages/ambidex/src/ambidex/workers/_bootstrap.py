"""Begin a child process: run by its path, as `python FLAGS _bootstrap.py FOLDER CONFIG TARGET ARGUMENT...`.

FOLDER goes first on `sys.path`, where Python would put the script's; CONFIG is JSON, for `_run`; TARGET is a file or
the name of a module, `sys.argv` begins with it.

Until FOLDER stands there, nothing is imported but what an interpreter has always loaded: any other module would hide
one of the user's of the same name, as Python does not. (So not even `__future__`.)
"""

# ruff: noqa: FA100, PTH100, PTH120

import sys

_IS_CHILD = __name__ == "__main__"
_HAS_FOLDER = not (sys.flags.isolated or getattr(sys.flags, "safe_path", False))  # as Python asks
if _IS_CHILD and _HAS_FOLDER:
    del sys.path[0]  # where this file stands: a module of ours is none of the standard library's

import os  # noqa: E402
from _frozen_importlib_external import PathFinder  # noqa: E402  `importlib` would import more

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Optional

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class _Lent:
    """Find the package `ambidex` where the parent has it, and nothing else."""

    def find_spec(
        self, name: str, path: "Optional[Sequence[str]]" = None, target: "Optional[ModuleType]" = None
    ) -> "Optional[ModuleSpec]":
        """Return where the package is, when it is asked for."""
        _ = path, target
        return PathFinder.find_spec(name, [os.path.dirname(_PACKAGE)]) if name == "ambidex" else None


def _lend() -> None:
    """Let `import ambidex` find what the environment has, and the parent's only where it has none."""
    found = PathFinder.find_spec("ambidex")
    if found is not None and found.origin is None:  # a folder of that name, without `__init__.py`: not the package
        sys.meta_path.insert(0, _Lent())
    else:
        sys.meta_path.append(_Lent())


def _main() -> None:
    if sys.version_info < (3, 9):  # noqa: UP036  an older one reads this file, and fails in some other
        sys.stderr.write(
            "%s is Python %d.%d: ambidex needs 3.9 or later\n" % (sys.executable, *sys.version_info[:2])  # noqa: UP031
        )
        sys.exit(2)
    _, folder, config, target, *arguments = sys.argv
    sys.argv[:] = [target, *arguments]
    if _HAS_FOLDER:
        sys.path.insert(0, folder)
    _lend()
    try:
        from ambidex.workers import _run
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("ambidex"):
            raise
        sys.stderr.write(
            f"{sys.modules['ambidex'].__file__}, which this process imports as ambidex, has no {error.name}; "
            f"install there the version of {_PACKAGE}, or none: then that one is used\n"
        )
        sys.exit(2)
    _run.run(config, target)


if _IS_CHILD:
    _main()
elif __name__ == "__mp_main__":  # multiprocessing runs a child's main file again in each process that it spawns
    _lend()
