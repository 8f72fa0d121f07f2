"""Defaults that the source spells out, and those that it computes or names: another Python gives another value."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import NamedTuple, Optional, Set, Tuple

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


@wrapper_module.wrap_function
async def run(job: Job) -> Job:
    assert job.options is None or type(job.options) is Options
    return job
