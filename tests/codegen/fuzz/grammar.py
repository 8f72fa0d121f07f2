"""Draw whole implementations: the classes of all modules first, since any may name any other, then what is in them."""

from __future__ import annotations

import dataclasses
import random
import re
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.codegen.fuzz import members
from tests.codegen.fuzz.classes import ClassDrawer
from tests.codegen.fuzz.refused import REFUSED
from tests.codegen.fuzz.shapes import Class, Function, Program, Snippet, Source
from tests.codegen.fuzz.templates.every import TEMPLATES
from tests.codegen.fuzz.values import IDENTITY, RECORDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DrawFn

# Names that generated modules use themselves stand among the plain ones.
FUNCTIONS = (
    "fetch",
    "method",
    "load",
    "stream",
    "open",
    "context",
    "parse",
    "attribute",
    "find",
    "special",
    "Face",
    "callback",
    "constructor",
    "print",
    "Context",
    "anything",
    "implemented_elsewhere",
    "sequence_of",
    "static_method",
    "class_method",
)


EXPORTS = re.compile(r"^(@?m\.manual|__all__)", re.MULTILINE)  # what stands beside the decorators
MANIFESTS = {"auto": "everything in a module, by `Module.auto`", "file": "manifest in a file of its own"}


@st.composite
def programs(draw: DrawFn) -> Program:
    """Draw one run of the generator: one to three modules, and what is checked about them; shrink by each choice."""
    return Grammar(lambda least, most: draw(st.integers(least, most))).whole()


def seeded_programs() -> st.SearchStrategy[Program]:
    """Draw the same from one number.

    It does not shrink, and every example differs from the others in everything: what hypothesis draws choice by choice
    it varies a little at a time, so that five of six examples are nearly the one before them.
    """
    return st.integers(0, 2**32 - 1).map(seeded)


def seeded(seed: int) -> Program:
    """Return the program of a number, with that number."""
    program = Grammar(random.Random(seed).randint).whole()
    program.seed = seed
    return program


def refuse(program: Program, name: str) -> None:
    """Add something that is refused to a program; nothing where that needs a class that is not there."""
    source = program.sources[0]
    faces = [item for item in source.items if isinstance(item, Class) and item.kind == "identity"]
    if not faces and "{face}" in REFUSED[name]:
        return
    if source.manifest == "auto" and REFUSED[name].startswith("class") and "@m." in REFUSED[name]:
        return  # the class beside it would be public, and is not to be
    text = REFUSED[name].replace("{face}", faces[-1].name if faces else "")
    kind = "class" if text.startswith(("class", "@dataclass")) else "function"
    written = text if "@m." in text else f"@m.wrap_{kind}\n{text}"  # what needs another class beside it says which
    source.items.append(Snippet(written, (name,)))
    program.refused = name
    program.constructs[name] += 1


class Grammar(ClassDrawer):
    """Draw one program."""

    def __init__(self, number: Callable[[int, int], int]) -> None:
        super().__init__(number, Program())

    def whole(self) -> Program:
        """Draw everything."""
        if self.chance(20):
            self.program.is_twin = True
            if self.chance(40):
                self.program.async_names = ("{}Async", "{}_async")
                self.note("function with another async name")
        for number in range(self.pick((1, 2, 1, 3))):
            source = Source(number, has_future=self.chance(60), quotes_parts=self.chance(50))
            source.manifest = self.pick(("decorators", "decorators", "decorators", "decorators", "auto", "file"))
            if source.manifest != "decorators":
                self.note(MANIFESTS[source.manifest])
            self.program.sources.append(source)
        for source in self.program.sources:
            self.imports(source)
        for source in self.program.sources:
            self.heads(source)
        for source in self.program.sources:
            self.bodies(source)
        if self.chance(8):
            refuse(self.program, self.pick(tuple(REFUSED)))
        return self.program

    def imports(self, source: Source) -> None:
        """Draw how a module imports each other one."""
        for other in self.program.sources:
            if other.number == source.number:
                continue
            is_circular = other.number > source.number
            source.imports[other.number] = "checking" if is_circular else self.pick(("from", "module", "checking"))

    def bodies(self, source: Source) -> None:
        """Draw the members of classes, and the functions between them."""
        self.number_of_module = source.number
        for cls in [item for item in source.items if isinstance(item, Class)]:
            if cls.kind == "identity":
                self.body(source, cls)
            elif cls.kind == "generic":
                self.generic_body(cls)
            elif cls.kind in (*RECORDS, "enum", "exception"):
                self.check_value(cls)
        names = [*FUNCTIONS]
        for _ in range(self.number(1, 4)):
            name = names.pop(self.number(0, len(names) - 1))
            item = self.function_or_snippet(source, name)
            source.items.insert(self.number(self.values_in(source), len(source.items)), item)
        classes = [cls for cls in self.all_known(source) if cls.is_registered or cls.module == source.number]
        for make in dict.fromkeys(self.some(TEMPLATES, 4)):
            snippet = make(self, classes)
            if snippet is not None and (source.manifest == "decorators" or not EXPORTS.search(snippet.text)):
                source.items.append(self.checked(source, snippet))
                if snippet.following is not None:
                    after = self.program.sources[source.number + 1]
                    after.items.append(self.checked(after, snippet.following))

    @staticmethod
    def values_in(source: Source) -> int:
        """Return how many classes that go by value stand at the top of a module."""
        return sum(isinstance(item, Class) and item.kind not in IDENTITY for item in source.items)

    def function_or_snippet(self, source: Source, name: str) -> Function | Snippet:
        """Draw something at the top of a module."""
        classes = [cls for cls in self.all_known(source) if cls.is_registered or cls.module == source.number]
        if self.chance(20):
            make = self.pick((members.overloaded_function, members.generic_function, members.either_callback))
            return self.checked(source, make(self, name, classes))
        function = self.function(source, name, "function", None)
        if self.chance(15):
            function = dataclasses.replace(function, public=f"public_{name}")
            self.note("another public name")
        self.check_function(function, f"_c('{source.number}.{name}')")
        return function

    def checked(self, source: Source, snippet: Snippet) -> Snippet:
        """Keep the checks of something at the top of a module."""
        self.note(*snippet.constructs)
        self.program.more += [f"{source.number}.{name}" for name in snippet.classes]

        def placed(text: str) -> str:
            return text.replace("<module>", f"_m({source.number}).").replace("<number>", str(source.number))

        for check in snippet.checks:
            callee, arguments, sends = placed(check.callee), placed(check.arguments), tuple(map(placed, check.sends))
            self.program.checks.append(check._replace(callee=callee, arguments=arguments, sends=sends))
        return snippet
