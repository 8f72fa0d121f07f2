"""The types that users infer from a generated module of two classes, each with one form of every member."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import twins
from twins import (
    AsyncBuoy,
    AsyncClient,
    AsyncPair,
    AsyncStation,
    Buoy,
    Client,
    Pair,
    Reading,
    Station,
    Unit,
    async_countdown,
    async_current,
    async_make,
    async_nearest,
    async_opened,
    countdown,
    current,
    make,
    nearest,
    opened,
    unit,
)
from typing_extensions import assert_type

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from contextlib import AbstractAsyncContextManager, AbstractContextManager


def blocking(client: Client, station: Station, awaited: AsyncStation) -> None:
    assert_type(Client(["Oslo"], first=station), Client)
    assert_type(station.temperature(Unit.KELVIN), float)
    assert_type(station.with_options(timeout=1), Station)
    assert_type(awaited.with_options(timeout=1, retry=2), AsyncStation)
    assert_type(awaited.with_options(views=True), AsyncStation)
    assert_type(station.itself(), Station)
    assert_type(Buoy("x").itself(), Buoy)
    assert_type(station.result(), str)
    assert_type(client.first, "Station | None")
    assert_type(client.find("Oslo"), Station)
    assert_type(client.by_city(), "dict[str, list[Station]]")
    assert_type(client.pair(), Pair)
    assert_type(client.pair().near, Station)
    assert_type(client.turned(Pair(station, station)), Pair)
    assert_type(client.reading(), Reading)
    assert_type(client.stations(), "Generator[Station, str, None]")
    assert_type(client.reserved("Oslo"), "AbstractContextManager[Station]")
    assert_type(client.watch(lambda each: each.temperature() > 0), int)
    assert_type(client.open_session("me").user(), str)
    assert_type(Client.connect("url"), Client)
    assert_type(Client.of(station), Client)
    assert_type(Client.parse("1"), float)
    for each in client:
        assert_type(each, Station)
    with client as entered:
        assert_type(entered, Client)
    with client.reserved("Oslo") as reserved:
        assert_type(reserved, Station)
    assert_type(current("Oslo"), float)
    assert_type(nearest([station]), "Station | None")
    assert_type(countdown(3), "Generator[int, None, None]")
    assert_type(opened("Oslo"), "AbstractContextManager[Station]")
    assert_type(unit(), Unit)
    assert_type(make("Oslo"), Station)

    Client.of(awaited)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.turned(AsyncPair(awaited, awaited))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    print(client.find.aio)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]


async def waiting(client: AsyncClient, station: AsyncStation, blocking: Station) -> None:
    assert_type(AsyncClient(["Oslo"], first=station), AsyncClient)
    assert_type(await station.temperature(Unit.KELVIN), float)
    assert_type(await station.itself(), AsyncStation)
    assert_type(await AsyncBuoy("x").itself(), AsyncBuoy)
    assert_type(await station, str)
    assert_type(client.first, "AsyncStation | None")
    assert_type(await client.find("Oslo"), AsyncStation)
    assert_type(await client.by_city(), "dict[str, list[AsyncStation]]")
    assert_type(await client.pair(), AsyncPair)
    assert_type((await client.pair()).near, AsyncStation)
    assert_type(await client.turned(AsyncPair(station, station)), AsyncPair)
    assert_type(await client.reading(), Reading)
    assert_type(await client.kept(), Any)
    assert_type(client.stations(), "AsyncGenerator[AsyncStation, str]")
    assert_type(client.reserved("Oslo"), "AbstractAsyncContextManager[AsyncStation]")
    assert_type(await (await client.open_session("me")).user(), str)
    assert_type(await AsyncClient.connect("url"), AsyncClient)
    assert_type(AsyncClient.of(station), AsyncClient)
    assert_type(await AsyncClient.parse("1"), float)
    async for each in client:
        assert_type(each, AsyncStation)
    async with client as entered:
        assert_type(entered, AsyncClient)
    async with client.reserved("Oslo") as reserved:
        assert_type(reserved, AsyncStation)
    assert_type(await async_current("Oslo"), float)
    assert_type(await async_nearest([station]), "AsyncStation | None")
    assert_type(async_countdown(3), "AsyncGenerator[int, None]")
    assert_type(async_opened("Oslo"), "AbstractAsyncContextManager[AsyncStation]")
    assert_type(async_make("Oslo"), AsyncStation)

    async def seen(each: AsyncStation) -> bool:
        return await each.temperature() > 0

    assert_type(await client.watch(seen), int)

    AsyncClient.of(blocking)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with client:  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        pass


class Mine(AsyncStation):
    """An override is a plain `async def`, and can be nothing else."""

    async def temperature(self, unit: Unit = Unit.CELSIUS) -> float:
        return await super().temperature(unit) + 1.0


class Yours(Station):
    def temperature(self, unit: Unit = Unit.CELSIUS) -> float:
        return super().temperature(unit) + 1.0


def listed(stations: twins.Stations, later: twins.AsyncStations) -> None:
    """Take both forms of an alias."""
    assert_type(stations, "dict[str, list[Station]]")
    assert_type(later, "dict[str, list[AsyncStation]]")
