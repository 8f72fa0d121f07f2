"""What a user of interfaces.py infers."""

from __future__ import annotations

import io
from typing import Optional

import interfaces
from interfaces import Barrel, Basket, Crate, File, Memory, Reader, Storage
from typing_extensions import assert_type


def keep(line: str, *, number: int) -> bool:
    """Keep what has a number."""
    return number > 0 and line != ""


def drop(line: str) -> bool:
    """Take too few arguments."""
    return line == ""


assert_type(interfaces.copied(io.BytesIO(b""), 1), bytes)
assert_type(interfaces.kept(["a"], keep), "list[str]")
assert_type(interfaces.same(File("a")), Reader)
assert_type(interfaces.same(File("a")).read(1), bytes)
assert_type(interfaces.same(File("a")).name, str)
assert_type(Memory.opened(1), Memory)
assert_type(Storage.opened(1), Storage)
interfaces.copied(io.StringIO(""), 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
interfaces.kept(["a"], drop)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Storage()  # type: ignore[abstract]  # pyright: ignore[reportAbstractUsage]
Crate()  # type: ignore[abstract]  # pyright: ignore[reportAbstractUsage]
assert_type(Basket().label, str)
assert_type(Basket().inside, Optional[Crate])
assert_type(Barrel().holds, "type[object]")
assert_type(Barrel().told(), str)


class Unfinished(Storage):
    """Has one of the two that it has to have."""

    @property
    def size(self) -> int:
        """Have no size."""
        return 0


Unfinished()  # type: ignore[abstract]  # pyright: ignore[reportAbstractUsage]
interfaces.same("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def waiting() -> None:
    assert_type(await interfaces.same.aio(File("a")), Reader)
    assert_type(await File("a").read.aio(1), bytes)
    assert_type(await Memory(1).is_empty.aio(), bool)


class Keyed(File, key="x"):  # type: ignore[call-arg]  # pyright: ignore[reportGeneralTypeIssues, reportCallIssue]
    """Gives what nobody takes."""
