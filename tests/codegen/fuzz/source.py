"""Write a drawn implementation as source text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from tests.codegen.fuzz.counting import shown_by_parameter, shown_by_type
from tests.codegen.fuzz.prologue import GENERIC, MIXED, PROLOGUE
from tests.codegen.fuzz.registering import apart, without_decorators
from tests.codegen.fuzz.shapes import Class, Function, Snippet, Type
from tests.codegen.fuzz.values import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.codegen.fuzz.shapes import Parameter, Program, Source


def write(program: Program, prefix: str) -> dict[str, str]:
    """Return the text of each module, by its name; `prefix` stands before their numbers, `_` included."""
    texts: dict[str, str] = {}
    for source in program.sources:
        name = f"{prefix}{source.number}"
        written = _Writer(program, source, prefix).text()
        if source.manifest == "file":
            texts[name], texts[f"{name}_manifest"] = apart(written, name)
        else:
            texts[name] = without_decorators(written) if source.manifest == "auto" else written
        for item in source.items:
            if isinstance(item, Snippet):
                for ending, text in item.files:
                    texts[f"{name}_{ending}"] = text.replace("<module>", name)
    return texts


def manifests(program: Program, prefix: str) -> tuple[str, ...]:
    """Return the names of the modules to generate from."""
    return tuple(
        f"{prefix}{source.number}{'_manifest' if source.manifest == 'file' else ''}" for source in program.sources
    )


class _Writer:
    """Write one module."""

    def __init__(self, program: Program, source: Source, prefix: str) -> None:
        self._program = program
        self._source = source
        self._prefix = prefix
        self._defined: set[str] = set()
        self._owner = ""
        self._names = self._spellings()

    def text(self) -> str:
        """Return the whole module."""
        body = "\n\n".join(self._item(item) for item in self._source.items)
        future = "from __future__ import annotations\n\n" if self._source.has_future else ""
        filled = {
            "imports": self._imports(),
            "manifest": self._manifest(),
            "module": f"{self._prefix}{self._source.number}",
            "variables": "".join(
                f"{name} = TypeVar({name!r}, bound={spelled!r})\n" for name, spelled in self._bounds()
            ),
            "prefix": self._prefix,
        }
        text = f'"""Module {self._source.number}."""\n\n{future}{PROLOGUE}\n{body}\n'
        for name, value in filled.items():
            text = text.replace(f"<{name}>", value)
        return text

    def _manifest(self) -> str:
        """Return the line that makes the manifest."""
        options = 'synchronizer="fuzz"'
        if self._program.is_twin:
            options += f', style="twin", async_names={self._program.async_names}'
        if self._source.manifest == "auto":
            return f"m = Module.auto(__name__, {options})"
        return f'm = Module("{self._prefix.removeprefix("_")}{self._source.number}", {options})'

    def _spellings(self) -> dict[str, str]:
        """Return how each class is written in this module."""
        names: dict[str, str] = {}
        for key, cls in self._program.classes.items():
            style = self._source.imports.get(cls.module, "own")
            if style == "own":
                names[key] = cls.name
            elif style == "module":
                names[key] = f"module_{cls.module}.{cls.name}"
            else:
                is_free = all(other.name != cls.name for other in self._program.classes.values() if other is not cls)
                names[key] = cls.name if is_free else f"{cls.name}_{cls.module}"
        return names

    def _imports(self) -> str:
        now, later = (
            "",
            "    from typing_extensions import Concatenate, ParamSpec, Self, TypeAlias, TypeVarTuple, Unpack\n",
        )
        for number, style in self._source.imports.items():
            module = f"{self._prefix}{number}"
            if style == "module":
                now += f"import {module} as module_{number}\n"
                continue
            for key, cls in self._program.classes.items():
                if cls.module == number:
                    line = f"from {module} import {cls.name} as {self._names[key]}\n"
                    now, later = (now + line, later) if style == "from" else (now, f"{later}    {line}")
        later += "    P = ParamSpec('P')\n    Ts = TypeVarTuple('Ts')\n"
        return f"{now}if TYPE_CHECKING:\n{later}"

    def _bounds(self) -> Iterator[tuple[str, str]]:
        for key, spelled in self._names.items():
            if self._program.classes[key].kind == "identity":
                yield f"Of_{key.replace('.', '_')}", spelled

    # --- types

    def _annotation(
        self, type_: Type, template: str = "{0}", sent: Type | None = None, *, is_evaluated: bool = False
    ) -> str:
        """Return an annotation, and count what it shows; it is quoted where it could not be evaluated here.

        One that `is_evaluated` stands where the future import changes nothing: in a base, in brackets, in an alias.
        """
        types = [type_] if sent is None else [type_, sent]
        late = any(self._is_late(part) for each in types for part in each.walk())
        self._count(types, late=late)
        if self._source.has_future and not is_evaluated:
            return template.format(self._spelled(type_), self._spelled(sent) if sent is not None else "")
        has_self = any(part.kind in ("self", "own") for each in types for part in each.walk())
        if late and self._source.quotes_parts and not has_self:
            return template.format(*(self._spelled(each, quotes=True, evaluated=True) for each in types))
        text = template.format(*(self._spelled(each, evaluated=not (late or has_self)) for each in types))
        return repr(text) if late or has_self else text

    def _count(self, types: list[Type], *, late: bool) -> None:
        constructs = self._program.constructs
        for type_ in types:
            constructs.update(shown_by_type(type_, self._source, self._program))
            constructs["forward reference"] += any(map(self._is_ahead, type_.walk()))
        constructs["string annotation without the future import"] += late and not self._source.has_future

    def _is_late(self, type_: Type) -> bool:
        if type_.kind != "class":
            return False
        cls = self._program.classes[type_.name]
        return self._source.imports.get(cls.module) == "checking" or self._is_ahead(type_)

    def _is_ahead(self, type_: Type) -> bool:
        if type_.kind != "class":
            return False
        cls = self._program.classes[type_.name]
        return cls.module == self._source.number and cls.key not in self._defined

    def _spelled(self, type_: Type, *, quotes: bool = False, evaluated: bool = False) -> str:
        parts = [self._spelled(part, quotes=quotes, evaluated=evaluated) for part in type_.args]
        kind = type_.kind
        if kind in PLAIN:
            return kind
        if kind == "none":
            return "None"
        if kind == "own":
            return self._owner
        if kind == "self":
            return "Self"
        if kind == "literal":
            return f"Literal[{type_.name}]"
        if kind == "class":
            name = self._names[type_.name]
            if quotes and self._is_late(type_):
                return repr(name + (f"[{', '.join(self._spelled(part) for part in type_.args)}]" if parts else ""))
            return name + (f"[{', '.join(parts)}]" if parts else "")
        if kind in ("var", "any"):
            return type_.name
        template = type_.name
        if evaluated and " | " in template:
            template = "Optional[{0}]" if kind == "optional" else "Union[{0}, {1}]"
        return template.format(*parts)

    def _parameters(self, parameters: tuple[Parameter, ...], first: str = "") -> str:
        found: list[str] = [first] if first else []
        kinds = [parameter.kind for parameter in parameters]
        for index, parameter in enumerate(parameters):
            if parameter.kind == "keyword" and "rest" not in kinds and "keyword" not in kinds[:index]:
                found.append("*")
            star = {"rest": "*", "keywords": "**"}.get(parameter.kind, "")
            default = "" if parameter.default is None else f" = {parameter.default}"
            self._program.constructs.update(shown_by_parameter(parameter, self._program))
            found.append(f"{star}{parameter.name}: {self._annotation(parameter.type)}{default}")
            if parameter.kind == "positional-only" and "positional-only" not in kinds[index + 1 :]:
                found.append("/")
        return ", ".join(found)

    # --- what stands in the module

    def _item(self, item: Class | Function | Snippet) -> str:
        if isinstance(item, Function):
            option = f"(name={item.public!r})" if item.public else ""
            return f"@m.wrap_function{option}\n{self._function(item)}"
        if isinstance(item, Snippet):
            return self._snippet(item)
        self._owner = item.name
        text = self._class(item)
        self._defined.add(item.key)
        return text

    def _snippet(self, snippet: Snippet) -> str:
        text = snippet.text
        for index, type_ in enumerate(snippet.types):
            if f"<{index}>" in text:  # what is not written does not count
                text = text.replace(f"<{index}>", self._annotation(type_))
            if f'<"{index}>' in text:
                text = text.replace(f'<"{index}>', self._spelled(type_))
            if f"<={index}>" in text:
                text = text.replace(f"<={index}>", self._annotation(type_, is_evaluated=True))
        # A quoted type that ended up inside another quoted or evaluated one is quoted as a whole there.
        return text

    def _function(self, function: Function) -> str:
        first = {"method": "self", "classmethod": "cls"}.get(function.binding, "")
        result = self._annotation(function.result, function.wrapper, function.sent)
        signature = f"{function.name}({self._parameters(function.parameters, first)}) -> {result}:"
        lines: list[str] = []
        if function.documentation is not None:
            lines.append(repr(function.documentation))
        if function.fails is not None:
            lines += ["if wrong:", f"    raise {function.fails}"]
        lines += self._body(function)
        is_async = function.flavour in ("async", "stream", "two-way", "context")
        decorators = [f"@{function.binding}"] if function.binding in ("classmethod", "staticmethod") else []
        if function.flavour == "context":
            decorators.append("@asynccontextmanager")
        if function.is_abstract:
            decorators.append("@abc.abstractmethod")
        return (
            "\n".join(
                [*decorators, f"{'async ' if is_async else ''}def {signature}", *(f"    {line}" for line in lines)]
            )
            + "\n"
        )

    @staticmethod
    def _body(function: Function) -> list[str]:
        gives = function.gives
        listed = f"({''.join(f'{text}, ' for text in gives)})"
        flavour = function.flavour
        if flavour == "two-way":
            assert function.sent is not None
            again = "sent" if function.sent.args[0] == function.result else gives[-1]
            return [f"sent = yield {gives[0]}", "while sent is not None:", f"    sent = yield {again}"]
        if flavour == "awaitable":
            made = f"_later(lambda: {gives[0]})"
            around = "asyncio.ensure_future({})" if function.wrapper.startswith("asyncio") else "{}"
            return [f"return {around.format(made)}"]
        return {
            "plain": [f"return {gives[0]}"],
            "async": ["await _pause()", f"return {gives[0]}"],
            "stream": [f"yield {text}" for text in gives],
            "returned stream": [f"return _stream(lambda: {listed})"],
            "context": [f"yield {gives[0]}"],
            "returned context": [f"return _context(lambda: {gives[0]})"],
            "iterator": [f"return iter({listed})" if function.wrapper.startswith("Iterator") else f"return {listed}"],
        }[flavour]

    def _class(self, cls: Class) -> str:
        option = f"(name={cls.public!r})" if cls.public else ""
        if cls.kind == "generic":
            text = GENERIC.replace("@m.wrap_class", f"@m.wrap_class{option}").replace("<name>", cls.name)
            return text.replace("(Generic[T])", "[T]") if "type parameters" in cls.options else text
        if cls.kind != "identity":
            return self._value_class(cls)
        lines: list[str] = []
        bases = [self._names[cls.base.key]] if cls.base else []
        before = ""
        if "mixin" in cls.options:
            bases.insert(0, f"Mixed{cls.name}")
            before = MIXED.replace("<name>", cls.name)
        if "abstract" in cls.options:
            bases.append("abc.ABC")
        if "slots" in cls.options:
            lines.append(f"__slots__ = {('_mark', *(attribute.name for attribute in cls.attributes))}")
        lines += [
            f"{attribute.name}: {self._annotation(attribute.type)}"
            for attribute in cls.attributes
            if not attribute.is_in_constructor
        ]
        if cls.has_constructor:
            lines += self._constructor(cls)
        if cls.base is None:
            lines += ([] if cls.has_constructor else ["_mark = ''"]) + [
                "@property",
                "def mark(self) -> str:",
                "    return self._mark",
                "",
            ]
        for function in cls.functions:
            lines += [*self._function(function).splitlines(), ""]
        for snippet in cls.snippets:
            lines += [*self._snippet(snippet).splitlines(), ""]
        heading = f"@m.wrap_class{option}\nclass {cls.name}{'(' + ', '.join(bases) + ')' if bases else ''}:\n"
        return before + heading + textwrap.indent("\n".join(lines) or "pass", "    ") + "\n"

    def _constructor(self, cls: Class) -> list[str]:
        plain = [parameter.name for parameter in cls.parameters if parameter.type.kind in PLAIN]
        lines = [f"def __init__({self._parameters(cls.parameters, 'self')}) -> None:"]
        if cls.base is not None:
            lines.append(f"    super().__init__({cls.base_arguments})")
        lines.append(f"    self._mark = {cls.name!r} + repr([{', '.join(plain)}])")
        for attribute in cls.attributes:
            annotation = f": {self._annotation(attribute.type)}" if attribute.is_in_constructor else ""
            lines.append(f"    self.{attribute.name}{annotation} = {attribute.value}")
        return [*lines, ""]

    def _value_class(self, cls: Class) -> str:
        register = "@m.wrap_class\n" if cls.is_registered else ""
        if cls.kind == "enum":
            return f"{register}class {cls.name}(enum.Enum):\n" + "".join(
                f"    {name} = {name.lower()!r}\n" for name in cls.options
            )
        if cls.kind == "exception":
            names = ", ".join(parameter.name for parameter in cls.parameters)
            return (
                f"{register}class {cls.name}(Exception):\n"
                f"    def __init__({self._parameters(cls.parameters, 'self')}) -> None:\n"
                f"        super().__init__({names})\n        self.message = message\n"
            )
        fields = "".join(f"    {field.name}: {self._annotation(field.type)}\n" for field in cls.parameters)
        if cls.kind == "dataclass":
            options = ", ".join(option for option in cls.options if option != "slots")
            slots = (
                f"    __slots__ = {tuple(field.name for field in cls.parameters)}\n" if "slots" in cls.options else ""
            )
            return f"{register}@dataclass{f'({options})' if options else ''}\nclass {cls.name}:\n{slots}{fields}"
        base = "NamedTuple" if cls.kind == "named tuple" else "TypedDict"
        return f"{register}class {cls.name}({base}):\n{fields}"
