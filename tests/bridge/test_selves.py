"""What gives `Self` gives the user's class on an object, or on the class, of a user's subclass of a face."""

from __future__ import annotations

import asyncio
import copy
import gc
import pickle
import threading
import weakref
from typing import TYPE_CHECKING, Any

import pytest

import ambidex
from ambidex.bridge import (
    AsyncFace,
    BlockingFace,
    Face,
    Implementation,
    async_call,
    attribute,
    blocking_call,
    callback,
    class_attribute,
    class_method,
    class_stream,
    constructor,
    context,
    dict_of,
    implemented_elsewhere,
    method,
    sequence_of,
    stream,
    sync_method,
    type_of,
)
from ambidex.runtime._diagnosis._stack import has_gil
from tests.bridge import _nursery
from tests.bridge.callables import wait_until_freed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from ambidex.bridge import Context

_impl = Implementation("tests.bridge._nursery", synchronizer="nursery", abi=1)
_twins = Implementation("tests.bridge._nursery", synchronizer="nursery_twins", abi=1)


class Plant(Face, implementation=_impl):
    @constructor(takes={"told": callback()})
    def __init__(self, name: str, told: Callable[[str], None] | None = None) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def name(self) -> str:
        implemented_elsewhere()

    @class_attribute
    @classmethod
    def limit(cls) -> int:
        implemented_elsewhere()

    @method(gives="Plant")
    def clone(self) -> Any:
        implemented_elsewhere()

    @method(gives="Plant")
    def itself(self) -> Any:
        implemented_elsewhere()

    @property
    @attribute(gives="Plant")
    def sprout(self) -> Any:
        implemented_elsewhere()

    @sync_method(gives="Plant")
    def cut(self) -> Any:
        implemented_elsewhere()

    @stream(gives="Plant")
    def seeds(self, number: int) -> Generator[Any, None, None]:
        implemented_elsewhere()

    @method(gives=dict_of(None, sequence_of("Plant")))
    def by_name(self) -> dict[str, list[Any]]:
        implemented_elsewhere()

    @context(gives="Plant")
    def potted(self) -> Context[Any]:
        implemented_elsewhere()

    @class_method(gives="Plant")
    @classmethod
    def raised(cls, name: str) -> Any:
        implemented_elsewhere()

    @class_stream(gives="Plant")
    @classmethod
    def row(cls, *names: str) -> Generator[Any, None, None]:
        implemented_elsewhere()

    @classmethod
    @sync_method(gives="Plant")
    def bought(cls, name: str) -> Any:
        implemented_elsewhere()

    @class_method
    @classmethod
    def class_name(cls) -> str:
        implemented_elsewhere()

    @method
    def keep(self) -> None:
        implemented_elsewhere()

    @class_method(gives="Plant")
    @classmethod
    def taken(cls) -> Any:
        implemented_elsewhere()

    @method
    def renew(self) -> None:
        implemented_elsewhere()

    @method(gives="Plant")
    def copied(self, deep: bool = False) -> Any:
        implemented_elsewhere()

    @method
    def tell(self, text: str) -> None:
        implemented_elsewhere()


@_impl.function(gives="Plant")
def wild() -> Plant:
    """Return an object of a class that is not public."""
    implemented_elsewhere()


@_impl.function(takes={"cls": type_of("Plant")}, gives="Plant")
def kind_of(cls: type[Plant]) -> Plant:
    """Make an object of the class."""
    implemented_elsewhere()


class Mine(Plant):
    """Overrides nothing, and has an attribute and a constructor of its own."""

    def __init__(self, name: str, note: Any = "mine") -> None:
        super().__init__(name)
        self.note = note


class Mine2(Mine):
    """A subclass of a subclass."""


class Bare(Plant):
    """Has nothing of its own."""


class Overriding(Mine):
    """Overrides something."""

    @ambidex.method
    def clone(self) -> Plant:
        cloned: Plant = super().clone()
        return cloned


KINDS: list[type[Plant]] = [Plant, Bare, Mine, Mine2, Overriding]


