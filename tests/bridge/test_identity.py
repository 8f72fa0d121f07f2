"""One object has one face, wherever it stands in a value, and for as long as the face lives."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
import weakref

import pytest

from tests.bridge.orchard import (
    Apple,
    Tree,
    either,
    fixed,
    mapping,
    named,
    once,
    rows,
    sequence,
    several,
    variadic,
    whatever,
    wild,
)


@pytest.fixture
def oak() -> Tree:
    """Return a tree."""
    return Tree("oak")


@pytest.fixture
def elm() -> Tree:
    """Return another tree."""
    return Tree("elm")


def test_identity_of_a_result_is_that_of_the_face(oak: Tree) -> None:
    """An object that comes back has the face it had."""
    assert oak.itself() is oak


def test_identity_survives_every_container(oak: Tree, elm: Tree) -> None:
    """Lists, keys and values of dicts, sets, tuples and named tuples carry faces in both directions."""
    turned = sequence([oak, elm])
    assert turned[0] is elm
    assert turned[1] is oak
    ((key, value),) = mapping({oak: elm}).items()
    assert key is elm
    assert value is oak
    assert {id(tree) for tree in several({oak, elm})} == {id(oak), id(elm)}
    number, tree = fixed((oak, 3))
    assert number == 3
    assert tree is oak
    pair = named(oak, right=elm)
    assert pair[0] is oak
    assert pair[1] is elm
    assert type(pair).__name__ == "Pair"


def test_plan_of_an_iterable_reads_it_once_and_translates_each_item(oak: Tree, elm: Tree) -> None:
    """A generator of faces arrives as an iterable of objects."""
    assert once(tree for tree in (oak, elm)) == 2
    assert once([oak]) == 1


def test_plan_of_a_union_takes_the_member_that_fits(oak: Tree) -> None:
    """Each alternative passes as what it is; what carries no face passes unchanged."""
    assert either(oak) is oak
    assert either([oak]) == [oak]
    assert either("oak") == "oak"
    assert either(None) is None


def test_plan_of_anything_translates_what_stands_there(oak: Tree) -> None:
    """A position of unknown type carries faces as well as values."""
    assert whatever(oak) is oak
    value = object()
    assert whatever(value) is value


def test_variadic_arguments_are_translated_each(oak: Tree, elm: Tree) -> None:
    """`*args` and `**kwargs` of faces arrive as objects."""
    assert variadic(oak, elm, third=oak) == 3


def test_values_sent_into_a_stream_are_translated(oak: Tree, elm: Tree) -> None:
    """A face sent into a generator arrives as its object, and comes back as itself."""
    stream = rows(oak)
    assert next(stream) is oak
    assert stream.send(elm) is elm
    stream.close()


def test_subclass_that_is_not_public_has_the_face_of_its_nearest_public_ancestor() -> None:
    """An object of an unregistered class comes as the nearest registered one."""
    tree = wild()
    assert type(tree) is Apple
    assert tree.press() == "cider of crab"


def test_users_subclass_of_a_face_stays_what_it_is() -> None:
    """An object made through a user's subclass comes back as that subclass's instance."""

    class Bonsai(Tree):
        def __init__(self) -> None:
            super().__init__("pine")
            self.pot = "clay"

    tree = Bonsai()
    again = tree.itself()
    assert again is tree
    assert tree.pot == "clay"


def test_face_is_freed_by_its_last_reference_and_made_anew() -> None:
    """Neither the table of faces nor a method that a face keeps holds the face, and none is in a cycle."""
    gc.disable()
    try:
        tree = Tree("ash")
        held = tree.itself  # as every bound method does
        bound = tree.itself
        del held
        dead = weakref.ref(tree)
        del tree
        assert dead() is None
        first = bound()
        assert bound() is first
    finally:
        gc.enable()


@pytest.mark.parametrize("form", ["blocking", "awaited", "submitted", "with options", "of the class"])
def test_face_that_nobody_holds_lives_as_long_as_its_own_call(form: str) -> None:
    """A user's subclass is the same face, with its own attributes, when its implementation returns itself."""

    class Oak(Tree):
        def __init__(self) -> None:
            super().__init__("oak")
            self.note = "mine"

    async def main() -> Tree:
        return await Oak().itself.aio()

    def call() -> Tree:
        if form == "blocking":
            return Oak().itself()
        if form == "awaited":
            return asyncio.run(main())
        if form == "submitted":
            return Oak().itself.submit().result(10)
        return Oak().itself.with_options(timeout=10)() if form == "with options" else Tree.itself(Oak())

    gc.disable()
    try:
        found = call()
        assert isinstance(found, Oak)
        assert found.note == "mine"
        dead = weakref.ref(found)
        del found
        assert dead() is None
    finally:
        gc.enable()


def test_faces_asked_for_by_many_threads_at_once_are_one() -> None:
    """Threads that ask for the same object at the same moment get the same face."""
    tree = Tree("yew")
    _ = tree.itself
    bound = tree.itself  # the kept one, which does not hold the face
    del tree, _  # no face is left: each round, the threads race to make it
    for _ in range(50):
        barrier = threading.Barrier(4)
        faces: list[Tree] = []

        def ask(barrier: threading.Barrier = barrier, faces: list[Tree] = faces) -> None:
            barrier.wait()
            faces.append(bound())

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({id(face) for face in faces}) == 1


def test_equality_and_hash_of_faces_are_those_of_their_objects(oak: Tree) -> None:
    """A face compares and hashes as its object does."""
    assert oak == Tree("oak")
    assert oak != Tree("elm")
    assert hash(oak) == hash(Tree("oak"))
    assert len(oak) == 3


AT_EXIT = """
import colorsys, sys
import ambidex.bridge._identity
from tests.bridge.orchard import Tree

colorsys.kept = Tree("oak")  # a module that was imported before is cleared after
sys.kept = [colorsys, ambidex.bridge._identity]  # modules that something holds are cleared, name by name
"""


def test_face_that_outlives_the_bridge_at_exit_is_freed_in_silence() -> None:
    """A face that dies in the interpreter's last moments prints no stray traceback."""
    done = subprocess.run([sys.executable, "-c", AT_EXIT], capture_output=True, text=True, timeout=18, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
