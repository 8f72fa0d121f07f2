"""Own the reader's side of a stream: what has come, how much more is asked for, and how it ended."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from ..errors import ProtocolError
from ..protocol import Kind
from ._failures import dump_error
from ._kept import numbered
from ._messages import outcome, size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..protocol import Message
    from ._codecs import Codec
    from ._kept import Kept

    Dumps = Callable[[object], tuple[bytes, Sequence[memoryview]]]

READS_AHEAD = (
    "this stream is read ahead, so nothing can be sent into it; say in the annotation of its function what it is sent, "
    "as in AsyncGenerator[int, str] or Generator[int, str, None]: then each item waits for its reader"
)
_ITEM, _ERROR = int(Kind.ITEM), int(Kind.ERROR)


class StreamReader:
    """Hold what has come of a stream and was not read yet; `ahead` is how many items that may be, 0 for none.

    `moved` is told how many bytes of items were sent and received. `dumps` encodes what is sent, if not the codec.
    `kept` are exceptions of this side that may come home.
    """

    def __init__(
        self,
        codec: Codec,
        ahead: int,
        moved: Callable[[int, int], None],
        dumps: Dumps | None = None,
        kept: Kept | None = None,
    ) -> None:
        self.codec = codec
        self._kept = kept
        self._thrown: dict[int, BaseException] = {}  # into the stream, and may come out of it again
        self._dumps = codec.dumps if dumps is None else dumps
        self._ahead = ahead
        self._moved = moved
        self.items: deque[Any] = deque()
        self.has_ended = False
        self.was_lost = False  # when its reader ended it: whether it cleans up, nobody tells any more
        self._error: BaseException | None = None
        self._read = 0  # since credit was given
        self._due = 0  # items that were asked for, and have not come

    @property
    def is_ahead(self) -> bool:
        """Tell whether items come before they are asked for."""
        return self._ahead > 0

    def first_credit(self) -> int:
        """Return how many items to ask for at first."""
        self._due = max(self._ahead, 1)
        return self._due

    def next_credit(self) -> int:
        """Return how many more to ask for now that one was read: one at a time, or half of what may be ahead."""
        self._read += 1
        if self._read * 2 < self._ahead:
            return 0
        credit, self._read = self._read, 0
        self._due += credit
        return credit

    def receive(self, message: Message) -> None:
        """Take items, or the end.

        Raises:
            ProtocolError: more items came than were asked for.
        """
        if message.kind == _ITEM:
            self._moved(0, size_of(message.payload, message.buffers))
            items = self.codec.loads(message.payload, message.buffers)
            self._due -= len(items)
            if self._due < 0:
                raise ProtocolError(f"{-self._due} items came of the stream {message.id} that nobody has asked for")
            self.items.extend(items)
            return
        if message.kind == _ERROR:
            try:
                outcome(self.codec, message, self)
            except BaseException as error:  # noqa: BLE001  it is what the stream has raised
                self._error = error
        self.has_ended = True

    def encode(self, sent: object) -> tuple[bytes, Sequence[memoryview]]:
        """Return the payload of what is sent into the stream, and its buffers."""
        payload, buffers = self._dumps(sent)
        self._moved(size_of(payload, buffers), 0)
        return payload, buffers

    def encode_error(self, error: BaseException) -> tuple[bytes, Sequence[memoryview]]:
        """Return the payload of what is thrown into the stream, and its buffers."""
        number = numbered(error)
        self._thrown.clear()  # what comes of the one before has come
        if number:
            self._thrown[number] = error
        self._due += 1
        return dump_error(self.codec, error)

    def find(self, number: int) -> BaseException | None:
        """Return the exception of a number that was thrown in, or is kept on this side; None where there is none."""
        return self._thrown.get(number) or (None if self._kept is None else self._kept.find(number))

    def fail(self, error: Exception) -> None:
        """End the stream with an error: its connection is over."""
        self._error = error
        self.has_ended = True

    def raise_error(self) -> None:
        """Raise what the stream has raised, if anything."""
        if self._error is not None:
            error, self._error = self._error, None
            raise error
