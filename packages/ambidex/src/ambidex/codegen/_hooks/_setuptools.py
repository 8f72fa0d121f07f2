"""Generate before setuptools collects modules, in projects whose pyproject.toml has a `[tool.ambidex]`.

Nothing of setuptools is imported: its classes come through the distribution that it hands over.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from ambidex.errors import UsageError

from .._report import display_path
from ._project import generate_project, refuse_unpacked, sources_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_COMMANDS = ("build_py", "sdist")


class Distribution(Protocol):
    """What this needs of `setuptools.Distribution`."""

    get_command_class: Callable[[str], type[Any]]  # Any: a command's class is whatever the project chose


class Collector(Protocol):
    """What this needs of the command `build_py`."""

    packages: list[str] | None
    py_modules: list[str] | None
    find_all_modules: Callable[[], Iterable[tuple[str, str, str]]]
    get_package_dir: Callable[[str], str]


class Command(Protocol):
    """What this needs of a command."""

    get_finalized_command: Callable[[str], Collector]


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
    def run(self: Command) -> None:
        try:
            files = generate_project(Path.cwd())
            _pack(self.get_finalized_command("build_py"), files or ())
        except UsageError as error:
            # An editable build goes on after any other exception of build_py.
            raise SystemExit(str(error)) from None
        command.run(self)

    return cast("type[Any]", type(command.__name__, (command,), {"run": run, "__module__": command.__module__}))


def _pack(build: Collector, files: Iterable[Path]) -> None:
    """Have packed, too, what is generated from modules that are: setuptools listed them before there was anything.

    Raises:
        UsageError: it stands where setuptools packs nothing.
    """
    base = Path(build.get_package_dir("")).resolve()
    packed = {Path(file).resolve() for _, _, file in build.find_all_modules()}
    left = [file for file in (each.resolve() for each in files) if file not in packed]
    places = {file.relative_to(base).as_posix() for file in packed if base in file.parents}
    where = f"to stand in {display_path(base)}, where setuptools finds what it packs"
    refuse_unpacked((file for file in left if base not in file.parents), places, where)
    for file in left:
        if base not in file.parents or not any(source in places for source in sources_of(file)):
            continue
        *above, name = file.relative_to(base).with_suffix("").parts
        if not above:
            build.py_modules = [*(build.py_modules or ()), name]
        for package in (".".join(above[: end + 1]) for end in range(len(above))):
            if package not in (build.packages or ()):
                build.packages = [*(build.packages or ()), package]
