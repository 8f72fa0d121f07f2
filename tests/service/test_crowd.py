"""A service that is killed again and again under a hundred clients, who have calls, streams and subscriptions open."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.service.books import Books, check_calls, check_events, check_streams

if TYPE_CHECKING:
    from collections.abc import Generator

if sys.platform == "win32":
    pytest.skip("asyncio has no Unix sockets there", allow_module_level=True)

CLIENTS = 100


@pytest.fixture
def books(request: pytest.FixtureRequest) -> Generator[Books, None, None]:
    """Give a service, and what it takes to have a hundred clients."""
    kind, log = request.param
    with tempfile.TemporaryDirectory() as folder:
        address = f"unix://{folder}/books.sock" if kind == "unix" else "tcp+tls://127.0.0.1:0"
        made = Books(folder, address, "memory" if log == "memory" else f"{folder}/events.db", CLIENTS)
        with contextlib.closing(made):
            yield made


def kill_under_crowd(books: Books, kills: int, policy: dict[str, float]) -> None:
    """Kill the service so often under its clients; then hold what they tell against what it has written down."""
    books.start()
    books.invite(policy)
    for _ in range(kills):
        books.wait_until_all_are_there()
        books.service.kill()
        check_spread([delay for delays in books.ask_all("delays") for delay in delays], policy["first_delay_s"])
        books.start()
    books.wait_until_all_are_there()
    told, last, log = books.end()
    assert log == ""
    outcomes = check_calls(told, books.entries(), kills)
    check_streams(told, kills)
    events = check_events(told, books.life, last)
    assert min(each["connections"] for each in told) > kills
    print(f"{kills} kills, {CLIENTS} clients: {dict(outcomes)} calls, {events} events")


def check_spread(delays: list[float], first_s: float) -> None:
    """See that clients who have lost their service at one moment do not come back at one.

    The first delay is anywhere between 0 and `first_s`, later ones are spread wider. That more than half of a hundred
    fall into one fifth of that comes, by the binomial distribution, less than once in 10**9.
    """
    assert len(delays) == CLIENTS
    assert len(set(delays)) == CLIENTS
    fifths = Counter(int(delay / first_s * 5) for delay in delays)
    assert max(fifths.values()) <= CLIENTS / 2, sorted(delays)


@pytest.mark.parametrize("books", [("unix", "sqlite"), ("tls", "sqlite"), ("unix", "memory")], indirect=True)
def test_kills_under_a_hundred_clients_leave_nothing_open(books: Books) -> None:
    """Each call has one outcome, which is true; events are neither lost nor doubled in silence; all come back apart."""
    kill_under_crowd(books, 2, {"first_delay_s": 0.5, "longest_delay_s": 2.0})


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("books", [("unix", "sqlite"), ("tls", "sqlite"), ("tls", "memory")], indirect=True)
def test_many_kills_under_a_hundred_clients_leave_nothing_open(books: Books) -> None:
    """The same, often, with the policy that clients have by default at first."""
    kill_under_crowd(books, 20, {"first_delay_s": 1.0, "longest_delay_s": 4.0})
