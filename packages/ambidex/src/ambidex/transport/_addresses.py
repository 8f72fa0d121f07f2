"""Own addresses of services as users write them: one text for each, and a sentence for each text that is none.

    unix:///run/user/1000/weather.sock      a Unix socket, by its absolute path, taken as it stands
    tcp+tls://weather.example.org:7000      TCP with TLS, by host name, IPv4 address, or IPv6 address in brackets

No I/O: whether anything is there, and what a name stands for, is found out by who listens and who dials.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, final

from ..errors import UsageError

if TYPE_CHECKING:
    from typing_extensions import Literal

_UNIX, _TCP = "unix://", "tcp+tls://"
_FORMS = "unix:///absolute/path.sock or tcp+tls://host:port"
LONGEST_PATH = 107 if sys.platform == "linux" else 103  # bytes: sun_path has 108, on macOS and BSD 104, with a zero
_LONGEST_HOST = 253  # characters of a name: RFC 1035, section 2.3.4, without the last dot
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")  # a last label that makes the whole host an IPv4 address
_PORT = re.compile(r"0|[1-9][0-9]{0,4}")


@final
@dataclass(frozen=True)
class Address:
    """Where a service listens: a Unix socket's `path`, or `host` and `port` of TCP with TLS; `str` gives its text.

    An IPv6 `host` stands here without brackets. `port` 0 is one that the system chooses, for who listens. Made by
    `parse`, which checks all of it.
    """

    scheme: Literal["unix", "tcp+tls"]
    path: str = ""
    host: str = ""
    port: int = 0

    @classmethod
    def parse(cls, text: str) -> Address:
        """Return the address that a text says.

        Raises:
            UsageError: it is none, or one that no service has; the message says what to write.
        """
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]  callers without types
            raise UsageError(f"the address {text!r} is no text: write a str, as in {_FORMS}")
        if text.startswith(_UNIX):
            return _unix(text)
        if text.startswith(_TCP):
            return _tcp(text)
        raise UsageError(f"the address {text!r} is not understood: {_what_to_write(text)}")

    def __str__(self) -> str:
        if self.scheme == "unix":
            return _UNIX + self.path
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{_TCP}{host}:{self.port}"


def _what_to_write(text: str) -> str:
    """Return what to write instead of a text of another form."""
    if text.startswith("tcp://"):
        return f"plain TCP is not served, since anybody on the way could read and change it; write {_TCP}{text[6:]}"
    if text.startswith("unix:@"):
        return _ABSTRACT
    if text.startswith("unix:/"):
        return f"write {_UNIX}{text[5:]}"
    if text.startswith("unix:"):
        return _RELATIVE
    if text.startswith("/"):
        return f"write {_UNIX}{text}"
    return f"write {_FORMS}"


_ABSTRACT = (
    "an abstract socket has no file, so any user of the machine may connect to it; "
    "write the path of a socket file, as in unix:///run/user/1000/weather.sock"
)
_RELATIVE = (
    "a relative path is another place for each process, and ~ is not expanded; "
    "write the absolute path behind three slashes, as in unix:///run/user/1000/weather.sock"
)


def _unix(text: str) -> Address:
    path = text[len(_UNIX) :]
    fault = None
    if path.startswith(("@", "\0")):
        fault = _ABSTRACT
    elif not path.startswith("/"):
        fault = _RELATIVE
    elif not path.isprintable():
        fault = "its path has a character that cannot be printed; write another path"
    elif path.endswith(("/", "/.", "/..")):
        fault = "its path is that of a folder; write the path of the socket file in it"
    elif len(os.fsencode(path)) > LONGEST_PATH:
        fault = (
            f"its path has {len(os.fsencode(path))} bytes, and a Unix socket's may have {LONGEST_PATH} here; "
            "write a shorter one, in XDG_RUNTIME_DIR or your home"
        )
    if fault is not None:
        raise UsageError(f"the address {text!r} cannot be used: {fault}")
    return Address("unix", path=path)


def _tcp(text: str) -> Address:
    rest = text[len(_TCP) :]
    host, colon, port = rest.rpartition(":")
    fault = None
    if not colon or port.endswith("]"):
        fault = f"it has no port; write {text.rstrip('/')}:7000, or the port that it is"
    elif any(each in rest for each in "/?#"):
        fault = "nothing follows the port; write tcp+tls://host:port"
    elif "@" in rest:
        fault = "it has no user and no password: who may connect is said by keys; write tcp+tls://host:port"
    elif not _PORT.fullmatch(port) or int(port) > 65535:
        fault = f"the port {port!r} is not a number from 0 to 65535 without leading zeros; write tcp+tls://host:port"
    else:
        fault = _fault_of_host(host)
    if fault is not None:
        raise UsageError(f"the address {text!r} cannot be used: {fault}")
    return Address("tcp+tls", host=host[1:-1] if host.startswith("[") else host, port=int(port))


def _fault_of_host(host: str) -> str | None:
    if not host:
        return "it has no host; write 127.0.0.1 for this machine alone, or 0.0.0.0 to listen on all of its addresses"
    if host.startswith("[") and host.endswith("]"):
        return None if _is_ip(host[1:-1], IPv6Address) else f"{host} is no IPv6 address; write one as in [::1]"
    if ":" in host:
        return f"an IPv6 address stands in brackets; write [{host}]" if _is_ip(host, IPv6Address) else _NO_HOST
    if not host.isascii():
        return "its host is not in ASCII; write the form of the name that begins with xn--"
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):  # which the system's resolver takes in forms that nobody means: 127.1, 0x7f.1
        return None if _is_ip(host, IPv4Address) else f"{host} is no IPv4 address; write four numbers from 0 to 255"
    if len(host) > _LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        return _NO_HOST
    return None


_NO_HOST = "its host is neither a name nor an IP address; write tcp+tls://host:port, or tcp+tls://[::1]:port for IPv6"


def _is_ip(text: str, kind: type[IPv4Address | IPv6Address]) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return text.isprintable() and text.isascii() and not any(each in text for each in "[]/ ")
