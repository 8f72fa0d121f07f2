"""Combine templates: a class of one kind has members of other kinds, and what extends it overrides some of them.

A head says how the class is generic, and what its objects are made of. A member is written for whatever type a class
holds: for the type variable of the head, and again, where it is overridden, for what the base is applied to. So each
head meets each member, twice. One with `Self` is not overridden in the style "twin", whose stubs keep `Self`: pyright
takes it in an applied base for that base, and refuses the override in the implementation itself.
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


class Member(NamedTuple):
    """A member of a class whose objects hold an `{A}`, and how it is used."""

    text: str
    flavour: str
    callee: str = "<self>"
    arguments: tuple[str, ...] = ("",)
    sends: tuple[str, ...] = ()


class Head(NamedTuple):
    """A class, and one that extends it.

    `held` is the type of what an object holds; the class that extends it holds a list of that, `{L}`. `more` are the
    further parameters of the constructor, which are given `made`, and `sets` is its body. A dataclass has none.
    """

    base: str
    held: str = "T"
    extends: str = "Coffer[{L}]"  # empty where it is applied to nothing
    more: str = ""
    made: str = ""
    sets: str = "self._item = item"
    members: tuple[Member, ...] = ()
    constructs: tuple[str, ...] = ()
    registered: str = "@m.wrap_class\n"
    decorator: str = ""
    is_hidden: bool = False
    is_abstract: bool = False


HEADS = (
    Head("class Coffer(Generic[T]):\n"),
    Head("class Coffer[A]:\n", "A", constructs=(PARAMETERS,)),
    Head("class Coffer:\n", "<0>", ""),
    Head(
        "class Coffer[**Q, A]:\n",
        "A",
        "Coffer[[int], {L}]",
        ", call: Callable[Q, Awaitable[A]]",
        ", _callback(True, {one})",
        "self._item, self._call = item, call",
        (
            Member(
                "async def called(self, *args: Q.args, **more: Q.kwargs) -> A:\n"
                "    return await self._call(*args, **more)\n",
                "async",
                "<self>.called",
                ("3",),
            ),
        ),
        (PARAMETERS,),
    ),
    Head(
        "class Coffer[A, *Vs]:\n",
        "A",
        "Coffer[{L}, int, str]",
        ", *rest: *Vs",
        ", 3, 'x'",
        "self._item, self._rest = item, rest",
        (
            Member(
                "async def rest(self, more: A) -> tuple[A, *Vs]:\n    return (more, *self._rest)\n",
                "async",
                "<self>.rest",
                ("{one}",),
            ),
        ),
        (PARAMETERS,),
    ),
    Head("class _Coffer(Generic[T]):\n", is_hidden=True),
    Head(
        "class Coffer(Generic[T]):\n    _item: T\n\n",
        registered="@m.wrap_class(by='identity')\n",
        decorator="@dataclass\n",
    ),
    Head("class Coffer(abc.ABC, Generic[T]):\n", is_abstract=True),
)


MEMBERS = (
    Member("async def get(self) -> Tuple[{A}, int]:\n    return self._item, 1\n", "async", "<self>.get"),
    Member(
        "@overload\nasync def pick(self, key: int) -> {A}: ...\n"
        "@overload\nasync def pick{own}(self, key: str, other: {B}) -> Tuple[{A}, {B}]: ...\n"
        "async def pick(self, key: Any, other: Any = None) -> Any:\n"
        "    return self._item if isinstance(key, int) else (self._item, other)\n",
        "async",
        "<self>.pick",
        ("1", "'a', {one}", "'a', {end}"),
    ),
    Member(
        "async def __aenter__(self) -> {A}:\n    return self._item\n"
        "async def __aexit__(self, *about: object) -> None:\n    await _pause()\n",
        "entered",
    ),
    Member(
        "async def each(self, *more: {A}) -> AsyncIterator[{A}]:\n    for item in (self._item, *more):\n"
        "        yield item\n",
        "stream",
        "<self>.each",
        ("", "{one}, {one}"),
    ),
    Member(
        "async def echo(self, first: {A}) -> AsyncGenerator[List[{A}], Optional[{A}]]:\n"
        "    sent = yield [first, self._item]\n    while sent is not None:\n        sent = yield [sent]\n",
        "two-way",
        "<self>.echo",
        ("{one}",),
        ("{one}", "None"),
    ),
    Member(
        "async def fitted(self, item: {A}, **options: 'Unpack[Fittings]') -> Tuple[{A}, Optional[<1>], bool]:\n"
        "    return item, options.get('lid'), 'size' in options\n",
        "async",
        "<self>.fitted",
        ("{one}", "{one}, lid={end}, size=3"),
    ),
    Member(
        "async def through{owns}(\n"
        "    self, call: 'Callable[{P}, Awaitable[{B}]]', *args: '{P}.args', **more: '{P}.kwargs'\n"
        ") -> '''Tuple[{Q}, {B}]''':\n    return self._item, await call(*args, **more)\n",
        "async",
        "<self>.through",
        ("_callback(True), {one}", "_callback(True, 3), {one}, key={end}"),
    ),
    Member(
        "async def itself(self, other: 'Self') -> '''Tuple[List[Self], {Q}]''':\n"
        "    return [self, other], other._item\n",
        "async",
        "<self>.itself",
        ("<self>",),
    ),
    Member(
        "@property\ndef item(self) -> {A}:\n    return self._item\n"
        "@item.setter\ndef item(self, value: {A}) -> None:\n    self._item = value\n",
        "expression",
        "_set(<self>, 'item', {one})",
    ),
    Member(
        "async def __call__(self, value: {A}) -> List[{A}]:\n    return [value, self._item]\n",
        "async call",
        "<self>",
        ("{one}",),
    ),
    Member(
        "def __await__(self) -> Generator[Any, None, {A}]:\n    return _later(lambda: self._item).__await__()\n",
        "await",
    ),
    Member(
        "@asynccontextmanager\nasync def opened(self, value: {A}) -> AsyncIterator[Tuple[{A}, {A}]]:\n"
        "    yield value, self._item\n",
        "context",
        "<self>.opened",
        ("{one}",),
    ),
    Member(
        "async def told{own}(self, change: Callable[[{A}], Awaitable[{B}]]) -> List[{B}]:\n"
        "    return [await change(self._item)]\n",
        "async",
        "<self>.told",
        ("_callback(True)", "_callback(True, {end})"),
    ),
    Member(
        "async def teller(self) -> Callable[[{A}], Awaitable[Tuple[{A}, {A}]]]:\n"
        "    async def tell(value: {A}) -> Tuple[{A}, {A}]:\n        return value, self._item\n    return tell\n",
        "inside",
        "<self>.teller",
        ("",),
        ("{one}",),
    ),
    Member(
        "@overload\ndef __getitem__(self, key: int) -> {A}: ...\n"
        "@overload\ndef __getitem__(self, key: slice) -> List[{A}]: ...\n"
        "def __getitem__(self, key: Any) -> Any:\n    return [self._item][key]\n",
        "expression",
        "(<self>[0], <self>[:])",
    ),
    Member(
        "async def __aiter__(self) -> AsyncIterator[{A}]:\n    yield self._item\n",
        "iterated",
    ),
    Member(
        "async def spread(self, table: Mapping[str, {A}]) -> Dict[str, List[Optional[{A}]]]:\n"
        "    return {{key: [value, None, self._item] for key, value in table.items()}}\n",
        "async",
        "<self>.spread",
        ("{{'a': {one}, 'b': {one}}}",),
    ),
    Member(
        "@staticmethod\nasync def lent{own}(one: {B}, *more: {B}) -> AsyncIterator[List[{B}]]:\n"
        "    yield [one, *more]\n",
        "stream",
        "<self>.lent",
        ("{end}", "{one}, {one}"),
    ),
)
WEIGHT = "async def weight(self) -> int:\n    return 3\n"
FITTINGS = "@m.wrap_class\nclass Fittings(TypedDict, total=False):\n    lid: <1>\n    size: int\n\n\n"


class _Words(NamedTuple):
    """How a class spells what stands in the texts of members: `held` is the same within quotes as `quoted`."""

    held: str
    quoted: str
    has_own: bool  # whether callables have type parameters of their own

    def of(self, member: Member) -> str:
        """Return the text of a member."""
        if self.has_own:
            return member.text.format(A=self.held, Q=self.quoted, own="[B]", owns="[**R, B]", B="B", P="R")
        return member.text.format(A=self.held, Q=self.quoted, own="", owns="", B="U", P="P")


def coffers(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw a class of one kind with members of others, and what extends it and overrides some of them."""
    known = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity" and "abstract" not in cls.options]
    if not known or not draw.chance(60):
        return None
    end, held, head = draw.pick(known), draw.known(classes), draw.pick(HEADS)
    members = draw.some(MEMBERS, 5)
    overridden = draw.some([each for each in members if not (draw.program.is_twin and "Self" in each.text)], 2)
    has_own = PARAMETERS in head.constructs or draw.chance(20)
    text = FITTINGS + _written(head, members, has_own=has_own)
    text += _extending(head, overridden, has_own=has_own, is_generic=draw.chance(50))
    one, other, checks = draw.value(held), draw.value(end), list[Check]()
    for name in ("Strongbox",) if head.is_abstract else ("Coffer", "Strongbox"):
        given = {"one": f"[{one}]" if name == "Strongbox" and head.extends else one, "end": other}
        made = f"<module>{name}({given['one']}{head.made.format(**given)})"
        uses = [(each, use) for each in (*members, *head.members) for use in each.arguments]
        for member, use in uses:
            callee, arguments, *sends = (
                each.format(**given).replace("<self>", made) for each in (member.callee, use, *member.sends)
            )
            checks.append(Check(member.flavour, callee, arguments, tuple(sends), is_loose(held)))
    constructs = [COMBINED, *([PARAMETERS] if has_own else []), *([OVERRIDDEN] if overridden and head.extends else [])]
    return Snippet(text, tuple(constructs), tuple(checks), (held, end), classes=("Coffer", "Strongbox"))


