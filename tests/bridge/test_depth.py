"""Where anything may stand, what has a face is translated at any depth, and what holds no such thing is left alone."""

from __future__ import annotations

import enum
import types
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest

from tests.bridge import _attic, attic
from tests.bridge.attic import Trunk


class Pair(NamedTuple):
    """A named tuple."""

    first: Any
    second: int


class Labelled(Pair):
    """A named tuple with attributes of its own."""

    label = ""


@dataclass
class Parcel:
    """A dataclass whose objects may stand in themselves."""

    held: Any
    others: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Sealed:
    """One that is hashed, and cannot be changed."""

    __slots__ = ("held", "unset")
    held: Any
    unset: int


class Holder:
    """A class that is no record."""

    def __init__(self, held: object) -> None:
        self.held = held


class Rows(list[Any]):
    """A list of a class of its own."""


class Chosen(Pair, enum.Enum):
    """Named tuples that are members of an enum."""

    ONE = (1, 2)


LIST: Any = list


def sealed(held: Any) -> Sealed:
    """Return one of which a field was never set."""
    made = object.__new__(Sealed)
    object.__setattr__(made, "held", held)
    return made


def factory_of(item: Any) -> Any:
    """Return a dict with a factory."""
    made: defaultdict[str, list[Any]] = defaultdict(list)
    made["a"].append(item)
    return made


def ordered(item: Any) -> OrderedDict[str, Any]:
    """Return a dict whose order counts."""
    return OrderedDict([("z", 1), ("a", item)])


def in_dict(item: Any) -> dict[str, Any]:
    """Return a dict with one thing in it."""
    return {"a": 1, "b": item}


