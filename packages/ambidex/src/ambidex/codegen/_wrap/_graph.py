"""Own which classes become faces: those with something asynchronous, and those that lead to one."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from ambidex.module import is_class

from .._inspect import PROTOCOLS
from .._ir import (
    AWAITABLES,
    Applied,
    Attribute,
    Awaiting,
    Callable,
    Class,
    Constant,
    Entering,
    Face,
    Flavour,
    Function,
    Handle,
    Iterating,
    Variable,
    awaited,
    bare,
    bounds,
    is_asynchronous,
    is_awaited,
    parts,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._ir import Member, Records, Type

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
    return is_class(obj) and hasattr(obj, "__enter__")


def needs_loop(item: Class | Callable) -> bool:
    """Tell whether something blocks in its face that does not block in the implementation."""
    if isinstance(item, Callable):
        return item.flavour is not Flavour.SYNC
    return any(
        isinstance(member, (Awaiting, Entering, Iterating))
        or (isinstance(member, (Callable, Class)) and needs_loop(member))
        for member in item.members
    )


def hands_over(item: Class | Callable, records: Records) -> bool:
    """Tell whether users hand in what the implementation awaits, iterates or enters, and may hand in a blocking one.

    Of a function also whether it gives such. A class that only gives some needs no face: nobody can go wrong with it.
    """
    is_function = isinstance(item, Callable)
    return any(
        (is_inward or is_function) and _has_blocking_form(part)
        for type_, is_inward in _placed(item)
        for part, is_inward in _parts_of(type_, is_inward, records)
    )


def runs_to_its_end(item: Class | Callable) -> bool:
    """Tell whether a plain function runs what it is handed to its end: it gives what only awaiting that can give.

    It cannot do so on the loop that runs it: `anyio.run` starts another one, `anyio.from_thread.run` waits for one.
    """
    if not isinstance(item, Callable) or item.flavour is not Flavour.SYNC:
        return False
    if item.overloads:
        return any(map(runs_to_its_end, item.overloads))
    result = bare(item.result)
    taken = [parameter.type for parameter in item.parameters]
    is_awaited_for = any(result in walk(value) for value in _awaited_in(taken))
    return isinstance(result, Variable) and is_awaited_for and result not in _found_at_once(taken)


def _awaited_in(types: Iterable[Type]) -> Iterator[Type]:
    """Yield what awaiting the results of callables in types gives."""
    for part in (part for type_ in types for part in walk(type_)):
        value = awaited(part) if isinstance(part, Function) else None
        if value is not None:
            yield value


def _found_at_once(types: Iterable[Type]) -> Iterator[Type]:
    """Yield what stands in types and is there without awaiting anything: the bridge hands in what is always awaited."""
    for type_ in types:
        yield type_
        if is_awaited(type_) and isinstance(type_, Function):
            yield from _found_at_once(type_.parameters or ())
        elif not isinstance(type_, (Applied, Handle)) or type_.origin not in AWAITABLES:
            yield from _found_at_once(parts(type_))


def mentioned(item: Class | Callable, records: Records) -> set[tuple[str, str]]:
    """Return the faces that something takes or gives, each by module and public name, those inside another by that.

    What records hold is among them.
    """
    placed = (part for type_, _ in _placed(item) for part, _ in _parts_of(type_, False, records))
    faces = (part for type_ in placed for part in walk(type_) if isinstance(part, Face))
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


def _has_blocking_form(type_: Type) -> bool:
    """Tell whether a type is asynchronous, and has a blocking counterpart; what can be awaited once has none."""
    is_once = isinstance(type_, (Applied, Handle)) and type_.origin in AWAITABLES
    return is_awaited(type_) or (is_asynchronous(type_) and not is_once)


def _parts_of(type_: Type, is_inward: bool, records: Records) -> Iterator[tuple[Type, bool]]:
    """Yield what stands in a type, in the bounds of its variables and the fields of records, each with its direction.

    What a callable takes goes the other way round: `-> Callable[[Handler], None]` is handed a handler.
    """
    seen: set[tuple[Type, bool]] = set()
    waiting = [(type_, is_inward)]
    while waiting:
        found = waiting.pop()
        if found in seen:
            continue
        seen.add(found)
        yield found
        part, is_in = found
        record = records.carrying(part)
        taken = part.parameters or () if isinstance(part, Function) else ()
        inside = [part.result] if isinstance(part, Function) else [*parts(part)]
        inside += [] if record is None else [field.type for field in record.fields]
        inside += [records.aliases[part]] if part in records.aliases else []
        inside += bounds(part) if isinstance(part, Variable) else ()
        waiting += [*((each, not is_in) for each in taken), *((each, is_in) for each in inside)]


def _placed(item: Class | Member) -> Iterator[tuple[Type, bool]]:
    """Yield the types of something, each with whether users hand it in."""
    if isinstance(item, Class):
        yield from ((base, False) for base in item.bases)
        for member in (*([] if item.constructor is None else [item.constructor]), *item.members):
            yield from _placed(member)
    elif isinstance(item, Callable):
        yield from ((parameter.type, True) for parameter in item.parameters)
        yield item.result, False
        if item.sent is not None:
            yield item.sent, True
        for variant in item.overloads:
            yield from _placed(variant)
    elif isinstance(item, (Awaiting, Entering)):
        yield item.result, False
    elif isinstance(item, Iterating):
        yield item.item, False
    elif isinstance(item, Attribute):
        yield item.type, False
        yield item.value_type, item.is_writable
    elif isinstance(item, Constant) and item.type is not None:
        yield item.type, False
