"""Two libraries that each carry a copy of this one meet in a process: unrelated modules, one table.

Each program runs where `ambidex` cannot be imported.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from tests.vendoring.conftest import VENDORED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_vendored_parts_import_nothing_of_ours_absolutely(libraries: Path) -> None:
    """A copy under another name imports itself, by relative imports alone."""
    wrong = [
        f"{file.relative_to(libraries)}:{number}"
        for file in (libraries / "north" / "_ambidex").rglob("*.py")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if re.match(r"\s*(import|from) ambidex\b", line)
    ]
    assert wrong == []
    there = {path.name for path in (libraries / "north" / "_ambidex").iterdir()}
    assert there - {"__pycache__"} == {*VENDORED}  # which is there once another test has imported the copy


def test_two_copies_work_side_by_side_and_share_one_table(run_with_both: Callable[..., str]) -> None:
    """Both faces, streams and objects of both; the classes of one are not those of the other."""
    out = run_with_both("""
        import asyncio
        from itertools import islice
        from north import tool as north
        from south import tool as south
        from north._ambidex import errors as of_north, runtime as north_runtime
        from south._ambidex import errors as of_south, runtime as south_runtime
        async def both():
            return [await north.give.aio(1), await south.give.aio(2)]
        print(north.give(1), south.give(2), asyncio.run(both()))
        print(list(islice(north.numbers(), 2)), list(islice(south.numbers(), 3)))
        print(north.Counter(4).next(), south.Counter(5).next())
        assert of_north.DeadlockError is not of_south.DeadlockError
        tables = [name for name in vars(sys) if name.startswith("__ambidex_shared")]
        assert len(tables) == 1, tables
        print(sorted(vars(sys)[tables[0]]["copies"]))
        loaded = [name for name, module in sys.modules.items() if name.partition(".")[0] == "ambidex" and module]
        assert loaded == [], loaded
    """)
    assert out.splitlines() == [
        "1 2 [1, 2]",
        "[0, 1] [0, 1, 2]",
        "5 6",
        "['north._ambidex.runtime', 'south._ambidex.runtime']",
    ]


BLOCKED = (
    "give would wait for good for the loop of synchronizer '{0}', which is blocked in block and waits for the loop of "
    "synchronizer '{1}', which is the one that would wait here; write `await give.aio(...)` or, there, "
    "`await block.aio(...)`"
)
AWAITED = (
    "give, awaited here, would never end: the loop of synchronizer 'north', which has to run it, is blocked in ask, "
    "and that waits for the task that runs here; write `await ask.aio(...)` there"
)


def test_deadlock_across_copies_is_refused(run_with_both: Callable[..., str]) -> None:
    """Blocking in a circle, and awaiting a loop that waits for the awaiting task: both name both calls."""
    out = run_with_both(
        """
        from north import tool as north
        from south import tool as south
        def attempt(function, *modules):
            try:
                function(*modules)
            except RuntimeError as error:
                print(type(error).__module__, type(error).__name__)
                print(error)
        attempt(north.block, "south.tool", "north.tool")
        attempt(north.block_then_await, "south.tool", "north.tool")
        attempt(south.block, "north.tool", "south.tool")
        print(north.give(1), south.give(2), north.block("south.tool"))
        table, = (value for name, value in vars(sys).items() if name.startswith("__ambidex_shared"))
        print(table["waits"])
        """,
        "-W",
        "ignore",
    )
    assert out.splitlines() == [
        "north._ambidex.errors DeadlockError",
        BLOCKED.format("north", "south"),
        "north._ambidex.errors DeadlockError",
        AWAITED,
        "south._ambidex.errors DeadlockError",
        BLOCKED.format("south", "north"),
        "1 2 1",
        "{}",
    ]


def test_errors_of_each_copy_are_caught_by_their_builtin_bases(run_with_both: Callable[..., str]) -> None:
    """Who knows neither copy catches TimeoutError, RuntimeError and ImportError, as for any library."""
    out = run_with_both("""
        import asyncio, concurrent.futures
        from north import tool as north
        from south import tool as south
        for library in (north, south):
            for kind in (TimeoutError, asyncio.TimeoutError, concurrent.futures.TimeoutError):
                try:
                    library.wait.with_options(timeout=0.01)()
                except kind as error:
                    print(error)
        async def inside():
            try:
                north.give(1)
            except RuntimeWarning as warning:
                print(type(warning).__name__)
        import warnings
        warnings.simplefilter("error")
        asyncio.run(inside())
        sys.modules["north._tool"] = None
        from north._ambidex.bridge import Implementation
        try:
            Implementation("north._tool", synchronizer="north", abi=1).resolve(("give",))
        except ImportError as error:
            print(type(error).__name__)
    """)
    texts = [line for line in out.splitlines() if not line.endswith(("waits", "cleaned up"))]
    assert texts == [
        *["wait did not end within 0.01 s and was cancelled"] * 6,
        "BlockingInAsyncWarning",
        "ImplementationUnavailable",
    ]


def test_warning_comes_once_for_a_line_that_calls_both_copies(run_with_both: Callable[..., str]) -> None:
    """A line that blocks the loop by one library and then by the other is named once; another line once more."""
    out = run_with_both(
        """
        import asyncio, warnings
        from north import tool as north
        from south import tool as south
        async def main():
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                for give in (north.give, south.give, north.give):
                    give(1)
                south.give(1)
            print([str(warning.message).partition(" ")[0] for warning in caught], len({w.lineno for w in caught}))
        asyncio.run(main())
        """
    )
    assert out == "['give', 'give'] 2\n"


def test_face_of_one_copy_is_a_plain_object_for_the_other(run_with_both: Callable[..., str]) -> None:
    """It is passed as it is, used through its own faces, and comes back as the same object."""
    out = run_with_both("""
        import asyncio
        from north import tool as north
        from south import tool as south
        from north._ambidex.bridge import Face as NorthFace
        from south._ambidex.bridge import Face as SouthFace
        counter = north.Counter(1)
        assert isinstance(counter, NorthFace) and not isinstance(counter, SouthFace)
        value, start, same = south.use(counter)
        print(value, start, same is counter)
        value, start, same = asyncio.run(south.use.aio(counter))
        print(value, start, same is counter, counter.next())
    """)
    assert out.splitlines() == ["2 1 True", "3 1 True 4"]


EXIT = """
    import atexit, os, threading, time
    from north import tool as north
    {between}
    from south import tool as south
    {after}
    north.wait.submit(), south.wait.submit()
    north.give(1), south.give(1)
