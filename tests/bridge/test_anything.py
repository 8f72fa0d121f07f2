"""A container of anything: what has a face is translated in it, and one of plain data is handed over itself.

How deep it may stand is the subject of `test_depth`.
"""

from __future__ import annotations

import asyncio
import sys
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.bridge import _attic, attic
from tests.bridge.attic import Trunk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Pair(NamedTuple):
    """A named tuple."""

    first: Any
    second: int


# by a function: what is handed to it, made of a trunk or of something plain
CONTAINERS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "list": (attic.list_of_any, lambda item: [1, item, "x"]),
    "list of a type variable": (attic.list_of_variable, lambda item: [1, item]),
    "tuple of any length": (attic.tuple_of_any, lambda item: (item, 2)),
    "tuple of two": (attic.pair_of_any, lambda item: (item, 2)),
    "named tuple": (attic.pair_of_any, lambda item: Pair(item, 2)),
    "values of a dict": (attic.dict_of_any, lambda item: {"a": 1, "b": item}),
    "keys of a dict": (attic.keyed_by_any, lambda item: {"a": 1, item: 2}),
    "set": (attic.set_of_any, lambda item: {1, item}),
    "frozen set": (attic.frozen_set_of_any, lambda item: frozenset((1, item))),
    "deque": (attic.deque_of_any, lambda item: deque([item, 1])),
    "list as an iterable": (attic.iterable_of_any, lambda item: [item]),
    "set as an iterable": (attic.iterable_of_any, lambda item: {item}),
    "list where anything may stand": (attic.anything, lambda item: [1, item]),
    "dict where anything may stand": (attic.anything, lambda item: {"a": 1, "b": item}),
    "keys where anything may stand": (attic.anything, lambda item: {item: 1}),
    "tuple where anything may stand": (attic.anything, lambda item: (item, 1)),
    "set where anything may stand": (attic.anything, lambda item: {1, item}),
    "frozen set where anything may stand": (attic.anything, lambda item: frozenset((1, item))),
    "deque where anything may stand": (attic.anything, lambda item: deque([item, 1])),
    "list for a type variable": (attic.variable, lambda item: [1, item]),
    "list in a list of any": (attic.list_of_any, lambda item: [1, [item]]),
    "list in a dict of any": (attic.dict_of_any, lambda item: {"a": [item, 2]}),
    "list of dicts": (attic.rows_of_any, lambda item: [{"a": 1}, {"b": item}]),
}


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Let the implementation forget what a test has handed to it."""
    yield
    _attic.kept.clear()


SEVERAL: tuple[type[Any], ...] = (list, tuple, set, frozenset, deque)
DICT: type[Any] = dict


def parts(value: Any) -> list[Any]:
    """Return all that stands in a container, at any depth."""
    if isinstance(value, DICT):
        return [part for item in value.items() for part in parts(item)]
    if isinstance(value, SEVERAL):
        return [part for item in value for part in parts(item)]
    return [value]


@pytest.mark.parametrize("kind", CONTAINERS)
def test_object_in_a_container_of_anything_is_translated_both_ways(kind: str) -> None:
    """The implementation finds its own object there, and the user the very same face."""
    function, make = CONTAINERS[kind]
    trunk = Trunk("a")
    given = make(trunk)
    got = function(given)
    (kept,) = _attic.kept
    assert [type(part) for part in parts(kept) if not isinstance(part, (int, str))] == [_attic.Trunk]
    assert type(got) is type(given)
    assert got == given
    assert [part for part in parts(got) if type(part) is Trunk] == [trunk]


@pytest.mark.parametrize("kind", CONTAINERS)
def test_container_of_plain_data_is_handed_over_itself(kind: str) -> None:
    """Nothing is rebuilt on either way, so what is big costs little, and what is changed is changed for both."""
    function, make = CONTAINERS[kind]
    given = make(3)
    got = function(given)
    assert _attic.kept[0] is given
    assert got is given


def test_exception_gives_faces_for_what_it_was_made_with() -> None:
    """Whether it is raised, or is a value where anything may stand, alone or in a list."""
    with pytest.raises(attic.Broken) as caught:
        attic.broken("raise")
    (in_list, _) = attic.broken("list")
    for error in (caught.value, attic.broken("alone"), in_list):
        first, second = error.args
        assert type(first) is type(second["inside"][0]) is Trunk
        assert vars(error)["itself"] is error


def test_exception_comes_back_as_what_it_was() -> None:
    """The implementation finds its own one again, however far it went."""
    error = attic.broken("alone")
    (own,) = _attic.kept
    assert own is not error
    attic.anything(error)
    assert _attic.kept[0] is own


@pytest.mark.skipif(sys.version_info < (3, 11), reason="exception groups came with Python 3.11")
def test_exception_group_gives_faces_in_its_members() -> None:
    """The group is a new one of its class, with its message."""
    with pytest.raises(BaseException) as caught:  # noqa: PT011  no name for it on every Python
        attic.broken("group")
    group: Any = caught.value
    assert (type(group).__name__, group.message) == ("ExceptionGroup", "several")
    assert [type(member.args[0]) for member in group.exceptions] == [Trunk, Trunk]
    assert group.args[0] == "several"
    assert group.args[1] == list(group.exceptions)


def test_what_does_not_hold_its_items_is_handed_over_itself() -> None:
    """It may be a range without end, or read a file for each item."""
    wide: Any = range(10**15)
    assert attic.list_of_any(wide) is wide
    assert attic.iterable_of_any(wide) is wide
    nested = [wide]
    assert attic.iterable_of_any(nested) is nested
    ordered: OrderedDict[str, int] = OrderedDict(a=1)
    assert attic.dict_of_any(ordered) is ordered
    assert attic.iterable_of_any("text") == "text"


def test_iterator_of_anything_is_translated_as_it_is_read() -> None:
    """It cannot be looked into before."""
    trunk = Trunk("a")
    read: list[int] = []

    def items() -> Iterator[object]:
        for number, item in enumerate((1, trunk)):
            read.append(number)
            yield item

    got = attic.read_any(items())
    assert [type(item) for item in _attic.kept[0]] == [int, _attic.Trunk]
    assert next(got) == 1
    assert next(got) is trunk
    assert read == [0, 1]


def test_attribute_of_anything_gives_faces() -> None:
    """Reading and writing translate, and a dict of plain data stays the object's own."""
    trunk, other = Trunk("a"), Trunk("b")
    trunk.inside["x"] = 1
    assert trunk.inside == {"x": 1}
    trunk.inside = {"other": other}
    assert trunk.inside["other"] is other
    receiver = trunk.__ambidex__.receiver
    assert type(receiver.inside["other"]) is _attic.Trunk


def test_awaited_face_translates_as_well() -> None:
    """Both faces take the same road."""
    trunk = Trunk("a")

    async def main() -> None:
        assert (await attic.list_of_any.aio([trunk]))[0] is trunk
        given = [1, 2]
        assert await attic.list_of_any.aio(given) is given

    asyncio.run(main())


def test_plain_callable_that_takes_a_container_of_anything_is_given_faces_in_it() -> None:
    """Nothing but anything is said of what it takes, and what it is given has faces all the same."""
    told: list[list[Any]] = []
    attic.told(told.append)
    ((one, trunk),) = told
    assert one == 1
    assert isinstance(trunk, Trunk)
    assert trunk.name == "of the attic"
    assert isinstance(_attic.kept[0], _attic.Trunk)
