"""The README's examples run as they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.docs.page import ROOT, read_blocks, run_python

if TYPE_CHECKING:
    from pathlib import Path

README = ROOT / "README.md"


def _blocks(language: str) -> list[str]:
    """Return the README's code blocks of one language, "" for those that name none."""
    return [block.text for block in read_blocks(README, language)]


def _generate(folder: Path) -> None:
    """Write the README's implementation, and generate from it by the README's command."""
    command = next(block for block in _blocks("") if block.startswith("ambidex generate"))
    (folder / "_weather.py").write_text(_blocks("python")[0])
    run_python(folder, "-m", *command.split())


def test_readme_example_generated_by_its_command_runs_blocking_and_awaited(tmp_path: Path) -> None:
    """The implementation, the command and the user's program of the README work together as printed."""
    use = _blocks("python")[1]
    _generate(tmp_path)
    check = "\nassert station.temperature() == 21.5 == future.result()\nimport asyncio\nasyncio.run(main())\n"
    (tmp_path / "use.py").write_text(use + check)
    run_python(tmp_path, "use.py")


def test_readme_single_coroutine_runs_and_prints_its_result(tmp_path: Path) -> None:
    """The README's example for one coroutine in a blocking program prints what the coroutine returned."""
    (tmp_path / "one.py").write_text(_blocks("python")[2])
    assert run_python(tmp_path, "one.py") == "done\n"


def test_readme_child_processes_are_called_by_name_and_by_type(tmp_path: Path) -> None:
    """The README's worker, and its object with a face that lives in a child, give their results."""
    _generate(tmp_path)
    worker, use = _blocks("python")[3:]
    (tmp_path / "words.py").write_text(worker)
    (tmp_path / "use.py").write_text(use)
    assert run_python(tmp_path, "-W", "error", "use.py") == "4\n21.5\n"


def test_readme_names_only_make_targets_that_exist() -> None:
    """Every `make` command of the README is a target of the Makefile."""
    makefile = (README.parent / "Makefile").read_text()
    commands = re.findall(r"^make ([a-z-]+)", "\n".join(_blocks("")), re.MULTILINE)
    assert {"demo", "test"} <= set(commands)
    for target in commands:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"the Makefile has no target {target}"
