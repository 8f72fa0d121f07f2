"""What stands where generated files belong, and is no file: links, pipes, folders, sockets and devices."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from tests.codegen.conftest import Project
from tests.codegen.test_cli import WEATHER

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes, sockets and devices")

FILE = "move it away, or name another target module"
FOLDER = "where a folder is needed: move it away, or choose another output"


@pytest.fixture
def weather(project: Project) -> Project:
    """Make a folder with one implementation."""
    project.write("_weather.py", WEATHER)
    return project


@contextlib.contextmanager
def standing(kind: str, place: Path) -> Generator[None, None, None]:
    """Put something of a kind at a place, for as long as the body runs."""
    with contextlib.ExitStack() as stack:
        if kind == "named pipe":
            os.mkfifo(place)
        elif kind == "folder":
            place.mkdir()
        elif kind == "socket":
            listening = stack.enter_context(socket.socket(socket.AF_UNIX))
            listening.bind(str(place))
        elif kind == "device":  # a terminal: no generator, broken as it may be, can replace one
            ends = os.openpty()
            for end in ends:
                stack.callback(os.close, end)
            place.symlink_to(os.ttyname(ends[1]))
        elif kind == "file":
            place.write_text("")
        else:
            place.symlink_to(place.name if kind == "circle" else "nowhere/x.py")
        yield


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("named pipe", "is a named pipe"),
        ("folder", "is a folder"),
        ("socket", "is a socket"),
        ("device", "is a device"),
        ("circle", "is a link that leads back to itself"),
        ("link to nowhere", "is a link to nowhere/x.py, which is not there"),
    ],
)
def test_what_is_no_file_is_named_and_stays(weather: Project, kind: str, what: str) -> None:
    """Neither command opens it, waits for it or replaces it: one line, exit code 1."""
    place = weather.folder / "src" / "weather.py"
    place.parent.mkdir()
    with standing(kind, place):
        before = place.lstat()
        assert weather.ambidex("-m", "_weather", "-o", "src") == (1, "", f"src/weather.py:1: {what}: {FILE}\n")
        told = f"src/weather.py:1: stale: it {what}: {FILE}\n"
        assert weather.ambidex("check", "-m", "_weather", "-o", "src") == (1, "", told)
        assert (place.lstat().st_ino, place.lstat().st_mode) == (before.st_ino, before.st_mode)
        assert list(place.parent.iterdir()) == [place]


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("file", "is a file"),
        ("named pipe", "is a named pipe"),
        ("circle", "is a link that leads back to itself"),
        ("link to nowhere", "is a link to nowhere/x.py, which is not there"),
    ],
)
def test_what_is_no_folder_is_named_once(weather: Project, kind: str, what: str) -> None:
    """The output, or a folder above it: one line for all the files that belong below."""
    with standing(kind, weather.folder / "src"):
        told = f"src:1: {what}, {FOLDER}\n"
        assert weather.ambidex("-m", "_weather", "-o", "src/inside") == (1, "", told)
        assert weather.ambidex("vendor", "shop._ambidex", "-o", "src") == (1, "", told)
        told = f"src/weather.py:1: missing: src {what}, {FOLDER}\n"
        assert weather.ambidex("check", "-m", "_weather", "-o", "src") == (1, "", told)


def test_link_to_a_file_that_is_not_there_yet_is_written_through(weather: Project) -> None:
    """Somebody has prepared where it is to be."""
    (weather.folder / "src").mkdir()
    (weather.folder / "src" / "weather.py").symlink_to("../elsewhere.py")
    assert weather.ambidex("-m", "_weather", "-o", "src") == (0, "src/weather.py: written\n", "")
    assert (weather.folder / "src" / "weather.py").is_symlink()
    assert "def current" in weather.read("elsewhere.py")


def test_pipes_and_circles_beside_what_is_read_hold_nothing_up(weather: Project) -> None:
    """Looking through folders opens files alone."""
    weather.write("shop/inner/_weather.py", WEATHER)
    os.mkfifo(weather.folder / "shop" / "pipe.py")
    os.mkfifo(weather.folder / "shop" / "inner" / "pipe.py")
    (weather.folder / "circle.py").symlink_to("circle.py")
    assert weather.ambidex("-m", "shop", "-o", ".") == (0, "weather.py: written\n", "")
    assert weather.ambidex("check", "-m", "shop", "-o", ".") == (0, "", "")


def test_copy_with_a_pipe_in_it_is_no_copy(weather: Project) -> None:
    """Neither the list of a copy's files is waited for, nor one of them."""
    place = weather.folder / "src" / "shop" / "_ambidex"
    place.mkdir(parents=True)
    os.mkfifo(place / "VENDORED.txt")
    other = "exists and was not written by `ambidex vendor`: move it away, or give the copy another name"
    assert weather.ambidex("vendor", "shop._ambidex", "-o", "src") == (1, "", f"src/shop/_ambidex:1: {other}\n")
    (place / "VENDORED.txt").unlink()
    assert weather.ambidex("vendor", "shop._ambidex", "-o", "src")[0] == 0
    (place / "errors.py").unlink()
    os.mkfifo(place / "errors.py")
    told = f"src/shop/_ambidex/errors.py:1: stale: it is a named pipe: {FILE}\n"
    assert weather.ambidex("vendor", "shop._ambidex", "--check", "-o", "src") == (1, "", told)


def test_manifest_that_is_a_pipe_is_not_waited_for(weather: Project) -> None:
    """`wrap` looks at what is there before it writes its manifest."""
    weather.write("boat.py", "async def row() -> int:\n    return 1\n")
    os.mkfifo(weather.folder / "_boat_sync.py")
    code, output, errors = weather.ambidex("wrap", "boat", "--as", "boat_sync", "-o", ".")
    assert (code, output) == (1, "")
    assert errors.splitlines()[-1] == f"_boat_sync.py:1: is a named pipe: {FILE}"
