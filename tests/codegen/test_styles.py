"""The style "twin": every construct that one class has, two classes have; names; how a manifest asks for it."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import Module
from ambidex.codegen import GenerationError, compile_module, compile_modules
from tests.checkers import with_current_mypy
from tests.codegen.cases import is_served
from tests.codegen.checking import TWINS, ask_mypy, faults
from tests.codegen.conftest import INTERPRETERS, in_turn, running

if TYPE_CHECKING:
    from pathlib import Path

    from tests.codegen.checking import Said
    from tests.codegen.conftest import Project
    from tests.conftest import Once

IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    module = importlib.import_module(name)
    assert [public for public in module.__all__ if getattr(module, public) is None] == []
"""


@pytest.mark.of_text
@pytest.mark.timeout(300)  # the one run of basedpyright
@pytest.mark.parametrize("tree", TWINS.values())
def test_every_golden_case_has_the_types_of_both_classes(tree: str, pyright_says: list[Said]) -> None:
    """What is generated from the input of every other case is clean in strict mode."""
    assert faults(pyright_says, tree) == []


@with_current_mypy
@pytest.mark.slow  # the cases of this style are read with all others; these are their repetition
@pytest.mark.timeout(300)  # from a cold cache
@pytest.mark.parametrize("tree", TWINS.values())
def test_every_golden_case_has_the_types_of_both_classes_under_mypy(tree: str, trees: Path, once: Once) -> None:
    """The same files are clean under mypy."""
    assert faults(ask_mypy(trees, tree, once), tree) == []


@pytest.mark.of_text
@pytest.mark.parametrize("tree", TWINS.values())
@pytest.mark.parametrize("version", in_turn(INTERPRETERS))
def test_every_golden_case_is_imported(version: str, tree: str, trees: Path) -> None:
    """On each interpreter from its oldest on, and all that it lists is there."""
    folder = trees / tree
    needed: dict[str, str] = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    names = [name for name, oldest in needed.items() if is_served(oldest, version)]
    done = subprocess.run(
        [INTERPRETERS[version], "-W", "error", "-c", IMPORT_ALL, *names],
        cwd=folder,
        env=running(trees),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("style", ["dual", "twin"])
def test_manifest_says_its_style(style: str) -> None:
    """Without the option it is the style of one class."""
    assert Module("weather", style=style).style == style  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert Module("weather").style == "dual"
    assert Module("weather").options == {}


def test_wrong_options_of_a_manifest_are_refused() -> None:
    """A style that does not exist, and patterns that make no second name."""
    with pytest.raises(ValueError, match="write style='dual' or style='twin'"):
        Module("weather", style="both")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    for names in (("Async", "async_{}"), ("{}", "async_{}"), ("Async{}", "{} async")):
        with pytest.raises(ValueError, match="write two patterns of names"):
            Module("weather", style="twin", async_names=names)


def test_either_name_of_a_pair_may_be_registered(project: Project) -> None:
    """`AsyncClient` and `Client` give the same two; what is no pair's name stays, and values keep theirs."""
    project.write(
        "_impl.py",
        """
        import enum
        from ambidex import Module

        m = Module("public", style="twin", async_names=("Aio{}", "{}_aio"))

        @m.wrap_class
        class AioClient: ...

        @m.wrap_class
        class Server: ...

        @m.wrap_class
        class Aiolian: ...

        @m.wrap_class
        class AioMode(enum.Enum):
            FAST = 1

        @m.wrap_function
        async def get_aio() -> int: ...

        @m.wrap_function
        def version() -> str: ...
        """,
    )
    listed = re.search(r"__all__ = \((.*?)\)", project.compile()["public"], re.DOTALL)
    assert listed is not None
    assert re.findall(r'"(\w+)"', listed[1]) == [
        "AioAiolian",
        "AioClient",
        "AioMode",
        "AioServer",
        "Aiolian",
        "Client",
        "Server",
        "get",
        "get_aio",
        "version",
    ]


@pytest.mark.parametrize("is_told", [False, True])
def test_class_of_two_that_is_compiled_elsewhere_is_known_as_such(
    project: Project, monkeypatch: pytest.MonkeyPatch, is_told: bool
) -> None:
    """The manifest beside it says so, also where its names are given to the run as an argument."""
    project.write(
        "_elsewhere.py",
        """
        from ambidex import Module

        m = Module("elsewhere", style="twin")
        here = Module("here")

        @m.wrap_class
        class Client: ...

        @here.wrap_function
        async def connect() -> Client: ...
        """,
    )
    monkeypatch.setattr(sys, "path", [str(project.folder), *sys.path])
    monkeypatch.delitem(sys.modules, "_elsewhere", raising=False)
    elsewhere: Any = importlib.import_module("_elsewhere")
    known = {elsewhere.Client: ("elsewhere", "Client")} if is_told else None
    with pytest.raises(GenerationError, match=r"connect of here has one form, and its Client two in elsewhere"):
        compile_modules([elsewhere.here], synchronized_types=known)


class OlderModule:
    """A manifest of a copy of the library that knows no styles."""

    def __init__(self, module: Module) -> None:
        self.target_module, self.synchronizer = module.target_module, module.synchronizer
        self.options, self.entries, self.module_items = module.options, module.entries, module.module_items


def test_manifest_of_an_older_copy_has_the_style_of_one_class() -> None:
    """It has neither `style` nor `async_names`."""
    module = Module("weather")
    module.wrap_function(sample)
    assert compile_module(OlderModule(module)) == compile_module(module)


async def sample() -> int:
    """Stand for an implementation."""
    return len(sys.argv)
