"""Say that something asynchronous stands in a value, and how its user has it: plans that go outward alone.

What a user holds of it is asynchronous as well, or made of it, so an implementation can use it as it is.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ._plans import Plan


class AsyncKind(enum.Enum):
    """Say what an asynchronous object is to its user."""

    ITERATOR = "async iterator"
    ITERABLE = "async iterable"
    GENERATOR = "async generator"
    CONTEXT = "async context manager"
    AWAITABLE = "awaitable"


class AsyncForm(enum.Enum):
    """Say in which ways the user has an asynchronous object."""

    BOTH = "both"
    BLOCKING = "blocking"
    AWAITED = "awaited"


class AsyncOf(NamedTuple):
    """Something asynchronous that the implementation gives out; its items follow `item`, what it is sent `sent`."""

    kind: AsyncKind
    item: Plan | None
    sent: Plan | None
    form: AsyncForm


def async_iterator_of(item: Plan | None = None, *, form: str = "both") -> AsyncOf:
    """Plan an async iterator inside a result: each item follows `item`.

    `form` is "both", "blocking" or "awaited": how the user has it. So with the plans below.
    """
    return AsyncOf(AsyncKind.ITERATOR, item, None, AsyncForm(form))


def async_iterable_of(item: Plan | None = None, *, form: str = "both") -> AsyncOf:
    """Plan an async iterable inside a result, which is iterated anew each time: each item follows `item`."""
    return AsyncOf(AsyncKind.ITERABLE, item, None, AsyncForm(form))


def async_generator_of(item: Plan | None = None, sent: Plan | None = None, *, form: str = "both") -> AsyncOf:
    """Plan an async generator inside a result: each item follows `item`, what it is sent `sent`."""
    return AsyncOf(AsyncKind.GENERATOR, item, sent, AsyncForm(form))


def async_context_of(item: Plan | None = None, *, form: str = "both") -> AsyncOf:
    """Plan an async context manager inside a result: what entering gives follows `item`."""
    return AsyncOf(AsyncKind.CONTEXT, item, None, AsyncForm(form))


def awaitable_of(item: Plan | None = None, *, form: str = "both") -> AsyncOf:
    """Plan an awaitable inside a result: what awaiting gives follows `item`."""
    return AsyncOf(AsyncKind.AWAITABLE, item, None, AsyncForm(form))
