"""Wrong input is refused with the line, the reason and the fix; nothing is guessed."""

from __future__ import annotations

import code
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex.codegen import GenerationError, compile_modules
from tests.codegen.refusals import PARTS, PROLOGUE, REFUSALS

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

try:
    eval("int['x']")
except TypeError as error:
    INT_SUBSCRIPT = str(error)  # each version words it in its own way

SHIPS = """\
from __future__ import annotations
from typing import TYPE_CHECKING
from ambidex import Module
if TYPE_CHECKING:
    from ._berths import Berth
    from ._failing import Buoy
    from ._shown import Crane

m = Module("harbour.ships")

@m.wrap_class
class Ship:
    async def pass_by(self, buoy: Buoy) -> None: ...
    async def unload(self, crane: Crane) -> None: ...

    async def moor(self, berth: Berth) -> None: ...
"""

NAMES = """\
import nowhere_at_all
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from elsewhere import Imported
else:
    class Otherwise: ...
try:
    Tried = int
except ImportError:
    Failed = int
for Looped in (): ...
class Defined:
    class Inner: ...
def make() -> None:
    global Made
    Made = 1
"""
WANTS = """\
from __future__ import annotations
from typing import TYPE_CHECKING
from ambidex import Module
if TYPE_CHECKING:
    from concurrent.futures import Nonsense
    from concurrent.interpreters import Interpreter
    from there import inner
    from there._plain import Defined, Failed, Gone, Imported, Looped, Made, Otherwise, Tried
    from there._any import Anything
    from there._all import Whatever
    from there._stubbed import Gone as Unshown, Shown
    from there._newer import Newer
    from there._loaded import Gone as Unmade, Made as MadeThere
    from concurrent.nonsense import Gone as Unknown

m = Module("public")

@m.wrap_function
async def first(
    a: Defined, b: Failed, c: Imported, d: Looped, e: Made, f: Otherwise, g: Tried, h: Anything, i: Whatever, j: Shown,
    k: Newer, l: MadeThere, m: Interpreter, n: Nonsense, o: Defined.Inner, p: inner.Deep,
) -> None: ...

@m.wrap_function
async def last(a: Gone, b: Unshown, c: Unmade, d: Unknown) -> None: ...
"""


def test_names_of_refusals_are_unique() -> None:
    """A refusal that has the name of another one, in another part, would not be tried."""
    assert len(REFUSALS) == sum(map(len, PARTS))


def test_every_refusal_has_its_place() -> None:
    """The file and the line of what is refused: none is about the first line, which only imports."""
    lines = [re.match(r"_impl\.py:(\d+): ", message) for _, messages in REFUSALS.values() for message in messages]
    assert [line for line in lines if line is None or not 13 <= int(line[1]) < 100] == []


def refused(project: Project, *modules: str) -> list[str]:
    """Compile, and return the lines of the refusal."""
    with pytest.raises(GenerationError) as caught:
        project.compile(*modules)
    return str(caught.value).splitlines()


@pytest.mark.parametrize("name", REFUSALS)
def test_unsupported_construct_is_refused_with_line_reason_and_fix(project: Project, name: str) -> None:
    """Each message is compared as a whole."""
    text, messages = REFUSALS[name]
    (project.folder / "_impl.py").write_text(PROLOGUE + text, encoding="utf-8")
    assert refused(project) == [message.replace("{int_subscript}", INT_SUBSCRIPT) for message in messages]


def test_a_module_of_the_package_that_is_gone_is_missed_where_its_class_is_named(project: Project) -> None:
    """By a relative import, beside a module that only its stub shows, and one that fails when it is imported."""
    package = project.folder / "harbour"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "_shown.pyi").write_text("class Crane: ...\n", encoding="utf-8")
    (package / "_failing.py").write_text("import nowhere_at_all\nclass Buoy: ...\n", encoding="utf-8")
    (package / "_ships.py").write_text(SHIPS, encoding="utf-8")
    assert refused(project, "harbour._ships") == [
        (
            "harbour/_ships.py:16: the parameter berth of Ship.moor: Berth is imported from harbour._berths, which is "
            "not there, and has no stub: correct the import, or install that module, or its stubs, where the generator "
            "runs"
        )
    ]


