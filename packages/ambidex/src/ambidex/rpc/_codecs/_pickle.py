"""Own the codec between a parent and the child it has started: pickle, protocol 5, long data beside the payload.

A payload that begins with `_MARK` may name classes and functions, and is read with an unpickler of ours; any other
one has only numbers, texts and small containers of them, and is read by `pickle.loads` alone, which is all that most
calls cost. Names of this module (`_error`, `_handle`, `_next_view`, `_of_main`, `_view`, `_writable`) are part of the
wire.
"""

from __future__ import annotations

import copyreg
import functools
import io
import pickle
import sys
from types import FunctionType, TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, final

from ...errors import ProtocolError, UsageError
from ...protocol import Limits
from ._views import flat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ._codec import Handles

_type_of: Callable[[object], type[Any]] = type  # strict checkers lose what is Any in `type(value)`
_PROTOCOL = 5
_MARK = b"\x01"  # a pickle of the protocol begins with 0x80
_PLAIN = frozenset({type(None), bool, int, float, str})
_FEW = 64  # items of a container that are looked at one by one: arbitrary
_LARGE = 64 * 1024  # bytes; pickle itself puts what is as long out of its frames, and shorter data costs less in them
_SMALL = 4 * 1024  # bytes of a buffer that is copied into the payload: arbitrary, a frame of its own costs as much
# Beside one payload, which may be long and go as one more. Later ones go into it, for some four times the time.
_MOST_BUFFERS = Limits().buffers - 1
_MAINS = ("__main__", "__mp_main__")  # the second name is what multiprocessing gives to its children's
_MOVED = {"pathlib._local": "pathlib"}  # where 3.13 has its paths, and no other version
_RENAMED = {("re", "PatternError"): "error"}  # by 3.13, which knows the old name, too
_MISSING = object()


@final
class PickleCodec:
    """Carry whatever pickles; numbers of megabytes go beside the payload, uncopied.

    Objects that `handles` exports cross as their tokens. What pickles as a `PickleBuffer` (arrays do) is sent from its
    own memory, and has the received memory for its own; so are `bytes` and `bytearray` of 64 KiB and more that are
    the value, an argument, or an item of a tuple. One of them that is inside another container, too, arrives there as
    a copy. A `memoryview` is sent so, too, and arrives as one of flat bytes.

    `main_file` is the program that this side runs as its `__main__`, and `is_child` tells which side this is. Classes
    and functions of a `__main__` are refused by the side that they come to: by name they would become others there.
    """

    name = "pickle"

    def __init__(self, handles: Handles | None = None, main_file: str = "", is_child: bool = False) -> None:
        self._handles = handles
        self._main_file = main_file
        self._is_child = is_child

    def dumps(self, value: object) -> tuple[bytes, Sequence[memoryview]]:
        """Return the payload and the buffers beside it.

        Raises:
            Exception: what the value's own class raises, or pickle for what it cannot take; `what_fails` tells which
                part that is.
        """
        if _is_plain(value):
            return pickle.dumps(value, _PROTOCOL), ()
        file = io.BytesIO()
        file.write(_MARK)
        buffers = _Buffers()
        _Pickler(file, buffers, self._handles, self._main_file).dump(_lifted(value))
        return file.getvalue(), buffers.views

    def loads(self, payload: bytes | bytearray | memoryview, buffers: Sequence[bytearray | memoryview] = ()) -> Any:
        """Return the value; the buffers become the memory of what is in it.

        Raises:
            UsageError: it has a class or a function of the other side's `__main__`, or of a module that is not here.
            Exception: what a class raises when its object is put together.
        """
        if payload[:1] != _MARK:
            return pickle.loads(payload)  # noqa: S301  it comes from this program's own child, or its parent
        file = io.BytesIO(payload)
        file.seek(len(_MARK))
        return _Unpickler(file, buffers, self).load()

    def special(self, name: str) -> Callable[..., object]:
        """Return what a name of this module stands for where it is read."""
        if name == _writable.__name__:
            return _writable
        if name == _view.__name__:
            return _view
        if name == _error.__name__:
            return _error
        if name == _of_main.__name__:
            return self.refuse_main
        if name == _handle.__name__ and self._handles is not None:
            return self._handles.resolve
        raise ProtocolError(f"a pickle came with {name!r} of this library, which there is not, or not here")

    def refuse_main(self, file: str, name: str) -> NoReturn:
        """Refuse a class or a function of the other side's `__main__`."""
        other, own = ("parent", "child") if self._is_child else ("child", "parent")
        raise UsageError(
            f"{name} of {file or 'the main program'} came from the {other} process, which runs that file as its "
            f"__main__: in the {own} process there is no such thing; put it into a module that both import"
        )


