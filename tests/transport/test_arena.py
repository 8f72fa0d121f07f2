"""Long buffers arrive in another process, stay as they are while anything reads them, and leave no memory behind."""

from __future__ import annotations

import array
import contextlib
import hashlib
import json
import mmap
import os
import pickle
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.errors import ProtocolError, RuntimeClosed
from ambidex.protocol import Slot
from ambidex.transport import _arena, _memory, _slots
from ambidex.transport._arena import ArenaStatistics, Outbound
from ambidex.transport._descriptors import receive_descriptors, send_descriptors
from ambidex.transport._inbound import Inbound
from ambidex.transport._memory import new_sealed_file
from ambidex.transport._slots import UNIT, end_of
from tests.limits import HANG_S
from tests.programs import LIBRARY, run_program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

MIB = 2**20
CHILD = Path(__file__).with_name("arena_child.py")


class Child:
    """Speak with `arena_child.py`."""

    def __init__(self, *options: str) -> None:
        self.sock, theirs = socket.socketpair()
        self.sock.settimeout(HANG_S)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, str(CHILD), str(theirs.fileno()), *options],
                pass_fds=(theirs.fileno(),),
                env={**os.environ, "PYTHONPATH": str(LIBRARY)},
            )
        self._lines = self.sock.makefile("rw")

    def ask(self, name: str, *given: object) -> Any:  # what JSON has
        """Have the child do something; return its answer."""
        json.dump([name, *given], self._lines)
        self._lines.write("\n")
        self._lines.flush()
        return json.loads(self._lines.readline())

    def end(self) -> None:
        """Leave, and wait for the child's end."""
        with contextlib.suppress(BrokenPipeError):
            self._lines.close()
        self.sock.close()
        self.process.wait(HANG_S)


@pytest.fixture
def arena() -> Iterator[Outbound]:
    """Give an arena of 64 MiB."""
    made = opened(64 * MIB)
    yield made
    made.close()


@pytest.fixture
def reader(arena: Outbound) -> Iterator[Child]:
    """Give a process that reads from the arena."""
    child = Child()
    send_descriptors(child.sock, str(arena.size).encode(), [arena.descriptor], HANG_S)
    yield child
    child.end()
    assert child.process.returncode in (0, -signal.SIGKILL)


@pytest.fixture
def own(arena: Outbound) -> Iterator[Inbound]:
    """Give the reading side of the arena in this process."""
    made = Inbound(os.dup(arena.descriptor), arena.size)
    yield made
    made.close()


def opened(size: int) -> Outbound:
    """Return an arena of so many bytes, for any thread."""
    descriptor = new_sealed_file(size)
    assert descriptor is not None
    return Outbound(descriptor, size, threading.RLock())


def copy_of(inbound: Inbound, slot: Slot) -> bytes:
    """Return what stands in a slot."""
    room = bytearray(min(slot.length, 64 * MIB))
    inbound.copy(slot, memoryview(room))
    return bytes(room)


def put(arena: Outbound, data: bytes | bytearray | memoryview) -> Slot:
    """Put what has to find room."""
    slot = arena.put(memoryview(data))
    assert slot is not None
    return slot


def digest(data: bytes | bytearray | memoryview) -> str:
    """Return what differs when a byte does."""
    return hashlib.sha256(data).hexdigest()


def memory_of(arena: Outbound) -> int:
    """Return for how many bytes of the arena the system holds memory."""
    return os.fstat(arena.descriptor).st_blocks * 512


