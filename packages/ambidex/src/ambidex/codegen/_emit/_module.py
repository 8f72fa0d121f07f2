"""Own the text of a generated module. Nothing is decided here: the lowered IR says what stands where.

The text is complete and valid; layout and the order of imports are the formatter's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._ir import (
    UNPACK,
    ConstantLine,
    Definition,
    Face,
    FaceClass,
    FaceModule,
    Form,
    Listed,
    Name,
    Seen,
    TupleOf,
    Type,
    ValueLine,
    VariableKind,
    variables,
)
from ._definitions import DefinitionWriter
from ._header import header
from ._names import Names
from ._plans import PlanWriter
from ._text import docstring, indented, quoted
from ._types import GENERIC, TypeWriter, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._ir import RecordPlan, Twin, Value

ABI = 1
_ALIAS = Name("typing_extensions", "TypeAlias")
_TYPED_DICT = Name("typing", "TypedDict")
_NAMES = TupleOf((Name("builtins", "str"),), is_repeated=True)
_ROOTS = {Form.BLOCKING: "BlockingFace", Form.AWAITED: "AsyncFace"}
_INFERRED = 256  # of a longer tuple without an annotation, pyright does not infer the type


def emit_module(module: FaceModule, version: str, inside: Sequence[str] = ()) -> str:
    """Return the text of a generated module; `inside` are the names of those that are generated into it.

    Importing one of those gives the module an attribute of its name, which nothing else may have then.
    """
    emitter = Emitter(module, inside)
    body = [emitter.item(item) for item in module.body]
    return "\n".join(
        (
            header(version, module.sources),
            docstring(module.doc) if module.doc else "",
            *emitter.prologue(),
            *body,
            "",
        )
    )


def emit_item(module: FaceModule, name: str) -> str:
    """Return the text of one public function or class of a module, without what surrounds it."""
    return "\n".join(Emitter(module).item(item) for item in module.body if item.name == name)


class Emitter:
    """Write the parts of one module, and remember the imports that they take."""

    def __init__(self, module: FaceModule, inside: Sequence[str] = ()) -> None:
        classes = [each for item in module.body for each in _classes_in(item)]
        members = [line.name.rpartition(".")[2] for each in classes for line in each.body]
        members.extend((*inside, *(plan.variable for plan in module.records)))
        # What overrides one of a class that has the same name in another module imports what is called as its own
        stubs = (line for each in classes for line in each.body if isinstance(line, Definition))
        members.extend(name for stub in stubs for name in stub.shared_names)
        self._module = module
        twins = {twin.name for twin in module.twins}
        exported = {
            (value.module, value.path): value.name
            for value in module.values
            if value.name not in twins and "." not in value.path and value.alias is None
        }
        parameters = (name for item in module.body for name in _parameter_names(item))
        self._names = Names(module.target, module.public, members, module.bridge, exported, parameters)
        self._types = TypeWriter(self._names)
        self._plans = PlanWriter(module, self._names)
        self._definitions = DefinitionWriter(self._names, self._types, self._plans)
        self._of_classes = variables(variable for each in classes for variable in each.variables)

    def prologue(self) -> list[str]:
        """Return everything between the docstring and the first definition; write the definitions before."""
        module = self._module
        options = "".join(f", {name}={quoted(value)}" for name, value in module.options)
        implementations = [
            f"{self._names.implementation(index)} = {self._names.bridge('Implementation')}"
            f'("{name}", synchronizer={quoted(module.synchronizer)}, abi={ABI}{options})'
            for index, name in enumerate(module.implementations)
        ]
        records = [self._record(plan) for plan in module.records]
        twins = [*(self._twin(twin) for twin in module.twins), *self._definitions.signatures]
        unwritten = self._definitions.unwritten()
        reexports, aliases = self._reexports()
        faced = self._faced()
        lazy = self._lazily() if module.values else ""
        annotation = f": {self._types.text(_NAMES)}" if len(module.public) > _INFERRED else ""
        declared = self._types.declarations()
        twins.extend(self._definitions.protocols())
        hidden = ["\nif TYPE_CHECKING:", *(indented([f"\n{each}"]) for each in twins)] if twins else []
        sources = [
            f"import {module.implementations[index]} as {self._names.source(index)}"
            for index in sorted(self._definitions.sources)
        ]
        checking = [*sources, *self._names.checker_imports(), *reexports, *aliases, *declared, *faced]
        stands_in = self._stands_in()
        lazily = f"if not TYPE_CHECKING:\n    __getattr__ = {self._names.implementation(0)}.reexport({lazy})"
        return [
            "from __future__ import annotations",
            *(["from typing import TYPE_CHECKING"] if checking or twins else []),
            *self._names.run_time_imports(),
            *(["if TYPE_CHECKING:", *(f"    {line}" for line in checking), ""] if checking else []),
            *(["else:", f"    {stands_in}", ""] if stands_in else []),
            f"__all__{annotation} = {_literal_names(module.public)}",
            "",
            *implementations,
            *unwritten,
            *records,
            *(["", lazily] if module.values else []),
            *hidden,
        ]

    def _stands_in(self) -> str:
        """Return the line that gives what only type checkers import a value at run time, or nothing.

        That is what the bases of generic classes name; and the implementations that stubs name, for linters: nothing
        there runs.
        """
        special = [GENERIC] if self._of_classes else []
        special += [UNPACK] if any(v.kind is VariableKind.TYPES for v in self._of_classes) else []
        names = [*map(self._names.type, special), *map(self._names.variable, self._of_classes)]
        names += [self._names.source(index) for index in sorted(self._definitions.sources)]
        return " = ".join([*names, self._names.bridge("stand_in")]) if names else ""

    def _reexports(self) -> tuple[list[str], list[str]]:
        """Return, for type checkers, the imports of the values and the aliases of those that are nested."""
        imports: list[str] = []
        aliases: list[str] = []
        twins = {twin.name for twin in self._module.twins}
        for value in self._module.values:
            if value.name in twins or value.alias is not None:
                continue
            top, _, rest = value.path.partition(".")
            if rest:
                aliases.append(f"{value.name} = {self._names.for_checkers(value.module, top)}.{rest}")
            else:
                # `__all__` names it too, which is what makes it a re-export for checkers
                renaming = f" as {value.name}" if top != value.name else ""
                imports.append(f"from {value.module} import {top}{renaming}")
        return imports, aliases

    def _faced(self) -> list[str]:
        """Return the aliases of faces, for type checkers: in quotes, as the classes stand below."""
        return [
            f"{value.name}: {self._names.type(_ALIAS)} = {quoted(self._types.text(value.alias))}"
            for value in self._module.values
            if value.alias is not None
        ]

    def _record(self, plan: RecordPlan) -> str:
        fields = [f"{name}={self._plans.text(part)}" for name, part in plan.fields]
        if plan.required is None:
            first, kind = quoted(f"{plan.record.module}:{plan.record.path}"), "record_of"
        else:
            first, kind = _literal_names(plan.required), "keys_of"
        return f"{plan.variable} = {self._names.bridge(kind)}({', '.join((first, *fields))})"

    def _twin(self, twin: Twin) -> str:
        body = [docstring(twin.doc)] if twin.doc else []
        if twin.match_args is not None:
            body.append(f"__match_args__ = {_literal_names(twin.match_args)}")
        defaults = {name: self._definitions.default(text) for name, text in twin.defaults}
        for field in twin.fields:
            type_ = self._types.text(field.type)
            if _TYPED_DICT in twin.bases and not field.is_required:
                type_ = f"{self._names.type(Name('typing_extensions', 'NotRequired'))}[{type_}]"
            default = f" = {defaults[field.name]}" if field.name in defaults else ""
            body.append(f"{field.name}: {type_}{default}")
        variable = self._names.type(Name("typing", "ClassVar")) if twin.class_variables else ""
        body.extend(f"{name}: {variable}[{self._types.text(type_)}]" for name, type_ in twin.class_variables)
        body.extend(f"\n{self._definitions.text(definition)}" for definition in twin.body)
        bases = ", ".join(map(self._definitions.base, twin.bases))
        head = f"class {twin.name}{f'({bases})' if bases else ''}:"
        decorator = ""
        if twin.decorator:
            decorator = f"@{self._names.type(Name('dataclasses', 'dataclass'))}{twin.decorator}\n"
        return f"{decorator}{head}\n{indented(body or ['pass'])}"

    def _lazily(self) -> str:
        def is_plain(value: Value) -> bool:
            is_here = value.module == self._module.implementations[0] and value.path == value.name
            return is_here and value.alias is None

        ordered = sorted(self._module.values, key=lambda value: (not is_plain(value), value.name))
        return ", ".join(
            quoted(value.name) if is_plain(value) else f"{value.name}={self._place(value)}" for value in ordered
        )

    def _place(self, value: Value) -> str:
        place = quoted(f"{value.module}:{value.path}")
        if value.alias is None:
            return place
        root = f", {self._names.bridge(_ROOTS[value.form])}" if value.form in _ROOTS else ""
        return f"{self._names.bridge('alias_of')}({place}{root})"

    def item(self, item: FaceClass | Definition) -> str:
        """Return the text of a class or function."""
        return "\n" + (self._class(item) if isinstance(item, FaceClass) else self._definitions.text(item))

    def _class(self, item: FaceClass) -> str:
        outer, _, name = item.name.rpartition(".")
        bases = [self._base(base, outer) for base in item.bases] or [self._names.bridge(item.root)]
        if item.variables:
            applied = ", ".join(map(self._types.argument, item.variables))
            bases.append(f"{self._names.type(GENERIC)}[{applied}]")
        keywords = [f"implementation={self._names.implementation(item.implementation)}"]
        if item.renames:
            keywords.append(f'name="{item.renames}"')
        if item.other:
            keywords.append(f'async_name="{item.other}"')
        body = [docstring(item.doc)] if item.doc else []
        if item.match_args is not None:
            body.append(f"__match_args__ = {_literal_names(item.match_args)}")
        body.extend(self._line(line) for line in item.body)
        head = f"class {name}({', '.join(bases + keywords)}):"
        return f"{self._definitions.deprecated(item.deprecated)}{head}\n{indented(body or ['pass'])}"

    def _at_run_time(self, type_: Type) -> str:
        """Return an argument of a base class: as text, unless what it names is there at run time by then."""
        if isinstance(type_, Listed):  # its brackets, or dots, are no text to type checkers
            return listed(type_, self._at_run_time)
        text = self._types.argument(type_)
        return text if text in self._names.of_run_time(self._of_classes) else quoted(text)

    def _base(self, base: Face, outer: str) -> str:
        around, _, name = base.name.rpartition(".")
        is_beside = bool(outer) and around == outer and base.module == self._module.target
        plain = name if is_beside else self._names.base(base.plain)  # the class around both is not there yet
        return f"{plain}[{', '.join(map(self._at_run_time, base.arguments))}]" if base.arguments else plain

    def _seen_by_some(self, line: Definition) -> str:
        text = indented([self.item(line)])
        if line.seen is Seen.AS_ANNOTATION:
            annotation = indented([f"{line.name}: {self._types.text(line.result)}"])
            return f"\nif TYPE_CHECKING:\n{annotation}\nelse:\n{text}"
        return f"\nif {'' if line.seen is Seen.BY_CHECKERS else 'not '}TYPE_CHECKING:\n{text}"

    def _line(self, line: Definition | ConstantLine | ValueLine | FaceClass) -> str:
        if isinstance(line, Definition) and line.seen is not Seen.BY_ALL:
            return self._seen_by_some(line)
        if isinstance(line, (Definition, FaceClass)):
            return self.item(line)
        if isinstance(line, ValueLine):
            top, _, rest = line.path.partition(".")
            place = f"{self._names.for_checkers(line.module, top)}.{rest}"
            lazily = f'{self._names.implementation(line.implementation)}.nested("{line.path}")'
            alias = self._names.type(_ALIAS)
            return f"\nif TYPE_CHECKING:\n    {line.name}: {alias} = {place}\nelse:\n    {line.name} = {lazily}"
        qualifier = self._names.type(Name("typing", "Final" if line.type is None else "ClassVar"))
        type_ = "" if line.type is None else f"[{self._types.text(line.type)}]"
        return f"{line.name}: {qualifier}{type_} = {line.text}"


def _literal_names(names: Sequence[str]) -> str:
    return f"({', '.join(map(quoted, names))}{',' if len(names) == 1 else ''})"


def _classes_in(item: FaceClass | Definition | ConstantLine | ValueLine) -> Iterator[FaceClass]:
    """Yield a class and those nested in it."""
    if isinstance(item, FaceClass):
        yield item
        for line in item.body:
            yield from _classes_in(line)


def _parameter_names(item: FaceClass | Definition | ConstantLine | ValueLine) -> Iterator[str]:
    if isinstance(item, FaceClass):
        for line in item.body:
            yield from _parameter_names(line)
    elif isinstance(item, Definition):
        for each in (item.parameters, *(variant.parameters for variant in item.overloads)):
            yield from (parameter.name for parameter in each)
