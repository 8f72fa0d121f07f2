"""What a user of deliveries.py infers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator

import deliveries
from deliveries import Parcel
from typing_extensions import assert_type

assert_type(deliveries.later(1), int)
assert_type(deliveries.begun("a"), str)
assert_type(deliveries.promised(), "int | None")
assert_type(deliveries.scheduled("a"), str)
assert_type(deliveries.endless(), None)
assert_type(deliveries.later.submit(1).result(), int)
parcel = Parcel("Oslo")
assert_type(parcel.joined(parcel), Parcel)
assert_type(Parcel.packed("x"), Parcel)
assert_type(Parcel.weight("x"), int)
assert_type(Parcel.many(), "Generator[Parcel, None, None]")
assert_type(parcel.others(), "Generator[Parcel, None, None]")
assert_type(Parcel.echo("x"), "Generator[str, Parcel | None, None]")
assert_type(Parcel.many.with_options(read_ahead=2)(1), "Generator[Parcel, None, None]")
Parcel.many("x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
with Parcel.opened("x") as opened:
    assert_type(opened, Parcel)
with parcel.scale(1) as doubled:
    assert_type(doubled, int)
assert_type(deliveries.total([1, 2]), int)
assert_type(deliveries.first_of([parcel]), "Parcel | None")
deliveries.total(["x"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
deliveries.sent([b"x"])
assert_type(deliveries.perhaps(1), int)
assert_type(deliveries.Shelf().find("x"), "Parcel | None")
deliveries.sent(["x"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


async def numbers() -> AsyncIterator[int]:
    yield 1


assert_type(deliveries.total(numbers()), int)


async def waiting() -> None:
    assert_type(await deliveries.later.aio(1), int)
    assert_type(await deliveries.perhaps.aio(1), int)
    assert_type(await deliveries.Shelf().find.aio("x"), "Parcel | None")
    assert_type(await deliveries.promised.aio(1), "int | None")
    assert_type(await parcel.joined.aio(parcel), Parcel)
    assert_type(await Parcel.packed.aio("x"), Parcel)
    assert_type(await Parcel.weight.aio("x"), int)
    assert_type(Parcel.many.aio(1), "AsyncGenerator[Parcel, None]")
    assert_type(Parcel.echo.aio("x"), "AsyncGenerator[str, Parcel | None]")
    async with Parcel.opened("x") as opened:
        assert_type(opened, Parcel)
    async with Parcel.scale.aio(1) as doubled:
        assert_type(doubled, int)