def test_a_name_that_a_module_does_not_have_is_missed_where_it_stands(project: Project) -> None:
    """Not one that some statement of its text or its stub binds; none of the modules is imported to find out."""
    texts = {
        "there/__init__.py": "",
        "there/inner.py": "import nowhere_at_all\nclass Deep: ...\n",
        "there/_plain.py": NAMES,
        "there/_any.py": "import nowhere_at_all\ndef __getattr__(name: str) -> object: ...\n",
        "there/_all.py": "import nowhere_at_all\nfrom ._plain import *\n",
        "there/_stubbed.py": "import nowhere_at_all\n",
        "there/_newer.py": "import nowhere_at_all\n[ this is no Python of today\n",
        "there/_loaded.py": "globals()['Made'] = int\n",
    }
    for file, text in texts.items():
        project.write(file, text)
    project.write("there/_stubbed.pyi", "class Shown: ...\n")
    project.write("_impl.py", WANTS)
    line = next(number for number, text in enumerate(WANTS.splitlines(), 1) if "async def last" in text)
    assert refused(project) == [
        *(
            f"_impl.py:{line}: the parameter {where} of last: Gone is imported from there.{module}, which is there, "
            "and has no Gone: correct the import: neither the module nor a stub of it binds that name"
            for where, module in (("a", "_plain"), ("b", "_stubbed"), ("c", "_loaded"))
        ),
        (
            f"_impl.py:{line}: the parameter d of last: Gone is imported from concurrent.nonsense, which is not there, "
            "and has no stub: correct the import, or install that module, or its stubs, where the generator runs"
        ),
    ]


def test_everything_else_of_the_prologue_compiles(project: Project) -> None:
    """The prologue by itself is fine: what is refused is what each case adds."""
    (project.folder / "_impl.py").write_text(PROLOGUE, encoding="utf-8")
    assert set(project.compile()) == {"public"}


def test_two_manifests_for_one_module_collide_across_files(project: Project) -> None:
    """A name collision is found between files, and says where the other one is."""
    for name in ("_a", "_b"):
        project.write(
            f"{name}.py",
            """
            from ambidex import Module

            m = Module("public")

            @m.wrap_function
            async def same() -> int: ...
            """,
        )
    assert refused(project, "_a", "_b") == [
        "_b.py:6: public already has a same, from _a.py:6: give one of them another public name with name='...'"
    ]


def test_bases_that_would_import_each_other_in_a_circle_are_refused(project: Project) -> None:
    """Generated modules import each other at run time for base classes alone, and never in a circle."""
    project.write(
        "_one.py",
        """
        from ambidex import Module

        a, b = Module("a"), Module("b")

        @a.wrap_class
        class First: ...

        @b.wrap_class
        class Second(First): ...

        @a.wrap_class
        class Third(Second): ...
        """,
    )
    assert refused(project, "_one") == [
        (
            "_one.py:9: its base First makes b import a, which imports b for a base of its own: "
            "generate these classes into one module"
        ),
        (
            "_one.py:12: its base Second makes a import b, which imports a for a base of its own: "
            "generate these classes into one module"
        ),
    ]


def test_module_that_does_not_exist_is_named(project: Project) -> None:
    """A misspelt module has no file: the message names the one that was looked for."""
    assert refused(project, "_nowhere.deep") == [
        (
            "_nowhere/deep.py:1: _nowhere.deep could not be imported "
            "(ModuleNotFoundError: No module named '_nowhere'): check the name and the folder you run in"
        )
    ]


def test_what_a_manifest_refuses_is_located_where_it_is_told(project: Project) -> None:
    """The line is the user's, not the library's, for a manifest of a copy of the library too."""
    assert project.ambidex("vendor", "lib.copied", "-o", ".")[0] == 0
    for name, library in (("_own", "ambidex"), ("_copy", "lib.copied")):
        project.write(f"{name}.py", f"from {library} import Module\n\nm = Module('public', style='triple')\n")
        assert refused(project, name) == [
            (
                f"{name}.py:3: {name} could not be imported (ValueError: Module('public', "
                "style='triple'): write style='dual' or style='twin'): correct what is registered"
            )
        ]
    project.write(
        "_again.py", "from ambidex import Module\nm = Module('public')\n\n@m.wrap_function\nclass Station: ...\n"
    )
    # Before Python 3.11 a decorator is called on the line of what it decorates.
    line = 4 if sys.version_info >= (3, 11) else 5
    assert refused(project, "_again") == [
        (
            f"_again.py:{line}: _again could not be imported (TypeError: wrap_function(<class '_again.Station'>): "
            "not a function; use wrap_class for a class): correct what is registered"
        )
    ]


