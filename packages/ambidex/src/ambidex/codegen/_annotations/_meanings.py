"""Own what the type variables of a class stand for, where it is applied to arguments, or extended by another class."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING

from .._ir import ANY
from .._report import Unsupported
from ._arguments import for_each, read_argument_for
from ._bases import bases_of, variables_of
from ._source import module_of_class
from ._variables import bound_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._ir import Type
    from ._resolver import Resolver
    from ._source import Sources


def meanings(cls: type, arguments: tuple[Type, ...], resolver: Resolver) -> dict[type, dict[object, Type]]:
    """Return what the type variables of a class and of its generic bases mean, where it is applied to `arguments`.

    Raises:
        Unsupported: a base that has a face is applied to what is not supported.
    """
    found: dict[type, dict[object, Type]] = {cls: meaning(cls, arguments, resolver.sources)}
    owners = list(cls.__mro__)
    for owner in owners:  # a typed dict has its bases written there alone
        near = resolver.beside(module_of_class(owner), owner, found.get(owner, {}))
        for origin, given in bases_of(owner, resolver.sources):
            if isinstance(origin, type) and origin is not typing.Generic:
                meant = tuple(_meant(near, origin, given))
                found.setdefault(origin, meaning(origin, meant, resolver.sources))
                owners.extend((origin,) if origin not in owners else ())
    return found


def meaning(cls: type, arguments: tuple[Type, ...], sources: Sources) -> dict[object, Type]:
    """Return what the type variables of a class mean: Any, as far as `arguments` do not say."""
    return bound_to(variables_of(cls, sources), arguments)


def _meant(resolver: Resolver, origin: type, given: tuple[object, ...]) -> Iterator[Type]:
    """Yield what a base is applied to: Any for what cannot be read, unless the base has a face, which would say so."""
    for variable, each in for_each(variables_of(origin, resolver.sources), given):
        try:
            yield read_argument_for(variable, each, resolver.resolve)
        except Unsupported as refusal:
            if resolver.is_registered(origin):
                raise Unsupported(f"the base {origin.__qualname__}: {refusal.what}", refusal.fix) from refusal
            yield ANY
