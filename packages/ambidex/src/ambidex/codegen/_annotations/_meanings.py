"""Own what the type variables of a class stand for, where it is applied to arguments, or extended by another class."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING

from .._ir import ANY
from .._report import Unsupported
from ._arguments import for_each, read_argument_for
from ._bases import bases_of, variables_of
from ._source import module_of_class
from ._variables import Unread, bound_to, is_many

if TYPE_CHECKING:
    from .._ir import Type
    from ._resolver import Resolver
    from ._source import Sources
    from ._variables import Meaning


def meanings(cls: type, arguments: tuple[Type, ...], resolver: Resolver) -> dict[type, dict[object, Meaning]]:
    """Return what the type variables of a class and of its generic bases mean, where it is applied to `arguments`.

    Raises:
        Unsupported: a base that has a face is applied to what is not supported.
    """
    found: dict[type, dict[object, Meaning]] = {cls: {**meaning(cls, arguments, resolver.sources)}}
    owners = list(cls.__mro__)
    for owner in owners:  # a typed dict has its bases written there alone
        near = resolver.beside(module_of_class(owner), owner, found.get(owner, {}))
        for origin, given in bases_of(owner, resolver.sources):
            if isinstance(origin, type) and origin is not typing.Generic:
                found.setdefault(origin, _meant(near, owner, origin, given))
                owners.extend((origin,) if origin not in owners else ())
    return found


def meaning(cls: type, arguments: tuple[Type, ...], sources: Sources) -> dict[object, Type]:
    """Return what the type variables of a class mean: Any, as far as `arguments` do not say."""
    return bound_to(variables_of(cls, sources), arguments)


def _meant(resolver: Resolver, owner: type, origin: type, given: tuple[object, ...]) -> dict[object, Meaning]:
    """Return what the type variables of a base mean, in the statement of the class that it is a base of.

    What cannot be read is refused here where the base has a face, which would say it, and else where a member names it:
    none that is public may need to.
    """
    declared = variables_of(origin, resolver.sources)
    types: list[Type] = []
    unread: dict[object, Meaning] = {}
    for variable, each in for_each(declared, given):
        try:
            types.append(read_argument_for(variable, each, resolver.resolve))
        except Unsupported as refusal:
            if resolver.is_registered(origin) or is_many(variable):
                raise Unsupported(f"the base {origin.__qualname__}: {refusal.what}", refusal.fix) from refusal
            types.append(ANY)
            unread[variable] = Unread(
                f"the base {origin.__qualname__} of {owner.__qualname__}: {refusal.what}", refusal.fix
            )
    return {**bound_to(declared, tuple(types)), **unread}
