"""Draw what has a template for its text: operators, properties, protocols, overloads, generic functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.shapes import Check, Class, Snippet, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.codegen.fuzz.values import Drawer


def see(text: str, *, is_loose: bool = False) -> Check:
    """Return the check of an expression; with `is_loose` any iterable of the same items will do."""
    return Check("expression", text, is_loose=is_loose)


def a_property(draw: Drawer, name: str, classes: Sequence[Class]) -> Snippet:
    """Draw a property of a drawn type, with or without a setter and a deleter."""
    type_ = draw.type(2, classes=classes)
    value, other = draw.value(type_), draw.value(type_)
    text = f"@property\ndef {name}(self) -> <0>:\n    return self.__dict__.get('_{name}', {value})\n"
    checks = [see(f"<self>.{name}")]
    constructs = ["property"]
    if draw.chance(60):
        text += f"@{name}.setter\ndef {name}(self, value: <0>) -> None:\n    self.__dict__['_{name}'] = value\n"
        checks.append(see(f"_set(<self>, '{name}', {other})"))
        if draw.chance(60):
            text += f"@{name}.deleter\ndef {name}(self) -> None:\n    del self.__dict__['_{name}']\n"
            checks.append(see(f"_delete(<self>, '{name}', {other})"))
            constructs.append("property with setter and deleter")
    return Snippet(text, tuple(constructs), tuple(checks), (type_,), name)


def a_property_that_takes_more(draw: Drawer, name: str, classes: Sequence[Class]) -> Snippet:
    """Draw a property, or a descriptor, that takes a list of what it gives, or the text of a number, as well."""
    type_ = draw.known(classes)
    value, other = draw.value(type_), draw.value(type_)
    taken = "Union[<0>, List[<0>], str]"
    if draw.chance(50):
        construct = "property whose setter takes another type than its getter gives"
        text = (
            f"@property\ndef {name}(self) -> <0>:\n    return self.__dict__.get('_{name}', {value})\n"
            f"@{name}.setter\ndef {name}(self, value: {taken}) -> None:\n"
            f"    self.__dict__['_{name}'] = value[-1] if isinstance(value, list) else value\n"
        )
    else:
        construct = "descriptor that takes another type than it gives"
        text = (
            f"class _More_{name}:\n"
            f"    def __get__(self, instance: Any, owner: Optional[type] = None) -> <0>:\n"
            f"        value: <0> = instance.__dict__.get('_{name}', {value})\n        return value\n"
            f"    def __set__(self, instance: Any, value: {taken}) -> None:\n"
            f"        instance.__dict__['_{name}'] = value[-1] if isinstance(value, list) else value\n"
            f"{name} = _More_{name}()\n"
        )
    loose = is_loose(type_)
    texts = (f"<self>.{name}", f"_set(<self>, '{name}', [{value}, {other}])")
    checks = tuple(see(each, is_loose=loose) for each in texts)
    return Snippet(text, (construct,), checks, (type_,), name)


def a_cached_property(draw: Drawer, name: str, classes: Sequence[Class]) -> Snippet:
    """Draw a cached property."""
    type_ = draw.type(1, classes=classes)
    text = f"@functools.cached_property\ndef {name}(self) -> <0>:\n    return {draw.value(type_)}\n"
    return Snippet(text, ("cached property",), (see(f"<self>.{name}"),), (type_,), name)


def a_class_variable(draw: Drawer, name: str, classes: Sequence[Class]) -> Snippet:
    """Draw a variable of the class, annotated or not."""
    kind = draw.pick(("ClassVar", "computed", "Final", "constant", "default"))
    type_ = draw.type(1)
    if any(part.kind == "any" for part in type_.walk()):  # no objects are made while a module is imported
        type_ = Type("int")
    value = draw.value(type_)
    checks = (see(f"<cls>.{name}"), see(f"<self>.{name}"))
    if kind == "constant":
        return Snippet(
            f"{name} = {draw.pick(('3', repr('x'), '2 * 21', '(1, 0.5)'))}", ("class constant",), checks, (), name
        )
    if kind == "default":
        more = see(f"_set(<self>, '{name}', {draw.value(type_)})")
        constructs = ("attribute with a default",)
        return Snippet(f"{name}: <0> = {value}", constructs, (checks[1], more), (type_,), name)
    if kind == "Final":
        return Snippet(f"{name}: Final[<0>] = {value}", ("`Final` of a class",), checks, (type_,), name)
    if kind == "computed":
        return Snippet(f"{name}: ClassVar[<0>] = _same({value})", ("`ClassVar`",), checks, (type_,), name)
    return Snippet(f"{name}: ClassVar[<0>] = {value}", ("`ClassVar`",), checks, (type_,), name)


def items(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a container."""
    key, value = Type(draw.pick(("int", "str"))), draw.type(1, classes=classes)
    keyed = draw.value(key)
    given = draw.value(value)
    text = (
        "def __getitem__(self, key: <0>) -> <1>:\n    return self.__dict__.setdefault('_items', {})[key]\n"
        "def __setitem__(self, key: <0>, value: <1>) -> None:\n"
        "    self.__dict__.setdefault('_items', {})[key] = value\n"
        "def __delitem__(self, key: <0>) -> None:\n    del self.__dict__.setdefault('_items', {})[key]\n"
    )
    checks = (see(f"_put(<self>, {keyed}, {given})"), see(f"<self>[{keyed}]"))
    return Snippet(text, ("container: items",), checks, (key, value))


