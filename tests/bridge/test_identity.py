"""One object has one face, wherever it stands in a value, and for as long as the face lives."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
import weakref

import pytest

from tests.bridge.callables import wait_until_freed
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
from tests.limits import HANG_S


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
            return Oak().itself.submit().result(HANG_S)
        return Oak().itself.with_options(timeout=10)() if form == "with options" else Tree.itself(Oak())

    gc.disable()
    try:
        found = call()
        assert isinstance(found, Oak)
        assert found.note == "mine"
        dead = weakref.ref(found)
        del found
        wait_until_freed(dead, "orchard")
    finally:
        gc.enable()


class Noted(Tree):
    """A user's class, with an attribute of its own."""

    def __init__(self, note: object = "mine") -> None:
        super().__init__("oak")
        self.note = note


@pytest.mark.parametrize("form", ["blocking", "awaited", "submitted", "with options", "of the class", "all"])
def test_chain_over_a_face_that_nobody_holds_keeps_its_class_and_attributes(form: str) -> None:
    """Each call of `make().itself().itself()` gives the user's subclass, though a kept method holds no face."""

    async def awaited(tree: Tree) -> Tree:
        return await tree.itself.aio()

    def call(tree: Tree, form: str) -> Tree:
        if form == "blocking":
            return tree.itself()
        if form == "awaited":
            return asyncio.run(awaited(tree))
        if form == "submitted":
            return tree.itself.submit().result(HANG_S)
        return tree.itself.with_options(timeout=10)() if form == "with options" else Tree.itself(tree)

    forms = ["submitted", "blocking", "with options", "awaited", "of the class"] if form == "all" else [form]
    gc.disable()
    try:
        found = Noted().itself().itself().itself().itself()
        assert isinstance(found, Noted)
        for each in forms * 3:
            held = found.itself, found.itself  # one that holds the face, and the kept one
            bound = held[1]
            del held, found
            assert bound().kind == "oak"
            found = call(bound(), each)
            del bound
            assert type(found) is Noted
            assert found.note == "mine"
            assert found.itself() is found
        dead = weakref.ref(found)
        del found
        wait_until_freed(dead, "orchard")
    finally:
        gc.enable()


def test_what_a_face_leaves_behind_is_freed_with_its_last_method() -> None:
    """The attributes of a dead face live as long as a method of it does; no collector is needed."""

    class Note:
        pass

    gc.disable()
    try:
        face = Noted(Note())
        dead = weakref.ref(face.note)
        _ = face.itself
        bound = face.itself
        del face, _
        assert dead() is not None
        assert isinstance(bound(), Noted)
        again = bound()
        assert isinstance(again, Noted)
        assert again.note is dead()
        del again
        assert dead() is not None
        del bound
        wait_until_freed(dead, "orchard")
        outliving = Tree.__ambidex_info__.outliving
        assert not any(entry() is None for entry in outliving.copy().values())
    finally:
        gc.enable()


def test_face_in_a_cycle_of_its_users_is_collected() -> None:
    """What a face remembers of itself keeps nothing alive that Python would have freed."""
    face = Noted()
    face.note = [face]
    _ = face.itself
    assert face.itself() is face
    dead = weakref.ref(face)
    del face, _

    def collected() -> object | None:
        gc.collect()  # its object remembers what is in the cycle
        return dead()

    wait_until_freed(collected, "orchard")


@pytest.mark.parametrize("kind", ["slots", "end"])
def test_class_whose_faces_cannot_be_made_again_holds_them_while_they_are_called(kind: str) -> None:
    """A face with slots, or whose class is told of its end, is one and the same through a whole chain."""
    ended: list[str] = []

    class Slotted(Tree):
        __slots__ = ("note",)

        note: str

    class Told(Tree):
        note = "mine"

        def __del__(self) -> None:
            ended.append(self.kind)

    def make() -> Tree:
        if kind == "end":
            return Told("oak")
        tree = Slotted("oak")
        tree.note = "mine"
        return tree

    found = make().itself().itself().itself()
    assert isinstance(found, (Slotted, Told))
    assert found.note == "mine"
    assert not ended
    receiver = weakref.ref(found.__ambidex__.receiver)

    def collected() -> object | None:
        gc.collect()  # the object holds its face
        return receiver()

    del found
    wait_until_freed(collected, "orchard")
    assert ended == (["oak"] if kind == "end" else [])


def test_class_that_a_face_was_given_later_is_the_one_that_is_kept() -> None:
    """An assignment to `__class__` counts for a face that is made again."""

    class Other(Noted):
        pass

    face = Noted()
    _ = face.itself
    face.__class__ = Other
    _ = face.itself
    bound = face.itself
    del face, _
    assert type(bound()) is Other


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
    done = subprocess.run([sys.executable, "-c", AT_EXIT], capture_output=True, text=True, timeout=50, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
