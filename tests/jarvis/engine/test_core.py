"""What two people's cores promise, each on its real store."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec
import pytest
from sqlcipher3 import dbapi2  # pyright: ignore[reportMissingTypeStubs]

import jarvis
from jarvis.crypto import Domain, public_of
from jarvis.errors import (
    Forged,
    InvalidId,
    MalformedData,
    NoSuchContact,
    OutboxFull,
    SecurityError,
    StoreNewer,
    TextTooLong,
    TooManyFailures,
    WrongPassphrase,
)
from jarvis.model import ChatId, MessageChanged, MessageReceived, MessageState, SecurityAlert, SessionRepaired, Trust
from jarvis.protocol import MAX_TEXT_BYTES, Batch, Receipt, decode_batch, decode_card, decode_signed, encode, sign
from jarvis.store import Store
from tests.jarvis.profiles import STORE_KEY, exchange, pair

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from jarvis.model import AccountId, Event
    from tests.jarvis.profiles import Clock, Person

DAY_S = 86_400.0


@pytest.fixture
def two(person: Callable[[str], Person]) -> tuple[Person, Person]:
    """Alice and Bob, who know each other."""
    alice, bob = person("alice"), person("bob")
    pair(alice, bob)
    return alice, bob


def _events(person: Person) -> list[Event]:
    return [event for _, event in person.core.pending_events()]


def _states(person: Person, other: Person) -> list[MessageState]:
    return [each.state for each in person.core.messages(ChatId(other.id))]


def _batch_of(sender: Person, recipient: Person) -> bytes:
    batch = sender.core.batch(recipient.id)
    assert batch is not None
    return batch


def test_messages_come_in_order_and_each_side_shows_who_wrote(two: tuple[Person, Person]) -> None:
    """Messages that cross come to both, in the order of each sender, under their sender's name."""
    alice, bob = two
    for number in range(3):
        alice.core.queue_text(bob.id, f"from alice {number}")
        bob.core.queue_text(alice.id, f"from bob {number}")
    exchange(alice, bob)
    exchange(bob, alice)
    from_alice = [(alice.id, f"from alice {number}") for number in range(3)]
    from_bob = [(bob.id, f"from bob {number}") for number in range(3)]
    for person, other in ((alice, bob), (bob, alice)):
        texts = person.texts(other.id)
        assert [each for each in texts if each[0] == alice.id] == from_alice
        assert [each for each in texts if each[0] == bob.id] == from_bob


def test_a_message_is_queued_then_delivered_then_read(two: tuple[Person, Person]) -> None:
    """The sender sees each state of a message, and is told of each change."""
    alice, bob = two
    message = alice.core.queue_text(bob.id, "hello")
    assert _states(alice, bob) == [MessageState.QUEUED]
    exchange(alice, bob)
    assert _states(alice, bob) == [MessageState.DELIVERED]
    assert bob.core.unread() == {ChatId(alice.id): 1}
    assert bob.core.mark_read(ChatId(alice.id)) == 1
    assert bob.core.mark_read(ChatId(alice.id)) == 0
    exchange(bob, alice)
    assert _states(alice, bob) == [MessageState.READ]
    changes = [event.state for event in _events(alice) if isinstance(event, MessageChanged) and event.id == message.id]
    assert changes == [MessageState.DELIVERED, MessageState.READ]


def test_a_batch_that_comes_again_is_acknowledged_again_and_shown_once(two: tuple[Person, Person]) -> None:
    """A receipt that was lost costs a repetition, and nothing else."""
    alice, bob = two
    alice.core.queue_text(bob.id, "once")
    batch = _batch_of(alice, bob)
    bob.core.take_batch(alice.id, batch)
    bob.crash()
    receipt = bob.core.take_batch(alice.id, batch)
    assert bob.texts(alice.id) == [(alice.id, "once")]
    assert sum(isinstance(event, MessageReceived) for event in _events(bob)) == 1
    alice.core.take_receipt(bob.id, receipt)
    assert alice.core.batch(bob.id) is None


def test_a_later_batch_is_not_taken_before_an_earlier_one(two: tuple[Person, Person]) -> None:
    """A gap is not stored, and not acknowledged; what is missing is sent again."""
    alice, bob = two
    alice.core.queue_text(bob.id, "first")
    alice.core.queue_text(bob.id, "second")
    batch = decode_batch(_batch_of(alice, bob))
    receipt = bob.core.take_batch(alice.id, encode(Batch(1, batch.items[1:])))
    assert bob.texts(alice.id) == []
    alice.core.take_receipt(bob.id, receipt)
    exchange(alice, bob)
    assert [text for _, text in bob.texts(alice.id)] == ["first", "second"]


