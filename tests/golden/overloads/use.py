"""Use the generated overloads, blocking and async."""

from __future__ import annotations

import asyncio
import inspect

import overloads
from overloads import Index, Lines, Made, Mark, Notes, Reader, Span, Step, Store

# The lines for editors, at the head of what is written out, are not the implementation's
PARSED = 'Parse `text`.\n\nText is counted:\n\n    parsed("abc") == 3'
assert inspect.getdoc(overloads.parsed) == inspect.getdoc(overloads.parsed.aio) == PARSED
assert (overloads.counted.__doc__, overloads.counted.aio.__doc__) == (None, None)
assert overloads.later.__doc__ == overloads.later.aio.__doc__ == "Return what is awaited."
assert Store(1).get.__doc__ == Store(1).get.aio.__doc__ == "Return the item at `index`."
assert (Store(1).each.__doc__, Store.of.__doc__) == (None, None)

assert overloads.parsed("abc") == 3
assert overloads.parsed(b"abc", strict=True) == b"abc"
assert overloads.parsed(b"") is None
assert overloads.parsed.submit("ab").result(5) == 2
assert overloads.plain(3) == "3"
assert overloads.plain("3") == 3
assert list(overloads.counted(2)) == [0, 1]
assert list(overloads.counted("ab")) == ["a", "b"]
assert (overloads.later(1), overloads.later("a")) == (1, "a []")
store = Store(1, 2)
assert (store.first(), store.first("none")) == (1, 1)
assert (list(store.each()), list(store.each("last"))) == ([1, 2], [1, 2, "last"])
assert store.get(0) == 1
assert store.get(9, "none") == "none"
assert store.get.with_options(timeout=5)(1) == store.get.with_options(retry=0)(1) == 2
assert store[0] == 1
assert store[0:] == [1, 2]
assert Store.of("a").get(0) == "a"
assert Store.of("a", "b").get(1) == "b"
with store.held() as held:
    assert held == 1
assert list(store.names()) == ["1", "2"]
assert (overloads.noted(self=1), overloads.noted("a", cls=1, owner=2)) == (1, "a ['cls', 'owner']")
notes = Notes()
assert (notes.put(1), notes.put("a", self=1, text=2)) == (1, "a ['self', 'text']")
assert (notes.keep(1), notes.keep(text="a", self=1)) == (1, "a ['self']")
assert (notes.take(self=3), notes.take.submit(self=4).result(5)) == (3, 4)
assert Reader("a").read() == b"a"
assert Reader("a", encoding="utf-8").read() == "a"
assert Reader("12", parse=int).read() == 12
assert (Made(3).item(), Made(b"3").item()) == ("3", b"3")
assert Lines("a\nb").lines() == ["a", "b"]

assert overloads.found("a") == "a"
assert overloads.found(1).result() == 1
assert overloads.found(1, again=True).result() == 2
assert overloads.found(b"a")(3) == b"aaa"
index = Index()
assert index.at(1) is index
assert index.at("a").result() is index
assert list(index.at(None)) == [index]


async def doubled(number: int) -> str:
    await asyncio.sleep(0)
    return str(2 * number)


def tripled(number: int) -> str:
    return str(3 * number)


async def shout(text: str) -> str:
    return text + "!"


def whisper(text: str) -> str:
    return text + "?"


step, other = Step(doubled), Step(tripled)
assert (step.run(3), other.run(3)) == ("6", "9")
assert (step.told(shout), step.told(whisper)) == ("6!", b"6?")
assert (step.applied(doubled, 2), step.applied(tripled, 2)) == ("4", "6")

mark, span = Mark(index, "a"), Span(index, index)


async def same_index(value: Index) -> Index:
    await asyncio.sleep(0)
    return value


async def same_span(value: Span) -> Span:
    assert value == span
    return value


def same_mark(value: Mark) -> Mark:
    assert value.index is index
    return Mark(value.index, value.title + "!")


async def later_mark(value: Mark) -> Mark:
    return same_mark(value)


assert overloads.turned(lambda value: value, index) is index
assert overloads.turned(lambda value: same_index(value), index) is index
assert overloads.moved(mark, same_mark) == Mark(index, "a!")
assert overloads.moved(mark, lambda value: later_mark(value)).index is index
assert overloads.moved(span, same_span) == span
assert overloads.marked(mark, mark) == overloads.marked(span, last=mark) == [index, index]


async def main() -> None:
    assert await overloads.turned.aio(lambda value: same_index(value), index) is index
    assert await overloads.turned.aio(same_index, index) is index
    assert (await overloads.moved.aio(mark, later_mark)).index is index
    assert await overloads.moved.aio(span, lambda value: same_span(value)) == span
    assert (await step.run.aio(4), await step.told.aio(shout)) == ("8", "8!")
    assert await step.applied.aio(doubled, 1) == "2"
    assert await overloads.found(1) == 1
    assert await overloads.found(b"a").aio(2) == b"aa"
    assert await index.at("a") is index
    assert [each async for each in index.at(None)] == [index]
    assert await overloads.parsed.aio("abc") == 3
    assert [item async for item in overloads.counted.aio("ab")] == ["a", "b"]
    assert await overloads.later.aio("a") == "a []"
    assert await store.first.aio() == 1
    assert [item async for item in store.each.aio("last")] == [1, 2, "last"]
    assert await store.get.aio(0) == 1
    assert await store.get.aio(9, "none") == "none"
    assert await Store.of.aio("a")
    assert await notes.put.aio("a", self=1) == "a ['self']"
    assert await notes.take.aio(self=3) == 3


asyncio.run(main())
