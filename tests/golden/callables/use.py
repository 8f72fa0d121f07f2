"""Call what the implementation gives out, blocking and awaited, and hand it back."""

from __future__ import annotations

import asyncio
import inspect
import pickle
import threading
from typing import TYPE_CHECKING

import callables
from callables import Hub, Job, Line, Options, Stage, Station

if TYPE_CHECKING:
    from ambidex.bridge import Call

main = threading.get_ident()

speller = callables.speller()
assert speller(1) == "<1>"
assert speller.submit(2).result() == "<2>"
assert speller.with_options(timeout=10)(3) == "<3>"
assert (speller.__doc__, repr(speller)) == ("Spell a number.", "<call spelled>")
assert list(inspect.signature(speller).parameters) == ["number"]
assert callables.speller() is speller
assert callables.is_speller(speller)
assert not callables.is_speller(lambda number: str(number))
assert not callables.is_speller(speller.with_options(timeout=10))
try:
    pickle.dumps(speller)
except TypeError as error:
    assert "<call spelled> cannot be pickled" in str(error)
else:
    raise AssertionError("it was pickled")

assert callables.made("-")(1, 2, end="!") == "-1, 2!"
both = callables.by_name()["both"]
assert [work(4) for work in both] == ["<4>", "44"]
assert both[0] is speller
found = callables.perhaps(there=True)
assert found is speller
assert callables.perhaps(there=False) is None
assert callables.halved()(8) == 4
assert callables.nested()("inner")() == "inner"
assert list(callables.steps()) == [speller]

station = Station("a")
joiner = station.joiner()
joined = joiner(Station("b"))
assert type(joined) is Station
assert joined.name() == "ab"
assert station.joiner() is joiner


def doubled(number: int) -> int:
    """Run on the thread of the caller that waits."""
    assert threading.get_ident() == main
    return number * 2


async def doubled_later(number: int) -> int:
    """Run on the user's loop."""
    await asyncio.sleep(0)
    return number * 2


applier = callables.applier()
assert applier(doubled, 3) == 6
counting = callables.counted(doubled_later)
assert (counting(1), counting(number=2)) == ((1, 2), (2, 4))
assert callables.placed(doubled_later)(station, 4) == 8
assert callables.through(lambda after, number: after(number) + 1, 3) == 7


async def awaiting_next(after: Call[[int], int], number: int) -> int:
    """Await what comes next."""
    return await after.aio(number) + 1


assert callables.through(awaiting_next, 4) == 9

(job,) = callables.jobs()
assert job.work is speller
assert callables.stage().work is speller
assert callables.options()["work"] is speller
seen: list[str] = []
mine = Job("mine", lambda number: f"blocking {number}", lambda given: seen.append(given.name()))
assert callables.done([job, mine], Stage("s", both[1]), Options(work=speller)) == ["<0>", "blocking 1", "1010", "<20>"]
assert seen == ["mine"]

hub = Hub()
noted = hub.on_event
noted(1)
assert hub.events == [1]
numbers: list[int] = []
hub.on_event = numbers.append
assert hub.on_event == numbers.append
assert hub.work is speller
assert hub.fallback is speller
assert hub.fire(2) == "<2>"
assert (hub.events, numbers) == ([1, 2], [2])
hub.on_event = noted
assert hub.on_event is noted
hub.hooks = [*hub.hooks, numbers.append]
assert hub.fire(3) == "<3>"
assert (hub.events, numbers) == ([1, 2, 3, 3], [2, 3])
hub.fallback = lambda number: f"own {number}"
assert hub.fire(4) == "own 4"


async def named(given: Station) -> str:
    """Call the API again."""
    return await given.name.aio()


hub.on_station = named
assert hub.on_station is named


line, spare = Line("a"), Line("b")
closed: list[Line] = []


def note_closed(given: Line) -> None:
    """Be told of faces alone, on the loop."""
    assert threading.get_ident() != main
    assert type(given) is Line
    given.name += "!"
    closed.append(given)


def first_of(lines: list[Line], name: str) -> Line:
    """Choose as the implementation has it."""
    return lines[0]


def last_of(lines: list[Line], name: str) -> Line:
    """Choose another one."""
    return spare


assert line.on_close is None
line.on_close = note_closed
assert line.on_close is note_closed, "the user's own comes back as it was"
assert line.close() == {"own": True}
assert closed == [line]
assert line.name == "a!"
chooser = line.choose
assert chooser([line, spare], "b") is spare, "what is the implementation's takes and gives faces"
assert chooser([spare], "c") is line
assert line.choose is chooser
line.choose = last_of
line.close()
assert closed == [line, spare]
assert chooser([line], "a!") is line, "it is its own, whatever the attribute holds"
line.choose = chooser
assert line.choose is chooser
line.hooks = {**line.hooks, "mine": lambda given: given is spare}
assert line.close() == {"own": True, "mine": False}
assert line.hooks["own"](line)
assert line.linker(spare) is line
compare = callables.comparer(line)
assert compare(line)
assert not compare(spare)


def refuse_closed(given: Line) -> None:
    """Call the API from the loop, which cannot wait for itself."""
    try:
        given.close()
    except RuntimeError as error:
        closed.append(given)
        assert "Line.close" in str(error)


line.on_close = refuse_closed
line.close()
assert len(closed) == 4
line.on_close = None


async def waiting() -> None:
    """Do the same on a loop of the user's."""
    assert (await callables.comparer.aio(spare))(spare)
    line.on_close = note_closed
    line.choose = first_of
    await line.close.aio()
    assert closed[-1] is line
    assert chooser([spare], "b!") is spare
    assert await speller.aio(5) == "<5>"
    assert await (await callables.made.aio("+")).aio(1) == "+1"
    assert [await work.aio(6) for work in (await callables.by_name.aio())["both"]] == ["<6>", "66"]
    assert await (await (await callables.nested.aio()).aio("deep")).aio() == "deep"
    assert [work async for work in callables.steps.aio()] == [speller]
    other = await joiner.aio(Station("c"))
    assert await other.name.aio() == "ac"
    assert await applier.aio(doubled_later, 4) == 8
    assert await callables.through.aio(awaiting_next, 5) == 11
    assert await callables.done.aio(await callables.jobs.aio()) == ["<0>"]
    assert await hub.fire.aio(7) == "hub"
    assert await callables.is_speller.aio(speller)


asyncio.run(waiting())
