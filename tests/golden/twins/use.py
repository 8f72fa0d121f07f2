"""Use both classes of the generated module; neither has anything of the other."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any, Callable, Dict, List

import _twins
import twins
from twins import AsyncStation, Station



def raises(kind: type[BaseException], function: Callable[..., Any], *args: Any) -> str:
    """Return the message of the error that a call ends with."""
    try:
        function(*args)
    except kind as error:
        return str(error)
    raise AssertionError(f"no {kind.__name__}")


def block() -> None:
    oslo = Station("Oslo")
    assert oslo.temperature() == 4.0
    assert oslo.temperature(twins.Unit.KELVIN) == 277.0
    assert oslo.itself() is oslo
    assert oslo.label() == "OSLO"
    assert oslo.result() == "Oslo is ready"
    assert twins.Buoy("Oslo").temperature() == -6.0
    assert isinstance(twins.Buoy("x"), Station)

    client = twins.Client(["Bergen", "Rome"], first=oslo)
    assert client.first is oslo
    assert client.find("Oslo") is oslo
    assert client.by_city()["Oslo"] == [oslo]
    assert client.by_city()["Oslo"][0] is oslo
    assert raises(twins.UnknownCity, client.find, "Paris") == "Paris"
    assert [station.city for station in client] == ["Oslo", "Bergen", "Rome"]
    stream = client.stations()
    assert next(stream) is oslo
    assert isinstance(stream.send("Paris"), Station)
    stream.close()
    with client.reserved("Oslo") as reserved:
        assert reserved is oslo
        assert client.entered == 1
    with client as entered:
        assert entered is client
        assert client.entered == 1
    assert client.entered == 0
    assert len(client) == 3
    assert oslo in client
    client.first = rome = Station("Rome")
    assert client.first is rome

    pair = client.pair()
    assert pair.near is rome
    assert client.turned(pair).far is rome
    assert client.reading() == twins.Reading("Oslo", 21.5)
    client.keep(oslo)
    assert client.kept() is oslo
    assert client.watch(lambda station: isinstance(station, Station)) == 4
    session = client.open_session("me")
    assert isinstance(session, twins.Client.Session)
    assert session.user() == "me"
    assert twins.Client.Session("you").user() == "you"

    assert len(twins.Client.connect("a,b")) == 2
    assert twins.Client.of(oslo).first is oslo
    assert twins.Client.parse("1.5") == 1.5
    assert twins.Client.ping(oslo) is oslo
    assert twins.current("Oslo") == 4.0
    assert twins.nearest([oslo, rome]) is oslo
    assert list(twins.countdown(3)) == [3, 2, 1]
    with twins.opened("Oslo") as station:
        assert isinstance(station, Station)
    assert isinstance(twins.make("Oslo"), Station)


async def wait() -> None:
    oslo = AsyncStation("Oslo")
    assert await oslo.temperature() == 4.0
    assert await oslo.temperature(twins.Unit.KELVIN) == 277.0
    assert _twins.running[-1] is not asyncio.get_running_loop()
    assert await oslo.itself() is oslo
    assert oslo.label() == "OSLO"
    assert await oslo == "Oslo is ready"
    assert await twins.AsyncBuoy("Oslo").temperature() == -6.0
    assert isinstance(twins.AsyncBuoy("x"), AsyncStation)

    client = twins.AsyncClient(["Bergen", "Rome"], first=oslo)
    assert client.first is oslo
    assert await client.find("Oslo") is oslo
    assert (await client.by_city())["Oslo"][0] is oslo
    try:
        await client.find("Paris")
    except twins.UnknownCity as error:
        assert str(error) == "Paris"
    else:
        raise AssertionError
    assert [station.city async for station in client] == ["Oslo", "Bergen", "Rome"]
    stream = client.stations()
    assert await stream.__anext__() is oslo
    assert isinstance(await stream.asend("Paris"), AsyncStation)
    await stream.aclose()
    async with client.reserved("Oslo") as reserved:
        assert reserved is oslo
        assert client.entered == 1
    async with client as entered:
        assert entered is client
        assert client.entered == 1
    assert client.entered == 0
    assert len(client) == 3
    assert oslo in client
    client.first = rome = AsyncStation("Rome")
    assert client.first is rome

    pair = await client.pair()
    assert pair.near is rome
    assert (await client.turned(pair)).far is rome
    assert (await client.turned(twins.AsyncPair(oslo, rome))).far is oslo
    assert await client.reading() == twins.Reading("Oslo", 21.5)
    await client.keep(oslo)
    assert await client.kept() is oslo

    async def seen(station: twins.AsyncStation) -> bool:
        return type(station) is AsyncStation and await station.temperature() > 0

    assert await client.watch(seen) == 4
    assert await client.watch(lambda station: isinstance(station, AsyncStation)) == 4
    session = await client.open_session("me")
    assert isinstance(session, twins.AsyncClient.Session)
    assert await session.user() == "me"

    assert len(await twins.AsyncClient.connect("a,b")) == 2
    assert twins.AsyncClient.of(oslo).first is oslo
    assert await twins.AsyncClient.parse("1.5") == 1.5
    assert await twins.AsyncClient.ping(oslo) is oslo
    assert await twins.async_current("Oslo") == 4.0
    assert await twins.async_nearest([oslo, rome]) is oslo
    assert [number async for number in twins.async_countdown(3)] == [3, 2, 1]
    async with twins.async_opened("Oslo") as station:
        assert isinstance(station, AsyncStation)
    assert isinstance(twins.async_make("Oslo"), AsyncStation)


def apart() -> None:
    """The two share values, and nothing else."""
    assert not hasattr(twins, "async_unit")
    assert twins.unit() is twins.Unit.CELSIUS
    assert not hasattr(twins, "AsyncUnit")
    assert vars(twins).get("AsyncPair", twins.AsyncPair) is twins.Pair  # type checkers alone see two
    assert not issubclass(AsyncStation, Station)
    for name in ("__enter__", "__exit__", "__iter__"):
        assert hasattr(twins.Client, name)
        assert not hasattr(twins.AsyncClient, name)
    for name in ("__aenter__", "__aexit__", "__aiter__"):
        assert hasattr(twins.AsyncClient, name)
        assert not hasattr(twins.Client, name)
    assert not hasattr(Station, "__await__")
    assert not hasattr(AsyncStation, "result")
    assert not hasattr(twins.current, "aio")
    assert not hasattr(Station.temperature, "aio")

    assert inspect.iscoroutinefunction(AsyncStation.temperature)
    assert inspect.iscoroutinefunction(twins.async_current)
    assert not inspect.iscoroutinefunction(Station.temperature)
    assert str(inspect.signature(AsyncStation.temperature)) == str(inspect.signature(Station.temperature))
    assert AsyncStation.temperature.__doc__ == Station.temperature.__doc__ == "Return the temperature."

    class Mine(AsyncStation):
        """A user's own."""

        async def twice(self) -> float:
            return 2 * await self.temperature()

    mine = Mine("Oslo")
    assert asyncio.run(mine.twice()) == 8.0
    assert asyncio.run(mine.itself()) is mine

    station: Any = Station("Oslo")  # what checkers refuse
    awaited: Any = AsyncStation("Oslo")
    assert station == awaited
    assert hash(station) == hash(awaited)
    assert raises(TypeError, twins.Client.of, awaited) == (
        "Client.of takes objects whose methods block, and was given an object of AsyncStation, whose methods are awaited"
    )
    raises(TypeError, twins.nearest, [awaited])
    raises(TypeError, twins.Client, [], awaited)
    raises(TypeError, station.beside, awaited)
    raises(TypeError, setattr, twins.Client([]), "first", awaited)
    raises(TypeError, lambda: asyncio.run(twins.async_nearest([station])))
    raises(TypeError, lambda: asyncio.run(twins.AsyncClient([]).keep(station)))
    raises(TypeError, lambda: asyncio.run(twins.AsyncClient.ping(station)))

    async def wrong_form() -> None:
        async with twins.Client(["Oslo"]).reserved("Oslo"):  # type: ignore[attr-defined]  # pyright: ignore
            raise AssertionError

    assert raises(TypeError, lambda: asyncio.run(wrong_form())) == (
        "Client.reserved blocks and is entered by `with`; write `async with AsyncClient.reserved(...)`"
    )


def told() -> None:
    """Who may not block is told the name of what is awaited."""

    async def in_the_loop() -> None:
        assert "write `await async_current(...)`" in raises(RuntimeError, twins.current, "Oslo")
        assert "write `await AsyncStation.temperature(...)`" in raises(RuntimeError, Station("Oslo").temperature)
        assert "`async for ... in async_countdown(...)`" in raises(RuntimeError, next, twins.countdown(1))
        assert "write `await AsyncClient.parse(...)`" in raises(RuntimeError, twins.Client.parse, "1")
        assert "write `await AsyncStation(...)`" in raises(RuntimeError, Station("Oslo").result)
        client = twins.Client(["Oslo"])
        assert "`async with AsyncClient(...)`" in raises(RuntimeError, client.__enter__)
        assert "`async for ... in AsyncClient(...)`" in raises(RuntimeError, next, iter(client))

    from ambidex import Synchronizer

    Synchronizer("twins").run(in_the_loop)


block()
asyncio.run(wait())
apart()
told()
assert twins.Stations == Dict[str, List[twins.Station]]
assert twins.AsyncStations == Dict[str, List[twins.AsyncStation]]
