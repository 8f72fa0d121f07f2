"""Own msgpack: a writer and a reader in Python alone, for a child that has nothing installed.

None, booleans, integers of 64 bits, floats, texts, bytes, lists and dicts are msgpack's own. Everything else is an
extension, whose data is one msgpack value again; what the codes mean is the codec's. No length that is read is
believed before that many bytes are seen to be there, and nothing is nested deeper than `MOST_DEEP`.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

_type_of: Callable[[object], type[Any]] = type  # strict checkers lose what is Any in `type(value)`
MOST_DEEP = 64  # arbitrary; a frame or two of Python's stack each
REFUSED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)  # what comes of a value that is none
_FLOAT = struct.Struct(">d")
_NUMBERS = {  # by the first byte
    0xCA: struct.Struct(">f"),
    0xCB: _FLOAT,
    0xCC: struct.Struct(">B"),
    0xCD: struct.Struct(">H"),
    0xCE: struct.Struct(">I"),
    0xCF: struct.Struct(">Q"),
    0xD0: struct.Struct(">b"),
    0xD1: struct.Struct(">h"),
    0xD2: struct.Struct(">i"),
    0xD3: struct.Struct(">q"),
}
_FIXED: dict[int, object] = {0xC0: None, 0xC2: False, 0xC3: True}
_TEXT, _BYTES, _ARRAY, _MAP, _EXTENSION = range(5)
_LONG = {  # what follows, and how many bytes its length has
    0xC4: (_BYTES, 1),
    0xC5: (_BYTES, 2),
    0xC6: (_BYTES, 4),
    0xC7: (_EXTENSION, 1),
    0xC8: (_EXTENSION, 2),
    0xC9: (_EXTENSION, 4),
    0xD9: (_TEXT, 1),
    0xDA: (_TEXT, 2),
    0xDB: (_TEXT, 4),
    0xDC: (_ARRAY, 2),
    0xDD: (_ARRAY, 4),
    0xDE: (_MAP, 2),
    0xDF: (_MAP, 4),
}
_FIXED_EXTENSIONS = {0xD4: 1, 0xD5: 2, 0xD6: 4, 0xD7: 8, 0xD8: 16}
_MOST_BYTES = 2**32 - 1  # what msgpack has a length for


class Extension(NamedTuple):
    """Hold what is written as an extension: its code, and the value that it holds."""

    code: int
    value: object


class Packer:
    """Write one value.

    `extend` is asked for each one that is not msgpack's own, and for bytes. It returns an extension, bytes to write as
    they are, or another value to write instead; or it raises.
    """

    def __init__(self, extend: Callable[[Any], object]) -> None:
        self._extend = extend
        self._out = bytearray()

    def packed(self, value: object) -> bytes:
        """Return the value's bytes."""
        self._write(value, 0)
        return bytes(self._out)

    def _write(self, value: Any, depth: int) -> None:
        if depth > MOST_DEEP:
            raise too_deep()
        out = self._out
        kind = _type_of(value)
        if value is None:
            out.append(0xC0)
        elif kind is bool:
            out.append(0xC3 if value else 0xC2)
        elif kind is int and is_number(value):
            _write_integer(out, value)
        elif kind is float:
            out.append(0xCB)
            out += _FLOAT.pack(value)
        elif kind is str and is_text(value):
            data = value.encode()
            _write_head(out, len(data), (0xA0, 31), (0xD9, 0xDA, 0xDB))
            out += data
        elif kind is list:
            _write_head(out, len(value), (0x90, 15), (None, 0xDC, 0xDD))
            for each in value:
                self._write(each, depth + 1)
        elif kind is dict:
            out += map_head(len(value))
            for key, each in value.items():
                self._write(key, depth + 1)
                self._write(each, depth + 1)
        else:
            self._write_other(value, depth)

    def _write_other(self, value: Any, depth: int) -> None:
        stands = value if type(value) is Extension else self._extend(value)
        if type(stands) is bytes:
            _write_head(self._out, len(stands), None, (0xC4, 0xC5, 0xC6))
            self._out += stands
        elif isinstance(stands, Extension):
            self._write_extension(stands, depth)
        else:
            self._write(stands, depth + 1)

    def _write_extension(self, extension: Extension, depth: int) -> None:
        inner = Packer(self._extend)
        inner._write(extension.value, depth + 1)
        data = inner._out
        if len(data) in _FIXED_EXTENSIONS.values():
            self._out.append(0xD4 + len(data).bit_length() - 1)
        else:
            _write_head(self._out, len(data), None, (0xC7, 0xC8, 0xC9))
        self._out.append(extension.code)
        self._out += data


def is_number(value: int) -> bool:
    """Tell whether an integer is one of msgpack's own."""
    return -(2**63) <= value < 2**64


def is_text(value: str) -> bool:
    """Tell whether a text is one in UTF-8; file names may hold halves of characters."""
    return value.isascii() or not any("\ud800" <= each <= "\udfff" for each in value)


