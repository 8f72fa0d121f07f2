"""A server of the benchmarks, `python service_servers.py KIND WAY FOLDER`: prints its address, and ends with its input.

Each offers the sum of two numbers, and a stream of numbers. What is not ambidex packs them by `struct`, which is less
work than any codec has. With TLS all show the same certificate, and ask their clients for none but ambidex's.
"""

from __future__ import annotations

import asyncio
import importlib
import ssl
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _served import Numbers

from ambidex import Identity, Service

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

TWO, ONE, LENGTH = struct.Struct("<qq"), struct.Struct("<q"), struct.Struct("<I")


class Answering(asyncio.Protocol):
    """Answer frames of two numbers with their sum; of a number with a stream of numbers, one frame each."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        """Answer what is whole."""
        data = self._rest + data
        at, answers = 0, list[bytes]()
        while len(data) - at >= LENGTH.size:
            (size,) = LENGTH.unpack_from(data, at)
            if len(data) - at < LENGTH.size + size:
                break
            if size == TWO.size:
                one, other = TWO.unpack_from(data, at + LENGTH.size)
                answers.append(LENGTH.pack(ONE.size) + ONE.pack(one + other))
            else:
                (stop,) = ONE.unpack_from(data, at + LENGTH.size)
                answers += [LENGTH.pack(ONE.size) + ONE.pack(number) for number in range(stop)]
            at += LENGTH.size + size
        self._rest = data[at:]
        self._transport.write(b"".join(answers))


async def serve_protocol(folder: Path, *, is_secure: bool) -> str:
    """Serve by asyncio's own means."""
    loop = asyncio.get_running_loop()
    if not is_secure:
        await loop.create_unix_server(Answering, folder / "socket")
        return f"unix:{folder}/socket"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    server = await loop.create_server(Answering, "127.0.0.1", 0, ssl=context)
    return f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def serve_grpc(folder: Path, *, is_secure: bool) -> str:
    """Serve by grpc.aio."""
    grpc: Any = importlib.import_module("grpc")

    async def add(request: bytes, context: object) -> bytes:
        return ONE.pack(sum(TWO.unpack(request)))

    async def count(request: bytes, context: object) -> AsyncGenerator[bytes, None]:
        for number in range(*ONE.unpack(request)):
            yield ONE.pack(number)

    server = importlib.import_module("grpc.aio").server()
    handlers = {"add": grpc.unary_unary_rpc_method_handler(add), "count": grpc.unary_stream_rpc_method_handler(count)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("Numbers", handlers),))
    if is_secure:
        pair = (folder / "key.pem").read_bytes(), (folder / "certificate.pem").read_bytes()
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))
        address = f"localhost:{port}"
    else:
        address = f"unix:{folder}/socket"
        server.add_insecure_port(address)
    await server.start()
    _ends.append(lambda: server.stop(None))
    return address


async def serve_ambidex(folder: Path, *, is_secure: bool) -> str:
    """Serve by ambidex."""
    if is_secure:
        identity, allow = Identity.load(folder / "service"), [(folder / "client.key").read_text()]
        service = Service(Numbers(), "tcp+tls://127.0.0.1:0", identity=identity, allow=allow)
    else:
        service = Service(Numbers(), f"unix://{folder}/socket")
    await service.start()
    _ends.append(service.close)
    return service.address


_ends: list[Callable[[], Any]] = []  # what ends what serves, which this keeps
_KINDS = {"protocol": serve_protocol, "grpc": serve_grpc, "ambidex": serve_ambidex}


async def main(kind: str, way: str, folder: str) -> None:
    """Serve until the input ends."""
    print(await _KINDS[kind](Path(folder), is_secure=way == "tls"), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for end in _ends:
        await end()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
