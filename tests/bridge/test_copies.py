"""Faces and callables are pickled and copied: a face by what its object does, a callable by where it is found."""

from __future__ import annotations

import copy
import pickle
import threading
from typing import Any

import pytest

from tests.bridge import orchard, workshop
from tests.bridge.orchard import Tree, sequence
from tests.bridge.workshop import Crate, Tape, Tool, check, fail

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


class Saw(Tool):
    """A user's subclass, with an attribute of its own."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.teeth = ["sharp"]


def again(value: Any, protocol: int = pickle.HIGHEST_PROTOCOL) -> Any:
    """Return what pickling and reading gives."""
    return pickle.loads(pickle.dumps(value, protocol))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_pickled_face_is_read_as_a_face_of_the_new_object(protocol: int) -> None:
    """The object is pickled by its own ways; the new face is not the old one."""
    saw = Tool("saw", Tool("file"))
    assert saw.use(1) == "saw used 1 times"
    read = again(saw, protocol)
    assert type(read) is Tool
    assert read is not saw
    assert (read.name, read.use(2)) == ("saw", "saw used 2 times")
    assert read.owner is not None
    assert read.owner.name == "file"
    read.name = "other"
    assert saw.name == "saw"


def test_pickled_face_keeps_what_is_one_object_one() -> None:
    """In one pickle, a face that stands twice is one face, and objects that refer to each other still do."""
    file = Tool("file")
    saw = Tool("saw", file)
    first, second, owner = again([saw, saw, file])
    assert first is second
    assert first.owner is owner


def test_pickled_and_copied_face_of_a_users_subclass_stays_one() -> None:
    """Class and attributes of the user's own go with the face; a deep copy copies them, too."""
    saw = Saw("saw")
    read, shallow, deep = again(saw), copy.copy(saw), copy.deepcopy(saw)
    for made in (read, shallow, deep):
        assert type(made) is Saw
        assert made.teeth == ["sharp"]
        assert made.name == "saw"
        assert made.use(1) == "saw used 1 times"
    assert shallow.teeth is saw.teeth
    assert deep.teeth is not saw.teeth


def test_copied_face_is_a_face_of_a_copied_object() -> None:
    """A copy shares what the object's copy shares, a deep copy shares nothing."""
    file = Tool("file")
    saw = Tool("saw", file)
    shallow, deep = copy.copy(saw), copy.deepcopy(saw)
    assert shallow is not saw
    shallow.name = deep.name = "other"
    assert saw.name == "saw"
    assert shallow.owner is file
    assert deep.owner is not file
    both = copy.deepcopy([saw, file, saw])
    assert both[0] is both[2]
    assert both[0].owner is both[1]


def test_face_whose_object_cannot_be_pickled_or_copied_says_so() -> None:
    """The error names the class and the reason, however deep that lies in the object."""
    saw = Tool("saw")
    saw.log.append([threading.Lock()])
    with pytest.raises(
        TypeError, match=r"Tool cannot be pickled, because the object .*: TypeError: cannot pickle '_th"
    ):
        pickle.dumps(saw)
    with pytest.raises(TypeError, match=r"Tool cannot be copied, because the object .*: TypeError: cannot pickle '_th"):
        copy.deepcopy(saw)
    assert copy.copy(saw).log is saw.log
    with pytest.raises(TypeError, match="Tape cannot be pickled"):
        pickle.dumps(Tape.__new__(Tape))


FUNCTIONS: list[Any] = [
    sequence,
    sequence.aio,
    fail,
    fail.aio,
    check,
    Tool.use,
    Tool.turns,
    Tree.seed,
    Tree.height,
    Crate,
]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: str(getattr(function, "__qualname__", function)))
def test_function_is_pickled_by_name(function: Any) -> None:
    """What stands in a module or a class is read as the very same object; so are copies."""
    for protocol in PROTOCOLS:
        read = again(function, protocol)
        assert read is function or read == function
    assert copy.copy(function) is function
    assert copy.deepcopy(function) == function


def test_options_of_a_function_are_pickled() -> None:
    """`with_options` and the bound parts of a function are read as equal ones."""
    limited: Any = fail.with_options(timeout=3)
    for part in (limited, fail.submit, fail.with_options):
        assert again(part) == part
    for part in (limited.aio, limited.submit):  # a bound method is equal to one of the very same object alone
        assert again(part).__self__ == limited
        assert again(part).__func__ is part.__func__
    assert again(limited) != fail.with_options(timeout=4)
    with pytest.raises(ValueError, match="from the function"):
        again(limited)()


def test_bound_method_is_pickled_with_its_face() -> None:
    """The method that is read belongs to the new face."""
    saw: Any = Tool("saw")
    for method in (saw.use, saw.use.with_options(timeout=10), saw.use.aio, saw.turns, saw.turns.aio, saw.held):
        read = again(method)
        assert type(read) is type(method)
        assert read != method
        assert getattr(read, "__qualname__", "") == getattr(method, "__qualname__", "")
    assert again(saw.use)(2) == "saw used 2 times"
    assert again(saw.use.with_options(timeout=10)) != again(saw.use)
    read_saw, method = again((saw, saw.use))
    assert method == read_saw.use
    assert again(Tree.seed.with_options(timeout=10)) == Tree.seed.with_options(timeout=10)


def test_module_functions_are_identical_after_pickling() -> None:
    """`pickle.loads(pickle.dumps(module.f)) is module.f`."""
    assert again(orchard.sequence) is orchard.sequence
    assert again(workshop.fail.aio) is workshop.fail.aio
