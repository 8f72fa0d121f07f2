"""Each side keeps to what the other one says that it takes: here one whose version takes shorter messages."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex import ParentWorker, UsageError
from tests.workers.conftest import PACKAGE, copy_package

if TYPE_CHECKING:
    from collections.abc import Generator

MOST = 100_000  # bytes of a message that the other version takes
CHILD = """
from ambidex import ChildWorker

class Worker(ChildWorker):
    async def size_of(self, data):
        return len(data)

    def size_on_thread(self, data):
        return len(data)

    async def zeros(self, count):
        return bytes(count)

    async def several(self, *counts):
        for count in counts:
            yield bytes(count)

    async def told(self, tell, count):
        return await tell(bytes(count))
"""
PARENT = """
import sys
from ambidex import ParentWorker, UsageError

def ask(call, *args):
    try:
        return len(call(*args))
    except UsageError as error:
        return str(error)

with ParentWorker(sys.argv[1], env={"PYTHONPATH": sys.argv[2]}).sync as worker:
    pid = worker.pid
    for count in (10, 200_000, 10):
        print(ask(worker.call.zeros, count))
    print(ask(lambda: list(worker.call.several(10, 200_000))))
    print(worker.pid == pid)
"""
REFUSED = rf"a message of 2\d{{5}} bytes is too long: the other process takes {MOST} at the most"


@pytest.fixture(scope="module")
def other_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the package as another version might be."""
    folder = tmp_path_factory.mktemp("other_version")
    file = copy_package(folder) / "protocol" / "_limits.py"
    text, count = re.subn(r"(?m)^(    message: int = )[^#]*", rf"\g<1>{MOST}  ", file.read_text(encoding="utf-8"))
    assert count == 1
    file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file of a child."""
    file = tmp_path_factory.mktemp("program") / "child.py"
    file.write_text(CHILD, encoding="utf-8")
    return file


@pytest.fixture
def worker(other_version: Path, program: Path) -> Generator[ParentWorker]:
    """Give a child that takes short messages."""
    with ParentWorker(program, env={"PYTHONPATH": str(other_version)}) as worker:
        yield worker


def test_blocking_call_keeps_to_the_limit_of_the_child(worker: ParentWorker) -> None:
    """What is too long is refused here, before the child would take the connection to be broken; the rest goes on."""
    pid = worker.pid
    for call in (worker.call.size_of, worker.call.size_on_thread):
        assert call(bytes(1000)) == 1000
        with pytest.raises(UsageError, match=REFUSED):
            call(bytes(200_000))
        assert call(bytes(1000)) == 1000
    assert worker.pid == pid


def test_awaited_call_keeps_to_the_limit_of_the_child(worker: ParentWorker) -> None:
    """As a blocking one does; what a function gives that the child calls back is refused there."""

    async def tell(data: bytes) -> bytes:
        return data * 20_000

    async def main() -> None:
        with pytest.raises(UsageError, match=REFUSED):
            await worker.acall.size_of(bytes(200_000))
        assert await worker.acall.size_of(bytes(1000)) == 1000
        with pytest.raises(UsageError, match=REFUSED):
            await worker.acall.told(tell, 10)

    pid = worker.pid
    asyncio.run(main())
    assert worker.pid == pid


def test_child_keeps_to_the_limit_of_its_parent(other_version: Path, program: Path) -> None:
    """A result and an item that are too long are refused in the child, and the caller is told."""
    command = [sys.executable, "-c", PARENT, str(program), str(PACKAGE.parent)]
    variables = {**os.environ, "PYTHONPATH": str(other_version)}
    ended = subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stderr
    first, refused, third, of_item, is_same = ended.stdout.splitlines()
    assert (first, third, is_same) == ("10", "10", "True")
    assert re.match(REFUSED, refused)
    assert re.match(REFUSED, of_item)
