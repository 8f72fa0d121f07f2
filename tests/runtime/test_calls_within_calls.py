"""Calls that a signal handler or a finalizer makes in the middle of the library's own work, on the same thread."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.programs import Ended

LIMIT_S = 170  # every opcode is traced: seconds on an idle machine, and many on a busy one
pytestmark = pytest.mark.timeout(LIMIT_S + 30)

PRELUDE = """
import asyncio, itertools, os, sys, threading
from ambidex import DeadlockError, Synchronizer

FILES = ("_runtime.py", "_synchronizer.py", "_thread.py", "_signals.py")

async def give(value):
    await asyncio.sleep(0)
    return value

def end(place, error):
    # At once: the same may happen at each of a thousand places, and take its time there.
    os.write(1, f"{place}: {error!r}\\n".encode())
    os._exit(1)

def call_within(call, within, number):
    # Run `within` before the opcode of that number that `call` comes to; False when there are fewer.
    left = number

    def trace(frame, event, _):
        nonlocal left
        path, name = os.path.split(frame.f_code.co_filename)
        if os.path.join("ambidex", "runtime") not in path:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and name in FILES:
            left -= 1
            if left == 0:
                sys.settrace(None)
                within(f"{frame.f_code.co_name}, line {frame.f_lineno}")
        return trace

    sys._getframe().f_trace_opcodes = True  # CPython 3.12 looks, when a tracer is set, whether any frame asks for them
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(None)
    return left <= 0
"""


def test_a_call_within_a_call_ends_wherever_it_comes(run_program: Callable[..., Ended]) -> None:
    """What wakes the loop is not left to the interrupted call, which goes on only after the one within."""
    ended = run_program(
        f"""{PRELUDE}
own = Synchronizer("own", grace_s=15)

def call():
    assert own.run(give, 1) == 1

def within(place):
    try:
        assert own.with_options(timeout=60).run(give, 2) == 2
    except Exception as error:
        end(place, error)

call()
count = next(number for number in itertools.count(1) if not call_within(call, within, number))
print(count > 100)
""",
        limit_s=LIMIT_S,
    )
    assert (ended.code, ended.out, ended.err) == (0, "True\n", "")


def test_a_call_within_the_start_of_a_loop_ends_wherever_it_comes(run_program: Callable[..., Ended]) -> None:
    """It starts the loop itself, and one loop remains."""
    ended = run_program(
        f"""{PRELUDE}
for number in itertools.count(1):
    own = Synchronizer(f"own {{number}}", grace_s=15)
    place = []

    def call():
        assert own.run(give, 1) == 1

    def within(at):
        place.append(at)
        ended = threading.Event()
        threading.Thread(target=report, args=(ended, at), daemon=True).start()
        try:
            assert own.with_options(timeout=60).run(give, 2) == 2
        except Exception as error:
            end(at, error)
        ended.set()

    def report(ended, at):
        if not ended.wait(90):
            end(at, "waits for good")

    if not call_within(call, within, number):
        break
    own.close()
    for thread in threading.enumerate():
        if thread.name == f"ambidex-{{own.name}}":  # one too many ends by itself
            thread.join(60)
            assert not thread.is_alive(), place
print(number > 100)
""",
        limit_s=LIMIT_S,
    )
    assert (ended.code, ended.out, ended.err) == (0, "True\n", "")


@pytest.mark.skipif(sys.platform != "linux", reason="callers take no first steps there")
def test_a_call_within_a_first_step_of_the_callers_ends_or_is_refused(run_program: Callable[..., Ended]) -> None:
    """While the caller's thread has the loop, a finalizer's call is refused as it is on the loop's own thread."""
    ended = run_program(
        f"""{PRELUDE}
own = Synchronizer("own", grace_s=15, first_step="caller")
refused = []

def call():
    assert own.run(give, 1) == 1

def within(place):
    try:
        assert own.with_options(timeout=60).run(give, 2) == 2
    except DeadlockError:
        refused.append(place)
    except Exception as error:
        end(place, error)

def work():
    call()
    count = next(number for number in itertools.count(1) if not call_within(call, within, number))
    print(count > 100, bool(refused), [place for place in refused if "step" not in place])

thread = threading.Thread(target=work)
thread.start()
thread.join()
""",
        limit_s=LIMIT_S,
    )
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("True True")


@pytest.mark.parametrize("closing", ["own.close", "close_all"])
def test_a_close_within_a_close_ends_wherever_it_comes(closing: str, run_program: Callable[..., Ended]) -> None:
    """Whichever comes first ends the loop, as where two threads close at once; the other finds it gone."""
    ended = run_program(
        f"""{PRELUDE}
from ambidex.runtime import close_all

own = Synchronizer("own", grace_s=15)
places = []

def within(place):
    places.append(place)
    own.close()

for number in itertools.count(1):
    assert own.run(give, number) == number
    try:
        if not call_within({closing}, within, number):
            break
    except Exception as error:
        end(places[-1], error)
print(number > 20)
""",
        limit_s=LIMIT_S,
    )
    assert (ended.code, ended.out, ended.err) == (0, "True\n", "")
