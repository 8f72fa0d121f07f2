"""Use what is deprecated: it warns once, at the line of who uses it."""

from __future__ import annotations

import asyncio
import sys
import warnings
from typing import Any, Callable

import deprecations
from deprecations import Station


def line(above: int) -> int:
    """Return the line of who calls this, or of the one so many calls above."""
    return sys._getframe(above + 1).f_lineno  # pyright: ignore[reportPrivateUsage]


def told(act: Callable[[], Any]) -> list[str]:
    """Return what a call warns about; each warning stands at the line of the call, in this file."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        act()
    for each in caught:
        assert each.filename == __file__, (each.message, each.filename, each.lineno)
        assert each.lineno in (line(1), *LINES)
    return [str(each.message) for each in caught]


LINES: list[int] = []
station = Station()
assert told(lambda: deprecations.get(1)) == ["call `fetch`"]  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
assert told(lambda: deprecations.get.submit(1).result()) == ["call `fetch`"]  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
assert told(lambda: deprecations.shown(1)) == ['write "str(number)"']  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
assert told(lambda: list(deprecations.several(1))) == ["call `fetch` again and again"]  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
assert told(lambda: station.read()) == ["call `measure`"]  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
assert told(lambda: list(station.reads())) == ["call `measure` in a loop"]  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
assert told(lambda: station.reset()) == ["nothing is reset"]  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
assert told(lambda: station.title) == ["it has no title"]  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
assert told(lambda: Station.opened()) == ["make one"]  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
assert told(lambda: deprecations.Tower().height()) == ["make a Station"]  # pyright: ignore[reportDeprecated]
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    tower = deprecations.Tower()  # pyright: ignore[reportDeprecated]
assert deprecations.heights([tower.above()]) == {tower: 5}
assert told(lambda: deprecations.fetch(1)) == []
assert told(lambda: station.measure(1.5, "m")) == [], "only type checkers tell variants apart"  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]


async def waiting() -> None:
    LINES.extend(range(line(0), line(0) + 5))
    assert await deprecations.get.aio(1) == 1  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
    assert [each async for each in deprecations.several.aio(2)] == [2]  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
    assert await station.read.aio() == 1  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
    assert await Station.opened.aio() == 4  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]


expected = ["call `fetch`", "call `fetch` again and again", "call `measure`", "make one"]
assert told(lambda: asyncio.run(waiting())) == expected
