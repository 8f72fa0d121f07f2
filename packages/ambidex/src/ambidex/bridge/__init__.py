"""One name, two faces: what generated modules are made of. Its names are an ABI, versioned by `ABI`."""

from __future__ import annotations

from ..runtime import Context, Future
from ._channels._channel import Channel, InProcess
from ._channels._steps import BlockingSteps, StepsAhead
from ._faces._callables import Call, Entry, Stream
from ._faces._class_decorators import (
    class_attribute,
    class_context,
    class_method,
    class_stream,
    static_context,
    static_method,
    static_stream,
    type_attribute,
)
from ._faces._decorators import (
    attribute,
    await_method,
    awaited,
    constructor,
    context,
    context_method,
    deleter,
    dynamic,
    implemented_elsewhere,
    iterator_method,
    method,
    special,
    stream,
    sync_method,
)
from ._faces._face import Face
from ._faces._generics import stand_in
from ._faces._marks import abstractmethod, deprecated
from ._faces._twin_decorators import (
    async_call,
    async_context,
    async_stream,
    blocking_call,
    blocking_context,
    blocking_stream,
    blocking_wait,
)
from ._faces._twins import AsyncFace, BlockingFace, anything_async
from ._faces._variadic import VariadicCall
from ._getting import get, release
from ._handles import _giving as _giving  # which the plans ask for what they give
from ._handles._awaitables import BlockingAwaitable, DualAwaitable
from ._handles._streams import DualGenerator, DualIterable, DualIterator
from ._identity import (
    ELSEWHERE,
    FOR,
    REMOTE,
    FaceInfo,
    Reference,
    face_of,
    has_face,
    infos_of,
    is_face,
    receiver_of,
    register,
)
from ._implementation import ABI, Implementation
from ._member import Member
from ._overrides._class import maker
from ._overrides._info import Overriding
from ._overrides._original import MADE, Original, original
from ._overrides._pair import Overridden, Pair, overridden_by
from ._placing import bridge_of, placed
from ._reached import Reached, Way, reached_by
from ._values import _contexts as _contexts  # which the plans ask for context managers
from ._values import _items as _items  # which they ask for iterables
from ._values._aliases import alias_of
from ._values._asynchronous import (
    async_context_of,
    async_generator_of,
    async_iterable_of,
    async_iterator_of,
    awaitable_of,
)
from ._values._callbacks import Wrappers, identity_of
from ._values._plans import (
    anything,
    async_call_of,
    awaited_of,
    blocking_call_of,
    call_of,
    callback,
    dict_of,
    entered_of,
    error_of,
    generator_of,
    handing_over,
    items_of,
    iterable_of,
    keys_of,
    one_of,
    perhaps_awaited,
    plain_call_of,
    plain_callback,
    record_of,
    sequence_of,
    set_of,
    tuple_of,
    type_of,
)

__all__ = (
    "ABI",
    "AsyncFace",
    "BlockingAwaitable",
    "BlockingFace",
    "BlockingSteps",
    "Call",
    "Channel",
    "Context",
    "DualAwaitable",
    "DualGenerator",
    "DualIterable",
    "DualIterator",
    "ELSEWHERE",
    "Entry",
    "FOR",
    "Face",
    "FaceInfo",
    "Future",
    "Implementation",
    "InProcess",
    "MADE",
    "Member",
    "Original",
    "Overridden",
    "Overriding",
    "Pair",
    "REMOTE",
    "Reached",
    "Reference",
    "StepsAhead",
    "Stream",
    "VariadicCall",
    "Way",
    "Wrappers",
    "abstractmethod",
    "alias_of",
    "anything",
    "anything_async",
    "async_call",
    "async_call_of",
    "async_context",
    "async_context_of",
    "async_generator_of",
    "async_iterable_of",
    "async_iterator_of",
    "async_stream",
    "attribute",
    "await_method",
    "awaitable_of",
    "awaited",
    "awaited_of",
    "blocking_call",
    "blocking_call_of",
    "blocking_context",
    "blocking_stream",
    "blocking_wait",
    "bridge_of",
    "call_of",
    "callback",
    "class_attribute",
    "class_context",
    "class_method",
    "class_stream",
    "constructor",
    "context",
    "context_method",
    "deleter",
    "deprecated",
    "dict_of",
    "dynamic",
    "entered_of",
    "error_of",
    "face_of",
    "generator_of",
    "get",
    "handing_over",
    "has_face",
    "identity_of",
    "implemented_elsewhere",
    "infos_of",
    "is_face",
    "items_of",
    "iterable_of",
    "iterator_method",
    "keys_of",
    "maker",
    "method",
    "one_of",
    "original",
    "overridden_by",
    "perhaps_awaited",
    "placed",
    "plain_call_of",
    "plain_callback",
    "reached_by",
    "receiver_of",
    "record_of",
    "register",
    "release",
    "sequence_of",
    "set_of",
    "special",
    "stand_in",
    "static_context",
    "static_method",
    "static_stream",
    "stream",
    "sync_method",
    "tuple_of",
    "type_attribute",
    "type_of",
)
