"""Own which classes become faces: those with something asynchronous, and those that lead to one."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from .._inspect import PROTOCOLS
from .._ir import Attribute, Awaiting, Callable, Class, Constant, Entering, Face, Flavour, Iterating, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._ir import Member, Type

STANDARD = frozenset(
    ("abc", "builtins", "collections", "collections.abc", "contextlib", "functools", "typing", "typing_extensions")
)


def is_async_class(cls: type) -> bool:
    """Tell whether a class has a member that is visibly asynchronous."""
    return any(
        name in PROTOCOLS or inspect.iscoroutinefunction(value) or inspect.isasyncgenfunction(value)
        for layer in cls.__mro__
        if layer.__module__ not in STANDARD
        for name, value in vars(layer).items()
        if not name.startswith("_") or name in PROTOCOLS
    )


def is_blocking_manager(obj: object) -> bool:
    """Tell whether something is a class for `with`: what such a one does, it does on the caller's thread."""
    return isinstance(obj, type) and hasattr(obj, "__enter__")


def needs_loop(item: Class | Callable) -> bool:
    """Tell whether something blocks in its face that does not block in the implementation."""
    if isinstance(item, Callable):
        return item.flavour is not Flavour.SYNC
    return any(
        isinstance(member, (Awaiting, Entering, Iterating))
        or (isinstance(member, (Callable, Class)) and needs_loop(member))
        for member in item.members
    )


def mentioned(item: Class | Callable) -> set[tuple[str, str]]:
    """Return the faces that something takes or gives, each by module and public name, those inside another by that."""
    types = _types_of(item)
    faces = (part for type_ in types for part in walk(type_) if isinstance(part, Face))
    return {(face.module, face.name.partition(".")[0]) for face in faces}


def leading_to(
    seeds: Iterable[tuple[str, str]], edges: dict[tuple[str, str], set[tuple[str, str]]]
) -> set[tuple[str, str]]:
    """Return the seeds and everything from which the edges lead to one."""
    reached = set(seeds)
    while True:
        more = {key for key, targets in edges.items() if key not in reached and targets & reached}
        if not more:
            return reached
        reached |= more


def _types_of(item: Class | Member) -> Iterator[Type]:
    if isinstance(item, Class):
        yield from item.bases
        if item.constructor is not None:
            yield from _types_of(item.constructor)
        for member in item.members:
            yield from _types_of(member)
    elif isinstance(item, Callable):
        yield from (parameter.type for parameter in item.parameters)
        yield item.result
        if item.sent is not None:
            yield item.sent
        for variant in item.overloads:
            yield from _types_of(variant)
    elif isinstance(item, (Awaiting, Entering)):
        yield item.result
    elif isinstance(item, Iterating):
        yield item.item
    elif isinstance(item, Attribute):
        yield item.type
        yield item.value_type
    elif isinstance(item, Constant) and item.type is not None:
        yield item.type
