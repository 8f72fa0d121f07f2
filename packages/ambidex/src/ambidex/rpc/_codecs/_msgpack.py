"""Own the codec between sides that do not trust each other: msgpack, from which no class is ever looked up by its name.

Beside what msgpack has, values are extensions (`Code`), each of one value of msgpack. A class comes back as itself
where it is one of the codec's `classes`, or where `as_type` asks for it; else its parts come: a dataclass as a dict,
a named tuple as a tuple, an enumeration as its value. An exception of a class that is not known is refused.
"""

from __future__ import annotations

import asyncio
import builtins
import dataclasses
import datetime as dt
import decimal
import enum
import pathlib
import uuid
from collections.abc import Iterator
from functools import lru_cache
from types import FunctionType
from typing import TYPE_CHECKING, Any, cast, final

from ... import errors
from ...errors import ProtocolError
from ...protocol import Limits
from ._converting import Record, class_name, converted, of_class
from ._forms import Forms
from ._packing import Extension
from ._views import flat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ._codec import Handles

_LARGE = 256 * 1024  # bytes that go beside the payload: from here on a frame of their own costs nothing
_ERROR_PARTS = 3  # of what `__reduce__` gives for an exception: class, arguments, attributes
# Beside one payload, which may be long and go as one more. Later ones go into it, for some four times the time.
_MOST_BUFFERS = Limits().buffers - 1


class Code(enum.IntEnum):
    """Name the codes of extensions; they are part of the wire."""

    BYTES = 0  # only in BUFFER: bytes are msgpack's own
    INTEGER = 1  # of more than 64 bits: bytes, big-endian, signed
    TUPLE = 2
    SET = 3
    FROZEN_SET = 4
    COMPLEX = 5  # its two floats
    DATETIME = 6  # ISO 8601, and fold; a zone becomes its offset
    DATE = 7
    TIME = 8  # as a datetime
    TIMEDELTA = 9  # days, seconds, microseconds
    DECIMAL = 10  # as text
    UUID = 11  # 16 bytes
    PATH = 12  # the name of its class, and its text
    RECORD = 13  # the class's name, and its fields
    HANDLE = 14  # the token's parts
    ERROR = 15  # the name of an exception's class, its arguments and its attributes
    BUFFER = 16  # beside the payload: what it becomes, a code of bytes; they come in order
    BYTEARRAY = 17
    MEMORYVIEW = 18
    TEXT = 19  # one that is not UTF-8: its bytes, with halves of characters
    WRITABLE_VIEW = 20  # as MEMORYVIEW, which is one that may not be written to


_PATHS: dict[str, type[pathlib.PurePath]] = {
    "Path": pathlib.Path,
    "PurePosixPath": pathlib.PurePosixPath,
    "PureWindowsPath": pathlib.PureWindowsPath,
}


def _known_errors() -> dict[str, type[BaseException]]:
    """Return the exceptions that come back as themselves: Python's own, and this library's."""
    found: dict[str, type[BaseException]] = {"asyncio.CancelledError": asyncio.CancelledError}
    for module, prefix in ((builtins, ""), (errors, "ambidex.errors.")):
        for name, each in vars(module).items():
            if isinstance(each, type) and issubclass(each, Exception) and not hasattr(each, "exceptions"):
                found[prefix + name] = each
    return found


_ERRORS = _known_errors()
_ERROR_NAMES = {each: name for name, each in _ERRORS.items()}


@final
class MsgpackCodec:
    """Carry plain data; nothing that comes can name a class or run anything.

    Objects that `handles` exports cross as their tokens, and so do iterators of builtin types. `classes` are the
    dataclasses, named tuples, enumerations and exceptions that come back as themselves wherever they stand; `find` is
    asked for others, by "module.qualified.name", and returns None for one that is not known here. Subclasses of `str`,
    `int`, `list` and `dict` cross as those. Bytes, bytearrays and memory views of 256 KiB and more go beside the
    payload; a bytearray or a view has the received memory for its own. A view arrives as one of flat bytes. `forms`
    says whether msgspec reads and writes, or Python alone: the bytes are the same.
    """

    name = "msgpack"

    def __init__(
        self,
        handles: Handles | None = None,
        classes: Iterable[type] = (),
        find: Callable[[str], type | None] | None = None,
        forms: Forms | None = None,
    ) -> None:
        self._handles = handles
        self._forms = forms or Forms()
        self._classes = {class_name(each): each for each in classes}
        self._find = find or self._classes.get

    def dumps(self, value: object) -> tuple[bytes, Sequence[memoryview]]:
        """Return the payload and the buffers beside it.

        Raises:
            TypeError: it holds what msgpack does not carry; `what_fails` tells which part that is.
            ValueError: it is nested too deep, or holds itself.
        """
        writing = _Writing(self._handles)
        return self._forms.packed(value, writing.extension), writing.buffers

    def loads(
        self,
        payload: bytes | bytearray | memoryview,
        buffers: Sequence[bytearray | memoryview] = (),
        as_type: Any = Any,
        place: str = "result",
    ) -> Any:
        """Return the value, in the types of the annotation `as_type`; `place` is what messages call it.

        Raises:
            ProtocolError: the bytes are none that `dumps` writes.
            UsageError: it is not of that type, or an object's fields are not those of its class here; the message
                names the place, as `result.stations[2].height: expected float, got str`.
        """
        reading = _Reading(self._handles, self._known, buffers)
        value = self._forms.unpacked(bytes(payload) if isinstance(payload, memoryview) else payload, reading.value)
        return value if as_type is Any and not reading.has_records else converted(value, as_type, place)

    def _known(self, name: object) -> type | None:
        """Return the class of a name from the wire, None where it is not known here."""
        if not isinstance(name, str):
            raise TypeError(f"a class's name is a {type(name).__name__}")
        return self._classes.get(name) or self._find(name)


