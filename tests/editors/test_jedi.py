"""jedi, the engine of IPython and of several editors, finds generated callables and their docstrings.

It does not follow a `ParamSpec`: inside the parentheses of an async callable it shows the bridge's `*args`, unless the
program runs, as it does in a notebook.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.editors.conftest import LIBRARY, USE, USE_WRITTEN_OUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

jedi: Any = importlib.import_module("jedi")  # it has no types

pytestmark = pytest.mark.timeout(180)  # the first run reads the standard library


class Editor:
    """jedi's answers for a file: the user's program, or another one."""

    def __init__(self, folder: Path, name: str = "use.py", text: str = USE) -> None:
        self._lines = text.splitlines()
        project = jedi.Project(folder, added_sys_path=[str(folder), str(LIBRARY)])
        environment = jedi.InterpreterEnvironment()  # else it starts a process, and leaves it running
        self._script = jedi.Script(text, path=folder / name, project=project, environment=environment)

    def at(self, line: str, word: str, offset: int = 1) -> tuple[int, int]:
        """Return the place of a word on the line with that text."""
        (number,) = (index for index, text in enumerate(self._lines) if line in text)
        return number + 1, self._lines[number].index(word) + offset

    def goto(self, line: str, word: str) -> list[tuple[str | None, str | None]]:
        """Return the modules and names that a word leads to."""
        found = self._script.goto(*self.at(line, word), follow_imports=True)
        return [(each.module_name, each.full_name) for each in found]

    def help(self, line: str, word: str) -> str:
        """Return the documentation of a word, its signatures left out."""
        return "\n".join(each.docstring(raw=True) for each in self._script.help(*self.at(line, word)))

    def complete(self, line: str, word: str) -> list[str]:
        """Return what is offered behind a word."""
        offered = self._script.complete(*self.at(line, word, len(word)))
        return sorted(each.name for each in offered if not each.name.startswith("_"))

    def signatures(self, line: str, word: str) -> list[str]:
        """Return what is shown behind a word that ends with a parenthesis."""
        return [each.to_string() for each in self._script.get_signatures(*self.at(line, word, len(word)))]


@pytest.fixture(scope="module")
def editor(folder: Path) -> Editor:
    """Read the program, once for all tests."""
    return Editor(folder)


@pytest.fixture(scope="module")
def written_out(folder: Path) -> Editor:
    """Read the program of what is written out as a class."""
    return Editor(folder, "use_boxes.py", USE_WRITTEN_OUT)


@pytest.fixture
def weather(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import the generated module, as a notebook has it."""
    yield from _imported("weather", folder, monkeypatch)


@pytest.fixture
def boxes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import the one of what is written out as a class."""
    yield from _imported("boxes", folder, monkeypatch)


def _imported(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    yield importlib.import_module(name)
    for each in (name, f"_{name}"):
        sys.modules.pop(each, None)


@pytest.mark.parametrize(
    ("line", "word", "path"),
    [
        ("now = current", "current", "weather.current"),
        ("several = readings", "readings", "weather.readings"),
        ("client = Client", "Client", "weather.Client"),
        ("answers = client", "query", "weather.Client.query"),
        ("block = client", "held", "weather.Client.held"),
        ("number = client", "parse", "weather.Client.parse"),
        ("address = client", "url", "weather.Client.url"),
        ("more = await client", "query", "weather.Client.query"),
    ],
)
def test_goto_lands_on_the_generated_def(line: str, word: str, path: str, editor: Editor) -> None:
    """Each name leads to its stub."""
    assert editor.goto(line, word) == [("weather", path)]


@pytest.mark.parametrize("path", ["current", "readings", "Client.query", "Client.held", "Client.parse", "Client.url"])
def test_goto_of_what_a_stub_names_lands_on_the_implementation(path: str, folder: Path) -> None:
    """One jump further is the code that runs."""
    text = (folder / "weather.py").read_text(encoding="utf-8")
    assert Editor(folder, "weather.py", text).goto(f".at(_source.{path})", path.rpartition(".")[2]) == [
        ("_weather", f"_weather.{path}")
    ]


def test_goto_of_an_async_form_lands_in_the_bridge(editor: Editor) -> None:
    """`.aio` is one method for all functions."""
    assert [path for _, path in editor.goto("later = await", "aio")] == ["ambidex.bridge._faces._callables.Call.aio"]


@pytest.mark.parametrize(
    ("line", "word", "doc"),
    [
        ("now = current", "current", "Return the temperature in `city`."),
        ("several = readings", "readings", "Yield readings of `city`."),
        ("answers = client", "query", "Ask the station."),
        ("number = client", "parse", "Read a number."),
        ("client = Client", "Client", "A client of a station."),
    ],
)
def test_help_shows_the_docstring(line: str, word: str, doc: str, editor: Editor) -> None:
    """Whatever the callable is typed as."""
    assert doc in editor.help(line, word).splitlines()


def test_completion_lists_members_and_forms(editor: Editor) -> None:
    """An object lists its members, an async callable its forms."""
    assert editor.complete("writing = client.", "client.") == ["held", "parse", "query", "url", "with_options"]
    assert editor.complete("and_here = client.query.", "query.") == ["aio", "submit", "with_options"]
    assert editor.complete("and_there = current.", "current.") == ["aio", "submit", "with_options"]


def test_signatures_of_plain_callables_are_shown(editor: Editor) -> None:
    """A plain method and a constructor are what they look like."""
    assert editor.signatures("number = client", "parse(") == ["parse(text: str) -> int"]
    assert editor.signatures("client = Client", "Client(") == ["Client(url: str)"]


def test_signatures_of_async_callables_are_the_bridges_own(editor: Editor) -> None:
    """What jedi cannot follow: it shows no wrong name, and no right one."""
    assert editor.signatures("now = current", "current(") == ["Call(*args: P.args, **kwargs: P.kwargs) -> R_co"]
    assert editor.signatures("later = await", "aio(") == ["aio(*args: P.args, **kwargs: P.kwargs) -> R_co"]


@pytest.mark.parametrize(
    ("text", "parameters", "doc"),
    [
        ("weather.current(", ["city", "units"], "Return the temperature in `city`."),
        ("weather.current.aio(", ["city", "units"], "Return the temperature in `city`."),
        ("weather.Client.query(", ["self", "question", "limit"], "Ask the station."),
        ("client.query(", ["question", "limit"], "Ask the station."),
        ("client.query.aio(", ["question", "limit"], "Ask the station."),
    ],
)
def test_signatures_are_exact_where_the_program_runs(
    text: str, parameters: list[str], doc: str, weather: ModuleType
) -> None:
    """In a notebook jedi asks the objects themselves, which tell their signatures."""
    signatures = jedi.Interpreter(text, [{"weather": weather, "client": weather.Client("x")}]).get_signatures()
    assert [parameter.name for parameter in signatures[0].params] == parameters
    assert doc in signatures[0].docstring()


CALL = "Call(*args: P.args, **kwargs: P.kwargs) -> R_co"
METHOD = "Method(face: Face, /, **kwargs: P.kwargs) -> R_co"
WRITTEN_OUT = {  # where each stands, its docstring in the generated file, and what jedi takes for its signatures
    "boxes.parsed": (
        "boxes.parsed",
        "parsed(text: str) -> int\nparsed(text: bytes) -> float\n\nParse a text.",
        [CALL],
    ),
    "boxes.mapped": (
        "boxes.mapped",
        """mapped(function: Callable[[int], Awaitable[K]], number: int = 1) -> list[K]