def test_an_item_under_another_number_is_forged(two: tuple[Person, Person]) -> None:
    """Who carries messages cannot change their order: their numbers stand inside, too."""
    alice, bob = two
    alice.core.queue_text(bob.id, "first")
    alice.core.queue_text(bob.id, "second")
    one, other = decode_batch(_batch_of(alice, bob)).items
    swapped = (msgspec.structs.replace(other, number=1), msgspec.structs.replace(one, number=2))
    with pytest.raises(Forged):
        bob.core.take_batch(alice.id, encode(Batch(1, swapped)))
    assert bob.texts(alice.id) == []
    exchange(alice, bob)
    assert [text for _, text in bob.texts(alice.id)] == ["first", "second"]


def test_no_state_of_a_session_encrypts_twice(two: tuple[Person, Person]) -> None:
    """A session is stored as it is after what it encrypted: over crashes, no two messages have the same key.

    Olm writes the ratchet key and the index of the chain in front; the two together name the key of a message.
    """
    alice, bob = two
    bob.core.queue_text(alice.id, "so that alice has a session that both have")
    exchange(bob, alice)
    for number in range(4):
        alice.core.queue_text(bob.id, "the same text")
        if number % 2:
            alice.crash()
    items = decode_batch(_batch_of(alice, bob)).items
    headers = [each.body[:38] for each in items]  # version, tag, length and 32 bytes of ratchet key, tag, index
    assert [each.kind for each in items] == [1, 1, 1, 1]
    assert len({header[:35] for header in headers}) == 1, "one ratchet key, as nothing came back"
    assert [header[36] for header in headers] == [0, 1, 2, 3]
    exchange(alice, bob)
    assert len(bob.texts(alice.id)) == 5


def test_what_a_third_person_sends_is_nobody_elses(person: Callable[[str], Person], two: tuple[Person, Person]) -> None:
    """A message for one, or from one, is not taken for another's."""
    alice, bob = two
    carol = person("carol")
    pair(carol, bob)
    pair(carol, alice)
    carol.core.queue_text(bob.id, "from carol")
    alice.core.queue_text(bob.id, "from alice")
    from_carol, from_alice = _batch_of(carol, bob), _batch_of(alice, bob)
    assert bob.core.take_batch(alice.id, from_carol)  # as if alice had sent it: cannot be decrypted
    assert alice.core.take_batch(bob.id, from_alice)  # sent back
    assert bob.texts(alice.id) == bob.texts(carol.id) == alice.texts(bob.id)[1:] == []
    exchange(carol, bob)
    assert bob.texts(carol.id) == [(carol.id, "from carol")]


def test_strangers_write_to_nobody(person: Callable[[str], Person]) -> None:
    """Who is no contact is not read, and cannot be written to."""
    alice, bob = person("alice"), person("bob")
    alice.core.add_contact(bob.id, bob.core.card())
    alice.core.queue_text(bob.id, "you do not know me")
    with pytest.raises(NoSuchContact):
        bob.core.take_batch(alice.id, _batch_of(alice, bob))
    with pytest.raises(NoSuchContact):
        bob.core.queue_text(alice.id, "hello?")


def test_a_receipt_counts_only_from_the_recipient_and_once(
    person: Callable[[str], Person], two: tuple[Person, Person]
) -> None:
    """A receipt of somebody else, for somebody else, of what was not sent, or an old one takes nothing out."""
    alice, bob = two
    carol = person("carol")
    pair(carol, alice)
    alice.core.queue_text(bob.id, "one")
    mine, theirs = public_of(alice.id), public_of(bob.id)

    def receipt(signer: Person, upto: int, serial: int, sender: bytes = mine, *, renew: bool = False) -> bytes:
        record = Receipt(1, sender, theirs, upto, renew, serial)
        return encode(sign(signer.core.profile.key, Domain.RECEIPT, record))

    for forged in (receipt(carol, 1, 9), receipt(bob, 1, 9, public_of(carol.id)), receipt(bob, 2, 9)):
        with pytest.raises(Forged):
            alice.core.take_receipt(bob.id, forged)
    signed = decode_signed(receipt(bob, 1, 9))
    moved = msgspec.structs.replace(signed, signature=bob.core.profile.key.sign(Domain.DEVICE, signed.body))
    with pytest.raises(Forged):
        alice.core.take_receipt(bob.id, encode(moved))
    assert _states(alice, bob) == [MessageState.QUEUED]
    alice.core.take_receipt(bob.id, receipt(bob, 1, 9))
    alice.core.queue_text(bob.id, "two")
    before = alice.core.batch(bob.id)
    alice.core.take_receipt(bob.id, receipt(bob, 1, 9, renew=True))
    assert alice.core.batch(bob.id) == before, "an old receipt asks for nothing"
    with pytest.raises(Forged):
        alice.core.take_receipt(bob.id, receipt(bob, 0, 10))


