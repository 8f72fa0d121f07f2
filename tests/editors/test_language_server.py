"""A language server, basedpyright's, shows the signatures and docstrings of generated callables, and finds them.

PyCharm has an engine of its own, which is not run here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.editors.server import Spot

if TYPE_CHECKING:
    from tests.editors.server import Server

pytestmark = pytest.mark.timeout(180)  # the first run of basedpyright may unpack its own node


HOVERS = {
    "function": (
        ("now = current", "current"),
        '(function) current: Call[(city: str, *, units: str = "C"), float]\n\nReturn the temperature in `city`.',
    ),
    "stream": (
        ("several = readings", "readings"),
        "(function) readings: Stream[(city: str, limit: int = 2), float, None]\n\nYield readings of `city`.",
    ),
    "method": (
        ("answers = client", "query"),
        "(property) query: Call[(question: str, *, limit: int = 10), list[str]]\n\nAsk the station.",
    ),
    "context manager": (
        ("block = client", "held"),
        "(property) held: Entry[(name: str), Client]\n\nHold the station.",
    ),
    "plain method": (("number = client", "parse"), "(method) def parse(text: str) -> int\n\nRead a number."),
    "property": (("address = client", "url"), "(property) url: str\n\nThe address."),
    "class": (("client = Client", "Client"), "class Client(url: str)\n\nSet up a client for `url`."),
}
ASYNC_FORMS = {
    "function": (
        ("later = await current", "aio"),
        '(method) def aio(\n    city: str,\n    *,\n    units: str = "C"\n) -> CoroutineType[Any, Any, float]',
        "Return the temperature in `city`.",
    ),
    "stream": (
        ("several = readings", "aio"),
        "(method) def aio(\n    city: str,\n    limit: int = 2\n) -> AsyncGenerator[float, None]",
        "Yield readings of `city`.",
    ),
    "method": (
        ("more = await client", "aio"),
        "(method) def aio(\n    question: str,\n    *,\n    limit: int = 10\n) -> CoroutineType[Any, Any, list[str]]",
        "Ask the station.",
    ),
    "context manager": (
        ("entered = client", "aio"),
        "(method) def aio(name: str) -> Context[Client]",
        "Hold the station.",
    ),
}


@pytest.mark.parametrize("name", HOVERS)
def test_hover_shows_the_signature_and_the_docstring(name: str, server: Server) -> None:
    """Of whatever is generated, in a user's program."""
    place, shown = HOVERS[name]
    assert server.hover("use.py", *place) == shown


@pytest.mark.parametrize("name", ASYNC_FORMS)
def test_hover_on_an_async_form_shows_the_signature(name: str, server: Server) -> None:
    """`.aio` has the parameters of its function by name, with their defaults, and what awaiting it gives."""
    place, signature, _ = ASYNC_FORMS[name]
    assert server.hover("use.py", *place).partition("\n\n")[0] == signature


@pytest.mark.parametrize("name", ASYNC_FORMS)
def test_hover_on_an_async_form_shows_the_docstring(name: str, server: Server) -> None:
    """`.aio` is documented by its function."""
    place, _, doc = ASYNC_FORMS[name]
    assert server.hover("use.py", *place).partition("\n\n")[2] == doc


