"""Use what is generated of protocols and abstract classes."""

from __future__ import annotations

import asyncio
import io

import interfaces
from interfaces import Barrel, Basket, Crate, File, Memory, Reader, Storage

assert interfaces.copied(io.BytesIO(b"abc"), 2) == b"ab"


def keep(line: str, *, number: int) -> bool:
    return number > 0 and line != ""


assert interfaces.kept(["a", "b", ""], keep) == ["b"]
file = File("abc")
assert isinstance(file, Reader)
assert interfaces.same(file) is file
assert file.read(2) == b"ab"
assert file.name == "abc"
try:
    Storage()  # type: ignore[abstract]  # pyright: ignore[reportAbstractUsage]
except TypeError as error:
    assert "abstract" in str(error)
else:
    raise AssertionError
memory = Memory.opened(0)
assert type(memory) is Memory
assert isinstance(memory, Storage)
assert memory.size == 0
assert memory.is_empty()

basket, barrel = Basket(), Barrel()
assert (basket.label, basket.inside, basket.holds) == ("empty", None, str)
assert (barrel.label, barrel.inside, barrel.holds) == ("full", None, str)
assert basket.told() == "empty: str"
try:
    Crate()  # type: ignore[abstract]  # pyright: ignore[reportAbstractUsage]
except TypeError as error:
    assert "abstract" in str(error)
else:
    raise AssertionError


async def waiting() -> None:
    assert await interfaces.copied.aio(io.BytesIO(b"abc"), 1) == b"a"
    assert await (await interfaces.same.aio(file)).read.aio(1) == b"a"
    assert await (await Memory.opened.aio(1)).is_empty.aio() is False


asyncio.run(waiting())
