"""Draw types, and the texts of values that have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tests.codegen.fuzz.shapes import Class, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.codegen.fuzz.shapes import Program

X = TypeVar("X")

PLAIN = {
    "int": ("0", "1", "-9", "7", "99", str(2**70)),
    "str": tuple(map(repr, ("", "a", 'a "quoted" \\ text', "é\n", "0"))),
    "float": ("0.5", "-1.25", "2.0", "float('inf')"),
    "bool": ("False", "True"),
    "bytes": tuple(map(repr, (b"", b"\x00\xff", b"raw"))),
}
LISTS = ("List[{0}]", "list[{0}]", "Sequence[{0}]", "MutableSequence[{0}]")
ITERABLES = ("Iterable[{0}]", "Collection[{0}]")
DICTS = ("Dict[{0}, {1}]", "dict[{0}, {1}]", "Mapping[{0}, {1}]", "MutableMapping[{0}, {1}]")
SETS = ("Set[{0}]", "set[{0}]", "AbstractSet[{0}]", "FrozenSet[{0}]")
DEQUES = ("Deque[{0}]", "deque[{0}]")
OPTIONALS = ("Optional[{0}]", "Union[{0}, None]", "{0} | None")
UNIONS = ("Union[{0}, {1}]", "{0} | {1}")
ANNOTATED = ("Annotated[{0}, 'metres']", "Annotated[{0}, 'a', 3]")
LITERALS = (("'low'", "'high'"), ("1", "2"), ("True", "'yes'", "None"))
CONTAINERS = ("list", "iterable", "deque", "tuple_repeated", "set", "dict", "tuple")
IDENTITY = ("identity", "generic")
RECORDS = ("dataclass", "named tuple", "typed dict")


class Drawer:
    """Draw from one example; every construct that is drawn is counted.

    `number` returns a number between two, both included: everything is drawn by it. `number_of_module` is that of the
    module whose contents are drawn.
    """

    def __init__(self, number: Callable[[int, int], int], program: Program) -> None:
        self.number = number
        self.program = program
        self.made = 0
        self.number_of_module = 0

    @property
    def has_following(self) -> bool:
        """Tell whether there is another generated module after the one whose contents are drawn."""
        return self.number_of_module + 1 < len(self.program.sources)

    def note(self, *constructs: str) -> None:
        """Count constructs."""
        self.program.constructs.update(constructs)

    def pick(self, choices: Sequence[X]) -> X:
        """Return one of several."""
        return choices[self.number(0, len(choices) - 1)]

    def some(self, choices: Sequence[X], most: int) -> list[X]:
        """Return a few different ones of several."""
        left = list(choices)
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(min(len(left), self.number(0, most)))]

    def chance(self, percent: int) -> bool:
        """Tell, true in about `percent` of cases; what is drawn shrinks to false."""
        return self.number(0, 99) >= 100 - percent

    # --- types

    def type(self, depth: int = 2, *, is_hashable: bool = False, classes: Sequence[Class] = ()) -> Type:
        """Draw a type of at most `depth` containers over one another; `classes` are those that it may name."""
        usable = [cls for cls in classes if not is_hashable or cls.kind in ("identity", "enum", "named tuple")]
        if is_hashable:
            usable = [cls for cls in usable if cls.kind != "named tuple"]
        choice = self.number(0, 9)
        if depth and not is_hashable and choice >= 5:
            return self.compound(depth, classes)
        if usable and choice >= 2:
            return self.of_class(self.pick(usable), depth, classes)
        if choice == 1 and not is_hashable:
            kind = self.pick(("literal", "annotated", "any", "object"))
            if kind == "literal":
                return Type("literal", name=", ".join(self.pick(LITERALS)))
            if kind == "annotated":
                return Type("annotated", (self.type(0, classes=classes),), self.pick(ANNOTATED))
            if kind == "any" or not classes:
                return Type("any", name=self.pick(("Any", "object")))
        return Type(self.pick(tuple(PLAIN)))

    def of_class(self, cls: Class, depth: int, classes: Sequence[Class]) -> Type:
        """Return the type of a class; a generic one is applied to another type."""
        if cls.kind == "generic":
            return Type("class", (self.type(min(depth, 1), classes=classes),), cls.key)
        return Type("class", name=cls.key)

    def compound(self, depth: int, classes: Sequence[Class]) -> Type:
        """Draw a container, a union or an optional."""
        kind = self.pick(("optional", "list", "dict", "tuple", "set", "union", "tuple_repeated", "iterable", "deque"))
        inner = self.type(depth - 1, is_hashable=kind == "set", classes=classes)
        if kind == "optional":
            return self.optional(inner)
        if kind == "dict":
            key = self.type(0, is_hashable=True, classes=classes) if self.chance(30) else Type("str")
            return Type("dict", (key, inner), self.pick(DICTS))
        if kind == "tuple":
            if self.chance(30):
                return Type("tuple", (inner,), "Tuple[{0}]")
            return Type(
                "tuple",
                (inner, self.type(depth - 1, classes=classes)),
                self.pick(("Tuple[{0}, {1}]", "tuple[{0}, {1}]")),
            )
        if kind == "union":
            other = self.type(depth - 1, classes=classes)
            if other == inner or "any" in (other.kind, inner.kind):
                return inner
            return Type("union", (inner, other), self.pick(UNIONS))
        templates = {
            "list": LISTS,
            "set": SETS,
            "iterable": ITERABLES,
            "deque": DEQUES,
            "tuple_repeated": ("Tuple[{0}, ...]",),
        }
        return Type(kind, (inner,), self.pick(templates[kind]))

    def optional(self, inner: Type) -> Type:
        """Return a type or None."""
        return inner if inner.kind in ("optional", "any") else Type("optional", (inner,), self.pick(OPTIONALS))

    def is_wrapped(self, type_: Type) -> bool:
        """Tell whether a type is a class whose objects have faces."""
        return type_.kind == "class" and self.program.classes[type_.name].kind in IDENTITY

    def told_from_awaitable(self, type_: Type) -> Type:
        """Return a type, or another one where nothing tells its values from what is awaited for them."""
        return Type("int") if self._is_awaited(type_) else type_

    def _is_awaited(self, type_: Type) -> bool:
        """Tell whether objects of a type can be awaited themselves; any object may be one that can."""
        if type_.has("any"):
            return True
        near = [self.program.classes[part.name] for part in type_.walk() if part.kind == "class"]
        return any(
            "awaited" in each.options
            for cls in near
            for below in self.program.classes.values()
            if cls in below.lineage()
            for each in below.lineage()
        )

    def known(self, classes: Sequence[Class] = (), depth: int = 1) -> Type:
        """Draw a type of which it is known what its values are."""
        type_ = self.type(depth, classes=classes)
        return Type(self.pick(tuple(PLAIN))) if type_.has("any") else type_

    def made_of(self, name: str, arguments: str = "") -> str:
        """Return the text of a new object of a class that a template writes."""
        self.made += 1
        return f"_o({', '.join(filter(None, (str(self.made), repr(f'<number>.{name}'), arguments)))})"

    # --- values

    def value(self, type_: Type, depth: int = 3) -> str:
        """Draw the text of a value."""
        kind = type_.kind
        if kind in PLAIN:
            return self.pick(PLAIN[kind])
        if kind == "literal":
            return self.pick(type_.name.split(", "))
        if kind in ("annotated", "var", "newtype"):
            return self.value(type_.args[0], depth)
        if kind == "any":
            return self.any_value(depth)
        if kind == "class":
            return self.of(self.program.classes[type_.name], type_, depth)
        if kind == "optional":
            return "None" if depth <= 0 or self.chance(30) else self.value(type_.args[0], depth)
        if kind == "union":
            return self.value(self.pick(type_.args), depth)
        if kind == "tuple":
            return "(" + "".join(f"{self.value(argument, depth)}, " for argument in type_.args) + ")"
        return self.several(type_, 0 if depth <= 0 else self.number(0, 2), depth)

    def several(self, type_: Type, count: int, depth: int) -> str:
        """Draw a container of some items."""
        items = ", ".join(self.value(type_.args[-1], depth - 1) for _ in range(count))
        if type_.kind == "dict":
            keys = [self.value(type_.args[0], depth - 1) for _ in range(count)]
            return "{" + ", ".join(f"{key}: {self.value(type_.args[1], depth - 1)}" for key in keys) + "}"
        if type_.kind == "set":
            return f"{'frozenset' if type_.name.startswith('FrozenSet') else 'set'}([{items}])"
        if type_.kind == "tuple_repeated":
            return f"tuple([{items}])"
        if type_.kind == "async items":
            return f"_items([{items}])"
        return f"deque([{items}])" if type_.kind == "deque" else f"[{items}]"

    def any_value(self, depth: int) -> str:
        """Draw a value for a parameter that takes anything: a plain one, or an object that has a face."""
        known = [
            cls for cls in self.program.classes.values() if cls.kind == "identity" and "abstract" not in cls.options
        ]
        if known and depth > 1 and self.chance(60):
            return self.of(self.pick(known), None, depth - 1)
        return self.pick(PLAIN[self.pick(tuple(PLAIN))])

    def of(self, cls: Class, type_: Type | None, depth: int) -> str:
        """Draw an object of a class, or of one that extends it."""
        if cls.kind == "enum":
            return f"_c({cls.key!r}).{self.pick(cls.options)}"
        if cls.kind == "identity":
            below = [
                other
                for other in self.program.classes.values()
                if cls in other.lineage() and "abstract" not in other.options
            ]
            cls = self.pick(below) if depth > 0 else below[0]  # the first needs only classes before it
        return self.of_exactly(cls, type_, depth)

    def of_exactly(self, cls: Class, type_: Type | None, depth: int) -> str:
        """Draw an object of a class itself."""
        if cls.kind in RECORDS and any(parameter.type.has("any") for parameter in cls.parameters):
            self.note("record with a field of `Any` or `object`")
        arguments: list[str] = []
        makers = [each for each in cls.lineage() if each.has_constructor]
        for parameter in makers[0].parameters if makers else ():
            wanted = type_.args[0] if parameter.type.kind == "var" and type_ is not None else parameter.type
            if parameter.default is None or (parameter.kind == "positional" and self.chance(0)):
                prefix = "" if parameter.kind in ("positional", "positional-only") else f"{parameter.name}="
                arguments.append(prefix + self.value(wanted, depth - 1))
        if cls.kind in IDENTITY:
            self.made += 1
            return f"_o({', '.join([str(self.made), repr(cls.key), *arguments])})"
        return f"_c({cls.key!r})({', '.join(arguments)})"

    # --- expressions over what is there

    def express(self, type_: Type, there: Sequence[tuple[str, Type]]) -> str | None:
        """Return the text of a value, of what is there if that can be; None for a type variable that is not."""
        fitting = [text for text, known in there if known == type_]
        if fitting:
            return self.pick(fitting)
        if type_.kind == "var":
            return None
        if type_.kind in ("annotated", "optional"):
            return self.express(type_.args[0], there)
        if type_.kind == "union":
            return self.express(self.pick(type_.args), there)
        if type_.kind in CONTAINERS:
            return self.express_container(type_, there)
        if any(part.kind == "var" for part in type_.walk()):
            return None
        return self.value(type_, 2)

    def express_container(self, type_: Type, there: Sequence[tuple[str, Type]]) -> str | None:
        """Return the text of a container of what is there; None where a type variable in it is not."""
        parts = [self.express(argument, there) for argument in type_.args]
        texts = [part for part in parts if part is not None]
        if len(texts) < len(parts):
            return None
        if type_.kind == "dict":
            return "{" + f"{texts[0]}: {texts[1]}" + "}"
        if type_.kind == "tuple":
            return "(" + "".join(f"{text}, " for text in texts) + ")"
        if type_.kind == "set":
            return f"{'frozenset' if type_.name.startswith('FrozenSet') else 'set'}([{texts[0]}])"
        around = {"deque": "deque([{}])", "tuple_repeated": "tuple([{}])"}.get(type_.kind, "[{}]")
        return around.format(texts[0])

    def wrapped(self, type_: Type) -> Type:
        """Draw a type that a value of another one is in."""
        inner = type_
        for _ in range(self.number(0, 2)):
            kind = self.pick(("optional", "list", "tuple", "dict", "tuple_repeated", "iterable"))
            if kind == "optional":
                inner = self.optional(inner)
            elif kind == "tuple":
                inner = Type("tuple", (inner, Type("int")), "Tuple[{0}, {1}]")
            elif kind == "dict":
                inner = Type("dict", (Type("str"), inner), self.pick(DICTS))
            else:
                templates = {"list": LISTS, "iterable": ITERABLES, "tuple_repeated": ("Tuple[{0}, ...]",)}
                inner = Type(kind, (inner,), self.pick(templates[kind]))
        return inner