def test_a_session_that_is_lost_is_begun_anew(two: tuple[Person, Person]) -> None:
    """What cannot be decrypted is asked for again, encrypted anew, and both are told."""
    alice, bob = two
    alice.core.queue_text(bob.id, "before")
    exchange(alice, bob)
    bob.core.queue_text(alice.id, "back")
    exchange(bob, alice)
    _forget_sessions(bob, alice.id)
    alice.core.queue_text(bob.id, "after")
    bob.core.queue_text(alice.id, "also after")
    exchange(alice, bob)
    exchange(bob, alice)
    assert [text for _, text in bob.texts(alice.id) if text != "also after"] == ["before", "back", "after"]
    assert [text for sender, text in alice.texts(bob.id) if sender == bob.id] == ["back", "also after"]
    for each in two:
        assert any(isinstance(event, SessionRepaired) for event in _events(each))


def _forget_sessions(person: Person, other: AccountId) -> None:
    store = Store(person.path, STORE_KEY)
    store.sessions.forget(other)
    store.close()


def test_who_sends_rubbish_is_refused_for_a_time_that_grows(two: tuple[Person, Person], clock: Clock) -> None:
    """Failed decryptions are counted; beyond a few, nothing is read for a while, and success forgets them."""
    alice, bob = two
    alice.core.queue_text(bob.id, "hello")
    (item,) = decode_batch(_batch_of(alice, bob)).items
    damaged = encode(Batch(1, (msgspec.structs.replace(item, body=item.body[:-1] + bytes([item.body[-1] ^ 1])),)))
    waits: list[float] = []
    while len(waits) < 4:
        try:
            bob.core.take_batch(alice.id, damaged)
        except TooManyFailures as error:
            waits.append(error.wait_s)
            clock.now += error.wait_s
    assert waits == [2.0, 4.0, 8.0, 16.0]
    exchange(alice, bob)
    assert bob.texts(alice.id) == [(alice.id, "hello")]
    bob.core.take_batch(alice.id, encode(Batch(1, (msgspec.structs.replace(item, number=2),))))


def test_a_changed_key_blocks_until_it_is_verified(person: Callable[[str], Person], two: tuple[Person, Person]) -> None:
    """Another device of an account is told once; nothing goes either way, and what waits is sent after the check."""
    alice, bob = two
    alice.core.queue_text(bob.id, "delivered")
    exchange(alice, bob)
    alice.core.queue_text(bob.id, "waits")
    new_bob = _reinstalled(person, bob)
    new_bob.core.add_contact(alice.id, alice.core.card(), trust=Trust.VERIFIED)
    for _ in range(2):
        with pytest.raises(SecurityError):
            alice.core.take_card(bob.id, new_bob.core.card())
    assert sum(isinstance(event, SecurityAlert) for event in _events(alice)) == 1
    assert alice.core.contact(bob.id).trust is Trust.CHANGED
    for refused in (
        lambda: alice.core.queue_text(bob.id, "no"),
        lambda: alice.core.batch(bob.id),
        lambda: alice.core.take_batch(bob.id, b""),
        lambda: alice.core.take_receipt(bob.id, b""),
    ):
        with pytest.raises(SecurityError):
            refused()
    alice.core.mark_read(ChatId(bob.id))
    alice.core.trust(bob.id)
    assert alice.core.contact(bob.id).trust is Trust.VERIFIED
    exchange(alice, new_bob)
    assert [text for _, text in new_bob.texts(alice.id)] == ["waits"]
    new_bob.core.queue_text(alice.id, "from the new device")
    exchange(new_bob, alice)
    assert alice.texts(bob.id)[-1] == (bob.id, "from the new device")
    with pytest.raises(Forged):
        alice.core.take_card(bob.id, bob.core.card())


def _reinstalled(person: Callable[[str], Person], old: Person) -> Person:
    """The same account with the keys of another device, made a second later."""
    new = person(old.name)
    store = Store(new.path, STORE_KEY)
    kept = msgspec.msgpack.decode(store.value("profile") or b"")
    before = Store(old.path, STORE_KEY)
    kept["account"] = msgspec.msgpack.decode(before.value("profile") or b"")["account"]
    before.close()
    record = msgspec.structs.replace(
        new.core.profile.device_record,
        account=old.core.profile.key.public,
        serial=old.core.profile.device_record.serial + 1,
    )
    kept["device"] = sign(old.core.profile.key, Domain.DEVICE, record)
    store.set_value("profile", msgspec.msgpack.encode(kept))
    old_store = Store(old.path, STORE_KEY)
    store.set_value("addresses", old_store.value("addresses") or b"")
    old_store.close()
    store.close()
    new.crash()
    assert new.id == old.id
    return new


