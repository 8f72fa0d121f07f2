"""Many clients that follow one topic, some of them slowly, or not at all for a while."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
import time
from typing import TYPE_CHECKING

import pytest

from tests.limits import HANG_S
from tests.service.talking import Program

if TYPE_CHECKING:
    from collections.abc import Sequence

if sys.platform == "win32":
    pytest.skip("asyncio has no Unix sockets there", allow_module_level=True)

EVENTS = 100
STOPPED = 5  # clients whose process is stopped


def listen(service: Program, audiences: Sequence[Program], every_s: float) -> str:
    """Publish to all, each of whom is to have every event once, in order; return how that went."""
    for each in audiences:
        each.tell("take", EVENTS)
    begin = service.ask("broadcast", EVENTS, every_s)
    answers = [each.answer() for each in audiences]
    took_s = max(answer["until"] for answer in answers) - begin
    median, most, longest = (max(answer["delays"][place] for answer in answers) * 1000 for place in range(3))
    return f"{took_s:.2f} s, of an event p50 {median:.0f} ms, p99 {most:.0f} ms, at most {longest:.0f} ms"


def broadcast(clients: int, processes: int, silence_s: float) -> None:
    """Publish to so many clients, in so many processes; others read late, or are stopped until they are dropped."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:

        def audience(count: int) -> Program:
            return stack.enter_context(Program("tests.service.audience", address=address, count=count))

        service = stack.enter_context(
            Program(
                "tests.service.bookkeeping",
                address=f"unix://{folder}/books.sock",
                book=f"{folder}/book",
                log=f"{folder}/events.db",
                life=1,
                limits={"silence_s": silence_s},
            )
        )
        address = service.answer()
        before = service.resident_bytes()
        begin = time.monotonic()
        audiences = [audience(clients // processes) for _ in range(processes)]
        slow, stopped = audience(1), audience(STOPPED)
        assert [each.answer() for each in (*audiences, slow, stopped)] == [True] * (processes + 2)
        print(f"{clients} clients are there after {time.monotonic() - begin:.1f} s")
        assert service.ask("clients") == clients + 1 + STOPPED
        there = service.resident_bytes()
        os.kill(stopped.pid, signal.SIGSTOP)
        for every_s in (0.0, 0.05):
            how = listen(service, audiences, every_s)
            print(f"{clients} clients, {EVENTS} events, one every {every_s:g} s: {clients * EVENTS} came in {how}")
        after = service.resident_bytes()
        print(
            f"memory of the service: {before >> 20} MiB, with clients {there >> 20} MiB, at the end {after >> 20} MiB"
        )
        end = time.monotonic() + HANG_S
        while service.ask("clients") != clients + 1:
            assert time.monotonic() < end
            time.sleep(0.05)
        os.kill(stopped.pid, signal.SIGCONT)
        for each in (slow, stopped):
            for _ in range(2):
                assert each.ask("take", EVENTS)
        assert stopped.ask("connections") == [2] * STOPPED
        assert slow.ask("connections") == [1]
        assert {count for each in audiences for count in each.ask("connections")} == {1}
        for each in (*audiences, slow, stopped):
            assert each.end() == ""
        log = [line for line in service.end().splitlines() if "have not said who they are" not in line]
        assert len(log) == STOPPED, "\n".join(log)
        assert all("nothing has come from it for" in line for line in log), log


def test_slow_clients_cost_the_others_nothing() -> None:
    """Who does not read is dropped after a while; it and who reads late have all events when they do, as the others."""
    broadcast(50, 2, silence_s=3.0)


@pytest.mark.slow
@pytest.mark.serial
def test_thousand_clients_have_every_event_in_order() -> None:
    """The same with a thousand; the figures are in docs/services.md."""
    broadcast(1000, 4, silence_s=20.0)
