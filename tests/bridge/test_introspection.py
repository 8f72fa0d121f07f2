"""What inspect, typing, help and functools say of faces and their members is what they say of ordinary functions."""

from __future__ import annotations

import asyncio
import functools
import inspect
import pydoc
import sys
import typing
from typing import Any

import pytest

from tests.bridge import orchard, workshop
from tests.bridge.orchard import Tree, height_of, sequence
from tests.bridge.workshop import Crate, Tool, fail

MEMBERS: dict[str, Any] = {
    "function": lambda: sequence,
    "method": lambda: Tool("saw").use,
    "method of the class": lambda: Tool.use,
    "stream": lambda: Tool("saw").turns,
    "context": lambda: Tool("saw").held,
    "plain method": lambda: Tool("saw").where,
    "class method": lambda: Tree.seed,
}
NAMES = {
    "function": ("sequence", "sequence", "tests.bridge.orchard", "Return the trees in reverse."),
    "method": ("use", "Tool.use", "tests.bridge.workshop", "Use the tool."),
    "method of the class": ("use", "Tool.use", "tests.bridge.workshop", "Use the tool."),
    "stream": ("turns", "Tool.turns", "tests.bridge.workshop", "Turn it."),
    "context": ("held", "Tool.held", "tests.bridge.workshop", "Hold it."),
    "plain method": ("where", "Tool.where", "tests.bridge.workshop", None),
    "class method": ("seed", "Tree.seed", "tests.bridge.orchard", None),
}
SIGNATURES = {
    "function": "(trees: 'list[Tree]') -> 'list[Tree]'",
    "method": "(times: 'int', *, hard: 'bool' = False) -> 'str'",
    "method of the class": "(self, times: 'int', *, hard: 'bool' = False) -> 'str'",
    "stream": "(count: 'int' = 3) -> 'Generator[int, None, None]'",
    "context": "(*, firmly: 'bool' = True) -> 'Context[Tool]'",
    "plain method": "() -> 'int'",
    "class method": "(kind: 'str') -> 'Tree'",
}


def plain_help(thing: object) -> str:
    """Return what `help(thing)` shows."""
    renderer: Any = vars(pydoc)["plaintext"]  # which the types of pydoc do not list
    return pydoc.render_doc(thing, renderer=renderer)


@pytest.mark.parametrize("kind", MEMBERS)
def test_names_of_a_member_are_those_of_its_stub(kind: str) -> None:
    """`__name__`, `__qualname__`, `__module__`, `__doc__`."""
    member = MEMBERS[kind]()
    assert (member.__name__, member.__qualname__, member.__module__, member.__doc__) == NAMES[kind]
    assert callable(member)


@pytest.mark.parametrize("kind", SIGNATURES)
def test_signature_of_a_member_is_that_of_its_stub(kind: str) -> None:
    """`inspect.signature`, without `self` where it is bound."""
    assert str(inspect.signature(MEMBERS[kind]())) == SIGNATURES[kind]


@pytest.mark.parametrize("kind", MEMBERS)
def test_help_of_a_member_shows_signature_and_docstring(kind: str) -> None:
    """`help()` takes each member for a routine."""
    member = MEMBERS[kind]()
    assert inspect.isroutine(member)
    text = plain_help(member)
    name, _, _, doc = NAMES[kind]
    assert name in text
    assert SIGNATURES[kind].partition(" ->")[0].strip("()") in text
    assert doc is None or doc in text


def test_help_of_a_class_lists_its_methods_with_their_signatures() -> None:
    """`help(Class)` shows async members as methods, beside the plain ones."""
    text = plain_help(Tool)
    assert "use(self, times: 'int', *, hard: 'bool' = False) -> 'str'" in text
    assert "turns(self, count: 'int' = 3)" in text
    assert "held(self, *, firmly: 'bool' = True)" in text


