"""Draw classes whose kind is all that matters of them: protocols, those with `__new__`, and members of rare kinds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose, see
from tests.codegen.fuzz.shapes import Check, Class, Snippet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer


def reader(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a protocol that is public, and a class that implements it."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_class\nclass Reader(Protocol):\n    async def read(self, value: <0>) -> List[<0>]: ...\n\n"
        "    @property\n    def mark(self) -> str: ...\n\n\n"
        "@m.wrap_class\nclass Tape(Reader):\n    async def read(self, value: <0>) -> List[<0>]:\n"
        "        return [value, value]\n\n    @property\n    def mark(self) -> str:\n        return 'tape'\n\n\n"
        "@m.wrap_function\nasync def same_reader(reader: Reader) -> Reader:\n"
        "    return reader if type(reader) is Tape else Tape()\n\n\n"
        "@m.wrap_function\nasync def read_all(readers: List[Reader], value: <0>) -> List[List[<0>]]:\n"
        "    return [await reader.read(value) for reader in readers]\n"
    )
    checks = (
        Check("async", "<module>same_reader", draw.made_of("Tape")),
        Check("async", f"{draw.made_of('Tape')}.read", draw.value(type_), (), is_loose(type_)),
        Check("async", "<module>read_all", f"[{draw.made_of('Tape')}], {draw.value(type_)}", (), is_loose(type_)),
        see(f"{draw.made_of('Tape')}.mark"),
    )
    return Snippet(text, ("protocol that is public",), checks, (type_,), classes=("Tape",))


def given(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw protocols of what a user gives: an object, a callable with keywords, a callable that is awaited."""
    plain, type_ = draw.known(), draw.known(classes)
    text = (
        "class Original(Protocol):\n    def read(self, value: <0>, /) -> <0>: ...\n\n\n"
        "class Keeper(Protocol):\n    def __call__(self, value: <0>, *, number: int) -> bool: ...\n\n\n"
        "class _Listener(Protocol):\n    async def __call__(self, value: <1>) -> <1>: ...\n\n\n"
        "@m.wrap_function\nasync def copied(source: Original, value: <0>) -> <0>:\n    return source.read(value)\n\n\n"
        "@m.wrap_function\nasync def sifted(values: List[<0>], keep: Keeper) -> List[<0>]:\n"
        "    return [value for number, value in enumerate(values) if keep(value, number=number)]\n\n\n"
        "@m.wrap_function\nasync def heard(value: <1>, listeners: List[_Listener]) -> List[<1>]:\n"
        "    return [await listener(value) for listener in listeners]\n"
    )
    values = f"[{draw.value(plain)}, {draw.value(plain)}]"
    checks = (
        Check("async", "<module>copied", f"_user({draw.value(plain)}), {draw.value(plain)}", (), is_loose(plain)),
        Check("async", "<module>sifted", f"{values}, _taking({draw.pick(('True', 'False'))})", (), is_loose(plain)),
        Check("async", "<module>heard", f"{draw.value(type_)}, [_callback(True)]", (), is_loose(type_)),
    )
    constructs = (
        "protocol as a parameter",
        "callback protocol as a parameter",
        "callable protocol, which is a callback",
    )
    return Snippet(text, constructs, checks, (plain, type_))


def named(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a class that `__new__` makes, and a dataclass with identity."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_class\nclass Named:\n    item: <0>\n    again: bool\n\n"
        "    def __new__(cls, item: <0>, *, again: bool = False) -> 'Named':\n"
        "        made = super().__new__(cls)\n        made.item = item\n        made.again = again\n"
        "        return made\n\n\n"
        "@m.wrap_class(by='identity')\n@dataclass\nclass Account:\n    item: <0>\n    level: int = 3\n"
        "    more: List[int] = field(default_factory=list)\n\n"
        "    async def raised(self, by: int) -> Tuple[<0>, int]:\n        self.level += by\n"
        "        return self.item, self.level\n"
    )
    loose = is_loose(type_)
    one, other = draw.value(type_), draw.value(type_)
    checks = (
        see(f"<module>Named({one}).item", is_loose=loose),
        see(f"<module>Named({one}, again=True).again"),
        see(f"<module>Account({one}).item", is_loose=loose),
        see(f"_set(<module>Account({one}), 'item', {other})", is_loose=loose),
        Check("async", f"<module>Account({one}, 4).raised", "5", (), loose),
        see(f"<module>Account({one}, level=4, more=[1]).more"),
    )
    return Snippet(text, ("`__new__` as the constructor", "dataclass with identity"), checks, (type_,))


