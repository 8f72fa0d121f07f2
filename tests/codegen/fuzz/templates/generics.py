"""Draw generic classes that extend one another, and overloads of constructors and operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose, see
from tests.codegen.fuzz.shapes import Check, Class, Snippet, Type
from tests.codegen.fuzz.values import PLAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer


def crates(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a generic class with an attribute of its type variable, what extends it, and what applies a hidden one."""
    type_, base = draw.known(classes), draw.pick(tuple(PLAIN))
    text = (
        "class _Shelved(Generic[T, U]):\n    async def both(self, left: T, right: U) -> Tuple[T, U]:\n"
        "        return left, right\n\n\n"
        "@m.wrap_class\nclass Crate(Generic[T]):\n    spare: Optional[T]\n\n"
        "    def __init__(self, item: T) -> None:\n        self._item = item\n        self.spare = None\n\n"
        "    async def get(self) -> Tuple[T, Optional[T]]:\n        return self._item, self.spare\n\n\n"
        "@m.wrap_class\nclass Padded(Crate[T]):\n    async def swapped(self, item: T) -> List[T]:\n"
        "        before, self._item = self._item, item\n        return [before, item]\n\n\n"
        f"@m.wrap_class\nclass Fixed(Padded[{base}]):\n    async def first(self) -> {base}:\n"
        "        return self._item\n\n\n"
        f"@m.wrap_class\nclass Cellar(_Shelved[int, List[{base}]]):\n    pass\n"
    )
    loose = is_loose(type_)
    item, plain = Type("list", (type_,), "List[{0}]"), Type(base)
    made = f"<module>Padded({draw.value(type_)})"
    checks = (
        Check("async", f"{made}.get", "", (), loose),
        Check("async", f"{made}.swapped", draw.value(type_), (), loose),
        see(f"{made}.spare", is_loose=loose),
        see(f"_set({made}, 'spare', {draw.value(type_)})", is_loose=loose),
        Check("async", f"_with({made}, 'spare', {draw.value(type_)}).get", "", (), loose),
        Check("async", f"<module>Fixed({draw.value(plain)}).first"),
        Check("async", f"<module>Fixed({draw.value(plain)}).swapped", draw.value(plain)),
        Check("async", f"<module>Crate({draw.value(item)}).get", "", (), loose),
        Check("async", "<module>Cellar().both", f"3, [{draw.value(plain)}]"),
    )
    constructs = (
        "attribute of a type variable of its class",
        "generic class that extends another",
        "applied generic base that is not public",
    )
    return Snippet(text, constructs, checks)


