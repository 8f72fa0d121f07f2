"""What checkers infer of overloads.py, and what they refuse."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from typing import Optional, Union

import overloads
from overloads import Index, Lines, Made, Mark, Notes, Reader, Span, Step, Store
from typing_extensions import assert_type

import ambidex
from ambidex.bridge import Call, DualAwaitable, DualIterator, Future


def functions() -> None:
    """Check the blocking face of functions."""
    assert_type(overloads.parsed(""), int)
    assert_type(overloads.parsed(b"", strict=True), bytes)
    assert_type(overloads.parsed(b""), Optional[bytes])
    assert_type(overloads.parsed.submit(""), "Future[int]")
    assert_type(overloads.parsed.with_options(timeout=1)(b"", strict=True), bytes)
    assert_type(overloads.plain(1), str)
    assert_type(overloads.plain(""), int)
    assert_type(overloads.found(""), str)
    assert_type(overloads.found(1, again=True), DualAwaitable[int])
    assert_type(overloads.found(1).result(), int)
    assert_type(overloads.found(b""), Call[[int], bytes])
    assert_type(overloads.counted(1), "Generator[int, None, None]")
    assert_type(overloads.parsed.with_options(views=True)(b"", strict=True), bytes)
    assert_type(overloads.counted.with_options(read_ahead=2)(""), "Generator[str, None, None]")
    assert_type(overloads.counted.with_options(views=True)(""), "Generator[str, None, None]")
    overloads.parsed(1)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]


class Mine(Store[int]):
    """Overrides what no override fits yet: the types of it name a type variable of its class."""

    @ambidex.method
    def get(self, index: int, default: object = None) -> int:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
        return index


def classes(store: Store[int]) -> None:
    """Check the blocking face of a class."""
    assert_type(Store("a", "b"), Store[str])
    assert_type(store.get(0), int)
    assert_type(store.get(0, ""), Union[int, str])
    assert_type(store[0], int)
    assert_type(store[0:], "list[int]")
    assert_type(Store.of(b""), Store[bytes])
    assert_type(overloads.noted(self="", cls=1), str)
    assert_type(overloads.noted(self=1), int)
    assert_type(Notes().put("", self=1), str)
    assert_type(Notes().put(1), int)
    assert_type(Notes().keep(text="", self=1), str)
    assert_type(Notes().take(self=1), int)
    assert_type(Reader(""), Reader[bytes])
    assert_type(Reader("", encoding="utf-8"), Reader[str])
    assert_type(Reader("", parse=int), Reader[int])
    assert_type(Reader("").read(), bytes)
    assert_type(Made(3), Made[str])
    assert_type(Made(b"3").item(), bytes)
    assert_type(Lines("").lines(), "list[str]")
    assert_type(Index().at(1), Index)
    assert_type(Index().at("").result(), Index)
    assert_type(Index().at(None), DualIterator[Index])


async def _doubled(number: int) -> str:
    return str(2 * number)


def _tripled(number: int) -> str:
    return str(3 * number)


async def _shout(text: str) -> str:
    return text


def _whisper(text: str) -> str:
    return text


async def callbacks(step: Step[int, str]) -> None:
    """Check what tells an async callback from a blocking one."""
    assert_type(Step(_doubled), Step[int, str])
    assert_type(Step(_tripled), Step[int, str])
    assert_type(step.told(_shout), str)
    assert_type(step.told(_whisper), bytes)
    assert_type(await step.told.aio(_whisper), bytes)
    assert_type(step.applied(_doubled, 1), str)
    assert_type(step.applied.submit(_tripled, 1), "Future[str]")
    step.applied(_shout, 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    index = Index()
    assert_type(overloads.turned(_same, index), Index)
    assert_type(await overloads.turned.aio(_same_later, index), Index)
    assert_type(overloads.moved(Mark(index), _marked), Mark)
    assert_type(await overloads.moved.aio(Span(index, index), _spanned), Span)
    assert_type(overloads.marked(Span(index, index), last=Mark(index)), "list[Index]")
    overloads.moved(index, _marked)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]


def _same(index: Index) -> Index:
    return index


async def _same_later(index: Index) -> Index:
    return index


def _marked(mark: Mark) -> Mark:
    return mark


async def _spanned(span: Span) -> Span:
    return span


async def awaited(store: Store[int]) -> None:
    """Check the async face."""
    assert_type(await overloads.parsed.aio(b"", strict=True), bytes)
    assert_type(overloads.counted.aio(1), "AsyncGenerator[int, None]")
    assert_type(await store.get.aio(0, ""), Union[int, str])
    assert_type(await Store.of.aio(b""), Store[bytes])
