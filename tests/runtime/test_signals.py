"""What blocked callers wait on: event descriptors where there are any, locks where there are none or too many."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, Synchronizer
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.programs import Ended

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="callers wait on locks, and there is no /proc")
waits_on_events = pytest.mark.skipif(
    sys.version_info < (3, 10) or "free-threading" in sys.version,
    reason="callers wait on locks before 3.10, which has no os.eventfd, and without a GIL",
)

_MOST = 32
_MANY = 3 * _MOST


def _events() -> int:
    """Return how many event descriptors this process has open."""
    count = 0
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208  iterdir would hold one of its own
        with contextlib.suppress(OSError):  # the descriptor of the listing itself
            count += "eventfd" in os.readlink(f"/proc/self/fd/{name}")  # noqa: PTH115  as above
    return count


async def _give(value: int) -> int:
    await asyncio.sleep(0)
    return value


@waits_on_events
def test_callers_that_wait_at_once_have_a_bounded_number_of_descriptors(synchronizer: Synchronizer) -> None:
    """Beyond the bound a caller waits on a lock; what nobody waits on serves the next caller."""
    before = _events()
    gate = synchronizer.run(_make_gate)
    with ThreadPoolExecutor(_MANY) as pool:
        waiting = [pool.submit(synchronizer.run, gate.wait) for _ in range(_MANY)]
        assert synchronizer.run(gate.wait_for_all, _MANY)
        during = _events()
        synchronizer.run(gate.open)
        assert [future.result(HANG_S) for future in waiting] == [True] * _MANY
        again = [pool.submit(synchronizer.run, _give, number) for number in range(_MANY)]
        assert [future.result(HANG_S) for future in again] == list(range(_MANY))
    assert before < during <= before + _MOST + 2  # and what wakes the loop, and libuv its own
    assert _events() <= during
    synchronizer.close()
    assert _events() <= before


class _Gate:
    def __init__(self) -> None:
        self._open, self._changed, self._count = asyncio.Event(), asyncio.Condition(), 0

    async def wait(self) -> bool:
        async with self._changed:
            self._count += 1
            self._changed.notify_all()
        return await self._open.wait()

    async def wait_for_all(self, count: int) -> bool:
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: self._count == count), 10)
        return True

    async def open(self) -> None:
        self._open.set()


async def _make_gate() -> _Gate:
    return _Gate()


@pytest.mark.usefixtures("short_grace")
def test_a_caller_that_was_given_up_wakes_nobody_later(synchronizer: Synchronizer) -> None:
    """What the end of a call that is over for its caller writes to is never another caller's."""
    slow = synchronizer.with_options(timeout=0.01)
    held, may_go = threading.Event(), threading.Event()

    async def hold() -> None:
        held.set()
        may_go.wait(HANG_S)

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(synchronizer.run, hold)
        assert held.wait(HANG_S)
        with pytest.raises(DeadlineExceeded):
            slow.run(_give, 1)
        may_go.set()
        holding.result(HANG_S)
    started = [0]

    async def wait_until_woken() -> int:
        started[0] += 1
        await asyncio.sleep(0.001)
        return started[0]

    assert [synchronizer.run(wait_until_woken) for _ in range(20)] == list(range(1, 21))


def test_signal_whose_handler_raises_nothing_does_not_end_a_wait(synchronizer: Synchronizer) -> None:
    """The wait goes on; the handler has run, and may call itself."""
    numbers = itertools.count()
    values: list[tuple[int, int]] = []

    is_over = threading.Event()

    def arm() -> None:
        if not is_over.is_set():
            # Again and again: CPython hears no signal that comes in the instant before it waits for a lock.
            signal.setitimer(signal.ITIMER_REAL, 0.005, 0.5)

    def call(*_: Any) -> None:
        number = next(numbers)
        if number % 2 == 0:  # the next one may come in the middle of this
            arm()
        values.append((number, synchronizer.run(_give, number)))
        if number % 2 == 1:
            arm()

    async def wait() -> str:
        while len(values) < 5:  # noqa: ASYNC110  a signal handler may touch no event of a loop
            await asyncio.sleep(0.001)
        return "waited"

    previous = signal.signal(signal.SIGALRM, call)
    arm()
    try:
        assert synchronizer.run(wait) == "waited"
    finally:
        is_over.set()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    assert [given for given, _ in values] == [got for _, got in values]


@pytest.mark.parametrize("timeout", [None, 3600, 1e300])  # a wait that runs into its limit outlasts the test's
def test_a_deadline_does_not_change_who_is_woken(synchronizer: Synchronizer, timeout: float | None) -> None:
    """A wait with a limit uses its descriptor up like one without: the next caller waits for its own end."""
    own = synchronizer.with_options(timeout=timeout)
    for number in range(50):
        assert own.run(_give, number) == number
        assert synchronizer.run(_give, -number) == -number


