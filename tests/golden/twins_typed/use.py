"""Use what has type variables and overloads, in both forms."""

from __future__ import annotations

import asyncio

from twins_typed import (
    Box,
    BoxAsync,
    Item,
    ItemAsync,
    Jewel,
    JewelAsync,
    call,
    call_async,
    made,
    made_async,
    measured,
    measured_async,
    page,
    page_async,
    same,
    same_async,
)


def add(first: int, second: int) -> int:
    return first + second


def size(item: Item, plus: int = 0) -> int:
    return item.size() + plus


async def size_async(item: ItemAsync, plus: int = 0) -> int:
    return await item.size() + plus


def block() -> None:
    item, jewel = Item(1), Jewel(2)
    box = Box(item, jewel)
    assert box.take() is item
    assert box.take(2) == [item, jewel]
    assert page([item, jewel]).items[1] is jewel
    assert box.map(size) == [1, 2]
    assert list(box.all()) == [item, jewel]
    with box.borrowed() as borrowed:
        assert borrowed is item
    box.put(item)
    assert Box[Jewel].of(jewel).take() is jewel
    assert isinstance(Box[Item](item).take(), Item)
    assert jewel.grown(2) is jewel
    assert same(jewel) is jewel
    assert call(add, 1, second=1) == 2
    assert measured(size, 1) == 8
    assert type(made(3)) is Item
    assert type(made("abc")) is Jewel


async def wait() -> None:
    item, jewel = ItemAsync(1), JewelAsync(2)
    box = BoxAsync(item, jewel)
    assert await box.take() is item
    assert await box.take(2) == [item, jewel]
    assert (await page_async([item, jewel])).items[1] is jewel
    assert await box.map(size_async) == [1, 2]
    assert [each async for each in box.all()] == [item, jewel]
    async with box.borrowed() as borrowed:
        assert borrowed is item
    await box.put(item)
    assert await (await BoxAsync[JewelAsync].of(jewel)).take() is jewel
    assert isinstance(await BoxAsync[ItemAsync](item).take(), ItemAsync)
    assert await jewel.grown(2) is jewel
    assert await same_async(jewel) is jewel
    assert await call_async(add, 1, 1) == 2
    assert await measured_async(size_async, 1) == 8
    assert type(await made_async(3)) is ItemAsync
    assert type(await made_async("abc")) is JewelAsync


block()
asyncio.run(wait())