def gauges(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw generic classes with attributes of a covariant and of a contravariant type variable."""
    type_ = draw.known(classes)
    text = (
        "G_co = TypeVar('G_co', covariant=True)\nG_contra = TypeVar('G_contra', contravariant=True)\n\n\n"
        "@m.wrap_class\nclass Gauge(Generic[G_co]):\n    value: G_co\n\n"
        "    def __init__(self, value: G_co) -> None:\n        self.value = value\n\n"
        "    async def get(self) -> G_co:\n        return self.value\n\n\n"
        "@m.wrap_class\nclass Needle(Gauge[G_co]):\n    pass\n\n\n"
        "@m.wrap_class\nclass Dial(Generic[G_contra]):\n    last: Optional[G_contra]\n\n"
        "    def __init__(self, last: Optional[G_contra] = None) -> None:\n        self.last = last\n\n"
        "    async def put(self, value: G_contra) -> int:\n        self.last = value\n        return 1\n"
    )
    loose, made = is_loose(type_), f"<module>{draw.pick(('Gauge', 'Needle'))}({draw.value(type_)})"
    dial = f"<module>Dial({draw.value(type_)})"
    checks = (
        see(f"{made}.value", is_loose=loose),
        Check("async", f"_with({made}, 'value', {draw.value(type_)}).get", "", (), loose),
        see(f"{dial}.last", is_loose=loose),
        see(f"_set({dial}, 'last', {draw.value(type_)})", is_loose=loose),
        Check("async", f"{dial}.put", draw.value(type_)),
    )
    constructs = ("attribute of a covariant type variable", "attribute of a contravariant type variable")
    return Snippet(text, constructs, checks)


def forests(draw: Drawer, _: Sequence[Class]) -> Snippet:
    """Draw functions with aliases that are defined by themselves, by each other, and with a type variable."""
    type_ = draw.pick(tuple(PLAIN))
    text = (
        f"Wood = Union[{type_}, List['Wood']]\nTwig = Dict[str, 'Bough']\nBough = List[Twig]\n"
        "Grove = Union[T, List['Grove[T]']]\n\n\n"
        "@m.wrap_function\nasync def felled(wood: Wood, bough: 'Bough') -> 'Tuple[Wood, Twig]':\n"
        "    return [wood], {'': bough}\n\n\n"
        f"@m.wrap_function\nasync def planted(tree: {type_}) -> 'Grove[{type_}]':\n    return [tree, [tree]]\n"
    )
    value = draw.value(Type(type_))
    checks = (
        Check("async", "<module>felled", f"[{value}], [{{'a': []}}]"),
        Check("async", "<module>planted", value),
    )
    constructs = (
        "type that is defined by itself",
        "types that are defined by each other",
        "generic type that is defined by itself",
    )
    return Snippet(text, constructs, checks)


def vault(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw overloads of a constructor and of an operator."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_class\nclass Vault(Generic[T]):\n"
        "    @overload\n    def __init__(self, first: T) -> None: ...\n"
        "    @overload\n    def __init__(self, first: T, *more: T) -> None: ...\n"
        "    def __init__(self, first: T, *more: T) -> None:\n        self._items = [first, *more]\n\n"
        "    @overload\n    def __getitem__(self, index: int) -> T: ...\n"
        "    @overload\n    def __getitem__(self, index: slice) -> List[T]: ...\n"
        "    def __getitem__(self, index: Union[int, slice]) -> Union[T, List[T]]:\n"
        "        return self._items[index]\n\n"
        "    async def all(self) -> List[T]:\n        return self._items\n"
    )
    one, two = (f"<module>Vault({', '.join(draw.value(type_) for _ in range(count))})" for count in (1, 2))
    loose = is_loose(type_)
    checks = (
        Check("async", f"{one}.all", "", (), loose),
        Check("async", f"{two}.all", "", (), loose),
        see(f"{one}[0]", is_loose=loose),
        see(f"{two}[1:]", is_loose=loose),
        Check("expression", f"{two}[5]"),
    )
    return Snippet(text, ("overloads of a constructor", "overloads of an operator"), checks)


def scroll(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a constructor that says what it makes."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_class\nclass Scroll(Generic[T]):\n"
        "    @overload\n    def __init__(self: 'Scroll[str]', path: str, *, encoding: str) -> None: ...\n"
        "    @overload\n    def __init__(self: 'Scroll[bytes]', path: str) -> None: ...\n"
        "    @overload\n    def __init__(self, path: str, *, parse: Callable[[bytes], T]) -> None: ...\n"
        "    def __init__(\n"
        "        self, path: str, *, encoding: str = '', parse: Optional[Callable[[bytes], T]] = None\n    ) -> None:\n"
        "        data = path.encode()\n        text: Any = data.decode(encoding) if encoding else data\n"
        "        self._read: Any = text if parse is None else parse(data)\n\n"
        "    async def read(self) -> T:\n        read: T = self._read\n        return read\n"
    )
    path = draw.value(Type("str"))
    checks = (
        Check("async", f"<module>Scroll({path}).read"),
        Check("async", f"<module>Scroll({path}, encoding='utf-8').read"),
        Check(
            "async",
            f"<module>Scroll({path}, parse=_callback(False, {draw.value(type_)})).read",
            "",
            (),
            is_loose(type_),
        ),
    )
    return Snippet(text, ("constructor that says by `self: C[bytes]` what it makes",), checks)


def lockers(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw members for some objects of a generic class, and what overrides one."""
    type_ = draw.known(classes, depth=0)  # no list: what is in one is not translated in a list of them
    plain = draw.pick(tuple(PLAIN))
    text = (
        "@m.wrap_class\nclass Locker(Generic[T]):\n"
        "    def __init__(self, item: T) -> None:\n        self._item: T = item\n\n"
        "    async def flat(self: 'Locker[List[U]]') -> U:\n        return self._item[0]\n\n"
        f"    async def same(self: 'Locker[{plain}]', item: {plain}) -> List[{plain}]:\n"
        "        return [self._item, item]\n\n"
        "    async def each(self: 'Locker[List[U]]', more: U) -> AsyncGenerator[U, None]:\n"
        "        for item in (*self._item, more):\n            yield item\n\n"
        "    def peek(self: 'Locker[List[U]]') -> U:\n        return self._item[-1]\n\n"
        "    @property\n    def first(self: 'Locker[List[U]]') -> U:\n        return self._item[0]\n\n"
        "    async def __aenter__(self: 'Locker[List[U]]') -> U:\n        return self._item[0]\n\n"
        "    async def __aexit__(self, *exc: object) -> None:\n        pass\n\n\n"
        "@m.wrap_class\nclass Cabinet(Locker[T]):\n"
        "    async def flat(self: 'Cabinet[List[U]]') -> U:\n        return self._item[-1]\n"
    )
    loose = is_loose(type_)
    one, two = draw.value(type_), draw.value(type_)
    made = f"<module>Locker([{one}, {two}])"
    plain_type = Type(plain)
    checks = (
        Check("async", f"{made}.flat", "", (), loose),
        Check("stream", f"{made}.each", draw.value(type_), (), loose),
        Check("expression", f"{made}.peek()", "", (), loose),
        Check("expression", f"{made}.first", "", (), loose),
        Check("entered", made, "", (), loose),
        Check("async", f"<module>Cabinet([{one}, {two}]).flat", "", (), loose),
        Check("async", f"<module>Locker({draw.value(plain_type)}).same", draw.value(plain_type)),
    )
    constructs = (
        "method for some objects of a generic class",
        "property for some objects of a generic class",
        "context manager for some objects of a generic class",
        "override of a method for some objects of a generic class",
    )
    return Snippet(text, constructs, checks)
