"""Draw what Python has had only since a later version than 3.9: generic records, type parameters, `type` aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose, see
from tests.codegen.fuzz.shapes import Check, Class, Snippet, Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer

PARAMETERS = "type parameters of Python 3.12 (PEP 695)"
OVERLOADS = "overloads with type parameters of their own (PEP 695)"
ALIASES = "`type` alias with a ParamSpec, a TypeVarTuple or defaults"


def tickets(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw generic named tuples and typed dicts with wrapped objects in a field of their own, applied and extended."""
    known = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity"]
    if not known or not draw.chance(40):
        return None
    type_, held = draw.pick(known), draw.known(classes)
    text = (
        "@m.wrap_class\nclass Ticket(NamedTuple, Generic[T]):\n    at: <0>\n    item: T\n    size: int = 1\n\n"
        "    def first(self) -> T:\n        return self.item\n\n\n"
        "@m.wrap_class\nclass Tour(TypedDict, Generic[T]):\n    at: <0>\n    item: T\n"
        "    tickets: List[Ticket[T]]\n\n\n"
        "@m.wrap_class\nclass Trip(Tour[int], total=False):\n    guide: <0>\n\n\n"
        "@m.wrap_function\nasync def ticketed(at: <0>, item: T) -> Ticket[T]:\n    return Ticket(at, item)\n\n\n"
        "@m.wrap_function\nasync def changed(ticket: Ticket[<1>]) -> Tuple[Ticket[List[<1>]], <1>]:\n"
        "    return Ticket(ticket.at, [ticket.item], ticket.size + 1), ticket.first()\n\n\n"
        "@m.wrap_function\nasync def toured(tour: Tour[<0>]) -> Tour[<0>]:\n"
        "    return {'at': tour['item'], 'item': tour['at'], 'tickets': tour['tickets'][::-1]}\n\n\n"
        "@m.wrap_function\nasync def trips(trip: Trip) -> AsyncIterator[Trip]:\n    yield trip\n"
        "    yield {**trip, 'guide': trip['at']}\n"
    )
    one, two, item = draw.value(type_), draw.value(type_), draw.value(held)
    listed = f"[<module>Ticket({one}, {two}), <module>Ticket(item={two}, at={one}, size=3)]"
    loose = is_loose(held)
    checks = (
        Check("async", "<module>ticketed", f"{one}, {item}", (), loose),
        Check("async", "<module>changed", f"<module>Ticket({one}, {item})", (), loose),
        Check("async", "<module>toured", f"{{'at': {one}, 'item': {two}, 'tickets': {listed}}}"),
        Check("stream", "<module>trips", f"{{'at': {two}, 'item': 3, 'tickets': [<module>Ticket({two}, 4)]}}"),
        see(f"<module>Ticket({one}, {item}).first()", is_loose=loose),
    )
    construct = "generic named tuple or typed dict with wrapped objects in a field of its own"
    return Snippet(text, (construct,), checks, (type_, held))


