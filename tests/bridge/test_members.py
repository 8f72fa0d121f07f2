"""Members of a face: where they run, how they are looked up, and what introspection says of them."""

from __future__ import annotations

import asyncio
import inspect
import pydoc
import subprocess
import sys

import pytest

from ambidex import ImplementationUnavailable, UsageError
from ambidex.bridge import Face, Implementation, implemented_elsewhere
from ambidex.errors import InternalError
from tests.bridge.orchard import Apple, Tree, orchard, sequence


class Plant(Face, implementation=orchard, name="Tree"):
    """A second face of the same class, under another name."""

    @staticmethod
    @orchard.sync_function
    def rings(years: int) -> int:
        """Return how many rings a tree of that age has."""
        implemented_elsewhere()


def test_constructor_and_sync_methods_run_on_the_loop() -> None:
    """Plain code of the implementation runs on the synchronizer's thread, as its async code does."""
    tree = Tree("oak")
    assert tree.made_on == "ambidex-orchard"
    assert tree.planted_on() == "ambidex-orchard"


def test_sync_method_called_on_the_loop_itself_runs_in_place() -> None:
    """Where the loop's own thread calls a plain method, nothing has to be waited for."""
    from ambidex import get_synchronizer

    tree = Tree("oak")

    async def on_the_loop() -> str:
        return tree.planted_on()

    assert get_synchronizer("orchard").run(on_the_loop) == "ambidex-orchard"


def test_class_and_static_methods_work_on_class_subclass_and_instance() -> None:
    """A class method makes an object of the class it was called on."""
    assert type(Tree.seed("oak")) is Tree
    assert type(Apple.seed("cox")) is Apple
    assert type(Apple.cutting("cox")) is Apple
    assert type(asyncio.run(Apple("cox").seed.aio("russet"))) is Apple
    assert Tree.height(4) == Apple("cox").height(4) == 2.0


def test_sync_static_method_of_a_renamed_class_is_found_under_the_name_it_has_there() -> None:
    """A static method belongs to the class that its face stands for, whatever that is called here."""
    assert Plant.rings(4) == 4


def test_inherited_members_work_on_the_subclass() -> None:
    """A face inherits from the face of its implementation's base."""
    apple = Apple("cox")
    assert isinstance(apple, Tree)
    assert apple.itself() is apple
    assert (apple.kind, apple.press()) == ("cox", "cider of cox")


def test_unbound_method_takes_the_face_first() -> None:
    """`Class.method(face)` is the call of the bound method."""
    tree = Tree("oak")
    assert Tree.itself(tree) is tree


def test_attribute_that_the_face_lacks_is_explained() -> None:
    """Where the object has what the face has not, the error says how to make it public."""
    tree = Tree("oak")
    with pytest.raises(AttributeError, match=r"'Tree' object has no attribute 'bark'$"):
        _ = tree.bark  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
    with pytest.raises(AttributeError, match="no attribute 'age'; the object it stands for has one: annotate it"):
        _ = tree.age  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]


def test_attribute_of_the_object_alone_cannot_be_set_through_the_face() -> None:
    """What the face cannot pass on is refused; a user's own attribute stays possible."""
    tree = Tree("oak")
    with pytest.raises(AttributeError, match="cannot set 'age': the object it stands for has it"):
        tree.age = 9  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(AttributeError, match=r"kind|can.t set"):
        tree.kind = "elm"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def test_introspection_shows_the_stub() -> None:
    """Signature, name, docstring and help of functions and methods, and of their `.aio`, are the stub's."""
    tree = Tree("oak")
    assert str(inspect.signature(sequence)) == "(trees: 'list[Tree]') -> 'list[Tree]'"
    assert str(inspect.signature(sequence.aio)) == "(trees: 'list[Tree]') -> 'list[Tree]'"
    assert str(inspect.signature(tree.itself)) == "() -> 'Tree'"
    assert str(inspect.signature(tree.itself.aio)) == "() -> 'Tree'"
    assert inspect.iscoroutinefunction(tree.itself.aio)
    assert inspect.iscoroutinefunction(sequence.aio)
    assert not inspect.iscoroutinefunction(sequence)
    assert inspect.isfunction(sequence)
    assert "Return the trees in reverse." in pydoc.render_doc(sequence)
    assert tree.itself.__doc__ == tree.itself.aio.__doc__ == "Return this very tree."
    assert Apple("cox").press.__doc__ is None


def test_bound_methods_are_equal_when_object_and_method_are() -> None:
    """Two look-ups of one method on one object are equal and hash alike."""
    tree = Tree("oak")
    assert tree.itself == tree.itself
    assert hash(tree.itself) == hash(tree.itself)
    assert tree.itself != Tree("oak").itself
    assert tree.itself != tree.itself.with_options(timeout=1.0)


def test_implementation_of_another_abi_is_refused() -> None:
    """A module generated for another version of the bridge says so when it is imported."""
    with pytest.raises(UsageError, match="was generated for version 0 of the bridge and this is version 1"):
        Implementation("tests.bridge._orchard", synchronizer="orchard", abi=0)


def test_implementation_that_does_not_import_is_named_with_the_cause() -> None:
    """A call to a face whose implementation is missing names both modules and chains the cause."""
    missing = Implementation("tests.bridge.no_such_module", synchronizer="orchard", abi=1)

    @missing.function
    def prune() -> None:
        implemented_elsewhere()

    with pytest.raises(ImplementationUnavailable, match=r"needs the module tests\.bridge\.no_such_module") as raised:
        prune()
    assert isinstance(raised.value.__cause__, ModuleNotFoundError)
    assert raised.value.module == "tests.bridge.no_such_module"


def test_implementation_that_lacks_a_name_asks_for_a_new_generation() -> None:
    """A face that is older than its implementation says what is missing and what to do."""
    stale = Implementation("tests.bridge._orchard", synchronizer="orchard", abi=1)

    @stale.function
    def prune() -> None:
        implemented_elsewhere()

    with pytest.raises(
        UsageError, match=r"expects .*prune in tests\.bridge\._orchard, which has none; generate it again"
    ):
        prune()


def test_stub_without_its_decorator_is_an_internal_error() -> None:
    """The body of a stub never runs unnoticed."""
    with pytest.raises(InternalError):
        implemented_elsewhere()


def test_class_that_names_no_implementation_cannot_be_made() -> None:
    """`Face` itself stands for nothing."""
    with pytest.raises(UsageError, match="names no implementation"):
        Face()


def test_import_of_faces_does_not_import_the_implementation() -> None:
    """The implementation is imported by the first use, not by the import of its faces."""
    program = (
        "import sys; from tests.bridge.orchard import Tree; assert 'tests.bridge._orchard' not in sys.modules;"
        "Tree('oak'); assert 'tests.bridge._orchard' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=50)
