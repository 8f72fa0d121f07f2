"""`ambidex call`: start a worker, call one of its functions, print what it gives."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ambidex._command_line.call import read_arguments
from ambidex.cli import main
from ambidex.errors import UsageError
from tests.limits import LIMIT_S
from tests.programs import LIBRARY, run_program
from tests.workers.conftest import BARE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

WORKER = """
import asyncio, dataclasses, sys
from ambidex import ChildWorker

@dataclasses.dataclass
class Point:
    x: int

class Clerk(ChildWorker):
    def add(self, a, b):
        print("adding")
        return a + b

    async def greet(self, name="nobody"):
        return f"Hi {name}"

    async def count(self, stop):
        for number in range(stop):
            yield [number]

    def nothing(self):
        return None

    def point(self):
        return {"at": Point(1)}

    def odd(self):
        return object

    def version(self):
        return sys.version_info[:2]

    def fail(self):
        raise FileNotFoundError(2, "gone", "treasure")

    async def wait(self):
        try:
            print("waiting", flush=True)
            await asyncio.Event().wait()
        finally:
            print("cleaned up", flush=True)

if __name__ == "__main__":
    Clerk().run()
"""


@pytest.fixture
def clerk(tmp_path: Path) -> Path:
    """Return the folder with the worker's file."""
    (tmp_path / "clerk.py").write_text(WORKER, encoding="utf-8")
    return tmp_path


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start the command in a folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "ambidex", "call", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(LIBRARY)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def call(folder: Path, *words: str) -> tuple[int, str, str]:
    """Run the command; return its exit code, output and errors."""
    with start(folder, *words) as command:
        try:
            out, err = command.communicate(timeout=LIMIT_S)
        finally:
            command.kill()
    return command.returncode, out, err


@pytest.fixture
def call_here(
    clerk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., tuple[int, str, str]]]:
    """Give what runs the command in this process, beside the worker's file, and returns what `call` does."""

    def run(*words: str) -> tuple[int, str, str]:
        try:
            code = main(["call", *words])
        except SystemExit as error:  # of argparse
            code = int(error.code or 0)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    monkeypatch.chdir(clerk)
    monkeypatch.setattr(sys, "path", [str(clerk), *sys.path])
    yield run
    sys.modules.pop("clerk", None)


def test_arguments_are_json_or_text() -> None:
    """Numbers, null, lists and quoted text by JSON; anything else is text, NaN too; names before `=` are keywords."""
    words = ["1", "-2.5", "null", "[1, {}]", '"1"', "Ann", "NaN", "a b=c", "name=Ann", "limit=3", "note=a=b"]
    assert read_arguments(words) == (
        [1, -2.5, None, [1, {}], "1", "Ann", "NaN", "a b=c"],
        {"name": "Ann", "limit": 3, "note": "a=b"},
    )


@pytest.mark.parametrize("words", [["a=1", "2"], ["a=1", "a=2"]])
def test_arguments_that_no_call_has_are_refused(words: list[str]) -> None:
    """A positional one behind a name, and a name twice."""
    with pytest.raises(UsageError):
        read_arguments(words)


@pytest.mark.parametrize(
    ("words", "out"),
    [
        (("clerk.py", "add", "1", "2"), "3\n"),
        (("clerk.py", "add", "-1", "b=2"), "1\n"),
        (("clerk:Clerk", "greet", "name=Ann"), "Hi Ann\n"),
        (("clerk.py", "nothing"), ""),
        (("clerk.py", "count", "2"), "[0]\n[1]\n"),
        (("--json", "clerk.py", "count", "2"), "[0]\n[1]\n"),
        (("--json", "clerk.py", "greet"), '"Hi nobody"\n'),
        (("--json", "clerk.py", "nothing"), "null\n"),
        (("clerk.py", "--json", "nothing"), "null\n"),
        (("clerk.py", "--timeout", "60", "--json", "greet", "--codec"), '"Hi --codec"\n'),
        (("--json", "clerk:Clerk", "point"), '{"at": {"x": 1}}\n'),
        (
            ("clerk.py",),
            "add(a, b)\ncount(stop)\nfail()\ngreet(name='nobody')\nnothing()\nodd()\npoint()\nversion()\nwait()\n",
        ),
    ],
)
def test_call_prints_what_the_function_gives(
    call_here: Callable[..., tuple[int, str, str]], words: tuple[str, ...], out: str
) -> None:
    """Readably or as JSON, of a stream a line for each item; what the worker prints is on standard error."""
    code, printed, errors = call_here(*words)
    assert (code, printed) == (0, out), errors
    assert errors == ("adding\n" if "add" in words else "")


