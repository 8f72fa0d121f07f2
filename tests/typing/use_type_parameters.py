"""What checkers infer of type_parameters.py, and what they refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import type_parameters
from type_parameters import (
    Box,
    Crate,
    Hook,
    Labelled,
    Leg,
    Listed,
    Numbered,
    Plan,
    Pulled,
    Sheet,
    Shelf,
    Signal,
    Station,
    Task,
    called,
    first,
    joined,
    packed,
)
from typing_extensions import assert_type

if TYPE_CHECKING:
    from _type_parameters import Right


def doubled(number: int) -> int:
    """Block."""
    return number * 2


async def halved(number: int) -> int:
    """Wait."""
    return number // 2


def found(number: int, text: str) -> Station:
    """Block."""
    return Station()


async def found_later(number: int, text: str) -> Station:
    """Wait."""
    return Station()


def found_by_number(number: int) -> Station:
    """Block."""
    return Station()


def count(number: int, text: str) -> int:
    """Give a number."""
    return number


def objects(station: Station, box: Box[int], crate: Crate[Station]) -> None:
    """Check the blocking face of objects."""
    assert_type(Box("a"), "Box[str]")
    assert_type(box.content, int)
    assert_type(box.get(), int)
    assert_type(box.apply(doubled), int)
    assert_type(box.apply(halved), int)
    assert_type(box.also("a"), "Box[tuple[int, str]]")
    assert_type([*box.each()], "list[int]")
    assert_type(box.same(), "Box[int]")
    assert_type(crate.same(), "Crate[Station]")
    assert_type(Box.of(station), "Box[Station]")
    assert_type(crate.get(), Station)
    assert_type(Labelled("a").get(), str)
    assert_type(Labelled.Part(1).all(), "list[int]")
    assert_type(Signal(station, 1).last(), "tuple[Station, int]")
    box.content = "a"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    Crate(1)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
    Labelled(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def parameters(
    station: Station,
    task: Task[[Station, int], str],
    numbered: Numbered[str],
    listed: Listed,
    pulled: Pulled,
    measured: Task[[Station], int],
) -> None:
    """Check classes that are generic in a ParamSpec, applied to lists of types."""
    assert_type(task.run(station, 3), str)
    _done: str = type_parameters.ran(task, station)  # pyrefly does not infer it
    assert_type(task.given(station, measured).run(), "tuple[str | None, int]")
    assert_type(numbered.run(3), str)
    assert_type(numbered.all([3]), "list[str]")
    assert_type(listed.run([station], Labelled("a")), Station)
    assert_type(pulled.call(3, "a"), Station)
    assert_type(type_parameters.hooked(pulled, Hook(found_by_number), pulled), "list[Station]")
    Task(halved).run("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    task.run(station)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    task.given(station, task)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    task.given(station, measured).run(station)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    type_parameters.ran(measured, station)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    numbered.run("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Numbered(found)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    listed.run([station], "a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    pulled.call("a", 3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    type_parameters.hooked(pulled, pulled, pulled)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def overloads(station: Station, values: tuple[int, str], shelf: Shelf[int]) -> None:
    """Check overloads that have type parameters of their own."""
    assert_type(shelf.find(0), "int | None")
    assert_type(shelf.find(0, station), "int | Station")
    assert_type(shelf.find("a", "b"), "list[str]")
    assert_type(shelf.find("a", b"b"), "list[bytes]")
    assert_type(Shelf.of(station), "Shelf[Station]")
    assert_type(Shelf.of(1, "a"), "Shelf[tuple[str, int]]")
    assert_type(type_parameters.asked(doubled, 2), int)
    assert_type(type_parameters.asked(halved, number=2), int)
    assert_type(type_parameters.asked(None, values), "tuple[Station, int, str]")
    shelf.find(0, 1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    shelf.find("a", station)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    Shelf.of(1)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]


def functions(station: Station, plan: Plan[int]) -> None:
    """Check the blocking face of functions."""
    assert_type(first([station]), Station)
    assert_type(joined("a", "b"), str)
    assert_type(called(doubled, 2), int)
    assert_type(called(halved, number=2), int)
    assert_type(packed(station, "a"), "tuple[Station, str]")
    assert_type(type_parameters.sheet(1, station), "Sheet[int]")
    assert_type(Sheet(["a"], station).first(), str)
    assert_type(type_parameters.legs(plan), "list[Leg[int]]")
    assert_type(Leg(station, "a").item, str)
    assert_type(type_parameters.paired([(1, {"a": station})]), "dict[str, list[Station]]")
    assert_type(type_parameters.handled(found, count), "tuple[int, Station, int]")
    assert_type(type_parameters.handled(found_later, count), "tuple[int, Station, int]")
    assert_type(type_parameters.mirrored([{"a": []}], (1,)), Right)
    joined("a", b"b")  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
    called(doubled, "a")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    type_parameters.legs({"at": 1, "item": 1})  # type: ignore[typeddict-item]  # pyright: ignore[reportArgumentType]
    type_parameters.handled(count, count)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    type_parameters.mirrored([{"a": 1}], (1,))  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    type_parameters.mirrored([], (1, 2))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    type_parameters.paired([("a", {"a": station})])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


async def awaited(station: Station, box: Box[int]) -> None:
    """Check the async face."""
    assert_type(await box.get.aio(), int)
    assert_type(await box.apply.aio(halved), int)
    assert_type(await box.also.aio("a"), "Box[tuple[int, str]]")
    assert_type([content async for content in box.each.aio()], "list[int]")
    assert_type(await Box.of.aio(station), "Box[Station]")
    assert_type(await first.aio([station]), Station)
    assert_type(await called.aio(doubled, 2), int)
    assert_type(await type_parameters.asked.aio(halved, 2), int)
    assert_type(await Shelf("a").find.aio(0, station), "str | Station")
    assert_type(await Shelf("a").find.aio("b", b"c"), "list[bytes]")
    assert_type(await packed.aio(station, "a"), "tuple[Station, str]")
    assert_type(await Numbered(halved).run.aio(3), int)
    assert_type(await Pulled(found_later).call.aio(3, "a"), Station)
    await Numbered(halved).run.aio("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await Pulled(found_later).call.aio(3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
