"""Draw classes: their heads first, which anything may name, then their members."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from tests.codegen.fuzz import members
from tests.codegen.fuzz.callables import CallableDrawer
from tests.codegen.fuzz.shapes import Attribute, Check, Class, Parameter, Snippet, Source, Type
from tests.codegen.fuzz.values import IDENTITY

if TYPE_CHECKING:
    from tests.codegen.fuzz.shapes import Binding, ParameterKind

METHODS = (
    "fetch",
    "list",
    "load",
    "dict",
    "open",
    "method",
    "parse",
    "str",
    "find",
    "stream",
    "special",
    "type",
    "id",
    "int",
)
PLAIN_TYPES = ("list", "dict", "str", "type", "int")
MEMBERS = ("city", "name", "level", "speed", "limit", "attribute")
CLASSES = ("Station", "Plant", "Order", "User", "Cursor", "Depot", "Box", "Hub")
VALUES = ("Report", "Stop", "Leg", "Plan", "Mode", "Failure", "Page", "Unit")
FAMILIES = (  # a class has one of each at most, in what it extends as well
    {"class that is a blocking iterable", "class that is an async iterable", "class that is an async iterator"},
    {
        "class that is a blocking context manager",
        "class that is an async context manager",
        "async context manager that gives another object",
    },
    {"call", "async call", "call that is an async generator"},
    {"nested class", "nested enum"},
    {"overloads of a method", "overloads of a classmethod"},
    {"equality and hash"},
)


class ClassDrawer(CallableDrawer):
    """Draw classes of every kind."""

    def heads(self, source: Source) -> None:
        """Draw the classes of a module: their kinds, their constructors, what they extend."""
        names = [*VALUES]
        for _ in range(self.number(0, 2)):
            self.value_class(source, names.pop(self.number(0, len(names) - 1)))
        names = [*CLASSES]
        for _ in range(self.number(0 if source.number else 1, 3)):
            self.identity_class(source, names.pop(self.number(0, len(names) - 1)))

    def add(self, source: Source, cls: Class) -> None:
        """Keep a class."""
        self.program.classes[cls.key] = cls
        source.items.append(cls)

    def value_class(self, source: Source, name: str) -> None:
        """Draw a class that goes by value."""
        kind = self.pick(("dataclass", "enum", "named tuple", "exception", "typed dict"))
        cls = Class(f"{source.number}.{name}", kind)
        identities = [other for other in self.program.classes.values() if other.kind in IDENTITY]
        if kind == "enum":
            cls.options = self.pick((("FAST",), ("LOW", "HIGH"), ("A", "B", "C")))
            cls.is_registered = self.chance(70)
        elif kind == "exception":
            cls.parameters = (Parameter("message", Type("str")), Parameter("code", Type("int")))[: self.number(1, 2)]
        else:
            fields = [
                Parameter(field, self.type(2, classes=identities if self.chance(50) else ()))
                for field in ("size", "near", "table")[: self.number(1, 3)]
            ]
            kinds: tuple[ParameterKind, ...] = ("keyword",) if kind == "typed dict" else ("positional", "keyword")
            cls.parameters = tuple(
                dataclasses.replace(field, kind=self.pick(kinds) if kind == "typed dict" else "positional")
                for field in fields
            )
            carries = any(self.carries(field.type) for field in fields)
            cls.is_registered = carries or self.chance(60)
            if kind == "dataclass":
                cls.options = tuple(option for option in ("frozen=True", "order=True", "eq=False") if self.chance(25))
                if "eq=False" in cls.options and "order=True" in cls.options:
                    cls.options = ("order=True",)
                if self.chance(30) and not cls.options:
                    cls.options = ("slots",)
                elif self.chance(12):
                    cls.options = (*cls.options, "slots=True", "kw_only=True")
                    cls.parameters = tuple(dataclasses.replace(field, kind="keyword") for field in fields)
                    self.note("dataclass with `slots=True` and `kw_only=True`")
            if carries:
                self.note(f"{kind} that carries wrapped objects")
        self.note(
            {
                "typed dict": "typed dict",
                "dataclass": "dataclass with slots"
                if "slots" in cls.options
                else "frozen, ordered dataclass"
                if cls.options
                else "dataclass",
            }.get(kind, kind)
        )
        self.add(source, cls)

    def carries(self, type_: Type) -> bool:
        """Tell whether a value of a type may hold an object that has a face."""
        return any(
            part.kind == "class"
            and (
                self.is_wrapped(part)
                or any(self.carries(each.type) for each in self.program.classes[part.name].parameters)
            )
            for part in type_.walk()
        )

    def identity_class(self, source: Source, name: str) -> None:
        """Draw a class whose objects have faces."""
        cls = Class(f"{source.number}.{name}", "identity", public=f"Public{name}" if self.chance(15) else None)
        if self.chance(12):
            cls.kind = "generic"
            cls.parameters = (Parameter("item", Type("var", (), "T")),)
            self.note("generic class")
            if self.chance(15):
                cls.options = ("type parameters",)
                self.note("type parameters of Python 3.12 (PEP 695)")
            self.add(source, cls)
            return
        bases = [
            other
            for other in self.program.classes.values()
            if other.kind == "identity"
            and "abstract" not in other.options
            and (other.module == source.number or source.imports.get(other.module) in ("from", "module"))
        ]
        if bases and self.chance(40):
            cls.base = self.pick(bases)
            self.note("inheritance between wrapped classes")
        cls.has_constructor = self.chance(60) if cls.base else self.chance(90)
        if cls.has_constructor:
            cls.parameters = self.parameters(self.number(0, 3), [*self.program.classes.values()], in_source=source)
            if any(parameter.kind in ("rest", "keywords") for parameter in cls.parameters):
                cls.parameters = tuple(each for each in cls.parameters if each.kind not in ("rest", "keywords"))
            if cls.base is not None:
                made = self.of_exactly(cls.base, None, 2)
                cls.base_arguments = made.partition(", ")[2].partition(", ")[2].removesuffix(")")
        elif not cls.base:
            self.note("class without a constructor")
        if cls.base is None and cls.has_constructor and self.chance(20):
            cls.options = ("slots",)
            self.note("`__slots__`")
        if cls.base is None and self.chance(15):
            cls.options = (*cls.options, "mixin")
            self.note("mixed-in unwrapped base")
        if self.chance(10) and not any("awaited" in each.options for each in cls.lineage()):
            cls.options = (*cls.options, "awaited")
        if not any("slots" in each.options for each in cls.lineage()) and self.chance(15):
            cls.options = (*cls.options, "abstract")
            self.note("abstract base class")
        self.note("class with identity")
        self.add(source, cls)
        if "abstract" in cls.options:
            self.add(
                source,
                Class(f"{source.number}.Real{name}", "identity", base=cls, has_constructor=False, options=("real",)),
            )

    def body(self, source: Source, cls: Class) -> None:
        """Draw the members of a class."""
        classes = [each for each in self.all_known(source) if each.is_registered or each.module == source.number]
        has_slots = any("slots" in each.options for each in cls.lineage())
        taken = {
            name
            for each in cls.lineage()
            for name in (
                *(f.name for f in each.functions),
                *(s.name for s in each.snippets),
                *(a.name for a in each.attributes),
            )
        }
        inherited_names = set(taken)
        taken |= {parameter.name for each in cls.lineage() for parameter in each.parameters}
        if cls.has_constructor:
            for parameter in cls.parameters:
                if (
                    self.chance(40)
                    and parameter.name in ("first", "second", "value", "name")
                    and parameter.name not in inherited_names
                ):
                    is_in_constructor = self.chance(40)
                    cls.attributes.append(Attribute(parameter.name, parameter.type, parameter.name, is_in_constructor))
                    self.note(
                        "attribute that the constructor annotates" if is_in_constructor else "annotated attribute"
                    )
        if not has_slots:
            for name in self.some([name for name in MEMBERS if name not in taken], 2):
                make = self.pick(members.NAMED)
                cls.snippets.append(make(self, name, classes))
        if "awaited" in cls.options:
            cls.snippets.append(members.awaiting(self, classes))
        inherited = [snippet.constructs for each in cls.lineage() for snippet in each.snippets]
        for special in self.some(members.SPECIALS, 2):
            if has_slots and special in (members.items, members.iterating, members.dynamic):
                continue
            snippet = special(self, classes)
            if snippet.constructs not in inherited and not self.clashes(cls, snippet):
                cls.snippets.append(snippet)
        for name in self.some(
            [name for name in METHODS if name not in taken and (source.has_future or name not in PLAIN_TYPES)],
            4 if not has_slots else 2,
        ):
            if name in PLAIN_TYPES:
                self.note("members called like types")
            binding: Binding = self.pick(("method", "method", "classmethod", "staticmethod"))
            function = self.function(source, name, binding, cls)
            if "abstract" in cls.options and binding == "method" and self.chance(30):
                function = dataclasses.replace(function, is_abstract=True)
            cls.functions.append(function)
        if "real" in cls.options and cls.base is not None:
            abstract = [function for function in cls.base.functions if function.is_abstract]
            cls.functions.extend(dataclasses.replace(function, is_abstract=False) for function in abstract)
        self.check_members(cls)

    def clashes(self, cls: Class, snippet: Snippet) -> bool:
        """Tell whether something drawn would be refused, or mean something else, beside what the class has."""
        has = {construct for each in cls.lineage() for other in each.snippets for construct in other.constructs}
        return any(family & has and family & set(snippet.constructs) for family in FAMILIES)

    def generic_body(self, cls: Class) -> None:
        """Draw the checks of a generic class, whose members are always the same."""
        argument = self.type(
            1, classes=[each for each in self.program.classes.values() if each.is_registered and each.kind != "generic"]
        )
        made = self.value(Type("class", (argument,), cls.key))
        loose = members.is_loose(argument)
        uses = (
            ("async", ".get", ""),
            ("async", ".put", self.value(argument)),
            ("stream", ".each", "2"),
            ("plain", ".peek", ""),
            ("expression", ".item", ""),
        )
        for flavour, callee, arguments in uses:
            self.program.checks.append(Check(flavour, made + callee, arguments, (), loose))
        other = self.value(argument)
        self.program.checks.append(Check("async", f"_c({cls.key!r}).of", other))
        self.note("classmethod of a generic class", "property")

    def check_value(self, cls: Class) -> None:
        """Draw a check of a class that goes by value: it is the same on both sides."""
        if cls.is_registered and not any(self.carries(parameter.type) for parameter in cls.parameters):
            value = self.value(Type("class", name=cls.key), 2)
            self.program.checks.append(Check("expression", value))

    def check_members(self, cls: Class) -> None:
        """Draw a use of each member, of an object of the class and of those that extend it."""
        if "abstract" in cls.options:
            return
        type_ = Type("class", name=cls.key)
        if any("mixin" in each.options for each in cls.lineage()):
            self.program.checks.append(Check("async", f"{self.value(type_)}.logged", "'x'"))
        for each in cls.lineage():
            for function in each.functions:
                if function.is_abstract:
                    continue
                of_class = function.binding in ("classmethod", "staticmethod") and self.chance(50)
                owner = f"_c({cls.key!r})" if of_class else self.value(type_)
                self.check_function(function, f"{owner}.{function.name}")
            for snippet in each.snippets:
                self.note(*snippet.constructs)
                mine, other = self.value(type_), self.value(type_)
                for check in snippet.checks:
                    callee = (
                        check.callee.replace("<self>", mine)
                        .replace("<other>", other)
                        .replace("<cls>", f"_c({cls.key!r})")
                    )
                    self.program.checks.append(check._replace(callee=callee))
            for attribute in each.attributes:
                mine = self.value(type_)
                loose = members.is_loose(attribute.type)
                self.program.checks.append(members.see(f"{mine}.{attribute.name}", is_loose=loose))
                if not loose:
                    self.program.checks.append(
                        Check("expression", f"_set({mine}, {attribute.name!r}, {self.value(attribute.type)})")
                    )
