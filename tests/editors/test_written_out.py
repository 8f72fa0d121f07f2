"""What an editor shows of callables that no decorator can type, each of which is written out as a class.

Hover on the name gives the class, and below it every signature and the docstring; `.aio` and the parentheses give every
signature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.editors.server import Signature, Spot

if TYPE_CHECKING:
    from tests.editors.server import Server

pytestmark = pytest.mark.timeout(180)  # the first run of basedpyright may unpack its own node

USE = "use_boxes.py"


class Shown(NamedTuple):
    """What is shown of a callable. `variants` are parameters and results, with `FORM` where a form's name stands."""

    callee: str
    doc: str
    hover: str
    calls: list[str]  # below the class
    aio: str  # hover on `.aio` that is not called
    aio_called: str
    variants: list[tuple[str, str]]
    stub: str
    aio_lines: list[str]

    @property
    def name(self) -> str:
        """The last name of what is called."""
        return self.callee.rpartition(".")[2]

    def signatures(self, form: str, result: str) -> list[Signature]:
        """Return what stands inside the parentheses of a form of the call."""
        return [
            Signature(f"{parameters} -> {result.format(gives)}".replace("FORM", form), self.doc)
            for parameters, gives in self.variants
        ]


ANY_ARGUMENTS = "async def aio(self, *args: Any, **kwargs: Any) -> Any: ..."  # what overloads end with

