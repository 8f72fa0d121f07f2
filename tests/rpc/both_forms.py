"""A codec whose every value is written and read by Python alone and by msgspec, which have to agree."""

from __future__ import annotations

import dataclasses
from importlib.util import find_spec
from math import inf
from typing import TYPE_CHECKING, Any, cast, final

from ambidex.errors import ProtocolError
from ambidex.rpc._codecs._forms import Forms
from ambidex.rpc._codecs._msgpack import MsgpackCodec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ambidex.rpc import Handles

HAS_MSGSPEC = find_spec("msgspec") is not None
MISSING = "msgspec is not installed: `make dev` brings it"


@final
class BothForms:
    """Be a codec that is two; alone Python's where msgspec is not installed."""

    name = "msgpack"

    def __init__(self, handles: Handles | None = None, classes: Iterable[type] = ()) -> None:
        known = list(classes)
        self._codecs = [MsgpackCodec(handles, known, forms=Forms(worth)) for worth in (inf, 0)[: 1 + HAS_MSGSPEC]]

    def dumps(self, value: object) -> tuple[bytes, Sequence[memoryview]]:
        """Return what both write."""
        written: tuple[bytes, Sequence[memoryview]] = self._agreed(lambda codec: codec.dumps(value), value)
        return written

    def loads(
        self,
        payload: bytes | bytearray | memoryview,
        buffers: Sequence[bytearray | memoryview] = (),
        as_type: Any = Any,
    ) -> Any:
        """Return what both read."""
        return self._agreed(lambda codec: codec.loads(payload, buffers, as_type), bytes(payload))

    def _agreed(self, work: Callable[[MsgpackCodec], object], given: object) -> Any:
        outcomes = [outcome(work, codec) for codec in self._codecs]
        for each in outcomes[1:]:
            assert alike(outcomes[0], each), (given, outcomes)
        found = outcomes[0]
        if isinstance(found, Raised):
            raise found.error
        return found


@dataclasses.dataclass
class Raised:
    """Hold what was raised instead of a result."""

    error: Exception


def outcome(work: Callable[[MsgpackCodec], object], codec: MsgpackCodec) -> object:
    """Return what a call gives or raises."""
    try:
        return work(codec)
    except Exception as error:  # noqa: BLE001  that the other form raises the same is asserted
        return Raised(error)


def alike(one: Any, two: Any) -> bool:
    """Tell whether two values, or errors, are the same all the way down: NaN is itself, and True is not 1."""
    if type(one) is not type(two):
        return False
    if isinstance(one, (list, tuple)):
        items: list[Any] = list(cast("Any", one))
        return len(items) == len(two) and all(map(alike, items, two))
    if isinstance(one, dict):
        return alike(list(cast("Any", one).items()), list(two.items()))
    if isinstance(one, Raised):  # what is wrong with bytes of an extension, each says in its own words
        return alike(one.error, two.error) or type(one.error) is type(two.error) is ProtocolError
    if isinstance(one, BaseException):
        return alike((one.args, vars(one)), (two.args, vars(two)))
    if isinstance(one, (float, complex, set, frozenset)):
        return repr(cast("Any", one)) == repr(two)
    if isinstance(one, memoryview):
        return bytes(cast("Any", one)) == bytes(two)
    if dataclasses.is_dataclass(one) and not isinstance(one, type):
        return alike(vars(one), vars(two))
    return bool(cast("object", one) == cast("object", two)) or repr(one) == repr(two)
