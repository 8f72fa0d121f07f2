"""Compile on another interpreter than this one: what an older one cannot read, and what has to be the same from each.

`Case.compile` does it on this one.
"""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_COMPILE = """
import json, sys
from pathlib import Path
from ambidex.codegen import Target, compile_targets

done = []
for module, source, output in json.load(sys.stdin):
    compiled = compile_targets([Target((module,), Path(source), Path(output))])
    files, packages = (
        {file.relative_to(output).as_posix(): text for file, text in written.items()}
        for written in (compiled.files, compiled.packages)
    )
    done.append((list(compiled.texts), files, packages))
json.dump(done, sys.stdout)
"""


class Compiled(NamedTuple):
    """What is generated of one input: the names of the modules, and texts by their place below the output folder."""

    names: list[str]
    files: dict[str, str]
    packages: dict[str, str]  # the files that make packages of folders


def compile_on(
    python: Path, targets: Iterable[tuple[str, Path, Path]], environment: Mapping[str, str]
) -> list[Compiled]:
    """Compile inputs on an interpreter: of each the module or package, its folder and the output folder."""
    done = subprocess.run(
        [python, "-W", "error", "-c", _COMPILE],
        input=json.dumps([tuple(map(str, target)) for target in targets]),
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [Compiled(*each) for each in json.loads(done.stdout)]