def test_process_without_descriptors_waits_on_locks(run_program: Callable[..., Ended]) -> None:
    """A caller that can have no descriptor waits all the same."""
    ended = run_program("""
import asyncio, os, resource, threading
from ambidex import Synchronizer

async def give(value):
    await asyncio.sleep(0.01)
    return value

own = Synchronizer("own")
assert own.run(give, 0) == 0
limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) - 1, limit))
values = []
threads = [threading.Thread(target=lambda n=n: values.append(own.run(give, n))) for n in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(values))
""")
    assert (ended.code, ended.out, ended.err) == (0, "[0, 1, 2, 3, 4, 5, 6, 7]\n", "")


@waits_on_events
def test_process_that_has_descriptors_again_waits_on_them_again(run_program: Callable[..., Ended]) -> None:
    """A caller that found none leaves its place to a later one."""
    ended = run_program("""
import asyncio, os, resource, threading
from ambidex import Synchronizer

own = Synchronizer("own")
limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]

async def wait(events):
    events.append(asyncio.Event())
    await events[-1].wait()

async def have_begun(events, count):
    while len(events) < count:
        await asyncio.sleep(0.001)

async def open_all(events):
    for event in events:
        event.set()

def wait_together(look):
    events = []
    count = 40
    threads = [threading.Thread(target=own.run, args=(wait, events)) for _ in range(count)]
    for thread in threads:
        thread.start()
    own.run(have_begun, events, count)
    found = look()
    own.run(open_all, events)
    for thread in threads:
        thread.join()
    return found

def count():
    return len(os.listdir("/proc/self/fd"))

own.run(asyncio.sleep, 0)
before = count()
resource.setrlimit(resource.RLIMIT_NOFILE, (before, limit))
wait_together(bool)
resource.setrlimit(resource.RLIMIT_NOFILE, (before + 100, limit))
print(wait_together(count) - before)
""")
    assert (ended.code, ended.err) == (0, "")
    assert int(ended.out) == _MOST - 1  # the loop's first was there before


def test_loop_that_lacks_its_last_descriptor_is_closed(run_program: Callable[..., Ended]) -> None:
    """The first use says that there are too many open files, leaves nothing open, and the next one starts a loop."""
    ended = run_program(
        """
import asyncio, gc, os, resource
from ambidex import Synchronizer

own = Synchronizer("own")
limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
used = len(os.listdir("/proc/self/fd")) - 1  # without that of the listing
for room in range(10, 0, -1):
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + room, limit))
    try:
        own.run(asyncio.sleep, 0)
    except OSError as error:
        print(error.strerror)
        break
    own.close()
gc.collect()
resource.setrlimit(resource.RLIMIT_NOFILE, (used + 10, limit))
print(len(os.listdir("/proc/self/fd")) - 1 - used, own.run(asyncio.sleep, 0, "slept"))
""",
        "-W",
        "always::ResourceWarning",
    )
    assert (ended.code, ended.out, ended.err) == (0, "Too many open files\n0 slept\n", "")


def test_forked_child_has_descriptors_of_its_own(run_program: Callable[..., Ended]) -> None:
    """A call of the child's wakes no caller of the parent's, nor the other way round."""
    ended = run_program("""
import asyncio, os, threading, warnings
from ambidex import Synchronizer

warnings.simplefilter("ignore", DeprecationWarning)  # Python warns of every fork beside a thread
own = Synchronizer("own")
parent = os.getpid()

async def give(value):
    await asyncio.sleep(0.001)
    return os.getpid(), value

def call_often():
    for number in range(200):
        assert own.run(give, number) == (os.getpid(), number)

call_often()
thread = threading.Thread(target=call_often)
thread.start()
children = []
for _ in range(4):
    pid = os.fork()
    if not pid:
        call_often()
        os._exit(0)
    children.append(pid)
call_often()
thread.join()
print([os.waitpid(pid, 0)[1] for pid in children])
""")
    assert (ended.code, ended.out, ended.err) == (0, "[0, 0, 0, 0]\n", "")


def test_exceptions_that_are_kept_keep_no_descriptor_open() -> None:
    """An exception leads to the frames of its call, from 3.12 on; what its caller waited on ends with the loop."""

    async def fail() -> None:
        await asyncio.sleep(0)
        raise LookupError

    before = _events()
    kept: list[LookupError] = []
    with Synchronizer("kept exceptions") as own:
        for _ in range(3):
            try:
                own.run(fail)
            except LookupError as error:
                kept.append(error)
    assert _events() == before
    assert len(kept) == 3