def shared_memory() -> int:
    """Return how many bytes of shared memory are in this process's resident set."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssShmem")) * 1024


def is_mapped(pid: int) -> bool:
    """Tell whether a process has an arena mapped or open."""
    said = Path(f"/proc/{pid}/maps").read_text()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # the descriptor that listed the folder
            said += str(link.readlink())
    return "ambidex-arena" in said


def test_buffers_of_any_length_arrive(arena: Outbound, reader: Child) -> None:
    """Lengths around units and pieces, into fresh memory and into used: each view and each copy has the bytes."""
    draw = random.Random(5)
    for length in (1, UNIT - 1, UNIT, UNIT + 1, 256 * 1024, MIB, 3 * MIB + 17, 3 * MIB + 18, 33 * MIB + 5):
        for _ in ("fresh", "used"):
            data = draw.randbytes(length)
            slot = put(arena, data)
            said = reader.ask("view", "it", *slot)
            assert said == {"hash": digest(data), "readonly": True, "format": "B", "length": length}
            copied = reader.ask("copy", *slot)
            assert copied == {"hash": digest(data), "readonly": False, "length": length}
            assert reader.ask("again", "it") == digest(data)  # the copy was written to
            reader.ask("drop", "it")
            assert reader.ask("freed") == [slot.id]
            arena.free(slot.id)


def test_pickled_buffers_are_read_only_over_views(arena: Outbound, reader: Child) -> None:
    """What protocol 5 takes out of band is pinned by what is unpickled from it."""
    buffers: list[pickle.PickleBuffer] = []
    sent = [pickle.PickleBuffer(bytearray(b"abc" * MIB)), pickle.PickleBuffer(array.array("d", [1.5]) * MIB)]
    pickled = pickle.dumps(sent, protocol=5, buffer_callback=buffers.append)
    slots = [put(arena, each.raw()) for each in buffers]
    types = reader.ask("load", "them", pickled.hex(), *slots)
    first = bytes(array.array("d", [1.5]))[:3]
    assert types == repr([("memoryview", b"abc"), ("memoryview", first)])
    assert reader.ask("freed") == []
    reader.ask("drop", "them")
    assert sorted(reader.ask("freed")) == [slot.id for slot in slots]


def test_slot_is_freed_once_and_by_the_last_that_reads_it(arena: Outbound, reader: Child) -> None:
    """A slice of a slice pins as the view does; the bytes stay as they were while others come and go."""
    data = random.Random(1).randbytes(MIB)
    slot = put(arena, data)
    reader.ask("view", "whole", *slot)
    reader.ask("slice", "part", "whole", 1000, 900_000)
    reader.ask("slice", "piece", "part", 10, 20_000)
    reader.ask("drop", "whole")
    reader.ask("drop", "part")
    assert reader.ask("freed") == []
    while (other := arena.put(memoryview(bytes(4 * MIB)))) is not None:
        assert other.id != slot.id
    assert reader.ask("again", "piece") == digest(data[1010:21_000])
    reader.ask("drop", "piece")
    assert reader.ask("freed") == [slot.id]
    assert reader.ask("freed") == []
    arena.free(slot.id)
    assert put(arena, b"next").offset == slot.offset


def test_slot_in_a_cycle_is_freed_when_nothing_can_read_it_any_more(arena: Outbound, reader: Child) -> None:
    """What the garbage collector finds may be read, and kept, by a `__del__`: it is freed after that, once."""
    slot = put(arena, b"data")
    reader.ask("view", "it", *slot)
    reader.ask("cycle", "it", "kept")
    assert reader.ask("collect") == []
    assert reader.ask("again", "kept") == digest(b"ata")
    reader.ask("drop", "kept")
    assert reader.ask("freed") == [slot.id]
    assert reader.ask("collect") == []


def test_view_outlives_the_arena_of_its_reader(arena: Outbound, reader: Child) -> None:
    """Closing takes nothing away from who reads; then the memory is gone from that process."""
    slot = put(arena, bytes(MIB))
    reader.ask("view", "it", *slot)
    reader.ask("close")
    assert reader.ask("again", "it") == digest(bytes(MIB))
    assert is_mapped(reader.process.pid)
    reader.ask("drop", "it")
    assert reader.ask("freed") == [slot.id]
    assert not is_mapped(reader.process.pid)


def test_reader_killed_while_it_pins_leaves_nothing(arena: Outbound, reader: Child) -> None:
    """The owner needs no word of the dead: it closes, and all memory is gone."""
    slots = [put(arena, bytes(5 * MIB)) for _ in range(8)]
    for slot in slots:
        reader.ask("view", str(slot.id), *slot)
    reader.process.kill()
    reader.process.wait()
    assert arena.statistics().used_bytes == 40 * MIB
    assert memory_of(arena) == 40 * MIB
    before = set(Path("/dev/shm").iterdir())
    arena.close()
    assert not is_mapped(os.getpid())
    assert set(Path("/dev/shm").iterdir()) <= before
    arena.free(slots[0].id)  # what a late word frees is of no matter


def test_view_outlives_its_writer() -> None:
    """What was received stays whole when the process that wrote it is killed, and is gone with its last reader."""
    child = Child("writes")
    received = receive_descriptors(child.sock, 1, HANG_S)
    assert received is not None
    arena = Inbound(received[1][0], int(received[0]))
    slot = Slot(*child.ask("put", "abcd", MIB))
    freed: list[int] = []
    view = arena.view(slot, freed.append)
    child.process.kill()
    child.end()
    arena.close()
    assert view == b"abcd" * MIB
    assert freed == []
    del view
    assert freed == [slot.id]
    assert not is_mapped(os.getpid())


def test_trim_gives_back_what_is_not_in_use(arena: Outbound, own: Inbound) -> None:
    """Memory of the system and of this process falls; slots in use keep their bytes, freed ones can be used again."""
    first, kept, last = (put(arena, bytes([number]) * (10 * MIB)) for number in (1, 2, 3))
    again = put(arena, b"\4" * UNIT)
    arena.free(again.id)
    assert put(arena, b"\5" * UNIT).offset == again.offset
    with _memory.new_mapping(arena.descriptor, arena.size) as mapping:
        assert sum(mapping[: 30 * MIB + UNIT : 4096]) == (1 + 2 + 3) * 2560 + 5 * 16
        before = shared_memory()
        arena.free(first.id)
        arena.free(last.id)
        assert arena.trim() == 20 * MIB
        assert memory_of(arena) == arena.statistics().backed_bytes == 10 * MIB + UNIT
        assert before - shared_memory() >= 19 * MIB
    assert (copy_of(own, kept)) == b"\2" * (10 * MIB)
    assert arena.trim() == 0
    fresh = put(arena, b"\6" * (10 * MIB))
    assert fresh.offset == first.offset
    assert (copy_of(own, fresh)) == b"\6" * (10 * MIB)
    assert memory_of(arena) == arena.statistics().backed_bytes == 20 * MIB + UNIT


def test_only_what_was_written_takes_memory_and_is_written_in_place() -> None:
    """A large arena costs nothing; the same memory serves again, in whole units from the first time on."""
    arena = opened(8 * 1024 * MIB)
    try:
        assert memory_of(arena) == 0
        for _ in range(5):
            slot = put(arena, bytes(MIB + 1))
            assert slot.offset == 0
            assert memory_of(arena) == MIB + UNIT
            arena.free(slot.id)
        assert arena.statistics() == (8 * 1024 * MIB, MIB + UNIT, 0, 0, 5, 5 * (MIB + 1), 0)
    finally:
        arena.close()


def test_full_arena_refuses_until_something_is_freed(arena: Outbound) -> None:
    """No room is None, so that the caller takes the socket, and no error."""
    slots = [put(arena, bytes(16 * MIB)) for _ in range(4)]
    assert arena.put(memoryview(b"x")) is None
    arena.free(slots[1].id)
    assert arena.put(memoryview(bytes(16 * MIB + 1))) is None
    assert put(arena, bytes(16 * MIB)).offset == slots[1].offset
    assert arena.statistics().refused == 2


def test_memory_that_the_system_does_not_have_is_no_room(tmp_path: Path) -> None:
    """Where the file cannot be filled, the caller takes the socket; the process lives, and what fits still goes."""
    program = """