def test_what_is_exported_and_built_in_or_applied_is_refused_where_it_is_registered(project: Project) -> None:
    """No file has either of them."""
    project.write("_builtin.py", "from ambidex import Module\nm = Module('public')\nm.manual_export(print)\n")
    project.write("_applied.py", "from ambidex import Module\nm = Module('public')\n\nm.manual_export(list[int])\n")
    assert refused(project, "_builtin") == [
        "_builtin.py:3: print is built in, and does not say its types: write one that calls it"
    ]
    assert refused(project, "_applied") == [
        (
            "_applied.py:4: _applied could not be imported (TypeError: manual_export(list[int]): not a function or a "
            "class, but one that is applied to types; give it a name at the top of the module, and export that name in "
            "quotes): correct what is registered"
        )
    ]


def test_module_that_fails_to_import_is_located_with_its_cause(project: Project) -> None:
    """The line is the one in the user's file that failed; the cause is in the message."""
    project.write("_missing.py", "import sys\n\nimport ambidex_has_no_such_module\n")
    project.write("_broken.py", "x = 1\n\nraise ValueError('no good')\n")
    project.write("_syntax.py", "x = 1\ndef :\n")
    project.write("_exits.py", "import sys\nsys.exit(3)\n")
    missing, broken, syntax, exits = (
        refused(project, name)[0] for name in ("_missing", "_broken", "_syntax", "_exits")
    )
    assert missing == (
        "_missing.py:3: _missing could not be imported (ModuleNotFoundError: No module named "
        "'ambidex_has_no_such_module'): run the generator where ambidex_has_no_such_module is installed"
    )
    assert broken == (
        "_broken.py:3: _broken could not be imported (ValueError: no good): "
        "make the module importable: the generator imports it"
    )
    assert syntax.startswith("_syntax.py:2: _syntax could not be imported (SyntaxError: invalid syntax")
    assert exits == (
        "_exits.py:2: _exits could not be imported (SystemExit: 3): "
        "make the module importable: the generator imports it"
    )