class _Writing:
    """Say how the parts of one value are written that msgpack does not have."""

    def __init__(self, handles: Handles | None) -> None:
        self._handles = handles
        self.buffers: list[memoryview] = []

    def extension(self, value: Any) -> object:
        """Return what stands for a value: an extension, bytes, or a value of a class that msgpack has."""
        kind: Any = value.__class__
        write = _WRITERS.get(kind)
        if write is not None:
            return write(value)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return self._of_bytes(value)
        parts = _parts(value)
        if parts is not None:
            return parts
        if self._handles is not None:
            token = self._handles.export_class(value) if isinstance(value, type) else self._handles.export(value)
            if token is None and kind.__module__ == "builtins" and issubclass(kind, Iterator):
                items: Any = value  # of a list, a range and such, which pickle copies
                token = self._handles.export(item for item in items)
            if token is not None:
                return Extension(Code.HANDLE, list(token))
        for base in (str, int, float, list, dict, tuple):
            if isinstance(value, base):
                make: Any = base
                return make(value)
        raise TypeError(f"cannot pack {type(value).__name__!r} object")

    def _of_bytes(self, value: Any) -> object:
        code = _code_of_bytes(value)
        view = memoryview(value)
        if view.nbytes >= _LARGE and len(self.buffers) < _MOST_BUFFERS:
            self.buffers.append(flat(view))
            return Extension(Code.BUFFER, int(code))
        return bytes(value) if code == Code.BYTES else Extension(code, view.tobytes())


def _code_of_bytes(value: object) -> Code:
    if isinstance(value, bytes):
        return Code.BYTES
    if isinstance(value, memoryview):
        return Code.MEMORYVIEW if value.readonly else Code.WRITABLE_VIEW
    return Code.BYTEARRAY


