"""Own results that only the receiver says: a method of a mix-in, as `def __aenter__(self: Entered[T]) -> T`.

`Entered` is a protocol; what the class's own methods give, where the protocol has them, says what `T` is.

A receiver that says more of its class than that itself, as `self: Box[str]`, says which objects have the method.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import typing
from types import FunctionType
from typing import TYPE_CHECKING, TypeVar

from ..._annotations import annotations_of, applied_to, meaning, meanings, readable, variables_of
from ..._ir import (
    ANY,
    UNPACK,
    Applied,
    Attribute,
    Callable,
    Entering,
    Iterating,
    Narrowing,
    Type,
    Variable,
    VariableKind,
    bare,
    matched,
    parts,
    rebuild,
    settled,
    variables,
    with_types,
)
from ..._report import Unsupported

M = TypeVar("M", Attribute, Callable, Entering, Iterating)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..._annotations import Definition, Meaning, Resolver

    Read = typing.Callable[[FunctionType, str, type, Mapping[object, Meaning]], typing.Optional[Callable]]


def solved(result: Type, function: FunctionType, cls: type, resolver: Resolver, read: Read) -> Type:
    """Return a result with what is known of the type variables of its receiver's protocol.

    `resolver` is that of the function, `read` reads a method of some class, whose variables mean what is given.
    """
    found = dict(_known(function, cls, resolver, read))

    def replaced(type_: Type) -> Type:
        known = found.get(type_) if isinstance(type_, Variable) else None
        return rebuild(type_, replaced) if known is None else known

    return replaced(result) if found else result


def _known(function: FunctionType, cls: type, resolver: Resolver, read: Read) -> Iterator[tuple[Variable, Type]]:
    code = function.__code__
    annotation = annotations_of(function).get(code.co_varnames[0]) if code.co_argcount else None
    try:
        named = None if annotation is None else resolver.qualified(annotation)[1]
        protocol, arguments = applied_to(named)
        if not isinstance(protocol, type) or not getattr(protocol, "_is_protocol", False):
            return
        said = resolver.arguments(variables_of(protocol, resolver.sources), arguments)
        bound = meaning(protocol, said, resolver.sources)
    except Unsupported:
        return
    for name, wanted in vars(protocol).items():
        layer = next((each for each in cls.__mro__ if name in vars(each)), None)
        own = None if layer is None else inspect.getattr_static(layer, name)
        if isinstance(wanted, FunctionType) and isinstance(own, FunctionType) and layer is not None:
            expected = read(wanted, name, protocol, bound)
            given = read(own, name, layer, {})
            if expected is not None and given is not None and expected.flavour is given.flavour:
                yield from matched(bare(expected.result), bare(given.result))


def on_those(member: M, narrowing: Narrowing) -> M:
    """Return a member as some objects of a class have it: with what its type variables stand for on those."""
    if not narrowing:
        return member
    meant: dict[Type, Type] = dict(narrowing)
    return dataclasses.replace(with_types(member, lambda type_: settled(type_, meant)), narrowing=narrowing)


def narrowing(function: FunctionType, cls: type, resolver: Resolver, node: Definition | None, path: str) -> Narrowing:
    """Return what type variables of a class stand for on the objects that have a method; `node` is its definition.

    Raises:
        Unsupported: it is no method of instances, or its receiver says what faces cannot.
    """
    code = function.__code__
    receiver = code.co_varnames[0] if code.co_argcount else ""
    annotation = annotations_of(function).get(receiver)
    if annotation is None:
        return ()
    try:
        return _narrowed(annotation, cls, resolver)
    except _Unreached as unreached:
        first = [] if node is None else [*node.args.posonlyargs, *node.args.args][:1]
        written = next((_text(each.annotation) for each in first if each.annotation is not None), annotation)
        what = f"{path} is for {written} alone, by its parameter {receiver}, {unreached.why}"
        raise Unsupported(what, unreached.fix) from unreached


class _Unreached(Exception):
    """A receiver says what faces cannot."""

    def __init__(self, why: str, fix: str) -> None:
        super().__init__(why)
        self.why = why
        self.fix = fix


def _text(annotation: ast.expr) -> str:
    value = annotation.value if isinstance(annotation, ast.Constant) else None
    return value if isinstance(value, str) else ast.unparse(annotation)


def _narrowed(annotation: object, cls: type, resolver: Resolver) -> Narrowing:
    """Return what a receiver says of the type variables of its class."""
    try:
        named = _evaluated(annotation, resolver)
        is_of_class = typing.get_origin(named) is type
        if is_of_class:
            named = _evaluated(typing.get_args(named)[0], resolver)
    except Unsupported:  # nothing else needs it
        return ()
    origin, arguments = applied_to(named)
    declared = variables_of(origin, resolver.sources) if isinstance(origin, type) else ()
    if not isinstance(origin, type) or getattr(origin, "_is_protocol", False) or not declared:
        return ()
    own_variables = tuple(map(resolver.resolve, variables_of(cls, resolver.sources)))
    own = meanings(cls, own_variables, resolver)
    known = map(readable, own[origin].values()) if origin in own else map(resolver.resolve, declared)
    try:
        given = [*map(_packed, resolver.arguments(declared, arguments))]
    except Unsupported as refusal:  # no argument that a class itself has
        raise _Unreached(f"and {refusal.what}", refusal.fix) from refusal
    said = [(meant, each) for each, meant in zip(given, map(_packed, known)) if each not in (ANY, meant)]
    found = {meant: each for meant, each in said if isinstance(meant, Variable)}
    if said and (is_of_class or any(each.kind is not VariableKind.TYPE for each in found)):
        raise _Unreached(
            "which a face can say of its objects and of single types alone",
            "write a function that has it for a parameter",
        )
    if len(found) < len(said):
        raise _Unreached(f"which no {cls.__qualname__} is", "leave it out, or annotate `self` with what it is")
    shared = [each.name for each in variables(found.values()) if each in variables(own_variables)]
    if shared:  # one type would be two at once
        raise _Unreached(f"and {shared[0]} is what the class itself is of", "write a type variable of its own")
    return tuple(found.items())


def _evaluated(annotation: object, resolver: Resolver) -> object:
    while isinstance(annotation, (str, typing.ForwardRef)):  # one in quotes is text that gives text
        annotation = resolver.qualified(annotation)[1]
    return annotation


def _packed(type_: Type) -> Type:
    """Return the variable that stands for several types, where that is unpacked."""
    return type_.arguments[0] if isinstance(type_, Applied) and type_.origin == UNPACK else type_


def names_variable(type_: Type) -> bool:
    """Tell whether a type is, or holds, a type variable."""
    return isinstance(type_, Variable) or any(map(names_variable, parts(type_)))
