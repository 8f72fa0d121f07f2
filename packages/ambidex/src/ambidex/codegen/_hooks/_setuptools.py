"""Generate before setuptools collects modules, in projects whose pyproject.toml has a `[tool.ambidex]`.

Nothing of setuptools is imported: its classes come through the distribution that it hands over.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from ambidex.errors import UsageError

from ._project import generate_project

if TYPE_CHECKING:
    from collections.abc import Callable

_COMMANDS = ("build_py", "sdist")


class Distribution(Protocol):
    """What this needs of `setuptools.Distribution`."""

    get_command_class: Callable[[str], type[Any]]  # Any: a command's class is whatever the project chose


def generate_first(dist: Distribution) -> None:
    """Have the commands that collect modules generate them first: an entry point, called for every distribution.

    The look-up of classes is wrapped and not `cmdclass`, which setup.cfg and pyproject.toml have yet to fill.
    """
    find = dist.get_command_class

    def get_command_class(command: str) -> type[Any]:
        found = find(command)
        return _generating(found) if command in _COMMANDS else found

    dist.get_command_class = get_command_class


def _generating(command: type[Any]) -> type[Any]:
    def run(self: object) -> None:
        try:
            generate_project(Path.cwd())
        except UsageError as error:
            # An editable build goes on after any other exception of build_py.
            raise SystemExit(str(error)) from None
        command.run(self)

    return cast("type[Any]", type(command.__name__, (command,), {"run": run, "__module__": command.__module__}))
