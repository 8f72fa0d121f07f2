"""`unittest.mock.patch` and pytest's `monkeypatch` on generated functions and methods, and on the `.aio` of each."""

from __future__ import annotations

import asyncio
import copy
import inspect
import pickle
import sys
import types
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import AsyncMock, MagicMock, create_autospec, patch

import pytest

from tests.bridge.orchard import Apple, Tree
from tests.environments import station as faces
from tests.environments.station import Station
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

HERE = "tests.environments.station"


async def wait_for(awaitable: Any) -> Any:
    """Await anything that can be awaited."""
    return await awaitable


async def collect(stream: Any) -> list[Any]:
    """Read an async stream."""
    return [item async for item in stream]


async def three(*_: Any) -> AsyncGenerator[str, None]:
    """Yield one item, as a fake stream."""
    yield "patched"


@pytest.fixture
def north() -> Station:
    """Make a face."""
    return Station("north")


@pytest.fixture(autouse=True)
def everything_is_restored(north: Station) -> Iterator[None]:
    """Check after each test that every form of every member works as it did, and looks as it did."""
    before = [inspect.signature(form) for form in _forms(north)]
    attributes = set(vars(north))
    yield
    assert faces.double(21) == asyncio.run(faces.double.aio(21)) == faces.double.submit(21).result(HANG_S) == 42
    for station in (north, Station("south")):
        assert station.measure(4) == asyncio.run(station.measure.aio(4)) == 8
        assert asyncio.run(station.measure.with_options(timeout=5).aio(4)) == 8
        assert list(station.readings(2)) == asyncio.run(collect(station.readings.aio(2))) == [0, 1]
    assert asyncio.run(wait_for(vars(Station)["measure"].aio(north, 4))) == 8
    assert [inspect.signature(form) for form in _forms(north)] == before
    assert {name for name in vars(north) if isinstance(vars(north)[name], MagicMock)} == set()
    assert attributes <= set(vars(north))


def _forms(station: Station) -> list[Any]:
    unbound: Any = Station.measure
    return [faces.double, faces.double.aio, station.measure, station.measure.aio, unbound.aio, station.readings.aio]


def test_patch_of_a_function_and_of_its_aio() -> None:
    """The function is a function of its module, and its `.aio` is its attribute."""
    with patch(f"{HERE}.double", return_value=1) as double:
        assert faces.double(21) == 1
        double.assert_called_once_with(21)
    with patch(f"{HERE}.double.aio", return_value=2) as aio:
        assert isinstance(aio, AsyncMock)
        assert asyncio.run(faces.double.aio(21)) == 2
        assert faces.double(21) == 42
        aio.assert_awaited_once_with(21)
    with patch.object(faces.double, "aio", side_effect=LookupError("patched")), pytest.raises(LookupError):
        asyncio.run(faces.double.aio(21))


def test_autospec_of_a_function_covers_its_aio() -> None:
    """A mock made after a generated function checks its signature, and its `.aio` can be awaited."""
    with patch(f"{HERE}.double", autospec=True) as double:
        double.return_value = 1
        assert faces.double(21) == 1
        with pytest.raises(TypeError):
            double(1, 2, 3)
    made: Any = create_autospec(faces.double)
    made.aio.return_value = 3
    assert asyncio.run(wait_for(made.aio(21))) == 3


def test_patch_of_a_method_of_one_face(north: Station) -> None:
    """Patching a face's method leaves every other face alone."""
    with patch.object(north, "measure", return_value=1) as measure:
        assert north.measure(4) == 1
        assert Station("south").measure(4) == 8
        measure.assert_called_once_with(4)
    assert north.measure(4) == 8
    with patch.object(north, "measure", return_value=1):  # once it was used, too
        assert north.measure(4) == 1


def test_patch_of_the_aio_of_a_method_of_one_face(north: Station) -> None:
    """It stays in place while bound methods come and go, and holds for a call with options."""
    with patch.object(north.measure, "aio", return_value=1) as aio:
        assert isinstance(aio, AsyncMock)
        assert asyncio.run(north.measure.aio(4)) == 1
        assert asyncio.run(north.measure.with_options(timeout=1).aio(4)) == 1
        assert north.measure(4) == 8
        assert asyncio.run(Station("south").measure.aio(4)) == 8
        assert aio.await_count == 2
        with patch.object(north.measure, "aio", return_value=2):
            assert asyncio.run(north.measure.aio(4)) == 2
        assert asyncio.run(north.measure.aio(4)) == 1


