"""Long buffers between a parent and its child go through shared memory, arrive whole, and leave none of it behind."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import pickle
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import ParentWorker, WorkerDied, WorkerPool
from ambidex.transport import ARENA_BYTES, LEAST
from tests.limits import HANG_S
from tests.programs import run_program

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from ambidex.transport import Sharing
    from ambidex.transport._arena import ArenaStatistics

pytestmark = [
    pytest.mark.usefixtures("nothing_left"),
    pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="this system has no memory without a name"),
]

CHILD = Path(__file__).with_name("children") / "buffers.py"
MIB = 2**20
SIZES = (0, 1, LEAST - 1, LEAST, LEAST + 1, 512 * 1024 + 1, 3 * MIB + 7, 40 * MIB + 1)


@pytest.fixture
def worker() -> Iterator[ParentWorker]:
    """Give a worker that runs."""
    with ParentWorker(CHILD) as started:
        yield started


def sharing_of(worker: ParentWorker) -> Sharing | None:
    """Return what the parent has of the memory."""
    life = worker.running
    assert life is not None
    return life.peer.sharing  # no caller sees by which way a buffer goes


def statistics(worker: ParentWorker) -> ArenaStatistics:
    """Return what the arena that the parent writes to has done."""
    sharing = sharing_of(worker)
    assert sharing is not None
    return sharing._outbound.statistics()  # pyright: ignore[reportPrivateUsage]


def data(length: int) -> bytearray:
    """Return bytes that differ from place to place."""
    return bytearray(os.urandom(min(length, 4099)) * (length // 4099 + 1))[:length]


def buffer(length: int) -> pickle.PickleBuffer:
    """Return the same as what arrays are for pickle: a memoryview is what comes."""
    return pickle.PickleBuffer(data(length))


@contextlib.contextmanager
def started(how: str, monkeypatch: pytest.MonkeyPatch) -> Generator[ParentWorker]:
    """Give a worker that shares memory, or one of a system that has none."""
    if how == "socket":
        monkeypatch.delattr(os, "memfd_create")
    with ParentWorker(CHILD) as made:
        assert (sharing_of(made) is None) == (how == "socket")
        assert made.call.mapped() == (2 if how == "memory" else 0)
        yield made


@pytest.mark.parametrize("how", ["memory", "socket"])
def test_buffers_of_any_length_come_as_they_were_and_can_be_written_to(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes, bytearrays and arrays, blocking and awaited, from a loop and from a thread there; alone and many."""
    with started(how, monkeypatch) as worker:

        async def awaited(value: bytearray) -> Any:
            return await worker.acall.echo_on_thread(value)

        for length in SIZES:
            sent = data(length)
            for back in (worker.call.echo(sent), asyncio.run(awaited(sent))):
                assert type(back) is bytearray
                assert back == sent
                back.extend(b"more")
            assert worker.call.echo(bytes(sent)) == sent
            view = memoryview(worker.call.echo(pickle.PickleBuffer(memoryview(sent))))
            assert (view.readonly, view == sent) == (False, True)
        many = [data(length) for length in (*SIZES[:-1], *SIZES[:-1])]
        assert list(worker.call.echo(*many)) == many
        if how == "memory":
            assert statistics(worker).puts > 100
            assert statistics(worker).slots == 0
            assert worker.call.used()[0] == 0