@pytest.mark.parametrize("cls", KINDS)
def test_everything_that_gives_self_gives_the_class_of_its_object(cls: type[Plant]) -> None:
    """Methods, properties, streams, containers and context managers, of both faces."""
    plant = cls("a")

    async def awaited() -> list[Any]:
        found: list[Any] = []
        async with plant.potted.aio() as potted:
            found.append(potted)
        found += [await plant.clone.aio(), await plant.clone.submit()]
        found += [seed async for seed in plant.seeds.aio(2)]
        return [*found, (await plant.by_name.aio())["a"][1]]

    given: list[Any] = []
    with plant.potted() as potted:
        given.append(potted)
    given += [plant.clone(), plant.cut(), plant.sprout, *plant.seeds(2), plant.by_name()["a"][1]]
    given += asyncio.run(awaited())
    assert [type(each) for each in given] == [cls] * 13
    assert plant.by_name()["a"][0] is plant.itself() is plant
    assert plant.sprout is plant.sprout
    if isinstance(plant, Mine):
        assert {each.note for each in given} == {"mine"}


@pytest.mark.parametrize("cls", KINDS)
def test_class_methods_give_the_class_that_they_are_called_on(cls: type[Plant]) -> None:
    """Blocking, awaited and plain ones, and streams; on an object too."""

    async def awaited() -> list[Any]:
        return [await cls.raised.aio("a"), *[each async for each in cls.row.aio("b", "c")]]

    given = [cls.raised("a"), cls.bought("b"), *cls.row("c", "d"), cls("e").raised("f"), *asyncio.run(awaited())]
    assert [type(each) for each in given] == [cls] * 8
    assert (cls.class_name(), cls.limit) == (cls.__name__, 3)
    assert pickle.loads(pickle.dumps(cls.raised)).__self__ is cls


def test_constructor_runs_for_what_the_implementation_makes() -> None:
    """With the arguments that it gives, on its loop, as in plain Python: one that takes others fails there."""
    seen: list[tuple[str, int]] = []

    class Other(Plant):
        def __init__(self, name: str, number: int = 1) -> None:
            seen.append((name, threading.get_ident()))
            super().__init__(f"{name}!")
            self.number = number

    other = Other("a", 2)
    cloned = other.clone()
    assert (cloned.name, cloned.number, type(cloned)) == ("a!'!", 1, Other)
    assert [name for name, _ in seen] == ["a", "a!'"]
    assert seen[0][1] == threading.get_ident() != seen[1][1]

    class Strange(Plant):
        def __init__(self, *, number: int) -> None:
            super().__init__(str(number))

    with pytest.raises(TypeError, match=r"__init__\(\) takes 1 positional argument but 2 were given"):
        Strange(number=1).clone()
    with pytest.raises(ValueError, match="no name"):
        _Nameless("x").clone()


class _Nameless(Plant):
    """Gives its implementation another argument than it got."""

    def __init__(self, name: str) -> None:
        super().__init__("" if name.endswith("'") else name)


def test_blocking_call_in_a_constructor_that_the_implementation_runs_is_refused() -> None:
    """It would hold the loop that it waits for; where the user makes the object, it may block."""

    class Asking(Plant):
        def __init__(self, name: str) -> None:
            super().__init__(name)
            self.other = Plant.raised("other")

    asking = Asking("a")
    assert asking.other.name == "other"
    with pytest.raises(ambidex.DeadlockError):
        asking.clone()


def test_constructor_that_is_called_again_runs_whole() -> None:
    """By the implementation, on an object that it has."""
    mine = Mine("a", "other")
    mine.renew()
    assert (mine.name, mine.note) == ("new a", "mine")
    assert mine.itself() is mine


def test_constructor_hands_its_callables_over() -> None:
    """In what a user makes, and in what the implementation does."""
    told: list[str] = []

    class Telling(Plant):
        def __init__(self, name: str) -> None:
            super().__init__(name, told.append)

    telling = Telling("a")
    telling.tell("first")
    telling.clone().tell("second")
    Telling.raised("b").tell("third")
    assert told == ["first", "second", "third"]


@pytest.mark.parametrize("kind", ["attributes", "slots", "end"])
def test_object_that_the_implementation_keeps_remembers_its_face(kind: str) -> None:
    """It has the user's class and attributes when nobody has held the face meanwhile."""

    class Slotted(Mine):
        __slots__ = ("other",)

        other: str

    class Told(Mine):
        def __del__(self) -> None:
            """Be told of the end."""

    cls = {"attributes": Mine, "slots": Slotted, "end": Told}[kind]
    for plant in (cls("a", "kept"), cls.raised("a")):
        note = plant.note
        plant.keep()
        if isinstance(plant, Slotted):
            plant.other = "slot"
        del plant
        gc.collect()
        taken = Plant.taken()
        assert (type(taken), taken.note) == (cls, note)
        if kind == "slots":
            assert taken.other == "slot"
        assert taken.itself() is taken


