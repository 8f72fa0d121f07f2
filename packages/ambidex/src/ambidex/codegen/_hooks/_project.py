"""Own what every build hook does: generate what one project's own pyproject.toml lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ambidex.errors import UsageError

from .._emit import generated_sources
from .._files import write_files
from .._report import display_path
from .._run import compile_targets
from .._settings import place_of_table, read_project

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path


def generate_project(root: Path) -> list[Path] | None:
    """Bring the generated modules of a project up to date; return their files, None without a `[tool.ambidex]`.

    Raises:
        GenerationError: the generator refused its input, or a file cannot be written.
        UsageError: the settings are wrong, or name no output.
    """
    targets = read_project(root)
    if targets is None:
        return None
    file = root / "pyproject.toml"
    if not targets:
        raise UsageError(
            f"{place_of_table(file)}: [tool.ambidex] lists nothing to generate: give it modules and output"
        )
    for number, target in enumerate(targets):
        if target.output is None:
            modules = ", ".join(target.modules)
            what = f"[tool.ambidex] has no output for {modules}: a build needs the folder, write one"
            raise UsageError(f"{place_of_table(file, number)}: {what}")
    compiled = compile_targets(targets)
    files = {**compiled.packages, **compiled.files}
    write_files(files)
    return list(files)


def sources_of(file: Path) -> list[str]:
    """Return what a file was generated from, as seen from the root; nothing for an empty `__init__.py`."""
    return generated_sources(file.read_bytes().decode("utf-8")) or []


def refuse_unpacked(files: Iterable[Path], packed: Collection[str], where: str) -> None:
    """Refuse files that are left out where what they are generated from is packed: the library would lack them.

    `packed` has what is packed, as seen from where users import it. What is generated from anything else, such as an
    example, is nobody's to pack.

    Raises:
        UsageError: there is such a file.
    """
    for file in files:
        source = next((source for source in sources_of(file) if source in packed), None)
        if source is not None:
            raise UsageError(
                f"{display_path(file)} is generated from {source}, which is packed, and is not packed itself: "
                f"correct output in [tool.ambidex], {where}"
            )
