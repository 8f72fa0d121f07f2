"""Supply what the reference's examples need: the servers that they talk to, and ways to run them as their reader would.

The servers are processes of their own, started once per session. They end when their standard input does, so that none
outlives the tests, whatever ends those.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.checkers import mypy, mypy_path

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from tests.conftest import Once

HERE = Path(__file__).parent
HOSTS = {
    "https://api.example.com": "",
    "https://api.weather.com": "/weather",
    "https://api1.com": "/1",
    "https://api2.com": "/2",
    "https://api3.com": "/3",
}
USERS = """
create table users (id integer primary key, name text not null);
insert into users values (1, 'Ada'), (2, 'Grace');
"""
END_S = 30  # arbitrary: both servers end at once, on a quiet machine


@contextlib.contextmanager
def serving(script: str, *arguments: str) -> Generator[str]:
    """Run a server of this folder; the value is the line it prints when it can be reached."""
    command = [sys.executable, str(HERE / script), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        line = server.stdout.readline().strip()
        if not line:
            pytest.fail(f"{script} did not start (exit code {server.wait(END_S)}); its output stands above")
        yield line
        server.stdin.close()
        assert server.wait(END_S) == 0


@pytest.fixture(scope="session")
def api_url() -> Iterator[str]:
    """Return the address of a local HTTP server that answers every path with JSON."""
    with serving("api_server.py") as url:
        yield url


@pytest.fixture(scope="session")
def postgres_port() -> Iterator[str]:
    """Return the port of a local PostgreSQL server with a database `mydb` and a table `users`."""
    with serving("postgres_server.py", USERS) as port:
        yield port


@pytest.fixture
def database(postgres_port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `postgresql://localhost/mydb`, as the examples write it, reach the local server."""
    monkeypatch.setenv("PGPORT", postgres_port)
    monkeypatch.setenv("PGUSER", "postgres")


@pytest.fixture
def localize(api_url: str) -> Callable[[str], str]:
    """Return a function that points an example's hosts at the local server."""

    def replace_hosts(source: str) -> str:
        for host, path in HOSTS.items():
            source = source.replace(host, api_url + path)
        return source

    return replace_hosts


class Example:
    """Code of an example, run piece by piece in one namespace, as in a script or a notebook."""

    def __init__(self, **supplied: object) -> None:
        self.names: dict[str, Any] = {"__name__": "example", **supplied}  # what an example defines has no type

    def run(self, source: str) -> None:
        """Run source text; what it defines is found in `names`."""
        exec(compile(textwrap.dedent(source), "<example>", "exec", dont_inherit=True), self.names)


class Project:
    """A folder with the files of an example, and the interpreter to run them with."""

    def __init__(self, root: Path, once: Once) -> None:
        self.root = root
        self._once = once

    def write(self, files: dict[str, str]) -> None:
        """Write source text to files; a missing folder becomes a package."""
        for name, source in files.items():
            path = self.root / name
            if not path.parent.exists():
                path.parent.mkdir()
                (path.parent / "__init__.py").touch()
            path.write_text(textwrap.dedent(source).lstrip("\n"), encoding="utf-8")

    def python(self, *arguments: str, path: str = ".") -> str:
        """Run Python in the folder, expect it to end well and silently, and return what it printed."""
        done = self.attempt("-W", "error::RuntimeWarning", *arguments, path=path)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout

    def attempt(self, *arguments: str, path: str = ".") -> subprocess.CompletedProcess[str]:
        """Run Python in the folder, with `path` in it importable, however it ends."""
        return self._attempt([sys.executable, *arguments], path)

    def mypy(self, *arguments: str) -> list[str]:
        """Return what mypy, in strict mode, finds fault with in files."""
        done = self._attempt(mypy(self.root, self._once, "--no-error-summary", *arguments), ".")
        return [line for line in done.stdout.splitlines() if ": error: " in line]

    def _attempt(self, command: Sequence[str | Path], path: str) -> subprocess.CompletedProcess[str]:
        inherited = [str(Path(entry).resolve()) for entry in _split(os.environ.get("PYTHONPATH", ""))]
        found = os.pathsep.join([str(self.root / path), *inherited])
        return subprocess.run(
            command,
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": found, **mypy_path()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )


def _split(paths: str) -> list[str]:
    return [entry for entry in paths.split(os.pathsep) if entry]


@pytest.fixture
def example() -> Callable[..., Example]:
    """Return the class of examples that run in this process."""
    return Example


@pytest.fixture
def project(tmp_path: Path, once: Once) -> Project:
    """Return an empty project."""
    return Project(tmp_path, once)
