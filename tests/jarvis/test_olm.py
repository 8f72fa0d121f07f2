"""Sessions, as vodozemac makes them."""

from __future__ import annotations

import pytest

from jarvis.crypto import CannotDecrypt, Device, Encrypted, Session

PICKLE_KEY = bytes(32)


def test_a_message_that_was_changed_gives_nothing_else() -> None:
    """Whichever bit is turned on the way, the message cannot be decrypted, or says what it said.

    The latter: a turned bit may hide a field of the header that has its default; the check is made over all the same.
    """
    alice, _ = Device.created()
    bob, fallback = Device.created()
    sending = alice.begin(bob.identity, fallback)
    receiving, _ = bob.accept(alice.identity, sending.encrypt(b"first"))
    sending.decrypt(receiving.encrypt(b"back"))
    message = sending.encrypt(b"hello")
    pickle = receiving.pickled(PICKLE_KEY)
    unnoticed = 0
    for place in range(8 * len(message.body)):
        body = bytearray(message.body)
        body[place // 8] ^= 1 << place % 8
        try:
            plaintext = Session.unpickled(pickle, PICKLE_KEY).decrypt(Encrypted(message.kind, bytes(body)))
        except CannotDecrypt:
            continue
        assert plaintext == b"hello"
        unnoticed += 1
    assert unnoticed < 8, "of one byte, if any"


def test_a_message_is_decrypted_once() -> None:
    """What was decrypted is not decrypted again by the session, nor what is of another device."""
    alice, _ = Device.created()
    bob, fallback = Device.created()
    mallory, _ = Device.created()
    sending = alice.begin(bob.identity, fallback)
    message = sending.encrypt(b"first")
    with pytest.raises(CannotDecrypt):
        bob.accept(mallory.identity, message)
    with pytest.raises(CannotDecrypt):
        mallory.accept(alice.identity, message)
    receiving, plaintext = bob.accept(alice.identity, message)
    assert plaintext == b"first"
    assert receiving.id == sending.id
    assert receiving.began_with(message)
    with pytest.raises(CannotDecrypt):
        receiving.decrypt(message)
