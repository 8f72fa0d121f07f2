"""Own what tells how a function delivers, beside its `def`: its decorator, its annotation, and its overloads."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, NamedTuple, Optional

from ..._ir import (
    ANY,
    ASYNC_CONTEXT,
    ASYNC_ITERATORS,
    AWAITABLES,
    NONE,
    Alternatives,
    Applied,
    Flavour,
    Name,
    Type,
    bare,
    union,
)
from ..._report import Unsupported

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._overloads import Variant


class Delivery(NamedTuple):
    """Hold how a function delivers, what it gives, and what it accepts between its results.

    `may_be_plain`: what it returns is awaited only where that can be.
    """

    flavour: Flavour
    result: Type
    sent: Optional[Type]  # noqa: UP045  Python 3.9 reads it
    may_be_plain: bool = False


AWAITABLE = Name("collections.abc", "Awaitable")


def delivery_of(result: Type, path: str) -> Delivery:
    """Return how a plain function delivers that returns this; a union does so as its members do, where all agree.

    Raises:
        Unsupported: it returns an async iterator, and does not say of what.
    """
    plain = bare(result)
    told = [_one(member, path) for member in (plain.members if isinstance(plain, Alternatives) else (plain,))]
    flavours = {each.flavour for each in told}
    if len(flavours) > 1 or Flavour.SYNC in flavours:
        return Delivery(Flavour.SYNC, result, None)
    sent = [each.sent for each in told if each.sent is not None]
    return Delivery(flavours.pop(), union(each.result for each in told), union(sent) if sent else None)


def delivery_at_times(result: Type, path: str) -> Delivery | None:
    """Return how a function delivers that returns something to await or what that gives; None for all others.

    Raises:
        Unsupported: as for `delivery_of`.
    """
    plain = bare(result)
    told = [_one(member, path) for member in plain.members] if isinstance(plain, Alternatives) else []
    at_once = [each.result for each in told if each.flavour is Flavour.SYNC]
    waited = [part for each in told if each.flavour is Flavour.ASYNC for part in _members(each.result)]
    is_either = any(part == ANY or part in waited for part in at_once) or (ANY in waited and bool(at_once))
    if not is_either or len(told) != len(at_once) + sum(each.flavour is Flavour.ASYNC for each in told):
        return None
    return Delivery(Flavour.ASYNC, union(each.result for each in told), None, may_be_plain=True)


def _members(type_: Type) -> tuple[Type, ...]:
    plain = bare(type_)
    return plain.members if isinstance(plain, Alternatives) else (plain,)


def _one(type_: Type, path: str) -> Delivery:
    plain = bare(type_)
    origin = plain.origin if isinstance(plain, Applied) else plain
    if origin in ASYNC_ITERATORS:
        return Delivery(Flavour.STREAM, *items_of(plain, path))
    if origin == ASYNC_CONTEXT and isinstance(plain, Applied):
        return Delivery(Flavour.CONTEXT, plain.arguments[0], None)
    awaited = awaited_by(plain)
    return Delivery(Flavour.SYNC, type_, None) if awaited is None else Delivery(Flavour.ASYNC, awaited, None)


def as_overloads_say(variants: Sequence[Variant], path: str) -> Delivery | None:
    """Return how a function delivers whose annotation does not tell, None where its overloads do not, either.

    What it gives may be anything: the type variables of an overload are not those of the function.
    """
    returned = (Applied(AWAITABLE, (each.result,)) if each.is_async else each.result for each in variants)
    found = delivery_of(union(returned), path) if variants else Delivery(Flavour.SYNC, ANY, None)
    return None if found.flavour is Flavour.SYNC else Delivery(found.flavour, ANY, None if found.sent is None else ANY)


def awaited_by(result: Type) -> Type | None:
    """Return what awaiting a result gives, None where it says of no awaitable that it is one."""
    plain = bare(result)
    if not isinstance(plain, Applied) or plain.origin not in AWAITABLES:
        return None
    return plain.arguments[AWAITABLES[plain.origin]]


def items_of(result: Type, path: str) -> tuple[Type, Type]:
    """Return what an async iterator yields and what it is sent.

    Raises:
        Unsupported: it is none, or does not say what it yields.
    """
    plain = bare(result)
    if not isinstance(plain, Applied) or plain.origin not in ASYNC_ITERATORS:
        raise Unsupported(
            f"{path} yields, and its annotation is no async iterator", "write `-> AsyncGenerator[T, None]`"
        )
    return plain.arguments[0], plain.arguments[1] if len(plain.arguments) == 2 else NONE


def is_under_manager(function: FunctionType) -> bool:
    """Tell whether a function came out of contextlib's `asynccontextmanager` or `contextmanager`."""
    layer: object = function
    while isinstance(layer, FunctionType):
        if layer.__globals__.get("__name__") == "contextlib" and layer.__code__.co_name == "helper":
            return True
        layer = getattr(layer, "__wrapped__", None)
    return False
