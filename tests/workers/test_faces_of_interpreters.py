"""A generated class in a child on each interpreter of this machine, where nothing is installed.

What it does is what the tests of faces ask for here and in a child of this interpreter: the same functions are run.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from ambidex import ParentWorker
from tests.workers import test_faces as faces
from tests.workers.children.atlas import Town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_PLACED = {"place", "town"}


def bodies_of_faces() -> list[tuple[Callable[..., None], set[str]]]:
    """Return the tests that need no more than a place, or an object there, and what they need.

    The one that counts all objects comes first, before the others have left any.
    """
    tests = [function for name, function in inspect.getmembers(faces, inspect.isfunction) if name.startswith("test_")]
    tests.sort(key=lambda each: each is not faces.test_faces_that_nobody_has_are_let_go)
    needs = [(each, set(inspect.signature(each).parameters)) for each in tests]
    return [(each, needed) for each, needed in needs if needed and needed <= _PLACED]


def test_generated_class_does_on_each_interpreter_what_it_does_here(interpreter: Path) -> None:
    """Constructors, attributes, identity, errors, streams, deadlines, callbacks and iterables of each side."""
    bodies = bodies_of_faces()
    assert len(bodies) >= 19
    started = ParentWorker(
        "tests.workers.children.atlas_child:Atlas",
        python=interpreter,
        python_flags=("-S",),  # what is installed there is not on its path
        cwd=faces.ROOT,
        env={"PYTHONPATH": None},
    )
    failed: dict[str, BaseException] = {}
    with started as worker:
        place = faces.There(worker)
        for body, needed in bodies:
            given: dict[str, Any] = {"place": place}
            if "town" in needed:
                given["town"] = place.create(Town, "Oslo")
            try:
                body(**{name: given[name] for name in needed})
            except Exception as error:  # noqa: BLE001  of any kind: each is told of below
                failed[body.__name__] = error
    assert failed == {}
