"""Turn plans around: what a user would hand in is the implementation's own, or the other way.

A plan that goes inward says what becomes of a user's callable. Where a user's method is called instead of the
implementation's, its arguments go outward, and so does what a user's callable in a record is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._identity import class_of
from ._asynchronous import AsyncForm, AsyncKind, AsyncOf
from ._plans import AwaitedOf, CallbackOf, CallOf, EnteredOf, GeneratorOf, HandingOver, ItemsOf, OneOf
from ._records import KeysOf, RecordOf

if TYPE_CHECKING:
    from collections.abc import Callable


def given_to_override(plan: Any, is_awaited: bool) -> Any:
    """Return a plan for arguments that the implementation hands to a user's method: what runs may be its own then."""
    return _outward(plan, not is_awaited, is_awaited)


def of_users_own(plan: CallOf) -> CallbackOf:
    """Return the plan of a callable of the user's where one of the implementation's could stand as well."""
    is_plain = plan.is_plain
    is_blocking = plan.form is not AsyncForm.AWAITED if is_plain else plan.is_blocking
    is_awaited = plan.form is not AsyncForm.BLOCKING if is_plain else plan.is_awaited

    def outward(part: Any) -> Any:
        return _outward(part, is_blocking, is_awaited)

    named = None if plan.named is None else _rebuilt(plan.named, outward)
    return CallbackOf(outward(plan.takes), _inward(plan.gives), outward(plan.rest), is_plain, False, named)


def has_callback(plan: Any) -> bool:
    """Tell whether a callable stands anywhere in a plan, or what is read, entered or sent things as one is called."""
    if not isinstance(plan, tuple):
        return False
    parts: tuple[Any, ...] = plan  # pyright: ignore[reportUnknownVariableType]  any tuple
    if isinstance(plan, GeneratorOf) and plan.sent is not None:
        return True
    return isinstance(plan, (AwaitedOf, CallbackOf, CallOf, EnteredOf, HandingOver, ItemsOf)) or any(
        map(has_callback, parts)
    )


def _outward(plan: Any, is_blocking: bool, is_awaited: bool) -> Any:
    def outward(part: Any) -> Any:
        return _outward(part, is_blocking, is_awaited)

    if isinstance(plan, CallbackOf):
        takes, rest, named = _inward(plan.takes), _inward(plan.rest), _inward(plan.named)
        forms = (False, False) if plan.is_plain else (is_blocking, is_awaited)
        return CallOf(takes, outward(plan.gives), rest, True, *forms, named)
    if isinstance(plan, ItemsOf):  # what has no end of its own is iterated anew
        kinds = (AsyncKind.ITERATOR, AsyncKind.ITERABLE)
        return OneOf(tuple(AsyncOf(kind, plan.item, None, AsyncForm.BOTH) for kind in kinds))
    if isinstance(plan, (AwaitedOf, EnteredOf)):
        kind = AsyncKind.CONTEXT if isinstance(plan, EnteredOf) else AsyncKind.AWAITABLE
        return AsyncOf(kind, plan.item, None, AsyncForm.BOTH)
    return _rebuilt(plan, outward) if has_callback(plan) and not isinstance(plan, CallOf) else plan


def _inward(plan: Any) -> Any:
    if isinstance(plan, AsyncOf) and plan.kind in (AsyncKind.ITERATOR, AsyncKind.ITERABLE):
        return ItemsOf(plan.item)
    if isinstance(plan, AsyncOf) and plan.kind in (AsyncKind.CONTEXT, AsyncKind.AWAITABLE):
        return (EnteredOf if plan.kind is AsyncKind.CONTEXT else AwaitedOf)(plan.item)
    if isinstance(plan, (AsyncOf, CallbackOf, CallOf, RecordOf)):  # a callable that goes inward is a user's anyway
        return plan
    if not isinstance(plan, tuple):
        return plan
    parts: tuple[Any, ...] = plan  # pyright: ignore[reportUnknownVariableType]  any tuple
    return _rebuilt(parts, _inward)


def _rebuilt(plan: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    if isinstance(plan, KeysOf):
        return KeysOf(plan.required, {key: change(part) for key, part in plan.fields.items()})
    kind: Any = class_of(plan)
    items = [change(part) for part in plan]
    return tuple(items) if kind is tuple else kind(*items)
