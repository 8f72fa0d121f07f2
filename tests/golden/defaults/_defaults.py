"""Defaults that the source spells out, and those that it computes, names or chooses: elsewhere they are others."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Optional, Set, Tuple

from ambidex import Module

wrapper_module = Module("defaults")

AGENT = f"Python/{sys.version_info[0]}.{sys.version_info[1]}"
LIMIT = 2**20


@dataclass
class Retries:
    """Not public: what is public extends it."""

    count: int = 3
    pause: float = 1 / sys.version_info[1]


@wrapper_module.wrap_class(by="identity")
@dataclass
class Options(Retries):
    """Its constructor has the defaults of its fields."""

    agent: str = AGENT
    if sys.version_info >= (3, 11):
        depth: int = 11
        width: ClassVar[int] = 11
        height = 60 * 11
    else:
        depth: int = 10
        width: ClassVar[int] = 10
        height = 10
    length: ClassVar[int] = 5
    name: str = field(default="plain")
    limit: int = field(default=LIMIT)

    async def text(self) -> str:
        return f"{self.agent} {self.count} {self.pause} {self.name} {self.limit}"


@wrapper_module.wrap_class
class Job(NamedTuple):
    """A record that holds a face."""

    options: Optional[Options] = None
    agent: str = AGENT
    level: int = 4


@wrapper_module.wrap_function
async def fetch(
    url: str = "tcp://",
    agent: str = f"Python/{sys.version}",
    limit: int = LIMIT,
    size: int = 16 * 1024,
    offset: int = -1,
    version: Tuple[int, ...] = (sys.version_info[1], 0),
    seen: Set[int] = set(),
) -> Tuple[str, str, int, int, int, Tuple[int, ...], Set[int]]:
    return url, agent, limit, size, offset, version, seen


if sys.version_info >= (3, 11):

    @wrapper_module.wrap_function
    async def find(name: str = "new", limit: int = 3) -> str:
        return name * limit
else:

    @wrapper_module.wrap_function
    async def find(name: str = "old", limit: int = 3) -> str:
        return name * limit


if TYPE_CHECKING:

    async def count(step: int = ...) -> int: ...

else:

    @wrapper_module.wrap_function
    async def count(step: int = 7) -> int:
        return step


@wrapper_module.wrap_function
async def run(job: Job) -> Job:
    assert job.options is None or type(job.options) is Options
    return job