def test_call_runs_the_worker_on_the_interpreter_that_was_asked_for(clerk: Path, interpreter: Path) -> None:
    """`--python` takes each that there is."""
    code, out, errors = call(clerk, "--json", "--python", str(interpreter), "clerk.py", "version")
    said = subprocess.check_output([interpreter, "-c", "import sys; print(list(sys.version_info[:2]))"], text=True)
    assert (code, json.loads(out or "0")) == (0, json.loads(said)), errors


def test_failing_function_exits_with_1_and_its_traceback(clerk: Path) -> None:
    """An OSError too, which is not taken for one of the command's own."""
    code, out, errors = call(clerk, "clerk.py", "fail")
    assert (code, out) == (1, "")
    assert "in fail" in errors
    assert errors.endswith("FileNotFoundError: [Errno 2] gone: 'treasure'\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--timeout", "0.05", "clerk.py", "wait"), "DeadlineExceeded: wait did not end within 0.05 s"),
        (("clerk.py", "add", "1"), "missing 1 required positional argument: 'b'"),
        (("--json", "clerk.py", "odd"), "odd gave what JSON has no form for (an object of the class type)"),
        (("--python", str(BARE), "clerk.py", "point"), "Point"),
    ],
)
def test_call_that_fails_exits_with_1(
    call_here: Callable[..., tuple[int, str, str]], words: tuple[str, ...], said: str
) -> None:
    """A deadline, wrong arguments, what has no JSON, and a class of the worker's program, which is not known here."""
    code, out, errors = call_here(*words)
    assert (code, out) == (1, "")
    assert said in errors


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("clerk.py", "nowhere"), "has no nowhere"),
        (("clerk.py", "_add"), "private"),
        (("absent.py", "add"), "there is no file"),
        (("--python", "absent", "clerk.py", "add"), "given as `python=`"),
        (("--timeout", "soon", "clerk.py"), "invalid float value"),
        ((), "TARGET"),
    ],
)
def test_wrong_command_exits_with_2(
    call_here: Callable[..., tuple[int, str, str]], words: tuple[str, ...], said: str
) -> None:
    """No such function, file or interpreter, and what argparse refuses."""
    code, out, errors = call_here(*words)
    assert (code, out) == (2, "")
    assert said in errors
    assert "Traceback" not in errors


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_signal_ends_the_call_and_its_work_is_cleaned_up(clerk: Path, number: signal.Signals, code: int) -> None:
    """Ctrl-C, and the request to end."""
    with start(clerk, "clerk.py", "wait") as command:
        assert command.stderr is not None
        try:
            assert command.stderr.readline() == "waiting\n"
            command.send_signal(number)
            _, errors = command.communicate(timeout=LIMIT_S)
        finally:
            command.kill()
    assert (command.returncode, errors.splitlines()[0]) == (code, "cleaned up")


def test_generator_starts_without_what_workers_need(tmp_path: Path) -> None:
    """The verb's own module is loaded for it alone."""
    ended = run_program(tmp_path, "import sys, ambidex.cli\nprint('ambidex.workers' in sys.modules)")
    assert (ended.code, ended.out) == (0, "False\n")
