"""The messenger needs Python 3.11: on older interpreters its tests are not collected."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.jarvis.profiles import Clock, Person

if sys.version_info < (3, 11):  # noqa: UP036  the suite runs there, too
    collect_ignore_glob = ["*"]


@pytest.fixture
def clock() -> Clock:
    """Give the time of a test, which moves when it is told to."""
    from tests.jarvis.profiles import Clock

    return Clock()


@pytest.fixture
def person(tmp_path: Path, clock: Clock) -> Iterator[Callable[[str], Person]]:
    """Make people, whose stores are closed in the end."""
    from tests.jarvis.profiles import Person

    people: list[Person] = []

    def make(name: str) -> Person:
        made = Person(tmp_path, name, clock, generation=sum(each.name == name for each in people))
        people.append(made)
        return made

    yield make
    for each in people:
        each.close()
