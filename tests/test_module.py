"""The manifest: what it takes, what it says of it, and what it refuses."""

from __future__ import annotations

import functools
import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import ambidex
from ambidex import Module
from ambidex.module import Entry


@pytest.fixture
def module() -> Module:
    """Return an empty manifest."""
    return Module("weather.stations")


def make_function() -> Any:
    """Return a function that was registered nowhere."""

    async def current(city: str) -> float:
        return float(len(city))

    return current


def make_class() -> Any:
    """Return a class that was registered nowhere."""

    class Station:
        pass

    return Station


def test_module_names_its_target_and_its_synchronizer() -> None:
    """The two names are kept; the second may be left to the generator."""
    assert Module("weather").target_module == "weather"
    assert Module("weather").synchronizer is None
    assert Module("a.b.c", "shared").synchronizer == "shared"
    assert Module("a.b.c", synchronizer="shared").target_module == "a.b.c"


@pytest.mark.parametrize("name", ["", "a..b", ".a", "a.", "1a", "a-b", "a b", None, 7])
def test_module_refuses_a_target_that_cannot_be_imported(name: Any) -> None:
    """A target is a dotted name."""
    with pytest.raises(ValueError, match="write the dotted name of the module to generate"):
        Module(name)


def test_module_refuses_an_empty_synchronizer() -> None:
    """An empty name is a mistake, not a choice."""
    with pytest.raises(ValueError, match="write a name, or leave it out"):
        Module("weather", synchronizer="")


def test_module_keeps_the_options_that_were_given() -> None:
    """They are data, for the generator."""
    assert Module("weather").options == {}
    module = Module("weather", loop="uvloop", first_step="loop", aio="caller")
    assert module.options == {"aio": "caller", "first_step": "loop", "loop": "uvloop"}
    module = Module("weather", synchronizer="weather", loop="asyncio", first_step="loop", aio="runtime")
    assert module.options == {"aio": "runtime", "first_step": "loop", "loop": "asyncio"}