class _Pickler(pickle.Pickler):
    """Write references to classes and functions so that the other side finds the same ones, and tokens of handles."""

    def __init__(self, file: io.BytesIO, buffers: _Buffers, handles: Handles | None, main_file: str) -> None:
        super().__init__(file, _PROTOCOL, buffer_callback=buffers.take)
        self._buffers = buffers
        self._handles = handles
        self._main_file = main_file
        self._rebuilding: dict[int, object] = {}  # what puts objects together there: by name, never by handle

    def reducer_override(self, obj: Any) -> Any:
        """Say how an object is written that is of no builtin container, text or number; called by pickle."""
        if isinstance(obj, type):
            known = None if self._handles is None or id(obj) in self._rebuilding else self._handles.export_class(obj)
            return self._by_name(obj) if known is None else (_handle, (known,))
        kind = _type_of(obj)
        if kind is FunctionType:
            if obj.__module__ == __name__:
                return NotImplemented
            if id(obj) in self._rebuilding:
                return self._by_name(obj)
        elif kind is _Lifted:
            return obj.reduced()
        elif kind is memoryview:
            return self._buffers.reduced(obj)
        elif kind is TracebackType:
            return type(None), ()  # frames stay where they are
        if self._handles is not None and id(obj) not in self._rebuilding:
            token = self._handles.export(obj)
            if token is not None:
                return _handle, (token,)
        return self._by_name(obj) if kind is FunctionType else self._reduced(obj, kind)

    def _by_name(self, obj: Any) -> Any:
        """Write a class or a function by its name, and one of this side's `__main__` with its file."""
        if obj.__module__ in _MAINS and "<" not in obj.__qualname__:
            return _of_main, (self._main_file, obj.__qualname__)
        return NotImplemented

    def _reduced(self, obj: Any, kind: type) -> Any:
        """Take an object apart as pickle does, and note the functions that put it together."""
        reduce: Callable[[Any], Any] | None = copyreg.dispatch_table.get(kind)
        if isinstance(obj, BaseException) and _has_own_constructor(kind):
            return _error, (kind, obj.args, obj.__dict__)
        reduced = obj.__reduce_ex__(_PROTOCOL) if reduce is None else reduce(obj)
        if _type_of(reduced) is tuple:
            for part in (*reduced[:1], *reduced[5:]):  # the sixth sets the state
                self._rebuilding[id(part)] = part
            if any(type(each) is pickle.PickleBuffer for each in reduced[1]):
                return (reduced[0], tuple(map(_without_gaps, reduced[1])), *reduced[2:])
        return reduced


