"""Own what the type variables of a class stand for, where it is applied to arguments, or extended by another class."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING

from .._ir import ANY
from .._report import Unsupported
from ._bases import bases_of, variables_of
from ._source import module_of_class
from ._variables import bound_to

if TYPE_CHECKING:
    from .._ir import Type
    from ._resolver import Resolver
    from ._source import Sources


def meanings(cls: type, arguments: tuple[Type, ...], resolver: Resolver) -> dict[type, dict[object, Type]]:
    """Return what the type variables of a class and of its generic bases mean, where it is applied to `arguments`."""
    found: dict[type, dict[object, Type]] = {cls: meaning(cls, arguments, resolver.sources)}
    owners = list(cls.__mro__)
    for owner in owners:  # a typed dict has its bases written there alone
        near = resolver.beside(module_of_class(owner), owner, found.get(owner, {}))
        for origin, given in bases_of(owner, resolver.sources):
            if isinstance(origin, type) and origin is not typing.Generic:
                meant = tuple(_meant(near, part) for part in given)
                found.setdefault(origin, meaning(origin, meant, resolver.sources))
                owners.extend((origin,) if origin not in owners else ())
    return found


def meaning(cls: type, arguments: tuple[Type, ...], sources: Sources) -> dict[object, Type]:
    """Return what the type variables of a class mean: Any, as far as `arguments` do not say."""
    return bound_to(variables_of(cls, sources), arguments)


def _meant(resolver: Resolver, annotation: object) -> Type:
    try:
        return resolver.resolve(annotation)
    except Unsupported:
        return ANY