def test_a_card_of_another_account_is_forged(person: Callable[[str], Person]) -> None:
    """A card is of the account that is named, in both of its records."""
    alice, bob, mallory = person("alice"), person("bob"), person("mallory")
    card, other = decode_card(bob.core.card()), decode_card(mallory.core.card())
    with_device = msgspec.structs.replace(card, device=other.device)
    with_addresses = msgspec.structs.replace(card, addresses=other.addresses)
    for mixed in (other, with_device, with_addresses):
        with pytest.raises(Forged):
            alice.core.add_contact(bob.id, encode(mixed))
    swapped = msgspec.structs.replace(card, device=card.addresses)
    with pytest.raises(Forged):
        alice.core.add_contact(bob.id, encode(swapped))
    assert alice.core.contacts() == []


def test_addresses_that_are_newer_replace_older_ones(two: tuple[Person, Person]) -> None:
    """A contact's addresses change with their card, and an old card changes nothing back."""
    alice, bob = two
    old = bob.core.card()
    assert bob.core.set_addresses(["bob.example:7000"])
    assert not bob.core.set_addresses(["bob.example:7000"])
    alice.core.take_card(bob.id, bob.core.card())
    alice.core.take_card(bob.id, old)
    assert alice.core.contact(bob.id).addresses == ("bob.example:7000",)


def test_a_message_that_waits_too_long_expires_visibly(two: tuple[Person, Person], clock: Clock) -> None:
    """What waited for two weeks is given up, says so, and holds nothing up that comes after it."""
    alice, bob = two
    alice.core.queue_text(bob.id, "too late")
    clock.now += 13 * DAY_S
    alice.core.queue_text(bob.id, "in time")
    clock.now += 2 * DAY_S
    alice.core.expire()
    assert _states(alice, bob) == [MessageState.EXPIRED, MessageState.QUEUED]
    exchange(alice, bob)
    assert bob.texts(alice.id) == [(alice.id, "in time")]
    assert _states(alice, bob) == [MessageState.EXPIRED, MessageState.DELIVERED]


def test_a_contact_who_was_removed_can_be_added_again(two: tuple[Person, Person]) -> None:
    """The numbers go on where they were, also if only one side had removed the other, with messages on their way."""
    alice, bob = two
    alice.core.queue_text(bob.id, "before")
    exchange(alice, bob)
    alice.core.queue_text(bob.id, "given up")
    bob.core.take_batch(alice.id, _batch_of(alice, bob))  # it arrived, and alice does not know
    alice.core.queue_text(bob.id, "given up, too")
    alice.core.remove_contact(bob.id)
    assert alice.core.contacts() == []
    with pytest.raises(NoSuchContact):
        alice.core.batch(bob.id)
    alice.core.add_contact(bob.id, bob.core.card(), trust=Trust.VERIFIED)
    alice.core.queue_text(bob.id, "after")
    exchange(alice, bob)
    assert [text for _, text in bob.texts(alice.id)] == ["before", "given up", "after"]
    bob.core.queue_text(alice.id, "back")
    exchange(bob, alice)
    assert alice.texts(bob.id)[-1] == (bob.id, "back")


