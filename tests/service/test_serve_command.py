"""`ambidex serve`: an object by its name, at an address or on inherited sockets, until a signal asks for the end."""

from __future__ import annotations

import importlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.errors import UsageError
from ambidex.service import Event, Service, connect, inherited_sockets
from tests.limits import HANG_S
from tests.programs import LIBRARY
from tests.service.daemons import ROOT, TOWN, Daemon
from tests.workers.children import _atlas
from tests.workers.children.atlas import Town

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTIVATE = shutil.which("systemd-socket-activate")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder with a short path, that is its user's own."""
    with tempfile.TemporaryDirectory(prefix="ambidex-") as name:
        yield Path(name)


def test_object_is_made_and_served_and_the_manager_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says where; SIGTERM ends it with 0, and what the manager reads are the states of sd_notify(3)."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(folder / "notify"))
        manager.settimeout(HANG_S)
        monkeypatch.setenv("NOTIFY_SOCKET", str(folder / "notify"))
        address = f"unix://{folder}/town.sock"
        with Daemon([address, "name=Oslo"]) as daemon:
            assert daemon.wait_until_it_serves() == f"serving {TOWN} at {address} (pid {daemon.pid})\n"
            assert manager.recv(100) == f"READY=1\nMAINPID={daemon.pid}".encode()
            with connect(address) as remote:
                assert remote.root(Town).name == "Oslo"
                daemon.terminate()
                assert manager.recv(100) == b"STOPPING=1"
                assert daemon.end() == 0
    assert not (folder / "town.sock").exists()


@pytest.mark.skipif(ACTIVATE is None, reason="systemd-socket-activate is not installed")
def test_first_client_starts_it(folder: Path) -> None:
    """The real tool of systemd listens, and becomes the daemon when somebody connects."""
    assert ACTIVATE is not None
    path = f"{folder}/town.sock"
    command = [sys.executable, "-m", "ambidex", "serve", TOWN, "Oslo"]
    python_path = f"PYTHONPATH={LIBRARY}{os.pathsep}{ROOT}"
    tool = subprocess.Popen([ACTIVATE, "-l", path, "-E", python_path, *command], stdout=-1, stderr=-1, text=True)
    with tool:
        try:
            assert tool.stderr is not None
            assert tool.stdout is not None
            while "Listening on" not in tool.stderr.readline():
                assert tool.poll() is None
            with connect(f"unix://{path}") as remote:
                assert remote.root(Town).pid() == tool.pid
                assert tool.stdout.readline() == f"serving {TOWN} at unix://{path} (pid {tool.pid})\n"
                tool.terminate()
                assert tool.wait(HANG_S) == 0
        finally:
            tool.kill()
    assert Path(path).exists()  # the manager's


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([TOWN], "a service manager has handed no sockets to this process"),
        ([TOWN, "unix:///x.sock"], "Town could not be made: TypeError: "),
        ([TOWN, "unix:///x.sock", ""], "Town could not be made: ValueError: a town has a name"),
        ([TOWN, "tcp://127.0.0.1:7000", "Oslo"], "plain TCP is not served"),
        ([TOWN, "tcp+tls://127.0.0.1:7000", "Oslo"], "wants identity="),
        ([TOWN, "unix:///proc/x.sock", "Oslo"], "unix:///proc/x.sock cannot be served"),
        (["--identity", "/nowhere.pem", TOWN, "tcp+tls://127.0.0.1:0", "Oslo"], "/nowhere.pem"),
        (["nowhere_x:Town", "unix:///x.sock"], "nowhere_x could not be imported: ModuleNotFoundError"),
        (["nowhere.py:Town", "unix:///x.sock"], "there is no file nowhere.py"),
        (["tests.workers.children._atlas:Village", "unix:///x.sock"], "_atlas has no Village"),
        (["tests.workers.children._atlas", "unix:///x.sock"], "does not say what to serve"),
        (["tests.workers.children._atlas:Town.found", "unix:///x.sock", "Oslo"], "gives something to await"),
        (
            ["tests.workers.children._atlas:Size.SMALL", "unix:///x.sock", "Oslo"],
            "is an object, and takes no arguments",
        ),
        (["json:JSONDecoder", "unix:///x.sock"], "JSONDecoder of json.decoder is in no `Module`"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(words: list[str], said: str) -> None:
    """And the exit code 2."""
    done = subprocess.run(
        [sys.executable, "-m", "ambidex", "serve", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(LIBRARY)},
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_service_without_inherited_sockets_says_how_to_have_some() -> None:
    """This process was started by no service manager."""
    with pytest.raises(UsageError, match="start it by a socket unit, or give an address"):
        Service(_atlas.Town("Oslo"), inherited_sockets())


NEWS = """
from ambidex import Module, Publisher

wrapper_module = Module("news")


@wrapper_module.wrap_class
class News:
    def __init__(self, paper: str, publisher: Publisher) -> None:
        self._paper = paper
        self._publisher = publisher

    async def tell(self, title: str) -> int:
        cursor = await self._publisher.apublish(self._paper, title)
        return cursor.number
"""


def test_events_of_the_object_outlive_a_kill(folder: Path) -> None:
    """With --events the class is given a publisher, whose log is the file; without it, and for a log of another, 2."""
    (folder / "_news.py").write_text(NEWS, encoding="utf-8")
    address, log = f"unix://{folder}/news.sock", str(folder / "news.db")
    environment = {**os.environ, "PYTHONPATH": str(LIBRARY)}

    def command(*words: str) -> list[str]:
        return [sys.executable, "-m", "ambidex", *words]

    subprocess.run(command("generate", "-m", "_news", "-o", "."), cwd=folder, env=environment, check=True, stdout=-1)
    serving = command("serve", "--events", log, "_news:News", address, "times")
    for titles in (["It rains", "It snows"], ["It is warm"]):
        with subprocess.Popen(serving, cwd=folder, env=environment, stdout=-1, text=True) as daemon:
            try:
                assert daemon.stdout is not None
                assert daemon.stdout.readline().startswith("serving _news:News")
                with connect(address) as remote:
                    sys.path.insert(0, str(folder))
                    try:
                        news: Any = importlib.import_module("news")
                    finally:
                        sys.path.remove(str(folder))
                    for title in titles:
                        remote.root(news.News).tell(title)
                    told = remote.events("times", after="beginning")
                    seen = [next(told) for _ in range(3 if titles == ["It is warm"] else 2)]
                    refused = subprocess.run(
                        [*serving[:-2], f"unix://{folder}/other.sock", "times"],
                        cwd=folder,
                        env=environment,
                        capture_output=True,
                        text=True,
                        timeout=HANG_S,
                        check=False,
                    )
            finally:
                daemon.kill()
    assert [(event.cursor.number, event.value) for event in seen if isinstance(event, Event)] == [
        (1, "It rains"),
        (2, "It snows"),
        (3, "It is warm"),
    ]
    assert refused.returncode == 2
    assert "it is open already" in refused.stderr
    words = ["serve", "_news:News", f"unix://{folder}/other.sock", "times"]
    without = subprocess.run(command(*words), cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert without.returncode == 2
    assert "publisher" in without.stderr
