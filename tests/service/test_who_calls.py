"""What is served knows who calls it, and the keys that are allowed change while it is."""

from __future__ import annotations

import asyncio
import os
import tempfile
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import AllowedKeys, Identity, ReconnectPolicy, SecurityError, ServiceLost, UsageError, current_client
from ambidex.service import Service, connect
from tests.limits import HANG_S
from tests.service import _who
from tests.service.who import Who
from tests.transport.streams import identities

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

    from ambidex import ServiceClient

_SOON = ReconnectPolicy(first_delay_s=0.02, longest_delay_s=0.1)


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a test's coroutine."""
    asyncio.run(asyncio.wait_for(main, HANG_S))


@pytest.fixture
def address() -> Generator[str, None, None]:
    """Give an address with a short path."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"unix://{folder}/who.sock"


async def _all_answers(who: Who) -> list[ServiceClient | None]:
    """Ask in every way."""

    async def nothing() -> None:
        """Be called back."""

    asked = (who.here, who.later, who.in_task, who.in_thread)
    answers = [await each.aio() for each in asked]
    answers.append(await who.around.aio(nothing))
    answers += [each async for each in who.steps.aio()]
    answers += await asyncio.to_thread(lambda: [*(each() for each in asked), *who.steps()])
    return answers


def test_call_over_a_unix_socket_knows_its_process_and_session(address: str) -> None:
    """In the call, its tasks, threads and streams, over each connection of a session; another session is another."""

    async def main() -> None:
        async with Service(_who.Who(), address), connect(address) as one, connect(address) as two:
            first, second = [set(await _all_answers(remote.root(Who))) for remote in (one, two)]
            assert len(first) == len(second) == 1
            (client,), (other,) = first, second
            assert client is not None
            assert other is not None
            assert (client.key, client.uid, client.pid) == (None, os.geteuid(), os.getpid())
            assert client.session != other.session
        assert current_client() is None

    run(main())


def test_call_over_tls_knows_the_key_that_was_shown() -> None:
    """Two clients of one service, whose calls run at the same time, are told apart."""
    own, alice, bob = identities()

    async def main() -> None:
        service = Service(_who.Who(), "tcp+tls://127.0.0.1:0", identity=own, allow=[alice.key, bob.key])
        async with service:
            remotes = [connect(service.address, identity=each, pin=own.key) for each in (alice, bob)]
            try:
                found = await asyncio.gather(*(_all_answers(each.root(Who)) for each in remotes))
            finally:
                for each in remotes:
                    await each.aclose()
        assert [{client and client.key for client in answers} for answers in found] == [{alice.key}, {bob.key}]
        assert all(client and client.uid is None and client.pid is None for answers in found for client in answers)

    run(main())


def test_call_in_this_process_has_no_client() -> None:
    """Nor has one of code that no service runs."""

    async def main() -> None:
        assert set(await _all_answers(Who())) == {None}

    run(main())


def test_keys_that_are_added_and_discarded_let_in_and_end_sessions() -> None:
    """Nobody is let in by an empty set; who is added is; who is discarded loses what is open, and stays outside."""
    own, alice, bob = identities()
    allowed = AllowedKeys()

    async def main() -> None:
        service = Service(_who.Who(), "tcp+tls://127.0.0.1:0", identity=own, allow=allowed)
        async with service, connect(service.address, identity=bob, pin=own.key) as stays:
            async with connect(service.address, identity=alice, pin=own.key) as early:
                with pytest.raises(SecurityError):
                    await early.root(Who).here.aio()
            allowed.add(alice.key)
            allowed.add(bob.key)
            assert await stays.root(Who).here.aio() is not None
            async with connect(service.address, identity=alice, pin=own.key, reconnect=_SOON) as goes:
                who = goes.root(Who)
                waiting = asyncio.ensure_future(who.hold.aio())
                await who.until_held.aio()
                allowed.discard(alice.key)
                with pytest.raises(ServiceLost):
                    await waiting
                with pytest.raises(SecurityError):
                    await who.here.aio()
            assert await stays.root(Who).here.aio() is not None
            assert (service.clients, service.statistics().dropped) == (1, {"SecurityError": 1})
            allowed.add(alice.key)
            async with connect(service.address, identity=alice, pin=own.key) as again:
                assert await again.root(Who).here.aio() is not None
        allowed.discard(bob.key)  # nobody listens to that any more

    run(main())


def test_one_set_of_keys_serves_several_services_and_any_thread() -> None:
    """What a thread discards ends the sessions with each of them."""
    own, alice, _ = identities()
    allowed = AllowedKeys([alice.key])

    async def main() -> None:
        services = [Service(_who.Who(), "tcp+tls://127.0.0.1:0", identity=own, allow=allowed) for _ in range(2)]
        async with services[0], services[1]:
            remotes = [connect(each.address, identity=alice, pin=own.key) for each in services]
            try:
                asked = [each.root(Who) for each in remotes]
                held = [asyncio.ensure_future(who.hold.aio()) for who in asked]
                for who in asked:
                    await who.until_held.aio()
                await asyncio.to_thread(allowed.discard, alice.key)
                for who, waiting in zip(asked, held):
                    with pytest.raises((SecurityError, ServiceLost)):
                        await waiting
                    with pytest.raises(SecurityError):
                        await who.here.aio()
            finally:
                for each in remotes:
                    await each.aclose()

    run(main())


def test_allowed_keys_are_a_set_of_keys_alone() -> None:
    """What is no key is refused, and is in none; a service over a Unix socket wants none."""
    own, alice, bob = identities()
    allowed = AllowedKeys([alice.key])
    assert set(allowed | {bob.key}) == {alice.key, bob.key}
    assert alice.key in allowed
    assert bob.key not in allowed
    makers: tuple[Callable[[], object], ...] = (lambda: allowed.add("alice"), lambda: AllowedKeys([alice.key[:-1]]))
    for make in makers:
        with pytest.raises(UsageError, match="is no key"):
            make()
    allowed.discard(bob.key)
    assert list(allowed) == [alice.key]
    assert alice.key not in repr(allowed)
    with pytest.raises(UsageError, match="leave out identity="):
        Service(_who.Who(), "unix:///tmp/never.sock", allow=AllowedKeys())
    with pytest.raises(UsageError, match="wants identity="):
        Service(_who.Who(), "tcp+tls://127.0.0.1:0", allow=allowed)
    public = own._private_key.public_key()  # pyright: ignore[reportPrivateUsage]
    assert Identity.key_of(public) == own.key == Identity(own._private_key).key  # pyright: ignore[reportPrivateUsage]
