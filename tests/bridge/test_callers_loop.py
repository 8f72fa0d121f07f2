"""What `aio="caller"` promises: the async face runs where it is awaited, and objects keep to one face."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING

import pytest

from ambidex import DeadlineExceeded, NoRunningLoop, UsageError
from tests.runtime.work import DEADLINES_S

from . import ferry

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


def here() -> tuple[int, int]:
    """Return the thread and the loop that run here."""
    return threading.get_ident(), id(asyncio.get_running_loop())


def test_everything_awaited_runs_on_the_callers_own_loop() -> None:
    """Calls, plain methods, streams, context managers, the constructor, and functions."""

    async def main() -> None:
        ship = ferry.Ferry("ms")
        assert ship.built_on == here()
        assert await ferry.where.aio() == here()
        assert await ship.where.aio() == here()
        assert ship.plain_where() == here()
        assert [port async for port in ship.ports.aio(2)] == [here(), here()]
        async with ship.trip() as place:
            assert place == here()
        sister = await ship.sister.aio()
        assert isinstance(sister, ferry.Ferry)
        assert await sister.where.aio() == here()

    asyncio.run(main())


def test_everything_blocking_runs_on_the_synchronizers_loop() -> None:
    """As without the option."""
    ship = ferry.Ferry("ms")
    there = ship.where()
    assert there[0] != threading.get_ident()
    assert ship.built_on == ship.plain_where() == ferry.where() == there
    assert list(ship.ports(2)) == [there, there]
    with ship.trip() as place:
        assert place == there
    assert ship.where.submit().result() == there


def test_object_that_is_used_by_both_faces_is_refused() -> None:
    """Whichever came first, the other one says so, and the object still works by the first."""
    ship = ferry.Ferry("ms")

    async def await_it() -> None:
        with pytest.raises(UsageError, match="first used by the blocking face"):
            await ship.where.aio()
        with pytest.raises(UsageError, match="first used by the blocking face"):
            await ship.ports.aio(1).__anext__()

    ship.where()
    asyncio.run(await_it())
    ship.where()

    async def use() -> ferry.Ferry:
        other = ferry.Ferry("other")
        await other.where.aio()
        return other

    other = asyncio.run(use())
    with pytest.raises(UsageError, match="first used by the awaited face"):
        other.where()
    with pytest.raises(UsageError, match="first used by the awaited face"):
        other.where.submit()
    assert "other" in other  # special methods and attributes belong to neither
    assert other.name == "other"


def test_objects_among_arguments_belong_to_the_face_that_took_them() -> None:
    """An argument that is used by the other face is refused, and one that is used by none keeps to this one."""
    tug, used, new = ferry.Ferry("tug"), ferry.Ferry("used"), ferry.Ferry("new")
    used.where()

    async def await_it() -> None:
        with pytest.raises(
            UsageError, match=r"tow is awaited and an object among its arguments was first used by the b"
        ):
            await tug.tow.aio([used])
        assert await tug.tow.aio([new]) == {"new": new}
        assert await new.where.aio() == here()

    asyncio.run(await_it())
    with pytest.raises(UsageError, match="first used by the awaited face"):
        new.where()
    other = ferry.Ferry("other")
    with pytest.raises(UsageError, match=r"tow is blocking and an object among its arguments was first used by the aw"):
        other.tow([new])
    assert other.tow([used]) == {"used": used}


def test_objects_that_come_back_belong_to_the_face_that_returned_them() -> None:
    """A result is used by the face of the call that returned it."""

    async def get() -> ferry.Ferry:
        sister = await ferry.Ferry("ms").sister.aio()
        assert await sister.where.aio() == here()
        return await sister.sister.aio()

    with pytest.raises(UsageError, match="first used by the awaited face"):
        asyncio.run(get()).where()
    sister = ferry.Ferry("ms").sister()

    async def use() -> None:
        with pytest.raises(UsageError, match="first used by the blocking face"):
            await sister.where.aio()

    asyncio.run(use())
    assert sister.where() != (0, 0)


def test_deadline_cancels_the_work_and_raises() -> None:
    """A call's and a stream's."""

    async def main() -> None:
        ship = ferry.Ferry("ms")
        with pytest.raises(DeadlineExceeded) as info:
            await ship.wait.with_options(timeout=0.01).aio()
        assert "Ferry.wait" in str(info.value)
        task = asyncio.current_task()
        assert getattr(task, "cancelling", int)() == 0
        await asyncio.sleep(0)  # and no cancellation comes after it
        assert await ship.where.with_options(timeout=10).aio() == here()

    asyncio.run(main())


def test_deadline_that_passes_between_two_steps_closes_the_stream() -> None:
    """The next step raises, though it would not suspend, and the clean-up is not cut short; then the stream is over."""

    async def main() -> None:
        timeout_s, log, stream = await begin()
        await asyncio.sleep(timeout_s)
        with pytest.raises(DeadlineExceeded, match=rf"Ferry\.soundings did not end within {timeout_s:g} s"):
            await stream.__anext__()
        assert log == ["GeneratorExit"]
        with pytest.raises(StopAsyncIteration):
            await stream.__anext__()

    async def begin() -> tuple[float, list[str], AsyncGenerator[int, None]]:
        for timeout_s in DEADLINES_S:
            log: list[str] = []
            stream = ferry.Ferry("ms").soundings.with_options(timeout=timeout_s).aio(log)
            with contextlib.suppress(DeadlineExceeded):
                assert await stream.__anext__() == 0
                return timeout_s, log, stream
        pytest.fail("no step has been taken in time")

    asyncio.run(main())


def test_deadline_of_the_implementations_own_passes_a_stream_unchanged() -> None:
    """What the implementation met elsewhere is not taken for the deadline of the stream."""
    own = DeadlineExceeded("elsewhere", 1.0)

    async def main() -> None:
        stream = ferry.Ferry("ms").soundings.with_options(timeout=10).aio([])
        await stream.__anext__()
        with pytest.raises(DeadlineExceeded) as raised:
            await stream.athrow(own)
        assert raised.value is own

    asyncio.run(main())


def test_cancelling_the_caller_cancels_the_work() -> None:
    """A plain await does no less, also with a deadline."""

    async def main() -> None:
        ship = ferry.Ferry("ms")
        task = asyncio.ensure_future(ship.wait.with_options(timeout=10).aio())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


def test_callables_are_translated() -> None:
    """An async callable runs on the same loop, a blocking one beside it."""

    async def main() -> None:
        ship = ferry.Ferry("ms")
        places: list[int] = []

        async def answer(name: str) -> str:
            places.append(threading.get_ident())
            return f"hello {name}"

        def block(name: str) -> str:
            places.append(threading.get_ident())
            return f"hi {name}"

        assert await ship.greet.aio(answer) == "hello ms"
        assert await ship.greet.aio(block) == "hi ms"
        assert places[0] == threading.get_ident() != places[1]

    asyncio.run(main())


def test_stream_can_be_left_early_sent_to_and_closed() -> None:
    """It is an async generator like the implementation's own."""

    async def main() -> None:
        ship = ferry.Ferry("ms")
        stream = ship.ports.aio(5)
        assert await stream.__anext__() == here()
        await stream.aclose()
        with pytest.raises(StopAsyncIteration):
            await stream.__anext__()
        stream = ship.ports.aio(5)
        await stream.asend(None)
        with pytest.raises(KeyError):
            await stream.athrow(KeyError("mine"))
        await ship.ports.aio(5).aclose()  # never begun

    asyncio.run(main())


def test_awaiting_without_a_loop_is_refused() -> None:
    """The message says where to await."""
    call = ferry.where.aio()
    with pytest.raises(NoRunningLoop, match="is awaited where no asyncio event loop runs"):
        call.send(None)