import resource
from ambidex.transport._arena import Outbound
from ambidex.transport._memory import new_sealed_file
def opened():
    return Outbound(new_sealed_file(64 * 2**20), 64 * 2**20)
arena = opened()
first = arena.put(memoryview(bytes(2**20)))
resource.setrlimit(resource.RLIMIT_FSIZE, (3 * 2**20, resource.RLIM_INFINITY))
print(arena.put(memoryview(bytes(4 * 2**20))), arena.statistics())
print(arena.put(memoryview(bytes(2**20))), arena.put(memoryview(bytes(2**20))) is None, arena.statistics().slots)
try:
    opened()
except OSError as error:
    print(error)
arena.close()
"""
    ended = run_program(tmp_path, program)
    assert ended.err == ""
    statistics = ArenaStatistics(64 * MIB, MIB, MIB, slots=1, puts=1, put_bytes=MIB, refused=1)
    assert ended.out.splitlines() == [
        f"None {statistics}",
        f"Slot(id=3, offset={MIB}, length={MIB}) False 3",
        "[Errno 27] File too large",
    ]


def test_slot_that_is_not_in_use_cannot_be_freed(arena: Outbound) -> None:
    """A number that was never given, and one that was freed, come from a side that breaks the rules."""
    slot = put(arena, b"data")
    arena.free(slot.id)
    for wrong in (slot.id, slot.id + 1, 0, 2**64 - 1):
        with pytest.raises(ProtocolError, match=f"frees slot {wrong} "):
            arena.free(wrong)


@pytest.mark.parametrize(
    "slot",
    [
        Slot(1, 0, 0),
        Slot(1, 64 * MIB, 1),
        Slot(1, 64 * MIB - UNIT, UNIT + 1),
        Slot(1, 1, 100),
        Slot(1, 0, 64 * MIB + 1),
        Slot(1, 2**64 - UNIT, UNIT),
        Slot(1, 0, 2**64 - 1),
    ],
)
def test_slot_outside_the_arena_is_refused(own: Inbound, slot: Slot) -> None:
    """Nothing is read, mapped or allocated for a range that there is not, and nobody is told that it is free."""
    freed: list[int] = []
    with pytest.raises(ProtocolError, match="of shared memory, which has 67108864"):
        own.view(slot, freed.append)
    with pytest.raises(ProtocolError, match="of shared memory, which has 67108864"):
        copy_of(own, slot)
    assert freed == []


def test_view_of_a_closed_arena_is_refused(arena: Outbound, own: Inbound) -> None:
    """Who reads too late is told."""
    slot = put(arena, b"data")
    own.close()
    with pytest.raises(RuntimeClosed):
        own.view(slot, lambda _: None)
    with pytest.raises(RuntimeClosed):
        copy_of(own, slot)


def test_closed_arena_takes_nothing_and_closing_again_is_harmless(arena: Outbound) -> None:
    """A caller that comes late takes the socket."""
    descriptor = arena.descriptor
    arena.free(put(arena, b"data").id)
    arena.close()
    arena.close()
    assert arena.put(memoryview(b"data")) is None
    assert arena.trim() == 0
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(descriptor)


def test_memory_file_is_not_inherited_by_programs(arena: Outbound) -> None:
    """A program that this process starts does not hold the memory."""
    assert not os.get_inheritable(arena.descriptor)
    with Path("/proc/self/maps").open() as maps:
        assert any("ambidex-arena" in line for line in maps)


def test_threads_put_free_and_trim_at_once(arena: Outbound, own: Inbound) -> None:
    """Whatever threads do meanwhile, each buffer is read as it was written."""
    wrong: list[object] = []
    done = threading.Event()

    def write(seed: int) -> None:
        draw = random.Random(seed)
        for _ in range(60):
            data = draw.randbytes(draw.randrange(1, 2 * MIB))
            slot = arena.put(memoryview(data))
            if slot is None:
                wrong.append("no room")
                continue
            view = own.view(slot, arena.free)
            if digest(view) != digest(data):
                wrong.append(slot)
            del view

    def trim() -> None:
        while not done.is_set():
            arena.trim()

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(4)]
    trimming = threading.Thread(target=trim)
    for thread in (*writers, trimming):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    trimming.join()
    assert wrong == []
    arena.trim()
    assert arena.statistics()[1:] == (0, 0, 0, 240, arena.statistics().put_bytes, 0)
    assert memory_of(arena) == 0


def test_arena_closed_while_threads_write_lets_them_end(arena: Outbound) -> None:
    """A put that has begun ends; those that follow find no room; then the memory is gone."""
    buffer = memoryview(bytes(4 * MIB))
    begun = threading.Semaphore(0)
    failed: list[BaseException] = []

    def write() -> None:
        try:
            while (slot := arena.put(buffer)) is not None:
                arena.free(slot.id)
                begun.release()
        except BaseException as error:  # noqa: BLE001  it fails the test
            failed.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        begun.acquire()
    arena.close()
    for thread in threads:
        thread.join(HANG_S)
    assert failed == []
    assert not is_mapped(os.getpid())


def test_put_in_the_middle_of_a_put_or_trim_breaks_nothing(arena: Outbound, own: Inbound) -> None:
    """As a signal handler or a finalizer may come at any line: it finds room or not, in a range of its own."""
    found: list[tuple[Slot, bytes]] = []
    refused = interrupted = 0

    def add(length: int) -> None:
        nonlocal refused
        data = os.urandom(length)
        slot = arena.put(memoryview(data))
        if slot is None:
            refused += 1
        else:
            found.append((slot, data))

    def trace(frame: FrameType, event: str, argument: object) -> Callable[..., Any] | None:
        nonlocal interrupted
        if frame.f_code.co_filename not in (_arena.__file__, _slots.__file__):
            return None
        interrupted += 1
        if interrupted % 7 == 0 and len(found) > 3:
            arena.free(found.pop(interrupted % 3)[0].id)
        add(100)
        arena.trim()
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        for _ in range(3):
            add(UNIT + 1)
            add(3 * UNIT)
            arena.free(found.pop(0)[0].id)
            arena.trim()
    finally:
        sys.settrace(before)
    assert refused > 50
    assert arena.statistics().puts > 50
    assert all((copy_of(own, slot)) == data for slot, data in found)
    taken = [unit for slot, _ in found for unit in range(slot.offset // UNIT, end_of(slot) // UNIT)]
    assert len(set(taken)) == len(taken)
    assert arena.statistics()[2:4] == (len(taken) * UNIT, len(found))
    for slot, _ in found:
        arena.free(slot.id)
    arena.trim()
    assert memory_of(arena) == 0


def test_interrupted_write_frees_its_slot(arena: Outbound) -> None:
    """A buffer that cannot be copied leaves no slot behind."""
    with pytest.raises(BufferError):
        arena.put(memoryview(array.array("d", [1.0]) * 4096)[::2])
    assert arena.statistics().slots == 0


def test_process_without_addresses_is_told() -> None:
    """No arena is an error that says so, at once, and leaves no descriptor."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * mmap.PAGESIZE
    resource.setrlimit(resource.RLIMIT_AS, (used + 256 * MIB, hard))
    try:
        with pytest.raises(OSError, match="Cannot allocate memory"):
            opened(1024 * MIB)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def test_memory_cannot_be_taken_away(arena: Outbound, own: Inbound) -> None:
    """Nobody makes the file shorter or longer, so that a reader finds memory in all of it, and no signal."""
    for size in (0, arena.size - UNIT, arena.size + UNIT):
        with pytest.raises(PermissionError):
            os.ftruncate(arena.descriptor, size)
    slot = put(arena, b"data")
    assert copy_of(own, slot) == b"data"
    assert copy_of(own, Slot(slot.id + 1, arena.size - UNIT, UNIT)) == bytes(UNIT)  # that nobody has written to


