"""A start that several wait for goes on as long as one of them waits, and not longer."""

from __future__ import annotations

import asyncio

import pytest

from ambidex import RuntimeClosed
from ambidex.workers._joint import Joint


def test_work_is_cancelled_with_the_last_one_who_waits_for_it() -> None:
    """Who gives up before that ends nothing, and the last one goes on when the clean-up is over."""

    async def main() -> None:
        seen: list[str] = []
        begun = asyncio.Event()

        async def work() -> None:
            seen.append("begun")
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                seen.append("cleaned up")

        joint = Joint("the work", work)
        *others, last = (asyncio.ensure_future(joint.run()) for _ in range(3))
        await begun.wait()
        for each in others:
            each.cancel()
            with pytest.raises(asyncio.CancelledError):
                await each
            await asyncio.sleep(0)
            assert joint.is_under_way
        assert seen == ["begun"]
        last.cancel()
        with pytest.raises(asyncio.CancelledError):
            await last
        assert seen == ["begun", "cleaned up"]
        assert not joint.is_under_way

    asyncio.run(main())


def test_all_who_wait_are_told_how_the_work_has_ended_and_the_next_one_begins_it_anew() -> None:
    """By what it raises."""

    async def main() -> None:
        begun: list[asyncio.Future[None]] = []

        async def work() -> None:
            begun.append(asyncio.get_running_loop().create_future())
            await begun[-1]

        joint = Joint("the work", work)
        waiting = [asyncio.ensure_future(joint.run()) for _ in range(2)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        begun[0].set_exception(LookupError("no such program"))
        for each in waiting:
            with pytest.raises(LookupError, match="no such program"):
                await each
        again = asyncio.ensure_future(joint.run())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        begun[1].set_result(None)
        await again

    asyncio.run(main())


def test_who_waits_for_work_that_is_cancelled_is_not_cancelled() -> None:
    """It is told that this was closed; the clean-up is over by then."""

    async def main() -> None:
        seen: list[str] = []

        async def work() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                seen.append("cleaned up")

        joint = Joint("the work", work)
        waiting = [asyncio.ensure_future(joint.run()) for _ in range(2)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await joint.cancel()
        for each in waiting:
            with pytest.raises(RuntimeClosed, match=r"^the work was closed before it was ready$"):
                await each
        assert seen == ["cleaned up"]

    asyncio.run(main())
