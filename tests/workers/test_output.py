"""What a child writes reaches its target whole and in order, and nothing that a target does holds the child up."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import io
import logging
import os
import subprocess
import sys
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.errors import UsageError
from ambidex.workers._lines import OutputLine
from ambidex.workers._output import Output
from ambidex.workers._targets import TURN_S

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator
    from typing import IO

    from ambidex.workers._targets import OutputTarget

    Run = Callable[[Coroutine[Any, Any, None]], None]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the pipes of these tests are those of Unix")

MIB = 1024 * 1024
LONG_S = 60.0  # a grace that is not to pass, arbitrary


@dataclass
class Child:
    """Hold a child process, and the ends of the pipes that it writes to."""

    process: subprocess.Popen[bytes]
    stdout_fd: int
    stderr_fd: int

    @property
    def descriptors(self) -> tuple[int, int]:
        """Return both ends."""
        return self.stdout_fd, self.stderr_fd

    @property
    def stdin(self) -> IO[bytes]:
        """Return what the child reads."""
        assert self.process.stdin is not None
        return self.process.stdin

    def answer(self) -> None:
        """Let the child go on that waits for a line."""
        self.stdin.write(b"\n")
        self.stdin.flush()


@contextlib.contextmanager
def started(code: str) -> Generator[Child]:
    """Run code in a child, and wait for its end."""
    stdout, stdout_end = os.pipe()
    stderr, stderr_end = os.pipe()
    command = [sys.executable, "-c", f"import os, sys, subprocess\n{code}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=stdout_end, stderr=stderr_end) as process:
        os.close(stdout_end)
        os.close(stderr_end)
        yield Child(process, stdout, stderr)


RUNS: dict[str, Run] = {"asyncio": asyncio.run}
if importlib.util.find_spec("uvloop") is not None:
    RUNS["uvloop"] = importlib.import_module("uvloop").run


@pytest.fixture(scope="session", autouse=True)
def first_of_each_kind() -> None:
    """Run a loop of each kind before any test counts descriptors: libuv keeps a pipe for signals from then on."""
    for run in RUNS.values():
        run(asyncio.sleep(0))


@pytest.fixture(params=RUNS)
def run(request: pytest.FixtureRequest) -> Run:
    """Run a coroutine on a loop of each kind that exists here."""
    return RUNS[str(request.param)]


def collect(run: Run, code: str) -> list[OutputLine]:
    """Return the lines that a callback gets from code in a child."""
    lines: list[OutputLine] = []
    with started(code) as child:
        output = Output(lines.append, pid=lambda: child.process.pid, grace_s=LONG_S)
        run(output.read(child.stdout_fd, child.stderr_fd))
        assert {line.pid for line in lines} <= {child.process.pid}
    assert not is_open(child.stdout_fd)
    assert not is_open(child.stderr_fd)
    return lines


def is_open(descriptor: int) -> bool:
    """Tell whether a descriptor is open."""
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def texts_of(lines: list[OutputLine], stream: str) -> list[str]:
    """Return the texts of the lines of one stream."""
    return [line.text for line in lines if line.stream == stream]


def test_output_of_both_streams_arrives_in_the_order_of_each(run: Run) -> None:
    """Each line comes once, in order, and says which stream it is of."""
    code = "for n in range(5000): print('out', n); print('err', n, file=sys.stderr)"
    lines = collect(run, code)
    assert texts_of(lines, "stdout") == [f"out {n}" for n in range(5000)]
    assert texts_of(lines, "stderr") == [f"err {n}" for n in range(5000)]
    assert {line.end for line in lines} == {"\n"}


def test_output_that_the_child_writes_in_turn_arrives_in_turn(run: Run) -> None:
    """Lines of both streams stand in the order in which they were written, where that can be seen."""
    code = "for n in range(100): os.write(1 + n % 2, b'%d\\n' % n); sys.stdin.buffer.raw.read(1)"
    lines: list[OutputLine] = []

    with started(code) as child:

        def answer(line: OutputLine) -> None:
            lines.append(line)
            child.answer()

        output = Output(answer, pid=lambda: 1, grace_s=LONG_S)
        run(output.read(child.stdout_fd, child.stderr_fd))
    assert [(line.stream, line.text) for line in lines] == [
        ("stderr" if n % 2 else "stdout", str(n)) for n in range(100)
    ]


def test_output_progress_line_is_seen_before_the_child_goes_on(run: Run) -> None:
    """A line that ends in a carriage return is forwarded at once, with the mark; and so is the next one."""
    code = """
