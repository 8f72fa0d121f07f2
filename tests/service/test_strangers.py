"""Who is not trusted: what others may send to a service, and what it does about that while it serves the rest."""

from __future__ import annotations

import contextlib
import pickle
import socket
import struct
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.errors import UsageError
from ambidex.protocol import Hello, Kind, Limits, encoded
from ambidex.rpc import FIRST
from ambidex.service import connect
from tests.limits import HANG_S
from tests.workers.children.atlas import Town

if TYPE_CHECKING:
    from collections.abc import Generator

    from ambidex.service import Remote
    from tests.service.conftest import Server

HEADER = struct.Struct("<IBBHQ")
HELLO = encoded(Kind.HELLO, 0, Hello(("msgpack",), Limits(), "0", "3", 1).encoded())


@contextlib.contextmanager
def stranger(server: Server) -> Generator[socket.socket, None, None]:
    """Give a connection over which anything can be sent."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(HANG_S)
        sock.connect(server.address[len("unix://") :])
        yield sock


def is_closed(sock: socket.socket) -> bool:
    """Wait for the end of a connection."""
    try:
        while sock.recv(65536):
            pass
    except ConnectionResetError:
        pass
    return True


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "a frame of 542393671 bytes came"),
        (b"\xff" * 64, "a frame of 4294967295 bytes came"),
        (pickle.dumps(print) * 4, "bytes came"),
        (HEADER.pack(4, Kind.CALL, 0, 0, 2) + b"call", "the first message is of the kind 2, and no hello"),
        (HEADER.pack(2, Kind.HELLO, 0, 0, 0) + b"{}", "speaks version None of the wire"),
        (encoded(Kind.HELLO, 7, b"0" * 16), "a connection was opened for a client that is not here"),
        (encoded(Kind.HELLO, 7, b"0" * 15), "a key of 15 bytes"),
        (encoded(Kind.HELLO, 0, HELLO[16:].replace(b"msgpack", b"pickle!")), "has other codecs"),
        (HELLO + encoded(Kind.HELLO, 0, b"{}"), "a message of the kind 1 came over the main connection"),
        (HELLO + encoded(Kind.CALL, 2, b"call"), "a message of the kind 2 came over the main connection"),
        (HELLO + encoded(Kind.RELEASE, 0, b"1"), "a release of 1 bytes came"),
    ],
)
def test_who_breaks_the_rules_is_dropped_and_others_are_served(
    server: Server, remote: Remote, sent: bytes, said: str
) -> None:
    """With a line in the log that says why."""
    town = remote.root(Town)
    assert town.name == "Oslo"
    with stranger(server) as sock:
        sock.sendall(sent)
        assert is_closed(sock)
    assert town.name == "Oslo"
    remote.close()
    _, log = server.end()
    assert said in log
    assert log.count("\n") == 1


def test_who_says_nothing_is_dropped_after_a_while(server: Server, remote: Remote) -> None:
    """Also one that sends a byte from time to time; here the time is half a second."""
    with stranger(server) as silent, stranger(server) as slow:
        slow.sendall(HELLO[:1])
        assert is_closed(silent)
        assert is_closed(slow)
    assert remote.root(Town).name == "Oslo"


def test_only_so_many_may_come_at_once(server: Server, remote: Remote) -> None:
    """Strangers and clients are counted apart; here there may be eight of each."""
    town = remote.root(Town)
    assert town.name == "Oslo"
    with contextlib.ExitStack() as stack:
        strangers = [stack.enter_context(stranger(server)) for _ in range(20)]
        turned_away = [sock for sock in strangers if _is_closed_at_once(sock)]
        assert len(turned_away) >= 12
        assert town.name == "Oslo"
    with contextlib.ExitStack() as stack:
        others = [stack.enter_context(connect(server.address)) for _ in range(9)]
        asked = [_asked(each) for each in others]
        assert asked.count("Oslo") == 7
        assert sum("lost before" in each for each in asked) == 2
        assert town.name == "Oslo"


def _is_closed_at_once(sock: socket.socket) -> bool:
    sock.settimeout(0.2)
    try:
        return sock.recv(1) == b""
    except socket.timeout:  # which Python 3.9 has beside TimeoutError
        return False
    except ConnectionResetError:
        return True


def _asked(remote: Remote) -> str:
    try:
        return remote.root(Town).name
    except Exception as error:  # noqa: BLE001  whatever it is, it is looked at
        return str(error)


@pytest.mark.parametrize(
    ("target", "asked", "said"),
    [
        (FIRST, "get __class__", "Town makes no __class__ public"),
        (FIRST, "call __init__", "Town makes no __init__ public"),
        (FIRST, "get __dict__", "Town makes no __dict__ public"),
        (FIRST, "call __reduce_ex__", "Town makes no __reduce_ex__ public"),
        (FIRST, "get _mayor", "Town makes no _mayor public"),
        (FIRST, "set _mayor", "Town makes no _mayor public"),
        (FIRST, "call mayor", "Town makes no mayor public"),
        (FIRST, "get name.__class__", "Town makes no name.__class__ public"),
        (FIRST, "below call name", "Town makes no"),
        (FIRST, "exec import os", "Town makes no"),
        (FIRST, "", "Town makes no"),
        (0, "call name", "a service has an object"),
        (1, "create subprocess:Popen", "a service has an object"),
        (1, "call tests.workers.children._atlas:meet", "a service has an object"),
        (77, "call name", "there is no object 77 here"),
    ],
)
def test_names_are_looked_up_in_the_table_of_the_face_alone(remote: Remote, target: int, asked: str, said: str) -> None:
    """Whatever is asked is answered with an error, and the session goes on."""
    town = remote.root(Town)
    assert town.name == "Oslo"
    session: Any = remote.current
    with pytest.raises(UsageError, match=f"^{said}"):
        session.calls.call(target, asked, (), {})
    assert town.name == "Oslo"


def test_arguments_are_of_the_types_that_annotations_say(remote: Remote) -> None:
    """What a checker would not let through is refused where it comes in."""
    town: Any = remote.root(Town)
    with pytest.raises(UsageError, match=r"walk\(steps\): expected int, got str"):
        next(town.walk("many"))
    with pytest.raises(UsageError, match="cannot be called elsewhere"):
        town.publish(object())
