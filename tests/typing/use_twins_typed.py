"""The types of what has type variables and overloads: each form keeps all of its signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twins_typed import (
    Box,
    BoxAsync,
    Item,
    ItemAsync,
    Jewel,
    JewelAsync,
    Page,
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
from typing_extensions import assert_type

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator


async def length(text: str, plus: int) -> float:
    return float(len(text) + plus)


def size(item: Item, plus: int) -> float:
    return float(item.size() + plus)


async def size_async(item: ItemAsync, plus: int) -> float:
    return float(await item.size() + plus)


def blocking(box: Box[Item], jewel: Jewel) -> None:
    assert_type(Box(jewel), Box[Jewel])
    assert_type(box.take(), Item)
    assert_type(box.take(2), "list[Item]")
    assert_type(page([jewel]), Page[Item])
    assert_type(page([jewel]).items, "list[Item]")
    assert_type(box.map(lambda each: each.size()), "list[int]")
    assert_type(box.all(), "Generator[Item, None, None]")
    with box.borrowed() as borrowed:
        assert_type(borrowed, Item)
    assert_type(jewel.grown(), Jewel)
    assert_type(same(jewel), Jewel)
    assert_type(call(length, "x", plus=1), float)
    assert_type(measured(size, 1), float)
    assert_type(made(1), Item)
    assert_type(made("x"), Jewel)

    call(length, 1, plus=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    same(1)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]


async def waiting(box: BoxAsync[ItemAsync], jewel: JewelAsync) -> None:
    assert_type(BoxAsync(jewel), BoxAsync[JewelAsync])
    assert_type(await box.take(), ItemAsync)
    assert_type(await box.take(2), "list[ItemAsync]")
    assert_type(await page_async([jewel]), Page[ItemAsync])
    assert_type(box.all(), "AsyncGenerator[ItemAsync, None]")
    async with box.borrowed() as borrowed:
        assert_type(borrowed, ItemAsync)
    assert_type(await jewel.grown(), JewelAsync)
    assert_type(await same_async(jewel), JewelAsync)
    assert_type(await call_async(length, "x", plus=1), float)
    assert_type(await measured_async(size_async, 1), float)
    assert_type(await made_async(1), ItemAsync)
    assert_type(await made_async("x"), JewelAsync)

    async def name(each: ItemAsync) -> str:
        return str(await each.size())

    assert_type(await box.map(name), "list[str]")
    await measured_async(size, 1)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
