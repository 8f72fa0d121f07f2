"""What a user of deliveries.py infers."""

from __future__ import annotations

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


async def waiting() -> None:
    assert_type(await deliveries.later.aio(1), int)
    assert_type(await deliveries.promised.aio(1), "int | None")
    assert_type(await parcel.joined.aio(parcel), Parcel)
    assert_type(await Parcel.packed.aio("x"), Parcel)
    assert_type(await Parcel.weight.aio("x"), int)
