"""The first message says who speaks; whatever else comes there is a sentence, and nothing else."""

from __future__ import annotations

import json

import pytest

from ambidex.errors import ProtocolError
from ambidex.protocol import Hello, Limits, chosen_codec, read_hello

HELLO = Hello(("pickle", "msgpack"), Limits(calls=3), "0.1.0", "3.11.7", 42)


def test_hello_is_read_as_it_was_written() -> None:
    """All of it."""
    assert read_hello(HELLO.encoded()) == HELLO


def test_first_codec_that_both_have_is_chosen() -> None:
    """By the preference of the one that asks."""
    other = HELLO._replace(codecs=("msgpack", "pickle"))
    assert (chosen_codec(HELLO, other), chosen_codec(other, HELLO)) == ("pickle", "msgpack")
    with pytest.raises(
        ProtocolError, match=r"^the other side has other codecs \(json\) than this one \(pickle, msgpack\)$"
    ):
        chosen_codec(HELLO, HELLO._replace(codecs=("json",)))


def changed(**parts: object) -> bytes:
    """Return a hello with other parts."""
    return json.dumps({**json.loads(HELLO.encoded()), **parts}).encode()


STRANGE = {
    "no text": (b"\xff\xfe", "something else is at the other end"),
    "HTTP": (b"GET / HTTP/1.1", "something else is at the other end"),
    "a list": (b"[]", "something else is at the other end"),
    "deep": (b"[" * 100_000, "something else is at the other end"),
    "another version": (changed(wire=2), "the other side speaks version 2 of the wire, and this one 1"),
    "a process id in words": (changed(pid="me"), "does not say what it has to: pid"),
    "a process id that is true": (changed(pid=True), "does not say what it has to: pid"),
    "an arena that is true": (changed(arena=True), "an arena whose size is no number of bytes"),
    "an arena of less than nothing": (changed(arena=-1), "an arena whose size is no number of bytes"),
    "codecs that are numbers": (changed(codecs=[1]), "does not say what it has to: codecs"),
    "a limit that is true": (changed(limits={**HELLO.limits._asdict(), "calls": True}), "no positive numbers"),
    "a limit of nothing": (changed(limits={**HELLO.limits._asdict(), "calls": 0}), "no positive numbers"),
    "no limits": (changed(limits={}), "no positive numbers"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_hello_that_says_something_else_is_refused(name: str) -> None:
    """With what is wrong in it."""
    payload, what = STRANGE[name]
    with pytest.raises(ProtocolError, match=what):
        read_hello(payload)
