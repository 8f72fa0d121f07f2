"""Faces belong to the process that has given them, also where two workers have given some of one class."""

from __future__ import annotations

import os
from pathlib import Path

from ambidex import ParentWorker
from tests.programs import LIBRARY
from tests.workers.fleet import Boat, harbour

ROOT = Path(__file__).resolve().parents[2]


def make_worker() -> ParentWorker:
    """Return a worker that can import the implementation of the faces."""
    variables = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(LIBRARY)])}
    return ParentWorker(ROOT / "tests" / "workers" / "children" / "pooled.py", env=variables)


def test_object_that_a_call_gives_is_reached_in_the_worker_of_that_call() -> None:
    """What a member gives takes the channel of each call, not that of its first one."""
    with make_worker() as one, make_worker() as other:
        boats = [worker.create(Boat, "a") for worker in (one, other)]
        places = [worker.function(harbour)() for worker in (one, other)]
        assert places[0] != places[1]
        for _ in range(2):
            assert [boat.twin().harbour() for boat in boats] == places
            assert [worker.function(Boat.launch)("b").harbour() for worker in (one, other)] == places


def test_object_that_a_call_gives_is_reached_after_a_restart() -> None:
    """What the ended process has given is of no use, and nothing remembers its channel."""
    worker = make_worker()
    places: list[int] = []
    for _ in range(2):
        with worker:
            places.append(worker.function(harbour)())
            assert worker.create(Boat, "a").twin().harbour() == places[-1]
    assert places[0] != places[1]
