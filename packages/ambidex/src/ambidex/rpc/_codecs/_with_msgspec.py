"""Own the writer and the reader of msgpack that run in msgspec, where it is installed; nothing else imports it.

They are those of `_packing` over again: the same bytes, the same values, the same refusals. msgspec by itself would
write objects of classes as what they look like, read a list that is a key as a tuple and a timestamp as a datetime, and
know no depth. So it is given only what the writer in Python writes by itself, with all else written before; and what it
has read is looked at before any of it is used. What is wrong with bytes, Python alone says, which reads them again. No
memory is taken for a length before that many bytes are there.

A value is looked at by levels, all that is at one depth at a time: a few steps of the interpreter for any number of
items. Only what has other things in it is gone through container by container.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.msgpack import Encoder, Ext, decode

from ._packing import MOST_DEEP, REFUSED, Extension, Unpacker, is_number, is_text, map_head, refused, too_deep

if TYPE_CHECKING:
    from collections.abc import Callable

_OLDEST = (0, 19)  # as the extra `msgpack` says
if tuple(map(int, msgspec.__version__.split(".")[:2])) < _OLDEST:
    raise ImportError(f"msgspec {msgspec.__version__} is older than any that this library is tested with")

_type_of: Callable[[object], type[Any]] = type  # strict checkers lose what is Any in `type(value)`
_values = dict[Any, Any].values
_encode = Encoder().encode
_WRITTEN: frozenset[type] = frozenset({type(None), bool, int, float, str})  # of bytes it is asked where they go
_READ = _WRITTEN | {bytes}
_NESTED: frozenset[type] = frozenset({list, dict})
_FEW = 8  # items, below which it is quicker to go through them than to look at all levels


def _is_plain(value: Any, depth: int) -> bool:
    """Tell whether msgspec writes a list or a dict as it is: all that is in it, and that is not too deep."""
    lists: list[Any] = [value] if _type_of(value) is list else []
    dicts: list[Any] = [] if lists else [value]
    while depth < MOST_DEEP:
        depth += 1
        kinds = set(map(_type_of, chain.from_iterable(lists)))
        if dicts:
            if not _WRITTEN.issuperset(map(_type_of, chain.from_iterable(dicts))):
                return False
            kinds.update(map(_type_of, chain.from_iterable(map(_values, dicts))))
        kinds -= _WRITTEN
        if not kinds <= _NESTED:
            return False
        if not kinds:
            return True
        lists, dicts = _nested_in(lists, dicts)
    return not any(map(len, (*lists, *dicts)))


def _nested_in(lists: list[Any], dicts: list[Any]) -> tuple[list[Any], list[Any]]:
    """Return the lists and the dicts that are items of these."""
    items = chain(chain.from_iterable(lists), chain.from_iterable(map(_values, dicts)))
    below = [each for each in items if _type_of(each) in _NESTED]
    return [each for each in below if _type_of(each) is list], [each for each in below if _type_of(each) is dict]


class FastPacker:
    """Write one value, as `Packer` does."""

    def __init__(self, extend: Callable[[Any], object]) -> None:
        self._extend = extend

    def packed(self, value: object) -> bytes:
        """Return the value's bytes."""
        return self._bytes_of(value, 0)

    def _bytes_of(self, value: Any, depth: int) -> bytes:
        return self._written(self._form(value, depth))

    def _written(self, form: Any) -> bytes:
        try:
            return _encode(form)
        except (OverflowError, UnicodeEncodeError):  # an integer of more than 64 bits, half of a character
            return _encode(self._form_of_leaves(form))

    def _form(self, value: Any, depth: int) -> Any:
        """Return what msgspec writes as `Packer` writes the value."""
        if depth > MOST_DEEP:
            raise too_deep()
        kind = _type_of(value)
        if kind in _WRITTEN:
            return value
        if kind in _NESTED:
            if len(value) >= _FEW and _is_plain(value, depth):
                return value
            return self._form_of_list(value, depth + 1) if kind is list else self._form_of_dict(value, depth + 1)
        stands = value if kind is Extension else self._extend(value)
        if type(stands) is bytes:
            return stands
        if isinstance(stands, Extension):
            return Ext(int(stands.code), self._bytes_of(stands.value, depth + 1))
        return self._form(stands, depth + 1)

    def _form_of_list(self, value: list[Any], depth: int) -> list[Any]:
        if depth <= MOST_DEEP and _WRITTEN.issuperset(map(_type_of, value)):
            return value
        return [self._form(each, depth) for each in value]

    def _form_of_dict(self, value: dict[Any, Any], depth: int) -> Any:
        if depth > MOST_DEEP or not _WRITTEN.issuperset(map(_type_of, value)):
            return self._map([(self._form(key, depth), self._form(each, depth)) for key, each in value.items()])
        if _WRITTEN.issuperset(map(_type_of, value.values())):
            return value
        return {key: self._form(each, depth) for key, each in value.items()}

    def _form_of_leaves(self, form: Any) -> Any:
        """Return a form with extensions for the integers and texts that msgspec does not write.

        Their bytes stay in it, however many they are: what goes beside the payload is in its order already.
        """
        kind = _type_of(form)
        if kind is list:
            return [self._form_of_leaves(each) for each in form]
        if kind is dict:
            return self._map([(self._form_of_leaves(key), self._form_of_leaves(each)) for key, each in form.items()])
        if (kind is int and not is_number(form)) or (kind is str and not is_text(form)):
            stands: Any = self._extend(form)
            return Ext(int(stands.code), _encode(stands.value))
        return form

    def _map(self, items: list[tuple[Any, Any]]) -> msgspec.Raw:
        """Return a dict of forms, which cannot all be keys."""
        return msgspec.Raw(map_head(len(items)) + b"".join(self._written(each) for item in items for each in item))


