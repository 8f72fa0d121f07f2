"""Draw attributes whose types come from elsewhere: from a descriptor, from what a base or a constructor annotates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose, see
from tests.codegen.fuzz.shapes import Check, Class, Snippet, Type
from tests.codegen.fuzz.values import PLAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer


def soils(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a base that is not public, and classes that give values to what it declares."""
    type_, plain, base = draw.known(classes), draw.known(), Type(draw.pick(tuple(PLAIN)))
    text = (
        "class _Layered:\n    share: <1>\n    note: Optional[<1>]\n    near: Optional[<0>]\n"
        "    layers: ClassVar[int] = 1\n    shares: ClassVar[List[<1>]]\n\n\n"
        f"@m.wrap_class\nclass Soil(_Layered):\n    field = _Field[{base.kind}]({draw.value(base)})\n"
        f"    width: _Field[<1>] = _Field({draw.value(plain)})\n    place: _Field[Optional[<0>]] = _Field(None)\n"
        "    kept = _Kept(1)\n"
        f"    share = {draw.value(plain)}\n    note = None\n    near = None\n    layers = 2\n"
        f"    shares = [{draw.value(plain)}]\n\n\n"
        f"@m.wrap_class\nclass Clay(Soil):\n    share = {draw.value(plain)}\n    layers = 3\n"
    )
    checks: list[Check] = []
    for name in ("Soil", "Clay"):
        for attribute, part in (("share", plain), ("note", plain), ("near", type_), ("field", base), ("width", plain)):
            checks.append(see(f"<module>{name}().{attribute}", is_loose=is_loose(part)))
        for attribute, part in (("share", plain), ("note", plain), ("near", type_), ("kept", Type("int"))):
            given = f"_set(<module>{name}(), {attribute!r}, {draw.value(part)})"
            checks.append(see(given, is_loose=is_loose(part)))
        checks += [see(f"<module>{name}().{attribute}") for attribute in ("place", "kept", "layers")]
        checks.append(see(f"<module>{name}.layers"))
        checks.append(see(f"<module>{name}.shares", is_loose=is_loose(plain)))
    constructs = (
        "descriptor whose `__get__` gives the class itself, by overloads",
        "descriptor that extends a generic one",
        "value for an attribute that a base annotates",
        "value for a class constant that a base annotates",
    )
    return Snippet(text, constructs, tuple(checks), (type_, plain))


def ribbons(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw classes whose objects a pattern takes apart by place."""
    type_, plain = draw.known(classes), draw.known()
    text = (
        "@m.wrap_class\nclass Ribbon:\n    __match_args__ = ('start', 'length')\n    start: <0>\n\n"
        "    def __init__(self, start: <0>) -> None:\n        self.start = start\n\n"
        f"    @property\n    def length(self) -> <1>:\n        return {draw.value(plain)}\n\n\n"
        "@m.wrap_class\nclass Lace(Ribbon):\n    pass\n\n\n"
        "@m.wrap_class\nclass Thread(Ribbon):\n    __match_args__ = ('length',)  # type: ignore[assignment]\n"
    )
    checks = [see(f"<module>{name}.__match_args__") for name in ("Ribbon", "Lace", "Thread")]
    made = f"<module>{draw.pick(('Ribbon', 'Lace', 'Thread'))}({draw.value(type_)})"
    taken = f"[getattr({made}, name) for name in {made}.__match_args__]"
    checks.append(see(taken, is_loose=is_loose(type_) or is_loose(plain)))
    construct = "class pattern with places, of `__match_args__` and of a dataclass with identity"
    return Snippet(text, (construct,), tuple(checks), (type_, plain))


def trails(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a base that is not public and annotates in its constructor, and what extends it and annotates more."""
    type_, plain = draw.known(classes), draw.known()
    text = (
        "class _Traced:\n    def __init__(self, first: <0>) -> None:\n"
        "        self.trace: List[<0>] = [first]\n        self.length: Final = 7\n        self._step: int = 0\n\n\n"
        "@m.wrap_class\nclass Trail(_Traced):\n"
        "    def __init__(self, first: <0>, *, note: Optional[<1>] = None) -> None:\n"
        "        from decimal import Decimal\n\n        super().__init__(first)\n        if note is not None:\n"
        "            self.note: Optional[<1>] = note\n        else:\n            self.note = None\n"
        "        self.cost: 'Decimal' = Decimal(3)\n        self.code: Final[int] = self.length * 2\n\n"
        "    async def grown(self, more: <0>) -> List[<0>]:\n"
        "        self.trace = [*self.trace, more]\n        return self.trace\n\n\n"
        "@m.wrap_class\nclass Track(Trail):\n    def __init__(self, last: <0>) -> None:\n"
        f"        super().__init__(last)\n        self.note = {draw.value(plain)}\n        self.last: <0> = last\n"
    )
    first, last = f"<module>Trail({draw.value(type_)})", f"<module>Track({draw.value(type_)})"
    noted = f"<module>Trail({draw.value(type_)}, note={draw.value(plain)})"
    items = f"[{draw.value(type_)}, {draw.value(type_)}]"
    loose, is_plain_loose = is_loose(type_), is_loose(plain)
    checks = [
        see(f"{noted}.note", is_loose=is_plain_loose),
        see(f"{last}.last", is_loose=loose),
        see(f"_set({last}, 'last', {draw.value(type_)})", is_loose=loose),
    ]
    for made in (first, last):
        checks += [see(f"{made}.{name}") for name in ("length", "code", "cost")]
        checks += [
            see(f"{made}.trace", is_loose=loose),
            see(f"_set({made}, 'trace', {items})", is_loose=loose),
            see(f"{made}.note", is_loose=is_plain_loose),
            see(f"_set({made}, 'note', {draw.value(plain)})", is_loose=is_plain_loose),
            Check("async", f"_with({made}, 'trace', {items}).grown", draw.value(type_), (), loose),
        ]
    constructs = (
        "attribute that the constructor annotates",
        "attribute that the constructor of an unwrapped base annotates",
    )
    return Snippet(text, constructs, tuple(checks), (type_, plain))


def readings(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a dataclass with identity, of which `__post_init__` annotates what it makes of the fields."""
    type_, plain = draw.known(classes), draw.known()
    text = (
        "@m.wrap_class(by='identity')\n@dataclass\nclass Reading:\n    item: <0>\n    other: InitVar[<1>]\n\n"
        "    def __post_init__(self, other: <1>) -> None:\n"
        "        self.items: List[<0>] = [self.item]\n        self.others: Dict[str, <1>] = {'a': other}\n\n"
        "    async def read(self) -> Tuple[<0>, List[<0>], Dict[str, <1>]]:\n"
        "        return self.item, self.items, self.others\n"
    )
    made = f"<module>Reading({draw.value(type_)}, {draw.value(plain)})"
    items, others = f"[{draw.value(type_)}]", f"{{'b': {draw.value(plain)}}}"
    loose = is_loose(type_) or is_loose(plain)
    checks = (
        see(f"{made}.items", is_loose=loose),
        see(f"{made}.others", is_loose=loose),
        see(f"_set({made}, 'items', {items})", is_loose=loose),
        see(f"_set({made}, 'others', {others})", is_loose=loose),
        Check("async", f"{made}.read", "", (), loose),
        Check("async", f"_with(_with({made}, 'items', {items}), 'others', {others}).read", "", (), loose),
    )
    constructs = ("attribute that `__post_init__` of a dataclass annotates", "dataclass with identity")
    return Snippet(text, constructs, checks, (type_, plain))