def _integer(value: int) -> Extension:
    return Extension(Code.INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


_WRITERS: dict[type, Callable[[Any], Extension]] = {
    int: _integer,
    tuple: lambda value: Extension(Code.TUPLE, list(value)),
    set: lambda value: Extension(Code.SET, list(value)),
    frozenset: lambda value: Extension(Code.FROZEN_SET, list(value)),
    complex: lambda value: Extension(Code.COMPLEX, [value.real, value.imag]),
    dt.datetime: lambda value: Extension(Code.DATETIME, [value.isoformat(), value.fold]),
    dt.date: lambda value: Extension(Code.DATE, value.isoformat()),
    dt.time: lambda value: Extension(Code.TIME, [value.isoformat(), value.fold]),
    dt.timedelta: lambda value: Extension(Code.TIMEDELTA, [value.days, value.seconds, value.microseconds]),
    decimal.Decimal: lambda value: Extension(Code.DECIMAL, str(value)),
    uuid.UUID: lambda value: Extension(Code.UUID, value.bytes),
    str: lambda value: Extension(Code.TEXT, value.encode("utf-8", "surrogatepass")),
}


def _parts(value: Any) -> Extension | None:
    """Return an object of a class of data; None for any other."""
    take_apart = _taking_apart(value.__class__)
    return None if take_apart is None else take_apart(value)


@lru_cache(maxsize=1000)  # arbitrary: classes that cross
def _taking_apart(kind: Any) -> Callable[[Any], Extension | None] | None:
    """Return what takes objects of a class of data apart; None for any other class."""
    name = class_name(kind)
    if issubclass(kind, enum.Enum):
        return lambda value: Extension(Code.RECORD, [name, value.value])
    if dataclasses.is_dataclass(kind):
        names = [each.name for each in dataclasses.fields(kind)]
        return lambda value: Extension(Code.RECORD, [name, {each: getattr(value, each) for each in names}])
    if hasattr(kind, "_fields") and issubclass(kind, tuple):
        return lambda value: Extension(Code.RECORD, [name, Extension(Code.TUPLE, list(value))])
    if issubclass(kind, pathlib.PurePath):
        path = "Path" if issubclass(kind, pathlib.Path) else str(kind.__name__)
        return (lambda value: Extension(Code.PATH, [path, str(value)])) if path in _PATHS else None
    if issubclass(kind, Exception) or kind in _ERROR_NAMES:
        return lambda value: _of_error(value, kind)
    return None


def _of_error(value: BaseException, kind: type[BaseException]) -> Extension:
    """Return an exception as its class's name, its arguments and its attributes.

    Raises:
        TypeError: its class says that it is made in another way.
    """
    made = cast("tuple[Any, ...]", value.__reduce__())
    if made[0] is not kind or len(made) > _ERROR_PARTS:
        raise TypeError(f"cannot pack {kind.__name__!r} object")
    name = _ERROR_NAMES.get(kind) or class_name(kind)
    return Extension(Code.ERROR, [name, list(made[1]), dict((made[2:] or ({},))[0] or {})])


class _Reading:
    """Say what the extensions of one value stand for."""

    def __init__(
        self,
        handles: Handles | None,
        known: Callable[[object], type | None],
        buffers: Sequence[bytearray | memoryview],
    ) -> None:
        self._handles = handles
        self._known = known
        self._buffers = iter(buffers)
        self.has_records = False

    def value(self, code: int, inner: Any) -> object:
        """Return what an extension stands for; whatever is raised here says that it is none of this codec's."""
        read = _READERS.get(code)
        if read is not None:
            kind, make = read
            if type(inner) is not kind:
                raise TypeError(f"extension {code} holds {type(inner).__name__}, not {kind.__name__}")
            return make(inner)
        if code == Code.BUFFER:
            return self._buffer(inner)
        if code == Code.HANDLE:
            return self._handle(inner)
        if code == Code.RECORD:
            return self._record(*inner)
        if code == Code.ERROR:
            return self._error(*inner)
        raise ProtocolError(f"an extension of msgpack has the code {code}, which this library has not")

    def _buffer(self, code: object) -> object:
        buffer = next(self._buffers, None)
        if buffer is None:
            raise ProtocolError("a value of msgpack has more buffers than came with it")
        if code == Code.BYTES:
            return bytes(buffer)
        if code == Code.BYTEARRAY:
            return buffer if isinstance(buffer, bytearray) else bytearray(buffer)
        view = memoryview(buffer)
        return view.toreadonly() if code == Code.MEMORYVIEW else view

    def _handle(self, token: Any) -> object:
        if self._handles is None or not all(type(part) in (int, str) for part in token):
            raise ProtocolError("a handle came that is none, or where there is no session that knows it")
        return self._handles.resolve(tuple(token))

    def _record(self, name: str, fields: object) -> object:
        record = Record(name, fields)
        known = self._known(name)
        if known is not None:
            return of_class(record, known, name)
        self.has_records = True
        return record

    def _error(self, name: str, args: list[object], attributes: dict[object, object]) -> BaseException:
        kind: Any = _ERRORS.get(name) or self._known(name)
        if kind is None or not issubclass(kind, BaseException):
            raise ProtocolError(f"{name!s:.100} is no exception that is known here")
        if type(args) is not list or type(attributes) is not dict:
            raise TypeError("an exception has parts of other classes than a list and a dict")
        has_own = name not in _ERRORS and type(kind.__init__) is FunctionType  # which may take other arguments
        error: BaseException = kind.__new__(kind, *args) if has_own else kind(*args)
        for attribute, value in attributes.items():
            if type(attribute) is str and not attribute.startswith("_"):
                object.__setattr__(error, attribute, value)
        return error


def _made(make: Callable[..., object], *kinds: type) -> Callable[[Any], object]:
    """Return what makes an object of a list of arguments that have to be of these classes."""

    def made(args: list[object]) -> object:
        if list(map(type, args)) != list(kinds):
            raise TypeError(f"an extension has parts of other classes than {kinds}")
        return make(*args)

    return made


def _datetime(text: str, fold: int) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(fold=fold)


def _time(text: str, fold: int) -> dt.time:
    return dt.time.fromisoformat(text).replace(fold=fold)


def _path(name: str, text: str) -> pathlib.PurePath:
    return _PATHS[name](text)


_READERS: dict[int, tuple[type, Callable[[Any], object]]] = {
    Code.INTEGER: (bytes, lambda data: int.from_bytes(data, "big", signed=True)),
    Code.TUPLE: (list, tuple),
    Code.SET: (list, set),
    Code.FROZEN_SET: (list, frozenset),
    Code.COMPLEX: (list, _made(complex, float, float)),
    Code.DATETIME: (list, _made(_datetime, str, int)),
    Code.DATE: (str, dt.date.fromisoformat),
    Code.TIME: (list, _made(_time, str, int)),
    Code.TIMEDELTA: (list, _made(dt.timedelta, int, int, int)),
    Code.DECIMAL: (str, decimal.Decimal),
    Code.UUID: (bytes, lambda data: uuid.UUID(bytes=data)),
    Code.PATH: (list, _made(_path, str, str)),
    Code.BYTEARRAY: (bytes, bytearray),
    Code.MEMORYVIEW: (bytes, memoryview),
    Code.WRITABLE_VIEW: (bytes, lambda data: memoryview(bytearray(data))),
    Code.TEXT: (bytes, lambda data: data.decode("utf-8", "surrogatepass")),
}
