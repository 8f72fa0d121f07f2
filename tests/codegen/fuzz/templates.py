"""Draw what stands at the top of a module and has a template for its text, each at most once in a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose
from tests.codegen.fuzz.shapes import Check, Class, Snippet, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.codegen.fuzz.values import Drawer


def unregistered(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw an object of a class that is not public, and extends one that is."""
    known = [cls for cls in classes if cls.kind == "identity" and "abstract" not in cls.options]
    if not known:
        return None
    cls = draw.pick(known)
    made = draw.of_exactly(cls, None, 2)
    arguments = made.partition(", ")[2].partition(", ")[2].removesuffix(")")
    text = (
        f"@m.wrap_function\nasync def found() -> <0>:\n    class Hidden(_c({cls.key!r})):\n        pass\n"
        f"    return Hidden({arguments})\n"
    )
    check = Check("async", "<module>found")
    return Snippet(text, ("object of an unregistered subclass",), (check,), (Type("class", name=cls.key),))


def listing(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw an async function that gives an iterator."""
    type_ = draw.type(1)
    text = f"@m.wrap_function\nasync def listed() -> Iterator[<0>]:\n    return iter([{draw.value(type_)}])\n"
    check = Check("async", "<module>listed", "", (), is_loose=True)
    return Snippet(text, ("`Iterator` as a result of an async function",), (check,), (type_,))


def all_called(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw callables that are inside a container."""
    type_ = draw.type(1, classes=classes)
    text = (
        "@m.wrap_function\n"
        "async def all_called(works: Mapping[str, Callable[[<0>], Awaitable[<0>]]], value: <0>) -> Dict[str, <0>]:\n"
        "    return {name: await work(value) for name, work in works.items()}\n"
    )
    if type_.has("any"):
        type_ = Type("int")
    arguments = "{'a': _callback(True), 'b': _callback(True)}, " + draw.value(type_)
    check = Check("async", "<module>all_called", arguments, (), is_loose(type_))
    return Snippet(text, ("callbacks inside containers",), (check,), (type_,))


def adder(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a callable as a result."""
    text = "@m.wrap_function\nasync def adder(by: int) -> Callable[[int], int]:\n    return lambda value: value + by\n"
    return Snippet(text, ("plain callable as a result",), (Check("called", "<module>adder", "4"),))


def new_type(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a `NewType`, inside of containers too."""
    text = (
        "UserId = NewType('UserId', int)\n\n\n"
        "@m.wrap_function\nasync def users(first: UserId, more: List[UserId]) -> Dict[UserId, Optional[UserId]]:\n"
        "    return {first: None, **{each: first for each in more}}\n"
    )
    return Snippet(text, ("`NewType`",), (Check("async", "<module>users", "1, [2, 3]"),))


def by_value(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a class that says that it goes by value."""
    text = (
        "@m.wrap_class(by='value')\nclass Token:\n"
        "    def __init__(self, text: str) -> None:\n        self.text = text\n"
        "    def __repr__(self) -> str:\n        return f'Token({self.text})'\n\n\n"
        "@m.wrap_function\nasync def tokens(token: Token) -> Dict[str, Token]:\n    return {'a': token}\n"
    )
    check = Check("async", "<module>tokens", "<module>Token('x')")
    return Snippet(text, ("class that goes by value because it says so",), (check,))


def derived(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw dataclasses, one extending the other, with a factory and an `InitVar`."""
    type_ = draw.type(1, classes=classes)
    if type_.has("any"):
        type_ = Type("str")
    given = draw.value(type_)
    text = (
        "@m.wrap_class\n@dataclass\nclass Sized:\n    size: <0>\n    scale: InitVar[int] = 1\n"
        "    items: List[int] = field(default_factory=list)\n\n"
        "    def __post_init__(self, scale: int) -> None:\n        self.items = [*self.items, scale]\n\n\n"
        "@m.wrap_class\n@dataclass\nclass Resized(Sized):\n    more: int = 3\n\n\n"
        "@m.wrap_function\nasync def resized(value: Sized, other: Resized) -> Tuple[Sized, List[Resized]]:\n"
        "    return value, [other]\n"
    )
    arguments = f"<module>Resized({given}, scale=4), <module>Resized({given})"
    check = Check("async", "<module>resized", arguments, (), is_loose(type_))
    constructs = ("dataclass with factories and `InitVar`", "dataclass that extends another")
    return Snippet(text, constructs, (check,), (type_,))


def sheets(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw a generic dataclass that carries wrapped objects."""
    known = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity"]
    if not known:
        return None
    type_ = draw.pick(known)
    text = (
        "@m.wrap_class\n@dataclass\nclass Sheet(Generic[T]):\n    items: List[T]\n    first: Optional[T] = None\n\n\n"
        "@m.wrap_function\nasync def turned(sheet: Sheet[<0>]) -> Sheet[<0>]:\n"
        "    return Sheet(list(reversed(sheet.items)), sheet.items[0])\n"
    )
    check = Check("async", "<module>turned", f"<module>Sheet([{draw.value(type_)}, {draw.value(type_)}])")
    return Snippet(text, ("generic dataclass that carries wrapped objects",), (check,), (type_,))


def speller(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw an async callable as a result, with or without objects that have faces."""
    faces = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity"]
    type_ = draw.pick(faces) if faces and draw.chance(50) else Type(draw.pick(("int", "str", "bytes")))
    text = (
        "@m.wrap_function\nasync def speller(first: <0>) -> Callable[[<0>], Awaitable[List[<0>]]]:\n"
        "    async def spell(second: <0>) -> List[<0>]:\n        await _pause()\n        return [first, second]\n\n"
        "    return spell\n"
    )
    construct = f"async callable {'with wrapped objects ' if type_.kind == 'class' else ''}as a result"
    check = Check("called and awaited", "<module>speller", draw.value(type_), (draw.value(type_),))
    return Snippet(text, (construct,), (check,), (type_,))


def desk(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a callable that users write into an attribute."""
    type_ = draw.type(1, classes=classes)
    if type_.has("any"):
        type_ = Type("int")
    text = (
        "@m.wrap_class\nclass Desk:\n    answer: Optional[Callable[[<0>], Awaitable[<0>]]] = None\n\n"
        "    async def ask(self, value: <0>) -> Optional[<0>]:\n"
        "        return None if self.answer is None else await self.answer(value)\n"
    )
    callee = "_with(<module>Desk(), 'answer', _callback(True)).ask"
    check = Check("async", callee, draw.value(type_), (), is_loose(type_))
    return Snippet(text, ("async callable as an attribute that users set",), (check,), (type_,))


def pages(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw a generic record of a type variable, given by a generic class and by a function."""
    known = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity"]
    if not known:
        return None
    type_ = draw.pick(known)
    text = (
        "@m.wrap_class\n@dataclass\nclass Slip(Generic[T]):\n    items: List[T]\n    first: Optional[T] = None\n\n\n"
        "@m.wrap_class\nclass Shelf(Generic[T]):\n    def __init__(self, item: T) -> None:\n"
        "        self._item = item\n\n    async def page(self) -> Slip[T]:\n"
        "        return Slip([self._item], self._item)\n\n\n"
        "@m.wrap_function\nasync def paged(item: T) -> Slip[T]:\n    return Slip([item, item])\n"
    )
    checks = (
        Check("async", f"<module>Shelf({draw.value(type_)}).page"),
        Check("async", "<module>paged", draw.value(type_)),
    )
    constructs = (
        "generic dataclass applied to a type variable of a class",
        "generic dataclass applied to a type variable of a function",
    )
    return Snippet(text, constructs, checks, (type_,))


def kinds(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw class objects: given, and given back in a container and by themselves."""
    known = [cls for cls in classes if cls.kind == "identity" and cls.is_registered]
    if not known:
        return None
    cls = draw.pick(known)
    text = (
        "@m.wrap_function\nasync def kinds(kind: Type[<0>]) -> Dict[str, Type[<0>]]:\n"
        "    return {kind.__name__: kind}\n\n\n"
        f"@m.wrap_function\nasync def own_kind() -> Type[<0>]:\n    return _c({cls.key!r})\n"
    )
    checks = (Check("async", "<module>kinds", f"_c({cls.key!r})"), Check("async", "<module>own_kind"))
    constructs = (
        "class object of a wrapped class as a parameter",
        "class object of a wrapped class as a result",
        "class objects of wrapped classes in containers",
    )
    return Snippet(text, constructs, checks, (Type("class", name=cls.key),))


TEMPLATES: tuple[Callable[[Drawer, Sequence[Class]], Snippet | None], ...] = (
    unregistered,
    listing,
    all_called,
    adder,
    new_type,
    by_value,
    derived,
    sheets,
    speller,
    desk,
    pages,
    kinds,
)
