"""Interrupts of a blocking caller at any moment in which it runs, or is about to run, what it is called back for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.programs import Ended

LIMIT_S = 170  # every opcode is traced: seconds on an idle machine, and many on a busy one
pytestmark = pytest.mark.timeout(LIMIT_S + 30)

PROGRAM = """
import asyncio, itertools, os, sys, threading
from ambidex import Synchronizer
from ambidex.runtime import Callback, Caller, runtime_of

FILES = ("_caller.py", "_callback.py")
FUNCTIONS = ("acquire", "_run_jobs", "_run_first", "_serve", "run_here", "_call_here", "give")
Synchronizer("own", grace_s=60)
runtime = runtime_of("own")

class Interrupt(BaseException):
    pass

def interrupted(call, number):
    # Interrupt `call` before the opcode of that number that it comes to in a function that waits or calls back.
    left, place = number, ""

    def trace(frame, event, _):
        nonlocal left, place
        path, name = os.path.split(frame.f_code.co_filename)
        if name not in FILES or os.path.join("ambidex", "runtime") not in path:
            return None
        if frame.f_code.co_name not in FUNCTIONS:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            left -= 1
            if left == 0:
                place = f"{frame.f_code.co_name}, line {frame.f_lineno}"
                sys.settrace(None)
                raise Interrupt
        return trace

    sys._getframe().f_trace_opcodes = True  # CPython 3.12 looks, when a tracer is set, whether any frame asks for them
    sys.settrace(trace)
    try:
        call()
    except Interrupt:
        pass
    finally:
        sys.settrace(None)
    return place

async def ask(callback):
    # Its clean-up needs the answer as well, as does a child process whose loop stands still until it comes.
    task = asyncio.ensure_future(callback.run((), {}))
    try:
        await asyncio.shield(task)
    finally:
        await asyncio.wait({task})

runs = []

def call():
    runs.clear()
    caller = Caller(runtime, None)
    with caller:
        callback = Callback(lambda: runs.append(1))
        callback.hand_over(caller)
        try:
            caller.run(ask, (callback,), {}, "ask", "", None, is_sync=False)
        finally:
            caller.close()

call()
# At once: the same may happen at each of some hundred places, and take its time there.
hung = threading.Timer(30, lambda: (os.write(1, f"hangs after {place}\\n".encode()), os._exit(1)))
hung.daemon = True
hung.start()
place = ""
for number in itertools.count(1):
    found = interrupted(call, number)
    if len(runs) > 1:
        print(f"ran twice, interrupted in {found}")
    if not found:
        break
    place = found
print(number > 100)
"""


def test_callback_of_an_interrupted_caller_is_answered(run_program: Callable[..., Ended]) -> None:
    """Who awaits it gets an answer at once, not when the interrupted call's grace is over; it runs once at the most."""
    ended = run_program(PROGRAM, limit_s=LIMIT_S)
    assert (ended.code, ended.out, ended.err) == (0, "True\n", "")