def test_awaited_form_is_a_coroutine_function() -> None:
    """`.aio` of functions, methods, class methods and their options; what is called to block is none."""
    saw = Tool("saw")
    for call in (fail, saw.use, Tree.seed, Tree.height, fail.with_options(timeout=1), saw.use.with_options(timeout=1)):
        function: Any = call
        assert inspect.iscoroutinefunction(function.aio)
        if sys.version_info < (3, 14):  # deprecated since
            assert asyncio.iscoroutinefunction(function.aio)
        assert not inspect.iscoroutinefunction(function)
        assert str(inspect.signature(function.aio)) == str(inspect.signature(function))
        assert function.aio.__qualname__ == f"{function.__qualname__}.aio"
        assert function.aio.__module__ == function.__module__


def test_awaited_form_of_a_stream_and_a_context_describe_themselves() -> None:
    """`.aio` of what is no coroutine function has the signature and names of its stub as well."""
    saw = Tool("saw")
    for kind in (saw.turns, saw.held):
        member: Any = kind
        blocking = str(inspect.signature(member))
        expected = blocking.replace("Generator[int, None, None]", "AsyncGenerator[int, None]")
        assert str(inspect.signature(member.aio)) == expected
        assert member.aio.__doc__ == member.__doc__
        assert member.aio.__qualname__ == f"{member.__qualname__}.aio"


def test_type_hints_are_those_of_the_stub() -> None:
    """`typing.get_type_hints` resolves them in the generated module."""
    assert typing.get_type_hints(height_of) == {"tree": Tree, "return": float}
    assert typing.get_type_hints(height_of.aio) == {"tree": Tree, "return": float}
    assert typing.get_type_hints(Tool("saw").use) == {"times": int, "hard": bool, "return": str}
    assert typing.get_type_hints(Tool.use) == {"times": int, "hard": bool, "return": str}


def test_wrapping_and_unwrapping_keep_to_the_stub() -> None:
    """`functools.wraps` copies names and the other faces; `inspect.unwrap` ends at the generated `def`."""

    @functools.wraps(sequence)
    def wrapper(trees: list[Tree]) -> list[Tree]:
        return sequence(trees)

    named: Any = wrapper
    assert (named.__name__, named.__doc__) == ("sequence", "Return the trees in reverse.")
    assert named.aio is sequence.aio

    @functools.wraps(Tool("saw").use)
    def use(times: int) -> int:
        return times

    assert (use.__name__, use.__qualname__, use.__module__) == ("use", "Tool.use", "tests.bridge.workshop")
    for wrapped, module in ((sequence, orchard), (Tool("saw").use, workshop), (Tool.use, workshop)):
        stub = inspect.unwrap(wrapped)
        assert inspect.isfunction(stub)
        assert stub.__code__.co_filename == module.__file__
        assert inspect.getsourcefile(stub) == module.__file__


def test_functions_are_functions_and_plain_methods_are_methods() -> None:
    """`inspect.isfunction` and `ismethod` say what a user expects where the face can be one."""
    assert inspect.isfunction(sequence)
    assert inspect.isfunction(sequence.aio)
    assert inspect.ismethod(Tool("saw").where)
    assert inspect.ismethod(Tool("saw").use.aio)


def test_repr_names_the_face_and_shows_the_object() -> None:
    """A class without `__repr__` is named in full, with what the object shows of itself."""
    assert repr(Crate()).startswith("<tests.bridge.workshop.Crate for <tests.bridge._workshop.Box object at ")
    assert repr(Crate.__new__(Crate)) == "<tests.bridge.workshop.Crate for nothing yet>"
    assert repr(Tool("saw")) == "<saw>"
    assert repr(fail.with_options(timeout=1)) == "<call fail>"


def test_signature_of_a_class_is_that_of_its_constructor() -> None:
    """Without `self`; a subclass has its base's."""

    class Saw(Tool):
        pass

    for cls in (Tool, Saw):
        assert list(inspect.signature(cls).parameters) == list(inspect.signature(Tool.__init__).parameters)[1:]
        assert "args" not in inspect.signature(cls).parameters