def kennels(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw classes, records and functions with type parameters of their own, free, bound and constrained."""
    known = [cls for cls in classes if cls.kind == "identity" and "abstract" not in cls.options]
    if not known or not draw.chance(30):
        return None
    bound, held = Type("class", name=draw.pick(known).key), draw.known(classes)
    text = (
        "@m.wrap_class\nclass Kennel[A]:\n    spare: Optional[A]\n\n"
        "    def __init__(self, item: A) -> None:\n        self._item = item\n        self.spare = None\n\n"
        "    async def get(self) -> Tuple[A, Optional[A]]:\n        return self._item, self.spare\n\n"
        "    async def told[B](self, change: Callable[[A], Awaitable[B]]) -> List[B]:\n"
        "        return [await change(self._item)]\n\n"
        "    async def each(self, *more: A) -> AsyncIterator[A]:\n"
        "        for item in (self._item, *more):\n            yield item\n\n"
        "    @property\n    def item(self) -> A:\n        return self._item\n\n"
        "    @classmethod\n    async def of(cls, item: A) -> 'Kennel[A]':\n        return cls(item)\n\n\n"
        "@m.wrap_class\nclass Doghouse[A, B](Kennel[List[A]]):\n"
        "    async def both(self, left: A, right: B) -> Tuple[A, B, List[A]]:\n"
        "        return left, right, self._item\n\n\n"
        "@m.wrap_class\n@dataclass\nclass Leash[A]:\n    item: A\n    end: <0>\n    others: List[A]\n\n\n"
        "@m.wrap_function\nasync def leashed[A](item: A, end: <0>) -> Leash[A]:\n"
        "    return Leash(item, end, [item])\n\n\n"
        "@m.wrap_function\nasync def walked(leash: Leash[<1>]) -> Leash[List[<1>]]:\n"
        "    return Leash([leash.item], leash.end, [leash.others])\n\n\n"
        "@m.wrap_function\nasync def groomed[B: <=0>](one: B, *more: B) -> Dict[str, B]:\n"
        "    return {str(index): each for index, each in enumerate((one, *more))}\n\n\n"
        "@m.wrap_function\ndef barked[B: (str, bytes)](one: B, two: B) -> B:\n    return one + two\n"
    )
    loose = is_loose(held)
    one, two = draw.value(held), draw.value(held)
    end, other = draw.value(bound), draw.value(bound)
    made = f"<module>Kennel({one})"
    house = f"<module>Doghouse([{one}])"
    checks = (
        Check("async", f"{made}.get", "", (), loose),
        Check("async", f"_with({made}, 'spare', {two}).get", "", (), loose),
        see(f"_set({made}, 'spare', {two})", is_loose=loose),
        see(f"{made}.item", is_loose=loose),
        Check("async", f"{made}.told", "_callback(True)", (), loose),
        Check("async", f"{made}.told", f"_callback(True, {end})", (), loose),
        Check("stream", f"{made}.each", two, (), loose),
        Check("async", "<module>Kennel.of", end),
        Check("async", f"{house}.both", f"{two}, {end}", (), loose),
        Check("async", f"{house}.get", "", (), loose),
        Check("async", "<module>leashed", f"{one}, {end}", (), loose),
        Check("async", "<module>leashed", f"{other}, {end}"),
        Check("async", "<module>walked", f"<module>Leash({one}, {end}, [{two}])", (), loose),
        Check("async", "<module>groomed", f"{end}, {other}"),
        Check("plain", "<module>barked", "'a', 'b'"),
        Check("plain", "<module>barked", "b'a', b'b'"),
    )
    return Snippet(text, (PARAMETERS,), checks, (bound, held), classes=("Kennel", "Doghouse"))


def shorthands(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw `type` aliases with a ParamSpec, with a TypeVarTuple, with defaults, and within one another."""
    if not draw.chance(30):
        return None
    type_ = draw.known(classes)
    text = (
        "type Reaction[**Q, A] = Callable[Q, Awaitable[A]]\ntype Plainly[**Q] = Callable[Q, <=0>]\n"
        "type Row[*Vs] = tuple[int, *Vs]\ntype Rows[A, *Vs] = Dict[str, List[Row[A, *Vs]]]\n"
        "type Pile[A] = List[A]\n\n\n"
        "@m.wrap_function\nasync def reacted(\n"
        "    reaction: Reaction[[<0>], List[<0>]], plainly: Plainly[<0>], value: <0>\n"
        ") -> Pile[<0>]:\n    return [*await reaction(value), plainly(value)]\n\n\n"
        "@m.wrap_function\nasync def rowed(row: Row[<0>, str]) -> Rows[str, <0>]:\n"
        "    return {'a': [(row[0], row[2], row[1])], 'b': []}\n\n\n"
        "@m.wrap_function\nasync def unrowed(row: Row[()], *rows: Row[Pile[<0>]]) -> AsyncIterator[Row[<0>]]:\n"
        "    for number, piled in rows:\n        for each in piled:\n            yield row[0] + number, each\n\n\n"
        "@m.wrap_class\nclass Reactor:\n    def __init__(self, reaction: Reaction[[<0>], <0>]) -> None:\n"
        "        self._reaction = reaction\n\n"
        "    async def react(self, value: <0>) -> Row[<0>]:\n        return 1, await self._reaction(value)\n\n"
        "    async def reaction(self) -> Reaction[[<0>], Row[<0>]]:\n        return self.react\n"
    )
    loose = is_loose(type_)
    one, two = draw.value(type_), draw.value(type_)
    checks = [
        Check("async", "<module>reacted", f"_callback(True, [{two}]), _callback(False), {one}", (), loose),
        Check("async", "<module>rowed", f"(3, {one}, 'x')", (), loose),
        Check("stream", "<module>unrowed", f"(3,), (4, [{one}, {two}]), (5, [])", (), loose),
        Check("async", "<module>Reactor(_callback(True)).react", one, (), loose),
        Check("inside", "<module>Reactor(_callback(True)).reaction", "", (two,), loose),
    ]
    constructs = [ALIASES]
    if draw.chance(50):
        text += (
            "\n\ntype Both[A = str, B = List[A]] = Tuple[A, B]\n\n\n"
            "@m.wrap_function\nasync def turned_both(both: Both, one: Both[<0>]) -> Both[<0>, str]:\n"
            "    return one[1][0], both[1][0] + both[0]\n"
        )
        constructs.append("`type` alias with defaults")
        checks.append(Check("async", "<module>turned_both", f"('a', ['b']), ({one}, [{two}])", (), loose))
    return Snippet(text, tuple(constructs), tuple(checks), (type_,), classes=("Reactor",))


def shelves(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw overloads of a method, a classmethod and a function, each with type parameters of its own."""
    known = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity"]
    if not known or not draw.chance(30):
        return None
    type_, held = draw.pick(known), draw.known(classes)
    own, taken = draw.pick((("[V]", "Optional[V]"), ("", "Any")))  # of the implementation: no overload sees it
    text = (
        "@m.wrap_class\nclass Rack[A]:\n    def __init__(self, item: A) -> None:\n        self._item = item\n\n"
        "    @overload\n    async def pick(self, key: int) -> Tuple[A, None]: ...\n"
        "    @overload\n    async def pick[B: <=0>](self, key: int, other: B) -> Tuple[A, B]: ...\n"
        "    @overload\n    async def pick[B: (str, bytes)](self, key: str, other: B) -> List[B]: ...\n"
        f"    async def pick{own}(self, key: Any, other: {taken} = None) -> Any:\n"
        "        return [other] if isinstance(key, str) else (self._item, other)\n\n"
        "    @overload\n    @classmethod\n    async def of[B: <=0>](cls, item: B) -> 'Rack[B]': ...\n"
        "    @overload\n    @classmethod\n    async def of[B](cls, item: B, more: str) -> 'Rack[List[B]]': ...\n"
        "    @classmethod\n    async def of(cls, item: Any, more: Any = None) -> 'Rack[Any]':\n"
        "        return cls(item if more is None else [item])\n\n\n"
        "@overload\ndef racked[**Q, B](call: Callable[Q, B], *args: Q.args, **more: Q.kwargs) -> List[B]: ...\n"
        "@overload\ndef racked[*Vs](call: None, values: tuple[*Vs]) -> tuple[int, *Vs]: ...\n"
        "@m.wrap_function\ndef racked(call: Any, *args: Any, **more: Any) -> Any:\n"
        "    return (len(args[0]), *args[0]) if call is None else [call(*args, **more)]\n"
    )
    loose = is_loose(held)
    one, item_one, item_two = draw.value(type_), draw.value(held), draw.value(held)
    rack = f"<module>Rack({item_one})"
    checks = (
        Check("async", f"{rack}.pick", "1", (), loose),
        Check("async", f"{rack}.pick", f"1, {one}", (), loose),
        Check("async", f"{rack}.pick", "'a', b'b'", (), loose),
        Check("async", "<module>Rack.of", one),
        Check("plain", "<module>racked", f"None, ({item_one}, {one}, {item_two})", (), loose),
    )
    return Snippet(text, (OVERLOADS,), checks, (type_, held), classes=("Rack",))