def map_head(length: int) -> bytes:
    """Return what a dict of that many items begins with."""
    out = bytearray()
    _write_head(out, length, (0x80, 15), (None, 0xDE, 0xDF))
    return bytes(out)


def too_deep() -> ValueError:
    """Return what is raised for a value that cannot be written."""
    return ValueError(f"a value is nested deeper than {MOST_DEEP}, or holds itself")


def refused(error: Exception) -> ProtocolError:
    """Return what says that a value is none of those that come."""
    return ProtocolError(f"a value came that msgpack does not allow ({type(error).__name__}: {error!s:.200})")


def _write_integer(out: bytearray, value: int) -> None:
    if -32 <= value < 128:
        out.append(value & 0xFF)
        return
    bits = max(8, 1 << ((value.bit_length() if value >= 0 else (~value).bit_length() + 1) - 1).bit_length())
    first = (0xCC if value >= 0 else 0xD0) + (bits // 8).bit_length() - 1
    out.append(first)
    out += _NUMBERS[first].pack(value)


def _write_head(
    out: bytearray, length: int, short: tuple[int, int] | None, firsts: tuple[int | None, int, int]
) -> None:
    """Write a length: in the first byte where it is short, else behind it in one, two or four bytes."""
    if short is not None and length <= short[1]:
        out.append(short[0] | length)
        return
    for first, size in zip(firsts, (1, 2, 4)):
        if first is not None and length < 1 << 8 * size:
            out.append(first)
            out += length.to_bytes(size, "big")
            return
    raise ValueError(f"{length} items or bytes are more than {_MOST_BYTES}, which is the most")


class Unpacker:
    """Read one value; `extended` returns what an extension's code and value stand for.

    `extended` may raise whatever comes of a value that is none of the codec's own: it becomes a `ProtocolError`.
    """

    def __init__(self, data: bytes | bytearray, extended: Callable[[int, Any], object], depth: int = 0) -> None:
        self._data = data
        self._depth = depth  # of the value in a larger one
        self._end = len(data)
        self._place = 0
        self._extended = extended

    def unpacked(self) -> Any:
        """Return the value.

        Raises:
            ProtocolError: the bytes are no value, or more than one.
        """
        try:
            value = self._read(self._depth, self._end)
        except ProtocolError:
            raise
        except REFUSED as error:
            raise refused(error) from None
        if self._place != self._end:
            raise ProtocolError(f"{self._end - self._place} bytes came after a value of msgpack")
        return value

    def _take(self, size: int, end: int) -> bytes | bytearray:
        begin = self._place
        if size > end - begin:
            raise ProtocolError(f"a value of msgpack says that it has {size} bytes, and {end - begin} are there")
        self._place = begin + size
        return self._data[begin : self._place]

    def _read(self, depth: int, end: int) -> Any:
        if depth > MOST_DEEP:
            raise ProtocolError(f"a value of msgpack is nested deeper than {MOST_DEEP}")
        first = self._take(1, end)[0]
        if first < 0x80:
            return first
        if first >= 0xE0:
            return first - 0x100
        if first < 0xC0:
            return self._read_short(first, depth, end)
        if first in _FIXED:
            return _FIXED[first]
        number = _NUMBERS.get(first)
        if number is not None:
            return number.unpack(self._take(number.size, end))[0]
        if first in _FIXED_EXTENSIONS:
            return self._read_extension(_FIXED_EXTENSIONS[first], depth, end)
        if first not in _LONG:
            raise ProtocolError(f"a value of msgpack begins with {first:#x}, which it never does")
        kind, size = _LONG[first]
        return self._read_long(kind, int.from_bytes(self._take(size, end), "big"), depth, end)

    def _read_short(self, first: int, depth: int, end: int) -> Any:
        if first >= 0xA0:
            return self._read_long(_TEXT, first & 0x1F, depth, end)
        return self._read_long(_ARRAY if first >= 0x90 else _MAP, first & 0x0F, depth, end)

    def _read_long(self, kind: int, length: int, depth: int, end: int) -> Any:
        if kind == _TEXT:
            return self._take(length, end).decode()
        if kind == _BYTES:
            return bytes(self._take(length, end))
        if kind == _EXTENSION:
            return self._read_extension(length, depth, end)
        per_item = 1 if kind == _ARRAY else 2
        if length * per_item > end - self._place:
            raise ProtocolError(f"a value of msgpack says that it has {length} items, and there are fewer bytes")
        if kind == _ARRAY:
            return [self._read(depth + 1, end) for _ in range(length)]
        found: dict[Any, Any] = {}
        for _ in range(length):
            key = self._read(depth + 1, end)
            found[key] = self._read(depth + 1, end)
        return found

    def _read_extension(self, length: int, depth: int, end: int) -> Any:
        code = self._take(1, end)[0]
        if length > end - self._place:
            raise ProtocolError(f"an extension of msgpack says that it has {length} bytes, and fewer are there")
        last = self._place + length
        value = self._read(depth + 1, last)
        if self._place != last:
            raise ProtocolError("an extension of msgpack has more than one value")
        return self._extended(code, value)