for n in range(3):
    os.write(2, b"%d%%\\r" % n)
    sys.stdin.buffer.raw.read(1)
os.write(2, b"\\ndone\\n")
"""
    lines: list[OutputLine] = []
    with started(code) as child:

        def answer(line: OutputLine) -> None:
            lines.append(line)
            if line.end == "\r":
                child.answer()

        output = Output(answer, pid=lambda: 1, grace_s=LONG_S)
        run(output.read(child.stdout_fd, child.stderr_fd))
    assert [(line.text, line.end) for line in lines] == [("0%", "\r"), ("1%", "\r"), ("2%", "\r"), ("done", "\n")]
    assert output.last_lines() == ["2%", "done"]


def test_output_character_in_two_writes_is_one_character(run: Run) -> None:
    """A character whose bytes come in two reads is decoded whole."""
    code = """
os.write(1, "na\\u00ef".encode()[:3])
os.write(2, b"go on\\n")
sys.stdin.buffer.raw.read(1)
os.write(1, "\\u00ef".encode()[1:] + "ve\\n".encode())
"""
    lines: list[OutputLine] = []
    with started(code) as child:

        def answer(line: OutputLine) -> None:
            lines.append(line)
            if line.stream == "stderr":
                child.answer()

        output = Output(answer, pid=lambda: 1, grace_s=LONG_S)
        run(output.read(child.stdout_fd, child.stderr_fd))
    assert texts_of(lines, "stdout") == ["na\u00efve"]


def test_output_that_is_not_utf8_is_shown_as_escapes(run: Run) -> None:
    """No byte is lost, and none ends the forwarding; a character that is cut off at the end is no exception."""
    lines = collect(run, r"os.write(1, b'caf\xe9 \xff\xfe\nnext\n\xc3')")
    assert texts_of(lines, "stdout") == [r"caf\xe9 \xff\xfe", "next", r"\xc3"]


def test_output_without_newline_at_the_end_is_forwarded(run: Run) -> None:
    """Text that no newline ends comes at the end of file, and says so."""
    lines = collect(run, "os.write(1, b'one\\ntwo'); os.write(2, b'three')")
    assert sorted((line.stream, line.text, line.end) for line in lines) == [
        ("stderr", "three", ""),
        ("stdout", "one", "\n"),
        ("stdout", "two", ""),
    ]


def test_output_long_line_comes_in_parts(run: Run) -> None:
    """A line of 150,000 characters is cut at 65,536."""
    lines = collect(run, "print('x' * 150_000); print('end')")
    assert [(len(line.text), line.end) for line in lines] == [(65_536, ""), (65_536, ""), (18_928, "\n"), (3, "\n")]


def test_output_of_100_mib_does_not_wait_for_a_blocked_callback(run: Run) -> None:
    """The child ends while the callback stands still; memory stays bounded; all lines are delivered or counted."""
    code = f"""
