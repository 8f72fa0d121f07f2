"""A client tells what it does, since when, and what went over its connections, at any moment and to any thread."""

from __future__ import annotations

import dataclasses
import gc
import threading
import weakref

import pytest

from ambidex.errors import InternalError
from ambidex.rpc.calling import bucket_of
from ambidex.service._health import ROUND_TRIPS, Health, HealthRecord
from ambidex.service._reconnecting import GiveUp, Reconnecting, ReconnectPolicy, TryAgain
from ambidex.transport import Meter

OFF = 2 ** (1 / 32)  # what a quantile may be off by


def new_record(now: float = 0.0) -> HealthRecord:
    """Return the record of a client whose delays are the longest."""
    return HealthRecord(Reconnecting(ReconnectPolicy(), lambda: 1.0), now)


def test_health_follows_the_life_of_a_client() -> None:
    """Each state, since when, how often it has tried, when it tries again, and why the last time was in vain."""
    record = new_record(100.0)
    assert record.health(101.5) == Health("idle", 1.5)
    record.note_attempt(102.0)
    assert record.health(102.5) == Health("connecting", 0.5, attempts=1)
    assert record.note_end(103.0, ConnectionRefusedError("nobody there"), may_try_again=True) == TryAgain(1.0)
    why = "ConnectionRefusedError: nobody there"
    assert record.health(103.25) == Health("waiting", 0.25, attempts=1, next_try_s=0.75, last_error=why)
    assert record.health(105.0).next_try_s == 0.0
    record.note_attempt(105.0)
    assert record.health(105.0) == Health("connecting", 0.0, attempts=2, last_error=why)
    record.note_connected(106.0)
    assert record.health(116.0) == Health("connected", 10.0, connections=1, last_error=why)
    assert record.note_end(120.0, EOFError(), may_try_again=False) == GiveUp()
    assert record.health(121.0) == Health("refused", 1.0, connections=1, last_error="EOFError")
    record.note_closed(122.0)
    record.note_closed(125.0)
    assert record.health(126.0) == Health("closed", 4.0, connections=1, last_error="EOFError")


def test_event_out_of_turn_changes_nothing() -> None:
    """It is our bug, and is told; the health is what it was."""
    record = new_record()
    with pytest.raises(InternalError):
        record.note_end(1.0, EOFError(), may_try_again=True)
    with pytest.raises(InternalError):
        record.note_connected(1.0)
    assert record.health(2.0) == Health("idle", 2.0)


def test_error_is_kept_as_text() -> None:
    """What the frames of its traceback held, a connection, is let go of."""

    class Held:
        pass

    def fail() -> weakref.ref[Held]:
        held = Held()
        try:
            raise OSError("broken", held)  # noqa: TRY301  what is raised here has this frame
        except OSError as error:
            record.note_end(1.0, error, may_try_again=True)
        return weakref.ref(held)

    record = new_record()
    record.note_attempt(0.0)
    held = fail()
    gc.collect()
    assert held() is None


def test_round_trips_are_told_as_quantiles() -> None:
    """Half and 95 of 100 did not exceed them; they are as exact as the latencies of calls."""
    record = new_record()
    for number in range(1, 101):
        record.note_round_trip(number / 1000)
    health = record.health(0.0)
    assert health.p50_s is not None
    assert health.p95_s is not None
    assert 0.050 / OFF <= health.p50_s <= 0.050 * OFF
    assert 0.095 / OFF <= health.p95_s <= 0.095 * OFF
    assert bucket_of(health.p95_s) == bucket_of(0.095)


def test_old_round_trips_are_forgotten() -> None:
    """Health is that of now: the last ones of this connection."""
    record = new_record()
    record.note_attempt(0.0)
    record.note_connected(0.0)
    for _ in range(1000):
        record.note_round_trip(5.0)
    for _ in range(ROUND_TRIPS):
        record.note_round_trip(0.001)
    p95_s = record.health(0.0).p95_s
    assert p95_s is not None
    assert p95_s <= 0.001 * OFF
    record.note_end(1.0, EOFError(), may_try_again=True)
    record.note_attempt(2.0)
    record.note_connected(2.0)
    assert record.health(2.0).p50_s is None


class _Connection:
    """Stand for a connection, of which a meter knows that it is there."""


def test_messages_of_all_connections_are_counted() -> None:
    """Those of connections that have ended, too; each way for itself."""
    record = new_record()
    connections = [_Connection(), _Connection()]
    one, other = map(record.meters.take_for, connections)
    one.bytes_sent, one.messages_sent = 15, 2
    one.note_received(7, 1)
    del connections[0]
    gc.collect()
    other.note_received(100, 3)
    health = record.health(0.0)
    assert (health.messages_sent, health.bytes_sent) == (2, 15)
    assert (health.messages_received, health.bytes_received) == (4, 107)


def test_thousand_connections_take_no_more_memory_than_those_of_one_moment() -> None:
    """A connection takes over the meter of one that has ended, and counts on."""
    record, taken = new_record(), list[Meter]()  # which keeps them, so that no id is of two

    def connect_three() -> None:
        connections = [_Connection() for _ in range(3)]
        for meter in map(record.meters.take_for, connections):
            meter.messages_sent += 1
            taken.append(meter)

    for _ in range(1000):
        connect_three()
    assert len({id(meter) for meter in taken}) == 3
    assert record.health(0.0).messages_sent == 3000


def test_no_message_is_lost_to_another_thread() -> None:
    """Each connection counts on its own thread, while others read."""
    record = new_record()
    started = threading.Barrier(5)

    def carry() -> None:
        started.wait()
        for _ in range(20):
            connection = _Connection()
            meter = record.meters.take_for(connection)
            for _ in range(500):
                meter.messages_sent += 1
                meter.bytes_sent += 3
                meter.note_received(2, 1)
            del connection

    threads = [threading.Thread(target=carry) for _ in range(4)]
    for thread in threads:
        thread.start()
    started.wait()
    last = 0
    while any(thread.is_alive() for thread in threads):
        seen = record.health(0.0).messages_sent
        assert last <= seen <= 40_000
        last = seen
    for thread in threads:
        thread.join()
    health = record.health(0.0)
    assert (health.messages_sent, health.bytes_sent, health.bytes_received) == (40_000, 120_000, 80_000)


def test_health_is_a_value() -> None:
    """It does not change, and is plain data: it can be sent to whoever watches."""
    health = new_record().health(0.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(health, "state", "connected")  # noqa: B010  a type checker refuses the statement
    plain = (str, float, int, type(None))
    assert all(isinstance(value, plain) for value in dataclasses.asdict(health).values())
