"""A build hook for hatchling, `[tool.hatch.build.hooks.ambidex]`: only hatchling loads it, so hatchling is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.plugin import hookimpl

from ambidex.errors import UsageError

from ._project import generate_project, refuse_unpacked

if TYPE_CHECKING:
    from collections.abc import MutableMapping


class AmbidexBuildHook(BuildHookInterface[BuilderConfig]):
    """Generate before a wheel, an editable one included, or an sdist is made, and have the modules in it."""

    PLUGIN_NAME = "ambidex"

    def initialize(
        self,
        version: str,  # noqa: ARG002  hatchling gives it
        build_data: MutableMapping[str, Any],
    ) -> None:
        """Write the generated modules; name them, so that a version control that ignores them does not keep them out.

        Raises:
            SystemExit: the generator refused, or the wheel would not have what it wrote; the message is on standard
                error.
        """
        root = Path(self.root).resolve()
        try:
            files = [file.resolve() for file in _generate(root)]
        except UsageError as error:
            self.app.abort(str(error))
            return
        outside = [file for file in files if root not in file.parents]
        if outside:
            self.app.abort(f"{outside[0]} is outside the project: correct output in [tool.ambidex]")
            return
        names = [file.relative_to(root).as_posix() for file in files]
        build_data.setdefault("artifacts", []).extend(f"/{name}" for name in names)
        if self.target_name == "wheel":  # an editable one too, which would find no more than the one it stands for has
            try:
                self._refuse_unpacked(files, {"force_include": {}, **build_data})
            except UsageError as error:
                self.app.abort(str(error))

    def _refuse_unpacked(self, files: list[Path], build_data: dict[str, Any]) -> None:
        with self.build_config.set_build_data(build_data):
            included = list(self.build_config.builder.recurse_included_files())  # pyright: ignore[reportUnknownMemberType]  hatchling says of what
        there = {Path(each.path).resolve() for each in included}
        places = {Path(each.distribution_path).as_posix() for each in included}
        refuse_unpacked((file for file in files if file not in there), places, "or have the wheel pack it")


def _generate(root: Path) -> list[Path]:
    files = generate_project(root)
    if files is None:
        raise UsageError(
            f"{root / 'pyproject.toml'}: [tool.hatch.build.hooks.ambidex] has nothing to generate: "
            "list the modules in [tool.ambidex], or remove the hook"
        )
    return files


@hookimpl
def hatch_register_build_hook() -> type[BuildHookInterface[BuilderConfig]]:
    """Tell hatchling which hook this module has."""
    return AmbidexBuildHook