def test_face_and_object_are_freed_without_the_collector() -> None:
    """A subclass that overrides nothing has no cycle, whoever made the object."""
    gc.disable()
    try:
        for make in (lambda: Mine("a"), lambda: Bare("a"), lambda: Mine.raised("a"), lambda: Mine("a").clone()):
            plant = make()
            plant.itself()
            _ = plant.itself
            face, receiver = weakref.ref(plant), weakref.ref(plant.__ambidex__.receiver)
            del plant, _
            assert face() is None
            wait_until_freed(receiver, "nursery")
    finally:
        gc.enable()


@pytest.mark.skipif(not has_gil(), reason="CPython 3.13 without a GIL never frees a class once threads run")
def test_class_is_freed() -> None:
    """With what was made for it."""

    def use() -> weakref.ref[type[Any]]:
        class Gone(Plant):
            def __init__(self, name: str) -> None:
                super().__init__(name)

        assert type(Gone("a").clone()) is type(Gone.raised("b")) is Gone
        return weakref.ref(Gone)

    gone = use()

    def collected() -> object | None:
        gc.collect()
        return gone()

    wait_until_freed(collected, "nursery")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_face_is_pickled(protocol: int) -> None:
    """What is read is of the user's class, gives that class again, and remembers itself."""
    read = pickle.loads(pickle.dumps(Mine("a", "pickled"), protocol))
    assert (type(read), read.name, read.note) == (Mine, "a", "pickled")
    assert type(read.clone()) is Mine
    read.keep()
    del read
    assert Plant.taken().note == "pickled"


def test_face_is_copied() -> None:
    """By Python, and by the implementation; a deep copy has attributes of its own, and may lead to itself."""
    for cls in (Mine, Overriding):
        mine = cls("a")
        mine.note = ["copied", mine]
        for other in (copy.copy(mine), mine.copied()):
            assert (type(other), other.note, type(other.clone())) == (cls, mine.note, cls)
        mine.note.pop()
        for other in (copy.deepcopy(mine), mine.copied(deep=True)):
            assert (type(other), other.note, type(other.clone())) == (cls, ["copied"], cls)
            assert other.note is not mine.note
        mine.note.append(mine)
        assert type(mine.copied(deep=True).note[1]) is cls


def test_class_that_is_handed_over_is_the_users() -> None:
    """The implementation makes objects of it."""
    assert type(kind_of(Mine)) is Mine
    assert type(kind_of(Plant)) is Plant


def test_object_of_an_unregistered_class_has_the_face_of_its_nearest_registered_ancestor() -> None:
    """Users' classes change nothing of that."""
    assert type(Mine("a").clone()) is Mine
    assert type(wild()) is Plant


def test_nothing_is_made_for_a_class_before_it_is_used() -> None:
    """And one class, however often it is used."""

    class Unused(Plant):
        pass

    def made() -> list[type[_nursery.Plant]]:
        return [cls for cls in _nursery.Plant.__subclasses__() if cls.__name__ == "Unused"]

    assert made() == []
    first, second = Unused.raised("a").__ambidex__.receiver, Unused("b").__ambidex__.receiver
    assert made() == [type(first)] == [type(second)]


# -- two styles


class Flower(BlockingFace, implementation=_twins, name="Plant", async_name="AsyncFlower"):
    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @blocking_call(gives="Flower")
    def clone(self) -> Any:
        implemented_elsewhere()

    @classmethod
    @blocking_call(gives="Flower")
    def raised(cls, name: str) -> Any:
        implemented_elsewhere()


class AsyncFlower(AsyncFace, implementation=_twins, name="Plant"):
    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @async_call(gives="AsyncFlower")
    async def clone(self) -> Any:
        implemented_elsewhere()

    @classmethod
    @async_call(gives="AsyncFlower")
    async def raised(cls, name: str) -> Any:
        implemented_elsewhere()


class MyFlower(Flower):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.note = "mine"


class MyAsyncFlower(AsyncFlower):
    pass


def test_twins_give_the_users_class_each() -> None:
    """The one whose methods block, and the one whose methods are awaited."""
    for flower in (MyFlower("a").clone(), MyFlower.raised("a"), MyFlower.raised("a").clone()):
        assert (type(flower), flower.note) == (MyFlower, "mine")
    assert type(Flower.raised("a")) is Flower

    async def main() -> None:
        for flower in (await MyAsyncFlower("a").clone(), await MyAsyncFlower.raised("a")):
            assert type(flower) is MyAsyncFlower
            assert type(await flower.clone()) is MyAsyncFlower
        assert type(await AsyncFlower.raised("a")) is AsyncFlower

    asyncio.run(main())