def test_module_that_fails_inside_a_library_is_located_at_its_own_line(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is the line to change, in whichever module of the project; a library's own is not."""
    project.write("_parses.py", "import json\n\nx = 1\njson.loads('{')\n")
    project.write("_compiles.py", "import ast\n\nast.parse('x =')\n")
    project.write("_further.py", "import settings\n")
    project.write("settings.py", "import json\njson.loads('{')\n")
    project.write("site-packages/oars.py", "import json\n\nblades = json.loads('{')\n")
    project.write("_rows.py", "x = 1\nimport oars\n")
    monkeypatch.setattr(sys, "path", [str(project.folder / "site-packages"), *sys.path])
    places = [
        refused(project, name)[0].split(" could")[0] for name in ("_parses", "_compiles", "_further", "_rows", "oars")
    ]
    assert places == [
        "_parses.py:4: _parses",
        "_compiles.py:3: _compiles",
        "settings.py:2: _further",
        "_rows.py:2: _rows",
        "site-packages/oars.py:3: oars",
    ]


def test_class_of_the_standard_library_itself_is_refused_where_it_stands(project: Project) -> None:
    """It extends nothing that could have the types, and nobody can write them into it."""
    project.write(
        "_impl.py",
        """
        from code import InteractiveInterpreter
        from ambidex import Module

        m = Module("public")
        m.wrap_class(InteractiveInterpreter)
        """,
    )
    above = Path(code.__file__).read_text(encoding="utf-8").partition("\nclass InteractiveInterpreter")[0]
    assert refused(project) == [
        (
            f"{code.__file__}:{above.count(chr(10)) + 2}: InteractiveInterpreter is that of code, which does not say "
            "the types of its __init__, runsource, runcode and 2 more: register a class of your own that holds one in "
            "an attribute"
        )
    ]


def test_module_without_manifest_is_refused(project: Project) -> None:
    """A module that registers nothing has nothing to generate."""
    project.write("_empty.py", "x = 1\n")
    fix = 'write `wrapper_module = Module("...")` and register what is public'
    assert refused(project, "_empty") == [f"_empty.py:1: _empty has no manifest: {fix}"]
    assert refused(project, "_x*") == [f"_x*:1: no module matches _x*: {fix}"]


def test_pattern_of_modules_without_manifest_is_told_from_one_that_matches_nothing(project: Project) -> None:
    """Modules match, and none of them registers anything."""
    project.write("_empty.py", "x = 1\n")
    fix = 'write `wrapper_module = Module("...")` and register what is public'
    assert refused(project, "_empt*") == [f"_empt*:1: no module that matches _empt* has a manifest: {fix}"]


@pytest.mark.parametrize("pattern", ["_broken*", "shop", "shop.*", "_half.*"])
def test_pattern_of_a_module_that_cannot_be_imported_is_refused_for_that_alone(project: Project, pattern: str) -> None:
    """The module is there: whether it has a manifest is not known."""
    project.write("_broken.py", "def\n")
    project.write("shop/__init__.py", "")
    project.write("shop/_models.py", "def\n")
    project.write("_half/__init__.py", "def\n")
    project.write("_half/_models.py", "x = 1\n")
    name = {"_broken*": "_broken", "_half.*": "_half"}.get(pattern, "shop._models")
    file = "_half/__init__.py" if name == "_half" else f"{name.replace('.', '/')}.py"
    (message,) = refused(project, pattern)
    assert re.sub(r"invalid syntax \(.*?, line 1\)", "invalid syntax", message) == (
        f"{file}:1: {name} could not be imported (SyntaxError: invalid syntax): make the module importable: the "
        "generator imports it"
    )


@pytest.mark.parametrize(
    ("given", "example"),
    [
        ("_impl.py", "_impl"),
        ("src/_impl.py", "src._impl"),
        ("./src/_impl", "src._impl"),
        ("src/", "src"),
        ("_a,_b", "shop._models"),
        ("", "shop._models"),
        ("..", "shop._models"),
        ("src/*.py", "shop._models"),
    ],
)
def test_path_in_the_place_of_a_module_is_refused(project: Project, given: str, example: str) -> None:
    """The message says which dotted name is meant, where one follows."""
    fix = f"write its dotted name, seen from the root, as in -m {example}"
    assert refused(project, given) == [f"{given or '.'}:1: {given!r} is not the name of a module: {fix}"]


def test_package_may_have_a_module_called_py(project: Project) -> None:
    """That is no file called after the package."""
    project.write("lib/__init__.py", "")
    project.write("lib/py.py", PROLOGUE)
    assert set(project.compile("lib.py")) == {"public"}


def test_no_message_has_a_place_in_memory(project: Project) -> None:
    """What a manifest refuses shows the object without it, as everything else does."""
    project.write(
        "_impl.py", "from ambidex import Module\nm = Module('public')\n\nm.wrap_class(lambda: 1, name='first')\n"
    )
    assert refused(project) == [
        (
            "_impl.py:4: _impl could not be imported (TypeError: wrap_class(<function <lambda>>): not a class; "
            "use wrap_function for a function): correct what is registered"
        )
    ]


def test_problems_of_all_modules_are_in_one_error(project: Project) -> None:
    """One run says everything: import failures beside refused constructs."""
    project.write("_empty.py", "x = 1\n")
    (project.folder / "_impl.py").write_text(
        PROLOGUE + "@m.wrap_function\nasync def f(x) -> int: ...\n", encoding="utf-8"
    )
    assert [line.split(":")[0] for line in refused(project, "_empty", "_impl")] == ["_empty.py", "_impl.py"]


def test_empty_run_gives_nothing() -> None:
    """No manifest, no module."""
    assert compile_modules([]) == {}
