"""Own the text of a function, method or property of a generated module: decorators, overloads, and the stub."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from .._ir import (
    Applied,
    Binding,
    Default,
    Flavour,
    Form,
    Kind,
    Name,
    Origin,
    Parameter,
    Place,
)
from ._signatures import (
    ENDINGS,
    FUTURE,
    PROTOCOL,
    SignatureWriter,
    base_applied,
    choosing,
    parameters_of,
    receiver_beside,
    results_of,
    takes_name,
    unknown,
)
from ._text import docstring, indented, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._ir import Decorator, Definition, Face, Function, Signatures, Slot, Type, Variant
    from ._names import Names
    from ._plans import PlanWriter
    from ._types import TypeWriter

_UNWRITTEN = "_default"
_NOWHERE = Place("<generated>", 1)


class DefinitionWriter:
    """Write the definitions of one module, and remember what the module has to have for them.

    `sources` are the implementations that stubs name, `signatures` the classes of callables that no decorator types.
    """

    def __init__(self, names: Names, types: TypeWriter, plans: PlanWriter) -> None:
        self._names = names
        self._types = types
        self._plans = plans
        self._unwritten = names.own(_UNWRITTEN)
        self._has_unwritten = False
        self.sources: set[int] = set()
        self.signatures: list[str] = []
        self._written: dict[tuple[Face, str], str] = {}

    def text(self, item: Definition) -> str:
        """Return the text of one."""
        decorators = [f"@{self._decorator(decorator, item.implementation)}\n" for decorator in item.decorators]
        documentation = self._documentation(item)
        body = [docstring(documentation)] if documentation else []
        body.append("return self" if item.returns_self else self._elsewhere(item))
        listed = (item.parameters, *(each.parameters for each in item.overloads))
        is_apart = any(takes_name(item.receiver, each) for each in listed)
        signature = ", ".join(self._parameters(item.receiver, item.parameters, item.makes, is_apart=is_apart))
        is_async = "async " if item.is_async else ""
        head = f"{is_async}def {item.name}({signature}) -> {self._types.text(item.result)}:"
        above = (each for each in item.decorators if each.origin in (Origin.BUILTIN, Origin.MARK) and not each.message)
        outer = [f"@{self._decorator(each, item.implementation)}\n" for each in above] if item.overloads else []
        overload = f"@{self._names.needed('typing', 'overload')}\n{''.join(outer)}" if item.overloads else ""
        variants: list[str] = []
        for each in item.overloads:
            taken = ", ".join(self._parameters(item.receiver, each.parameters, each.makes, is_apart=is_apart))
            mark = self.deprecated(each.deprecated)
            variants.append(
                f"{overload}{mark}{is_async}def {item.name}({taken}) -> {self._types.text(each.result)}: ...\n"
            )
        return f"{''.join(variants)}{''.join(decorators)}{head}\n{indented(body)}"

    def base(self, type_: Type) -> str:
        """Return a base class of one that stands above the classes of the module."""
        if isinstance(type_, Applied):
            return base_applied(self._types.text(type_.origin), type_.arguments, self._types.text)
        return self._types.text(type_)

    def deprecated(self, message: str | None) -> str:
        """Return the line above what is deprecated."""
        return "" if message is None else f"@{self._names.bridge('deprecated')}({quoted(message)})\n"

    def _documentation(self, item: Definition) -> str | None:
        """Return the docstring of a stub, None for none.

        Of one that is written out editors show a class, which does not say how it is called; so its docstring begins
        with a line for each variant. Where the module runs, the bridge takes these lines away.
        """
        told = next((each.signatures for each in item.decorators if each.signatures is not None), None)
        if told is None:
            return item.doc
        lines: list[str] = []
        for variant, result in zip(told.variants, results_of(told)):
            taken = ", ".join(self._parameters("", variant.parameters, is_apart=False))
            lines.append(f"{item.name}({taken}) -> {self._types.text(result)}")
        return "\n".join(lines) + (f"\n\n{item.doc}" if item.doc else "")

    def _elsewhere(self, item: Definition) -> str:
        """Return the body of a stub. What follows the call is unreachable: checkers skip it, editors jump from it.

        It is raised where something follows: ty sees that a call never returns in a statement of its own alone.
        """
        call = f"{self._names.in_stub('implemented_elsewhere')}()"
        if not item.source:
            return call
        self.sources.add(item.implementation)
        return f"raise {call}.at({self._names.source(item.implementation)}.{item.source})"

    def _decorator(self, decorator: Decorator, implementation: int) -> str:
        if decorator.origin is Origin.BUILTIN:
            return self._names.builtin(decorator.name)
        if decorator.message is not None:
            return f"{self._names.bridge(decorator.name)}({quoted(decorator.message)})"
        if decorator.origin in (Origin.SETTER, Origin.DELETER):
            return f"{decorator.name}.{decorator.origin.value}"
        keywords: list[str] = [f"of={self._names.implementation(implementation)}"] if decorator.names_module else []
        if decorator.other:
            keywords.append(f'async_name="{decorator.other}"')
        if decorator.takes:
            pairs = ", ".join(f'"{name}": {self._plans.text(plan)}' for name, plan in decorator.takes)
            keywords.append(f"takes={{{pairs}}}")
        if decorator.gives is not None:
            keywords.append(f"gives={self._plans.text(decorator.gives)}")
        if decorator.sent is not None:
            keywords.append(f"sent={self._plans.text(decorator.sent)}")
        if decorator.form is not Form.BOTH:
            keywords.append(f'form="{decorator.form.value}"')
        if decorator.renames:
            keywords.append(f'name="{decorator.renames}"')
        if decorator.gives_own:
            keywords.append("own=True")
        if decorator.signatures is not None:
            is_of_methods = decorator.signatures.is_overridable and decorator.signatures.binding is Binding.INSTANCE
            keyword = "called" if is_of_methods else "faces"
            keywords.append(f"{keyword}=lambda: {self._typed(decorator.signatures)}")
        if decorator.origin is Origin.IMPLEMENTATION:
            name = f"{self._names.implementation(implementation)}.{decorator.name}"
        else:
            name = self._names.bridge(decorator.name)
        return f"{name}({', '.join(keywords)})" if keywords else name

    def _typed(self, signatures: Signatures) -> str:
        """Write the class of such a callable, and return what a checker takes it by."""
        is_apart = any(takes_name("self", each.parameters) for each in signatures.variants)

        def parameters(variant: Variant) -> str:
            return ", ".join(self._parameters("self", variant.parameters, is_apart=is_apart))

        named = signatures.name
        signatures = dataclasses.replace(signatures, name=self._names.fresh(named, ENDINGS))
        writer = SignatureWriter(self._types.text, parameters, self.deprecated, self._written)
        self.signatures.extend(writer.classes(signatures, named))
        if signatures.owner is None or signatures.extends is not None:
            return writer.name(signatures)
        # mypy loses the class's own type variables in a lambda; `__get__` says what they are
        applied = ", ".join(self._types.text(unknown(each)) for each in parameters_of(signatures.owner))
        return f"{writer.name(signatures)}[{applied}]" if applied else writer.name(signatures)

    def protocols(self) -> Iterator[str]:
        """Yield the classes of the callables that no Callable says: write everything that may name one before."""
        written: set[Function] = set()
        while len(written) < len(self._types.protocols):
            for function in [each for each in self._types.protocols if each not in written]:
                written.add(function)
                yield self._protocol(function, self._types.protocols[function])

    def _protocol(self, function: Function, name: str) -> str:
        assert function.shape is not None  # as such a function has
        gives = self._types.text(function.result)
        if function.shape.ways:
            overload = self._types.text(Name("typing", "overload"))
            taken_in = (self._taken(function.shape.slots, way) for way in function.shape.ways)
            body = [f"@{overload}\ndef __call__({taken}) -> {gives}: ..." for taken in taken_in]
            return f"class {name}({self._types.text(PROTOCOL)}):\n{indented(body)}"
        taken = self._taken(function.shape.slots, function.parameters or ())
        body = [f"def __call__({taken}) -> {gives}: ..."]
        if function.shape.is_dual:
            future = self._types.text(FUTURE)
            body += [
                f"async def aio({taken}) -> {gives}: ...",
                f"def submit({taken}) -> {future}[{gives}]: ...",
                choosing(Flavour.ASYNC, self._types.text),
            ]
        return f"class {name}({self._types.text(PROTOCOL)}):\n{indented(body)}"

    def _taken(self, slots: Iterable[Slot], types: Iterable[Type]) -> str:
        """Return the parameters of a callable protocol."""
        listed = [
            Parameter(slot.name, slot.kind, type_, Default("...") if slot.is_optional else None, _NOWHERE)
            for slot, type_ in zip(slots, types)
        ]
        return ", ".join(self._parameters("self", listed, is_apart=takes_name("self", listed)))

    def _parameters(
        self, receiver: str, parameters: Iterable[Parameter], makes: Face | None = None, *, is_apart: bool
    ) -> Iterable[str]:
        """Yield the parameters; `is_apart`: no keyword reaches the receiver, as one of its name is the caller's."""
        listed = list(parameters)
        previous = Kind.POSITIONAL_ONLY if receiver else None
        if receiver:
            name = receiver_beside(receiver, listed)
            yield name if makes is None else f"{name}: {self._types.text(makes)}"
        positional_only = [parameter for parameter in listed if parameter.kind is Kind.POSITIONAL_ONLY]
        if receiver and not positional_only and is_apart:
            yield "/"
        for parameter in listed:
            if parameter.kind is Kind.KEYWORD and previous not in (Kind.REST, Kind.KEYWORD):
                yield "*"
            yield self._parameter(parameter)
            if positional_only and parameter is positional_only[-1]:
                yield "/"
            previous = parameter.kind

    def _parameter(self, parameter: Parameter) -> str:
        stars = {Kind.REST: "*", Kind.KEYWORDS: "**"}.get(parameter.kind, "")
        text = f"{stars}{parameter.name}: {self._types.text(parameter.type)}"
        if parameter.default is None:
            return text
        return f"{text} = {self.default(parameter.default.text)}"

    def default(self, text: str | None) -> str:
        """Return how a default is written, None for one that only the implementation knows."""
        if text is not None:
            return text
        self._has_unwritten = True
        return self._unwritten

    def unwritten(self) -> list[str]:
        """Return the line that makes what stands for such a default, if one was written."""
        if not self._has_unwritten:
            return []
        any_type = self._names.type(Name("typing", "Any"))
        return [f"{self._unwritten}: {any_type} = ...  # only the implementation knows"]