def test_patch_of_a_method_of_the_class(north: Station) -> None:
    """Every face has the mock, those that were made before too."""
    with patch.object(Station, "measure", return_value=1) as measure, patch(f"{HERE}.Station.readings"):
        assert north.measure(4) == Station("south").measure(4) == 1
        measure.assert_called_with(4)
        assert isinstance(north.readings, MagicMock)
    with patch.object(Station, "measure", new_callable=AsyncMock, return_value=3):
        assert asyncio.run(wait_for(north.measure(4))) == 3


@pytest.mark.parametrize("target", ["object", "name"])
def test_patch_of_the_aio_of_a_method_of_the_class(target: str, north: Station) -> None:
    """Every face awaits the mock; a face's own one goes before it."""
    patcher: Any = (
        patch.object(Station.measure, "aio", return_value=1)
        if target == "object"
        else patch(f"{HERE}.Station.measure.aio", return_value=1)
    )
    with patcher as aio:
        assert isinstance(aio, AsyncMock)
        south = Station("south")
        assert asyncio.run(north.measure.aio(4)) == asyncio.run(south.measure.aio(4)) == 1
        assert north.measure(4) == 8
        with patch.object(north.measure, "aio", return_value=2):
            assert asyncio.run(north.measure.aio(4)) == 2
            assert asyncio.run(south.measure.aio(4)) == 1
        aio.assert_awaited_with(4)


def test_autospec_of_the_aio_of_a_method_of_the_class_takes_the_face(north: Station) -> None:
    """What autospec makes is a function, which gets the face first, as every function of a class does."""
    with patch.object(Station.measure, "aio", autospec=True) as aio:
        aio.return_value = 1
        assert asyncio.run(north.measure.aio(4)) == 1
        aio.assert_awaited_once_with(north, 4)
        with pytest.raises(TypeError):
            asyncio.run(wait_for(north.measure.aio(4, 5)))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def test_patch_of_the_aio_of_a_stream_and_of_a_context_manager(north: Station) -> None:
    """Streams and context managers are patched as calls are."""
    with patch.object(north.readings, "aio", three):
        assert asyncio.run(collect(north.readings.aio(2))) == ["patched"]
        assert list(north.readings(2)) == [0, 1]
    with patch.object(Station.readings, "aio", three):
        assert asyncio.run(collect(north.readings.aio(2))) == ["patched"]
    with patch.object(north.session, "aio", return_value="patched"), north.session() as session:
        patched: Any = north.session.aio()
        assert patched == "patched"
        assert session == "session of north"


def test_monkeypatch_undoes_what_it_did(north: Station) -> None:
    """What pytest's own patcher found it puts back, and nothing of it stays."""

    async def fake(*arguments: Any) -> int:
        return len(arguments)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(faces, "double", int)
        monkeypatch.setattr(north.measure, "aio", three)
        monkeypatch.setattr(north.measure, "aio", fake)
        monkeypatch.setattr(Station.readings, "aio", three)
        assert faces.double(21) == 21
        assert asyncio.run(north.measure.aio(4)) == 1
        assert asyncio.run(collect(north.readings.aio(2))) == ["patched"]
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(faces.double, "aio", fake)
        monkeypatch.setattr(Station.measure, "aio", fake)
        assert asyncio.run(faces.double.aio(21)) == 1
        assert asyncio.run(north.measure.aio(4)) == 2  # a function of the class: the face comes first


def test_deleting_an_aio_that_nobody_has_replaced_is_refused(north: Station) -> None:
    """There is nothing to delete."""
    for target in (north.measure, Station.measure):
        with pytest.raises(AttributeError, match=r"nothing stands in the place of Station\.measure\.aio"):
            delattr(target, "aio")


def test_autospec_of_a_method_of_the_class_takes_the_face_in_both_forms(north: Station) -> None:
    """The mock is a function of the class: each form gets the face first, and checks the arguments."""
    method: Any = north
    with patch.object(Station, "measure", autospec=True, return_value=1) as measure:
        measure.aio.return_value = 2
        assert method.measure(4) == 1
        assert asyncio.run(wait_for(method.measure.aio(4))) == 2
        measure.assert_called_once_with(north, 4)
        measure.aio.assert_awaited_once_with(north, 4)
        assert isinstance(measure.aio, AsyncMock)
        method.measure.aio.assert_awaited_once_with(north, 4)
        for form in (method.measure, method.measure.aio):
            for arguments in ((), (4, 5)):
                with pytest.raises(TypeError, match="argument"):
                    asyncio.run(wait_for(form(*arguments)))
        Station("south").measure(5)
        assert measure.call_count == 2
        assert Station.measure is measure
        with patch.object(Station, "measure", return_value=3):
            assert method.measure(4) == 3
        assert method.measure(4) == 1