SHOWN = {
    "overloads": Shown(
        callee="boxes.parsed",
        doc="Parse a text.",
        hover="(function) parsed: _parsed_faces",
        calls=["parsed(text: str) -> int", "parsed(text: bytes) -> float"],
        aio="(method)\n"
        "def aio(text: str) -> CoroutineType[Any, Any, int]: ...\n"
        "def aio(text: bytes) -> CoroutineType[Any, Any, float]: ...",
        aio_called="(method) def aio(text: bytes) -> CoroutineType[Any, Any, float]",
        variants=[("(text: str)", "int"), ("(text: bytes)", "float")],
        stub="def parsed(text: str | bytes) -> int | float:",
        aio_lines=[
            "async def aio(self, text: str) -> int:",
            "async def aio(self, text: bytes) -> float:",
            ANY_ARGUMENTS,
        ],
    ),
    "callback that decides a type": Shown(
        callee="boxes.mapped",
        doc="Map a number.",
        hover="(function) mapped: _mapped_faces",
        calls=[
            "mapped(function: Callable[[int], Awaitable[K]], number: int = 1) -> list[K]",
            "mapped(function: Callable[[int], K], number: int = 1) -> list[K]",
        ],
        aio="(method)\n"
        "def aio(\n    function: (int) -> Awaitable[K@aio],\n    number: int = 1\n"
        ") -> CoroutineType[Any, Any, list[K@aio]]: ...\n\n"
        "def aio(\n    function: (int) -> K@aio,\n    number: int = 1\n"
        ") -> CoroutineType[Any, Any, list[K@aio]]: ...",
        aio_called="(method) def aio(\n    function: (int) -> K@aio,\n    number: int = 1\n"
        ") -> CoroutineType[Any, Any, list[K@aio]]",
        variants=[
            ("(function: (int) -> Awaitable[K@FORM], number: int = 1)", "list[K@FORM]"),
            ("(function: (int) -> str, number: int = 1)", "list[str]"),
        ],
        stub="def mapped(function: Callable[[int], K | Awaitable[K]], number: int = 1) -> list[K]:",
        aio_lines=[
            "async def aio(self, function: Callable[[int], Awaitable[K]], number: int = 1) -> list[K]:",
            "async def aio(self, function: Callable[[int], K], number: int = 1) -> list[K]:",
            ANY_ARGUMENTS,
        ],
    ),
    "method with overloads": Shown(
        callee="shelf.find",
        doc="Find a key.",
        hover="(property) find: _Shelf_find_faces",
        calls=["find(key: int) -> int", "find(key: str) -> str"],
        aio="(method)\n"
        "def aio(key: int) -> CoroutineType[Any, Any, int]: ...\n"
        "def aio(key: str) -> CoroutineType[Any, Any, str]: ...",
        aio_called="(method) def aio(key: str) -> CoroutineType[Any, Any, str]",
        variants=[("(key: int)", "int"), ("(key: str)", "str")],
        stub="def find(self, key: int | str) -> int | str:",
        aio_lines=["async def aio(self, key: int) -> int:", "async def aio(self, key: str) -> str:", ANY_ARGUMENTS],
    ),
    "method with a callback that decides a type": Shown(
        callee="box.map",
        doc="Map the item.",
        hover="(property) map: _Box_map_faces[int]",
        calls=["map(function: Callable[[T], Awaitable[K]]) -> Box[K]", "map(function: Callable[[T], K]) -> Box[K]"],
        aio="(method)\n"
        "def aio(function: (int) -> Awaitable[K@aio]) -> CoroutineType[Any, Any, Box[K@aio]]: ...\n\n"
        "def aio(function: (int) -> K@aio) -> CoroutineType[Any, Any, Box[K@aio]]: ...",
        aio_called="(method) def aio(function: (int) -> K@aio) -> CoroutineType[Any, Any, Box[K@aio]]",
        variants=[
            ("(function: (int) -> Awaitable[K@FORM])", "Box[K@FORM]"),
            ("(function: (int) -> str)", "Box[str]"),
        ],
        stub="def map(self, function: Callable[[T], K | Awaitable[K]]) -> Box[K]:",
        aio_lines=[
            "async def aio(self, function: Callable[[T], Awaitable[K]]) -> Box[K]:",
            "async def aio(self, function: Callable[[T], K]) -> Box[K]:",
            ANY_ARGUMENTS,
        ],
    ),
    "list of Self": Shown(
        callee="box.several",
        doc="Give several.",
        hover="(property) several: _Box_several_bound[Box[int]]",
        calls=["several(number: int) -> list[Self]"],
        aio="(method) def aio(number: int) -> CoroutineType[Any, Any, list[Box[int]]]",
        aio_called="(method) def aio(number: int) -> CoroutineType[Any, Any, list[Box[int]]]",
        variants=[("(number: int)", "list[Box[int]]")],
        stub="def several(self, number: int) -> list[Self]:",
        aio_lines=["async def aio(self, number: int) -> list[OwnFace]:"],
    ),
    "class method of a generic class": Shown(
        callee="boxes.Box.holding",
        doc="Make one of an item.",
        hover="(method) holding: _Box_holding_faces",
        calls=["holding(item: T) -> Box[T]"],
        aio="(method) def aio(item: T@aio) -> CoroutineType[Any, Any, Box[T@aio]]",
        aio_called="(method) def aio(item: T@aio) -> CoroutineType[Any, Any, Box[T@aio]]",
        variants=[("(item: str)", "Box[str]")],
        stub="def holding(cls, item: T) -> Box[T]:",
        aio_lines=["async def aio(self, item: T) -> Box[T]:"],
    ),
    "static method of a generic class": Shown(
        callee="boxes.Box.first",
        doc="Give the first.",
        hover="(method) first: _Box_first_faces",
        calls=["first(items: list[T]) -> T"],
        aio="(method) def aio(items: list[T@aio]) -> CoroutineType[Any, Any, T@aio]",
        aio_called="(method) def aio(items: list[T@aio]) -> CoroutineType[Any, Any, T@aio]",
        variants=[("(items: list[str])", "str")],
        stub="def first(items: list[T]) -> T:",
        aio_lines=["async def aio(self, items: list[T]) -> T:"],
    ),
}


