"""What a user's class that overrides methods is made of: of every kind of class, kept, freed, pickled, copied."""

from __future__ import annotations

import asyncio
import copy
import gc
import pickle
import types
import weakref
from typing import TYPE_CHECKING, Any, cast

import pytest

import ambidex
from ambidex import UsageError
from ambidex.bridge import Face, Implementation, implemented_elsewhere, method
from ambidex.bridge._identity import class_of
from ambidex.runtime._diagnosis._stack import has_gil
from tests.bridge import _observatory
from tests.bridge.callables import wait_until, wait_until_freed
from tests.bridge.observatory import Handler, Keeper, Observatory, Star, dispatch, runs

if TYPE_CHECKING:
    from collections.abc import Callable


class Greeting(Handler):
    """Provides what its implementation does not have."""

    def __init__(self, word: str = "hello") -> None:
        super().__init__()
        self.word = word

    @ambidex.method
    def handle(self, star: Star) -> str:
        return f"{self.word} {star.name}"


class AsyncGreeting(Handler):
    @ambidex.async_method
    async def handle(self, star: Star) -> str:
        await asyncio.sleep(0)
        return f"hi {star.name}"


class Kept(Observatory):
    """Can be pickled: it stands in a module."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.note = ["mine"]

    @ambidex.method
    def measure(self, star: Star) -> float:
        return super().measure(star) + len(self.note)


# -- abstract classes


def test_abstract_method_is_provided_by_the_user() -> None:
    """The class can be made with it, and not without; its callers find it, blocking or async."""
    assert Greeting().handled(["a", "b"]) == ["hello a", "hello b"]
    assert AsyncGreeting().handled(["a"]) == ["hi a"]
    assert dispatch([Greeting(), AsyncGreeting()], "a") == ["hello a", "hi a"]
    assert asyncio.run(dispatch.aio([Greeting("hey"), AsyncGreeting()], "a")) == ["hey a", "hi a"]
    with pytest.raises(TypeError, match="abstract"):
        Handler()

    class Nothing(Handler):
        """Provides nothing."""

    with pytest.raises(TypeError, match="abstract"):
        Nothing()


# -- kinds of classes


def overriding(name: str) -> Any:
    """Return a subclass of a face of the module's, whose `call` adds to the original's."""
    made = runs(name)

    class Mine(made):  # type: ignore[misc, valid-type]
        @ambidex.method
        def call(self) -> str:
            base: Any = super()
            return f"{base.call()}, mine"

    return Mine


ARGUMENTS: dict[str, tuple[tuple[Any, ...], str]] = {
    "Noted": ((), "original"),
    "Registered": ((), "original"),
    "Slotted": ((3,), "3"),
    "Boxed": ((3,), "3"),
    "Frozen": ((3,), "3"),
    "Single": ((), "original"),
    "Bare": ((), "original"),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_classes_of_every_kind_are_extended(name: str) -> None:
    """A metaclass, `__init_subclass__`, slots, a generic base, a frozen dataclass, a `__new__`, no constructor."""
    args, given = ARGUMENTS[name]
    mine = overriding(name)(*args)
    assert (mine.run(), mine.call()) == (f"{given}, mine",) * 2
    assert asyncio.run(mine.run.aio()) == f"{given}, mine"


def test_metaclass_and_hook_of_the_implementation_see_one_class_of_the_users_name() -> None:
    """When the first object is made, and not again."""
    for name, names in (("Noted", _observatory.Meta.names), ("Registered", _observatory.Registered.subclasses)):
        cls = overriding(name)
        before = list(names)
        cls()
        cls()
        assert names == [*before, "Mine"]


def test_slots_stay_slots() -> None:
    """No `__dict__` comes to an object that has none."""
    mine = overriding("Slotted")(3)
    assert not hasattr(mine.__ambidex__.receiver, "__dict__")


def test_class_that_gives_out_a_known_object() -> None:
    """It has the face that it had."""
    cls = overriding("Single")
    assert cls() is cls()


def test_class_without_constructor_refuses_arguments() -> None:
    """As the implementation's own does."""
    with pytest.raises(TypeError, match="argument"):
        overriding("Bare")(1)


def test_class_that_cannot_be_extended_is_named() -> None:
    """What its hook wants is not known here."""
    with pytest.raises(
        UsageError, match=r"Mine overrides call, for which Demanding of .* write `class Mine\(\.\.\., key=\.\.\.\)`$"
    ):
        overriding("Demanding")()

    class Plain(runs("Demanding")):  # type: ignore[misc]
        """Overrides nothing."""

    with pytest.raises(
        UsageError, match=r"Plain is a subclass, for which Demanding of tests\.bridge\._observatory has"
    ):
        Plain()


def test_constructor_that_fails_leaves_nothing() -> None:
    """The same face may try again."""
    made = runs("Failing")

    class Trying(made):  # type: ignore[misc, valid-type]
        def __init__(self) -> None:
            base: Any = super()
            try:
                base.__init__(True)
            except ValueError:
                base.__init__(False)

        @ambidex.method
        def call(self) -> str:
            below: Any = super()
            return f"{below.call()}, mine"

    assert Trying().run() == "2, mine"
    with pytest.raises(ValueError, match="no"):
        overriding("Failing")(True)


