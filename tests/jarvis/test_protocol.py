"""The decoders, given anything."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as some

from jarvis.crypto import AccountKey, Domain, id_of, public_of
from jarvis.errors import Forged, InvalidId, MalformedData, TextTooLong
from jarvis.protocol import (
    MAX_TEXT_BYTES,
    AddressRecord,
    Batch,
    Card,
    Item,
    Read,
    Signed,
    Text,
    Unknown,
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

KEY = AccountKey(bytes(range(32)))
OTHER = bytes(32)
IDS = some.binary(min_size=16, max_size=16)
TIMES = some.floats(allow_nan=False)
BODIES = some.one_of(
    some.builds(Text, IDS, some.text(max_size=500), TIMES), some.builds(Read, some.tuples(IDS)), some.just(Void())
)
NUMBERS = some.integers(1, (1 << 53) - 1)


@given(BODIES, NUMBERS)
def test_a_content_comes_back_from_its_bytes(body: Text | Read | Void, number: int) -> None:
    """What is written is read, and its size tells no more than the next power of two."""
    data = seal_content(KEY.public, OTHER, number, body)
    assert len(data) >= 256
    assert len(data).bit_count() == 1
    content = open_content(data)
    assert (content.sender, content.recipient, content.number, content.body) == (KEY.public, OTHER, number, body)


@given(BODIES, some.data())
def test_a_content_that_was_changed_is_read_or_malformed(body: Text | Read | Void, data: some.DataObject) -> None:
    """No bytes make a decoder raise anything else."""
    changed = bytearray(seal_content(KEY.public, OTHER, 1, body))
    for _ in range(data.draw(some.integers(1, 4))):
        changed[data.draw(some.integers(0, min(len(changed), 200) - 1))] = data.draw(some.integers(0, 255))
    with contextlib.suppress(MalformedData):
        open_content(bytes(changed))


@given(some.binary(max_size=400))
def test_any_bytes_are_read_or_malformed(data: bytes) -> None:
    """Each decoder of what comes from a peer takes any bytes."""
    signed = Signed(data, KEY.sign(Domain.DEVICE, data))
    for read in (open_content, decode_batch, decode_card, decode_signed):
        with contextlib.suppress(MalformedData):
            read(data)
    with contextlib.suppress(MalformedData, Forged):
        device_of(signed, KEY.public)
    with pytest.raises(Forged):
        addresses_of(signed, KEY.public)
    with pytest.raises(Forged):
        receipt_of(signed, KEY.public, KEY.public)


def test_the_longest_text_fits_and_one_byte_more_does_not() -> None:
    """The bound is on the bytes of the text."""
    longest = Text(bytes(16), "é" * (MAX_TEXT_BYTES // 2), 1.0)
    data = seal_content(KEY.public, OTHER, 1, longest)
    assert open_content(data).body == longest
    with pytest.raises(TextTooLong):
        seal_content(KEY.public, OTHER, 1, Text(bytes(16), longest.text + "x", 1.0))
    assert decode_batch(encode(Batch(1, (Item(1, 1, data + bytes(200)),)))).items[0].number == 1


def test_a_kind_that_is_not_known_is_kept_as_such() -> None:
    """A newer version may send what this one cannot show."""
    data = seal_content(KEY.public, OTHER, 1, Void())
    assert open_content(data.replace(b"void", b"vote")).body == Unknown("vote")


def test_a_signature_is_of_one_domain_and_one_key() -> None:
    """A record that was signed as another kind, or by another key, is forged."""
    record = AddressRecord(1, KEY.public, ("host:1",), 1)
    assert addresses_of(sign(KEY, Domain.ADDRESSES, record), KEY.public) == record
    for signed in (sign(KEY, Domain.DEVICE, record), sign(AccountKey(OTHER), Domain.ADDRESSES, record)):
        with pytest.raises(Forged):
            addresses_of(signed, KEY.public)
    foreign = AddressRecord(1, OTHER, (), 1)
    with pytest.raises(Forged, match="another account"):
        addresses_of(sign(KEY, Domain.ADDRESSES, foreign), KEY.public)
    signed = sign(KEY, Domain.ADDRESSES, record)
    with pytest.raises(MalformedData):
        decode_card(encode(Card(2, signed, signed, "a newer version")))


@given(
    some.binary(min_size=32, max_size=32), some.integers(0, 55), some.sampled_from("abcdefghijklmnopqrstuvwxyz234567")
)
def test_an_id_that_was_mistyped_is_none(public: bytes, place: int, letter: str) -> None:
    """An id is read back, and one wrong letter is noticed."""
    account = id_of(public)
    assert public_of(account) == public
    wrong = account[:place] + letter + account[place + 1 :]
    if wrong != account:
        with pytest.raises(InvalidId):
            public_of(wrong)
