"""Class objects cross by name, both ways: a face's class is the implementation's there, whoever hands it over."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

import ambidex
from ambidex import ParentWorker, UsageError
from tests.workers.children.theatre import Opera, Play, Role, chosen, kinds, made, same, shown
from tests.workers.extending import Simple
from tests.workers.test_faces import Here, There

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT = Path(__file__).resolve().parents[2]
ATLAS = "tests.workers.children.atlas_child:Atlas"


@pytest.fixture(scope="module")
def worker(kept: None) -> Generator[ParentWorker, None, None]:
    """Give a child that serves the theatre to all tests."""
    with ParentWorker(ATLAS, cwd=ROOT) as started:
        yield started


@pytest.fixture(scope="module")
def untrusted(kept: None) -> Generator[ParentWorker, None, None]:
    """Give one that is not trusted."""
    with ParentWorker(ATLAS, cwd=ROOT, codec="msgpack") as started:
        yield started


@pytest.fixture(params=["here", "child", "msgpack"])
def place(request: pytest.FixtureRequest, worker: ParentWorker, untrusted: ParentWorker) -> Here:
    """Place calls in this process, in a child, and in one that is not trusted."""
    if request.param == "here":
        return Here()
    return There(untrusted if request.param == "msgpack" else worker)


def test_class_is_handed_over_and_comes_back(place: Here) -> None:
    """As an argument, a result, in containers, and for a class that has no face of its own."""
    opera = place.function(made)(Opera, "aida")
    assert (type(opera), opera.billed()) == (Opera, "an opera: aida")
    assert (opera.kind(), place.create(Play, "lear").kind()) == (Opera, Play)
    assert place.function(kinds)(Opera) == {"Play": Play, "Opera": Opera, "Hidden": Opera}
    assert asyncio.run(place.function(made).aio(Play, "lear")).billed() == "a play: lear"


def test_class_goes_through_callables_and_streams(place: Here) -> None:
    """What a user's function is given and gives, the items that a user hands in, those that come, and what is sent."""

    def choose(given: list[type[Play]]) -> type[Play]:
        return given[1]

    assert place.function(chosen)(choose).billed() == "an opera: chosen"
    steps = place.function(shown)([Opera, Play])
    assert (next(steps), steps.send(Play), next(steps)) == (Opera, Play, Play)
    steps.close()


def test_class_that_is_no_face_crosses_by_its_name(worker: ParentWorker) -> None:
    """One of Python's, and one of a user's module that both import; a face's class is one where nothing says so."""
    for kind in (int, Path, KeyError):
        assert worker.function(same)(kind) is kind
    assert worker.function(same)([Opera, {"a": Play}]) == [Opera, {"a": Play}]


def test_class_of_a_user_is_refused_by_name(worker: ParentWorker, untrusted: ParentWorker) -> None:
    """The child has none for it; the one of an object that was made with its overrides comes back as itself."""
    for started in (worker, untrusted):
        for kind in (made, same):
            call: Any = started.function(kind)
            with pytest.raises(UsageError) as raised:
                call(*((Simple, "x") if kind is made else (Simple,)))
            assert str(raised.value).endswith(
                "tests.workers.extending.Simple is a class of this process, for which the other one has none: give "
                "Play, which it extends"
            )
        mine = started.create(Simple, "x", overrides=True)
        assert mine.kind() is Simple
        ambidex.release(mine)


def test_class_that_is_not_public_is_not_found_by_its_name(worker: ParentWorker) -> None:
    """The child looks into what manifests make public, and nowhere else."""
    theatre = "tests.workers.children._theatre"
    for module, path in (("subprocess", "Popen"), (theatre, "Hidden"), (theatre, "made"), (theatre, "Play._tags")):
        said: Any = SimpleNamespace(is_users=False, implementation=SimpleNamespace(module=module), path=path)
        said.cls = type("Said", (), {"__ambidex_info__": said})
        with pytest.raises(UsageError, match=r"makes no \w+ public|is no class|begins with an underscore"):
            worker.function(same)(said.cls)
    assert worker.function(same)(Role) is Role
