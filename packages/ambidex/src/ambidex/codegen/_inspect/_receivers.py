"""Own results that only the receiver says: a method of a mix-in, as `def __aenter__(self: Entered[T]) -> T`.

`Entered` is a protocol; what the class's own methods give, where the protocol has them, says what `T` is.

A receiver that says more of its class than the class itself, as `self: Box[str]`, is refused: faces would drop that.
"""

from __future__ import annotations

import ast
import inspect
import typing
from types import FunctionType
from typing import TYPE_CHECKING

from .._annotations import annotations_of, meaning, meanings, variables_of
from .._ir import ANY, UNPACK, Applied, Callable, Type, Variable, bare, parts, rebuild
from .._report import Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._annotations import Definition, Resolver

    Read = typing.Callable[[FunctionType, str, type, Mapping[object, Type]], typing.Optional[Callable]]


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
        protocol: object = typing.get_origin(named)
        if not isinstance(protocol, type) or not getattr(protocol, "_is_protocol", False):
            return
        bound = meaning(protocol, tuple(map(resolver.resolve, typing.get_args(named))))
    except Unsupported:
        return
    for name, wanted in vars(protocol).items():
        layer = next((each for each in cls.__mro__ if name in vars(each)), None)
        own = None if layer is None else inspect.getattr_static(layer, name)
        if isinstance(wanted, FunctionType) and isinstance(own, FunctionType) and layer is not None:
            expected = read(wanted, name, protocol, bound)
            given = read(own, name, layer, {})
            if expected is not None and given is not None and expected.flavour is given.flavour:
                yield from _matched(bare(expected.result), bare(given.result))


def check_receiver(function: FunctionType, cls: type, resolver: Resolver, node: Definition | None, path: str) -> None:
    """Refuse a method of `cls` that is not for every object of it; `node` is its definition.

    Raises:
        Unsupported: its receiver has other arguments than the class itself.
    """
    code = function.__code__
    receiver = code.co_varnames[0] if code.co_argcount else ""
    annotation = annotations_of(function).get(receiver)
    if annotation is None or not _is_narrowed(annotation, cls, resolver):
        return
    first = [] if node is None else [*node.args.posonlyargs, *node.args.args][:1]
    written = [annotation if each.annotation is None else _text(each.annotation) for each in first]
    raise Unsupported(
        f"{path} is for {', '.join(map(str, written)) or annotation} alone, by its parameter {receiver}, "
        "which is not supported yet",
        "write a function that takes the object as a parameter",
    )


def _text(annotation: ast.expr) -> str:
    value = annotation.value if isinstance(annotation, ast.Constant) else None
    return value if isinstance(value, str) else ast.unparse(annotation)


def _is_narrowed(annotation: object, cls: type, resolver: Resolver) -> bool:
    """Tell whether a receiver says more than that it is of its class, by the arguments of that."""
    try:
        named = _evaluated(annotation, resolver)
        if typing.get_origin(named) is type:
            named = _evaluated(typing.get_args(named)[0], resolver)
    except Unsupported:  # nothing else needs it
        return False
    origin = typing.get_origin(named)
    if not isinstance(origin, type) or getattr(origin, "_is_protocol", False) or not variables_of(origin):
        return False
    own = meanings(cls, tuple(map(resolver.resolve, variables_of(cls))), resolver)
    known = own[origin].values() if origin in own else map(resolver.resolve, variables_of(origin))
    try:
        given = [_packed(resolver.resolve(each)) for each in typing.get_args(named)]
    except Unsupported:  # no argument that a class itself has
        return True
    return any(each not in (ANY, meant) for each, meant in zip(given, map(_packed, known)))


def _evaluated(annotation: object, resolver: Resolver) -> object:
    while isinstance(annotation, (str, typing.ForwardRef)):  # one in quotes is text that gives text
        annotation = resolver.qualified(annotation)[1]
    return annotation


def _packed(type_: Type) -> Type:
    """Return the variable that stands for several types, where that is unpacked."""
    return type_.arguments[0] if isinstance(type_, Applied) and type_.origin == UNPACK else type_


def _matched(expected: Type, given: Type) -> Iterator[tuple[Variable, Type]]:
    """Yield what the variables in one type stand for in another of the same form."""
    if isinstance(expected, Variable):
        yield expected, given
    elif type(expected) is type(given):
        for one, other in zip(parts(expected), parts(given)):
            yield from _matched(one, other)


def names_variable(type_: Type) -> bool:
    """Tell whether a type is, or holds, a type variable."""
    return isinstance(type_, Variable) or any(map(names_variable, parts(type_)))