@pytest.mark.parametrize("how", ["memory", "socket"])
def test_buffer_stays_as_it_is_while_others_come(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the caller's hands and in the child's, though memory that nobody has is received into again."""
    with started(how, monkeypatch) as worker:
        sent = [data(40 * MIB + number) for number in range(4)]
        worker.call.keep("first", pickle.PickleBuffer(sent[0]))
        held = [worker.call.echo(pickle.PickleBuffer(each)) for each in sent[:2]]
        parts = [memoryview(each)[MIB : MIB + 10] for each in held]
        del held[1]
        for each in sent[2:]:
            assert worker.call.echo(pickle.PickleBuffer(each)) == each
        assert held[0] == sent[0]
        assert [bytes(each) for each in parts] == [bytes(each[MIB : MIB + 10]) for each in sent[:2]]
        assert worker.call.kept("first") == sent[0][:8]


def test_bytes_are_counted_whichever_way_they_go(worker: ParentWorker) -> None:
    """As if all had gone over the socket."""
    worker.call.echo(data(4 * MIB))
    worker.call.with_options(views=True).echo(data(4 * MIB))
    counted = worker.statistics().methods["echo"]
    assert 8 * MIB < counted.bytes_sent < 8 * MIB + 1000
    assert 8 * MIB < counted.bytes_received < 8 * MIB + 1000


def test_short_buffers_take_the_socket(worker: ParentWorker) -> None:
    """Nothing is put below the least length."""
    worker.call.echo(data(LEAST - 1))
    assert statistics(worker).puts == 0
    worker.call.echo(data(LEAST))
    assert statistics(worker).puts == 1


def test_streams_and_callbacks_use_memory_too(worker: ParentWorker) -> None:
    """What a child yields, and what it calls back with."""
    seen: list[bytes] = []

    async def look(shown: memoryview) -> int:
        seen.append(bytes(shown[:3]))
        return len(shown)

    assert [bytes(memoryview(each)[:2]) for each in worker.call.pieces(5, 2 * MIB)] == [bytes([n, n]) for n in range(5)]
    assert worker.call.used() == (0, 20)
    assert worker.call.show(look, MIB) == MIB
    assert (seen, worker.call.used()) == ([bytes(3)], (0, 22))


# -- views


def test_views_are_read_only_and_keep_their_slot(worker: ParentWorker) -> None:
    """The slot comes back when the last that reads it is gone; meanwhile what it shows stays as it is."""
    views = worker.call.with_options(views=True)
    sent = data(3 * MIB)
    view = memoryview(views.echo(pickle.PickleBuffer(sent)))
    assert (view.readonly, view == sent) == (True, True)
    assert worker.call.used() == (1, 1)
    for _ in range(5):
        worker.call.echo(data(3 * MIB))
    part = view[5:9]
    del view
    assert worker.call.used()[0] == 1
    assert bytes(part) == sent[5:9]
    del part
    wait_until_used(worker, 0)


def test_awaited_views_and_those_of_streams(worker: ParentWorker) -> None:
    """By a loop's connection, and one for each item."""

    async def main() -> list[Any]:
        views = worker.acall.with_options(views=True)
        kept = [await views.made(MIB) for _ in range(3)]
        kept += [each async for each in views.pieces(3, MIB)]
        return kept

    kept = asyncio.run(main())
    assert [memoryview(each).readonly for each in kept] == [True] * 6
    assert worker.call.used()[0] == 6
    assert [memoryview(each)[-1] for each in kept] == [0, 0, 0, 0, 1, 2]
    kept.clear()
    wait_until_used(worker, 0)


def test_arguments_of_a_call_with_views_are_read_only_there(worker: ParentWorker) -> None:
    """A child that keeps one has the memory for as long, whatever becomes of the connection that it came by."""
    assert not worker.call.is_readonly(buffer(MIB))
    views = worker.call.with_options(views=True)
    assert views.is_readonly(buffer(MIB))
    sent = data(MIB)

    async def keep() -> None:
        await worker.acall.with_options(views=True).keep("it", pickle.PickleBuffer(sent))

    asyncio.run(keep())  # whose loop and connection are gone then
    asyncio.run(keep_other(worker))  # which closes the connections of loops that are
    assert statistics(worker).slots == 1
    for _ in range(3):
        worker.call.echo(data(5 * MIB))
    assert worker.call.kept("it") == sent[:8]
    worker.call.let_go("it")
    worker.call.echo(1)
    wait_until_free(worker)


async def keep_other(worker: ParentWorker) -> None:
    """Make a call from another loop."""
    assert await worker.acall.echo(1) == 1


def wait_until_used(worker: ParentWorker, slots: int) -> None:
    """Have calls go by until so many slots of the child's are in use, which it hears of over the main connection."""
    for _ in range(1000):
        if worker.call.used()[0] == slots:
            return
    assert worker.call.used()[0] == slots


def wait_until_free(worker: ParentWorker) -> None:
    """Have calls go by until every slot has come back, which the main connection tells."""
    for _ in range(1000):
        if statistics(worker).slots == 0:
            return
        worker.call.echo(1)
    assert statistics(worker).slots == 0


def test_views_outlive_their_worker() -> None:
    """What they show stays, and the memory goes with the last of them."""
    with ParentWorker(CHILD) as worker:
        view = memoryview(worker.call.with_options(views=True).echo(pickle.PickleBuffer(bytearray(b"abcd") * MIB)))
    assert view == b"abcd" * MIB
    assert "ambidex-arena" in Path("/proc/self/maps").read_text(encoding="utf-8")
    del view
    assert "ambidex-arena" not in Path("/proc/self/maps").read_text(encoding="utf-8")


def test_full_arena_has_the_rest_take_the_socket(worker: ParentWorker) -> None:
    """Which then can be written to; when room is there again, it is used."""
    size = ARENA_BYTES // 4
    views = worker.call.with_options(views=True)
    kept = [views.made(size) for _ in range(4)]
    assert [memoryview(each).readonly for each in kept] == [True] * 4
    other = memoryview(views.made(2 * MIB))
    assert (other.readonly, other == bytes(2 * MIB)) == (False, True)
    kept.clear()
    wait_until_used(worker, 0)
    assert memoryview(views.made(2 * MIB)).readonly


def test_pool_has_the_option() -> None:
    """As a worker has it."""
    with WorkerPool(CHILD, size=1).sync as pool:
        view = memoryview(pool.call.with_options(views=True).made(MIB))
        assert view.readonly


# -- whatever ends in between


def test_cancel_overtakes_what_is_copied(worker: ParentWorker) -> None:
    """It reaches the child before the long call does, which was made before it: by pieces, and as a view."""

    async def main(calls: Any) -> list[str]:
        held = asyncio.ensure_future(worker.acall.hold())
        await worker.acall.echo(1)
        long = asyncio.ensure_future(calls.take(data(64 * MIB)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        held.cancel()
        await asyncio.wait((held, long))
        noted: list[str] = await worker.acall.order()
        return noted

    assert asyncio.run(main(worker.acall)) == ["cancelled", "taken"]
    assert asyncio.run(main(worker.acall.with_options(views=True))) == ["cancelled", "taken"] * 2


@pytest.mark.parametrize("views", [False, True])
@pytest.mark.parametrize("passes", [0, 1, 5, 30])
def test_call_that_is_cancelled_while_it_is_copied_leaves_no_slot(views: bool, passes: int) -> None:
    """At any piece of it, and at once: nobody waits for the end of a call that the child has not heard of."""

    async def main(worker: ParentWorker) -> None:
        calls = worker.acall.with_options(views=views)
        long = asyncio.ensure_future(calls.take(data(30 * MIB)))
        for _ in range(passes):
            await asyncio.sleep(0)
        long.cancel()
        await asyncio.wait((long,))
        assert await worker.acall.echo(b"still there") == b"still there"

    with ParentWorker(CHILD, grace=4 * HANG_S) as worker:  # for which the test would not wait
        asyncio.run(main(worker))
        wait_until_free(worker)
        assert worker.call.used()[0] == 0


class Interrupt(Exception):
    """Come out of a signal handler."""


@pytest.mark.parametrize("views", [False, True])
def test_answer_that_nobody_reads_any_more_leaves_no_slot(worker: ParentWorker, views: bool) -> None:
    """A lane that was given up has slots that neither side reads: they come back when both have said so."""

    def interrupt(_: object, __: object) -> None:
        while worker.call.used()[0] == 0:  # until the answer is under way
            pass
        raise Interrupt

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        for _ in range(3):
            with pytest.raises(Interrupt):
                worker.call.with_options(views=views).made_with_a_signal(20 * MIB)
            wait_until_used(worker, 0)
    finally:
        signal.signal(signal.SIGUSR1, before)

    async def cancel() -> None:
        slow = asyncio.ensure_future(worker.acall.with_options(views=views).slow(5 * MIB))
        await worker.acall.used()  # which came later, and has ended
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow

    asyncio.run(cancel())
    wait_until_used(worker, 0)
    wait_until_free(worker)


@pytest.mark.parametrize("views", [False, True])
def test_death_of_the_child_leaves_nothing(views: bool) -> None:
    """Before, while and after buffers are under way, and while they are read; descriptors and memory are looked at."""
    with ParentWorker(CHILD):
        pass  # the loop of workers keeps some descriptors from its first use on
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    for step in range(4):
        with ParentWorker(CHILD, restart="temporary") as worker:
            calls, awaited = worker.call.with_options(views=views), worker.acall.with_options(views=views)
            kept = calls.made(2 * MIB)
            calls.keep("it", buffer(2 * MIB))

            async def die(awaited: Any, worker: ParentWorker, step: int) -> None:
                pid = worker.pid
                assert pid is not None
                long = [asyncio.ensure_future(awaited.echo(buffer(20 * MIB))) for _ in range(3)]
                for _ in range(step * 20):
                    await asyncio.sleep(0)
                os.kill(pid, 9)
                ended = await asyncio.gather(*long, return_exceptions=True)
                assert [type(each) for each in ended if not isinstance(each, memoryview)] == [
                    WorkerDied for each in ended if not isinstance(each, memoryview)
                ]

            asyncio.run(die(awaited, worker, step))
            with pytest.raises(WorkerDied):
                calls.echo(buffer(MIB))
        assert bytes(memoryview(kept)[:3]) == bytes(3)
        del kept
        gc.collect()
        assert "ambidex-arena" not in Path("/proc/self/maps").read_text(encoding="utf-8")
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors


def test_child_that_dies_in_a_call_with_a_long_argument(worker: ParentWorker) -> None:
    """Its caller is told, and the next child has memory of its own."""
    for views in (False, True):
        with pytest.raises(WorkerDied):
            worker.call.with_options(views=views).die(buffer(10 * MIB))
        assert worker.call.echo(data(MIB)) is not None
        assert statistics(worker).slots == 0


CRAMPED = """
import re, resource, sys
from ambidex import ChildWorker, ParentWorker

class Worker(ChildWorker):
    async def echo(self, data):
        return data

if __name__ == "__main__":
    is_child = sys.argv[1:] == ["child"]
    if is_child == IS_CHILD:
        used = int(re.search(r"VmSize:\\s+(\\d+)", open("/proc/self/status").read())[1]) * 1024
        resource.setrlimit(resource.RLIMIT_AS, (used + (300 << 20), resource.RLIM_INFINITY))
    if is_child:
        Worker().run()
        sys.exit()
    sent = bytes(range(256)) * 8192
    with ParentWorker(__file__, args=["child"]) as worker:
        for call in (worker.call, worker.call.with_options(views=True)):
            print(call.echo(sent) == sent, end=" ")
        print(worker.running.peer.sharing is not None)
"""


@pytest.mark.parametrize("who", ["parent", "child"])
def test_process_without_addresses_for_the_memory_uses_the_socket(who: str, tmp_path: Path) -> None:
    """The limit of the parent is the child's as well; the other side learns of it by the hello."""
    ended = run_program(tmp_path, CRAMPED.replace("IS_CHILD", str(who == "child")))
    assert (ended.code, ended.out.split(), ended.err) == (0, ["True", "True", str(who == "child")], "")


def test_fork_in_the_child_takes_and_frees_nothing(worker: ParentWorker) -> None:
    """The other process has copies of what reads a slot, which are none of the child's."""
    views = worker.call.with_options(views=True)
    sent = data(2 * MIB)
    views.keep("it", pickle.PickleBuffer(sent))
    assert worker.call.fork() == 7
    assert worker.call.kept("it") == sent[:8]
    assert statistics(worker).slots == 1
    worker.call.let_go("it")
    wait_until_free(worker)


def test_fork_of_the_parent_lets_go_of_the_memory(worker: ParentWorker) -> None:
    """In the process that was forked; here it goes on."""
    view = memoryview(worker.call.with_options(views=True).made(MIB))
    pid = os.fork()
    if pid == 0:
        del view
        gc.collect()
        left = Path("/proc/self/maps").read_text(encoding="utf-8").count("ambidex-arena")
        os._exit(10 + left)
    assert os.WEXITSTATUS(os.waitpid(pid, 0)[1]) == 10
    assert view == bytes(MIB)
    del view
    wait_until_used(worker, 0)
    assert worker.call.echo(data(MIB)) is not None


def test_child_that_is_not_trusted_shares_no_memory() -> None:
    """All of it goes over the socket, with the option, too."""
    with ParentWorker(CHILD, codec="msgpack") as worker:
        assert sharing_of(worker) is None
        assert worker.call.mapped() == 0
        sent = bytes(data(3 * MIB))
        assert worker.call.with_options(views=True).echo(sent) == sent


def test_memory_is_given_back_when_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while, which is short here; and what is written then is whole."""
    monkeypatch.setattr("ambidex.transport._sharing.IDLE_S", 0.01)
    with ParentWorker(CHILD) as worker:
        worker.call.with_options(views=True).take(data(100 * MIB))
        for _ in range(2000):
            if statistics(worker).backed_bytes == 0:
                break
            worker.call.echo(1)
        assert statistics(worker).backed_bytes == 0
        sent = data(5 * MIB)
        assert worker.call.echo(sent) == sent


def private_bytes() -> int:
    """Return how much memory this process has that it shares with nobody."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("RssAnon:"))
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize("after", ["idle", "close"])
def test_memory_that_was_received_into_is_given_back(monkeypatch: pytest.MonkeyPatch, after: str) -> None:
    """After a while, which is short here; at the latest when the worker is closed, though somebody has that still."""
    if after == "idle":
        monkeypatch.setattr("ambidex.transport._sharing.IDLE_S", 0.01)
    with ParentWorker(CHILD) as worker:
        before = private_bytes()
        got = memoryview(worker.call.made(100 * MIB))
        assert (len(got), got.readonly) == (100 * MIB, False)
        assert private_bytes() > before + 90 * MIB
        del got
        for _ in range(2000 if after == "idle" else 0):
            if private_bytes() < before + 50 * MIB:
                break
            worker.call.echo(1)
        assert (private_bytes() < before + 50 * MIB) == (after == "idle")
    assert private_bytes() < before + 50 * MIB


def test_every_interpreter_shares_memory(any_interpreter: Path) -> None:
    """From the oldest on: by pieces, as views, and back."""
    with ParentWorker(CHILD, python=any_interpreter) as worker:
        sent = data(3 * MIB + 5)
        assert worker.call.echo(sent) == sent
        view = memoryview(worker.call.with_options(views=True).echo(pickle.PickleBuffer(sent)))
        assert (view.readonly, view == sent) == (True, True)
        assert statistics(worker).puts == 7  # six pieces, one view
        del view
        wait_until_used(worker, 0)


def test_arrays_of_numpy_are_as_their_buffers_are(worker: ParentWorker) -> None:
    """To be written to, or not."""
    np = pytest.importorskip("numpy")
    values = np.arange(MIB, dtype=np.float64)
    back = worker.call.echo(values)
    assert (back.flags.writeable, np.array_equal(back, values)) == (True, True)
    back = worker.call.with_options(views=True).echo(values)
    assert (back.flags.writeable, np.array_equal(back, values)) == (False, True)
    assert worker.call.used()[0] == 1
    del back
    wait_until_used(worker, 0)
