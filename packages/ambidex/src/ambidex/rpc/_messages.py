"""Own what a call and its outcome look like inside their messages, for callers and the called side alike."""

from __future__ import annotations

import functools
import math
import struct
from typing import TYPE_CHECKING, Any

from ..errors import ProtocolError, UsageError
from ..protocol import Kind
from ._codecs import what_fails
from ._failures import load_error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..protocol import Message
    from ._codecs import Codec
    from ._failures import Known

_CALL = struct.Struct("<dIH")  # remaining seconds, infinite without a deadline; target; bytes of the name
CREDIT = struct.Struct("<I")  # how many more items are taken
ROOT = 0  # the target that is the worker itself; others are objects, by their numbers
DEFINITIONS = 1  # the target of what belongs to no object: public functions, classes and what these have
BACK = 0  # the number of the connection by which a child asks its parent while its loop stands still
_RESULT, _ERROR = int(Kind.RESULT), int(Kind.ERROR)


def encode_call(
    codec: Codec,
    target: int,
    name: str,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    remaining_s: float | None,
) -> tuple[bytes, Sequence[memoryview]]:
    """Return the payload of a call and its buffers.

    Raises:
        UsageError: an argument cannot be sent; the message says which.
    """
    try:
        body, buffers = codec.dumps((args, kwargs))
    except UsageError:  # which says all: something belongs to another process
        raise
    except Exception as error:  # whatever an object's own code for pickling raises
        reason = what_fails(codec, tuple(args), "args") or what_fails(codec, dict(kwargs), "kwargs")
        if not reason:  # all of it goes: this is of a signal handler, which came in between, or of a stack too deep
            raise
        raise UsageError(f"{name} cannot be called elsewhere: {reason}") from error
    if remaining_s is None:
        return _head(target, name) + body, buffers
    encoded = name.encode()
    return _CALL.pack(remaining_s, target, len(encoded)) + encoded + body, buffers


@functools.lru_cache(maxsize=1024)
def _head(target: int, name: str) -> bytes:
    """Return the begin of a call without a deadline; most calls are made again."""
    encoded = name.encode()
    return _CALL.pack(math.inf, target, len(encoded)) + encoded


def read_call(message: Message) -> tuple[float | None, int, str, bytes | memoryview]:
    """Return what a call says that has come: the seconds it has, None for no limit; its target, name and coded body.

    Raises:
        ProtocolError: it is too short, or its name is no text.
    """
    payload = message.payload
    if len(payload) < _CALL.size:
        raise ProtocolError(f"a call of {len(payload)} bytes came, which is too short for one")
    remaining_s, target, length = _CALL.unpack_from(payload)
    begin = _CALL.size + length
    try:
        name = str(payload[_CALL.size : begin], "utf-8")
    except UnicodeDecodeError:
        raise ProtocolError(f"the name of call {message.id} is no text") from None
    body = payload[begin:] if isinstance(payload, bytes) else memoryview(payload)[begin:]  # the other is long
    return None if remaining_s == math.inf else remaining_s, target, name, body


def encode_result(codec: Codec, name: str, value: object) -> tuple[bytes, Sequence[memoryview]]:
    """Return the payload of a result and its buffers.

    Raises:
        UsageError: the value cannot be sent; the message says what in it.
    """
    try:
        return codec.dumps(value)
    except UsageError:  # as above
        raise
    except Exception as error:  # whatever an object's own code for pickling raises
        reason = what_fails(codec, value, "result")
        if not reason and isinstance(error, RecursionError):  # of a callback's stack, as above
            raise
        raise UsageError(f"what {name} gives cannot be sent: {reason or error}") from error


def outcome(codec: Codec, message: Message, kept: Known | None = None) -> Any:
    """Return the result that came, or raise the exception; one that was raised here and is `kept` as itself."""
    if message.kind == _RESULT:
        return codec.loads(message.payload, message.buffers)
    if message.kind == _ERROR:
        raise load_error(codec, message.payload, message.buffers, kept)
    raise ProtocolError(f"a message of the kind {message.kind} came as the outcome of call {message.id}")


def size_of(payload: bytes | bytearray | memoryview, buffers: Sequence[bytearray | memoryview]) -> int:
    """Return how many bytes a message has."""
    return len(payload) + sum(map(len, buffers)) if buffers else len(payload)


def refuse_blocking(name: str, attribute: str) -> None:
    """Refuse to wait for another process on a thread that runs a loop, for what is no call.

    Raises:
        UsageError: always; the message says what to write.
    """
    raise UsageError(
        f"{name} is in another process, and waiting for it would hold the event loop that is running here; "
        f'write `await ambidex.get(obj, "{attribute}")`, or use it on a thread without a loop'
    )
