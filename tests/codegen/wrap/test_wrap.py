"""`ambidex wrap`: what is taken of a package that nobody may edit, what is left out and why, and that it works."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checkers import mypy
from tests.codegen.wrap.programs import PROGRAMS

if TYPE_CHECKING:
    from tests.codegen.wrap.conftest import Wrapping
    from tests.conftest import Once

FERRY_LEFT_OUT = """\
ferry/__init__.py:8: VERSION: is a plain value: use that of ferry
ferry/__init__.py:32: old_crossing: is deprecated
ferry/_boats.py:73: Boat.course.setter: the setter of Boat.course has no annotation for its value
ferry/_boats.py:82: Boat.log: Boat.log has no return annotation
ferry/_boats.py:99: Pilot.__init__: the parameter boat of _Pilot.__init__ has no annotation
ferry/_boats.py:100: Pilot.boat: the attribute Pilot.boat has no annotation
ferry/_boats.py:165: Rope.pull.kin: the parameter kin of Rope.pull: _Bow of ferry._boats is private, and this is public
ferry/_boats.py:165: Rope.pull.knot: the parameter knot of Rope.pull has no annotation
ferry/_boats.py:175: Rope.__enter__: Rope is both a blocking and an async context manager
ferry/_boats.py:175: Rope.__exit__: Rope is both a blocking and an async context manager
ferry/_boats.py:245: Tug.pull: the parameter times of Tug.pull has no annotation
ferry/_boats.py:261: watch: the parameter until of watch has no annotation
ferry/_boats.py:265: timetable: is blocking already, and takes and gives nothing that has a face: use that of ferry
ferry/broken.py:1: ferry.broken: could not be imported (RuntimeError: no sails)
"""


BUOY_LEFT_OUT = """\
buoy/__init__.py:5: Buoy.kind: the class attribute Buoy.kind has no annotation
buoy/__init__.py:8: Buoy.number: the attribute Buoy.number has no annotation
buoy/__init__.py:21: Buoy.sink: Buoy.sink has no return annotation
"""


REEL_LEFT_OUT = """\
reel/files.py:7: wrap: is not in the stub of reel.files
reel/files.py:15: wrap_plainly: is not in the stub of reel.files
reel/files.py:29: makedirs: is not in the stub of reel.files
reel/files.py:32: scandir: the result of the overload of scandir in line 14: _ScandirIterator of os is private, and \
this is public
reel/kinds.py:4: winding: is not in the stub of reel.kinds
"""


BOLT_LEFT_OUT = """\
bolt/__init__.py:11: Bolt.Driver: the parameter angle of Bolt.Driver.setter has no annotation
bolt/__init__.py:20: Bolt.Nut: the setter of Bolt.Nut.size has no annotation for its value
"""


FERRY_MANIFEST = '''\
"""Say what ferry_sync offers of ferry: made by `ambidex wrap ferry --as ferry_sync`, and yours to edit.