@pytest.mark.parametrize("option", ["loop", "first_step", "aio"])
def test_module_refuses_an_option_that_does_not_exist(option: str) -> None:
    """The message lists what may be written."""
    with pytest.raises(ValueError, match=rf"{option}='trio'\): write {option}='.*' or {option}='.*'"):
        Module("weather", **{option: "trio"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("form", ["bare", "called", "named"])
def test_registration_returns_the_very_object(form: str, module: Module) -> None:
    """Decorating changes nothing: the function and the class stay what they were."""
    function, cls = make_function(), make_class()
    if form == "bare":
        assert module.wrap_function(function) is function
        assert module.wrap_class(cls) is cls
    elif form == "called":
        assert module.wrap_function()(function) is function
        assert module.wrap_class()(cls) is cls
    else:
        assert module.wrap_function(name="now")(function) is function
        assert module.wrap_class(name="Place")(cls) is cls
    names = ["now", "Place"] if form == "named" else ["current", "Station"]
    assert [entry.name for entry in module.entries] == names
    assert module.module_items() == {
        function: ("weather.stations", names[0]),
        cls: ("weather.stations", names[1]),
    }


def test_entries_stand_in_order_and_say_what_and_where(module: Module) -> None:
    """An entry knows its kind, its object, its option, and file and line of its source."""

    @module.wrap_class(by="value")
    class Reading:
        pass

    @module.wrap_function
    async def current() -> int:
        return 1

    @module.wrap_class
    class Station:
        pass

    first, second, third = module.entries
    assert [entry.kind for entry in module.entries] == ["class", "function", "class"]
    assert [entry.obj for entry in module.entries] == [Reading, current, Station]
    assert [entry.by for entry in module.entries] == ["value", None, None]
    assert {entry.file for entry in module.entries} == {__file__}
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    assert "wrap_function" in lines[second.line - 1]
    assert "class" in lines[first.line - 1]
    assert "class" in lines[third.line - 1]
    assert repr(second) == f"<Entry function current at {__file__}:{second.line}>"
    assert repr(module) == "<Module weather.stations with 3 entries>"
    assert isinstance(first, Entry)


def test_entries_cannot_be_changed_from_outside(module: Module) -> None:
    """What a reader gets is a copy."""
    module.wrap_function(make_function())
    entries = module.entries
    module.wrap_class(make_class())
    assert len(entries) == 1
    assert len(module.entries) == 2


def test_registering_twice_is_refused(module: Module) -> None:
    """One object is public once in one module, and may be in another."""
    function = make_function()
    module.wrap_function(function)
    with pytest.raises(ValueError, match=r"is registered twice in Module\('weather\.stations'\)"):
        module.wrap_function(name="other")(function)
    Module("elsewhere").wrap_function(function)


def test_wrong_kind_is_refused_with_the_right_decorator(module: Module) -> None:
    """A class given to wrap_function, and a function given to wrap_class, name the other one."""
    with pytest.raises(TypeError, match="not a function; use wrap_class for a class"):
        module.wrap_function(make_class())
    with pytest.raises(TypeError, match="not a class; use wrap_function for a function"):
        module.wrap_class(make_function())
    with pytest.raises(TypeError, match=r"wrap_class\(list\[int\]\): not a class"):
        module.wrap_class(list[int])
    with pytest.raises(TypeError, match="not a function"):
        module.wrap_function(7)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    assert module.entries == ()


def test_name_that_is_no_identifier_is_refused(module: Module) -> None:
    """A public name can be written in code; an object without one needs it given."""
    with pytest.raises(ValueError, match="cannot be public as 'two words'"):
        module.wrap_function(name="two words")(make_function())
    nameless: Any = functools.partial(make_function(), "Oslo")
    with pytest.raises(ValueError, match="give it a name with name="):
        module.wrap_function(nameless)
    module.wrap_function(name="oslo")(nameless)
    assert module.entries[0].name == "oslo"
    assert module.entries[0].file == __file__


def test_unknown_kind_of_crossing_is_refused(module: Module) -> None:
    """`by` is one of two words."""
    with pytest.raises(ValueError, match="write by='value' or by='identity'"):
        module.wrap_class(by="copy")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]


def test_class_says_which_of_its_members_are_public(module: Module) -> None:
    """What is said of members is data in the entry, each name once, and free of the caller's own containers."""
    rename = {"fetch": "query"}
    module.wrap_class(make_class())
    module.wrap_class(make_class(), name="Second", exclude=["a", "b", "a"], rename=rename)
    module.wrap_class(name="Third", include=(name for name in ("a", "_b")))(make_class())
    rename["more"] = "less"
    first, second, third = module.entries
    assert (first.include, first.exclude, first.rename) == (None, (), {})
    assert (second.include, second.exclude, second.rename) == (None, ("a", "b"), {"fetch": "query"})
    assert (third.include, third.exclude, third.rename) == (("a", "_b"), (), {})


def test_parameters_and_inherited_members_are_kept_as_they_were_named(module: Module) -> None:
    """Of functions `exclude` names parameters, of classes `inherit` names members; each once, in their order."""

    def send(text: str, codec: object = None) -> None:
        """Send a text."""

    module.wrap_function(send, exclude=["codec", "codec"])
    module.wrap_function(name="sent", exclude=(name for name in ("text",)))(print)
    module.wrap_class(make_class(), inherit=["close", "open", "close"])
    first, second, third = module.entries
    assert (first.exclude, second.exclude) == (("codec",), ("text",))
    assert (third.exclude, third.inherit) == ((), ("close", "open"))
    with pytest.raises(TypeError, match=r"wrap_function\(exclude='codec'\): write a list of names"):
        module.wrap_function(send, exclude="codec")


def test_names_of_another_manifest_are_public_in_this_one_too(module: Module) -> None:
    """They are exports that stand in the other's module; each once, and never in one's own module."""
    other = Module("other")
    module.reexport(other, "Bird", "find")
    assert [(entry.kind, entry.name, entry.home) for entry in module.entries] == [
        ("export", "Bird", "other"),
        ("export", "find", "other"),
    ]
    with pytest.raises(ValueError, match="Bird is registered twice"):
        module.reexport(other, "Bird")
    with pytest.raises(ValueError, match="makes its names public in"):
        module.reexport(Module(module.target_module), "Cat")


def test_what_cannot_be_said_of_members_is_refused(module: Module) -> None:
    """One string is no list of names, `include` and `exclude` are two ways to say one thing, a name is a name."""
    with pytest.raises(TypeError, match=r"wrap_class\(exclude='close'\): write a list of names"):
        module.wrap_class(make_class(), exclude="close")
    with pytest.raises(TypeError, match=r"wrap_class\(include='close'\): write a list of names"):
        module.wrap_class(make_class(), include="close")
    with pytest.raises(ValueError, match="give one of the two"):
        module.wrap_class(make_class(), include=["a"], exclude=["b"])
    with pytest.raises(ValueError, match="'two words' is no name"):
        module.wrap_class(make_class(), rename={"close": "two words"})
    assert module.entries == ()


def test_exports_are_entries_that_know_where_they_stand(module: Module) -> None:
    """A name stands in the module that calls, a function where it is defined; a place is written out."""
    function, cls = make_function(), make_class()
    module.manual_export("LIMIT", "Row")
    assert module.manual_export(function) is function
    assert module.manual_wrapper()(cls) is cls
    module.manual_wrapper("by_hand.faces:Client", of=int)
    found = [(entry.kind, entry.name, entry.obj, entry.home, entry.of) for entry in module.entries]
    assert found == [
        ("export", "LIMIT", None, __name__, None),
        ("export", "Row", None, __name__, None),
        ("export", "current", function, __name__, None),
        ("export", "Station", cls, __name__, None),
        ("export", "Client", None, "by_hand.faces", int),
    ]
    assert {entry.file for entry in module.entries} == {__file__}
    assert set(module.module_items()) == {function, cls}
    with pytest.raises(ValueError, match="Row is registered twice"):
        module.manual_export("Row")
    with pytest.raises(ValueError, match="current is registered twice"):
        module.manual_wrapper(function)


def test_type_that_is_applied_is_refused_at_its_registration(module: Module) -> None:
    """`list[int]` is called as a class is, and has the name and the module of one: it would be taken for that."""
    expected = r"\(list\[int\]\): not a function or a class, but one that is applied to types; "
    with pytest.raises(TypeError, match="manual_export" + expected + "give it a name at the top of the module"):
        module.manual_export(list[int])
    with pytest.raises(TypeError, match="manual_wrapper" + expected):
        module.manual_wrapper(list[int])
    with pytest.raises(TypeError, match="wrap_function" + expected + "write a function that makes"):
        module.wrap_function(list[int])
    assert module.entries == ()


def test_names_beside_what_is_exported_are_refused(module: Module) -> None:
    """They would be lost: what is exported has a name of its own."""
    more: tuple[Any, ...] = (list, "Rows")
    none: tuple[Any, ...] = (None, "Rows")
    with pytest.raises(TypeError, match=r"manual_export\(<class 'list'>, 'Rows'\): names beside what is no name"):
        module.manual_export(*more)
    with pytest.raises(TypeError, match=r"manual_export\(None, 'Rows'\): names beside what is no name"):
        module.manual_export(*none)
    number: Any = 3
    with pytest.raises(ValueError, match="cannot be public as 3: give it a name"):
        module.wrap_class(type("Station", (), {}), name=number)
    assert module.entries == ()


def test_what_cannot_be_exported_is_refused(module: Module) -> None:
    """A value has no name of its own, a place has two parts, a face is a class."""
    with pytest.raises(TypeError, match=r"manual_export\(7\): not a function or a class; name it in quotes"):
        module.manual_export(7)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    with pytest.raises(ValueError, match="cannot be public as 'two words'"):
        module.manual_export("two words")
    for place in ("Client", "a:", "a:b.c", ":b", "a b:c"):
        with pytest.raises(ValueError, match="write a place as in 'weather_by_hand:Client'"):
            module.manual_wrapper(place)
    with pytest.raises(TypeError, match="not a class of the implementation"):
        module.manual_wrapper("a:b", of="Client")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    with pytest.raises(TypeError, match="not a class"):
        module.manual_wrapper(make_function(), of=int)
    assert module.entries == ()


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("_weather", "weather"),
        ("__weather", "weather"),
        ("pkg._client", "pkg.client"),
        ("pkg._impl.client", "pkg.client"),
        ("pkg._impl._client", "pkg.client"),
        ("_pkg.sub.client", "sub.client"),
    ],
)
def test_auto_derives_the_target_from_a_private_name(name: str, target: str) -> None:
    """The last part loses its underscores, and private packages are left out."""
    assert Module.auto(name).target_module == target
    assert Module.auto(name, "other", "shared", loop="asyncio").target_module == "other"
    assert Module.auto(name, "other", "shared", loop="asyncio").options == {"loop": "asyncio"}


