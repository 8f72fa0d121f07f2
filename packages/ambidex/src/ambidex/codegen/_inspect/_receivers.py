"""Own results that only the receiver says: a method of a mix-in, as `def __aenter__(self: Entered[T]) -> T`.

`Entered` is a protocol; what the class's own methods give, where the protocol has them, says what `T` is.
"""

from __future__ import annotations

import inspect
import typing
from types import FunctionType
from typing import TYPE_CHECKING

from .._annotations import annotations_of, meaning
from .._ir import Callable, Type, Variable, bare, parts, rebuild
from .._report import Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._annotations import Resolver

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
