"""An object of a class that is public elsewhere gets that face, though nobody has used the module it stands in."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import ambidex

ROOT = Path(__file__).parents[2]
SOURCE = str(Path(ambidex.__file__).parents[1])


def run(program: str) -> str:
    """Run a program in a process that has imported nothing of this, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys\nfrom tests.bridge import attic\n" + program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((SOURCE, str(ROOT)))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout.strip()


@pytest.mark.parametrize("form", ["made", "made_any"])
@pytest.mark.parametrize("before", ["", "import tests.bridge.chests"])
def test_face_of_another_module_is_found_before_that_is_used(before: str, form: str) -> None:
    """Whether the generated module was imported or not; a subclass that is registered nowhere has its base's."""
    assert (
        run(f"""
{before}
first = attic.{form}("tests.bridge._chests:Chest")
second = attic.{form}("tests.bridge._chests:Coffer")
from tests.bridge.chests import Chest
assert type(first) is Chest and type(second) is Chest
print(first.name)
""")
        == "chest"
    )


def test_face_of_a_class_that_extends_nothing_is_found() -> None:
    """It has no ancestor by which it could be known, and neither has a class inside of it."""
    assert (
        run("""
shelf = attic.made_any("tests.bridge._chests:Shelf")
board = attic.made_any("tests.bridge._chests:board")
from tests.bridge.chests import Shelf
assert type(shelf) is Shelf and type(board) is Shelf.Board
several = attic.list_of_any([shelf, board])
assert several == [shelf, board]
""")
        == ""
    )


def test_face_in_a_container_of_anything_is_found() -> None:
    """What a container carries is asked for its home as well."""
    assert (
        run("""
from tests.bridge._chests import Chest
from tests.bridge import _attic
box = attic.Trunk("box")
box.__ambidex__.receiver.inside = {"chest": Chest()}
assert "tests.bridge.chests" not in sys.modules
found = box.inside["chest"]
assert type(found).__module__ == "tests.bridge.chests"
""")
        == ""
    )


def test_class_whose_generated_module_is_not_there_has_the_face_of_its_ancestor() -> None:
    """A manifest may name a module that nobody has generated, or installed."""
    assert (
        run("""
lost = attic.made("tests.bridge._chests:Lost")
from tests.bridge.chests import Chest
assert type(lost) is Chest
""")
        == ""
    )


def test_module_that_fails_to_import_is_reported(tmp_path: Path) -> None:
    """What is missing there is named, and nothing takes the place of its face."""
    (tmp_path / "public_but_broken.py").write_text("import what_is_missing\n", encoding="utf-8")
    program = f"""
from ambidex import Module
from tests.bridge._attic import Trunk
sys.path.insert(0, {str(tmp_path)!r})
class Own(Trunk):
    def __init__(self):
        super().__init__("own")
module = Module("public_but_broken")
module.wrap_class(Own)
for _ in range(2):
    try:
        attic.made("__main__:Own")
    except ModuleNotFoundError as error:
        print(error.name)
"""
    assert run(program).split() == ["what_is_missing", "what_is_missing"]


def test_nothing_is_imported_for_plain_values() -> None:
    """Modules are named by manifests alone: what no manifest knows costs no import."""
    assert (
        run("""
import tests.bridge._chests, datetime
before = set(sys.modules)
class Own:
    pass
for value in (1, "x", datetime.date(2020, 1, 1), Own(), Own):
    assert attic.list_of_any([value])[0] is value
print(sorted(set(sys.modules) - before - {"tests.bridge._attic"}))
""")
        == "[]"
    )


@pytest.mark.skipif(
    bool(sysconfig.get_config_var("Py_GIL_DISABLED")) and sys.version_info < (3, 14),
    reason="no class dies in CPython 3.13 without a GIL, once the process has had a second thread",
)
def test_class_that_has_died_leaves_nothing_behind() -> None:
    """What was looked at is not kept."""
    assert (
        run("""
import gc
from ambidex.bridge import _homes
def once():
    attic.list_of_any([type("Own", (), {})()])
once()
known = len(_homes._settled)
for _ in range(3):
    once()
gc.collect()
print(len(_homes._settled) <= known, all(each() is not None for each, _ in _homes._settled.values()))
""")
        == "True True"
    )


IMPLEMENTATIONS = {
    "_lamps": "class Lamp:\n    pass\n\n\nasync def found(name: str) -> object:\n"
    "    import _torches\n\n    return getattr(_torches, name)()\n",
    "_torches": "import _lamps\n\n\nclass Torch(_lamps.Lamp):\n    pass\n\n\nclass Match:\n    pass\n",
}
HEAD = """
from ambidex.bridge import Face, Implementation, anything, implemented_elsewhere

_impl = Implementation("{0}", synchronizer="lamps", abi=1)
"""
FOUND = """
@_impl.function(gives=anything)
def found(name: str) -> object:
    raise implemented_elsewhere()
"""
GENERATED = {
    "lamps": f"{HEAD.format('_lamps')}\nclass Lamp(Face, implementation=_impl): ...\n{FOUND}",
    "torches": f"{HEAD.format('_torches')}\nfrom lamps import Lamp\n\nclass Torch(Lamp, implementation=_impl): ...\n"
    "class Match(Face, implementation=_impl): ...\n",
}


@pytest.mark.parametrize("before", ["", "lamps.found('Torch'), lamps.found('Match')"])
def test_face_of_a_module_that_is_imported_is_found_without_its_manifest(tmp_path: Path, before: str) -> None:
    """The manifest stands in a file of its own, which nobody imports; nor has anybody used the module yet."""
    for name, text in {**IMPLEMENTATIONS, **GENERATED}.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    assert (
        run(f"""
sys.path.insert(0, {str(tmp_path)!r})
import lamps
{before}
import torches
print(type(lamps.found("Torch")) is torches.Torch, type(lamps.found("Match")) is torches.Match)
""")
        == "True True"
    )
