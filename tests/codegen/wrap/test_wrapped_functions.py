"""Which plain functions `ambidex wrap` takes: those that take or give what has a face."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.codegen.wrap.conftest import Wrapping


def test_plain_function_that_takes_something_asynchronous_is_wrapped(wrapping: Wrapping) -> None:
    """Users may hand in what blocks: a callback, an iterable, also in a record or a list. The rest is left as it is.

    A class for `with` stays the package's own: most that take something to await run a loop of their own.
    """
    wrapping.project.write("site/crane/py.typed", "")
    wrapping.project.write(
        "site/crane/__init__.py",
        """
        from __future__ import annotations

        from collections.abc import AsyncIterable, Awaitable, Callable, Coroutine
        from contextlib import AbstractAsyncContextManager
        from dataclasses import dataclass
        from typing import Any, TypeVar

        Handler = Callable[[int], Awaitable[None]]
        H = TypeVar("H", bound=Callable[[int], Awaitable[None]])
        _handlers: list[Handler] = []
        _loads: list[AsyncIterable[int]] = []
        _locks: list[AbstractAsyncContextManager[int]] = []

        def on_lift(handler: Handler) -> None:
            _handlers.append(handler)

        def handles(handler: H) -> H:
            _handlers.append(handler)
            return handler

        def on_each(handlers: list[Handler]) -> None:
            _handlers.extend(handlers)

        def carry(loads: AsyncIterable[int]) -> None:
            _loads.append(loads)

        def guard(lock: AbstractAsyncContextManager[int]) -> None:
            _locks.append(lock)

        @dataclass
        class Rule:
            limit: int
            handler: Handler

        def obey(rule: Rule) -> None:
            _handlers.append(rule.handler)

        def obeyed(handler: Callable[[int], None]) -> int:
            return 1

        def started(lifting: Coroutine[Any, Any, int]) -> bool:
            return True

        def handlers() -> list[Handler]:
            return _handlers

        class Bell:
            def on(self, handler: Handler) -> None:
                _handlers.append(handler)

        class Gong:
            def on(self) -> Callable[[Handler], None]:
                return _handlers.append

        class Siren:
            def __init__(self, handler: Handler) -> None:
                _handlers.append(handler)

        class Horn:
            handler: Handler | None = None

            def blow(self) -> None:
                if self.handler is not None:
                    _handlers.append(self.handler)

        class Runner:
            def __enter__(self) -> Runner:
                return self

            def __exit__(self, *about: object) -> None: ...

            def run(self, main: Callable[[], Awaitable[int]]) -> int:
                return 1

        class Weight:
            def more(self, by: Callable[[int], int]) -> int:
                return by(1)

        class Plan:
            @property
            def handler(self) -> Handler:
                return _handlers[0]

        def ring(bell: Bell) -> bool:
            return type(bell) is Bell

        async def lift(height: int) -> int:
            for handler in _handlers:
                await handler(height)
            for lock in _locks:
                async with lock as held:
                    height += held
            return height + sum([load for loads in _loads async for load in loads])
        """,
    )
    reason = "is blocking already, and takes and gives nothing that has a face: use that of crane"
    assert wrapping.wrap("crane") == (
        "crane/__init__.py:8: Handler: is an alias of types: use that of crane, or write one of what is generated\n"
        "crane/__init__.py:9: H: is a plain value: use that of crane\n"
        f"crane/__init__.py:38: obeyed: {reason}\n"
        f"crane/__init__.py:41: started: {reason}\n"
    )
    manifest = wrapping.project.read("_crane_sync.py").partition("# Left out")[0]
    taken = [line for line in manifest.splitlines() if line.startswith("crane_sync.wrap_")]
    values = ("Plan", "Rule", "Runner", "Weight")
    functions = ("carry", "guard", "handlers", "handles", "lift", "obey", "on_each", "on_lift", "ring")
    assert sorted(taken) == sorted(
        [
            *(f"crane_sync.wrap_class(crane.{name})" for name in ("Bell", "Gong", "Horn", "Siren")),
            *(f'crane_sync.wrap_class(crane.{name}, by="value")' for name in values),
            *(f"crane_sync.wrap_function(crane.{name})" for name in functions),
        ]
    )
    program = """
from contextlib import nullcontext
import crane, crane_sync as c

seen = []

def handler(place):
    return lambda height: seen.append((place, height))

async def waiting(height):
    seen.append(("waiting", height))

