"""Calls are placed by load, in turns and in order; no place is lost, none is given twice, and nothing is forgotten."""

from __future__ import annotations

import functools
import gc
from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ambidex import ParentWorker
from ambidex.workers._placement import Placement, Slot, Ticket

if TYPE_CHECKING:
    from collections.abc import Callable

IDLE_S = 10.0
WORKER = ParentWorker("worker.py")  # never started: who is placed where needs no process


def none() -> int:
    """Count no objects."""
    return 0


def placement_of(
    size: int,
    *,
    started: list[Slot] | None = None,
    objects: Callable[[], int] = none,
    min_size: int = 1,
    calls_per_worker: int = 1,
    queue_size: int = 100,
    max_calls: int | None = None,
) -> Placement:
    """Return the placement of a pool whose workers are all ready at 0.0, as far as they are started."""
    told = [] if started is None else started
    placement = Placement(
        [Slot(index, WORKER, objects) for index in range(size)],
        told.append,
        min_size=min_size,
        calls_per_worker=calls_per_worker,
        queue_size=queue_size,
        max_calls=max_calls,
    )
    for slot in placement.open():
        placement.note_ready(slot, 0.0)
    return placement


def take(placement: Placement) -> Ticket:
    """Place a call."""
    ticket = Ticket()
    placement.take(ticket)
    return ticket


def index_of(ticket: Ticket) -> int | None:
    """Return the number of the worker that a call was placed in."""
    return None if ticket.slot is None else ticket.slot.index


def test_calls_fill_the_workers_evenly_and_then_wait() -> None:
    """The fewest in flight first, in turns."""
    placement = placement_of(2, min_size=2, calls_per_worker=2)
    tickets = [take(placement) for _ in range(5)]
    assert [index_of(ticket) for ticket in tickets] == [0, 1, 0, 1, None]
    placement.give_back(tickets[1], 1.0)
    assert index_of(tickets[4]) == 1
    assert tickets[4].granted is not None
    assert tickets[4].granted.done()


def test_ticket_that_is_dropped_holds_no_place() -> None:
    """As an interrupt may drop it before it was given back: who waits is served, and a last call is a last call."""
    started: list[Slot] = []
    placement = placement_of(1, started=started, max_calls=1)
    dropped, waiting = take(placement), take(placement)
    assert (index_of(dropped), index_of(waiting)) == (0, None)
    del dropped
    gc.collect()
    assert [slot.index for slot in started] == [0]
    placement.note_ready(started[0], 1.0)
    assert index_of(waiting) == 0


def test_giving_back_twice_frees_one_place() -> None:
    """The second time nothing happens."""
    placement = placement_of(1, calls_per_worker=2)
    first, _second, third = take(placement), take(placement), take(placement)
    placement.give_back(first, 1.0)
    placement.give_back(first, 1.0)
    assert index_of(third) == 0
    assert placement.counts() == (1, 0, 2, [])


def test_call_that_waited_and_gave_up_gives_its_place_to_the_next() -> None:
    """It was granted a place at the moment when it stopped waiting."""
    placement = placement_of(1)
    first, second, third = take(placement), take(placement), take(placement)
    assert second.granted is not None
    second.granted.cancel()
    placement.give_back(first, 1.0)
    assert index_of(second) == 0
    placement.give_back(second, 1.0)
    assert index_of(third) == 0


def test_idle_workers_are_ended_when_their_time_is_over_and_no_sooner() -> None:
    """What is returned is also when to look again, never later than the next one is due."""
    started: list[Slot] = []
    placement = placement_of(3, started=started, min_size=1)
    tickets = [take(placement) for _ in range(3)]
    for slot in started:
        placement.note_ready(slot, 0.0)
    for now, ticket in enumerate(tickets):
        placement.give_back(ticket, float(now))
    assert placement.end_idle(9.5, IDLE_S) == ([], 10.0)
    ended, due = placement.end_idle(10.5, IDLE_S)
    assert ([slot.index for slot in ended], due) == ([0], 11.0)
    ended, due = placement.end_idle(30.0, IDLE_S)
    assert ([slot.index for slot in ended], due) == ([2], None)
    assert placement.counts()[0] == 1


