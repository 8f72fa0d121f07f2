"""What another thread does between any two instructions of the library is neither lost nor undone."""

from __future__ import annotations

import contextvars
import functools
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.bridge import ABI, Implementation
from ambidex.bridge._identity import FaceInfo, face_of
from ambidex.runtime import Entered, runtime_of
from ambidex.runtime._loop._context import adopt
from tests.bridge.orchard import Tree
from tests.interleaving import moments

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.interleaving import Moment


def test_face_made_while_another_thread_forgets_the_dead_one_stays_the_only_one() -> None:
    """Who clears a dead face's entry away never takes the entry of the face that was made meanwhile."""
    reference, info = Tree("yew").__ambidex__, Tree.__ambidex_info__

    def make() -> Tree:
        tree: Tree = face_of(reference.receiver, None, reference.channel)
        return tree

    def attempt(moment: Moment) -> None:
        tree = make()
        dead = info.faces[id(reference.receiver)]
        del tree
        info.faces[dead.key] = dead  # as in a thread that was late: it is cleared away once more
        made: list[Tree] = []
        moment.run(lambda: info.forget(dead), lambda: made.append(make()))
        assert [tree for tree in made if tree is not make()] == []

    for moment in moments():
        attempt(moment)


def test_threads_that_ask_for_a_face_at_once_get_the_same() -> None:
    """Whenever another thread makes the face of an object, the one that is under way gives way to it."""
    reference = Tree("yew").__ambidex__

    def attempt(moment: Moment) -> None:
        made: list[object] = []

        def make() -> None:
            made.append(face_of(reference.receiver, None, reference.channel))

        moment.run(make, make)
        assert len({id(tree) for tree in made}) == 1

    for moment in moments():
        attempt(moment)


def test_threads_that_name_a_synchronizer_at_once_get_the_same() -> None:
    """Whenever another thread uses a new name, there is one runtime of that name."""
    for number, moment in enumerate(moments()):
        found: list[object] = []

        def name(number: int = number, found: list[object] = found) -> None:
            found.append(runtime_of(f"interleaved {number}"))

        moment.run(name, name)
        assert len({id(runtime) for runtime in found}) == 1


def test_class_declared_while_another_thread_loads_its_implementation_is_registered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A class of a generated module finds its instances, whenever its declaration meets the first use."""
    faces_by_class: dict[type, list[FaceInfo]] = {}
    monkeypatch.setattr("ambidex.bridge._identity._infos", faces_by_class)  # serves no other test
    for moment in moments():
        own = Implementation("tests.bridge._orchard", synchronizer="orchard", abi=ABI)
        info = FaceInfo(Tree, own, "Tree")
        moment.run(own.load, functools.partial(own.declare, info))
        if moment.has_come:
            assert [info] in faces_by_class.values()
        faces_by_class.clear()


def test_context_manager_entered_while_another_thread_leaves_it_is_not_lost() -> None:
    """Who leaves for another thread takes one entry, whatever that thread enters meanwhile."""

    def manage() -> Generator[None, None, None]:
        yield

    with ThreadPoolExecutor(1) as other:
        for moment in moments():
            entered = Entered()
            other.submit(entered.enter, manage()).result()
            moment.run(
                lambda: entered.leave(None),  # noqa: B023  called in this round
                lambda: other.submit(entered.enter, manage()).result(),  # noqa: B023  as above
            )
            if moment.has_come:
                other.submit(entered.leave, None).result()
            with pytest.raises(RuntimeError, match="was not entered"):
                entered.leave(None)


def test_variables_that_a_shared_stream_takes_back_are_taken_back_once() -> None:
    """Threads that share a stream may take note of its context variables at the same time."""
    first, second = contextvars.ContextVar[int]("first"), contextvars.ContextVar[int]("second")
    nothing, both = contextvars.Context(), contextvars.Context()
    both.run(first.set, 1)
    only_first = both.copy()
    both.run(second.set, 2)

    def attempt(moment: Moment) -> None:
        tokens: dict[contextvars.ContextVar[Any], Any] = {}
        mine, others = contextvars.Context(), contextvars.Context()
        mine.run(adopt, only_first, nothing, tokens)

        def interrupt() -> None:
            others.run(adopt, both, nothing, tokens)
            others.run(adopt, nothing, both, tokens)

        moment.run(lambda: mine.run(adopt, nothing, only_first, tokens), interrupt)
        assert tokens == {}

    for moment in moments():
        attempt(moment)
