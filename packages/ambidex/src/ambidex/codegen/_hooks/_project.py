"""Own what every build hook does: generate what one project's own pyproject.toml lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ambidex.errors import UsageError

from .._files import write_files
from .._run import compile_targets
from .._settings import read_project

if TYPE_CHECKING:
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
        raise UsageError(f"{file}: [tool.ambidex] lists nothing to generate: give it modules and output")
    for target in targets:
        if target.output is None:
            modules = ", ".join(target.modules)
            raise UsageError(f"{file}: [tool.ambidex] has no output for {modules}: a build needs the folder, write one")
    compiled = compile_targets(targets)
    files = {**compiled.packages, **compiled.files}
    write_files(files)
    return list(files)