def test_autospec_of_an_inherited_method_takes_the_face() -> None:
    """It stands in the class that was named, and leaves the class above alone."""
    apple, pear = Apple("apple"), Tree("pear")
    with patch.object(Apple, "itself", autospec=True) as itself:
        itself.aio.return_value = pear
        assert asyncio.run(apple.itself.aio()) is pear
        itself.aio.assert_awaited_once_with(apple)
        assert pear.itself() is pear
    assert apple.itself() is apple


def test_autospec_of_a_stream_and_of_a_context_manager_takes_the_face(north: Station) -> None:
    """What the mocks give is iterated, or entered, as what stood there before."""
    with patch.object(Station, "readings", autospec=True) as readings:
        readings.return_value = iter(["blocking"])
        readings.aio.return_value.__aiter__.return_value = ["awaited"]
        items: list[Any] = list(north.readings(2))
        assert items == ["blocking"]
        assert asyncio.run(collect(north.readings.aio(2))) == ["awaited"]
        readings.assert_called_once_with(north, 2)
        readings.aio.assert_called_once_with(north, 2)
    with patch.object(Station, "session", autospec=True) as session:
        session.return_value.__enter__.return_value = "patched"
        with north.session() as entered:
            assert entered == "patched"
        session.assert_called_once_with(north)


def test_autospec_of_class_static_and_plain_methods() -> None:
    """A plain method's mock takes the face; those of class and static methods take nothing, as everywhere."""
    tree = Tree("pear")
    with patch.object(Tree, "planted_on", autospec=True, return_value="a mock") as planted_on:
        assert tree.planted_on() == "a mock"
        planted_on.assert_called_once_with(tree)
    for name, argument in (("seed", "apple"), ("height", 3), ("cutting", "apple")):
        with patch.object(Tree, name, autospec=True, return_value=tree) as made:
            assert getattr(Tree, name)(argument) is getattr(tree, name)(argument) is tree
            made.assert_called_with(argument)
            if sys.version_info >= (3, 11):  # before, mock checks the arguments of no class or static method
                with pytest.raises(TypeError):
                    getattr(Tree, name)(argument, argument, argument)
            if name != "cutting":
                made.aio.return_value = 1
                assert asyncio.run(wait_for(getattr(tree, name).aio(argument))) == 1
    assert Tree.seed("apple").kind == tree.seed("apple").kind == "apple"
    assert asyncio.run(Tree.height.aio(3)) == Tree.height(3)


def test_autospec_of_the_class_checks_both_forms() -> None:
    """A mock made after a whole class makes mocks of faces whose methods check the signature and can be awaited."""
    with patch(f"{HERE}.Station", autospec=True):
        mocked: Any = faces.Station("north")
        mocked.measure.return_value = 1
        mocked.measure.aio.return_value = 2
        assert mocked.measure(4) == 1
        assert asyncio.run(wait_for(mocked.measure.aio(4))) == 2
        with pytest.raises(TypeError):
            mocked.measure(4, 5)
        with pytest.raises(TypeError):
            faces.Station("north", "south")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def test_function_with_an_aio_in_the_place_of_a_method_is_bound_in_both_forms(north: Station) -> None:
    """What somebody writes by hand for both forms gets the face in both."""

    def fake(face: Station, value: int) -> tuple[Station, int]:
        return face, value

    async def fake_aio(face: Station, value: int) -> tuple[Station, int]:
        return face, -value

    vars(fake)["aio"] = fake_aio
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(Station, "measure", fake)
        found: Any = north.measure
        assert found(4) == (north, 4)
        assert asyncio.run(found.aio(4)) == (north, -4)
        assert found.__name__ == "fake"
        assert found.__self__ is north


def test_members_of_a_class_pass_for_functions_and_pickle_by_name() -> None:
    """`unittest.mock` asks `isinstance`; what else asks it finds all that a function has."""
    unbound: Any = Station.measure
    for kind in (Station.measure, Station.readings, Station.session):
        assert isinstance(cast("object", kind), types.FunctionType)
    assert inspect.getfullargspec(unbound).args == ["self", "value"]
    assert not inspect.iscoroutinefunction(unbound)
    assert inspect.iscoroutinefunction(unbound.aio)
    assert unbound.__globals__["__name__"] == HERE
    assert pickle.loads(pickle.dumps(unbound)) is unbound
    assert copy.copy(unbound) is unbound