class _Held:
    """Hold an extension that was seen, and not yet read."""

    __slots__ = ("code", "data")

    def __init__(self, code: int, data: memoryview) -> None:
        self.code = code & 0xFF  # msgspec has it signed
        self.data = data


class FastUnpacker:
    """Read one value, as `Unpacker` does, which is given whatever is not of this library's own writing."""

    def __init__(self, data: bytes | bytearray, extended: Callable[[int, Any], object]) -> None:
        self._data = data
        self._extended = extended

    def unpacked(self) -> Any:
        """Return the value.

        Raises:
            ProtocolError: the bytes are no value, or more than one.
        """
        try:
            return self._read(self._data, 0)
        except REFUSED as error:
            raise refused(error) from None

    def _read(self, data: bytes | bytearray | memoryview, depth: int) -> Any:
        if depth > MOST_DEEP:
            return self._read_alone(data, depth)
        held: list[_Held] = []

        def hold(code: int, inner: memoryview) -> _Held:
            each = _Held(code, inner)
            held.append(each)
            return each

        try:
            value = decode(data, ext_hook=hold)
        except (RecursionError, TypeError, UnicodeDecodeError, msgspec.DecodeError):
            return self._read_alone(data, depth)
        kind = _type_of(value)
        if kind in _READ or (
            kind is list and depth + 2 <= MOST_DEEP and len(value) < _FEW and all(map(_is_flat, value))
        ):
            return value
        if kind is not _Held and (kind not in _NESTED or _held_within(value, depth) != len(held)):
            return self._read_alone(data, depth)
        return self._filled(value, depth) if held else value

    def _read_alone(self, data: bytes | bytearray | memoryview, depth: int) -> Any:
        """Return what Python alone reads, or raise what it raises; nothing of these bytes was used before."""
        return Unpacker(bytes(data), self._extended, depth).unpacked()

    def _filled(self, value: Any, depth: int) -> Any:
        """Return what was read with what its extensions stand for, which are read in their order."""
        kind = _type_of(value)
        if kind is _Held:
            return self._extended(value.code, self._read(value.data, depth + 1))
        if kind is list:
            value[:] = [each if _type_of(each) in _READ else self._filled(each, depth + 1) for each in value]
        elif kind is dict:
            if _READ.issuperset(map(_type_of, value)):
                for key, each in value.items():
                    if _type_of(each) not in _READ:
                        value[key] = self._filled(each, depth + 1)
            else:
                return {self._filled(key, depth + 1): self._filled(each, depth + 1) for key, each in value.items()}
        return value


def _is_flat(value: Any) -> bool:
    """Tell whether a value holds nothing that holds anything, as the fields of most objects do."""
    kind = _type_of(value)
    if kind in _READ:
        return True
    if kind is dict:
        return _READ.issuperset(map(_type_of, value)) and _READ.issuperset(map(_type_of, value.values()))
    return kind is list and _READ.issuperset(map(_type_of, value))


def _held_within(value: Any, depth: int) -> int:
    """Return how many extensions a list or a dict holds; -1 where it holds what the reader in Python refuses.

    There are fewer than were seen where a key came twice.
    """
    found = 0
    lists: list[Any] = [value] if _type_of(value) is list else []
    dicts: list[Any] = [] if lists else [value]
    while lists or dicts:
        depth += 1
        kinds = [*map(_type_of, chain.from_iterable(lists))]
        if dicts:
            keys = [*map(_type_of, chain.from_iterable(dicts))]
            if not _KEYS.issuperset(keys):
                return -1
            found += keys.count(_Held)
            kinds += map(_type_of, chain.from_iterable(map(_values, dicts)))
        within = set(kinds) - _READ
        if not within <= _WITHIN or (kinds and depth > MOST_DEEP):
            return -1
        if _Held in within:
            found += kinds.count(_Held)
        if not within & _NESTED:
            break
        lists, dicts = _nested_in(lists, dicts)
    return found


_KEYS = _READ | {_Held}  # a key that is a list is a tuple of msgspec's
_WITHIN = _NESTED | {_Held}
