"""Draw values, and functions of them, that have a template for their text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose
from tests.codegen.fuzz.shapes import Check, Class, Snippet, Type
from tests.codegen.fuzz.values import RECORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        f"@m.wrap_function\nasync def below() -> <0>:\n    class Hidden(_c({cls.key!r})):\n        pass\n"
        f"    return Hidden({arguments})\n"
    )
    check = Check("async", "<module>below")
    return Snippet(text, ("object of an unregistered subclass",), (check,), (Type("class", name=cls.key),))


def listing(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw an async function that gives an iterator."""
    type_ = draw.type(1)
    text = f"@m.wrap_function\nasync def listed() -> Iterator[<0>]:\n    return iter([{draw.value(type_)}])\n"
    check = Check("async", "<module>listed", "", (), is_loose=True)
    return Snippet(text, ("`Iterator` as a result of an async function",), (check,), (type_,))


def new_type(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a `NewType`, inside of containers too."""
    text = (
        "UserId = NewType('UserId', int)\n\n\n"
        "@m.wrap_function\nasync def users(first: UserId, more: List[UserId]) -> Dict[UserId, Optional[UserId]]:\n"
        "    return {first: None, **{each: first for each in more}}\n"
    )
    return Snippet(text, ("`NewType`",), (Check("async", "<module>users", "1, [2, 3]"),))


def tagged(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw `Annotated` with what a dataclass makes, with a class and with what the module has under a name."""
    type_ = draw.known(classes)
    text = (
        "@dataclass(frozen=True)\nclass Metre:\n    length: int\n    unit: str = 'm'\n\n\nMETRE = object()\n\n\n"
        "@m.wrap_function\nasync def tagged(\n    first: Annotated[<0>, Metre(1), METRE, object()],\n"
        "    more: Annotated[List[<0>], Metre(2, unit='x'), Metre],\n) -> List[<0>]:\n    return [first, *more]\n"
    )
    value, other = draw.value(type_), draw.value(type_)
    check = Check("async", "<module>tagged", f"{value}, [{other}]", (), is_loose(type_))
    return Snippet(text, ("metadata of `Annotated` that is no literal",), (check,), (type_,))


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
    faces = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity"]
    # What is added stands in a list of lists: a face by itself would be found without the plan of the subclass.
    added = draw.pick(faces) if faces else Type("str")
    given, owner = draw.value(type_), draw.value(added)
    text = (
        "@m.wrap_class\n@dataclass\nclass Sized:\n    size: <0>\n    scale: InitVar[int] = 1\n"
        "    items: List[int] = field(default_factory=list)\n    near: Optional[<1>] = None\n\n"
        "    def __post_init__(self, scale: int) -> None:\n        self.items = [*self.items, scale]\n\n\n"
        "@m.wrap_class\n@dataclass\nclass Resized(Sized):\n    more: int = 3\n"
        "    owners: List[List[<1>]] = field(default_factory=list)\n\n\n"
        "@m.wrap_function\nasync def resized(value: Sized, other: Sized) -> Tuple[Sized, List[Sized]]:\n"
        "    return value, [other]\n"
    )
    arguments = f"<module>Resized({given}, scale=4, owners=[[{owner}]]), <module>Resized({given})"
    check = Check("async", "<module>resized", arguments, (), is_loose(type_))
    constructs = (
        "dataclass with factories and `InitVar`",
        "dataclass that extends another",
        *(["dataclass that adds wrapped objects to what it extends"] * bool(faces)),
    )
    return Snippet(text, constructs, (check,), (type_, added))


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


def lending(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw blocking generators of wrapped objects, which are sent some and return some: a result, and a parameter."""
    known = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity"]
    if not known:
        return None
    type_ = draw.pick(known)
    text = (
        "@m.wrap_function\ndef lent(first: <0>) -> Generator[<0>, <0>, List[<0>]]:\n"
        "    found = [first]\n    while len(found) < 3:\n        found.append((yield found[-1]))\n"
        "    return found\n\n\n"
        "@m.wrap_function\nasync def resent(\n"
        "    steps: Generator[<0>, <0>, List[<0>]], other: <0>\n) -> List[<0>]:\n"
        "    found = [next(steps)]\n    while True:\n        try:\n            found.append(steps.send(other))\n"
        "        except StopIteration as end:\n            returned: List[<0>] = end.value\n"
        "            return [*found, *returned]\n"
    )
    one, two = draw.value(type_), draw.value(type_)
    checks = (
        Check("expression", f"next(<module>lent({one}))"),
        Check("async", "<module>resent", f"<module>lent({one}), {two}"),
    )
    constructs = ("`Generator` of wrapped objects as a result", "`Generator` of wrapped objects as a parameter")
    return Snippet(text, constructs, checks, (type_,))


def charts(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw generic dataclasses with wrapped objects in a field of their own, applied, extended and nested."""
    known = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity"]
    if not known:
        return None
    type_, held = draw.pick(known), draw.known(classes)
    text = (
        "@m.wrap_class\n@dataclass\nclass Chart(Generic[T]):\n    items: List[T]\n    owner: <0>\n\n"
        "    def first(self) -> T:\n        return self.items[0]\n\n\n"
        "@m.wrap_class\n@dataclass(frozen=True)\nclass Fixture(Generic[T]):\n    item: T\n    at: <0>\n\n\n"
        "@m.wrap_class\n@dataclass\nclass Digits(Chart[int]):\n    unit: str = ''\n\n\n"
        "@m.wrap_class\n@dataclass\nclass Noted(Chart[T]):\n    note: Optional[T] = None\n\n\n"
        "@m.wrap_function\nasync def charted(chart: Chart[<1>], digits: Digits) -> Tuple[Chart[<1>], Digits, <1>]:\n"
        "    return chart, digits, chart.first()\n\n\n"
        "@m.wrap_function\nasync def charts(charts: Chart[Chart[<0>]]) -> Chart[<0>]:\n"
        "    return Chart([each.owner for each in charts.items], charts.owner)\n\n\n"
        "@m.wrap_function\nasync def noted(item: T, owner: <0>) -> Noted[T]:\n"
        "    return Noted([item], owner, item)\n\n\n"
        "@m.wrap_function\nasync def fixed(fixture: Fixture[<1>]) -> Fixture[List[<1>]]:\n"
        "    return Fixture([fixture.item], fixture.at)\n"
    )
    one, two, item = draw.value(type_), draw.value(type_), draw.value(held)
    loose = is_loose(held)
    # What extends an applied record has anything in the place of the type variable, where no record is looked into.
    is_plain = not any(part.kind == "class" and draw.program.classes[part.name].kind in RECORDS for part in held.walk())
    digits = f"<module>Digits([{draw.number(0, 9)}], {two}, unit='m')"
    checks = (
        Check("async", "<module>charted", f"<module>Chart([{item}], {one}), {digits}", (), loose),
        *(
            [Check("async", "<module>charted", f"<module>Noted([{item}], {one}, {item}), {digits}", (), loose)]
            * is_plain
        ),
        Check("async", "<module>charts", f"<module>Chart([<module>Chart([{two}], {one})], {two})"),
        Check("async", "<module>noted", f"{item}, {one}", (), loose),
        Check("async", "<module>fixed", f"<module>Fixture({item}, {one})", (), loose),
    )
    constructs = (
        "generic dataclass with wrapped objects in a field of its own",
        "frozen generic dataclass with wrapped objects in a field of its own",
        "dataclass that extends an applied generic one",
        "generic dataclass that extends another",
    )
    return Snippet(text, constructs, checks, (type_, held))


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
        "@m.wrap_function\nasync def paged(item: T) -> Slip[T]:\n    return Slip([item, item])\n\n\n"
        f"@m.wrap_function\nasync def unknown() -> Slip[Any]:\n    return Slip([{draw.value(type_)}, 1], 1)\n"
    )
    checks = (
        Check("async", f"<module>Shelf({draw.value(type_)}).page"),
        Check("async", "<module>paged", draw.value(type_)),
        Check("async", "<module>unknown"),
    )
    constructs = (
        "generic dataclass applied to a type variable of a class",
        "generic dataclass applied to a type variable of a function",
        "generic dataclass applied to `Any`",
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
        f"@m.wrap_function\nasync def own_kind() -> Type[<0>]:\n    return _c({cls.key!r})\n\n\n"
        "@m.wrap_function\nasync def any_kind(kind: Type[T]) -> Type[T]:\n"
        "    assert kind.__module__.startswith(('_fuzz', 'builtins'))\n    return kind\n\n\n"
        "@m.wrap_class\n@dataclass\nclass Route:\n    first: Type[<0>]\n    others: List[Type[<0>]]\n\n\n"
        "@m.wrap_function\nasync def turned_route(route: Route) -> Route:\n"
        "    return Route(route.others[0], [route.first])\n\n\n"
        "@m.wrap_class\nclass Registry:\n    default: Type[<0>]\n\n"
        "    def __init__(self, default: Type[<0>]) -> None:\n        self.default = default\n\n"
        "    async def is_own(self) -> bool:\n        return self.default.__module__.startswith('_fuzz')\n"
    )
    kind = f"_c({cls.key!r})"
    checks = (
        Check("async", "<module>kinds", kind),
        Check("async", "<module>own_kind"),
        Check("async", "<module>any_kind", kind),
        Check("async", "<module>any_kind", "int"),
        Check("async", "<module>turned_route", f"<module>Route({kind}, [{kind}])"),
        Check("expression", f"<module>Registry({kind}).default"),
        Check("expression", f"_set(<module>Registry({kind}), 'default', {kind})"),
        Check("async", f"<module>Registry({kind}).is_own"),
    )
    constructs = (
        "class object of a wrapped class as a parameter",
        "class object of a wrapped class as a result",
        "class objects of wrapped classes in containers",
        "class object of a wrapped class as an attribute",
        "class objects of wrapped classes in fields of a record",
        "class object of a type variable",
    )
    return Snippet(text, constructs, checks, (Type("class", name=cls.key),))


def knots(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw a dataclass that stands in its own fields, and carries wrapped objects."""
    known = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity"]
    if not known:
        return None
    type_ = draw.pick(known)
    text = (
        "@m.wrap_class\n@dataclass\nclass Knot:\n    item: Optional[<0>]\n"
        "    near: List['Knot'] = field(default_factory=list)\n    above: Optional['Knot'] = None\n\n\n"
        "@m.wrap_function\nasync def turned_knot(knot: Knot) -> Knot:\n"
        "    return Knot(knot.item, [knot, *knot.near], knot.above)\n"
    )
    inner = f"<module>Knot({draw.value(type_)})"
    arguments = f"<module>Knot({draw.value(type_)}, [{inner}, <module>Knot(None)], <module>Knot(None, [{inner}]))"
    check = Check("async", "<module>turned_knot", arguments)
    return Snippet(text, ("recursive dataclass",), (check,), (type_,))


def quiet(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a function that says nothing of its result, and a generator with all three of its types."""
    type_, plain = draw.known(classes), draw.known(depth=0)
    text = (
        "@m.wrap_function\nasync def quiet(value: <0>):\n    await _pause()\n\n\n"
        "@m.wrap_function\ndef echoed(first: <1>) -> Generator[<1>, Optional[<1>], bool]:\n"
        "    sent = yield first\n    while sent is not None:\n        sent = yield sent\n    return True\n"
    )
    sends = tuple(draw.value(plain) for _ in range(draw.number(0, 2)))
    checks = (
        Check("async", "<module>quiet", draw.value(type_)),
        Check("generator", "<module>echoed", draw.value(plain), sends),
    )
    constructs = (
        "result without annotation that the body proves to be None",
        "`Generator` as a result, with send and return values",
    )
    return Snippet(text, constructs, checks, (type_, plain))


def options(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw keywords that a typed dict describes, with and without objects that have faces, and sentinels."""
    plain = draw.known()
    faces = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity"]
    face = draw.pick(faces) if faces else plain
    text = (
        "class Missing(enum.Enum):\n    MISSING = 'missing'\n\n\nUNSET: Any = object()\n\n\n"
        "class _Paging(TypedDict):\n    limit: int\n\n\n"
        "class Search(_Paging, total=False):\n    item: <0>\n    items: List[<0>]\n\n\n"
        "@m.wrap_class\nclass Places(TypedDict, total=False):\n    first: <1>\n    others: List[<1>]\n\n\n"
        "@m.wrap_function\nasync def search(title: str, **search: 'Unpack[Search]') -> Tuple[int, List[<0>]]:\n"
        "    items = search.get('items', [])\n"
        "    return search['limit'], [*items, search['item']] if 'item' in search else items\n\n\n"
        "@m.wrap_function\nasync def look(**places: 'Unpack[Places]') -> List[<1>]:\n"
        "    return [*([places['first']] if 'first' in places else []), *places.get('others', [])]\n\n\n"
        "@m.wrap_function\nasync def replaced(\n"
        "    value: Union[<0>, None, Literal[Missing.MISSING]] = Missing.MISSING, other: object = UNSET\n"
        ") -> List[bool]:\n    return [value is Missing.MISSING, value is None, other is UNSET]\n"
    )
    one, several = draw.value(plain), ", ".join(draw.value(face) for _ in range(draw.number(0, 2)))
    loose = is_loose(plain)
    checks = [
        Check("async", "<module>search", "'x', limit=3", (), loose),
        Check("async", "<module>search", f"title='x', limit=4, item={one}, items=[{one}]", (), loose),
        Check("async", "<module>look"),
        Check("async", "<module>look", f"first={draw.value(face)}, others=[{several}]"),
        *(Check("async", "<module>replaced", given) for given in ("", one, "None, None", "other=3")),
    ]
    constructs = (
        "`Unpack[TypedDict]`",
        "defaults: sentinels",
        *(["`Unpack[TypedDict]` with wrapped objects"] * bool(faces)),
    )
    return Snippet(text, constructs, tuple(checks), (plain, face))
