"""Own who may come in: over a Unix socket this user's processes, over TLS whoever has a key that is allowed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol, final

from ..errors import UsageError
from ..transport.endpoints import check_peer
from ._allowed_keys import AllowedKeys
from ._callers import Visitor
from ._ways import checked_keys, tls_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ..transport import Socket, Stream
    from ..transport.endpoints import Address
    from ..transport.tls import Tls
    from ._identity import Identity


class Gate(Protocol):
    """Let somebody in."""

    @property
    def allowed(self) -> AllowedKeys | None:
        """Return the keys that it wants to see, None where it asks for no key."""
        ...

    async def enter(self, sock: Socket, timeout_s: float) -> tuple[Stream, Visitor]:
        """Return what to talk over, and who is at the other end; on the running loop.

        The socket belongs to what is returned, and is closed where anything is raised.

        Raises:
            PeerRefused: another user is at the other end.
            SecurityError: the other side has no key that is allowed, or does not accept this one.
            OSError: it has left, or was not done within `timeout_s` seconds.
        """
        ...


@final
class LocalGate:
    """Let in this user's processes, and those of root."""

    allowed = None

    async def enter(self, sock: Socket, timeout_s: float) -> tuple[Stream, Visitor]:
        """Ask the system who it is: nobody is waited for."""
        _ = timeout_s
        try:
            peer = check_peer(sock)
        except BaseException:
            sock.close()
            raise
        return sock, Visitor(uid=peer.uid, pid=peer.pid)


@final
class SecureGate:
    """Let in who has one of the keys."""

    def __init__(self, tls: Tls, allowed: AllowedKeys) -> None:
        self._tls = tls
        self.allowed = allowed

    async def enter(self, sock: Socket, timeout_s: float) -> tuple[Stream, Visitor]:
        """Begin TLS, in which each side sees the key of the other."""
        stream = await self._tls.secure_on(asyncio.get_running_loop(), sock, self.allowed, timeout_s, is_server=True)
        return stream, Visitor(stream.peer_key)


def gate_of(addresses: Sequence[Address], identity: Identity | None, allow: Collection[str]) -> Gate:
    """Return what lets clients of a service at these addresses in.

    Raises:
        UsageError: the address wants an identity and keys, and one is missing, or it wants none.
    """
    address = addresses[0]
    if any(each.scheme != address.scheme for each in addresses):
        raise UsageError(
            f"a service listens on Unix sockets or on TCP, and not on both: {', '.join(map(str, addresses))}"
        )
    if address.scheme != "tcp+tls":
        if identity is not None or allow or isinstance(allow, AllowedKeys):
            raise UsageError(f"{address} knows its clients by their user: leave out identity= and allow=")
        return LocalGate()
    keys = allow if isinstance(allow, AllowedKeys) else AllowedKeys(checked_keys(allow, "allow"))
    if identity is None or (keys is not allow and not keys):
        raise UsageError(
            f"{address} wants identity=Identity.load(FILE), who this service is, and allow=[...], the keys of its "
            "clients, which `ambidex identity show FILE` prints at each, or an AllowedKeys of them"
        )
    return SecureGate(tls_of(identity), keys)