mapped(function: Callable[[int], K], number: int = 1) -> list[K]

Map a number.""",
        [CALL],
    ),
    "shelf.find": (
        "boxes.Shelf.find",
        "find(key: int) -> int\nfind(key: str) -> str\n\nFind a key.",
        [CALL, METHOD],
    ),
    "box.several": (
        "boxes.Box.several",
        "several(number: int) -> list[Self]\n\nGive several.",
        [CALL, METHOD],
    ),
    "box.map": (
        "boxes.Box.map",
        """map(function: Callable[[T], Awaitable[K]]) -> Box[K]
map(function: Callable[[T], K]) -> Box[K]

Map the item.""",
        [CALL, METHOD],
    ),
    "boxes.Box.holding": (
        "boxes.Box.holding",
        "holding(item: T) -> Box[T]\n\nMake one of an item.",
        [CALL],
    ),
    "boxes.Box.first": (
        "boxes.Box.first",
        "first(items: list[T]) -> T\n\nGive the first.",
        [CALL],
    ),
}


@pytest.mark.parametrize("callee", WRITTEN_OUT)
def test_what_is_written_out_is_found_and_documented(callee: str, written_out: Editor) -> None:
    """The decorator is read, not the class: jedi knows the stub, its docstring and the forms."""
    path, doc, _ = WRITTEN_OUT[callee]
    line, name = f"called = {callee}(", callee.rpartition(".")[2]
    assert written_out.goto(line, f"{name}(") == [("boxes", path)]
    assert written_out.help(line, f"{name}(") == doc
    assert written_out.complete(f"    {callee}.", f"{name}.") == ["aio", "submit", "with_options"]


@pytest.mark.parametrize("callee", WRITTEN_OUT)
def test_signatures_of_what_is_written_out_are_the_bridges_own(callee: str, written_out: Editor) -> None:
    """Of a method jedi shows the decorator's two classes, and twice; `.aio` is the bridge's, without a docstring."""
    name, line = callee.rpartition(".")[2], f"await {callee}.aio("
    assert sorted(set(written_out.signatures(f"called = {callee}(", f"{name}("))) == WRITTEN_OUT[callee][2]
    assert written_out.goto(line, "aio(") == [
        ("ambidex.bridge._faces._callables", "ambidex.bridge._faces._callables.Call.aio")
    ]
    assert written_out.help(line, "aio(") == ""
    assert set(written_out.signatures(line, "aio(")) == {"aio(*args: P.args, **kwargs: P.kwargs) -> R_co"}


@pytest.mark.parametrize(
    ("callee", "parameters", "doc"),
    [
        ("boxes.parsed", "(text: 'str | bytes')", "Parse a text."),
        ("boxes.mapped", "(function: 'Callable[[int], K | Awaitable[K]]', number: 'int'=1)", "Map a number."),
        ("shelf.find", "(key: 'int | str')", "Find a key."),
        ("box.several", "(number: 'int')", "Give several."),
        ("box.map", "(function: 'Callable[[T], K | Awaitable[K]]')", "Map the item."),
        ("boxes.Box.holding", "(item: 'T')", "Make one of an item."),
        ("boxes.Box.first", "(items: 'list[T]')", "Give the first."),
    ],
)
def test_signatures_of_what_is_written_out_are_the_stubs_where_the_program_runs(
    callee: str, parameters: str, doc: str, boxes: ModuleType
) -> None:
    """In a notebook jedi shows one signature, which takes what every overload takes."""
    objects = {"boxes": boxes, "shelf": boxes.Shelf(), "box": boxes.Box(1)}
    for name, text in ((callee.rpartition(".")[2], f"{callee}("), ("aio", f"{callee}.aio(")):
        (signature,) = jedi.Interpreter(text, [objects]).get_signatures()
        assert signature.to_string() == f"{name}{parameters}"
        assert signature.docstring(raw=True) == doc