What was left out stands beside its reason. After an edit: `ambidex generate -m _ferry_sync -o .`
"""

from __future__ import annotations

import ferry
import ferry._boats
import ferry.tackle
import ferry.weather
from ambidex import Module

ferry_sync = Module("ferry_sync")
ferry_sync.wrap_class(
    ferry.Boat,
    exclude=[
        # ferry/_boats.py:73: the setter of Boat.course has no annotation for its value
        "course.setter",
        # ferry/_boats.py:82: Boat.log has no return annotation
        "log",
    ],
)
ferry_sync.wrap_class(ferry.Captain)
ferry_sync.wrap_class(ferry.Cargo, by="value")
ferry_sync.wrap_class(ferry.Course, by="value")
ferry_sync.wrap_class(ferry.Harbour)
ferry_sync.wrap_class(ferry.Ladder)
ferry_sync.wrap_class(
    ferry.Rope,
    exclude=[
        # ferry/_boats.py:175: Rope is both a blocking and an async context manager
        "__enter__",
        # ferry/_boats.py:175: Rope is both a blocking and an async context manager
        "__exit__",
        # ferry/_boats.py:165: the parameter knot of Rope.pull has no annotation
        "pull.knot",
        # ferry/_boats.py:165: the parameter kin of Rope.pull: _Bow of ferry._boats is private, and this is public
        "pull.kin",
    ],
)
ferry_sync.wrap_class(ferry.Steps)
ferry_sync.wrap_class(ferry.Sunk, by="value")
ferry_sync.wrap_class(ferry.Ticket)
ferry_sync.wrap_class(ferry.Tide, by="value")
ferry_sync.wrap_class(
    ferry.Tug,
    inherit=[
        # ferry/_boats.py:245: the parameter times of Tug.pull has no annotation
        "pull",
    ],
)
ferry_sync.wrap_function(ferry.find_boats)
ferry_sync.wrap_function(ferry.open_harbour)
ferry_sync.wrap_class(
    ferry._boats._Pilot,
    name="Pilot",
    exclude=[
        # ferry/_boats.py:99: the parameter boat of _Pilot.__init__ has no annotation
        "__init__",
    ],
)
ferry_sync.wrap_class(ferry.tackle.Sail)
ferry_sync.wrap_class(ferry.weather.Storm)

ferry_sync_tackle = Module("ferry_sync.tackle")
ferry_sync_tackle.wrap_class(ferry.tackle.Anchor)

ferry_sync_weather = Module("ferry_sync.weather")
ferry_sync_weather.wrap_function(ferry.weather.wind)

# In more than one place:
ferry_sync_weather.reexport(ferry_sync, "Boat", "Tide", "Storm")
ferry_sync.reexport(ferry_sync_tackle, "Anchor")
ferry_sync.reexport(ferry_sync_weather, "wind")
ferry_sync_tackle.reexport(ferry_sync, "Sail")

# Left out:
# ferry/__init__.py:8: VERSION: is a plain value: use that of ferry
# ferry/__init__.py:32: old_crossing: is deprecated
# ferry/_boats.py:100: Pilot.boat: the attribute Pilot.boat has no annotation
# ferry/_boats.py:261: watch: the parameter until of watch has no annotation
# ferry/_boats.py:265: timetable: is blocking already, and takes and gives nothing that has a face: use that of ferry
# ferry/broken.py:1: ferry.broken: could not be imported (RuntimeError: no sails)
'''


def test_manifest_registers_what_can_be_wrapped_and_gives_reasons(wrapping: Wrapping) -> None:
    """The report and the manifest, whole; what is generated is what `generate` makes of that manifest."""
    assert wrapping.wrap("ferry") == FERRY_LEFT_OUT
    assert wrapping.project.read("_ferry_sync.py") == FERRY_MANIFEST
    assert wrapping.run("-m", "ambidex", "check", "-m", "_ferry_sync", "-o", ".") == (0, "", "")


def test_method_named_setter_in_a_nested_class_is_no_setter_of_that(wrapping: Wrapping) -> None:
    """Its class is left out for the method's own reason."""
    assert wrapping.wrap("bolt") == BOLT_LEFT_OUT


@pytest.mark.parametrize(("package", "left_out"), [("buoy", BUOY_LEFT_OUT), ("reel", REEL_LEFT_OUT), ("tug", "")])
def test_stubs_count_as_types(wrapping: Wrapping, package: str, left_out: str) -> None:
    """What neither code nor stub says is left out."""
    assert wrapping.wrap(package) == left_out


def test_special_methods_of_a_stub_may_return_what_is_awaited(wrapping: Wrapping) -> None:
    """As in typeshed: `def __anext__(self) -> Awaitable[int]` is what the code writes as `async def`."""
    assert wrapping.wrap("buoy") == BUOY_LEFT_OUT
    program = """
import buoy_sync

with buoy_sync.Buoy(3) as buoy:
    print(list(buoy), type(buoy) is buoy_sync.Buoy)
"""
    assert wrapping.run("-W", "error", "-c", program) == (0, "[2, 1, 0] True\n", "")
    text = wrapping.project.read("buoy_sync.py")
    assert "def __next__(self) -> int:" in text
    assert "def __enter__(self) -> Self:" in text


def test_face_that_another_one_is_applied_to_is_known_when_it_is_given(wrapping: Wrapping) -> None:
    """`-> Opening[Words]` gives a face of `Words`, which stands in a module that nobody has imported."""
    wrapping.wrap("reel")
    program = "import reel_sync\nwith reel_sync.open_reel('words') as words: print(words.index('elm'))"
    assert wrapping.run("-W", "error", "-c", program) == (0, "1\n", "")


def test_manifest_in_another_encoding_is_somebodys(wrapping: Wrapping) -> None:
    """It was changed, and stays."""
    file = wrapping.project.folder / "_tug_sync.py"
    file.write_bytes(b"# \xe9\n")
    code, output, errors = wrapping.run("-m", "ambidex", "wrap", "tug", "--as", "tug_sync", "-o", ".")
    what = "generate from it with `ambidex generate -m _tug_sync -o .`, or move it away"
    assert (code, output, errors) == (2, "", f"ambidex: _tug_sync.py exists: {what}\n")
    assert file.read_bytes() == b"# \xe9\n"


@pytest.mark.of_text
@pytest.mark.parametrize("package", sorted(PROGRAMS))
def test_wrapped_package_works_through_both_faces(wrapping: Wrapping, package: str) -> None:
    """Each program asserts what it gets, blocking and awaiting."""
    wrapping.wrap(package)
    wrapping.project.write("program.py", PROGRAMS[package])
    assert wrapping.run("-W", "error", "program.py") == (0, "done\n", "")