def test_subclass_that_overrides_nothing_is_none_with_overrides() -> None:
    """Its calls go the road of ordinary ones, and a channel that refuses overrides takes it."""

    class Plain(Observatory):
        def helper(self) -> int:
            return 1

    mine = Plain("x")
    cls = class_of(mine.__ambidex__.receiver)
    assert cls.__bases__[0] is _observatory.Observatory
    of_every_class = {"__doc__", "__module__", "__qualname__", "__dict__", "__weakref__"}
    assert not set(vars(cls)) & set(vars(_observatory.Observatory)) - of_every_class
    assert mine.__ambidex__.channel is Observatory("x").__ambidex__.channel
    assert not Plain.__ambidex_info__.is_overriding
    assert Kept.__ambidex_info__.is_overriding


def test_implementation_is_not_imported_before_the_first_object() -> None:
    """Nor is anything made when the class is."""
    missing = Implementation("tests.bridge._nothing", synchronizer="observatory", abi=1)

    class Base(Face, implementation=missing):
        @method
        def call(self) -> str:
            implemented_elsewhere()

    class Mine(Base):
        @ambidex.method
        def call(self) -> str:
            return "mine"

    with pytest.raises(ambidex.ImplementationUnavailable):
        Mine()


# -- identity


def test_object_that_the_implementation_hands_out_is_the_same_face() -> None:
    """When it returns itself, in an override's arguments, in a container."""
    mine = Kept("x")
    assert mine.itself() is mine
    keeper, greeting = Keeper(), Greeting()
    keeper.add(greeting)
    assert keeper.handlers == [greeting]
    assert keeper.handlers[0] is greeting


def test_object_that_the_implementation_makes_of_the_class_has_the_users_face() -> None:
    """Its `__init__` has run."""
    twin = Kept("x").twin()
    assert type(twin) is Kept
    assert (twin.place, twin.note) == ("x again", ["mine"])
    assert twin.night(["a"]) == [2.0]


def test_class_methods_get_the_users_class() -> None:
    """The implementation's own run, for the class that is made for it."""
    assert (Kept.built(), Observatory.built()) == ("Kept", "Observatory")


# -- freeing


def collecting(reference: Callable[[], object | None]) -> Callable[[], object | None]:
    """Return what reads a weak reference after a collection."""

    def read() -> object | None:
        gc.collect()
        return reference()

    return read


def test_pair_is_freed_by_the_collector() -> None:
    """Nothing else refers to a face and its object."""
    gc.collect()
    mine = Kept("x")
    mine.night(["a"])
    asyncio.run(mine.night.aio(["a"]))
    face, receiver = weakref.ref(mine), weakref.ref(mine.__ambidex__.receiver)
    entries = Kept.__ambidex_info__.faces
    key = id(mine.__ambidex__.receiver)
    assert key in entries
    del mine
    gc.collect()
    wait_until_freed(collecting(face), "observatory")
    assert receiver() is None
    assert key not in entries


@pytest.mark.skipif(not has_gil(), reason="without a GIL, the loop's thread frees what it has made when it runs next")
def test_pair_is_freed_without_another_call() -> None:
    """The loop keeps its last call until the next one; the face is no part of it."""
    mine = Kept("x")
    face = weakref.ref(mine)
    del mine
    wait_until(lambda: collecting(face)() is None)


@pytest.mark.skipif(not has_gil(), reason="CPython 3.13 without a GIL never frees a class once threads run")
def test_class_is_freed_with_its_objects() -> None:
    """What is made for a user's class lives as long as that."""

    def use() -> weakref.ref[type[Any]]:
        cls = overriding("Boxed")
        assert cls(1).run() == "1, mine"
        return weakref.ref(cls)

    gone = use()
    wait_until_freed(collecting(gone), "observatory")


def test_object_that_the_implementation_keeps_keeps_the_face() -> None:
    """With the attributes that the user has given it; it is freed when the implementation lets go of it."""
    keeper = Keeper()
    keeper.add(Greeting("good evening"))
    gc.collect()
    assert keeper.publish("a") == ["good evening a"]
    face = weakref.ref(keeper.handlers[0])
    keeper.clear()
    wait_until_freed(collecting(face), "observatory")


def test_face_without_overrides_is_freed_by_its_references() -> None:
    """As ever: the collector is not needed."""

    class Plain(Observatory):
        pass

    gc.disable()
    try:
        mine = Plain("x")
        mine.night(["a"])
        face = weakref.ref(mine)
        del mine
        wait_until_freed(face, "observatory")
    finally:
        gc.enable()