def length(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw length, membership and truth."""
    text = (
        f"def __len__(self) -> int:\n    return {draw.number(0, 3)}\n"
        "def __contains__(self, item: object) -> bool:\n    return item == 1\n"
    )
    return Snippet(
        text, ("container: length and membership",), (see("len(<self>)"), see("1 in <self>"), see("2 in <self>"))
    )


def call(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw `__call__`: plain, async or an async generator."""
    type_ = draw.type(2, classes=classes)
    kind, construct, head, result, statement = draw.pick(
        (
            ("plain", "call", "def", "<0>", "return value"),
            ("async call", "async call", "async def", "<0>", "return value"),
            ("stream call", "call that is an async generator", "async def", "AsyncIterator[<0>]", "yield value"),
        )
    )
    text = f"{head} __call__(self, value: <0>) -> {result}:\n    {statement}\n"
    return Snippet(text, (construct,), (Check(kind, "<self>", draw.value(type_), (), is_loose(type_)),), (type_,))


NAMED = (a_property, a_class_variable, a_cached_property, a_property, a_property_that_takes_more)


def awaiting(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw `__await__`."""
    type_ = draw.type(1, classes=classes)
    text = (
        "def __await__(self) -> Generator[Any, None, <0>]:\n"
        f"    return _later(lambda: {draw.value(type_)}).__await__()\n"
    )
    return Snippet(text, ("await",), (Check("await", "<self>", "", (), is_loose(type_)),), (type_,))


def equality(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw equality, hash and order."""
    text = (
        "def __eq__(self, other: object) -> bool:\n    return type(self) is type(other) and self.mark == other.mark\n"
        "def __hash__(self) -> int:\n    return hash(self.mark)\n"
    )
    checks = (see("<self> == <other>"), see("<self> != 3"), see("hash(<self>) == hash(<other>)"))
    if not draw.chance(50):
        return Snippet(text, ("equality and hash",), checks)
    text += "def __lt__(self, other: <0>) -> bool:\n    return self.mark < other.mark\n"
    return Snippet(text, ("equality and hash", "order"), (*checks, see("<self> < <other>")), (OWN,))


OWN = Type("own")  # the class around


def arithmetic(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw operators."""
    operator, sign = draw.pick((("add", "+"), ("sub", "-"), ("or", "|"), ("matmul", "@")))
    text = f"def __{operator}__(self, other: <0>) -> <0>:\n    return other\ndef __neg__(self) -> int:\n    return 4\n"
    return Snippet(text, ("arithmetic",), (see(f"<self> {sign} <other>"), see("-<self>")), (OWN,))


def conversion(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw conversions."""
    text = (
        "def __str__(self) -> str:\n    return 'text ' + self.mark\ndef __int__(self) -> int:\n    return 7\n"
        "def __format__(self, spec: str) -> str:\n    return spec + '!'\n"
    )
    return Snippet(
        text, ("conversion and format",), (see("str(<self>)"), see("int(<self>)"), see("format(<self>, 'x')"))
    )


def entering(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a context manager."""
    if draw.chance(30):
        text = "def __enter__(self) -> <0>:\n    return self\ndef __exit__(self, *about: object) -> None:\n    pass\n"
        return Snippet(text, ("class that is a blocking context manager",), (Check("with", "<self>"),), (OWN,))
    type_ = OWN if draw.chance(50) else draw.type(1, classes=classes)
    value = "self" if type_ is OWN else draw.value(type_)
    text = (
        f"async def __aenter__(self) -> <0>:\n    return {value}\n"
        "async def __aexit__(self, *about: object) -> None:\n    await _pause()\n"
    )
    name = (
        "class that is an async context manager" if type_ is OWN else "async context manager that gives another object"
    )
    return Snippet(text, (name,), (Check("entered", "<self>", "", (), is_loose(type_)),), (type_,))


def iterating(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw an iterable."""
    type_ = draw.type(1, classes=classes)
    value = draw.value(type_)
    kind = draw.pick(("iterable", "async iterable", "async iterator"))
    if kind == "iterable":
        text = f"def __iter__(self) -> Iterator[<0>]:\n    yield {value}\n"
    elif kind == "async iterable":
        text = f"async def __aiter__(self) -> AsyncIterator[<0>]:\n    yield {value}\n"
    else:
        begin = draw.pick(("", "self.__dict__['_seen'] = 1; "))
        text = (
            f"def __aiter__(self) -> <1>:\n    {begin}return self\n"
            "async def __anext__(self) -> <0>:\n    self.__dict__['_seen'] = self.__dict__.get('_seen', 0) + 1\n"
            f"    if self.__dict__['_seen'] > 2:\n        raise StopAsyncIteration\n    return {value}\n"
        )
    construct = "class that is a blocking iterable" if kind == "iterable" else f"class that is an {kind}"
    check = Check("for" if kind == "iterable" else "iterated", "<self>", "", (), is_loose(type_))
    return Snippet(text, (construct,), (check,), (type_, OWN))


def dynamic(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw dynamic attributes."""
    text = (
        "def __getattr__(self, name: str) -> int:\n"
        "    if name.startswith('_'):\n        raise AttributeError(name)\n    return len(name)\n"
    )
    return Snippet(text, ("dynamic attributes",), (see("<self>.whatever"), see("hasattr(<self>, '_whatever')")))


def nested(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a class inside the class."""
    kind = draw.pick(("enum", "dataclass", "class"))
    if kind == "enum":
        text = "class Level(enum.Enum):\n    LOW = 1\n    HIGH = 'high'\n"
        return Snippet(text, ("nested enum",), (see("<cls>.Level.HIGH"),))
    type_ = draw.type(1)
    value = draw.value(type_)
    if kind == "dataclass":
        text = "@dataclass\nclass Stretch:\n    size: <0>\n    number: int = 3\n"
        return Snippet(text, ("nested class",), (see(f"<cls>.Stretch({value}).size"),), (type_,))
    text = (
        "class Inner:\n    def __init__(self, item: <0>) -> None:\n        self._item = item\n"
        "    async def item(self) -> <0>:\n        return self._item\n"
    )
    return Snippet(text, ("nested class",), (Check("async", f"<cls>.Inner({value}).item"),), (type_,))


def descriptor(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw an attribute that a descriptor gives."""
    return Snippet("title = _Counted()\n", ("descriptor",), (see("<self>.title"),), (), "title")


def overloads(draw: Drawer, name: str, first: str, classes: Sequence[Class]) -> tuple[list[str], Snippet]:
    """Draw two overloads and their implementation, whose first parameter is `first`; the snippet has what goes with it.

    `<callee>` stands for the callable in its checks.
    """
    others = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity"]
    types = (Type("int"), draw.pick((Type("str"), Type("bytes"), *others)))
    flavour, head, result, statement = draw.pick(
        (
            ("async", "async def", "<{0}>", "return"),
            ("plain", "def", "<{0}>", "return"),
            ("stream", "def", "AsyncIterator[<{0}>]", "yield"),
        )
    )
    parts = [f"{head} {name}({first}value: <{n}>) -> {result.format(n)}: ...\n" for n in (0, 1)]
    implementation = "async def" if flavour == "stream" else head
    parts.append(f"{implementation} {name}({first}value: <2>) -> {result.format(2)}:\n    {statement} value\n")
    checks = tuple(Check(flavour, "<callee>", draw.value(type_)) for type_ in types)
    return parts, Snippet("", (flavour,), checks, (*types, Type("union", types, "Union[{0}, {1}]")), name)


def overloaded(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw overloads of a method or of a classmethod."""
    is_bound = draw.chance(40)
    parts, made = overloads(draw, "chosen", "cls, " if is_bound else "self, ", classes)
    decorator = "@classmethod\n" if is_bound else ""
    text = "".join(f"@overload\n{decorator}{part}" for part in parts[:2]) + decorator + parts[2]
    callee = "<cls>.chosen" if is_bound else "<self>.chosen"
    checks = tuple(check._replace(callee=callee) for check in made.checks)
    construct = "overloads of a classmethod" if is_bound else "overloads of a method"
    return Snippet(text, (construct,), checks, made.types, "chosen")


SPECIALS: tuple[Callable[[Drawer, Sequence[Class]], Snippet], ...] = (
    items,
    length,
    call,
    equality,
    arithmetic,
    conversion,
    entering,
    iterating,
    dynamic,
    nested,
    descriptor,
    overloaded,
)


def is_loose(type_: Type) -> bool:
    """Tell whether an annotation promises no more than that one can iterate."""
    return any(part.kind == "iterable" for part in type_.walk())


# --- functions


def overloaded_function(draw: Drawer, name: str, classes: Sequence[Class]) -> Snippet:
    """Draw a function with overloads."""
    parts, made = overloads(draw, name, "", classes)
    text = "".join(f"@overload\n{part}" for part in parts[:2]) + f"@m.wrap_function\n{parts[2]}"
    checks = tuple(check._replace(callee=f"<module>{name}") for check in made.checks)
    constructs = ("overloads of a function",) + (("overloads of a stream",) if made.constructs == ("stream",) else ())
    return Snippet(text, constructs, checks, made.types, name)


GENERIC = {
    "ParamSpec": (
        "(function: 'Callable[P, T]', *args: 'P.args', **kwargs: 'P.kwargs') -> 'T':\n"
        "    return function(*args, **kwargs)\n"
    ),
    "Concatenate": (
        "(function: 'Callable[Concatenate[int, P], T]', *args: 'P.args', **kwargs: 'P.kwargs') -> 'List[T]':\n"
        "    return [function(3, *args, **kwargs)]\n"
    ),
    "TypeVarTuple": "(*items: 'Unpack[Ts]') -> 'Tuple[Unpack[Ts]]':\n    return items\n",
    "mapped": (
        "(function: 'Callable[[T], Awaitable[U]]', items: 'Sequence[T]') -> 'List[U]':\n"
        "    return [await function(item) for item in items]\n"
    ),
    "stream": (
        "(table: 'Mapping[str, T]') -> 'AsyncIterator[Tuple[str, T]]':\n"
        "    for key, value in table.items():\n        yield key, value\n"
    ),
}


PARAMETERS = {"ParamSpec": "[**P, T]", "Concatenate": "[**P, T]", "TypeVarTuple": "[*Ts]", "mapped": "[T, U]"}


def generic_function(draw: Drawer, name: str, classes: Sequence[Class]) -> Snippet:
    """Draw a function that is generic in what a template says, by type variables or by type parameters of its own."""
    one, two = draw.type(1, classes=classes), draw.type(1, classes=classes)
    first, second = draw.value(one), draw.value(two)
    loose = is_loose(one) or is_loose(two)
    kind = draw.pick(tuple(GENERIC))
    arguments = {
        "ParamSpec": f"_pass_on, {first}, key={second}",
        "Concatenate": f"_pass_on, {first}, key={second}",
        "TypeVarTuple": f"{first}, {second}",
        "mapped": f"_callback(True), [{first}, {second}]",
        "stream": "{'a': " + first + "}",
    }[kind]
    construct = {"mapped": "free `TypeVar`", "stream": "`TypeVar` in a stream"}.get(kind, f"`{kind}`")
    check = Check("stream" if kind == "stream" else "async", f"<module>{name}", arguments, (), loose)
    has_own = draw.chance(15)
    own = PARAMETERS.get(kind, "[T]") if has_own else ""
    text = f"@m.wrap_function\nasync def {name}{own}{GENERIC[kind]}"
    constructs = (construct, *(["type parameters of Python 3.12 (PEP 695)"] * has_own))
    return Snippet(text, constructs, (check,), (), name)


EITHER = """\
@overload
async def <name>(function: 'Callable[[T], Awaitable[U]]', item: 'T') -> 'U': ...
@overload
async def <name>(function: 'Callable[[T], U]', item: 'T') -> 'U': ...
@m.wrap_function
async def <name>(function: 'Callable[[T], Any]', item: 'T') -> 'Any':
    given = function(item)
    return await given if hasattr(given, '__await__') else given
"""


def either_callback(draw: Drawer, name: str, classes: Sequence[Class]) -> Snippet:
    """Draw a function with an overload for an async callback and one for a blocking one."""
    type_ = draw.told_from_awaitable(draw.type(1, classes=classes))
    checks = tuple(
        Check("async", f"<module>{name}", f"_callback({is_async}), {draw.value(type_)}", (), is_loose(type_))
        for is_async in (True, False)
    )
    construct = "overloads for an async callback and for a blocking one"
    return Snippet(EITHER.replace("<name>", name), (construct,), checks, (), name)
