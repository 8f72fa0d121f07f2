"""What is sent from its own memory is copied before where somebody else could change it, and only there."""

from __future__ import annotations

import mmap
import pickle
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.rpc import PickleCodec
from ambidex.rpc._codecs._msgpack import MsgpackCodec
from ambidex.rpc._steady import steady

if TYPE_CHECKING:
    from collections.abc import Callable

LARGE = 300_000
CODECS: dict[str, Any] = {"pickle": PickleCodec, "msgpack": MsgpackCodec}


class Holder:
    """Hold something, as an object of a user's does."""

    def __init__(self, data: Any) -> None:
        self.data = data


def sent(codec: Any, held: list[Any]) -> tuple[bool, bytes]:
    """Return whether the result in a list is sent from its own memory, and what is sent of it."""
    payload, buffers = codec.dumps(held.pop())
    assert len(payload) < 1000
    assert len(buffers) == 1
    (as_it_goes,) = steady(buffers)
    return as_it_goes is buffers[0], bytes(as_it_goes)


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize(
    "make",
    [
        lambda: bytes(LARGE),
        lambda: bytearray(LARGE),
        lambda: memoryview(bytes(LARGE)),
        lambda: memoryview(bytearray(LARGE)),
        lambda: memoryview(bytearray(LARGE + 2))[1:-1],
        lambda: (1, bytearray(LARGE)),
    ],
    ids=["bytes", "bytearray", "read-only view", "view", "part", "in a tuple"],
)
def test_what_nobody_else_has_is_sent_from_its_own_memory(codec: str, make: Callable[[], Any]) -> None:
    """By either codec: a copy costs as much as the way."""
    assert sent(CODECS[codec](), [make()])[0]


@pytest.mark.parametrize("codec", CODECS)
def test_what_somebody_else_has_is_copied(codec: str) -> None:
    """The memory itself, what it is in, a view of it, or another part of the view; bytes nobody can change."""
    made = CODECS[codec]()
    data = bytearray(LARGE)
    assert not sent(made, [data])[0]
    assert not sent(made, [memoryview(data)])[0]
    inside = (1, bytearray(LARGE))
    assert not sent(made, [inside])[0]
    parts = memoryview(bytearray(LARGE))
    assert not sent(made, [parts[:-2]])[0]
    given = [bytearray(LARGE)]
    shown = memoryview(given[0])
    assert not sent(made, given)[0]
    assert len(shown) == LARGE
    mapped = mmap.mmap(-1, LARGE)
    assert not sent(made, [memoryview(mapped)])[0]
    constant = bytes(LARGE)
    assert sent(made, [constant])[0]
    assert sent(made, [memoryview(constant)])[0]


def test_arrays_are_copied_where_they_or_what_they_are_views_of_is_known_to_others() -> None:
    """An array has its memory from another one, from what it was read of, or from something that nobody knows."""
    np = pytest.importorskip("numpy", reason="numpy is not installed")
    codec = PickleCodec()
    fresh: list[Callable[[], Any]] = [
        lambda: np.zeros(LARGE),
        lambda: np.arange(LARGE).reshape(3, -1),
        lambda: np.arange(2 * LARGE)[LARGE:],
        lambda: np.frombuffer(bytearray(LARGE)[:-4], dtype=np.uint8),
        lambda: codec.loads(codec.dumps(np.zeros(LARGE))[0], [bytearray(8 * LARGE)]),
        lambda: np.frombuffer(bytes(LARGE), dtype=np.uint8),
    ]
    for make in fresh:
        assert sent(codec, [make()])[0]
    array = np.zeros(LARGE)
    assert not sent(codec, [array])[0]
    assert not sent(codec, [array[1:]])[0]
    assert not sent(codec, [array.T.view()])[0]
    assert not sent(codec, [Holder(array)])[0]
    data = memoryview(bytearray(LARGE))
    assert not sent(codec, [np.frombuffer(data[:-4], dtype=np.uint8)])[0]
    given = [np.zeros(LARGE)]
    reference = weakref.ref(given[0])
    assert not sent(codec, given)[0]
    assert reference() is None


def test_pickle_buffers_are_as_what_they_are_of() -> None:
    """The buffer that is taken out of a class's own memory."""
    assert sent(PickleCodec(), [pickle.PickleBuffer(bytearray(LARGE))])[0]
    data = bytearray(b"a" * LARGE)
    as_it_was, copied = sent(PickleCodec(), [pickle.PickleBuffer(data)])
    assert not as_it_was
    assert copied == data
