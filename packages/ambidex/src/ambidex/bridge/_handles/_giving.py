"""Give users what stands inside a value and is asynchronous: an object of theirs for each of the implementation's.

The same object has the same one, as long as that is alive, for each plan and channel.
"""

from __future__ import annotations

import inspect
import types
from typing import TYPE_CHECKING, Any, cast

from ...errors import InternalError, UsageError
from ...runtime import Context
from .._description import Description
from .._identity import Reference, class_of, receiver_of
from .._member import Member
from .._values._asynchronous import AsyncForm, AsyncKind
from .._values._binding import give_async_with, resolved
from .._values._ways import Way
from ._awaitables import AwaitedAwaitable, BlockingAwaitable, DualAwaitable, Work
from ._streams import AwaitedIterable, BlockingIterable, DualGenerator, DualIterable, DualIterator, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import NoReturn

    from .._member import Runs
    from .._values._asynchronous import AsyncOf
    from .._values._callbacks import Wrappers

    Fits = Callable[[Any], bool]

_RUNS: dict[AsyncKind, Runs] = {
    AsyncKind.ITERATOR: "stream",
    AsyncKind.ITERABLE: "stream",
    AsyncKind.GENERATOR: "stream",
    AsyncKind.CONTEXT: "context",
    AsyncKind.AWAITABLE: "task",
}
_INSTEAD = {"stream": "async for ... in", "context": "async with", "task": "await"}
_NEEDED = {
    AsyncKind.ITERATOR: ("__anext__",),
    AsyncKind.ITERABLE: ("__aiter__",),
    AsyncKind.GENERATOR: ("asend", "athrow"),
    AsyncKind.CONTEXT: ("__aenter__", "__aexit__"),
}


_SERVE_BOTH: tuple[type[Any], ...] = (DualIterator, DualIterable, DualAwaitable, Context)  # who had one gets it back


def _stub() -> NoReturn:
    raise InternalError("the stub of an object that is given out was called")


def _way_of(plan: AsyncOf, names: Mapping[str, Any], origin: Reference, noted: Callable[[Any], object] | None) -> Way:
    """Return the way of what is asynchronous outward."""
    fits = _fits(plan.kind)
    member = _member(plan, names)
    if noted is not None:
        member.watch(receiver_of, noted)
    meaning = (resolved(plan, names),)
    wrappers: Wrappers = cast("Any", origin.channel).wrappers

    def convert(value: Any) -> Any:
        if not fits(value) or isinstance(value, _SERVE_BOTH):
            return value
        key = (meaning, id(value))  # what is made holds the object
        known = wrappers.find(key)
        return wrappers.remember(key, _make(plan, Reference(origin.channel, value), member)) if known is None else known

    return Way(fits, convert)


def _member(plan: AsyncOf, names: Mapping[str, Any]) -> Member:
    runs = _RUNS[plan.kind]
    stub = types.FunctionType(_stub.__code__, cast("dict[str, Any]", names), f"an {plan.kind.value}")
    member = Member(stub, runs, "itself", Description(gives=plan.item, sent=plan.sent))
    member.instead = f"{_INSTEAD[runs]} {'...' if plan.form is AsyncForm.BLOCKING else 'it'}"
    return member


def _fits(kind: AsyncKind) -> Fits:
    if kind is AsyncKind.AWAITABLE:
        return inspect.isawaitable
    needed = _NEEDED[kind]

    def fits(value: Any) -> bool:
        cls = class_of(value)
        return all(hasattr(cls, name) for name in needed)

    return fits


# -- what is made, for each kind and form


def _make(plan: AsyncOf, reference: Reference, member: Member) -> Any:
    if plan.kind is AsyncKind.AWAITABLE:
        return _AWAITABLES[plan.form](Work(reference, member))
    source = Source(reference, member)
    if plan.kind is AsyncKind.CONTEXT:
        return _context(source, plan.form)
    if plan.kind is AsyncKind.ITERABLE:
        return _ITERABLES[plan.form](source)
    if plan.form is AsyncForm.BOTH:
        return _ITERATORS[plan.kind](source)
    return source.blocking() if plan.form is AsyncForm.BLOCKING else source.awaited()


def _context(source: Source, form: AsyncForm) -> Context[Any]:
    def refused(verb: str) -> NoReturn:
        raise UsageError(f"this context manager is entered by `{verb}`, and left by that")

    if form is AsyncForm.BLOCKING:
        return Context(source.blocking, lambda: refused("with"))
    if form is AsyncForm.AWAITED:
        return Context(lambda: refused("async with"), source.awaited)
    return Context(source.blocking, source.awaited)


_AWAITABLES: Mapping[AsyncForm, type[Any]] = {
    AsyncForm.BOTH: DualAwaitable,
    AsyncForm.BLOCKING: BlockingAwaitable,
    AsyncForm.AWAITED: AwaitedAwaitable,
}
_ITERABLES: Mapping[AsyncForm, type[Any]] = {
    AsyncForm.BOTH: DualIterable,
    AsyncForm.BLOCKING: BlockingIterable,
    AsyncForm.AWAITED: AwaitedIterable,
}
_ITERATORS: Mapping[AsyncKind, type[Any]] = {AsyncKind.ITERATOR: DualIterator, AsyncKind.GENERATOR: DualGenerator}

give_async_with(_way_of)
