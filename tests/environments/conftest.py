"""Supply what the environments' tests need: programs that see this tree, and servers that always end."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import signal
import subprocess
import sys
import textwrap
import time
import urllib.request
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from tests.environments.greenlets import MOMENTS
from tests.limits import LIMIT_S
from tests.programs import LIBRARY, Ended, run_program, run_to_its_end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def environment(**more: str) -> dict[str, str]:
    """Return the environment for a program that imports this ambidex and the faces of these tests."""
    path = os.pathsep.join([str(LIBRARY), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": path, **more}


def write(folder: Path, sources: dict[str, str]) -> None:
    """Write files of a program."""
    for name, source in sources.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(source), encoding="utf-8")


def run(folder: Path, *command: str, limit_s: float = LIMIT_S, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run an interpreter with these arguments in `folder`, to its end."""
    return run_to_its_end([sys.executable, *command], environment(**variables), cwd=folder, limit_s=limit_s)


def fetch(port: int, path: str) -> str:
    """Return the body of a page on the loopback interface."""
    with NO_PROXY.open(f"http://127.0.0.1:{port}{path}", timeout=LIMIT_S) as response:
        body: bytes = response.read()
    return body.decode()


class Server:
    """A running program whose output, both streams in one, is read line by line."""

    def __init__(self, process: subprocess.Popen[bytes], output: IO[bytes]) -> None:
        self.process = process
        self.output = ""
        self._read = 0
        self._stream = output

    def expect(self, pattern: str, limit_s: float = LIMIT_S) -> re.Match[str]:
        """Read until `pattern` stands in the output behind the last match, and return the match.

        Raises:
            EOFError: the program ended first.
            TimeoutError: it said nothing of the kind in time.
        """
        deadline = time.monotonic() + limit_s
        while (match := re.compile(pattern, re.MULTILINE).search(self.output, self._read)) is None:
            if not self._read_more(deadline):
                raise EOFError(f"the program ended without saying {pattern!r}:\n{self.output}")
        self._read = match.end()
        return match

    def end(self, how: int = signal.SIGTERM) -> int:
        """Signal the program alone, and wait as `wait` does."""
        self.process.send_signal(how)
        return self.wait()

    def wait(self) -> int:
        """Read what the program still says; return its exit code once it and everything that it started are gone."""
        deadline = time.monotonic() + LIMIT_S
        while self._read_more(deadline):
            pass
        return self.process.wait(max(0.1, deadline - time.monotonic()))

    def _read_more(self, deadline: float) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._stream, selectors.EVENT_READ)
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError(f"the program has said no more than:\n{self.output}")
        some = os.read(self._stream.fileno(), 65536)
        self.output += some.decode()
        return bool(some)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Give the test a function that starts a program in `tmp_path`; all its processes end with the test."""
    with contextlib.ExitStack() as stack:

        def start(*command: str, **variables: str) -> Server:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=tmp_path,
                env=environment(PYTHONUNBUFFERED="1", **variables),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            stack.enter_context(process)
            stack.callback(_kill, process)
            assert process.stdout is not None
            return Server(process, process.stdout)

        yield start


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):  # all of the group have ended, as they should
        os.killpg(process.pid, signal.SIGKILL)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test under gevent that leaves it open one of two moments, chosen by its name; the slow run has both."""
    is_open = all("run_patched" not in mark.args for mark in metafunc.definition.iter_markers("parametrize"))
    if "run_patched" in metafunc.fixturenames and is_open:
        both = ("patched-first", "started-first")
        chosen = both[zlib.crc32(metafunc.function.__name__.encode()) % 2]
        moments = [pytest.param(name, marks=() if name == chosen else pytest.mark.slow) for name in both]
        metafunc.parametrize("run_patched", moments, indirect=True)


@pytest.fixture
def run_patched(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Ended]:
    """Give the test a function that runs a program which gevent patches at one moment or another."""
    return lambda source: run_program(tmp_path, MOMENTS[request.param] + textwrap.dedent(source))