def rare(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw members of rare kinds."""
    type_, plain = draw.known(classes), draw.known()
    text = (
        "@m.wrap_class\nclass Rare:\n    serial: Final[<0>]\n    height: _Stored[<1>] = _Stored(<B>)\n"
        "    width = _Stored[int](3)\n\n"
        "    def __init__(self, serial: <0>) -> None:\n        self.serial = serial\n\n"
        "    @property\n    def once(self) -> int:\n        return 0 if '_once' in self.__dict__ else 1\n\n"
        "    @once.deleter\n    def once(self) -> None:\n        self.__dict__['_once'] = 0\n\n"
        "    @classmethod\n    @property\n    def count(cls) -> <1>:\n        return <B>\n"
    ).replace("<B>", draw.value(plain))
    made, other = f"<module>Rare({draw.value(type_)})", draw.value(plain)
    checks: tuple[Check, ...] = (
        see(f"{made}.serial", is_loose=is_loose(type_)),
        see(f"{made}.height", is_loose=is_loose(plain)),
        see(f"_set({made}, 'height', {other})"),
        see(f"_delete({made}, 'height', {other})"),
        see(f"_set({made}, 'width', 5)"),
        see(f"{made}.once"),
        see(f"_without({made}, 'once').once"),
    )
    if sys.version_info < (3, 13):  # a later Python gives no class property, and so nothing to compare
        checks += (see("<module>Rare.count"), see(f"{made}.count"))
    constructs = ("`Final` of an object", "generic descriptor", "property with deleter alone", "class property")
    return Snippet(text, constructs, checks, (type_, plain))


def extended(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw nested classes of which one extends the other."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_class\nclass Nest:\n    class Inner:\n"
        "        def __init__(self, item: <0>) -> None:\n            self._item = item\n\n"
        "        async def item(self) -> <0>:\n            return self._item\n\n"
        "    class Further(Inner):\n        async def items(self) -> List[<0>]:\n"
        "            return [self._item, await self.item()]\n\n"
        "    async def further(self, item: <0>) -> 'Nest.Further':\n        return self.Further(item)\n\n"
        "    async def same(self, inner: 'Nest.Inner') -> 'Nest.Inner':\n        return inner\n"
    )
    one = draw.value(type_)
    checks = (
        Check("async", f"<module>Nest.Inner({one}).item", "", (), is_loose(type_)),
        Check("async", f"<module>Nest.Further({one}).item", "", (), is_loose(type_)),
        Check("async", f"<module>Nest.Further({one}).items", "", (), is_loose(type_)),
        Check("async", "<module>Nest().further", one),
        Check("async", "<module>Nest().same", f"<module>Nest.Further({one})"),
    )
    constructs = ("nested class that extends another",)
    return Snippet(text, constructs, checks, (type_,), classes=("Nest.Inner", "Nest.Further"))


def generic_inside(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a generic class inside another that is none."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_class\nclass Yard:\n    class Pile(Generic[U]):\n"
        "        def __init__(self, item: U) -> None:\n            self._item = item\n\n"
        "        async def top(self) -> U:\n            return self._item\n\n"
        "    class Heap(Pile[int]):\n        async def both(self) -> List[int]:\n"
        "            return [self._item, await self.top()]\n\n"
        "    async def pile(self, item: U) -> 'Yard.Pile[U]':\n        return self.Pile(item)\n"
    )
    one = draw.value(type_)
    checks = (
        Check("async", f"<module>Yard.Pile({one}).top", "", (), is_loose(type_)),
        Check("async", "<module>Yard.Heap(2).top"),
        Check("async", "<module>Yard.Heap(2).both"),
        Check("async", "<module>Yard().pile", one),
    )
    return Snippet(text, ("nested generic class",), checks, (type_,), classes=("Yard.Pile", "Yard.Heap"))