"""


def test_override_with_the_decorator_of_the_other_copy_is_one(run_with_both: Callable[..., str]) -> None:
    """A user may take it from either library: the face's own copy knows it, and makes it its own."""
    out = run_with_both("""
        import asyncio
        from north import tool as north
        from south._ambidex import async_method, method
        class Mine(north.Counter):
            @method
            def next(self):
                return super().next() + 100
        class Awaited(north.Counter):
            @async_method
            async def next(self):
                return await super().next.aio() + 100
        for kind in (Mine, Awaited):
            print(kind(4).next(), asyncio.run(kind(4).next.aio()), type(kind.next).__module__)
    """)
    assert out.splitlines() == ["105 105 north._ambidex.bridge._overrides._own"] * 2


def test_exit_ends_the_tasks_of_both_copies_in_order(run_with_both: Callable[..., str]) -> None:
    """Tasks of both are cancelled and cleaned up, and nothing stray is printed."""
    out = run_with_both(EXIT.format(between="", after=""))
    assert sorted(out.splitlines()) == ["north cleaned up", "north waits", "south cleaned up", "south waits"]


def test_exit_handler_registered_between_two_imports_may_use_both_copies(run_with_both: Callable[..., str]) -> None:
    """The copy that was imported first closes all, so a handler from any time after it finds all of them alive."""
    call = (
        "atexit.register(lambda: os.write(1, ' '.join("
        "str(sys.modules[name].give(1)) for name in ('north.tool', 'south.tool')).encode() + b'\\n'))"
    )
    out = run_with_both(EXIT.format(between=call, after=call))
    lines = out.splitlines()
    assert [lines.index(line) < lines.index("north cleaned up") for line in lines if line == "1 1"] == [True, True]
    assert lines.count("1 1") == 2
    assert sorted(lines[-2:]) == ["north cleaned up", "south cleaned up"]


