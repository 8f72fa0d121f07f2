"""docs/reference/options.md is whole: its tables are those of the signatures, and of the values that the code uses."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from ambidex import ParentWorker, Synchronizer, WorkerPool
from ambidex.bridge import Face
from ambidex.bridge._faces._callables import Call, Entry, Stream
from ambidex.protocol import CHUNK, Limits
from ambidex.rpc import _counters
from ambidex.rpc.calling import _lanes  # pyright: ignore[reportPrivateUsage]
from ambidex.transport import ARENA_BYTES, LEAST
from ambidex.workers import _calls, _child, _lines, _names, _pool, _pool_calls
from tests.docs.page import ROOT

TEXT = (ROOT / "docs" / "reference" / "options.md").read_text(encoding="utf-8")
TAKERS: dict[str, tuple[type[Any], ...]] = {
    "a worker's `.call`": (_names.BlockingNames, _calls.BlockingFunction),
    "a worker's `.acall`": (_names.AwaitedNames, _calls.AwaitedFunction),
    "a pool's `.call`": (_names.BlockingNames, _pool_calls.BlockingPoolFunction),
    "a pool's `.acall`": (_names.AwaitedNames, _pool_calls.AwaitedPoolFunction),
    "generated objects": (Face,),
    "generated calls": (Call,),
    "generated streams": (Stream,),
    "generated context managers": (Entry,),
    "`Synchronizer`": (Synchronizer,),
}
LIMITS = Limits()
VALUES = {
    "bytes of one message, its buffers counted": LIMITS.message,
    "bytes of all messages that have begun and are not whole": LIMITS.buffered,
    "buffers of one message": LIMITS.buffers,
    "calls open at a time, streams counted": LIMITS.calls,
    "bytes of one frame; what is longer goes in chunks": CHUNK,
    "bytes of memory that parent and child share, for each direction": ARENA_BYTES,
    "bytes of the shortest buffer that goes through that memory": LEAST,
    "threads of a child for plain methods": _child._MOST_THREADS,  # pyright: ignore[reportPrivateUsage]  as below
    "items that a stream is ahead of its reader, unless `read_ahead` or what is sent into it says otherwise": (
        _calls._AHEAD  # pyright: ignore[reportPrivateUsage]
    ),
    "connections that are kept for the next blocking callers": (
        _lanes._MOST_FREE_LANES  # pyright: ignore[reportPrivateUsage]
    ),
    "calls that wait for a worker of a pool": _pool._QUEUE_SIZE,  # pyright: ignore[reportPrivateUsage]
    "characters of one line of output; what is longer is cut": _lines.LONGEST,
    "lines of output that wait to be taken": _lines.MOST_LINES,
    "methods that are counted by name": _counters.MOST_METHODS,
    "classes of errors that are counted by name": _counters.MOST_ERRORS,
}


def read_table(first: str) -> list[list[str]]:
    """Return the rows of the table that begins with a title, each with its cells."""
    (table,) = re.findall(rf"^\| {first} \|.*\n\|---.*\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()]


def options_of(taker: type[Any]) -> set[str]:
    """Return what `with_options` of a class takes."""
    return set(inspect.signature(taker.with_options).parameters) - {"self"}


def test_every_option_of_a_call_stands_in_the_table_with_those_who_take_it() -> None:
    """No more of them, and no fewer."""
    told: dict[str, set[str]] = {taker: set() for taker in TAKERS}
    for option, takers, *_ in read_table("option"):
        for taker in takers.split(", "):
            told[taker].add(option.strip("`"))
    for taker, classes in TAKERS.items():
        for each in classes:
            assert told[taker] == options_of(each), each


@pytest.mark.parametrize("option", ["timeout", "retry", "views"])
def test_default_of_an_option_of_a_call_is_that_of_the_table(option: str) -> None:
    """As a worker's calls begin."""
    (row,) = (row for row in read_table("option") if row[0] == f"`{option}`")
    options = vars(ParentWorker("worker.py").call)["_options"]
    assert row[-1] == str({"timeout": options.timeout_s, "retry": options.retry, "views": options.views}[option])


@pytest.mark.parametrize(
    ("title", "whose"),
    [("option of a worker", ParentWorker), ("option of a pool", WorkerPool)],
    ids=["worker", "pool"],
)
def test_options_and_their_defaults_are_those_of_the_signature(title: str, whose: type[Any]) -> None:
    """In its order."""
    signature = [
        [f"`{name}`", "required" if each.default is each.empty else f"`{each.default!r}`"]
        for name, each in inspect.signature(whose).parameters.items()
    ]
    assert read_table(title) == signature


def test_limits_are_those_that_the_code_uses() -> None:
    """All of the table, and nothing that is not in it."""
    assert {what: int(value.replace(",", "")) for what, value in read_table("limit")} == VALUES