def test_what_is_refused_changes_nothing(two: tuple[Person, Person], person: Callable[[str], Person]) -> None:
    """Too long a text, one's own account, a mistyped id: an error that says so, and nothing kept."""
    alice, bob = two
    with pytest.raises(TextTooLong):
        alice.core.queue_text(bob.id, "é" * (MAX_TEXT_BYTES // 2 + 1))
    assert alice.core.messages(ChatId(bob.id)) == []
    assert alice.core.batch(bob.id) is None
    with pytest.raises(ValueError, match="your own account"):
        alice.core.add_contact(alice.id, alice.core.card())
    mistyped = ("b" if bob.id[0] == "a" else "a") + bob.id[1:]
    for wrong in (mistyped, bob.id[:-1], "1" * 56):
        with pytest.raises(InvalidId):
            alice.core.add_contact(wrong, bob.core.card())
    assert public_of("-".join(bob.id.upper()[start : start + 7] for start in range(0, 56, 7))) == public_of(bob.id)
    assert alice.core.safety_number(bob.id) == bob.core.safety_number(alice.id)
    assert len(alice.core.safety_number(bob.id)) == 60
    carol = person("carol")
    pair(alice, carol)
    assert alice.core.safety_number(carol.id) != alice.core.safety_number(bob.id)


def test_an_outbox_has_a_bound(two: tuple[Person, Person]) -> None:
    """Beyond ten thousand messages for one contact, writing says what is the matter."""
    alice, bob = two
    store = Store(alice.path, STORE_KEY)
    alice.core.queue_text(bob.id, "the first")
    (row,) = store.outbox.first(bob.id, 1)
    with store.transaction():
        for number in range(2, 10_001):
            store.outbox.put(row._replace(number=number, message=None))
    store.close()
    with pytest.raises(OutboxFull, match="10,000"):
        alice.core.queue_text(bob.id, "one too many")
    assert len(alice.core.messages(ChatId(bob.id))) == 1


@pytest.mark.parametrize(
    "data", [b"", b"\xc1", b"\x93", b"\xdd\xff\xff\xff\xff", b"\x92\x01\xdc\xff\xff", bytes(2 << 20)]
)
def test_bytes_that_are_nothing_are_malformed(two: tuple[Person, Person], data: bytes) -> None:
    """Whatever comes in place of a batch, receipt or card is refused by type."""
    alice, bob = two
    for take in (alice.core.take_batch, alice.core.take_receipt, alice.core.take_card):
        with pytest.raises((MalformedData, TooManyFailures)):
            take(bob.id, data)


def test_nothing_is_readable_on_the_disk(two: tuple[Person, Person]) -> None:
    """Texts, names and keys stand in no file of a profile, while it is open and after it was killed."""
    alice, bob = two
    planted = b"a planted string"
    alice.core.queue_text(bob.id, planted.decode())
    exchange(alice, bob)
    secrets = [planted, b"alice", alice.id.encode(), public_of(alice.id), alice.core.profile.key.secret(), STORE_KEY]
    files = [path for each in two for path in each.path.parent.iterdir()]
    assert any(path.name.endswith("-wal") for path in files)
    for path in files:
        data = path.read_bytes()
        assert len(data) == 0 or not any(secret in data for secret in secrets), path.name
    assert repr(alice.core.profile.key).endswith("<secret>>")


def test_a_store_opens_with_its_key_alone(tmp_path: Path) -> None:
    """Another key, and a newer schema, are told apart from damage."""
    path = tmp_path / "a.db"
    Store(path, STORE_KEY).close()
    with pytest.raises(WrongPassphrase):
        Store(path, bytes(32))
    connection = cast("sqlite3.Connection", vars(dbapi2)["Connection"](str(path)))
    connection.execute(f"PRAGMA key = \"x'{STORE_KEY.hex()}'\"")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreNewer, match="99"):
        Store(path, STORE_KEY)


def test_what_was_queued_survives_a_kill(tmp_path: Path) -> None:
    """A program that is killed with SIGKILL right after it was told that a message is queued has it in its outbox."""
    source = Path(jarvis.__file__).parents[1]
    program = Path(__file__).with_name("queue_until_killed.py")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(source), str(Path(__file__).parents[3])))}
    for round_ in range(3):
        folder = tmp_path / str(round_)
        folder.mkdir()
        with subprocess.Popen(
            [sys.executable, str(program), str(folder)], stdout=subprocess.PIPE, env=environment, text=True
        ) as process:
            assert process.stdout is not None
            told = [process.stdout.readline().strip() for _ in range(20 + 13 * round_)]
            process.send_signal(signal.SIGKILL)
            told += process.stdout.read().split()
        store = Store(folder / "alice0.db", STORE_KEY)
        (contact,) = store.contacts.all()
        kept = [row.message for row in store.outbox.first(contact.id, -1)]
        numbers = [row.number for row in store.outbox.first(contact.id, -1)]
        store.close()
        assert kept[: len(told)] == [each for each in told if each]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(kept) - len(told) <= 1


def test_reading_does_not_fail_where_too_much_waits(
    two: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who cannot be told that their message was read is not told."""
    alice, bob = two
    bob.core.queue_text(alice.id, "Hello.")
    exchange(bob, alice)
    monkeypatch.setattr("jarvis.engine._outgoing.OUTBOX_LIMIT", 1)
    alice.core.queue_text(bob.id, "It waits.")
    assert alice.core.mark_read(ChatId(bob.id)) == 1
    assert alice.core.unread() == {}
    exchange(alice, bob)
    assert _states(bob, alice) == [MessageState.DELIVERED, MessageState.RECEIVED]
