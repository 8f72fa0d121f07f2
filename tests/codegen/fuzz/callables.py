"""Draw functions and methods: parameters of every kind, bodies that can be predicted, and calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz import members
from tests.codegen.fuzz.shapes import Check, Class, Function, Parameter, Source, Type
from tests.codegen.fuzz.values import PLAIN, Drawer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.shapes import Binding, Flavour, ParameterKind

PARAMETERS = (
    "first",
    "second",
    "value",
    "type",
    "list",
    "function",
    "name",
    "id",
    "method",
    "timeout",
    "args",
    "kwargs",
    "str",
    "Any",
    "stream",
)
MORE = ("extra", "member", "receiver", "channel", "reference", "loop", "self", "cls")  # a method takes the last two
VARIABLES = {"T": None, "N": ("int", "float"), "S": ("str", "bytes")}
FLAVOURS: tuple[Flavour, ...] = (
    "async",
    "async",
    "async",
    "plain",
    "stream",
    "awaitable",
    "two-way",
    "context",
    "returned stream",
    "returned context",
    "iterator",
)
WRAPPERS = {
    "awaitable": ("Awaitable[{0}]", "Coroutine[Any, Any, {0}]", "asyncio.Future[{0}]", "asyncio.Task[{0}]"),
    "stream": ("AsyncIterator[{0}]", "AsyncGenerator[{0}, None]", "AsyncIterable[{0}]"),
    "returned stream": ("AsyncIterator[{0}]", "AsyncIterable[{0}]", "AsyncGenerator[{0}, None]"),
    "two-way": ("AsyncGenerator[{0}, {1}]",),
    "context": ("AsyncIterator[{0}]", "AsyncGenerator[{0}, None]"),
    "returned context": ("AsyncContextManager[{0}]",),
    "iterator": ("Iterator[{0}]", "Iterable[{0}]"),
}
SHOWN = {
    "async": "async function",
    "plain": "plain function",
    "stream": "async generator",
    "two-way": "two-way async generator",
    "context": "`@asynccontextmanager` function",
    "returned stream": "function that returns an `AsyncIterator`",
    "returned context": "function that returns an `AsyncContextManager`",
    "iterator": "`Iterator` as a result of a function",
}


class CallableDrawer(Drawer):
    """Draw what can be called."""

    def all_known(self, source: Source) -> list[Class]:
        """Return the classes that exist by now, and that the module can name."""
        return list(self.program.classes.values())

    def parameters(
        self,
        count: int,
        classes: Sequence[Class],
        in_source: Source,
        *,
        takes_more: bool = False,
        has_callbacks: bool = False,
    ) -> tuple[Parameter, ...]:
        """Draw parameters of every kind, in the order that Python wants them in."""
        names = [*PARAMETERS]
        kinds = sorted(self.pick((1, 1, 1, 1, 0, 2, 3, 3, 4)) for _ in range(count))
        order: tuple[ParameterKind, ...] = ("positional-only", "positional", "rest", "keyword", "keywords")
        found: list[Parameter] = []
        has_default = False
        for index in kinds:
            kind = order[index]
            if kind in ("rest", "keywords") and any(each.kind == kind for each in found):
                continue
            is_one = kind not in ("rest", "keywords")
            has_variables = takes_more and is_one and all(each.type.kind != "var" for each in found)
            type_ = self.parameter_type(classes, has_callbacks=has_callbacks and is_one, has_variables=has_variables)
            default: str | None = None
            if kind not in ("rest", "keywords") and ((has_default and kind != "keyword") or self.chance(30)):
                default = self.default(type_, in_source)
                if default is None and has_default and kind != "keyword":
                    type_, default = Type("int"), "3"
                has_default = has_default or (default is not None and kind != "keyword")
            found.append(Parameter(names.pop(self.number(0, len(names) - 1)), type_, kind, default))
        return tuple(found)

    def parameter_type(self, classes: Sequence[Class], *, has_callbacks: bool, has_variables: bool) -> Type:
        """Draw the type of a parameter."""
        if has_callbacks and self.chance(20):
            kind = self.pick(("awaited", "awaited", "either", "plain", "on loop", "items", "blocking"))
            given, result = self.type(1, classes=classes), self.type(1, classes=classes)
            if any(part.kind == "any" for part in (*given.walk(), *result.walk())):
                given = result = Type("int")
            if kind == "either":
                result = self.told_from_awaitable(result)
            if kind == "items":
                return Type("async items", (given,), self.pick(("AsyncIterable[{0}]", "AsyncIterator[{0}]")))
            return self.callback(kind, given, result)
        if has_variables and self.chance(15):
            name = self.pick(tuple(VARIABLES))
            allowed = VARIABLES[name]
            usable = [cls for cls in classes if cls.kind == "identity" and "abstract" not in cls.options]
            if name == "T" and usable and self.chance(50):
                cls = self.pick(usable)
                return Type("var", (Type("class", name=cls.key),), f"Of_{cls.key.replace('.', '_')}")
            return Type("var", (self.type(1, classes=classes) if allowed is None else Type(self.pick(allowed)),), name)
        return self.type(2, classes=classes)

    def callback(self, kind: str, given: Type, result: Type) -> Type:
        """Return the type of a callable that an implementation takes."""
        templates = {
            "awaited": ("Callable[[{0}], Awaitable[{1}]]", "Callable[[{0}], Coroutine[Any, Any, {1}]]"),
            "either": ("Callable[[{0}], Union[{1}, Awaitable[{1}]]]",),
            "on loop": ("Annotated[Callable[[{0}], Awaitable[{1}]], ON_LOOP]",),
            "plain": ("Callable[[{0}], {1}]",),
            "blocking": ("Callable[[{0}], Awaitable[{1}]]",),
        }
        return Type("callback", (given, result), self.pick(templates[kind]))

    def default(self, type_: Type, source: Source) -> str | None:
        """Draw a default, None where the type has no value that can stand in a `def`."""
        if type_.kind == "optional":
            return "None"
        if type_.kind == "class":
            cls = self.program.classes[type_.name]
            return (
                f"{cls.name}.{self.pick(cls.options)}" if cls.kind == "enum" and cls.module == source.number else None
            )
        if type_.kind == "callback" and "Awaitable" not in type_.name and "Coroutine" not in type_.name:
            return "lambda value: value" if type_.args[0] == type_.args[1] else None
        if all(part.kind in (*PLAIN, "list", "dict", "tuple", "literal", "annotated") for part in type_.walk()):
            text = self.value(type_, 2)
            if not self.chance(20):
                return text
            self.note("defaults that the source computes or names")
            return f"_same({text})"
        return None

    def function(self, source: Source, name: str, binding: Binding, owner: Class | None) -> Function:
        """Draw a function or method, with a body that gives what it was given, or something new."""
        classes = [cls for cls in self.all_known(source) if cls.is_registered or cls.module == source.number]
        flavour = self.pick(FLAVOURS)
        can_await = flavour in ("async", "stream", "context")
        parameters = self.parameters(self.number(0, 4), classes, source, takes_more=True, has_callbacks=can_await)
        there = [
            (each.name, each.type)
            for each in parameters
            if each.kind not in ("rest", "keywords") and each.type.kind not in ("callback", "async items")
        ]
        if owner is not None and binding == "method":
            there.append(("self", Type("class", name=owner.key)))
            if flavour != "two-way" and self.chance(40):
                there.append(("self", Type("self", (Type("class", name=owner.key),))))
        called = [text for each in parameters if (text := self.called(each, there)) is not None]
        results = [(text, type_) for text, type_ in called if type_.kind != "nothing"]
        result, gives = self.result(
            classes, [*there, *results], 2 if flavour in ("stream", "returned stream", "two-way", "iterator") else 1
        )
        sent: Type | None = None
        if flavour == "two-way":
            sent = (
                Type("optional", (result,), "Optional[{0}]")
                if self.chance(50) and result.kind not in ("optional", "any", "var") and "Iterable" not in str(result)
                else Type("optional", (Type("int"),), "Optional[{0}]")
            )
        fails = None
        if self.chance(20):
            fails = self.failure(source)
            parameters = self.with_switch(parameters)
        self.note_function(flavour, binding)
        self.note_result(result, flavour)
        return Function(
            name, flavour, parameters, result, gives, self.wrapper(flavour), binding, sent, fails, None,
            "Give what it was given." if self.chance(30) else None,
        )  # fmt: skip

    def note_function(self, flavour: Flavour, binding: Binding) -> None:
        """Count what a function shows."""
        if binding == "function":
            self.note(*filter(None, [SHOWN.get(flavour)]))
        else:
            family = {
                "stream": "async generator",
                "two-way": "async generator",
                "context": "`@asynccontextmanager`",
            }.get(flavour)
            if flavour == "two-way" and binding == "staticmethod":
                self.note("two-way async generator staticmethod")
            elif family:
                self.note(f"{family} {binding}")
            elif flavour == "plain":
                self.note(f"plain {binding}" if binding == "method" else binding)
            elif flavour == "async":
                self.note(binding if binding == "classmethod" else f"async {binding}")

    def note_result(self, result: Type, flavour: Flavour) -> None:
        """Count what the result of a function shows."""
        if flavour == "iterator" and any(map(self.is_wrapped, result.walk())):
            self.note("`Iterator` of wrapped objects")
        if result.has("self") and flavour in ("stream", "returned stream"):
            self.note("`Self` that a stream yields")
        elif result.has("self") and result.kind != "self":
            self.note("`Self` inside a container")

    def wrapper(self, flavour: Flavour) -> str:
        """Draw the annotation around a result."""
        template = self.pick(WRAPPERS.get(flavour, ("{0}",)))
        if flavour == "awaitable":
            name = template.partition("[")[0].replace("asyncio.", "")
            self.note(f"function that returns {'an' if name == 'Awaitable' else 'a'} `{name}`")
        if template.startswith("Iterable"):
            self.note("`Iterable` as a result")
        if template.startswith("AsyncIterable"):
            self.note("function that returns an `AsyncIterable`")
        return template

    def called(self, parameter: Parameter, there: Sequence[tuple[str, Type]]) -> tuple[str, Type] | None:
        """Return what calling or reading a parameter gives, if it is something to call or to read."""
        type_ = parameter.type
        if type_.kind == "async items":
            return f"[item async for item in {parameter.name}]", Type("list", type_.args, "List[{0}]")
        if type_.kind != "callback":
            return None
        given = self.express(type_.args[0], there)
        if given is None:
            return None
        text = f"{parameter.name}({given})"
        if "Union" in type_.name:
            return f"await _either({text})", type_.args[1]
        return (f"await {text}" if type_.name != "Callable[[{0}], {1}]" else text), type_.args[1]

    def result(
        self, classes: Sequence[Class], there: Sequence[tuple[str, Type]], count: int
    ) -> tuple[Type, tuple[str, ...]]:
        """Draw what a function gives: something of what is there, mostly."""
        usable = list(there)
        result = Type("none")
        variables = [each for each in there if each[1].kind == "var"]
        if variables:  # one that appears once alone is an error to checkers, in the implementation as well
            usable = variables[:1]
        for _ in range(3):
            if variables or (usable and self.chance(75)):
                result = self.wrapped(self.pick(usable)[1])
            else:
                result = self.type(2, classes=classes)
            texts = [self.express(result, there) for _ in range(count)]
            if all(text is not None for text in texts):
                return result, tuple(text for text in texts if text is not None)
        return Type("none"), ("None",) * count

    def failure(self, source: Source) -> str:
        """Draw the exception of a function that fails."""
        own = [cls for cls in self.program.classes.values() if cls.kind == "exception" and cls.is_registered]
        if own and self.chance(60):
            return self.value(Type("class", name=self.pick(own).key))
        return self.pick(("LookupError('nothing there')", "ValueError(3)", "TimeoutError()", "KeyError('a')"))

    @staticmethod
    def with_switch(parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
        """Return parameters with one more that makes the function fail."""
        more = [parameter for parameter in parameters if parameter.kind == "keywords"]
        rest = [parameter for parameter in parameters if parameter.kind != "keywords"]
        return (*rest, Parameter("wrong", Type("bool"), "keyword", "False"), *more)

    def check_function(self, function: Function, callee: str) -> None:
        """Draw calls of a function."""
        loose = members.is_loose(function.result) or function.flavour == "iterator"
        for number in range(self.number(1, 2) if function.parameters else 1):
            sends: tuple[str, ...] = ()
            if function.sent is not None:
                sends = tuple(self.value(function.sent.args[0]) for _ in range(self.number(0, 2)))
            arguments = self.arguments(function.parameters, MORE if function.binding == "function" else MORE[:-2])
            if function.fails is not None and number:
                arguments += ", wrong=True"
            self.program.checks.append(Check(function.flavour, callee, arguments.removeprefix(", "), sends, loose))

    def arguments(self, parameters: Sequence[Parameter], more: Sequence[str]) -> str:
        """Draw the text of arguments, each preceded by a comma; `more` are names for `**`."""
        text, by_name = "", False
        for parameter in parameters:
            if parameter.name == "wrong":
                continue
            if parameter.default is not None and self.chance(50):
                by_name = True
                continue
            value = self.argument(parameter.type)
            if parameter.kind == "rest":
                if not by_name:
                    text += f", {value}"
            elif parameter.kind == "keywords":
                text += f", {self.pick(more)}={value}"
            elif parameter.kind == "keyword" or (by_name and parameter.kind == "positional"):
                text += f", {parameter.name}={value}"
            elif not by_name:
                text += f", {value}"
        return text

    def argument(self, type_: Type) -> str:
        """Draw the text of one argument."""
        if type_.kind != "callback":
            return self.value(type_)
        awaited = "Awaitable" in type_.name or "Coroutine" in type_.name
        if type_.args[0] == type_.args[1] and self.chance(60):
            return f"_callback({awaited})"
        return f"_callback({awaited}, {self.value(type_.args[1])})"
