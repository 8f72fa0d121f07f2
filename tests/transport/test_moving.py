"""A long buffer is copied into shared memory by two threads, and neither writes when nobody waits for it any more."""

from __future__ import annotations

import gc
import mmap
import os
import time
import weakref
from typing import TYPE_CHECKING

import pytest

from ambidex.transport import _moving
from ambidex.transport._moving import Moving
from tests.limits import HANG_S
from tests.programs import run_program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LENGTH = 2 * _moving.WORTH + 5  # which no piece divides
OFFSET = mmap.PAGESIZE
MIB = 2**20  # bytes: what is copied at once

PROGRAM = """
import mmap, os, threading
from ambidex.transport import _moving
from ambidex.transport._moving import Moving
data = os.urandom(32 * 2**20)
mapping = mmap.mmap(-1, len(data))
moving = Moving(memoryview(data), mapping, 0)
"""


class Data(bytearray):
    """Bytes that can be referred to weakly."""


@pytest.fixture
def mapping() -> mmap.mmap:
    """Give memory with room on both sides of the buffer."""
    return mmap.mmap(-1, LENGTH + 2 * OFFSET)


@pytest.mark.parametrize("kind", [bytes, bytearray])
@pytest.mark.parametrize("length", [1, _moving.WORTH - 1, LENGTH])
def test_all_of_it_arrives_and_nothing_beside_it(
    mapping: mmap.mmap, kind: Callable[[bytes], bytes | bytearray], length: int
) -> None:
    """From memory that can be written to, and from memory that cannot."""
    data = os.urandom(length)
    for _ in Moving(memoryview(kind(data)), mapping, OFFSET).steps():
        pass
    assert mapping[OFFSET : OFFSET + length] == data
    assert not any(mapping[:OFFSET])
    assert not any(mapping[OFFSET + length :])


def test_two_threads_take_the_pieces(mapping: mmap.mmap) -> None:
    """A caller that takes no step has it done for them all the same, but for what it has to do itself."""
    data = os.urandom(LENGTH)
    moving = Moving(memoryview(data), mapping, OFFSET)
    steps = moving.steps()
    next(steps)
    while moving.left:  # as long as the other thread takes
        os.sched_yield()
    assert list(steps) == []
    assert mapping[OFFSET : OFFSET + LENGTH] == data


def test_last_step_waits_for_the_piece_of_the_other_thread() -> None:
    """All of it is there then: whoever reads it is told of it next. Memory that is new makes each piece slow."""
    data = memoryview(b"\1" * LENGTH)
    ends = [min(begin + MIB, LENGTH) - 1 for begin in range(0, LENGTH, MIB)]
    for _ in range(50):
        mapping = mmap.mmap(-1, LENGTH)
        for _ in Moving(data, mapping, 0).steps():
            pass
        assert [mapping[end] for end in reversed(ends)] == [1] * len(ends)


def test_nothing_is_written_behind_the_end(mapping: mmap.mmap) -> None:
    """Whoever has the memory next finds it as it was left, whenever the copy is given up."""
    for number in range(50):
        moving = Moving(memoryview(b"\1" * LENGTH), mapping, OFFSET)
        steps = moving.steps()
        for _ in range(1 + number % 3):
            next(steps, None)
        left = moving.left
        while moving.left == left > 0:  # until the other thread has taken one
            os.sched_yield()
        taken = range(0, LENGTH, MIB)[-moving.left - 1]
        moving.end()
        assert moving.left == 0  # for the other thread, too
        piece = slice(OFFSET + taken, OFFSET + min(taken + MIB, LENGTH))
        mapping[piece] = bytes(piece.stop - piece.start)
        steps.close()
        assert not any(mapping[piece])


def test_what_was_copied_is_let_go_of(mapping: mmap.mmap) -> None:
    """No cycle keeps it, which only the collector would find: it may be a view that pins shared memory."""
    gc.disable()
    try:
        data = Data(LENGTH)
        gone = weakref.ref(data)
        for _ in Moving(memoryview(data), mapping, OFFSET).steps():
            pass
        del data
        begun = time.monotonic()
        while gone() is not None and time.monotonic() < begun + HANG_S:  # the other thread lets go of it as it ends
            os.sched_yield()
        assert gone() is None
    finally:
        gc.enable()


def test_view_that_is_not_flat_is_refused(mapping: mmap.mmap) -> None:
    """Before anything is written."""
    with pytest.raises(BufferError):
        next(Moving(memoryview(bytes(2 * LENGTH))[::2], mapping, OFFSET).steps())
    assert not any(mapping[:])


def test_without_a_thread_the_caller_copies_all_of_it(tmp_path: Path) -> None:
    """The system has none to give: not with so long a stack."""
    program = f"""{PROGRAM}
threading.stack_size(2**46)
print(sum(1 for _ in moving.steps()), mapping[:] == data)
"""
    ended = run_program(tmp_path, program)
    assert (ended.out, ended.err) == ("31 True\n", "")


def test_process_that_was_forked_waits_for_no_thread(tmp_path: Path) -> None:
    """It has the copy that was under way as it was, and no thread that goes on with it."""
    program = f"""{PROGRAM}
import warnings
warnings.filterwarnings("ignore", "This process .* is multi-threaded, use of fork", DeprecationWarning)  # since 3.12
for _ in range(20):
    moving = Moving(memoryview(data), mapping, 0)
    steps = moving.steps()
    next(steps, None)
    left = moving.left
    while moving.left == left > 0:  # until the other thread has taken one
        os.sched_yield()
    forked = os.fork()
    if not forked:
        moving.end()
        os._exit(3)
    for _ in steps:
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]) == 3
print(mapping[:] == data)
"""
    ended = run_program(tmp_path, program, limit_s=HANG_S)
    assert (ended.out, ended.err) == ("True\n", "")
