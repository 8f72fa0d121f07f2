"""Own exceptions that cross: as their own class where both sides know it, as `RemoteError` everywhere else.

A payload is a list of records, one for each exception that the raised one leads to by `__cause__`, `__context__` and
the members of groups; what stands in a record is in its docstring. The exception itself is bytes of their own in
there: where they cannot be read, the rest still can.

What a caller gets, beside classes that both sides know:

| raised there | raised here |
| --- | --- |
| a class that is not known here, or does not cross | `RemoteError` |
| `SystemExit`, `KeyboardInterrupt`, `GeneratorExit` and such | `RemoteError`: they were meant for the other process |
| `asyncio.CancelledError` | itself, as in one process: the call was cancelled there, and not by its caller |
| `StopIteration` | `RuntimeError`, caused by it, as from a coroutine: no future takes it |
| an exception group, and this is Python 3.10 or older | `RemoteError`, which tells the parts |
| what a callback, a stream or a block from here has raised | that very exception, as `_kept` says |

Every one that was raised has a note with the traceback of the other process, without the frames of this library, and
without the values of variables. Before Python 3.11 nothing prints notes, and `__notes__` is there all the same.
"""

from __future__ import annotations

import asyncio
import builtins
import concurrent.futures
import os.path
import traceback
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from ..errors import ProtocolError, RemoteError
from ._kept import is_number, number_of, set_number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from ._codecs import Codec

_GROUP: type[BaseException] | None = getattr(builtins, "BaseExceptionGroup", None)  # from Python 3.11 on

# Arbitrary, all of them: what a person still reads.
_MOST_ERRORS = 100
_MOST_FRAMES = 40
_MOST_NOTES = 100
_MOST_TEXT = 100_000  # characters

_HIDDEN = tuple(
    os.path.dirname(os.path.abspath(file)) + os.sep  # noqa: PTH100, PTH120  as frames have it
    for file in (os.path.dirname(__file__), concurrent.futures.__file__)  # noqa: PTH120
)


class Known(Protocol):
    """Know the exceptions of this side that may come home."""

    def find(self, number: int) -> BaseException | None:
        """Return the exception of a number, None where there is none, or none any more."""
        ...


class _Record(NamedTuple):
    """Hold what crosses of one exception; others are numbers in the list, and -1 is none."""

    type_name: str
    text: str  # of a group without the number of its members
    traceback: str  # "" where it was never raised
    notes: list[str]
    payload: bytes | None  # the exception in the codec, of a group its class; None: not to be had
    buffers: list[bytes]
    reason: str  # why there is no payload
    cause: int
    context: int
    is_context_hidden: bool
    members: list[int] | None  # of a group
    number: int  # as `_kept` gives it, 0 for none


_SHAPE: tuple[tuple[type, ...], ...] = (
    *((str,),) * 3,
    (list,),
    (bytes, bytearray, type(None)),
    (list,),
    (str,),
    (int,),
    (int,),
    (bool,),
    (list, type(None)),
    (int,),
)
_ITEMS: dict[str, tuple[type, ...]] = {"notes": (str,), "buffers": (bytes, bytearray), "members": (int,)}


def dump_error(codec: Codec, error: BaseException) -> tuple[bytes, Sequence[memoryview]]:
    """Return an exception as a payload and the buffers beside it, whatever its class does."""
    numbers: dict[int, int] = {}
    errors = _gathered(error)
    for number, each in enumerate(errors):
        numbers[id(each)] = number
    return codec.dumps([list(_recorded(codec, each, numbers)) for each in errors])


def load_error(
    codec: Codec,
    payload: bytes | bytearray | memoryview,
    buffers: Sequence[bytearray | memoryview] = (),
    kept: Known | None = None,
) -> BaseException:
    """Return an exception to raise, with those that it came from; one that is `kept` here is itself, unchanged.

    Raises:
        ProtocolError: what came is not what `dump_error` writes.
    """
    records = _checked(codec.loads(payload, buffers))
    own = {} if kept is None else _own(records, kept)
    errors = own.copy()
    for number in reversed(range(len(records))):
        _rebuild(codec, records, number, errors)
    for number, record in enumerate(records):
        error = errors[number]
        if number in own:
            continue
        if record.number:
            set_number(error, record.number)
        _set(error, "__cause__", errors.get(record.cause))
        _set(error, "__context__", errors.get(record.context))
        _set(error, "__suppress_context__", record.is_context_hidden)
    root = errors[0]
    return _unraised(root) if isinstance(root, StopIteration) else root


