"""Own the text of annotations, and of what declares the type variables in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._ir import (
    UNPACK,
    Alternatives,
    Applied,
    EnumMember,
    Face,
    Function,
    Handle,
    Listed,
    LiteralOf,
    Made,
    Name,
    Own,
    Spread,
    TupleOf,
    Type,
    Variable,
    VariableKind,
    WithMetadata,
    written,
)
from ._text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._ir import Metadata
    from ._names import Names

GENERIC = Name("typing", "Generic")


class TypeWriter:
    """Write the types of one module, whose names `names` knows."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.protocols: dict[Function, str] = {}  # of callables that no Callable says, by what stands for each
        self._writers: dict[type, Callable[[Any], str]] = {
            Alternatives: lambda type_: " | ".join(map(self.text, type_.members)),
            Applied: lambda type_: f"{self.text(type_.origin)}[{', '.join(map(self.text, type_.arguments))}]",
            Face: self._face,
            Function: self._function,
            Handle: lambda type_: self.text(written(type_)),
            Listed: lambda type_: listed(type_, self.text),
            LiteralOf: self._literal,
            Name: names.type,
            Own: lambda _: names.type(Name("typing_extensions", "Self")),
            Spread: lambda type_: f"{names.variable(type_.variable)}.{type_.part}",
            TupleOf: self._tuple,
            Variable: names.variable,
            WithMetadata: self._annotated,
        }

    def text(self, type_: Type) -> str:
        """Return the text of an annotation."""
        return self._writers[type(type_)](type_)

    def argument(self, type_: Type) -> str:
        """Return a type as an argument of a generic class."""
        if isinstance(type_, Variable) and type_.kind is VariableKind.TYPES:
            return f"{self._names.type(UNPACK)}[{self.text(type_)}]"
        return self.text(type_)

    def _face(self, face: Face) -> str:
        arguments = f"[{', '.join(map(self.argument, face.arguments))}]" if face.arguments else ""
        return self._names.face(face.plain) + arguments

    def _tuple(self, type_: TupleOf) -> str:
        items = ", ".join(map(self.text, type_.items)) or "()"
        return f"{self._names.type(Name('builtins', 'tuple'))}[{items}{', ...' if type_.is_repeated else ''}]"

    def _literal(self, type_: LiteralOf) -> str:
        values = ", ".join(map(self._value, type_.values))
        return f"{self._names.type(Name('typing', 'Literal'))}[{values}]"

    def _value(self, value: Metadata) -> str:
        if isinstance(value, Made):
            given = (f"{name}={self._value(each)}" if name else self._value(each) for name, each in value.arguments)
            return f"{self.text(value.origin)}({', '.join(given)})"
        if isinstance(value, Name):
            return self.text(value)
        return f"{self.text(value.enum)}.{value.member}" if isinstance(value, EnumMember) else value

    def _function(self, type_: Function) -> str:
        if type_.shape is not None:
            if type_ not in self.protocols:
                own = f"_{type_.shape.name.strip('_')}{'Call' if type_.shape.is_dual else ''}"
                self.protocols[type_] = self._names.fresh(own)
            return self.protocols[type_]
        parameters = "..." if type_.parameters is None else f"[{', '.join(map(self.text, type_.parameters))}]"
        if type_.rest is not None:
            parameters = self.text(type_.rest)
            if type_.parameters:
                listed = ", ".join(map(self.text, (*type_.parameters, type_.rest)))
                parameters = f"{self._names.type(Name('typing_extensions', 'Concatenate'))}[{listed}]"
        return f"{self._names.type(Name('collections.abc', 'Callable'))}[{parameters}, {self.text(type_.result)}]"

    def _annotated(self, type_: WithMetadata) -> str:
        metadata = "".join(f", {self._value(each)}" for each in type_.metadata)
        return f"{self._names.type(Name('typing', 'Annotated'))}[{self.text(type_.item)}{metadata}]"

    def declarations(self) -> list[str]:
        """Return the declarations of the variables that were written, and of those that these name, in order of use."""
        declared: dict[str, str] = {}
        while len(declared) < len(self._names.variables):
            for variable, name in tuple(self._names.variables.items()):
                if name not in declared:
                    declared[name] = self._declaration(variable, name)
        return list(declared.values())

    def _declaration(self, variable: Variable, name: str) -> str:
        arguments = [quoted(name), *(quoted(self.text(each)) for each in variable.constraints)]
        if variable.bound is not None:
            arguments.append(f"bound={quoted(self.text(variable.bound))}")
        if variable.variance:
            arguments.append(f"{variable.variance}=True")
        is_new = variable.default is not None or variable.kind is not VariableKind.TYPE
        if variable.default is not None:
            arguments.append(f"default={quoted(self.text(variable.default))}")
        kind = self._names.type(Name("typing_extensions" if is_new else "typing", variable.kind.value))
        return f"{name} = {kind}({', '.join(arguments)})"


def listed(type_: Listed, write: Callable[[Type], str]) -> str:
    """Return what a ParamSpec is given; `write` gives the text of each type in it."""
    return "..." if type_.items is None else f"[{', '.join(map(write, type_.items))}]"