DEFINITIONS = {
    "function": (
        ("now = current", "current"),
        Spot("weather.py", 'def current(city: str, *, units: str = "C") -> float:', "current"),
    ),
    "method": (
        ("answers = client", "query"),
        Spot("weather.py", "def query(self, question: str, *, limit: int = 10) -> list[str]:", "query"),
    ),
    "function before aio": (
        ("later = await current", "current"),
        Spot("weather.py", 'def current(city: str, *, units: str = "C") -> float:', "current"),
    ),
    "plain method": (
        ("number = client", "parse"),
        Spot("weather.py", "def parse(self, text: str) -> int:", "parse"),
    ),
    "property": (("address = client", "url"), Spot("weather.py", "def url(self) -> str:", "url")),
    "class": (
        ("client = Client", "Client"),
        Spot("weather.py", "class Client(Face, implementation=_impl):", "Client"),
    ),
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_definition_lands_on_the_generated_def(name: str, server: Server) -> None:
    """A name leads to its stub, also where `.aio` follows."""
    place, spot = DEFINITIONS[name]
    assert server.definition("use.py", *place) == [spot]


@pytest.mark.parametrize("name", ASYNC_FORMS)
def test_definition_of_an_async_form_lands_in_the_bridge(name: str, server: Server) -> None:
    """`.aio` by itself is one method for all functions, another for streams and for context managers."""
    place, _, _ = ASYNC_FORMS[name]
    (spot,) = server.definition("use.py", *place)
    assert (spot.file, spot.name) == ("_callables.py", "aio")


IMPLEMENTATIONS = {
    "current": 'async def current(city: str, *, units: str = "C") -> float:',
    "readings": "async def readings(city: str, limit: int = 2) -> AsyncGenerator[float, None]:",
    "Client.__init__": "def __init__(self, url: str) -> None:",
    "Client.query": "async def query(self, question: str, *, limit: int = 10) -> List[str]:",
    "Client.held": "async def held(self, name: str) -> AsyncGenerator[Client, None]:",
    "Client.parse": "def parse(self, text: str) -> int:",
    "Client.url": "def url(self) -> str:",
}


@pytest.mark.parametrize("path", IMPLEMENTATIONS)
def test_definition_of_what_a_stub_names_lands_on_the_implementation(path: str, server: Server) -> None:
    """One jump further is the code that runs."""
    name = path.rpartition(".")[2]
    spots = server.definition("weather.py", f".at(_source.{path})", name)
    assert spots == [Spot("_weather.py", IMPLEMENTATIONS[path], name)]


@pytest.mark.parametrize("occurrence", [0, 1])
@pytest.mark.parametrize("path", IMPLEMENTATIONS)
def test_definition_of_what_a_stub_of_a_pair_names_lands_on_the_implementation(
    path: str, occurrence: int, server: Server
) -> None:
    """In the style "twin" both stubs lead there."""
    name = path.rpartition(".")[2]
    spots = server.definition("twins.py", f".at(_source.{path})", name, occurrence)
    assert spots == [Spot("_twins.py", IMPLEMENTATIONS[path], name)]


def test_completion_lists_members_and_forms(server: Server) -> None:
    """An object lists its members, an async callable its forms."""
    assert server.completion("use.py", "writing = client.", "client.") == [
        "held",
        "parse",
        "query",
        "url",
        "with_options",
    ]
    assert server.completion("use.py", "and_here = client.query.", "query.") == ["aio", "submit", "with_options"]
    assert server.completion("use.py", "and_there = current.", "current.") == ["aio", "submit", "with_options"]


SIGNATURES = {
    "function": (("now = current", "current("), '(city: str, *, units: str = "C") -> float'),
    "method": (("answers = client", "query("), "(question: str, *, limit: int = 10) -> list[str]"),
    "plain method": (("number = client", "parse("), "(text: str) -> int"),
    "constructor": (("client = Client", "Client("), "(url: str) -> Client"),
    "submit": (("future = client", "submit("), "(question: str, *, limit: int = 10) -> Future[list[str]]"),
    "aio of a function": (
        ("later = await current", "aio("),
        '(city: str, *, units: str = "C") -> CoroutineType[Any, Any, float]',
    ),
    "aio of a method": (
        ("more = await client", "aio("),
        "(question: str, *, limit: int = 10) -> CoroutineType[Any, Any, list[str]]",
    ),
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_signature_help_shows_the_parameters(name: str, server: Server) -> None:
    """Inside the parentheses of a call of each form."""
    place, label = SIGNATURES[name]
    assert server.signature("use.py", *place).label == label


DOCS = {
    "function": (("now = current", "current("), "Return the temperature in `city`."),
    "aio of a function": (("later = await current", "aio("), "Return the temperature in `city`."),
    "method": (("answers = client", "query("), "Ask the station."),
    "aio of a method": (("more = await client", "aio("), "Ask the station."),
    "submit": (("future = client", "submit("), "Ask the station."),
    "method of the class": (("unbound = Client", "query("), "Ask the station."),
    "stream": (("lines = readings", "readings("), "Yield readings of `city`."),
    "aio of a stream": (("several = readings", "aio("), "Yield readings of `city`."),
    "context manager": (("block = client", "held("), "Hold the station."),
    "aio of a context manager": (("entered = client", "aio("), "Hold the station."),
    "plain method": (("number = client", "parse("), "Read a number."),
}


@pytest.mark.parametrize("name", DOCS)
def test_signature_help_shows_the_docstring(name: str, server: Server) -> None:
    """Each form is documented by the function itself."""
    place, doc = DOCS[name]
    assert server.signature("use.py", *place).doc == doc


TWINS = {
    "blocking function": (("now = twins", "current("), "Return the temperature in `city`."),
    "awaited function": (("later = await twins", "async_current("), "Return the temperature in `city`."),
    "blocking method": (("answers = client", "query("), "Ask the station."),
    "awaited method": (("more = await twins", "query("), "Ask the station."),
    "blocking stream": (("lines = twins", "readings("), "Yield readings of `city`."),
    "awaited stream": (("several = twins", "async_readings("), "Yield readings of `city`."),
}


@pytest.mark.parametrize("name", TWINS)
def test_either_form_of_a_pair_is_documented(name: str, server: Server) -> None:
    """In the style "twin" hover and signature help show the docstring."""
    (line, word), doc = TWINS[name]
    assert server.hover("use_twins.py", line, word).partition("\n\n")[2] == doc
    assert server.signature("use_twins.py", line, word).doc == doc
