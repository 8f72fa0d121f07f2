"""What a user of callables.py is given, and what checkers refuse."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Optional, Union

import callables
from callables import Hub, Job, Line, Options, Stage, Station
from typing_extensions import assert_type

from ambidex.bridge import Call, Future

speller = callables.speller()
assert_type(speller, Call[[int], str])
assert_type(speller(1), str)
assert_type(speller.submit(1), Future[str])
speller("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
assert_type(callables.made("-")(1, "2", end="!"), str)
assert_type(callables.by_name(), "dict[str, list[Call[[int], str]]]")
assert_type(callables.perhaps(there=True), Optional[Call[[int], str]])
assert_type(callables.halved()(1), int)
assert_type(callables.nested()("a"), Call[[], str])
assert_type(callables.nested()("a")(), str)
assert_type(Station("a").joiner()(Station("b")), Station)
assert_type(callables.applier()(lambda number: number, 1), int)
assert_type(callables.through(lambda after, number: after(number), 1), int)
assert_type(next(callables.steps()), Call[[int], str])


async def counted(number: int, *, by: int = 1) -> str:
    """Have parameters of its own."""
    return str(number * by)


assert_type(callables.counted(counted)(1, by=2), "tuple[int, str]")
assert_type(callables.placed(counted)(Station("a"), 1, by=2), str)
callables.counted(counted)("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

Either = Union[Call[[int], str], Callable[[int], Union[str, Awaitable[str]]]]
assert_type(callables.jobs()[0].work, Either)
assert_type(callables.stage().work, Either)
assert_type(callables.options()["work"], Either)
callables.done([Job("own", str), Job("given", speller)], Stage("s", counted), Options(work=counted))
Job("wrong", lambda number: number)  # type: ignore[arg-type, return-value]  # pyright: ignore[reportArgumentType]

hub = Hub()
assert_type(hub.on_event, Union[Call[[int], None], Callable[[int], Union[Awaitable[None], None]]])
assert_type(hub.work, Call[[int], str])
assert_type(hub.fallback, Either)
hub.fallback = str
hub.fallback = counted
hub.fallback = speller
hub.on_station = None
hub.on_station = lambda station: station.name()
hub.on_event = print
hub.on_event = len  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]

line = Line("a")
assert_type(line.on_close, Optional[Callable[[Line], None]])
assert_type(line.choose, Callable[[list[Line], str], Line])
assert_type(line.choose([line], "a"), Line)
assert_type(line.hooks, "dict[str, Callable[[Line], bool]]")
assert_type(line.linker(line), Line)
assert_type(callables.comparer(line)(line), bool)
line.on_close = print
line.on_close = lambda given: print(given.name)
line.on_close = None
line.choose = line.choose
line.on_close = len  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
line.linker = line.linker  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


async def waiting() -> None:
    """Find the same types by the async face."""
    assert_type(await speller.aio(1), str)
    assert_type(await callables.perhaps.aio(there=True), Optional[Call[[int], str]])
    assert_type(await (await callables.nested.aio()).aio("a"), Call[[], str])
    assert_type([work async for work in callables.steps.aio()], "list[Call[[int], str]]")
    await speller.aio("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
