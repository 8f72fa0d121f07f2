"""What travels between two devices, as bytes. Pure: no I/O, no clock, no randomness.

Every decoder takes hostile bytes: it checks their length before it reads them, allocates no more than that length, and
raises `MalformedData` or `Forged`, nothing else.
"""

from __future__ import annotations

from jarvis.protocol._contents import (
    MAX_TEXT_BYTES,
    Content,
    Kind,
    Read,
    Text,
    Unknown,
    Void,
    open_content,
    seal_content,
)
from jarvis.protocol._records import (
    MAX_ADDRESSES,
    MAX_BATCH_ITEMS,
    MAX_NAME_BYTES,
    AddressRecord,
    Batch,
    Card,
    DeviceRecord,
    Item,
    Receipt,
    Signed,
    addresses_of,
    decode_batch,
    decode_card,
    decode_signed,
    device_of,
    encode,
    receipt_of,
    sign,
)

__all__ = (
    "MAX_ADDRESSES",
    "MAX_BATCH_ITEMS",
    "MAX_NAME_BYTES",
    "MAX_TEXT_BYTES",
    "AddressRecord",
    "Batch",
    "Card",
    "Content",
    "DeviceRecord",
    "Item",
    "Kind",
    "Read",
    "Receipt",
    "Signed",
    "Text",
    "Unknown",
    "Void",
    "addresses_of",
    "decode_batch",
    "decode_card",
    "decode_signed",
    "device_of",
    "encode",
    "open_content",
    "receipt_of",
    "seal_content",
    "sign",
)