@pytest.mark.parametrize("name", ["weather", "pkg.client", "__main__", "_", "pkg._", "pkg.__init__"])
def test_auto_refuses_a_name_from_which_no_target_follows(name: str) -> None:
    """A public name would be generated over itself."""
    with pytest.raises(ValueError, match="no public name follows from this one; give target_module="):
        Module.auto(name)
    assert Module.auto(name, "other").target_module == "other"


AUTO = """
from __future__ import annotations
from os import path
from textwrap import dedent
from ambidex import Module

manifest = Module.auto(__name__, "public")
{listed}
LIMIT = 3

async def first() -> int: ...
async def _private() -> int: ...
again = first

class Thing: ...
class _Hidden: ...
Shown = _Hidden
Names = list[int]

@manifest.wrap_function(name="later")
async def last() -> int: ...
latest = last

@manifest.manual_export
def plain() -> int: ...
"""


@pytest.mark.parametrize(
    ("listed", "found", "aliases"),
    [
        (
            "",
            {"later": "function", "plain": "export", "first": "function", "Thing": "class", "Shown": "class"},
            {"again": "first", "latest": "later"},
        ),
        (
            "__all__ = ('LIMIT', '_private', 'Thing', 'Thing', 'Names', 'dedent', 'path')",
            {"later": "function", "plain": "export", "_private": "function", "Thing": "class", "dedent": "function"},
            {},
        ),
    ],
    ids=["names", "__all__"],
)
def test_auto_finds_what_a_module_defines_or_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listed: str, found: dict[str, str], aliases: dict[str, str]
) -> None:
    """What is registered keeps its place; the rest follows in the order of the module, once it has run."""
    (tmp_path / "_found_by_auto.py").write_text(AUTO.format(listed=listed), encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    manifest: Module = importlib.import_module("_found_by_auto").manifest
    try:
        assert {entry.name: entry.kind for entry in manifest.entries} == found
        assert list(found) == [entry.name for entry in manifest.entries]
        assert manifest.aliases == aliases
        assert manifest.home == "_found_by_auto"
    finally:
        del sys.modules["_found_by_auto"]


def test_import_of_module_loads_module_alone_and_starts_nothing() -> None:
    """In a bare interpreter the manifest brings the package and its own file, nothing else that was not there."""
    library = Path(ambidex.__file__).resolve().parent.parent
    program = (
        "import sys; before = set(sys.modules); sys.path.insert(0, sys.argv[1]); from ambidex import Module;"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-I", "-c", program, str(library)], capture_output=True, text=True, check=True
    )
    loaded = set(eval(done.stdout))  # a list of names that we printed
    ours = {name for name in loaded if name.partition(".")[0] == "ambidex"}
    assert ours == {"ambidex", "ambidex.module"}
    # importlib is what the lazy door opens with; what it brings belongs to the interpreter's own start
    of_importlib = {"importlib", "importlib._bootstrap", "importlib._bootstrap_external", "types", "warnings"}
    assert loaded - ours <= {"__future__", *of_importlib}


@pytest.mark.parametrize("what", ["ambidex", "ambidex.runtime", "ambidex.bridge", "ambidex.errors"])
def test_import_starts_no_thread_and_opens_nothing(what: str) -> None:
    """Importing any part leaves one thread, no event loop, and the descriptors that were open."""
    program = f"""
import asyncio, logging, os, sys, threading
folder = "/proc/self/fd"
before = len(os.listdir(folder)) if os.path.isdir(folder) else 0
import {what}
after = len(os.listdir(folder)) if os.path.isdir(folder) else 0
print(threading.active_count(), after - before)
"""
    library = Path(ambidex.__file__).resolve().parent.parent
    path = os.pathsep.join([str(library), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("1 0\n", "")


def test_on_loop_is_a_marker_that_is_known_by_its_shape() -> None:
    """A vendored copy's marker serves the generator as well: it is known by an attribute, not by its class."""
    marker: Any = ambidex.ON_LOOP
    assert repr(marker) == "ambidex.ON_LOOP"
    assert marker.__ambidex_marker__ == "on_loop"