# by a name: what holds something, and what reads that out of it
CONTAINERS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "list": (lambda item: [1, item], lambda made: made[1]),
    "tuple": (lambda item: (item, 1), lambda made: made[0]),
    "values of a dict": (in_dict, lambda made: made["b"]),
    "deque": (lambda item: deque([item], 3), lambda made: made[0]),
    "dict with a factory": (factory_of, lambda made: made["a"][0]),
    "ordered dict": (ordered, lambda made: made["a"]),
    "counter": (lambda item: Counter({"a": item}), lambda made: made["a"]),
    "chain map": (lambda item: ChainMap({"b": 1}, {"a": item}), lambda made: made["a"]),
    "user's dict": (lambda item: UserDict(a=item), lambda made: made["a"]),
    "user's list": (lambda item: UserList([item]), lambda made: made[0]),
    "proxy of a dict": (lambda item: types.MappingProxyType({"a": item}), lambda made: made["a"]),
    "view of values": (lambda item: {"a": item}.values(), lambda made: next(iter(made))),
    "view of items": (lambda item: {"a": item}.items(), lambda made: next(iter(made))[1]),
    "named tuple": (lambda item: Pair(item, 2), lambda made: made.first),
    "dataclass": (Parcel, lambda made: made.held),
    "frozen dataclass with slots": (sealed, lambda made: made.held),
}
HASHED: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "set": (lambda item: {item}, lambda made: next(iter(made))),
    "frozen set": (lambda item: frozenset((item,)), lambda made: next(iter(made))),
    "keys of a dict": (lambda item: {item: 1}, lambda made: next(iter(made))),
    "view of keys": (lambda item: {item: 1}.keys(), lambda made: next(iter(made))),
    "frozen dataclass in a set": (lambda item: {Sealed(item, 1)}, lambda made: next(iter(made)).held),
    "tuple in a set": (lambda item: {(item, 1)}, lambda made: next(iter(made))[0]),
}
ALL = {**CONTAINERS, **HASHED}


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Let the implementation forget what a test has handed to it."""
    yield
    _attic.kept.clear()


def nested(kind: str, item: Any, depth: int = 3) -> Any:
    """Return containers of one kind in each other, with other things between them and something at the bottom."""
    make = ALL[kind][0]
    made: Any = make(item)
    for _ in range(depth):
        made = {"x": [(CONTAINERS[kind][0](made) if kind in CONTAINERS else made)]}
    return made


def bottom(kind: str, value: Any, depth: int = 3) -> Any:
    """Return what stands at the bottom of that."""
    for _ in range(depth):
        (value,) = value["x"]
        if kind in CONTAINERS:
            value = CONTAINERS[kind][1](value)
    return ALL[kind][1](value)


anything: Callable[[Any], Any] = attic.anything
# by a name: a function through which something goes to the implementation, which keeps it, and comes back
ROADS: dict[str, Callable[[Any], Any]] = {
    "any": anything,
    "type variable": attic.variable,
    "list of any": lambda value: attic.list_of_any([value])[0],
    "dict of any": lambda value: attic.dict_of_any({"a": value})["a"],
    "list of a type variable": lambda value: attic.list_of_variable([value])[0],
    "items of a stream": lambda value: next(iter(attic.each_of_any([value]))),
    "items of a generator": lambda value: next(attic.steps_of_any([value])),
    "callback": lambda value: attic.passed(lambda item: item, value),
}


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("kind", ALL)
def test_object_at_any_depth_is_translated_both_ways(kind: str, road: str) -> None:
    """The implementation finds its own object at the bottom, and the user the very same face."""
    trunk = Trunk("a")
    given = nested(kind, trunk)
    got = ROADS[road](given)
    assert bottom(kind, got) is trunk
    if road != "items of a generator":
        kept = _attic.kept[0]
        kept = kept["a"] if road == "dict of any" else kept[0] if "list" in road or "stream" in road else kept
        assert type(bottom(kind, kept)) is _attic.Trunk
    assert bottom(kind, given) is trunk  # nothing is changed in place


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("kind", CONTAINERS)
def test_plain_data_at_any_depth_is_handed_over_itself(kind: str, road: str) -> None:
    """Nothing is rebuilt, on either way."""
    given = nested(kind, 3)
    assert ROADS[road](given) is given


@pytest.mark.parametrize("kind", ALL)
def test_container_comes_out_as_one_of_the_same_class(kind: str) -> None:
    """With all that it is beside what stands in it."""
    given: Any = ALL[kind][0](Trunk("a"))
    got = anything(given)
    assert type(got) is type(given)
    assert got is not given
    if isinstance(given, deque):
        assert got.maxlen == given.maxlen
    if isinstance(given, OrderedDict):
        assert [*got] == ["z", "a"]
    if isinstance(given, defaultdict):
        assert got["new"] == []


def test_attributes_of_a_named_tuple_are_kept() -> None:
    """Those that its class did not give it, too."""
    given = Labelled(Trunk("a"), 1)
    given.label = "x"
    got = anything([given])[0]
    assert (type(got), got.first, got.label) == (Labelled, given.first, "x")


def test_part_without_an_object_is_handed_over_itself() -> None:
    """Beside one that is made anew: what is plain keeps its identity, however deep it stands."""
    plain: dict[str, Any] = {"rows": [[1], [2]]}
    parcel, trunk = Parcel(1), Trunk("a")
    given = [plain, {"trunk": trunk, "plain": plain, "deep": [parcel, Parcel(trunk, [plain])]}]
    got = anything(given)
    assert got is not given
    assert got[0] is plain is got[1]["plain"] is _attic.kept[0][0]
    assert got[1]["deep"][0] is parcel is _attic.kept[0][1]["deep"][0]
    assert got[1]["deep"][1].held is trunk
    assert got[1]["deep"][1].others[0] is plain


def test_what_stands_in_two_places_stands_in_two_places_afterwards() -> None:
    """A container that is met again is not made again."""
    shared = [Trunk("a")]
    given = {"a": shared, "b": (shared, deque([shared]))}
    got = anything(given)
    assert got["a"] is got["b"][0] is got["b"][1][0]
    assert _attic.kept[0]["a"] is _attic.kept[0]["b"][0] is not shared


def test_value_of_many_paths_is_looked_into_once() -> None:
    """Each container once, not once for each of the 2 ** 60 ways to it."""
    trunk = Trunk("a")
    for bottom_ in ([1], [trunk]):
        given: Any = bottom_
        for _ in range(60):
            given = [given, given]
        got = anything(given)
        assert (got is given) is (bottom_ == [1])
        for _ in range(60):
            assert got[0] is got[1]
            got = got[0]
        assert got == bottom_


def test_depth_is_not_bounded_by_the_stack() -> None:
    """Plain, or with an object at the bottom."""
    for last in (3, Trunk("a")):
        given: Any = [last]
        for _ in range(20_000):
            given = [given]
        got = anything(given)
        assert (got is given) is (last == 3)
        depth = 0
        while type(got) is LIST:
            (got,) = got
            depth += 1
        assert (got, depth) == (last, 20_001)
        while type(given) is LIST:  # piece by piece, for its end would need the stack
            given = given.pop()


@pytest.mark.parametrize("road", ["any", "type variable", "callback"])
def test_circle_comes_out_as_a_circle(road: str) -> None:
    """A list, a dict, a dataclass and a proxy that hold themselves hold themselves on the other side, too."""
    trunk = Trunk("a")
    given: list[Any] = [trunk]
    parcel = Parcel(given)
    table: dict[str, Any] = {"parcel": parcel, "list": given}
    table["proxy"], table["values"] = types.MappingProxyType(table), table.values()
    parcel.others = [table]
    given.append(table)
    got = ROADS[road](given)
    assert got is not given
    assert got[0] is trunk
    assert got[1]["list"] is got[1]["parcel"].held is got[1]["proxy"]["list"] is got
    assert got[1]["parcel"].others[0] is got[1]
    assert next(iter(got[1]["values"])) is got[1]["parcel"]
    kept = _attic.kept[0]
    assert kept[1]["list"] is kept is not given
    assert type(kept[0]) is _attic.Trunk


def test_circle_through_tuples_comes_out_as_one() -> None:
    """A tuple cannot be begun before what stands in it, so what holds it waits."""
    trunk, inner = Trunk("a"), list[Any]()
    given = (inner, trunk)
    inner.extend([(given, {"t": (given,)}), given])
    got = anything(given)
    assert got[0][1] is got[0][0][0] is got[0][0][1]["t"][0] is got
    assert got[1] is trunk
    outside = anything(inner)
    assert outside[1][0] is outside


def test_circle_of_plain_data_is_handed_over_itself() -> None:
    """The search ends, and finds nothing."""
    given: list[Any] = [1]
    given.append({"again": given, "t": (given,)})
    assert anything(given) is given
    assert attic.list_of_any(given) is given


def test_list_of_any_that_holds_itself_comes_out_as_one() -> None:
    """Where the annotation speaks of the list, too."""
    given: list[Any] = [Trunk("a")]
    given.append(given)
    got = attic.list_of_any(given)
    assert got[1] is got is not given
    table: dict[str, Any] = {"trunk": given[0]}
    table["again"] = table
    other = attic.dict_of_any(table)
    assert other["again"] is other is not table


def test_class_of_its_own_is_handed_over_itself() -> None:
    """What is no record, extends a container, or is a member of an enum may mean something by what it holds."""
    trunk = Trunk("a")
    for held in (Holder(trunk), Rows([trunk]), Chosen.ONE, range(10**12), iter([trunk])):
        given = {"a": [held]}
        assert anything(given) is given
        assert anything([held, trunk])[0] is held


def test_generator_of_anything_translates_what_it_yields_is_sent_and_returns() -> None:
    """At any depth, each in its direction."""
    trunk = Trunk("a")
    steps = attic.steps_of_any([{"a": [trunk]}, 2])
    assert next(steps)["a"][0] is trunk
    assert steps.send({"b": [{"c": trunk}]}) == 2
    with pytest.raises(StopIteration) as stopped:
        steps.send(None)
    assert stopped.value.value[0]["a"][0] is trunk
    assert type(_attic.kept[0]["b"][0]["c"]) is _attic.Trunk


def test_callback_is_given_faces_and_gives_objects_at_any_depth() -> None:
    """What it takes goes to the user, and what it returns to the implementation."""
    trunk, taken = Trunk("a"), list[Any]()

    def work(item: Any) -> Any:
        taken.append(item)
        return {"given": [{"back": (item["a"][0][0],)}]}

    got = attic.passed(work, {"a": [(trunk,)]})
    assert taken[0]["a"][0][0] is trunk
    assert got["given"][0]["back"][0] is trunk
    assert [type(each) for each in _attic.kept[1]["given"][0]["back"]] == [_attic.Trunk]


def test_exception_deep_in_something_gives_faces_for_what_it_holds() -> None:
    """And the objects in an exception are found at any depth, in records, too."""
    error = ValueError({"in": [Parcel(Trunk("a"))]})
    got = anything({"errors": [(error,)]})
    (kept,) = _attic.kept
    inner: Any = kept["errors"][0][0]
    assert type(inner.args[0]["in"][0].held) is _attic.Trunk
    assert got["errors"][0][0] is error
    plain = {"errors": [ValueError("x")]}
    assert anything(plain) is plain
