"""Supply what the runtime's tests need: synchronizers of their own, work for them, and real interpreters to end."""

from __future__ import annotations

import asyncio
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex import Synchronizer
from ambidex.runtime._runtime import DEFAULT_GRACE_S
from tests import programs
from tests.limits import LIMIT_S
from tests.programs import Ended
from tests.runtime.circles import AWAITS, WAITS
from tests.runtime.faces import WAYS, Face
from tests.runtime.kinds import KNOWN, make_synchronizer
from tests.runtime.sources import Source
from tests.runtime.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


AMPLE_S = 15.0  # more than any clean-up takes on a busy machine
SHORT_S = 0.3  # arbitrary: tests wait for it, and find it in messages


@pytest.fixture(scope="session", autouse=True)
def first_of_each_kind() -> None:
    """Open a loop of each kind before any test counts descriptors: libuv keeps a pipe for signals from then on."""
    for kind in KNOWN:
        with make_synchronizer(kind, f"first {kind}") as first:
            first.run(asyncio.sleep, 0)


@pytest.fixture(params=KNOWN)
def kind(request: pytest.FixtureRequest) -> str:
    """Run the test on each kind of synchronizer."""
    return str(request.param)


@pytest.fixture
def synchronizer(request: pytest.FixtureRequest, kind: str) -> Iterator[Synchronizer]:
    """Give the test a synchronizer of each kind that no other test uses, with an ample grace period; close it then.

    The one of `run_async_task` is of the same kind and grace.
    """
    with (
        make_synchronizer(kind, "ambidex", grace_s=AMPLE_S),
        make_synchronizer(kind, f"test {request.node.name}", grace_s=AMPLE_S) as own,
    ):
        yield own
    make_synchronizer("asyncio", "ambidex", grace_s=DEFAULT_GRACE_S)  # as it was: it is everybody's


@pytest.fixture
def short_grace(synchronizer: Synchronizer) -> None:
    """Shorten the grace period of both synchronizers of the test: something refuses to end there."""
    for name in (synchronizer.name, "ambidex"):
        Synchronizer(name, grace_s=SHORT_S)


@pytest.fixture(params=WAYS)
def face(request: pytest.FixtureRequest, synchronizer: Synchronizer) -> Iterator[Face]:
    """Give the test each face of its synchronizer."""
    if request.param == "blocking":
        yield Face(synchronizer, None)
        return
    loop = asyncio.new_event_loop()
    yield Face(synchronizer, loop)
    left = asyncio.all_tasks(loop)
    loop.close()
    assert left == set()


@pytest.fixture(params=["loop", "caller"])
def loops(request: pytest.FixtureRequest) -> Iterator[tuple[Synchronizer, Synchronizer, Synchronizer]]:
    """Give the test three synchronizers, with either way to take first steps; the table must be empty afterwards."""
    assert WAITS == {}
    names = [f"{request.node.name} {letter}" for letter in "abc"]
    with (
        Synchronizer(names[0], grace_s=AMPLE_S, first_step=request.param) as a,
        Synchronizer(names[1], grace_s=AMPLE_S, first_step=request.param) as b,
        Synchronizer(names[2], grace_s=AMPLE_S, first_step=request.param) as c,
    ):
        yield a, b, c
    assert (WAITS, AWAITS) == ({}, {})


@pytest.fixture
def work() -> Work:
    """Give the test work that tells what happened to it."""
    return Work()


@pytest.fixture
def source() -> Source:
    """Give the test generators that tell what happened to them."""
    return Source()


@pytest.fixture
def run_program(tmp_path: Path) -> Callable[..., Ended]:
    """Give the test a function that runs a program in a new interpreter, to its end or the time limit."""

    def run(source: str, *options: str, limit_s: float = LIMIT_S) -> Ended:
        return programs.run_program(tmp_path, textwrap.dedent(source), *options, limit_s=limit_s)

    return run