block = (b"x" * 79 + b"\\n") * 1024
for number in range({100 * MIB} // len(block)):
    os.write(1, block)
    if number % 10 == 0:
        os.write(2, block)
"""
    has_begun, may_go_on = threading.Event(), threading.Event()
    lines: list[OutputLine] = []

    def take(line: OutputLine) -> None:
        has_begun.set()
        assert may_go_on.wait(LONG_S)
        lines.append(line)

    async def main(child: Child) -> None:
        loop = asyncio.get_running_loop()
        output = Output(take, pid=lambda: 1, grace_s=LONG_S)
        reading = asyncio.ensure_future(output.read(child.stdout_fd, child.stderr_fd))
        try:
            assert await loop.run_in_executor(None, child.process.wait) == 0
            assert has_begun.is_set()
            assert not reading.done()
        finally:
            may_go_on.set()
        await reading

    tracemalloc.start()
    try:
        with started(code) as child:
            run(main(child))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 50 * MIB
    for stream, expected in (("stdout", 100 * MIB // 80), ("stderr", 10 * MIB // 80)):
        texts = texts_of(lines, stream)
        notices = [text for text in texts if text.startswith("...")]
        dropped = sum(int(text.split()[1]) for text in notices)
        assert dropped > 0
        assert len(texts) - len(notices) + dropped == expected


def test_output_slow_callback_leaves_its_thread_to_others_in_between() -> None:
    """A callback that takes long for each line does not keep a thread from others for all lines that wait."""
    has_run = threading.Event()
    seen: list[bool] = []

    async def main(child: Child) -> None:
        loop = asyncio.get_running_loop()
        executor = ThreadPoolExecutor(1)
        loop.set_default_executor(executor)

        def take(_line: OutputLine) -> None:
            if not seen:
                executor.submit(has_run.set)  # to the thread that this call is on
            seen.append(has_run.wait(2 * TURN_S))

        await Output(take, pid=lambda: 1, grace_s=LONG_S).read(child.stdout_fd, child.stderr_fd)

    with started("os.write(1, b'a\\nb\\nc\\n')") as child:
        asyncio.run(main(child))
    assert seen == [False, True, True]


def test_output_stuck_callback_at_the_end_is_waited_for_only_so_long(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    """What is not taken within the grace is given up, and counted in a warning."""
    may_go_on = threading.Event()
    lines: list[OutputLine] = []

    def take(line: OutputLine) -> None:
        assert may_go_on.wait(LONG_S)
        lines.append(line)

    async def main(child: Child) -> None:
        output = Output(take, pid=lambda: 4121, grace_s=0.01)
        try:
            await output.read(child.stdout_fd, child.stderr_fd)
        finally:
            may_go_on.set()

    with started("for n in range(10): print(n)") as child:
        run(main(child))
    assert [record.getMessage() for record in caplog.records] == [
        "10 lines of the output of process 4121 were not taken in time, and are dropped"
    ]
    assert texts_of(lines, "stdout") == ["0"]  # which the callback had already; the others it never gets


KEEPS_PIPES = """
subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"])
os.write(1, b"first\\nlast")
os.write(2, b"Traceback\\nOSError: why")
"""


def test_output_finished_while_a_grandchild_holds_the_pipes_has_all_that_the_child_wrote(run: Run) -> None:
    """A dead child's last words are there at once, whoever else could still write; and all of them are forwarded."""
    lines: list[OutputLine] = []

    async def main(child: Child) -> None:
        output = Output(lines.append, pid=lambda: 1, grace_s=LONG_S)
        reading = asyncio.ensure_future(output.read(child.stdout_fd, child.stderr_fd))
        await asyncio.get_running_loop().run_in_executor(None, child.process.wait)
        assert not reading.done()
        output.finish()
        assert output.last_lines() == ["Traceback", "OSError: why"]
        await reading

    with started(KEEPS_PIPES) as child:
        run(main(child))
    assert texts_of(lines, "stdout") == ["first", "last"]
    assert texts_of(lines, "stderr") == ["Traceback", "OSError: why"]


def test_output_finished_before_the_loop_has_read_anything_has_the_last_lines(run: Run) -> None:
    """The loop need not have seen that there is something to read."""

    async def main(child: Child) -> None:
        output = Output("drop", pid=lambda: 1)
        reading = asyncio.ensure_future(output.read(child.stdout_fd, child.stderr_fd))
        child.process.wait()  # nothing runs on the loop meanwhile but the first step of `read`
        await asyncio.sleep(0)
        output.finish()
        assert output.last_lines() == ["Traceback", "OSError: why"]
        await reading

    with started(KEEPS_PIPES) as child:
        run(main(child))


def test_output_cancelled_while_a_grandchild_holds_the_pipes_ends_when_it_is_finished(run: Run) -> None:
    """The owner can always end the reading."""
    first = threading.Event()

    async def main(child: Child) -> None:
        output = Output(lambda _line: first.set(), pid=lambda: 1)
        reading = asyncio.ensure_future(output.read(child.stdout_fd, child.stderr_fd))
        await asyncio.get_running_loop().run_in_executor(None, first.wait)
        reading.cancel()
        output.finish()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert not is_open(child.stdout_fd)
        assert not is_open(child.stderr_fd)

    with started(KEEPS_PIPES) as child:
        run(main(child))


def test_output_goes_on_though_every_task_is_cancelled_till_the_child_has_ended(run: Run) -> None:
    """What ends a loop cancels all of its tasks, once each, and the child cleans up then, and says so."""
    lines: list[str] = []
    first = threading.Event()

    def take(line: OutputLine) -> None:
        lines.append(line.text)
        first.set()

    async def main(child: Child) -> None:
        reading = asyncio.ensure_future(Output(take, pid=lambda: 1, grace_s=LONG_S).read(*child.descriptors))
        await asyncio.get_running_loop().run_in_executor(None, first.wait)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)
        child.answer()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert not any(map(is_open, child.descriptors))

    with started("print('first', flush=True)\nsys.stdin.readline()\nprint('last', flush=True)") as child:
        run(main(child))
    assert lines == ["first", "last"]


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3)])
def test_output_callback_that_raises_is_reported_once_and_called_again(
    run: Run, caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    """Nothing that a callback raises ends the forwarding."""
    seen: list[str] = []

    def take(line: OutputLine) -> None:
        seen.append(line.text)
        raise error

    with started("for n in range(10): print(n)") as child:
        run(Output(take, pid=lambda: 1, grace_s=LONG_S).read(child.stdout_fd, child.stderr_fd))
    assert seen == [str(n) for n in range(10)]
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert record.exc_info[1] is error


def test_output_to_a_logger_has_levels_by_stream(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    """Standard output is information, standard error a warning, under the name that the caller chose."""
    with caplog.at_level(logging.INFO, "my.worker"), started("print('100 %s'); print('bad', file=sys.stderr)") as child:
        output = Output(logging.getLogger("my.worker"), pid=lambda: 4121, grace_s=LONG_S)
        run(output.read(child.stdout_fd, child.stderr_fd))
    records = [(record.name, record.levelno, record.getMessage()) for record in caplog.records]
    assert sorted(records) == [
        ("my.worker", logging.INFO, "100 %s"),
        ("my.worker", logging.WARNING, "bad"),
    ]
    assert sorted((vars(record)["stream"], vars(record)["pid"]) for record in caplog.records) == [
        ("stderr", 4121),
        ("stdout", 4121),
    ]


def to_terminal(run: Run, code: str) -> None:
    """Run code in a child whose output goes to the terminal."""
    with started(code) as child:
        run(Output("terminal", pid=lambda: 1, grace_s=LONG_S).read(child.stdout_fd, child.stderr_fd))


def test_output_to_the_terminal_is_written_to_the_streams_of_this_process(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """What captures or redirects the streams of this process captures the child's output, too, as it is."""
    to_terminal(run, "os.write(1, b'a\\r50%\\rb\\n\\nend'); os.write(2, b'bad\\n')")
    captured = capsys.readouterr()
    assert captured.out == "a\r50%\rb\n\nend"
    assert captured.err == "bad\n"


def test_output_to_a_terminal_that_lacks_a_character_shows_an_escape(run: Run) -> None:
    """The encoding of the terminal is no reason to lose a line."""
    raw = io.BytesIO()
    with contextlib.redirect_stdout(io.TextIOWrapper(raw, "ascii")):
        to_terminal(run, r"os.write(1, 'na\u00efve\nnext\n'.encode())")
        assert raw.getvalue().split() == [rb"na\xefve", b"next"]


def test_output_to_the_terminal_is_flushed_on_both_streams(run: Run) -> None:
    """What was written to one stream before the other was is not left in a buffer."""
    out, err = io.BytesIO(), io.BytesIO()
    with (
        contextlib.redirect_stdout(io.TextIOWrapper(out, "utf-8")),
        contextlib.redirect_stderr(io.TextIOWrapper(err, "utf-8")),
    ):
        to_terminal(run, "os.write(1, b'one'); os.write(2, b'two'); os.write(1, b'three'); os.write(2, b'four')")
        assert (out.getvalue(), err.getvalue()) == (b"onethree", b"twofour")


def test_output_to_the_terminal_of_a_process_without_one_is_dropped(
    run: Run, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where `sys.stdout` is None there is nobody to tell."""
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", None)
        to_terminal(run, "print('hello')")
    assert not caplog.records


PARENT_ON_A_TERMINAL = """
import asyncio, os, subprocess, sys
from ambidex.workers._output import Output
from ambidex.workers._targets import TURN_S
out, out_end = os.pipe()
err, err_end = os.pipe()
child = subprocess.Popen(
    [sys.executable, "-c", "print('hello', input('Name? '))"], stdout=out_end, stderr=err_end
)
os.close(out_end)
os.close(err_end)
asyncio.run(Output("terminal", pid=lambda: child.pid).read(out, err))
assert child.wait() == 0
"""


def test_output_prompt_is_on_the_terminal_before_the_answer() -> None:
    """A question without a newline is seen on a real terminal while the child waits for the answer."""
    master, slave = os.openpty()
    command = [sys.executable, "-c", PARENT_ON_A_TERMINAL]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=slave, stderr=slave) as parent:
        os.close(slave)
        assert parent.stdin is not None
        shown = b""
        while b"Name? " not in shown:
            shown += os.read(master, 1024)
        assert shown == b"Name? "
        parent.stdin.write(b"Ada\n")
        parent.stdin.flush()
        with contextlib.suppress(OSError):  # how a terminal of Linux says that nobody holds its other end any more
            while data := os.read(master, 1024):
                shown += data
        os.close(master)
    assert shown == b"Name? hello Ada\r\n"
    assert parent.returncode == 0


@pytest.mark.parametrize("target", ["drop", "terminal", print, logging.getLogger("nobody")])
def test_output_keeps_the_last_lines_of_stderr_for_any_target(
    run: Run, target: OutputTarget, capsys: pytest.CaptureFixture[str]
) -> None:
    """Errors can show what the child last said; what went to standard output is not part of it."""
    code = "for n in range(1000): print('out', n); print(n, file=sys.stderr)\nos.write(2, b'1%\\r2%\\r')"
    with started(code) as child:
        output = Output(target, pid=lambda: 1, kept_lines=3, grace_s=LONG_S)
        run(output.read(child.stdout_fd, child.stderr_fd))
    assert output.last_lines() == ["998", "999", "2%"]


def test_output_last_lines_are_twenty_unless_told() -> None:
    """The number of lines that an error shows."""
    with started("for n in range(100): print(n, file=sys.stderr)") as child:
        output = Output("drop", pid=lambda: 1)
        assert output.last_lines() == []
        asyncio.run(output.read(child.stdout_fd, child.stderr_fd))
    assert output.last_lines() == [str(n) for n in range(80, 100)]


async def take_later(line: OutputLine) -> None:
    """Be no callback for output: nobody would await it."""


@pytest.mark.parametrize("target", ["terminl", None, take_later])
def test_output_to_what_takes_no_lines_is_refused(target: Any) -> None:
    """A mistake in the target is told when it is made, not when the child has died."""
    with pytest.raises(UsageError, match="the output of a worker cannot go to"):
        Output(target, pid=lambda: 1)
