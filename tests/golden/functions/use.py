"""Use the generated functions, blocking and async."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import functions

assert "_functions" not in sys.modules, "importing the face imports no implementation"
assert functions.current("Oslo") == 4.0
assert functions.current.submit("Rome").result() == 4.0
assert functions.kinds(1, keyword=4) == (1, 2, (), 4, 5, {})
assert functions.kinds(1, 9, 8, keyword=4, extra=6) == (1, 9, (8,), 4, 5, {"extra": 6})
assert functions.only_keywords(limit=3) == 3
given = functions.defaults()
assert given[:6] == ['a "quoted" \\ text', b"\x00\xff", 1, -0.5, False, None]
assert given[10] == float("inf")
assert given[11].value == "fast"
assert given[13:] == [7, 2]
assert functions.defaults(text="x")[0] == "x"
assert functions.parse("12") == 12
assert functions.connect_now("tcp://") == "tcp:// 3"
log: list[str] = []
functions.no_annotation_needed(log)
assert log == ["seen"], "a list of plain values is handed over as it is"
assert functions.tagged("a", [1, 2]) == "aa"
try:
    functions.fail("what")
except LookupError as error:
    assert error.args == ("what",)
else:
    raise AssertionError("fail() has to raise")


async def waiting() -> None:
    assert await functions.current.aio("Oslo") == 4.0
    assert await functions.kinds.aio(1, keyword=4) == (1, 2, (), 4, 5, {})
    assert await functions.current.with_options(timeout=5).aio("Rome") == 4.0


asyncio.run(waiting())
assert (functions.current.__doc__ or "").startswith("Return the temperature")

assert functions.squares(3) is functions.squares(3)
assert functions.spellings(1, None, {}, None, int, 2, "other", Path("x"), print, (), [], [], 0) == 1


def lines(documented: object) -> list[str]:
    """Return the lines of a docstring without their indentation, which Python 3.13 takes away."""
    return [line.strip(" ") for line in (documented.__doc__ or "").split("\n")]


_functions = sys.modules["_functions"]
for name in ("paged", "fed"):
    assert lines(getattr(functions, name)) == lines(getattr(_functions, name)), lines(getattr(functions, name))
    assert lines(getattr(functions, name).aio) == lines(getattr(_functions, name))
assert lines(functions.paged)[0].count("\r") == 1