def _own(records: list[_Record], kept: Known) -> dict[int, BaseException]:
    """Return the exceptions of this process that have come home, by the numbers of their records."""
    found = {place: kept.find(record.number) for place, record in enumerate(records) if record.number}
    return {place: error for place, error in found.items() if error is not None}


def _gathered(error: BaseException) -> list[BaseException]:
    """Return an exception and those it leads to, the nearest first."""
    found: list[BaseException] = []
    seen: set[int] = set()
    waiting = deque([error])
    while waiting and len(found) < _MOST_ERRORS:
        each = waiting.popleft()
        if id(each) not in seen:
            seen.add(id(each))
            found.append(each)
            linked = (*_members(each), each.__cause__, each.__context__)
            waiting.extend(one for one in linked if one is not None)
    return found


def _members(error: BaseException) -> tuple[BaseException, ...]:
    return cast("Any", error).exceptions if _is_group(error) else ()


def _is_group(error: BaseException) -> bool:
    return _GROUP is not None and isinstance(error, _GROUP)


def _recorded(codec: Codec, error: BaseException, numbers: dict[int, int]) -> _Record:
    type_name, text = _short(_type_name(type(error))), _told(error)
    payload, buffers, reason = _dumped(codec, error)
    return _Record(
        type_name,
        text=_short(str(cast("Any", error).message)) if _is_group(error) else text,
        traceback=_traceback(error, numbers[id(error)] == 0, type_name, text),
        notes=_notes(error),
        payload=payload,
        buffers=buffers,
        reason=reason,
        cause=numbers.get(id(error.__cause__), -1),
        context=numbers.get(id(error.__context__), -1),
        is_context_hidden=error.__suppress_context__,
        members=[numbers[id(each)] for each in _members(error) if id(each) in numbers] if _is_group(error) else None,
        number=number_of(error),
    )


def _dumped(codec: Codec, error: BaseException) -> tuple[bytes | None, list[bytes], str]:
    """Return the bytes of an exception, or why there are none; of a group those of its class."""
    is_group = _is_group(error)
    if not is_group and not _crosses(error):
        return None, [], "it was meant for the other process"
    try:
        payload, buffers = codec.dumps(type(error) if is_group else error)
        return payload, [bytes(each) for each in buffers], ""
    except Exception as failure:  # noqa: BLE001  its class may raise anything; the record tells enough without it
        return None, [], f"it does not cross ({_short(type(failure).__name__)}: {_told(failure)})"


def _crosses(error: object) -> bool:
    """Tell whether an exception may be raised in the other process, too."""
    return isinstance(error, (Exception, asyncio.CancelledError)) or (_GROUP is not None and isinstance(error, _GROUP))


def _type_name(kind: type) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _told(error: BaseException) -> str:
    try:
        return _short(str(error))
    except Exception as failure:  # noqa: BLE001  a class of the user's
        return f"<str() of it raised {type(failure).__name__}>"


def _short(text: str) -> str:
    text = text.encode("utf-8", "backslashreplace").decode()  # lone surrogates, as of file names, do not cross
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]} ... ({len(text)} characters)"


def _notes(error: BaseException) -> list[str]:
    notes: Any = getattr(error, "__notes__", ())
    if not isinstance(notes, (list, tuple)):
        return []
    return [_short(each) for each in cast("list[object]", notes)[:_MOST_NOTES] if isinstance(each, str)]


def _traceback(error: BaseException, is_raised: bool, type_name: str, text: str) -> str:
    frames = _frames(error.__traceback__)
    if not frames and not is_raised:
        return ""
    lines = ("Traceback of the other process (most recent call last):", *frames, f"{type_name}: {text}")
    return _short("\n".join(lines))


