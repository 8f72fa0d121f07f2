"""A method that was taken from a face is kept in it, and hides nothing that anybody puts in its place."""

from __future__ import annotations

import asyncio
import collections.abc
import gc
import sys
import threading
import weakref
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.bridge import orchard, workshop
from tests.bridge.callables import wait_until_freed
from tests.limits import HANG_S
from tests.programs import run_program

ROOT = str(Path(__file__).resolve().parents[2])

# As `Any`: what is put in a method's place here is of types that no checker accepts.
Tool: Any = workshop.Tool
Tree: Any = orchard.Tree
Apple: Any = orchard.Apple


@pytest.fixture
def saw() -> Any:
    """Return a tool whose methods have all been taken once."""
    saw = Tool("saw")
    assert (saw.use(1), list(saw.turns(1))) == ("saw used 1 times", [0])
    with saw.held():
        pass
    return saw


def test_method_is_the_same_object_each_time(saw: Any) -> None:
    """Method, stream and context are made once for each face."""
    assert saw.use is saw.use
    assert saw.turns is saw.turns
    assert saw.held is saw.held
    assert Tool("file").use is not saw.use
    assert Tree.seed is Tree.seed
    assert Apple.seed is Apple("cox").seed
    assert Apple.seed is not Tree.seed


def test_face_that_keeps_methods_is_freed_by_its_last_reference() -> None:
    """What is kept refers to the object, not to the face: no cycle, with the collector switched off."""
    gc.disable()
    try:
        saw = Tool("saw")
        _ = saw.use, saw.turns, saw.held  # the first look-up keeps them, and what it gives holds the face
        method, stream, context = saw.use, saw.turns, saw.held
        del _
        dead = weakref.ref(saw)
        del saw
        wait_until_freed(dead, "workshop")
        assert method(1) == "saw used 1 times"
        del method, stream, context
    finally:
        gc.enable()


def test_patch_of_the_class_reaches_faces_that_keep_the_method(saw: Any) -> None:
    """`mock.patch.object` on the class is seen at once and gone afterwards."""
    before = saw.use
    with mock.patch.object(Tool, "use", return_value="patched") as patched:
        assert saw.use(2) == "patched"
        patched.assert_called_once_with(2)
    assert saw.use(2) == "saw used 2 times"
    assert saw.use == before
    Tool.use, original = mock.Mock(return_value="changed"), Tool.use
    try:
        assert saw.use(2) == "changed"
        assert Tool("file").use(2) == "changed"
    finally:
        Tool.use = original
    assert saw.use(2) == "saw used 2 times"


def test_patch_of_the_instance_is_gone_afterwards(saw: Any) -> None:
    """`mock.patch.object` on a face holds for that face, whether it kept the method or not."""
    for tool in (saw, Tool("file")):
        with mock.patch.object(tool, "use", return_value="patched"):
            assert tool.use(2) == "patched"
            assert Tool("other").use(2) == "other used 2 times"
        assert tool.use(2).endswith("used 2 times")
    with mock.patch.object(saw, "use", new=mock.AsyncMock()):
        asyncio.run(saw.use(1))
    assert saw.use(2) == "saw used 2 times"


def test_patch_of_a_subclass_and_of_a_base_reach_the_faces_below() -> None:
    """A change of any face's class in the resolution order is seen."""
    apple, tree = Apple("cox"), Tree("oak")
    assert apple.itself() is apple
    assert tree.itself() is tree
    with mock.patch.object(Apple, "itself", create=True, return_value=1):
        assert apple.itself() == 1
        assert tree.itself() is tree
    assert apple.itself() is apple
    with mock.patch.object(Tree, "itself", return_value=2):
        assert apple.itself() == tree.itself() == 2
    assert apple.itself() is apple