def test_exit_waits_for_both_copies_together_and_names_who_refuses(run_with_both: Callable[..., str]) -> None:
    """A loop that is held in each copy delays the end once, and each copy says what holds it."""
    out = run_with_both(
        """
        import logging, os, threading, time
        from north import tool as north
        from south import tool as south
        from north._ambidex.runtime import Synchronizer as North
        from south._ambidex.runtime import Synchronizer as South
        logging.basicConfig(stream=sys.stdout, format="%(message)s")
        held = threading.Barrier(3)
        async def hold():
            held.wait()
            time.sleep(60)
        north_held = North("north", grace_s=1).submit(hold)
        south_held = South("south", grace_s=1).submit(hold)
        held.wait()
        """
    )
    stops = re.findall(r"the synchronizer '(north|south)' did not stop within", out)
    assert sorted(stops) == ["north", "south"]
    assert out.count("time.sleep(60)") == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_fork_with_live_tasks_of_both_copies_leaves_the_parent_alone(run_with_both: Callable[..., str]) -> None:
    """The child uses both anew and has forgotten who waits in the parent; the parent's tasks go on and end with it."""
    out = run_with_both(
        """
        import asyncio, os, threading, warnings
        from north import tool as north
        from south import tool as south
        warnings.showwarning = lambda *_: None
        table, = (value for name, value in vars(sys).items() if name.startswith("__ambidex_shared"))
        blocked, go = threading.Event(), threading.Event()
        futures = north.wait.submit(), south.wait.submit()
        async def wait_for_go():
            blocked.set()
            await asyncio.get_running_loop().run_in_executor(None, go.wait)
        from south._ambidex.runtime import Synchronizer
        async def user():
            Synchronizer("south").run(wait_for_go)
        thread = threading.Thread(target=lambda: asyncio.run(user()))
        thread.start()
        blocked.wait()
        north.give(1), south.give(1)
        assert len(table["waits"]) == 1 and len(table["sites"]) == 1
        pid = os.fork()
        if pid == 0:
            assert table["waits"] == {} and table["sites"] == {}
            os.write(1, f"child {north.give(1)} {south.give(2)} {north.block('south.tool')}\\n".encode())
            sys.exit(0)
        _, status = os.waitpid(pid, 0)
        assert status == 0, status
        assert len(table["waits"]) == 1 and len(table["sites"]) == 1
        assert not any(future.done() for future in futures)
        os.write(1, f"parent {north.give(1)} {south.give(2)}\\n".encode())
        go.set()
        thread.join()
        assert table["waits"] == {}
        """
    )
    lines = out.splitlines()
    assert sorted(lines[:2]) == ["north waits", "south waits"]
    assert lines[2:4] == ["child 1 2 1", "parent 1 2"]
    assert sorted(lines[4:]) == ["north cleaned up", "south cleaned up"]


def test_diagnosis_of_one_copy_shows_what_waits_in_the_other(run_with_both: Callable[..., str]) -> None:
    """A thread waits for a call of one copy, which awaits a call of the other: one chain, whichever copy is asked."""
    out = run_with_both("""
        import asyncio, threading
        from north import tool as north
        from south import tool as south
        from north._ambidex import runtime as of_north
        from south._ambidex import runtime as of_south
        begun = threading.Event()
        kept = []
        async def innermost():
            kept.append((asyncio.get_running_loop(), asyncio.Event()))
            begun.set()
            await kept[0][1].wait()
        async def through():
            await of_south.Synchronizer("south").aio(innermost)
        caller = threading.Thread(target=of_north.Synchronizer("north").run, args=(through,), name="caller")
        caller.start()
        assert begun.wait(60)
        for diagnose in (of_north.diagnose, of_south.diagnose):
            while True:  # until both have come to their waits; the program's time limit bounds it
                found = [each for each in diagnose().waiting if "'caller'" in each.caller]
                following = found[0].work.waits_for if found else None
                if following is not None and "kept[0]" in "".join(following.stack):
                    break
                threading.Event().wait(0.001)
            work = found[0].work
            print(work.call, work.runtime, following.call, following.runtime)
        kept[0][0].call_soon_threadsafe(kept[0][1].set)
        caller.join(60)
    """)
    assert out.splitlines() == ["through north innermost south"] * 2
