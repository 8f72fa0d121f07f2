"""Combine templates: a class of one kind has members of other kinds, and what extends it overrides some of them.

A head says how the class is generic, and what its objects are made of. A member is written for whatever type a class
holds: for the type variable of the head, and again, where it is overridden, for what the base is applied to. So each
head meets each member, twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.codegen.fuzz.members import is_loose
from tests.codegen.fuzz.shapes import Check, Class, Snippet, Type
from tests.codegen.fuzz.templates.newer import PARAMETERS
from tests.codegen.fuzz.templates.selves import indented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer

COMBINED = "class of one template with members of others"
OVERRIDDEN = "member of another template that is overridden in what an applied generic class means by it"


class Head(NamedTuple):
    """A class, and one that extends it.

    In all texts `{A}` is the type of what an object holds, which the class that extends holds a list of, and `{B}` a
    type variable of a callable's own. `made` are the further arguments of the constructor, of which `first` is
    written.
    """

    name: str
    first: str
    base: str
    held: str = "T"
    more: str = ""
    made: str = ""
    extends: str = "Coffer[{L}]"
    members: str = ""
    constructs: tuple[str, ...] = ()


OWN = ("[{B}]", "[**R, {B}]")
HEADS = (
    Head("`TypeVar`", "", "class Coffer(Generic[T]):\n"),
    Head("type parameter", "", "class Coffer[A]:\n", "A", constructs=(PARAMETERS,)),
    Head("no type variable", "", "class Coffer:\n", "<0>", extends=""),
    Head(
        "`ParamSpec`",
        "",
        "class Coffer[**Q, A]:\n",
        "A",
        ", call: Callable[Q, Awaitable[A]]",
        ", _callback(True, {one})",
        "Coffer[[int], {L}]",
        "async def called(self, *args: Q.args, **more: Q.kwargs) -> A:\n    return await self._call(*args, **more)\n\n",
        (PARAMETERS,),
    ),
    Head(
        "`TypeVarTuple`",
        "",
        "class Coffer[A, *Vs]:\n",
        "A",
        ", *rest: *Vs",
        ", 3, 'x'",
        "Coffer[{L}, int, str]",
        "async def rest(self, more: A) -> tuple[A, *Vs]:\n    return (more, *self._rest)\n\n",
        (PARAMETERS,),
    ),
    Head("class that is not public", "", "class _Coffer(Generic[T]):\n"),
    Head("dataclass", "@dataclass\n", "class Coffer(Generic[T]):\n    _item: T\n\n"),
    Head("abstract class", "", "class Coffer(abc.ABC, Generic[T]):\n"),
)


class Member(NamedTuple):
    """A member of a class whose objects hold an `{A}`, and how it is used."""

    name: str
    text: str
    flavour: str
    callee: str = "<self>"
    arguments: tuple[str, ...] = ("",)
    sends: tuple[str, ...] = ()


MEMBERS = (
    Member(
        "async method", "async def get(self) -> Tuple[{A}, int]:\n    return self._item, 1\n", "async", "<self>.get"
    ),
    Member(
        "overloads",
        "@overload\nasync def pick(self, key: int) -> {A}: ...\n"
        "@overload\nasync def pick{own}(self, key: str, other: {B}) -> Tuple[{A}, {B}]: ...\n"
        "async def pick(self, key: Any, other: Any = None) -> Any:\n"
        "    return self._item if isinstance(key, int) else (self._item, other)\n",
        "async",
        "<self>.pick",
        ("1", "'a', {one}", "'a', {end}"),
    ),
    Member(
        "async context manager",
        "async def __aenter__(self) -> {A}:\n    return self._item\n"
        "async def __aexit__(self, *about: object) -> None:\n    await _pause()\n",
        "entered",
    ),
    Member(
        "async generator",
        "async def each(self, *more: {A}) -> AsyncIterator[{A}]:\n    for item in (self._item, *more):\n"
        "        yield item\n",
        "stream",
        "<self>.each",
        ("", "{one}, {one}"),
    ),
    Member(
        "two-way async generator",
        "async def echo(self, first: {A}) -> AsyncGenerator[List[{A}], Optional[{A}]]:\n"
        "    sent = yield [first, self._item]\n    while sent is not None:\n        sent = yield [sent]\n",
        "two-way",
        "<self>.echo",
        ("{one}",),
        ("{one}", "None"),
    ),
    Member(
        "`Unpack[TypedDict]`",
        "async def fitted(self, item: {A}, **options: 'Unpack[Fittings]') -> Tuple[{A}, Optional[<1>], bool]:\n"
        "    return item, options.get('lid'), 'size' in options\n",
        "async",
        "<self>.fitted",
        ("{one}", "{one}, lid={end}, size=3"),
    ),
    Member(
        "`ParamSpec` of a method",
        "async def through{owns}(\n"
        "    self, call: 'Callable[{P}, Awaitable[{B}]]', *args: '{P}.args', **more: '{P}.kwargs'\n"
        ") -> 'Tuple[{Q}, {B}]':\n    return self._item, await call(*args, **more)\n",
        "async",
        "<self>.through",
        ("_callback(True), {one}", "_callback(True, 3), {one}, key={end}"),
    ),
    Member(
        "`Self`",
        "async def itself(self, other: 'Self') -> 'Tuple[List[Self], {Q}]':\n    return [self, other], other._item\n",
        "async",
        "<self>.itself",
        ("<self>",),
    ),
    Member(
        "property with a setter",
        "@property\ndef item(self) -> {A}:\n    return self._item\n"
        "@item.setter\ndef item(self, value: {A}) -> None:\n    self._item = value\n",
        "expression",
        "_set(<self>, 'item', {one})",
    ),
    Member(
        "async call",
        "async def __call__(self, value: {A}) -> List[{A}]:\n    return [value, self._item]\n",
        "async call",
        "<self>",
        ("{one}",),
    ),
    Member(
        "await",
        "def __await__(self) -> Generator[Any, None, {A}]:\n    return _later(lambda: self._item).__await__()\n",
        "await",
    ),
    Member(
        "function that makes an async context manager",
        "@asynccontextmanager\nasync def opened(self, value: {A}) -> AsyncIterator[Tuple[{A}, {A}]]:\n"
        "    yield value, self._item\n",
        "context",
        "<self>.opened",
        ("{one}",),
    ),
    Member(
        "async callback",
        "async def told{own}(self, change: Callable[[{A}], Awaitable[{B}]]) -> List[{B}]:\n"
        "    return [await change(self._item)]\n",
        "async",
        "<self>.told",
        ("_callback(True)", "_callback(True, {end})"),
    ),
    Member(
        "async callable as a result",
        "async def teller(self) -> Callable[[{A}], Awaitable[Tuple[{A}, {A}]]]:\n"
        "    async def tell(value: {A}) -> Tuple[{A}, {A}]:\n        return value, self._item\n    return tell\n",
        "inside",
        "<self>.teller",
        ("",),
        ("{one}",),
    ),
    Member(
        "overloads of an operator",
        "@overload\ndef __getitem__(self, key: int) -> {A}: ...\n"
        "@overload\ndef __getitem__(self, key: slice) -> List[{A}]: ...\n"
        "def __getitem__(self, key: Any) -> Any:\n    return [self._item][key]\n",
        "expression",
        "(<self>[0], <self>[:])",
    ),
    Member(
        "async iterable",
        "async def __aiter__(self) -> AsyncIterator[{A}]:\n    yield self._item\n",
        "iterated",
    ),
    Member(
        "containers",
        "async def spread(self, table: Mapping[str, {A}]) -> Dict[str, List[Optional[{A}]]]:\n"
        "    return {{key: [value, None, self._item] for key, value in table.items()}}\n",
        "async",
        "<self>.spread",
        ("{{'a': {one}, 'b': {one}}}",),
    ),
    Member(
        "async generator staticmethod",
        "@staticmethod\nasync def lent{own}(one: {B}, *more: {B}) -> AsyncIterator[List[{B}]]:\n"
        "    yield [one, *more]\n",
        "stream",
        "<self>.lent",
        ("{end}", "{one}, {one}"),
    ),
)
FITTINGS = "@m.wrap_class\nclass Fittings(TypedDict, total=False):\n    lid: <1>\n    size: int\n\n\n"


def coffers(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw a class of one kind with members of others, and what extends it and overrides some of them."""
    known = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity" and "abstract" not in cls.options]
    if not known or not draw.chance(60):
        return None
    end, held = draw.pick(known), draw.known(classes)
    head = draw.pick(HEADS)
    listed = Type("list", (held,), "List[{0}]")
    parts = draw.some(MEMBERS, 5)
    has_own = PARAMETERS in head.constructs or draw.chance(20)
    constructs = [COMBINED, *([PARAMETERS] if has_own else head.constructs)]

    def written(member: Member, spelled: str, quoted: str) -> str:
        own = (
            {"own": "[B]", "owns": "[**R, B]", "B": "B", "P": "R"}
            if has_own
            else {"own": "", "owns": "", "B": "U", "P": "P"}
        )
        return member.text.format(A=spelled, Q=quoted, **own)

    is_known = head.held == "<0>"
    bodies = [written(each, head.held, '<"0>' if is_known else head.held) for each in parts]
    kept = {", call": "self._call = call", ", *rest": "self._rest = rest"}.get(head.more.partition(":")[0], "")
    constructor = f"def __init__(self, item: {head.held}{head.more}) -> None:\n    self._item = item\n    {kept}\n\n"
    if head.first:  # a dataclass makes its own
        constructor = ""
    is_abstract = head.name == "abstract class"
    weight = "async def weight(self) -> int:\n    return 3\n"
    declared = f"@abc.abstractmethod\n{weight}\n" if is_abstract else ""
    base = head.base + indented(f"{constructor}{head.members}{declared}" + "\n".join(bodies) or "pass\n")
    own_type = draw.pick(("<0>", "variable")) if head.extends else "<0>"
    overridden = draw.some(parts, 2)
    if own_type == "variable":
        name = "A" if has_own else "T"
        spelled = quoted = f"List[{name}]"
        start = (
            f"Strongbox[A]({head.extends.format(L=spelled)})"
            if has_own
            else (f"Strongbox({head.extends.format(L=spelled)})")
        )
    elif head.extends:
        spelled, quoted = "List[<0>]", 'List[<"0>]'
        start = f"Strongbox({head.extends.format(L='List[<=0>]')})"
    else:
        spelled, quoted = "<0>", '<"0>'
        start = "Strongbox(Coffer)"
    more = "\n".join([*([weight] if is_abstract else []), *(written(each, spelled, quoted) for each in overridden)])
    if head.name == "class that is not public":
        base += "\n\n@m.wrap_class\nclass Coffer(_Coffer[T]):\n    pass\n"
    else:
        base = f"@m.wrap_class\n{base}" if not head.first else f"@m.wrap_class(by='identity')\n{head.first}{base}"
    option = "(by='identity')" if head.first else ""
    text = f"{FITTINGS}{base}\n\n@m.wrap_class{option}\nclass {start}:\n{indented(more or 'pass')}"
    checks: list[Check] = []
    one, other = draw.value(held), draw.value(end)
    for name, type_ in (("Coffer", held), ("Strongbox", listed if head.extends else held)):
        if name == "Coffer" and is_abstract:
            continue
        given = one if type_ is held else f"[{one}]"
        texts = {"one": given, "end": other}
        made = f"<module>{name}({given}{head.made.format(**texts)})"
        uses = [(each.flavour, each.callee, use, each.sends) for each in parts for use in each.arguments]
        if head.members:
            extra = ("called", "3") if "call" in head.more else ("rest", "{one}")
            uses.append(("async", f"<self>.{extra[0]}", extra[1], ()))
        for flavour, callee, use, sends in uses:
            filled = [each.format(**texts).replace("<self>", made) for each in (callee, use, *sends)]
            checks.append(Check(flavour, filled[0], filled[1], tuple(filled[2:]), is_loose(held)))
    if overridden and head.extends:
        constructs.append(OVERRIDDEN)
    return Snippet(text, tuple(constructs), tuple(checks), (held, end), classes=("Coffer", "Strongbox"))
