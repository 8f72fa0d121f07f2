"""What stands inside an Olm message: who writes to whom, the number of the message, and what it says.

    plaintext   4 bytes   the length of what follows, big-endian
                n bytes   Content in MessagePack, an array: version, sender, recipient, number, kind, body
                padding   zeros, up to the next of 256, 512, 1024, ... 131,072 bytes

Sender, recipient and number stand inside, too, so that who carries a message cannot pass it off as another's, send it
back, or change the order. A kind that this version does not know is kept as `Unknown`: it is acknowledged, and said
to be there.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from jarvis.errors import MalformedData, TextTooLong

__all__ = ("MAX_TEXT_BYTES", "Content", "Kind", "Read", "Text", "Unknown", "Void", "open_content", "seal_content")

VERSION: Final = 1
MAX_TEXT_BYTES: Final = 65_536  # arbitrary: a long letter, and short enough to travel in one frame
SMALLEST: Final = 256
LARGEST: Final = 131_072  # room for the longest text and what stands around it
LENGTH_BYTES: Final = 4
MAX_READ_IDS: Final = 1_000

Key = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Id = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
Number = Annotated[int, msgspec.Meta(ge=1, lt=1 << 53)]


class Text(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A text. `sent_at` is by the sender's clock, in seconds since the epoch."""

    id: Id
    text: Annotated[str, msgspec.Meta(max_length=MAX_TEXT_BYTES)]
    sent_at: float


class Read(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The recipient has read these messages of the other's."""

    ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=MAX_READ_IDS)]


class Void(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Stands where a message stood that expired before it could be delivered: its number is passed over."""


class Unknown(msgspec.Struct, frozen=True):
    """What a newer version sent."""

    kind: str


Kind = Text | Read | Void | Unknown
KINDS: Final[dict[str, type[Text | Read | Void]]] = {"text": Text, "read": Read, "void": Void}
NAMES: Final = {kind: name for name, kind in KINDS.items()}


class Content(msgspec.Struct, frozen=True):
    """What a message holds once it is decrypted and read."""

    sender: bytes
    recipient: bytes
    number: int
    body: Kind


class _Wire(msgspec.Struct, frozen=True, array_like=True):
    version: Annotated[int, msgspec.Meta(ge=1, le=1)]
    sender: Key
    recipient: Key
    number: Number
    kind: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    body: msgspec.Raw


def seal_content(sender: bytes, recipient: bytes, number: int, body: Text | Read | Void) -> bytes:
    """Write a content down, padded.

    Raises:
        TextTooLong: more than `MAX_TEXT_BYTES`.
    """
    if isinstance(body, Text) and (size := len(body.text.encode())) > MAX_TEXT_BYTES:
        raise TextTooLong(size, MAX_TEXT_BYTES)
    encoder = msgspec.msgpack.Encoder()
    inner = encoder.encode(
        _Wire(VERSION, sender, recipient, number, NAMES[type(body)], msgspec.Raw(encoder.encode(body)))
    )
    size = LENGTH_BYTES + len(inner)
    padded = max(SMALLEST, 1 << (size - 1).bit_length())
    return (len(inner).to_bytes(LENGTH_BYTES, "big") + inner).ljust(padded, b"\0")


def open_content(plaintext: bytes) -> Content:
    """Read a content.

    Raises:
        MalformedData: the bytes follow no form of this protocol.
    """
    length = int.from_bytes(plaintext[:LENGTH_BYTES], "big")
    inner, padding = plaintext[LENGTH_BYTES : LENGTH_BYTES + length], plaintext[LENGTH_BYTES + length :]
    if len(plaintext) > LARGEST or len(inner) != length or padding.strip(b"\0"):
        raise MalformedData("the padding of a message is not as it must be")
    try:
        wire = msgspec.msgpack.decode(inner, type=_Wire)
        kind = KINDS.get(wire.kind)
        body = Unknown(wire.kind) if kind is None else msgspec.msgpack.decode(wire.body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MalformedData(f"the content of a message is not as it must be: {error}") from None
    if isinstance(body, Text) and len(body.text.encode(errors="surrogatepass")) > MAX_TEXT_BYTES:
        raise MalformedData("the text of a message is too long")
    return Content(wire.sender, wire.recipient, wire.number, body)
