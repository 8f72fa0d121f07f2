"""The style "twin": every construct that one class has, two classes have; names; how a manifest asks for it."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import Module
from ambidex.codegen import GenerationError, Target, compile_module, compile_modules, compile_targets
from tests.codegen.cases import CASES, make_library
from tests.codegen.conftest import environment
from tests.codegen.test_golden import check_with_basedpyright, check_with_mypy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.codegen.conftest import Project
    from tests.conftest import Once

IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    module = importlib.import_module(name)
    assert [public for public in module.__all__ if getattr(module, public) is None] == []
"""


@pytest.fixture(scope="module")
def twins(once: Once) -> tuple[Path, list[str]]:
    """Lay out every golden case, generated in the style "twin", and name the generated modules."""
    folder = once.folder("twins", write_twins)
    return folder, json.loads((folder / "names.json").read_text(encoding="utf-8"))


def write_twins(folder: Path) -> None:
    """Fill a folder with all cases, what is generated of them, the list of that, and the library."""
    # by_hand: whoever writes a face by hand writes one class
    cases = [case for case in CASES if not case.name.startswith("twins") and case.name != "by_hand"]
    unwanted = shutil.ignore_patterns("__pycache__", "expected", "use.py")
    for case in cases:
        shutil.copytree(case.folder, folder, ignore=unwanted, dirs_exist_ok=True)
    for file in folder.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        text = re.sub(r'\bModule(\.auto)?\(("[\w.]+"|__name__)', r'Module\1(\2, style="twin"', text)
        file.write_text(text, encoding="utf-8")
    names: list[str] = []
    for case in cases:
        compiled = compile_targets([Target((case.module,), folder, folder)])
        assert compiled.texts
        names.extend(compiled.texts)
        for file, text in {**compiled.packages, **compiled.files}.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    (folder / "names.json").write_text(json.dumps(names), encoding="utf-8")
    make_library(folder)


@pytest.mark.of_text
@pytest.mark.timeout(300)  # two checkers, each from a cold start
def test_every_golden_case_has_the_types_of_both_classes(twins: tuple[Path, list[str]]) -> None:
    """What is generated from the input of every other case is clean under both checkers, in strict mode."""
    folder, _ = twins
    check_with_basedpyright(folder)
    check_with_mypy(folder)


@pytest.mark.of_text
def test_every_golden_case_is_imported(twins: tuple[Path, list[str]], interpreter: Path) -> None:
    """On each interpreter, and all that it lists is there."""
    folder, names = twins
    done = subprocess.run(
        [interpreter, "-B", "-W", "error", "-c", IMPORT_ALL, *names],
        cwd=folder,
        env=environment([folder / "library"]),
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
