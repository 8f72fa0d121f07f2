"""The protocol's golden vectors: the bytes that version 1 has, for good."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jarvis.crypto import AccountKey, Domain, id_of, public_of, safety_number
from jarvis.protocol import (
    AddressRecord,
    Batch,
    Card,
    DeviceRecord,
    Item,
    Read,
    Receipt,
    Signed,
    Text,
    Void,
    addresses_of,
    decode_batch,
    decode_card,
    decode_signed,
    device_of,
    encode,
    open_content,
    receipt_of,
    seal_content,
    sign,
)

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("vectors").joinpath("protocol-1.json").read_text("utf-8"))
ACCOUNT = AccountKey(bytes.fromhex(VECTORS["account"]["secret"]))
OTHER = AccountKey(bytes.fromhex(VECTORS["other"]["secret"]))


def _signed(name: str) -> Signed:
    return decode_signed(bytes.fromhex(VECTORS[name]["signed"]))


def test_ids_and_safety_numbers() -> None:
    """A key has the id of the vectors, and two keys the safety number."""
    for key, vector in ((ACCOUNT, VECTORS["account"]), (OTHER, VECTORS["other"])):
        assert key.public.hex() == vector["public"]
        assert id_of(key.public) == key.id == vector["id"]
        assert public_of(vector["id"]) == key.public
    assert safety_number(OTHER.public, ACCOUNT.public) == VECTORS["safety_number"]


def test_signed_records() -> None:
    """Records are written as in the vectors, and read from them."""
    device, addresses, receipt = VECTORS["device_record"], VECTORS["address_record"], VECTORS["receipt"]
    identity, fallback, transport = (bytes.fromhex(device[name]) for name in ("identity", "fallback", "transport"))
    device_record = DeviceRecord(1, ACCOUNT.public, identity, fallback, transport, device["serial"])
    address_record = AddressRecord(1, ACCOUNT.public, tuple(addresses["addresses"]), addresses["serial"])
    receipt_record = Receipt(1, OTHER.public, ACCOUNT.public, receipt["upto"], receipt["renew"], receipt["serial"])
    assert sign(ACCOUNT, Domain.DEVICE, device_record) == _signed("device_record")
    assert sign(ACCOUNT, Domain.ADDRESSES, address_record) == _signed("address_record")
    assert sign(ACCOUNT, Domain.RECEIPT, receipt_record) == _signed("receipt")
    assert device_of(_signed("device_record"), ACCOUNT.public) == device_record
    assert addresses_of(_signed("address_record"), ACCOUNT.public) == address_record
    assert receipt_of(_signed("receipt"), OTHER.public, ACCOUNT.public) == receipt_record


def test_cards_and_batches() -> None:
    """What carries the records and the messages is written and read as in the vectors."""
    card = Card(1, _signed("device_record"), _signed("address_record"), VECTORS["card"]["name"])
    assert encode(card).hex() == VECTORS["card"]["bytes"]
    assert decode_card(bytes.fromhex(VECTORS["card"]["bytes"])) == card
    items = tuple(Item(number, kind, bytes.fromhex(body)) for number, kind, body in VECTORS["batch"]["items"])
    assert encode(Batch(1, items)).hex() == VECTORS["batch"]["bytes"]
    assert decode_batch(bytes.fromhex(VECTORS["batch"]["bytes"])).items == items


def test_contents() -> None:
    """What stands inside an Olm message is written and read as in the vectors."""
    text, read = VECTORS["text"], VECTORS["read"]
    bodies: dict[str, Text | Read | Void] = {
        "text": Text(bytes.fromhex(text["id"]), text["text"], text["sent_at"]),
        "read": Read(tuple(bytes.fromhex(each) for each in read["ids"])),
        "void": Void(),
    }
    for name, body in bodies.items():
        vector = VECTORS[name]
        data = bytes.fromhex(vector["bytes"])
        assert seal_content(ACCOUNT.public, OTHER.public, vector["number"], body) == data
        content = open_content(data)
        assert (content.sender, content.recipient, content.number) == (ACCOUNT.public, OTHER.public, vector["number"])
        assert content.body == body