class _Unpickler(pickle.Unpickler):
    """Look names up as pickle does, where they mean the same thing here."""

    def __init__(self, file: io.BytesIO, buffers: Sequence[bytearray | memoryview], codec: PickleCodec) -> None:
        self._next = iter(buffers)
        super().__init__(file, buffers=self._next)
        self._codec = codec

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Return a class or a function; called by pickle."""
        if module_name == __name__:
            if global_name == _next_view.__name__:
                return functools.partial(_next_view, buffers=self._next)
            return self._codec.special(global_name)
        if module_name in _MAINS:
            self._codec.refuse_main("", global_name)
        module_name = _MOVED.get(module_name, module_name)
        global_name = _RENAMED.get((module_name, global_name), global_name)
        try:
            return super().find_class(module_name, global_name)
        except Exception as error:
            if _is_there(module_name, global_name):
                raise  # of a signal handler, which may raise anything
            raise UsageError(
                f"{module_name}.{global_name} came from the other process, and cannot be imported here "
                f"({type(error).__name__}: {error}); install its module here, too, or send plain data"
            ) from error


def _is_there(module_name: str, global_name: str) -> bool:
    found: Any = sys.modules.get(module_name, _MISSING)
    for name in global_name.split("."):
        found = getattr(found, name, _MISSING)
    return found is not _MISSING


class _Buffers:
    """Gather the buffers of one value."""

    def __init__(self) -> None:
        self.views: list[memoryview] = []

    def take(self, buffer: pickle.PickleBuffer) -> bool:
        """Take a buffer, or return True for one that goes into the payload; called by pickle."""
        view = buffer.raw()
        if view.nbytes < _SMALL or len(self.views) >= _MOST_BUFFERS:
            return True
        self.views.append(view)
        return False

    def reduced(self, view: memoryview) -> tuple[Any, ...]:
        """Return how a view is written: where its bytes go beside the payload, that they come next."""
        if view.nbytes < _SMALL or len(self.views) >= _MOST_BUFFERS:
            return _view, (view.tobytes() if view.readonly else bytearray(view.tobytes()),)
        self.views.append(flat(view))
        return _next_view, (view.readonly,)


@final
class _Lifted:
    """Stand for bytes that go beside the payload: pickle does not ask about these two builtin types."""

    __slots__ = ("data",)

    def __init__(self, data: bytes | bytearray) -> None:
        self.data = data

    def reduced(self) -> tuple[Any, ...]:
        """Return how it is written."""
        return (bytes if isinstance(self.data, bytes) else _writable), (pickle.PickleBuffer(self.data),)


def _lifted(value: Any) -> Any:
    """Return a value with its large bytes lifted: itself, those of a tuple, and the arguments of a call."""
    known: dict[int, _Lifted] = {}
    if _is_call(value):
        return _in_tuple(value[0], known), _in_dict(value[1], known)
    return _in_tuple(value, known) if _type_of(value) is tuple else _one(value, known)


def _one(value: Any, known: dict[int, _Lifted]) -> Any:
    if type(value) in (bytes, bytearray) and len(value) >= _LARGE:
        return known.setdefault(id(value), _Lifted(value))
    return _without_gaps(value)


def _without_gaps(value: object) -> object:
    """Return a buffer whose items stand one behind the other: pickle takes no other one. What is none is as it was."""
    if type(value) is pickle.PickleBuffer:
        with memoryview(value) as view:
            if not view.contiguous:
                return pickle.PickleBuffer(view.tobytes() if view.readonly else bytearray(view.tobytes()))
    return value


def _in_tuple(values: tuple[object, ...], known: dict[int, _Lifted]) -> tuple[object, ...]:
    return tuple([_one(each, known) for each in values])


def _in_dict(values: dict[object, object], known: dict[int, _Lifted]) -> dict[object, object]:
    return {key: _one(each, known) for key, each in values.items()}


def _is_plain(value: Any) -> bool:
    """Tell whether a value is made of numbers and texts alone, as far as that is seen at once: each call is asked."""
    if _is_call(value):
        args, kwargs = value
        for each in args:  # few, mostly: a loop is quicker than what `_holds_plain` does
            if _type_of(each) not in _PLAIN:
                return False
        return not kwargs or _holds_plain(kwargs)
    return _type_of(value) in _PLAIN or _holds_plain(value)


def _is_call(value: Any) -> bool:
    """Tell whether a value is positional arguments and named ones."""
    return _type_of(value) is tuple and len(value) == 2 and type(value[0]) is tuple and type(value[1]) is dict


def _holds_plain(value: Any) -> bool:
    kind = _type_of(value)
    if kind is tuple or kind is list:
        return len(value) <= _FEW and _PLAIN.issuperset(map(type, value))
    if kind is dict:
        return (
            len(value) <= _FEW and _PLAIN.issuperset(map(type, value)) and _PLAIN.issuperset(map(type, value.values()))
        )
    return False


def _writable(buffer: bytearray | memoryview) -> bytearray:
    return buffer if isinstance(buffer, bytearray) else bytearray(buffer)


def _view(data: bytes | bytearray) -> memoryview:
    return memoryview(data)


def _next_view(is_readonly: bool, buffers: Iterator[bytearray | memoryview]) -> memoryview:
    view = memoryview(next(buffers))
    return view.toreadonly() if is_readonly else view


def _has_own_constructor(kind: type[Any]) -> bool:
    """Tell whether an exception is put together by its constructor, and that is one written in Python."""
    reduce: object = kind.__reduce__
    return reduce is BaseException.__reduce__ and type(kind.__init__) is FunctionType


def _error(kind: type[BaseException], args: tuple[object, ...], attributes: dict[str, object]) -> BaseException:
    """Return an exception without a call of its constructor, which may take something else than what it passes on."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(attributes)
    return error


def _handle(token: tuple[object, ...]) -> NoReturn:
    """Stand for `Handles.resolve` of whoever reads; only the name is ever used."""
    raise NotImplementedError(token)


def _of_main(file: str, name: str) -> NoReturn:
    """Stand for `PickleCodec.refuse_main` of whoever reads; only the name is ever used."""
    raise NotImplementedError(file, name)