def test_object_is_made_where_the_fewest_are_and_calls_go_where_the_fewest_run() -> None:
    """Though that worker was used more lately."""
    objects = {0: 5, 1: 1}
    slots = [Slot(index, WORKER, functools.partial(objects.__getitem__, index)) for index in objects]
    placement = Placement(slots, lambda _: None, min_size=2, calls_per_worker=1, queue_size=1, max_calls=None)
    for slot in placement.open():
        placement.note_ready(slot, 0.0)
    for is_for_object, expected in ((True, 1), (False, 0), (True, 1), (False, 0)):
        ticket = Ticket(is_for_object=is_for_object)
        placement.take(ticket)
        assert index_of(ticket) == expected
        placement.give_back(ticket, 0.0)


def test_call_for_a_worker_that_is_being_started_takes_no_room_of_the_queue() -> None:
    """It waits for that worker; the next one finds the queue full."""
    placement = placement_of(2, queue_size=0)
    first, second, third = (take(placement) for _ in range(3))
    assert index_of(first) == 0
    assert second.granted is not None
    assert (third.slot, third.granted) == (None, None)


def test_call_that_waits_while_a_worker_ends_has_it_started_again() -> None:
    """All others are busy: it waits for the end, and then for the next process of that number."""
    started: list[Slot] = []
    placement = placement_of(2, started=started)
    first, second = take(placement), take(placement)
    placement.note_ready(started[0], 0.0)
    placement.give_back(second, 0.0)
    (ending,), _ = placement.end_idle(100.0, IDLE_S)
    third = take(placement)
    assert third.granted is not None
    assert len(started) == 1
    placement.note_ended(ending)
    assert started == [ending, ending]
    placement.note_ready(ending, 101.0)
    assert index_of(third) == ending.index
    placement.give_back(first, 102.0)


def test_worker_with_objects_is_not_idle() -> None:
    """It has no calls, and is ended only when nobody has its objects any more."""
    started: list[Slot] = []
    objects = [1]
    placement = placement_of(2, started=started, objects=lambda: objects[0])
    tickets = [take(placement), take(placement)]
    placement.note_ready(started[0], 0.0)
    for ticket in tickets:
        placement.give_back(ticket, 0.0)
    assert placement.end_idle(100.0, IDLE_S) == ([], 110.0)
    objects[0] = 0
    assert [slot.index for slot in placement.end_idle(110.0, IDLE_S)[0]] == [1]


def test_busy_worker_is_looked_at_an_idle_time_later() -> None:
    """It cannot be due before that."""
    started: list[Slot] = []
    placement = placement_of(2, started=started)
    _held = [take(placement), take(placement)]
    placement.note_ready(started[0], 0.0)
    assert placement.end_idle(100.0, IDLE_S) == ([], 110.0)


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 1)])
def test_worker_that_fails_leaves_waiting_calls_to_the_others(count: int, expected: int) -> None:
    """They fail only where no worker is left that could take them."""
    started: list[Slot] = []
    placement = placement_of(2, started=started)
    _first, second = take(placement), take(placement)
    assert second.granted is not None
    if not count:
        placement.note_down(placement.slots[0])
        placement.note_failed(placement.slots[0], RuntimeError("first"))
    placement.note_failed(started[0], RuntimeError("second"))
    assert second.granted.done() == (not count)
    assert len(placement.counts()[3]) == expected


def test_calls_that_wait_in_vain_have_an_error_each() -> None:
    """One that several raise would have the traceback of all."""
    placement = placement_of(1)
    running = take(placement)
    waiting = [take(placement) for _ in range(2)]
    assert running.slot is not None
    placement.note_down(running.slot)
    placement.note_failed(running.slot, RuntimeError("no memory"))
    errors = [each.granted.exception() for each in waiting if each.granted is not None]
    assert [(type(error), str(error)) for error in errors] == [(RuntimeError, "no memory")] * 2
    assert errors[0] is not errors[1]


@pytest.mark.parametrize("count", [0, 1])
def test_worker_that_is_too_large_is_replaced_unless_it_has_objects(count: int) -> None:
    """They would be lost with it."""
    started: list[Slot] = []
    placement = placement_of(1, objects=lambda: count, started=started)
    placement.give_back(take(placement), 1.0, is_too_large=True)
    (slot,) = placement.slots
    assert (slot.state, started) == (("ready", []) if count else ("starting", [slot]))