def _frames(where: TracebackType | None) -> list[str]:
    """Return the frames of a traceback as Python prints them, without this library's, and of many the two ends."""
    stack = [each for each in traceback.extract_tb(where) if not each.filename.startswith(_HIDDEN)]
    lines = [each.rstrip("\n") for each in traceback.StackSummary.from_list(stack).format()]
    if len(lines) > _MOST_FRAMES:
        half = _MOST_FRAMES // 2
        lines[half:-half] = [f"  ... {len(lines) - 2 * half} more ..."]
    return lines


def _checked(read: object) -> list[_Record]:
    """Return the records, all of the shape that they have to have."""
    rows = cast("list[object]", read) if type(read) is list else []
    records = [_Record._make(cast("list[Any]", row)) for row in rows if _has_shape(row)]
    if not rows or len(rows) > _MOST_ERRORS or len(records) != len(rows):
        raise ProtocolError("an error came that is none of this library's records of exceptions")
    for record in records:
        numbers = (record.cause, record.context, *(record.members or ()))
        if not is_number(record.number) or not all(-1 <= number < len(records) for number in numbers):
            raise ProtocolError("an error came whose records name others that there are not")
    return records


def _has_shape(read: object) -> bool:
    row: list[Any] = cast("list[object]", read) if type(read) is list else []
    if len(row) != len(_SHAPE) or not all(type(part) in kinds for part, kinds in zip(row, _SHAPE)):
        return False
    return all(type(item) in kinds for name, kinds in _ITEMS.items() for item in row[_Record._fields.index(name)] or ())


def _rebuild(codec: Codec, records: list[_Record], number: int, errors: dict[int, BaseException]) -> None:
    """Rebuild one exception, those that it is a group of before it."""
    if number in errors:
        return
    record = records[number]
    errors[number] = RemoteError(record.type_name, record.text)  # stands for it in a group that is in itself
    for member in record.members or ():
        _rebuild(codec, records, member, errors)
    members = [errors[member] for member in record.members or ()]
    if record.members is None:
        rebuilt, reason = _loaded(codec, record)
    else:
        rebuilt, reason = _grouped(codec, record, members)
    notes = list(record.notes)
    if rebuilt is None:
        parts = "".join(f"\n  {_type_name(type(each))}: {_told(each)}" for each in members)
        rebuilt = RemoteError(record.type_name, record.text + parts)
        notes.append(f"It is a RemoteError here: {reason}")
    if record.traceback:
        notes.append(record.traceback)
    if notes:
        _set(rebuilt, "__notes__", notes)
    errors[number] = rebuilt


def _loaded(codec: Codec, record: _Record) -> tuple[BaseException | None, str]:
    """Return the exception of a record, or why there is none."""
    if record.payload is None:
        return None, record.reason
    error, reason = _contained(lambda: codec.loads(record.payload or b"", [bytearray(each) for each in record.buffers]))
    if error is not None and not _crosses(error):
        return None, "what came with it is no exception that may be raised in another process"
    return cast("BaseException | None", error), reason


def _grouped(codec: Codec, record: _Record, members: list[BaseException]) -> tuple[BaseException | None, str]:
    """Return the group of a record, of its own class where that is known here, or why there is none."""
    if _GROUP is None:
        return None, "this version of Python has no exception groups"
    if not members:
        return None, "none of its parts came"
    make: Any = _GROUP
    payload = record.payload
    if payload is not None:
        kind, _ = _contained(lambda: codec.loads(payload, []))
        if isinstance(kind, type) and issubclass(kind, _GROUP):
            group, _ = _contained(lambda: cast("Any", kind)(record.text, members))
            if group is not None:
                return cast("BaseException", group), ""
    return make(record.text, members), ""


def _contained(make: Callable[[], object]) -> tuple[object | None, str]:
    """Return what is made, or why it cannot be."""
    try:
        return make(), ""
    except Exception as failure:  # noqa: BLE001  a class of the user's may raise anything where it is put together
        return None, f"it cannot be put together ({type(failure).__name__}: {_told(failure)})"


def _unraised(error: StopIteration) -> RuntimeError:
    raised = RuntimeError("the call raised StopIteration")
    raised.__cause__ = error
    _set(raised, "__notes__", list(_notes(error)))
    return raised


def _set(error: BaseException, name: str, value: object) -> None:
    """Set an attribute that every exception has, past what its class may forbid."""
    object.__setattr__(error, name, value)