def test_override_that_calls_up_is_never_replaced_by_what_it_called() -> None:
    """`super().method` is not kept where the override would be looked for."""

    class Careful(workshop.Tool):
        def use(self, times: int, *, hard: bool = False) -> str:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]
            return super().use(times, hard=False) + " with care"

    careful = Careful("saw")
    for _ in range(3):
        assert careful.use(1, hard=True) == "saw used 1 times with care"
    del Careful.use
    assert careful.use(1) == "saw used 1 times"


def test_override_that_comes_later_in_a_mixin_is_seen() -> None:
    """A class before the face's own that nobody watches: nothing is kept, so that what it gets is found."""

    class Mixin:
        pass

    changed: Any = Mixin

    class Mixed(Mixin, workshop.Tool):
        pass

    mixed = Mixed("saw")
    assert mixed.use(1) == "saw used 1 times"
    changed.use = mock.Mock(return_value="mixed in")
    assert mixed.use(1) == "mixed in"


def test_class_of_a_face_that_is_exchanged_brings_its_own_methods(saw: Any) -> None:
    """An assignment to `__class__` drops what was kept."""

    class Other(workshop.Tool):
        def use(self, times: int) -> str:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]
            return "other"

    saw.__class__ = Other
    assert saw.use(1) == "other"


def test_attribute_of_the_users_own_stays_through_a_change_of_the_class(saw: Any) -> None:
    """Only what the face itself kept is dropped."""
    deadline = saw.use.with_options(timeout=10)
    saw.use = deadline
    Tool.use = Tool.use
    assert saw.use is deadline


def test_face_mixes_with_an_abstract_base_class() -> None:
    """The class of the classes of faces is no obstacle to ABCs."""

    class Sized(workshop.Tool, collections.abc.Sized):
        pass

    assert isinstance(Sized("saw"), collections.abc.Sized)


def test_method_taken_while_the_class_changes_is_never_stale() -> None:
    """Threads that take a method race with one that exchanges it: it never finds the old one after that."""
    saw = Tool("saw")
    original = Tool.use
    stop = threading.Event()

    def take() -> None:
        while not stop.is_set():
            _: Any = saw.use

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for number in range(300):
            Tool.use = number
            assert saw.use == number
            Tool.use = original
            assert saw.use != number
    finally:
        Tool.use = original
        stop.set()
        for thread in threads:
            thread.join(HANG_S)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_fork_while_other_threads_take_methods_leaves_the_child_free_to(tmp_path: Path) -> None:
    """What they keep is kept under a lock, which a child would find held for ever."""
    program = f"""
import os, sys, threading, warnings
sys.path.insert(0, {ROOT!r})
from tests.bridge.workshop import Tool

warnings.simplefilter("ignore", DeprecationWarning)  # Python warns of every fork beside a thread
saws = [Tool(str(number)) for number in range(100)]
stop = threading.Event()

def take():
    while not stop.is_set():
        for saw in saws:
            saw.use
            vars(saw).pop("use", None)

threads = [threading.Thread(target=take) for _ in range(3)]
for thread in threads:
    thread.start()
for _ in range(30):
    child = os.fork()
    if child == 0:
        Tool.use = None
        os._exit(saws[0].use is not None)
    assert os.waitpid(child, 0)[1] == 0
stop.set()
for thread in threads:
    thread.join()
"""
    ended = run_program(tmp_path, program)
    assert (ended.code, ended.err) == (0, "")


def test_weak_method_lives_as_long_as_the_face() -> None:
    """`weakref.WeakMethod` and weak references to faces work as with any object."""
    gc.disable()
    try:
        saw = Tool("saw")
        weak: Any = weakref.WeakMethod(saw.use)
        holder = weakref.WeakSet([saw])
        assert weak()(2) == "saw used 2 times"
        assert weak() == saw.use
        assert saw.use.__self__ is saw
        assert saw in holder
        del saw
        wait_until_freed(weak, "workshop")
        assert len(holder) == 0
    finally:
        gc.enable()
    assert Tree.seed.__self__ is Tree
    with pytest.raises(AttributeError, match="bound to nothing"):
        _ = Tree.height.__self__