def test_system_without_such_files_has_no_arena(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interpreter built for an older system: all goes over the socket."""
    monkeypatch.delattr(os, "memfd_create")
    assert new_sealed_file(MIB) is None


def test_slots_of_an_owner_come_back_but_for_those_that_are_kept(arena: Outbound) -> None:
    """As those of a connection that has ended, of which the other side still reads some."""
    of_one = [arena.put(memoryview(b"x"), 1) for _ in range(3)]
    other = put(arena, b"y")
    kept = of_one[1]
    assert kept is not None
    arena.free_of(1, frozenset((kept.id,)))
    assert arena.statistics().slots == 2
    arena.free(kept.id)
    arena.free(other.id)
    arena.free_of(1, frozenset())
    assert arena.statistics().slots == 0


def test_put_in_pieces_that_is_given_up_has_no_slot(arena: Outbound) -> None:
    """At each piece, into fresh memory and into used; and what is put next is whole."""
    data = os.urandom(3 * MIB + 5)
    for _ in ("fresh", "used"):
        for steps in range(1, 4):
            putting = arena.putting(memoryview(data))
            for _ in range(steps):
                next(putting)
            assert arena.statistics().slots == 1
            putting.close()
            assert arena.statistics().slots == 0
        arena.free(put(arena, data).id)


def test_process_that_was_forked_has_no_room(tmp_path: Path) -> None:
    """What it would write is in the memory of the one that it was forked from."""
    program = """
import os
from ambidex.transport._arena import Outbound
from ambidex.transport._memory import new_sealed_file
arena = Outbound(new_sealed_file(2**20), 2**20)
if os.fork() == 0:
    os._exit(3 if arena.put(memoryview(b"data")) is None else 4)
print(os.waitstatus_to_exitcode(os.wait()[1]), arena.statistics().slots)
"""
    ended = run_program(tmp_path, program)
    assert (ended.out, ended.err) == ("3 0\n", "")
