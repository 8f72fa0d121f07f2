"""One name, two faces: what generated modules are made of. Its names are an ABI, versioned by `ABI`."""

from __future__ import annotations

from ..runtime import Context, Future
from ._channels._channel import Channel, InProcess
from ._faces._callables import Call, Entry, Stream
from ._faces._class_decorators import (
    class_attribute,
    class_context,
    class_method,
    class_stream,
    static_context,
    static_method,
    static_stream,
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
from ._implementation import ABI, Implementation
from ._values._plans import (
    anything,
    callback,
    dict_of,
    items_of,
    iterable_of,
    keys_of,
    one_of,
    plain_callback,
    record_of,
    sequence_of,
    set_of,
    tuple_of,
)

__all__ = (
    "ABI",
    "Call",
    "Channel",
    "Context",
    "Entry",
    "Face",
    "Future",
    "Implementation",
    "InProcess",
    "Stream",
    "anything",
    "attribute",
    "await_method",
    "awaited",
    "callback",
    "class_attribute",
    "class_context",
    "class_method",
    "class_stream",
    "constructor",
    "context",
    "context_method",
    "deleter",
    "dict_of",
    "dynamic",
    "implemented_elsewhere",
    "items_of",
    "iterable_of",
    "iterator_method",
    "keys_of",
    "method",
    "one_of",
    "plain_callback",
    "record_of",
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
)