@pytest.mark.parametrize("kind", SHOWN)
def test_hover_shows_each_signature_and_the_docstring(kind: str, server: Server) -> None:
    """Of a name that is called, and of one that `.aio` follows."""
    shown = SHOWN[kind]
    text = "\n\n".join((shown.hover, "\n".join(shown.calls), shown.doc))
    assert server.hover(USE, f"called = {shown.callee}(", f"{shown.name}(") == text
    assert server.hover(USE, f"named = {shown.callee}.aio", f"{shown.name}.") == text


@pytest.mark.parametrize("kind", SHOWN)
def test_hover_on_an_async_form_shows_each_signature_and_the_docstring(kind: str, server: Server) -> None:
    """Where it is called, the signature that is meant."""
    shown = SHOWN[kind]
    assert server.hover(USE, f"named = {shown.callee}.aio", "aio") == f"{shown.aio}\n\n{shown.doc}"
    assert server.hover(USE, f"await {shown.callee}.aio(", "aio(") == f"{shown.aio_called}\n\n{shown.doc}"


@pytest.mark.parametrize("kind", SHOWN)
def test_signature_help_shows_each_signature_and_the_docstring(kind: str, server: Server) -> None:
    """Inside the parentheses of each form of the call."""
    shown = SHOWN[kind]
    forms = {
        "__call__": (f"called = {shown.callee}(", f"{shown.name}(", "{}"),
        "aio": (f"await {shown.callee}.aio(", "aio(", "CoroutineType[Any, Any, {}]"),
        "submit": (f"future = {shown.callee}.submit(", "submit(", "Future[{}]"),
    }
    for form, (line, word, result) in forms.items():
        assert server.signatures(USE, line, word) == shown.signatures(form, result)


@pytest.mark.parametrize("kind", SHOWN)
def test_definition_lands_on_the_generated_def(kind: str, server: Server) -> None:
    """A name that is called leads to its stub, and so does one that `.aio` follows."""
    shown = SHOWN[kind]
    stub = [Spot("boxes.py", shown.stub, shown.name)]
    assert server.definition(USE, f"called = {shown.callee}(", f"{shown.name}(") == stub
    assert server.definition(USE, f"await {shown.callee}.aio(", f"{shown.name}.") == stub


@pytest.mark.parametrize("kind", SHOWN)
def test_definition_of_an_async_form_lands_on_each_signature(kind: str, server: Server) -> None:
    """`.aio` leads into the class, to each overload and to the method that overloads end with."""
    shown = SHOWN[kind]
    spots = [Spot("boxes.py", line, "aio") for line in shown.aio_lines]
    assert server.definition(USE, f"await {shown.callee}.aio(", "aio(") == spots


@pytest.mark.parametrize("kind", SHOWN)
def test_completion_lists_the_forms(kind: str, server: Server) -> None:
    """As it does behind any async callable."""
    shown = SHOWN[kind]
    assert server.completion(USE, f"    {shown.callee}.", f"{shown.name}.") == ["aio", "submit", "with_options"]


@pytest.mark.parametrize(
    ("line", "name", "signature", "prefix"),
    [
        ("now =", "parsed", "def parsed(text: str) -> int", ""),
        ("later =", "async_parsed", "def async_parsed(text: str) -> CoroutineType[Any, Any, int]", "async "),
    ],
)
def test_overloads_in_the_twin_style_stay_functions(
    line: str, name: str, signature: str, prefix: str, server: Server
) -> None:
    """Nothing is written out: hover shows the signature that is meant, and the definition is every `def`."""
    place = ("use_twin_boxes.py", line, f"{name}(")
    assert server.hover(*place) == f"(function) {signature}\n\nParse a text."
    assert server.definition(*place) == [
        Spot("twin_boxes.py", f"{prefix}def {name}(text: str) -> int: ...", name),
        Spot("twin_boxes.py", f"{prefix}def {name}(text: bytes) -> float: ...", name),
        Spot("twin_boxes.py", f"{prefix}def {name}(text: str | bytes) -> int | float:", name),
    ]
