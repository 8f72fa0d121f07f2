"""Combine templates: a class of one kind has members of other kinds, and what extends it overrides some of them.

A head says how the class is generic, and what its objects are made of. A member is written for whatever type a class
holds: for the type variable of the head, and again, where it is overridden, for what the base is applied to. So each
head meets each member, twice. One with `Self` is not overridden in the style "twin", whose stubs keep `Self`: pyright
takes it in an applied base for that base, and refuses the override in the implementation itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.codegen.fuzz.counting import APART
from tests.codegen.fuzz.members import is_loose
from tests.codegen.fuzz.shapes import Check, Class, Snippet, Type
from tests.codegen.fuzz.templates.newer import PARAMETERS
from tests.codegen.fuzz.templates.selves import indented

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.codegen.fuzz.values import Drawer

COMBINED = "class of one template with members of others"
OF_LIST = "class that is generic in a `ParamSpec`, applied to a list of types"
EXTENDS_LIST = "class that extends one applied to a list of types"
OVERRIDDEN = "member of another template that is overridden in what an applied generic class means by it"
OF_CLASS = "override of a class method of a generic class"
OF_APPLIED = "override of a class method of an applied generic class"


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
            Member(
                "async def called_by(self, other: 'Coffer[[int], A]') -> list[A]:\n"
                "    return [await other.called(3)]\n",
                "async",
                "<self>.called_by",
                ("<self>",),
            ),
        ),
        (PARAMETERS, OF_LIST, EXTENDS_LIST),
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
        "async def fitted(self, item: {A}, **options: 'Unpack[{F}]') -> Tuple[{A}, Optional[<1>], bool]:\n"
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
# What overrides this is for what the class is applied to, or for any type, too.
FIRST_OF = Member(
    "@classmethod\nasync def first_of{own}(cls, items: List[{A}], beside: {B}) -> Tuple[{A}, {B}]:\n"
    "    return items[-1], beside\n",
    "async",
    "type(<self>).first_of",
    ("[{one}], {end}", "[{one}, {one}], 3"),
)
FIRST_OF_ANY = FIRST_OF._replace(
    text="@classmethod\nasync def first_of{more}(cls, items: List[{C}], beside: {B}) -> Tuple[{C}, {B}]:\n"
    "    return items[0], beside\n"
)
WEIGHT = "async def weight(self) -> int:\n    return 3\n"
FITTINGS = "@m.wrap_class\nclass Fittings(TypedDict, total=False):\n    lid: <1>\n    size: int\n\n\n"


class _Words(NamedTuple):
    """How a class spells what stands in the texts of members: `held` is the same within quotes as `quoted`.

    `there` stands before the name of what the module of the first class defines.
    """

    held: str
    quoted: str
    has_own: bool  # whether callables have type parameters of their own
    there: str = ""

    def of(self, member: Member) -> str:
        """Return the text of a member."""
        own = {"own": "[B]", "owns": "[**R, B]", "more": "[B, C]", "B": "B", "C": "C", "P": "R"}
        shared = {"own": "", "owns": "", "more": "", "B": "U", "C": "T", "P": "P"}
        words = own if self.has_own else shared
        return member.text.format(A=self.held, Q=self.quoted, F=f"{self.there}Fittings", **words)


def coffers(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw a class of one kind with members of others, and what extends it and overrides some of them."""
    known = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity" and "abstract" not in cls.options]
    if not known or not draw.chance(60):
        return None
    is_apart = draw.has_following and draw.chance(80)
    named = [cls for cls in classes if cls.is_registered] if is_apart else classes
    end, held, head = draw.pick(known), draw.known(named), draw.pick(HEADS)
    members, is_generic = draw.some(MEMBERS, 5), draw.chance(50)
    overridden = draw.some([each for each in members if not (draw.program.is_twin and "Self" in each.text)], 2)
    if draw.chance(40):
        members.append(FIRST_OF)
        overridden += [FIRST_OF_ANY if head.extends and not is_generic and draw.chance(40) else FIRST_OF]
    has_own = PARAMETERS in head.constructs or draw.chance(20)
    other = "Safe" if is_apart else "Strongbox"
    there = "_coffers." if is_apart else ""
    text = FITTINGS + _written(head, members, has_own=has_own)
    more = _extending(other, there, head, overridden, has_own=has_own, is_generic=is_generic)
    given = {"one": draw.value(held), "end": draw.value(end)}
    uses = (*members, *head.members)
    checks = () if head.is_abstract else _uses("Coffer", head, uses, given, is_loose=is_loose(held))
    given["one"] = f"[{given['one']}]" if head.extends else given["one"]
    of_other = _uses(other, head, uses, given, is_loose=is_loose(held))
    own = (PARAMETERS,) if has_own and PARAMETERS not in head.constructs else ()
    constructs = (COMBINED, *head.constructs, *own)
    shown = _shown(overridden, is_apart=is_apart) if head.extends else ()
    if not is_apart:
        checks, constructs, types = (*checks, *of_other), (*constructs, *shown), (held, end)
        return Snippet(text + more, constructs, checks, types, classes=("Coffer", other))
    more = f"import <prefix>{draw.number_of_module} as _coffers{more}"
    following = Snippet(more, shown, of_other, (held, end), classes=(other,))
    return Snippet(text, constructs, checks, (held, end), classes=("Coffer",), following=following)


def _shown(overridden: Sequence[Member], *, is_apart: bool) -> tuple[str, ...]:
    """Return the constructs that overrides show in what extends a generic class."""
    methods = [each for each in overridden if each.flavour != "expression"]
    of_class = [each for each in methods if "@classmethod" in each.text]
    return (
        *([OVERRIDDEN] if overridden else []),
        *([OF_CLASS] if FIRST_OF_ANY in of_class else []),
        *([OF_APPLIED] if FIRST_OF in of_class else []),
        *([APART] if is_apart and len(methods) > len(of_class) else []),
    )


def _uses(
    name: str, head: Head, members: Sequence[Member], given: Mapping[str, str], *, is_loose: bool
) -> tuple[Check, ...]:
    """Return the checks of each member of an object; `given` are the values that it is made of and given."""
    made = f"<module>{name}({given['one']}{head.made.format(**given)})"
    checks: list[Check] = []
    for member in members:
        for use in member.arguments:
            callee, arguments, *sends = (
                each.format(**given).replace("<self>", made) for each in (member.callee, use, *member.sends)
            )
            checks.append(Check(member.flavour, callee, arguments, tuple(sends), is_loose))
    return tuple(checks)


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


def _extending(name: str, there: str, head: Head, members: Sequence[Member], *, has_own: bool, is_generic: bool) -> str:
    """Return the text of the class that extends it, whose objects hold a list of what those of the other do."""
    if not head.extends:
        start, words = f"{name}({there}Coffer)", _Words("<0>", '<"0>', has_own, there)
    elif is_generic:
        spelled = "List[A]" if has_own else "List[T]"
        start = f"{name}{'[A]' * has_own}({there}{head.extends.format(L=spelled)})"
        words = _Words(spelled, spelled, has_own, there)
    else:
        start = f"{name}({there}{head.extends.format(L='List[<=0>]')})"
        words = _Words("List[<0>]", 'List[<"0>]', has_own, there)
    body = "\n".join([*([WEIGHT] * head.is_abstract), *map(words.of, members)])
    return f"\n\n{head.registered}class {start}:\n{indented(body or 'pass')}"
