"""Addresses have one text each; what is unclear is refused with a sentence that says what to write."""

from __future__ import annotations

import ipaddress
import os
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambidex.errors import UsageError
from ambidex.transport._addresses import LONGEST_PATH
from ambidex.transport.endpoints import Address

labels = st.from_regex(r"[a-z]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
hosts = st.one_of(
    st.lists(labels, min_size=1, max_size=4).map(".".join),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda ip: f"[{ip}]"),
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("unix:///run/user/1000/x.sock", Address("unix", path="/run/user/1000/x.sock")),
        ("unix:///tmp/a b/ü%20?#@.sock", Address("unix", path="/tmp/a b/ü%20?#@.sock")),
        ("tcp+tls://weather.example.org:7000", Address("tcp+tls", host="weather.example.org", port=7000)),
        ("tcp+tls://my_host:1", Address("tcp+tls", host="my_host", port=1)),
        ("tcp+tls://127.0.0.1:0", Address("tcp+tls", host="127.0.0.1", port=0)),
        ("tcp+tls://[::1]:65535", Address("tcp+tls", host="::1", port=65535)),
    ],
)
def test_address_is_read_and_given_back(text: str, address: Address) -> None:
    """A path is taken as it stands, without escapes; the brackets of IPv6 are no part of the host."""
    assert Address.parse(text) == address
    assert str(address) == text


@given(hosts, st.integers(0, 65535))
def test_any_host_and_port_are_given_back(host: str, port: int) -> None:
    """Names, IPv4 and IPv6."""
    text = f"tcp+tls://{host}:{port}"
    assert str(Address.parse(text)) == text


def test_zone_of_a_link_local_address_is_read() -> None:
    """The zone is part of the host."""
    assert Address.parse("tcp+tls://[fe80::1%eth0]:7000").host == "fe80::1%eth0"


@given(
    st.text(max_size=40) | st.text(max_size=30).map("tcp+tls://".__add__) | st.text(max_size=30).map("unix:".__add__)
)
def test_any_text_is_an_address_or_refused(text: str) -> None:
    """Nothing else is raised, and what is read is given back as it was written and read again."""
    try:
        address = Address.parse(text)
    except UsageError:
        with pytest.raises(UsageError, match=f"(?s){re.escape(repr(text))}.*write"):
            Address.parse(text)
        return
    assert str(address) == text
    assert Address.parse(str(address)) == address
    assert 0 <= address.port <= 65535
    if ":" in address.host:
        assert ipaddress.IPv6Address(address.host)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tcp://host:7000", "plain TCP.*write tcp\\+tls://host:7000"),
        ("unix:@name", "abstract socket has no file.*any user.*write the path"),
        ("unix://@name", "abstract"),
        ("unix://\0name", "abstract"),
        ("unix:x.sock", "relative path.*absolute path behind three slashes"),
        ("unix://x.sock", "relative"),
        ("unix://~/x.sock", "~ is not expanded"),
        ("unix:/run/x.sock", "write unix:///run/x.sock"),
        ("/run/x.sock", "write unix:///run/x.sock"),
        ("unix:///", "folder"),
        ("unix:///run/", "folder"),
        ("unix:///run/..", "folder"),
        ("unix:///run/x\n.sock", "cannot be printed"),
        ("unix:///run/x\0.sock", "cannot be printed"),
        ("", "write unix:///absolute/path.sock or tcp"),
        ("localhost:7000", "write unix:///absolute/path.sock or tcp"),
        ("TCP+TLS://host:7000", "write unix"),
        ("tcp+tls://host", "no port; write tcp\\+tls://host:7000"),
        ("tcp+tls://[::1]", "no port; write tcp\\+tls://\\[::1\\]:7000"),
        ("tcp+tls://host:7000/", "nothing follows the port"),
        ("tcp+tls://host:7000?a", "nothing follows the port"),
        ("tcp+tls://me@host:7000", "keys"),
        ("tcp+tls://host:", "''.*from 0 to 65535"),
        ("tcp+tls://host:65536", "65535"),
        ("tcp+tls://host:+7", "'\\+7'.*65535"),
        ("tcp+tls://host:07", "'07'.*leading zeros"),
        ("tcp+tls://host:\u0667", "65535"),
        ("tcp+tls://:7000", "no host; write 127.0.0.1"),
        ("tcp+tls://::1:7000", "brackets; write \\[::1\\]"),
        ("tcp+tls://a:b:7000", "neither a name nor an IP address"),
        ("tcp+tls://[127.0.0.1]:7000", "no IPv6 address"),
        ("tcp+tls://[::1]x]:7000", "no IPv6 address"),
        ("tcp+tls://127.1:7000", "four numbers"),
        ("tcp+tls://256.0.0.1:7000", "four numbers"),
        ("tcp+tls://0x7f000001:7000", "four numbers"),
        ("tcp+tls://a..b:7000", "neither a name"),
        ("tcp+tls://-a:7000", "neither a name"),
        ("tcp+tls://a b:7000", "neither a name"),
        ("tcp+tls://münchen.de:7000", "xn--"),
        ("tcp+tls://" + "a." * 127 + "a:7000", "neither a name"),
    ],
)
def test_unclear_address_is_refused_with_what_to_write(text: str, said: str) -> None:
    """The sentence has the text and the remedy."""
    with pytest.raises(UsageError, match=said) as caught:
        Address.parse(text)
    assert repr(text) in str(caught.value)


def test_path_may_have_as_many_bytes_as_the_system_takes() -> None:
    """The system would say no more than that it is too long, and count characters as bytes."""
    longest = "/" + "ü" * ((LONGEST_PATH - 1) // 2)
    assert len(os.fsencode(longest)) == LONGEST_PATH
    assert Address.parse(f"unix://{longest}").path == longest
    with pytest.raises(UsageError, match=f"{LONGEST_PATH + 1} bytes.*may have {LONGEST_PATH}.*write a shorter one"):
        Address.parse(f"unix://{longest}x")


@pytest.mark.parametrize("other", [b"unix:///x", None, 7])
def test_what_is_no_text_is_refused(other: Any) -> None:
    """A path object, too, is no address."""
    with pytest.raises(UsageError, match="write a str"):
        Address.parse(other)
