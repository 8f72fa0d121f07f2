"""Own the reading of a pyproject.toml, and the knowledge in which line of it something stands."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, Any, Union, cast

from ambidex.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Step = Union[str, int]  # the name of a setting or of a table, or the number of one of several tables, from 0

_LINE = re.compile(r"\(at line (\d+), column \d+\)$")  # how both parsers end what they say


class SettingsFile:
    """Hold the text of one file, and what it says.

    Raises:
        UsageError: the file cannot be read, or is no TOML.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.folder = file.parent
        try:
            self._text = file.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{file} cannot be read ({type(error).__name__}: {error})") from error
        self._parse = _parser()
        self.content = self._parsed() if "ambidex" in self._text else {}

    def _parsed(self) -> dict[str, Any]:  # Any: TOML has every shape; who uses it checks that
        if self._parse is None:
            if re.search(r"tool.*ambidex|\[tool\]", self._text) is None:  # it only depends on ambidex
                return {}
            fix = "pip install 'ambidex[codegen]'"
            raise UsageError(f"{self._file} has a [tool.ambidex], which this Python cannot read: {fix}")
        try:
            return self._parse(self._text)
        except ValueError as error:
            line = _LINE.search(str(error))
            place = f"{self._file}:{line[1]}" if line else str(self._file)
            raise UsageError(f"{place}: {error}") from error

    def place(self, *path: Step) -> str:
        """Return the file, and the line where what stands under a path begins: the file alone where none does.

        No parser tells lines. The statement that says something ends where the lines above, read by themselves, say it
        for the first time, and begins behind the last ones that are a whole file without it.
        """
        lines = self._text.splitlines(keepends=True)
        begins = 1
        for number in range(1, len(lines) + 1):
            try:
                said = self._parse("".join(lines[:number])) if self._parse is not None else {}
            except ValueError:  # a statement goes on in the next line
                continue
            if _has(said, path):
                return f"{self._file}:{begins}"
            begins = number + 1
        return str(self._file)


def _parser() -> Callable[[str], dict[str, Any]] | None:  # Any: as above
    for name in ("tomllib", "tomli"):
        try:
            return cast("Callable[[str], dict[str, Any]]", importlib.import_module(name).loads)
        except ModuleNotFoundError:
            continue
    return None


def _has(said: object, path: tuple[Step, ...]) -> bool:
    for step in path:
        if isinstance(step, int):
            if not isinstance(said, list) or step >= len(cast("list[object]", said)):
                return False
        elif not isinstance(said, dict) or step not in said:
            return False
        said = cast("Any", said)[step]
    return True