def _written(head: Head, members: Sequence[Member], *, has_own: bool) -> str:
    """Return the text of the class."""
    words = _Words(head.held, head.held.replace("<0>", '<"0>'), has_own)
    body = [] if head.decorator else [f"def __init__(self, item: {head.held}{head.more}) -> None:\n    {head.sets}\n"]
    body += [f"@abc.abstractmethod\n{WEIGHT}"] if head.is_abstract else []
    body += [words.of(each) for each in (*members, *head.members)]
    text = head.base + indented("\n".join(body) or "pass\n")
    if head.is_hidden:
        return f"{text}\n\n@m.wrap_class\nclass Coffer(_Coffer[T]):\n    pass\n"
    return f"{head.registered}{head.decorator}{text}"


def _extending(head: Head, members: Sequence[Member], *, has_own: bool, is_generic: bool) -> str:
    """Return the text of the class that extends it, whose objects hold a list of what those of the other do."""
    if not head.extends:
        start, words = "Strongbox(Coffer)", _Words("<0>", '<"0>', has_own)
    elif is_generic:
        spelled = "List[A]" if has_own else "List[T]"
        start = f"Strongbox{'[A]' * has_own}({head.extends.format(L=spelled)})"
        words = _Words(spelled, spelled, has_own)
    else:
        start, words = f"Strongbox({head.extends.format(L='List[<=0>]')})", _Words("List[<0>]", 'List[<"0>]', has_own)
    body = "\n".join([*([WEIGHT] * head.is_abstract), *map(words.of, members)])
    return f"\n\n{head.registered}class {start}:\n{indented(body or 'pass')}"