def test_pool_that_is_closed_has_no_worn_out_workers() -> None:
    """What was to be ended first was ended with all others: the next start of that number is a first one."""
    started: list[Slot] = []
    placement = placement_of(1, started=started, max_calls=1)
    placement.give_back(take(placement), 1.0)
    assert [(slot.state, slot.is_worn) for slot in started] == [("starting", True)]
    placement.close(RuntimeError("closed"))
    assert [(slot.state, slot.is_worn) for slot in placement.open()] == [("starting", False)]


class Pool(RuleBasedStateMachine):
    """Do to a placement what callers and the owner of workers do, in every order."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[Slot] = []
        self.ending: list[Slot] = []
        self.live = 0
        self.now = 0.0
        self.tickets: list[Ticket] = []
        self.pool = placement_of(
            3,
            started=self.started,
            objects=lambda: self.live,
            min_size=1,
            calls_per_worker=2,
            queue_size=3,
            max_calls=4,
        )

    def _starting(self) -> list[Slot]:
        return [slot for slot in self.pool.slots if slot.state == "starting"]

    @rule(may_be_refused=st.booleans(), is_for_object=st.booleans())
    def take(self, may_be_refused: bool, is_for_object: bool) -> None:
        ticket = Ticket(may_be_refused=may_be_refused, is_for_object=is_for_object)
        self.pool.take(ticket)
        if ticket.slot is None and ticket.granted is None:
            assert may_be_refused
            assert len(self.pool.counts()[3]) >= 3
        else:
            self.tickets.append(ticket)

    @precondition(lambda self: self.tickets)
    @rule(data=st.data(), is_too_large=st.booleans())
    def give_back(self, data: st.DataObject, is_too_large: bool) -> None:
        ticket = self.tickets.pop(data.draw(st.integers(0, len(self.tickets) - 1)))
        self.pool.give_back(ticket, self.now, is_too_large=is_too_large)

    @precondition(lambda self: self.tickets)
    @rule()
    def drop(self) -> None:
        ticket = next((each for each in self.tickets if each.slot is not None), None)
        if ticket is not None:
            self.tickets.remove(ticket)

    @precondition(lambda self: self._starting())
    @rule(fails=st.booleans())
    def end_start(self, fails: bool) -> None:
        slot = self._starting()[0]
        self.started.remove(slot)
        if fails:
            self.pool.note_failed(slot, RuntimeError("no"))
            self.tickets = [each for each in self.tickets if each.slot or (each.granted and not each.granted.done())]
        else:
            assert self.pool.note_ready(slot, self.now)

    @rule(index=st.integers(0, 2))
    def die(self, index: int) -> None:
        self.pool.note_down(self.pool.slots[index])

    @rule(seconds=st.sampled_from([0.0, 5.0, 20.0]))
    def look_for_idle(self, seconds: float) -> None:
        self.now += seconds
        ended, due = self.pool.end_idle(self.now, IDLE_S)
        assert due is None or self.now < due <= self.now + IDLE_S
        self.ending += ended

    @precondition(lambda self: self.ending)
    @rule()
    def end(self) -> None:
        self.pool.note_ended(self.ending.pop())

    @rule(count=st.integers(0, 1))
    def hold_objects(self, count: int) -> None:
        self.live = count

    @invariant()
    def places_are_those_of_the_calls(self) -> None:
        placed = [ticket for ticket in self.tickets if ticket.slot is not None]
        waiting = [ticket for ticket in self.tickets if ticket.slot is None]
        in_flight, tickets = self.pool.counts()[2:]
        assert (in_flight, len(tickets)) == (len(placed), len(waiting))

    @invariant()
    def nothing_waits_where_there_is_a_place(self) -> None:
        free = [slot for slot in self.pool.slots if slot.state == "ready" and len(slot.calls) < 2]
        assert not (free and self.pool.counts()[3])

    @invariant()
    def whoever_waits_is_served_by_somebody(self) -> None:
        if self.pool.counts()[3]:
            assert any(slot.state in ("starting", "ready", "leaving") for slot in self.pool.slots)

    @invariant()
    def each_that_starts_was_told_once(self) -> None:
        assert sorted(slot.index for slot in self.started) == [slot.index for slot in self._starting()]
        for slot in self.pool.slots:
            assert not (slot.state == "leaving" and not slot.calls)


test_every_order_of_events_keeps_the_rules = Pool.TestCase
