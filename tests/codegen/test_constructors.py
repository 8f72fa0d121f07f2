"""An attribute that a constructor annotates is a member of the face, as one that the body of the class annotates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ambidex.codegen import GenerationError

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

HEAD = """
from __future__ import annotations

from dataclasses import dataclass
from typing import *

from ambidex import Module

m = Module("public")

"""


def attributes(project: Project, text: str) -> dict[str, list[str]]:
    """Compile, and return the attributes of each class as they are written, `=` behind what can be set."""
    project.write("_impl.py", HEAD + text)
    return in_classes(project.compile()["public"])


def in_classes(text: str) -> dict[str, list[str]]:
    """Return what stands under `@property` in each class of a generated module."""
    found: dict[str, list[str]] = {}
    for body in re.split(r"^class ", text, flags=re.MULTILINE)[1:]:
        said = dict(re.findall(r"    @property\n    @attribute.*\n    def (\w+)\(self\) -> (.*):", body))
        is_set = set(re.findall(r"    @(\w+)\.setter", body))
        name = re.split(r"\W", body)[0]
        found[name] = [f"{key}: {value}{' =' if key in is_set else ''}" for key, value in said.items()]
    return found


def test_names_are_those_of_the_module_and_of_what_the_constructor_imports(project: Project) -> None:
    """A parameter or a method that is called as a type hides none; a function inside says nothing of the object."""
    text = """
@m.wrap_class
class Holder:
    def __init__(self, int: str, Fraction: str) -> None:
        from decimal import Decimal as Number
        import email.message
        self.number: Number = Number(int)
        self.listed: "list[Number]" = []
        self.count: int = 0
        self.mail: email.message.Message = email.message.Message()

        def later(self: Any) -> None:
            self.late: str = ""

    def Number(self) -> None: ...
"""
    assert attributes(project, text) == {
        "Holder": ["number: Decimal =", "listed: list[Decimal] =", "count: int =", "mail: Message ="]
    }


def test_annotation_of_the_attribute_counts_and_no_other_assignment(project: Project) -> None:
    """Nor does what a class gives it; a method or a property of the name stays one; `Final` has what it is given."""
    text = """
@m.wrap_class
class Holder:
    __slots__ = ("slotted",)

@m.wrap_class
class Other:
    limit = None
    def __init__(self, size: int, name: str = "") -> None:
        self.limit: Optional[int] = None
        self.limit = size
        self.run: Callable[[], None] = lambda: None
        self.width: int = size
        self.name: Final = name
        self.kind: Final = "other"
        self.plain = size
        self.unset: bytes
    def run(self) -> None: ...
    @property
    def width(self) -> str: return ""

@m.wrap_class
class Slotted:
    __slots__ = ("place",)
    def __init__(self) -> None:
        self.place: int = 1
"""
    assert attributes(project, text) == {
        "Holder": [],
        "Other": ["limit: int | None =", "name: str", "kind: str", "unset: bytes =", "width: str"],
        "Slotted": ["place: int ="],
    }


def test_bases_say_what_their_objects_have(project: Project) -> None:
    """An unwrapped one in each class that extends it, a wrapped one in its own face; a value alone is no other one."""
    text = """
T = TypeVar("T")

class Inside(Generic[T]):
    def __init__(self, item: T) -> None:
        self.item: T = item

@m.wrap_class
class Base(Inside[int]):
    def __init__(self, untold: int) -> None:
        self.size: float = 1.0
        self.untold = untold

@m.wrap_class
class Derived(Base):
    size = 2.0
    untold = 2
    def __init__(self) -> None:
        self.more: str = ""
"""
    project.write("_impl.py", HEAD + text)
    generated = project.compile()["public"]
    assert in_classes(generated) == {"Base": ["size: float =", "item: int ="], "Derived": ["more: str ="]}
    assert "def untold(cls) -> int:" in generated


def test_field_of_a_dataclass_that_is_final_can_be_read_alone(project: Project) -> None:
    """It is given to the constructor, with its default; a constant of the class is none."""
    text = """
@m.wrap_class(by="identity")
@dataclass
class Settings:
    name: Final[str]
    limit: Final[int] = 4
    shown: bool = True
    LEVEL: ClassVar[int] = 2
"""
    assert attributes(project, text) == {"Settings": ["name: str", "limit: int", "shown: bool ="]}
    generated = project.compile()["public"]
    assert "def __init__(self, name: str, limit: int = 4, shown: bool = True) -> None:" in generated


def test_registration_chooses_among_them_as_among_others(project: Project) -> None:
    """They can be excluded, whatever type they have, included and renamed; what is private stays inside."""
    text = """
class Inside:
    def __init__(self) -> None:
        self.first: int = 1
        self._second: int = 2
        self.third: Nowhere = 3

@m.wrap_class(exclude=["third"])
class Most(Inside): ...

@m.wrap_class(include=["_second"], rename={"_second": "second"})
class Chosen(Inside): ...
"""
    assert attributes(project, text) == {
        "Most": ["first: int ="],
        "Chosen": ["second: int ="],
    }


def test_class_of_somebody_else_is_refused_what_it_annotates_and_nothing_else(project: Project) -> None:
    """A parameter that cannot be typed says nothing of the attribute; an annotation does, and is excluded by name."""
    project.write(
        "theirs.py",
        """
        from typing import List

        class Client:
            def __init__(self, size: int, other: "Nowhere", *, codec: "Nowhere" = None) -> None:
                self.size = size
                self.other = other
                self.codec: "Nowhere" = codec
                self.size: "List[int]" = [size]
        """,
    )
    said = "{}from theirs import Client\nm.wrap_class(exclude=['__init__'{}])(Client)\n"
    project.write("_impl.py", said.format(HEAD, ""))
    with pytest.raises(GenerationError) as caught:
        project.compile()
    assert str(caught.value) == (
        "theirs.py:7: the attribute Client.codec: the annotation 'Nowhere' names Nowhere, which is not defined: "
        "import it, also under `if TYPE_CHECKING:`, or define it outside of that"
    )
    assert attributes(project, said.format("", ", 'codec', 'other'")) == {"Client": ["size: list[int] ="]}


def test_class_that_is_public_as_it_is_shows_no_object_with_a_face(project: Project) -> None:
    """Nor by an attribute that its constructor annotates."""
    text = """
@m.wrap_class
class Client: ...

@m.manual_export
class Kept:
    def __init__(self) -> None:
        self.client: Client = Client()
"""
    with pytest.raises(GenerationError) as caught:
        attributes(project, text)
    assert str(caught.value).partition(": ")[2].startswith("the attribute Kept.client names a class that has a face")