# -- pickling and copying


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_face_is_pickled(protocol: int) -> None:
    """What is read is of the user's class, with its attributes, and overrides still."""
    mine = Kept("Paranal")
    mine.note.append("again")
    read = pickle.loads(pickle.dumps(mine, protocol))
    assert type(read) is Kept
    assert read is not mine
    assert (read.place, read.note, read.night(["a"])) == ("Paranal", ["mine", "again"], [3.0])
    assert read.itself() is read
    again, same = pickle.loads(pickle.dumps([mine, mine], protocol))
    assert again is same


def test_face_is_copied() -> None:
    """A shallow copy shares the attributes, a deep one has its own."""
    mine = Kept("Paranal")
    shallow, deep = copy.copy(mine), copy.deepcopy(mine)
    mine.note.append("again")
    assert (shallow.note, deep.note) == (["mine", "again"], ["mine"])
    assert (shallow.night(["a"]), deep.night(["a"])) == ([3.0], [2.0])


@pytest.mark.parametrize("name", ["Slotted", "Frozen"])
def test_objects_of_other_layouts_are_copied(name: str) -> None:
    """Slots and frozen fields are state; the tie to the face is none."""
    mine = overriding(name)(3)
    assert copy.copy(mine).run() == copy.deepcopy(mine).run() == "3, mine"
    assert mine.run() == "3, mine"


def test_bound_override_is_pickled_and_compared() -> None:
    """As a bound method is."""
    mine: Any = Kept("x")
    cls: Any = Kept
    assert mine.measure == mine.measure
    assert hash(mine.measure) == hash(mine.measure)
    assert mine.measure != Kept("x").measure
    assert mine.measure.__self__ is mine
    assert pickle.loads(pickle.dumps(mine.measure))(Star("a")) == 2.0
    assert (mine.measure.__name__, cls.measure.__qualname__) == ("measure", "Kept.measure")


# -- refusals


def refused(**members: Any) -> str:
    """Return what is said when a subclass with these members is made."""
    with pytest.raises(UsageError) as raised:
        type("Wrong", (Observatory,), members)
    return str(raised.value)


def located(function: Any) -> str:
    """Return where a function stands."""
    return f"{__file__}:{function.__code__.co_firstlineno}: Wrong.{function.__name__} "


def test_async_override_of_a_plain_method_is_refused() -> None:
    """The implementation would get a coroutine, or hold its loop."""

    async def label(self: Any) -> str:
        return "x"

    def opened(self: Any) -> str:
        return "x"

    rest = "overrides a plain method, which the implementation calls without awaiting it: write a plain `def` "
    rest += "without a decorator"
    assert refused(label=label) == located(label) + rest
    assert refused(label=ambidex.async_method(label)) == located(label) + rest
    assert refused(opened=ambidex.method(opened)) == located(opened) + rest


def test_stream_and_context_manager_that_are_none_are_refused() -> None:
    """Each with what to write."""

    async def stars(self: Any) -> None: ...

    def dome(self: Any) -> Any:
        yield

    assert refused(stars=stars) == located(stars) + (
        "overrides an async generator, and is none: write `yield`, or a plain `def` that returns one"
    )
    assert refused(dome=dome) == located(dome) + (
        "overrides a method that makes a context manager, and makes none: write @contextmanager above it, or "
        "@asynccontextmanager"
    )


def test_decorator_of_the_other_kind_is_refused() -> None:
    """Each names the one to write."""

    async def later(self: Any) -> None: ...

    def now(self: Any) -> Any: ...

    with pytest.raises(TypeError, match=r"later is async: write @ambidex\.async_method above it"):
        ambidex.method(later)
    with pytest.raises(TypeError, match=r"now is no async function: write @ambidex\.method above it, or `async def`"):
        ambidex.async_method(now)
    with pytest.raises(TypeError, match="decorates a function, and got"):
        ambidex.method(cast("Any", property(now)))


def test_decorator_in_a_class_of_no_face_is_refused_when_it_is_used() -> None:
    """It may be a mixin, which is not known before."""

    class Alone:
        @ambidex.method
        def measure(self, star: Star) -> float:
            return 1.0

    with pytest.raises(TypeError, match=r"Alone\.measure is decorated for a subclass of a generated class, and "):
        Alone().measure(Star("a"))


def test_override_before_the_constructor_says_so() -> None:
    """The face stands for nothing yet."""

    class Early(Observatory):
        def __init__(self) -> None:
            self.measure(Star("a"))
            super().__init__("x")

        @ambidex.method
        def measure(self, star: Star) -> float:
            return 1.0

    with pytest.raises(AttributeError, match="stands for nothing yet"):
        Early()


# -- keywords of the class statement


def test_keywords_of_a_class_that_the_user_mixes_in_reach_that() -> None:
    """It stands behind the face, or before it."""

    class Keyed:
        key = 0

        def __init_subclass__(cls, *, key: int = 0, **kwargs: Any) -> None:
            super().__init_subclass__(**kwargs)
            cls.key = key

    behind = types.new_class("Behind", (Observatory, Keyed), {"key": 1})
    before = types.new_class("Before", (Keyed, Observatory), {"key": 2})
    assert (cast("Any", behind).key, cast("Any", before).key) == (1, 2)
