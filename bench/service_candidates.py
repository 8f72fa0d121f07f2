"""What `bench/services.py` measures side by side: each has a server process, over a Unix socket or over TLS."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import importlib
import ssl
import subprocess
import sys
import tempfile
from collections import deque
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from peers import is_installed
from served import Numbers
from service_servers import LENGTH, ONE, TWO
from worker_peers import Candidate, Opened, awaited_in_flight, awaited_one_by_one, each

from ambidex import Identity, connect

if TYPE_CHECKING:
    from collections.abc import Generator

WAYS = {"unix": "Unix socket", "tls": "TLS"}
SERVICE_PEERS = ("grpcio",)
_NO_GRPC = "" if is_installed("grpc") else "not installed"


def name_of(what: str, way: str) -> str:
    """Return what a row is called."""
    return f"{what}, {WAYS[way]}"


def candidates() -> list[Candidate]:
    """Return all, each over both."""
    found: list[Candidate] = []
    for way in WAYS:
        waits = {"in_flight": "its caller waits"}
        found += [
            Candidate(name_of("ambidex, blocking", way), partial(open_blocking, way), reasons=waits),
            Candidate(
                name_of("ambidex, blocking, read_ahead=64", way),
                partial(open_blocking, way, read_ahead=64),
                reasons=waits,
            ),
            Candidate(name_of("ambidex, asyncio", way), partial(open_awaited, way), is_awaited=True),
            Candidate(name_of("asyncio.Protocol, by hand", way), partial(open_protocol, way), is_awaited=True),
            Candidate(name_of("grpc.aio", way), partial(open_grpc, way), is_awaited=True, absent=_NO_GRPC),
        ]
    return found


@contextlib.contextmanager
def _server(kind: str, way: str) -> Generator[tuple[str, Path]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if way == "tls":
            _make_keys(folder)
        program = Path(__file__).with_name("service_servers.py")
        command = [sys.executable, str(program), kind, way, name]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            yield process.stdout.readline().strip(), folder
            process.communicate("")


def _make_keys(folder: Path) -> None:
    Identity.create(folder / "service")
    (folder / "client.key").write_text(Identity.create(folder / "client").key)
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = dt.datetime.now(dt.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(Encoding.PEM))


# --- ambidex


def _keys(way: str, folder: Path) -> dict[str, Any]:
    if way == "unix":
        return {}
    return {"identity": Identity.load(folder / "client"), "pin": Identity.load(folder / "service").key}


@contextlib.contextmanager
def open_blocking(way: str, read_ahead: int | None = None) -> Generator[Opened]:
    """Call from this thread; streams are read so many items ahead."""
    with _server("ambidex", way) as (address, folder), connect(address, **_keys(way, folder)) as remote:
        numbers = remote.root(Numbers)
        count = numbers.count.with_options(read_ahead=read_ahead)

        def items(n: int) -> None:
            for _ in count(n):
                pass

        yield Opened(add=each(lambda: numbers.add(1, 2)), items=items)


@contextlib.contextmanager
def open_awaited(way: str) -> Generator[Opened]:
    """Call from a loop."""
    with (
        _server("ambidex", way) as (address, folder),
        contextlib.closing(asyncio.new_event_loop()) as loop,
        connect(address, **_keys(way, folder)) as remote,
    ):
        numbers = remote.root(Numbers)
        run = loop.run_until_complete

        async def items(n: int) -> None:
            async for _ in numbers.count.aio(n):
                pass

        yield Opened(
            add=lambda n: run(awaited_one_by_one(lambda: numbers.add.aio(1, 2), n)),
            in_flight=lambda n: run(awaited_in_flight(lambda: numbers.add.aio(1, 2), n)),
            items=lambda n: run(items(n)),
        )


# --- asyncio by hand


class _Asking(asyncio.Protocol):
    """Match answers with questions by their order."""

    def __init__(self) -> None:
        self._rest = b""
        self._waiting: deque[asyncio.Future[int]] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        size = LENGTH.size + ONE.size
        count = len(data) // size
        for place in range(count):
            (number,) = ONE.unpack_from(data, place * size + LENGTH.size)
            self._waiting.popleft().set_result(number)
        self._rest = data[count * size :]

    async def ask(self, one: int, other: int) -> int:
        """Return the sum."""
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        self.transport.write(LENGTH.pack(TWO.size) + TWO.pack(one, other))
        return await answer

    async def items(self, count: int) -> None:
        """Read a stream."""
        loop = asyncio.get_running_loop()
        answers = [loop.create_future() for _ in range(count)]
        self._waiting.extend(answers)
        self.transport.write(LENGTH.pack(ONE.size) + ONE.pack(count))
        for answer in answers:
            await answer


@contextlib.contextmanager
def open_protocol(way: str) -> Generator[Opened]:
    """Ask by asyncio's own means."""
    with _server("protocol", way) as (address, folder), contextlib.closing(asyncio.new_event_loop()) as loop:
        run = loop.run_until_complete

        async def open_() -> _Asking:
            if way == "unix":
                return (await loop.create_unix_connection(_Asking, address[len("unix:") :]))[1]
            context = ssl.create_default_context(cafile=folder / "certificate.pem")
            host, _, port = address.rpartition(":")
            made = loop.create_connection(_Asking, host, int(port), ssl=context, server_hostname="localhost")
            return (await made)[1]

        asking = run(open_())
        yield Opened(
            add=lambda n: run(awaited_one_by_one(lambda: asking.ask(1, 2), n)),
            in_flight=lambda n: run(awaited_in_flight(lambda: asking.ask(1, 2), n)),
            items=lambda n: run(asking.items(n)),
        )
        asking.transport.close()
        run(asyncio.sleep(0))


# --- gRPC


@contextlib.contextmanager
def open_grpc(way: str) -> Generator[Opened]:
    """Ask by grpc.aio."""
    with _server("grpc", way) as (address, folder), contextlib.closing(asyncio.new_event_loop()) as loop:
        run = loop.run_until_complete

        async def open_() -> tuple[Any, Any, Any]:
            aio: Any = importlib.import_module("grpc.aio")
            if way == "unix":
                channel = aio.insecure_channel(address)
            else:
                grpc: Any = importlib.import_module("grpc")
                certificate = (folder / "certificate.pem").read_bytes()
                channel = aio.secure_channel(address, grpc.ssl_channel_credentials(certificate))
            return channel, channel.unary_unary("/Numbers/add"), channel.unary_stream("/Numbers/count")

        channel, add, count = run(open_())

        async def one() -> int:
            number: int = ONE.unpack(await add(TWO.pack(1, 2)))[0]
            return number

        async def items(n: int) -> None:
            async for _ in count(ONE.pack(n)):
                pass

        yield Opened(
            add=lambda n: run(awaited_one_by_one(one, n)),
            in_flight=lambda n: run(awaited_in_flight(one, n)),
            items=lambda n: run(items(n)),
        )
        run(channel.close())
