"""Debuggers of the standard library, each in a process of its own: what stops, where, and that the call ends well."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.limits import LIMIT_S
from tests.programs import LIBRARY

if TYPE_CHECKING:
    from collections.abc import Callable


IMPLEMENTATION = """\
import asyncio
from ambidex import Synchronizer

records = Synchronizer("records")

async def inner(value):
    await asyncio.sleep(0.01)
    return value + 1

async def work(value):
    doubled = value * 2
    more = await inner(doubled)
    return more
"""
FIRST_LINE, LAST_LINE = (
    IMPLEMENTATION.splitlines().index(f"    {line}") + 1 for line in ("doubled = value * 2", "return more")
)

# A debugger that writes down where it stops in the user's own files, and the modules of all stops.
STEPS = """\
import bdb, os, sys, threading
import implementation
from implementation import records, work

class Steps(bdb.Bdb):
    def user_line(self, frame):
        name = os.path.basename(frame.f_code.co_filename)
        if name in ("program.py", "implementation.py"):
            thread = threading.current_thread().name
            stops.append((thread, name, frame.f_code.co_name, frame.f_lineno, dict(frame.f_locals)))
        others.append(frame.f_globals.get("__name__", ""))
        self.go_on()

    go_on = bdb.Bdb.set_step

stops, others = [], []
SKIPPED = ["ambidex", "ambidex.*", "asyncio", "asyncio.*", "selectors", "threading"]

def program():
    value = work
    result = records.run(value, 20)
    return result
"""


@pytest.fixture
def run_program(tmp_path: Path) -> Callable[..., str]:
    """Give the test a function that runs a program beside the implementation, types lines, and returns its output."""
    (tmp_path / "implementation.py").write_text(IMPLEMENTATION, encoding="utf-8")

    def run(source: str, typed: str = "") -> str:
        (tmp_path / "program.py").write_text(source, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "program.py"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(LIBRARY), "NO_COLOR": "1", "PYTHON_COLORS": "0"},
            input=typed,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
        return done.stdout

    return run


def test_breakpoint_in_the_implementation_stops_steps_and_goes_on(
    run_program: Callable[..., str], tmp_path: Path
) -> None:
    """`breakpoint()` there is pdb's prompt while the caller waits: variables, `step`, the stack, `continue`."""
    source = IMPLEMENTATION.replace("    doubled = value * 2", "    breakpoint()\n    doubled = value * 2")
    (tmp_path / "implementation.py").write_text(source, encoding="utf-8")
    typed = """\
import threading
p 'on', threading.current_thread().name
until 13
p 'doubled', doubled
step
step
p 'inner', value
where
continue
"""
    out = run_program("from implementation import records, work\nprint('result', records.run(work, 20))\n", typed)
    assert "('on', 'ambidex-records')" in out
    assert "('doubled', 40)" in out
    assert "('inner', 40)" in out
    assert "program.py(2)<called through ambidex>()" in out, "the stack names the line that made the call"
    assert "implementation.py(13)work()" in out
    assert out.endswith("result 41\n")


def test_step_at_a_call_goes_over_it_where_the_library_is_skipped(run_program: Callable[..., str]) -> None:
    """With `skip` no frame of the library stops; the implementation runs on a thread that is not traced."""
    out = run_program(
        f"""{STEPS}
records.run(work, 0)  # the thread has started
result = Steps(skip=SKIPPED[:2]).runcall(program)
print(result, [(stop[1], stop[2], stop[3] - program.__code__.co_firstlineno) for stop in stops])
print([name for name in others if name.startswith("ambidex")])
"""
    )
    assert out == "41 [('program.py', 'program', 1), ('program.py', 'program', 2), ('program.py', 'program', 3)]\n[]\n"


def test_step_at_a_call_stops_in_the_library_where_it_is_not_skipped(run_program: Callable[..., str]) -> None:
    """So the page says that `skip` is needed, and that the implementation is not reached."""
    out = run_program(
        f"""{STEPS}
records.run(work, 0)
result = Steps().runcall(program)
print(result, {{stop[1] for stop in stops}}, any(name.startswith("ambidex.runtime") for name in others))
"""
    )
    assert out == "41 {'program.py'} True\n"


BREAKS = f"""{STEPS}
Steps.go_on = bdb.Bdb.set_continue
debugger = Steps()
debugger.reset()
debugger.set_break(implementation.__file__, {FIRST_LINE})
debugger.set_break(implementation.__file__, {LAST_LINE})
settrace(debugger.trace_dispatch)
print(program())
for thread, _, function, line, variables in stops:
    if thread != "MainThread":  # where that is traced too, it stops at its next line
        print(thread, function, line, variables)
"""
STOPPED = (
    f"41\nambidex-records work {FIRST_LINE} {{'value': 20}}\n"
    f"ambidex-records work {LAST_LINE} {{'value': 20, 'doubled': 40, 'more': 41}}\n"
)


def test_breakpoint_that_the_debugger_sets_is_hit_on_the_loops_thread(run_program: Callable[..., str]) -> None:
    """`threading.settrace` before the thread starts serves: breaks before and after a suspension, variables, result."""
    assert run_program(BREAKS.replace("settrace(", "threading.settrace(")) == STOPPED


if sys.version_info >= (3, 12):  # `threading.settrace_all_threads` is new there

    def test_debugger_that_comes_to_a_loop_that_runs_already_hits_its_breakpoints(
        run_program: Callable[..., str],
    ) -> None:
        """`threading.settrace_all_threads` serves when the loop's thread runs, and waits."""
        started = BREAKS.replace("settrace(", "records.run(work, 0)\nthreading.settrace_all_threads(")
        assert run_program(started) == STOPPED


def test_step_lands_in_the_implementation_where_all_threads_are_traced(run_program: Callable[..., str]) -> None:
    """The stops of the user's own files: the call, its line on the loop's thread, the implementation, and after it."""
    out = run_program(
        f"""{STEPS}
debugger = Steps(skip=SKIPPED)
threading.settrace(debugger.trace_dispatch)
result = debugger.runcall(program)
sys.settrace(None)
print(result)
start = program.__code__.co_firstlineno
for thread, file, function, line, _ in stops:
    print(thread, function, line - start if file == "program.py" else line)
"""
    )
    assert out.splitlines() == [
        "41",
        "MainThread program 1",
        "MainThread program 2",
        "ambidex-records <called through ambidex> 2",
        f"ambidex-records work {FIRST_LINE}",
        f"ambidex-records work {FIRST_LINE + 1}",
        "ambidex-records inner 7",
        "ambidex-records inner 8",
        f"ambidex-records work {LAST_LINE}",
        "MainThread program 3",
    ]
