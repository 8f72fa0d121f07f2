"""Own how a client reaches its service: over a Unix socket whose other end the system names, or over TLS."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol, final

from ..errors import UsageError
from ..transport.endpoints import adial, check_peer, dial
from ._key_text import checked_key

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..transport import Stream
    from ..transport.endpoints import Address
    from ..transport.tls import Tls
    from ._identity import Identity


class Way(Protocol):
    """Open connections to one service; any thread may do so.

    Both methods raise:
        OSError: nobody listens there, or not for this user, or nobody has answered in time.
        PeerRefused: another user listens there.
        SecurityError: the other side has another key than the pinned one, or does not accept this one.
    """

    @property
    def waits(self) -> bool:
        """Whether `open` waits for the other side, so that a loop must not do it."""
        ...

    def open(self) -> Stream:
        """Return a new connection, for the thread that calls."""
        ...

    async def aopen(self) -> Stream:
        """Return one for the running loop."""
        ...


@final
class LocalWay:
    """Reach a service by its Unix socket."""

    waits = False

    def __init__(self, address: Address, timeout_s: float) -> None:
        self._address = address
        self._timeout_s = timeout_s

    def open(self) -> Stream:
        """Return a new connection, for the thread that calls."""
        sock = dial(self._address, self._timeout_s)
        try:
            check_peer(sock)
        except BaseException:
            sock.close()
            raise
        return sock

    async def aopen(self) -> Stream:
        """Return one for the running loop: this waits for nobody."""
        return self.open()


@final
class SecureWay:
    """Reach a service by TLS over TCP, where it has the key `pin`."""

    waits = True

    def __init__(self, address: Address, timeout_s: float, tls: Tls, pin: str) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._tls = tls
        self._pin = (pin,)

    def open(self) -> Stream:
        """Return a new connection, for the thread that calls."""
        sock = dial(self._address, self._timeout_s)
        return self._tls.secure(sock, self._pin, self._timeout_s, is_server=False)

    async def aopen(self) -> Stream:
        """Return one for the running loop."""
        sock = await adial(self._address, self._timeout_s)
        loop = asyncio.get_running_loop()
        return await self._tls.secure_on(loop, sock, self._pin, self._timeout_s, is_server=False)


def way_to(address: Address, timeout_s: float, identity: Identity | None, pin: str | None) -> Way:
    """Return how a client with that identity reaches a service that has the key `pin`.

    Raises:
        UsageError: the address wants both and one is missing, or it wants none.
    """
    if address.scheme != "tcp+tls":
        if identity is not None or pin is not None:
            raise UsageError(f"{address} knows its clients by their user: leave out identity= and pin=")
        return LocalWay(address, timeout_s)
    if identity is None or pin is None:
        raise UsageError(
            f"{address} wants identity=Identity.load(FILE), who this client is, and pin=, the key of the service, "
            "which `ambidex identity show FILE` prints there"
        )
    (key,) = checked_keys((pin,), "pin")
    return SecureWay(address, timeout_s, tls_of(identity), key)


def tls_of(identity: Identity) -> Tls:
    """Return what begins TLS as that identity."""
    from ..transport.tls import Tls  # here: Unix sockets need none of it

    return Tls(identity.credentials)


def checked_keys(keys: Collection[str], option: str) -> tuple[str, ...]:
    """Return keys as they are given in an option, where each is one.

    Raises:
        UsageError: one is none; the message says why.
    """
    if isinstance(keys, str) or not all(isinstance(key, str) for key in keys):  # pyright: ignore[reportUnnecessaryIsInstance]  the user's
        raise UsageError(f"{option}={keys!r:.80}: write a list of keys, as `ambidex identity show FILE` prints them")
    return tuple(checked_key(key) for key in keys)