c.on_lift(handler("function"))
c.on_lift(waiting)
c.handles(handler("variable"))
c.on_each([handler("list")])
c.obey(c.Rule(1, handler("record")))
c.Bell().on(handler("method"))
c.Gong().on()(handler("decorator"))
c.Siren(handler("constructor"))
horn = c.Horn()
horn.handler = handler("attribute")
horn.blow()
c.carry([10, 20])
c.guard(nullcontext(100))
print(c.lift(3), [place for place, height in seen if height == 3])
c.handlers()[0](4)
print(seen[-1], c.ring(c.Bell()), c.Runner is crane.Runner, c.Weight is crane.Weight)
"""
    places = ["function", "waiting", "variable", "list", "record", "method", "decorator", "constructor", "attribute"]
    assert wrapping.run("-W", "error", "-c", program) == (0, f"133 {places}\n('function', 4) True True True\n", "")


def test_plain_function_that_runs_what_it_is_handed_is_left_out(wrapping: Wrapping) -> None:
    """As `asyncio.run` does: what it gives comes out of awaiting alone, and the loop that runs it cannot wait for that.

    What the result may also come from is taken, and so is what hands on what it was given.
    """
    wrapping.project.write("site/crane/py.typed", "")
    wrapping.project.write(
        "site/crane/__init__.py",
        """
        import asyncio
        from typing import Any, Awaitable, Callable, Coroutine, List, TypeVar, Union, overload

        _T = TypeVar("_T")

        class Crane:
            async def lift(self) -> int:
                return 1

        async def _awaited(work: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
            return await work(*arguments)

        def run(work: Callable[..., Awaitable[_T]], *arguments: object) -> _T:
            return asyncio.run(_awaited(work, *arguments))

        def first(works: List[Callable[[], Awaitable[List[_T]]]]) -> _T:
            return asyncio.run(_awaited(works[0]))[0]

        @overload
        def chosen(work: Callable[[], Awaitable[_T]]) -> _T: ...
        @overload
        def chosen(work: Callable[[], Awaitable[int]], other: str) -> str: ...
        def chosen(work: Callable[[], Awaitable[Any]], other: str = "") -> object:
            return asyncio.run(_awaited(work))

        def tried(work: Callable[[], Awaitable[_T]], other: _T) -> _T:
            return other

        def either(work: Callable[[], Union[Awaitable[_T], _T]]) -> _T:
            found = work()
            return asyncio.run(_awaited(work)) if isinstance(found, Awaitable) else found

        def later(work: Callable[[], Awaitable[_T]]) -> Callable[[], Awaitable[_T]]:
            return work
        """,
    )
    reason = "runs what it is handed to its end, and cannot on the loop that runs already: use that of crane"
    assert wrapping.wrap("crane") == (
        f"crane/__init__.py:13: run: {reason}\n"
        f"crane/__init__.py:16: first: {reason}\n"
        f"crane/__init__.py:23: chosen: {reason}\n"
        f"crane/__init__.py:29: either: {reason}\n"
    )
    program = "import crane_sync as c; print(c.tried(lambda: 1, 2), c.later(lambda: 4)())"
    assert wrapping.run("-W", "error", "-c", program) == (0, "2 4\n", "")


def test_plain_function_that_takes_or_gives_records_with_faces_is_wrapped(wrapping: Wrapping) -> None:
    """What a dataclass or a named tuple holds is translated, wherever that stands."""
    wrapping.project.write("site/crane/py.typed", "")
    wrapping.project.write(
        "site/crane/__init__.py",
        """
        from dataclasses import dataclass
        from typing import List, NamedTuple

        class Crane:
            async def lift(self) -> int:
                return 1

        @dataclass
        class Plan:
            crane: Crane
            height: int = 0

        class Site(NamedTuple):
            plans: List[Plan]

        def cost(plan: Plan) -> int:
            assert type(plan.crane) is Crane
            return plan.height

        def planned(heights: List[int]) -> Site:
            return Site([Plan(Crane(), height) for height in heights])
        """,
    )
    assert wrapping.wrap("crane") == ""
    program = """
import crane, crane_sync as c

plan = c.Plan(c.Crane(), 5)
(other,) = c.planned([7]).plans
print(c.cost(plan), type(plan) is crane.Plan, type(other.crane) is c.Crane, other.crane.lift(), c.cost(other))
"""
    assert wrapping.run("-W", "error", "-c", program) == (0, "5 True True 1 7\n", "")
