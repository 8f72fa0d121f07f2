"""What travels outside of Olm: signed records, the card that shows who somebody is, batches and their receipts.

All are arrays in MessagePack. A signed record is its bytes and the signature over its domain and these bytes: it is
verified before it is read, and never encoded again.

    Signed          body, signature (64 bytes)
    DeviceRecord    version, account, identity, fallback, transport (32 bytes each), serial   domain DEVICE
    AddressRecord   version, account, addresses, serial                                       domain ADDRESSES
    Receipt         version, sender, recipient, upto, renew, serial                           domain RECEIPT
    Card            version, device (Signed), addresses (Signed), name
    Batch           version, items: number, kind of Olm, body

A record replaces another of the same account when its serial is greater.
"""

from __future__ import annotations

from typing import Annotated, Final, TypeVar

import msgspec

from jarvis.crypto import AccountKey, Domain, verify
from jarvis.errors import Forged, MalformedData

__all__ = (
    "MAX_ADDRESSES",
    "MAX_BATCH_ITEMS",
    "MAX_NAME_BYTES",
    "AddressRecord",
    "Batch",
    "Card",
    "DeviceRecord",
    "Item",
    "Receipt",
    "Signed",
    "addresses_of",
    "decode_batch",
    "decode_card",
    "decode_signed",
    "device_of",
    "encode",
    "receipt_of",
    "sign",
)

VERSION: Final = 1
MAX_ADDRESSES: Final = 16
MAX_ADDRESS_LETTERS: Final = 261  # a name of 255 letters, a colon, and a port
MAX_NAME_BYTES: Final = 256
MAX_BATCH_ITEMS: Final = 256
MAX_BODY_BYTES: Final = 132_096  # the longest plaintext, and what Olm adds to it
MAX_BATCH_BYTES: Final = 1 << 20
MAX_RECORD_BYTES: Final = 16_384

Key = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Version = Annotated[int, msgspec.Meta(ge=1, le=1)]
Serial = Annotated[int, msgspec.Meta(ge=1, lt=1 << 53)]
Count = Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]
Name = Annotated[str, msgspec.Meta(max_length=MAX_NAME_BYTES)]
Address = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ADDRESS_LETTERS)]


class _Array(msgspec.Struct, frozen=True, array_like=True):
    pass


class Signed(_Array, frozen=True):
    """The bytes of a record and who signed them: not to be believed before `device_of` and its like have read it."""

    body: Annotated[bytes, msgspec.Meta(max_length=MAX_RECORD_BYTES)]
    signature: Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]


class DeviceRecord(_Array, frozen=True):
    """The keys of an account's device: those of Olm, and the one that it shows in TLS."""

    version: Version
    account: Key
    identity: Key
    fallback: Key
    transport: Key
    serial: Serial


class AddressRecord(_Array, frozen=True):
    """Where an account's daemon listens, `host:port` each, the best first."""

    version: Version
    account: Key
    addresses: Annotated[tuple[Address, ...], msgspec.Meta(max_length=MAX_ADDRESSES)]
    serial: Serial


class Receipt(_Array, frozen=True):
    """The recipient has stored everything up to this number, or asks for what follows in a new session."""

    version: Version
    sender: Key
    recipient: Key
    upto: Count
    renew: bool
    serial: Serial


class Card(_Array, frozen=True):
    """Who somebody is, and where: what is exchanged at pairing and each time two daemons meet."""

    version: Version
    device: Signed
    addresses: Signed
    name: Name


class Item(_Array, frozen=True):
    """A message of Olm, under its number."""

    number: Serial
    kind: Annotated[int, msgspec.Meta(ge=0, le=1)]
    body: Annotated[bytes, msgspec.Meta(min_length=1, max_length=MAX_BODY_BYTES)]


class Batch(_Array, frozen=True):
    """Messages in the order of their numbers."""

    version: Version
    items: Annotated[tuple[Item, ...], msgspec.Meta(min_length=1, max_length=MAX_BATCH_ITEMS)]


Record = TypeVar("Record", DeviceRecord, AddressRecord, Receipt)
Form = TypeVar("Form")


def encode(value: _Array) -> bytes:
    """Write a value down."""
    return msgspec.msgpack.encode(value)


def sign(key: AccountKey, domain: Domain, record: DeviceRecord | AddressRecord | Receipt) -> Signed:
    """Write a record down, and sign it."""
    body = encode(record)
    return Signed(body, key.sign(domain, body))


def device_of(signed: Signed, account: bytes) -> DeviceRecord:
    """Read the device record that this account has signed.

    Raises:
        Forged, MalformedData: it has not, or what it has signed is none.
    """
    record = _verified(signed, Domain.DEVICE, DeviceRecord, account)
    _check_account(record.account, account)
    return record


def addresses_of(signed: Signed, account: bytes) -> AddressRecord:
    """Read the address record that this account has signed.

    Raises:
        Forged, MalformedData: it has not, or what it has signed is none.
    """
    record = _verified(signed, Domain.ADDRESSES, AddressRecord, account)
    _check_account(record.account, account)
    return record


def receipt_of(signed: Signed, sender: bytes, recipient: bytes) -> Receipt:
    """Read the receipt that `recipient` has signed for what `sender` sent.

    Raises:
        Forged, MalformedData: they have not, or what they have signed is none.
    """
    receipt = _verified(signed, Domain.RECEIPT, Receipt, recipient)
    if (receipt.sender, receipt.recipient) != (sender, recipient):
        raise Forged("a receipt is for messages between others")
    return receipt


def decode_signed(data: bytes) -> Signed:
    """Read what is signed, without believing it.

    Raises:
        MalformedData: the bytes are no signed record.
    """
    return _decoded(data, Signed, 2 * MAX_RECORD_BYTES)


def decode_card(data: bytes) -> Card:
    """Read a card, without believing it.

    Raises:
        MalformedData: the bytes are no card.
    """
    return _decoded(data, Card, 3 * MAX_RECORD_BYTES)


def decode_batch(data: bytes) -> Batch:
    """Read a batch.

    Raises:
        MalformedData: the bytes are no batch.
    """
    return _decoded(data, Batch, MAX_BATCH_BYTES)


def _verified(signed: Signed, domain: Domain, form: type[Record], account: bytes) -> Record:
    verify(account, domain, signed.body, signed.signature)
    return _decoded(signed.body, form, MAX_RECORD_BYTES)


def _check_account(named: bytes, account: bytes) -> None:
    if named != account:
        raise Forged("a record names another account than the one that signed it")


def _decoded(data: bytes, form: type[Form], limit: int) -> Form:
    if len(data) > limit:
        raise MalformedData(f"a {form.__name__.lower()} has {len(data):,} bytes, {limit:,} at most are read")
    try:
        return msgspec.msgpack.decode(data, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MalformedData(f"a {form.__name__.lower()} is not as it must be: {error}") from None