@pytest.mark.of_text
@pytest.mark.timeout(240)  # two checkers, from cold
def test_wrapped_packages_are_exactly_typed(wrapping: Wrapping, once: Once) -> None:
    """The programs say by `assert_type` what users are given; two checkers agree, in strict mode, without ignores."""
    for package in PROGRAMS:
        wrapping.wrap(package)
        wrapping.project.write(f"use_{package}.py", PROGRAMS[package])
    files = [name for package in PROGRAMS for name in (f"use_{package}.py", f"_{package}_sync.py")]
    generated = ["ferry_sync", "buoy_sync.py", "reel_sync", "tug_sync"]
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.9", "extraPaths": wrapping.extra_paths}
    # The manifest of ferry names a private class, which only something public gives.
    wrapping.project.write("pyrightconfig.json", json.dumps({**settings, "reportPrivateUsage": False}))
    code, output, _ = wrapping.run("-m", "basedpyright", *files, *generated)
    assert (code, output.splitlines()[-1]) == (0, "0 errors, 0 warnings, 0 notes"), output
    _, *command = map(str, mypy(wrapping.project.folder, once, *files, *generated))
    code, output, _ = wrapping.run(*command)
    assert code == 0, output


@pytest.mark.of_text
@pytest.mark.timeout(240)  # two checkers, from cold, and again until they are content
def test_clean_leaves_out_what_type_checkers_find_fault_with(wrapping: Wrapping) -> None:
    """A parameter of a type that no checker knows, an override that is none, overloads that overlap; the rest works.

    The bound of a type variable is no registered name: that fault is told with its place in what is generated. What the
    checkers keep between the rounds is nobody else's, and is gone at the end.
    """
    temporary = wrapping.project.folder / "temporary"
    somebodys = wrapping.project.write("temporary/ambidex-mypy-cache", "not yours\n")
    arguments = ("-m", "ambidex", "wrap", "lock", "--as", "lock_sync", "-o", ".", "--clean")
    code, _, errors = wrapping.run(*arguments, TMPDIR=str(temporary))
    assert code == 0, errors
    assert list(temporary.iterdir()) == [somebodys]
    left_out = [line for line in errors.splitlines() if line.startswith("lock/")]
    assert [line.partition(": basedpyright: ")[0] for line in left_out] == [
        "lock/__init__.py:23: Gate.close.wheel",
        "lock/__init__.py:35: WideGate.open",
        "lock/__init__.py:44: find_gate",
        "lock/__init__.py:57: WideNote.text",
    ]
    assert ': basedpyright: "text" overrides symbol' in left_out[-1]
    faulty = errors.splitlines()[len(left_out) :]
    lines = wrapping.project.read("lock_sync.py").splitlines()
    place = f"lock_sync.py:{lines.index('    from lock._made import Chain') + 1}: left as it is: "
    reason = "Chain is named by what is registered, and is not registered itself"
    assert [line.partition(": mypy: ")[0] for line in faulty if ": mypy: " in line] == [place.rstrip(": ")]
    assert f'{place}basedpyright: Type of "Chain" is unknown (reportUnknownVariableType): {reason}' in faulty
    assert all(line.startswith(place) and line.endswith(f": {reason}") for line in faulty)
    program = "import lock_sync\n\ngate = lock_sync.WideGate()\nprint(gate.open(3), gate.close())\n"
    wrapping.project.write("program.py", program)
    assert wrapping.run("-W", "error", "program.py") == (0, "6 closed\n", "")


def test_manifest_that_somebody_edited_is_not_overwritten(wrapping: Wrapping) -> None:
    """It is theirs: the command says so, and writes nothing."""
    wrapping.wrap("tug")
    edited = wrapping.project.read("_tug_sync.py") + "# mine\n"
    wrapping.project.write("_tug_sync.py", edited)
    arguments = ("-m", "ambidex", "wrap", "tug", "--as", "tug_sync", "-o", ".")
    message = (
        "ambidex: _tug_sync.py exists: generate from it with `ambidex generate -m _tug_sync -o .`, or move it away\n"
    )
    assert wrapping.run(*arguments) == (2, "", message)
    assert wrapping.project.read("_tug_sync.py") == edited


def test_package_with_nothing_to_wrap_is_an_error(wrapping: Wrapping) -> None:
    """So is one that is not there."""
    code, output, errors = wrapping.run("-m", "ambidex", "wrap", "colorsys", "--as", "colours")
    assert (code, output) == (2, "")
    assert errors.splitlines()[0] == "ambidex: nothing of colorsys can have a face"
    code, output, errors = wrapping.run("-m", "ambidex", "wrap", "nowhere", "--as", "somewhere")
    assert (code, output) == (2, "")
    assert errors == (
        "ambidex: nowhere could not be imported (ModuleNotFoundError: No module named 'nowhere'): "
        "run where it is installed\n"
    )
