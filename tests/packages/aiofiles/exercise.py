"""Write and read files, temporary ones, too, and ask about folders, through both faces of aiofiles."""

from __future__ import annotations

import asyncio
import io
import os
from pathlib import Path

import files_sync
from files_sync import os as files_os
from files_sync import ospath
from files_sync.tempfile import (
    NamedTemporaryFile,
    SpooledTemporaryFile,
    TemporaryDirectory,
    TemporaryFile,
    temptypes,
)
from files_sync.threadpool.binary import AsyncBufferedIOBase, AsyncBufferedReader, AsyncFileIO
from files_sync.threadpool.text import AsyncTextIOWrapper
from typing_extensions import assert_type


def write_text(path: str) -> None:
    """Write lines, and read them one by one, all at once, and from a place in the file."""
    with files_sync.open(path, "w", encoding="utf-8") as file:
        assert_type(file, AsyncTextIOWrapper)
        assert file.write("heron\n") == 6
        file.writelines(["owl\n", "wren\n"])
        assert (file.name, file.mode, file.encoding, file.closed) == (path, "w", "utf-8", False)
        file.flush()
    assert file.closed
    with files_sync.open(path) as file:
        for line in file:
            assert_type(line, str)
            assert line == "heron\n"
            break
        assert list(file) == ["owl\n", "wren\n"]
        assert file.seek(6) == 6
        assert file.readline() == "owl\n"
        assert file.readlines() == ["wren\n"]
        assert isinstance(file, files_sync.AsyncBase)
    again = files_sync.open(path).result()
    assert again.read(5) == "heron"
    again.close()
    assert again.closed


def write_binary(path: str) -> None:
    """Write bytes with and without a buffer; each kind of file is a class of its own."""
    with files_sync.open(path, "wb") as file:
        assert_type(file, AsyncBufferedIOBase)
        assert file.write(b"abc") == 3
        assert isinstance(file.raw, io.FileIO)
    with files_sync.open(path, "rb") as reader:
        assert_type(reader, AsyncBufferedReader)
        assert reader.peek(1)[:1] == b"a"
        target = bytearray(2)
        assert reader.readinto(target) == 2
        assert (bytes(target), reader.tell(), reader.read()) == (b"ab", 2, b"c")
        assert reader.readable()
    with files_sync.open(path, "rb", 0) as raw:
        assert_type(raw, AsyncFileIO)
        assert raw.readall() == b"abc"


def make_temporary() -> None:
    """Make temporary files and a folder, which are gone at the end."""
    with TemporaryFile("w+", encoding="utf-8") as file:
        assert_type(file, AsyncTextIOWrapper)
        file.write("owl")
        file.seek(0)
        assert file.read() == "owl"
    with NamedTemporaryFile("wb", delete=False, dir=".") as named:
        name = str(named.name)
        named.write(b"kept")
    assert ospath.getsize(name) == 4
    files_os.unlink(name)
    with TemporaryDirectory(dir=".") as folder:
        assert_type(folder, str)
        assert ospath.isdir(folder)
    assert not ospath.exists(folder)
    with SpooledTemporaryFile(100, "w+b") as spooled:
        assert type(spooled).__module__ == temptypes.__name__  # which the stubs take for a buffered file
        spooled.write(b"few")
        assert spooled.seek(0) == 0
        assert spooled.read() == b"few"


def ask() -> None:
    """Make folders and rename files; what the system refuses is its own error."""
    files_os.makedirs("one/two")
    assert files_os.listdir("one") == ["two"]
    assert_type(files_os.listdir(b"one"), list[bytes])
    with files_sync.open("one/a", "x") as file:
        file.write("12345")
    files_os.rename("one/a", "one/b")
    assert files_os.stat("one/b").st_size == 5
    assert files_os.access("one/b", os.R_OK)
    assert ospath.samefile("one/b", ospath.abspath("one/b"))
    files_os.remove("one/b")
    files_os.removedirs("one/two")
    assert files_os.getcwd() == str(Path.cwd())
    try:
        files_sync.open("one/b").result()
    except FileNotFoundError as error:
        assert error.filename == "one/b"
    else:
        raise AssertionError("it is still there")
    try:
        with files_sync.open("closed", "w") as file:
            file.close()
            file.write("more")
    except ValueError as error:
        assert "closed file" in str(error)
    else:
        raise AssertionError("it was written")


async def read_awaiting(path: str) -> None:
    """Do the same as async code, two files at once."""
    async with files_sync.open(path) as file:
        assert_type(file, AsyncTextIOWrapper)
        assert [line async for line in file] == ["heron\n", "owl\n", "wren\n"]
        assert await file.seek.aio(0) == 0
        assert await file.readline.aio() == "heron\n"
    one, other = await asyncio.gather(files_sync.open(path), files_sync.open(path, "rb"))
    assert_type(other, AsyncBufferedReader)
    text, binary = await asyncio.gather(one.read.aio(5), other.read.aio(5))
    assert (text, binary) == ("heron", b"heron")
    await asyncio.gather(one.close.aio(), other.close.aio())
    async with TemporaryDirectory() as folder:
        assert await files_os.listdir.aio(folder) == []
        await files_os.symlink.aio(await ospath.abspath.aio(path), f"{folder}/link")
        assert await ospath.islink.aio(f"{folder}/link")
    assert not await ospath.exists.aio(folder)


write_text("birds.txt")
write_binary("birds.bin")
make_temporary()
ask()
asyncio.run(read_awaiting("birds.txt"))
print("done")
