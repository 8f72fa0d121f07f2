"""Own how what this side sends is encoded: what the codec's handles have to know of it while it is."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, final

from ...runtime import Callback
from .._carried import carried_here, give_up_carried, take_carried
from .._messages import ROOT, encode_call
from ._called import caller_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...runtime import Runtime
    from .._carried import Carried
    from .._codecs import Codec
    from .._exported import Lent

_is_typed: ContextVar[bool] = ContextVar("ambidex_is_typed", default=False)  # what is encoded at this moment
_is_sent: ContextVar[bool] = ContextVar("ambidex_is_sent", default=False)  # into a stream, what is encoded then
_answers: ContextVar[Answers | None] = ContextVar("ambidex_answers", default=None)  # among which what is encoded is


def is_typed() -> bool:
    """Tell whether types are declared of what is encoded at this moment."""
    return _is_typed.get()


def is_sent() -> bool:
    """Tell whether what is encoded at this moment is sent into a stream."""
    return _is_sent.get()


def hand_over(running: Callback) -> None:
    """Have a user's callable, which is in what is encoded at this moment, handed over with that."""
    answers = _answers.get()
    if answers is None:
        carried_here().handed.append(running)
    else:
        answers.hand_over(running)


def note_lent(entry: Lent) -> None:
    """Have something be lent, which is in what is encoded at this moment, by the call that this is of."""
    answers = _answers.get()
    for each in (carried_here(),) if answers is None else answers.calls:
        each.lends(entry)


def encode(
    codec: Codec, target: int, asked: str, args: Sequence[Any], kwargs: Mapping[str, Any], remaining_s: float | None
) -> tuple[bytes, Sequence[memoryview], Carried | None]:
    """Return the payload of a call, its buffers, and what goes along with it, if anything.

    Raises:
        UsageError: an argument cannot be sent; the message says which.
    """
    is_typed = target != ROOT
    token = None if is_typed is _is_typed.get() else _is_typed.set(is_typed)
    try:
        payload, buffers = encode_call(codec, target, asked, args, kwargs, remaining_s)
    except BaseException:  # any: what was lent until then comes back, and it is passed on
        give_up_carried()
        raise
    finally:
        if token is not None:
            _is_typed.reset(token)
    return payload, buffers, take_carried()


def encode_sent(codec: Codec, is_typed: bool, value: object) -> tuple[bytes, Sequence[memoryview]]:
    """Return the payload of what is sent into a stream, and its buffers.

    What is lent with it is the other side's at once: nothing of it is left for the next call, which may not be sent.
    """
    token, of_sent = _is_typed.set(is_typed), _is_sent.set(True)
    try:
        return codec.dumps(value)
    except BaseException:  # any: what was lent until then comes back, and it is passed on
        give_up_carried()
        raise
    finally:
        _is_sent.reset(of_sent)
        _is_typed.reset(token)
        take_carried()


@final
class Answers:
    """Encode what is given for what was lent: typed where that is, and handed over by whoever has handed that over.

    It is lent by the calls that have lent that, too.
    """

    def __init__(self, codec: Codec, runtime: Runtime, lent: Lent | None) -> None:
        self._codec = codec
        self._runtime = runtime
        self._is_typed = lent is None or lent.is_typed
        self._handed_by = None if lent is None else lent.handed_by
        self._lent = lent

    @property
    def calls(self) -> tuple[Carried, ...]:
        """Return the open calls that what is encoded belongs to."""
        return () if self._lent is None else tuple(self._lent.calls)

    @property
    def name(self) -> str:
        """Name the codec."""
        return self._codec.name

    def dumps(self, value: object) -> tuple[bytes, Sequence[memoryview]]:
        """Return a payload and the buffers beside it. Errors are those of the session's codec."""
        token, of_answers = _is_typed.set(self._is_typed), _answers.set(self)
        try:
            return self._codec.dumps(value)
        finally:
            _answers.reset(of_answers)
            _is_typed.reset(token)

    def loads(self, payload: bytes | bytearray | memoryview, buffers: Sequence[bytearray | memoryview]) -> Any:
        """Return the value. Errors are those of the session's codec."""
        return self._codec.loads(payload, buffers)

    def hand_over(self, running: Callback) -> None:
        """Hand over a user's callable."""
        if isinstance(self._handed_by, Callback):
            self._handed_by.hand_on(running)
        else:
            running.hand_over(caller_of(self._runtime, self._handed_by))
