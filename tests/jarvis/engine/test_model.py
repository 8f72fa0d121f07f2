"""Two to four people against a model: whatever happens, nothing is lost, doubled or forged."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from jarvis.errors import TooManyFailures
from jarvis.model import ChatId, MessageState
from jarvis.store import Store
from tests.jarvis.profiles import STORE_KEY, Clock, Person, exchange, pair

NAMES = ("alice", "bob", "carol", "dave")
SECOND_S = 1.0
REFUSAL_S = 3601.0  # longer than the longest


class Conversations(RuleBasedStateMachine):
    """People who write while the network loses, repeats and delays, and while they crash."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._clock = Clock()
        self._people: list[Person] = []
        self._sent: dict[tuple[int, int], list[str]] = {}
        # What is on its way, or was: each may come at any time, any number of times.
        self._batches: list[tuple[int, int, bytes]] = []
        self._receipts: list[tuple[int, int, bytes]] = []

    def teardown(self) -> None:
        try:
            if self._people:
                self._settle()
        finally:
            for each in self._people:
                each.close()
            self._folder.cleanup()

    @initialize(count=some.integers(2, 4))
    def begin(self, count: int) -> None:
        self._people = [Person(Path(self._folder.name), name, self._clock) for name in NAMES[:count]]
        for number, one in enumerate(self._people):
            for other in self._people[:number]:
                pair(one, other)

    @rule(data=some.data())
    def write(self, data: some.DataObject) -> None:
        sender, recipient = self._draw_two(data)
        texts = self._sent.setdefault((sender, recipient), [])
        text = f"{NAMES[sender]} to {NAMES[recipient]} {len(texts)}"
        self._people[sender].core.queue_text(self._people[recipient].id, text)
        texts.append(text)

    @rule(data=some.data())
    def send(self, data: some.DataObject) -> None:
        sender, recipient = self._draw_two(data)
        batch = self._people[sender].core.batch(self._people[recipient].id)
        if batch is not None:
            self._batches.append((sender, recipient, batch))

    @rule(data=some.data(), lose_receipt=some.booleans())
    def arrive(self, data: some.DataObject, *, lose_receipt: bool) -> None:
        if self._batches:
            sender, recipient, batch = data.draw(some.sampled_from(self._batches))
            self._take_batch(sender, recipient, batch, lose_receipt=lose_receipt)

    @rule(data=some.data())
    def acknowledge(self, data: some.DataObject) -> None:
        if self._receipts:
            sender, recipient, receipt = data.draw(some.sampled_from(self._receipts))
            self._people[sender].core.take_receipt(self._people[recipient].id, receipt)

    @rule(data=some.data())
    def misdeliver(self, data: some.DataObject) -> None:
        """Bring a batch as if another had sent it, or back to its sender."""
        if self._batches:
            sender, recipient, batch = data.draw(some.sampled_from(self._batches))
            apparent = data.draw(some.sampled_from(range(len(self._people))))
            target = data.draw(some.sampled_from(range(len(self._people))))
            if apparent != target and (apparent, target) != (sender, recipient):
                self._take_batch(apparent, target, batch, lose_receipt=False)

    @rule(data=some.data())
    def crash(self, data: some.DataObject) -> None:
        data.draw(some.sampled_from(self._people)).crash()

    @rule(data=some.data())
    def lose_sessions(self, data: some.DataObject) -> None:
        """Break the sessions with one contact, as a fault of the disk would."""
        one, other = self._draw_two(data)
        store = Store(self._people[one].path, STORE_KEY)
        store.sessions.forget(self._people[other].id)
        store.close()

    @rule(data=some.data())
    def read(self, data: some.DataObject) -> None:
        one, other = self._draw_two(data)
        self._people[one].core.mark_read(ChatId(self._people[other].id))

    @rule()
    def wait(self) -> None:
        self._clock.now += SECOND_S

    @invariant()
    def nothing_is_forged_doubled_or_out_of_order(self) -> None:
        for sender in range(len(self._people)):
            for recipient in range(len(self._people)):
                if sender != recipient:
                    sent = self._sent.get((sender, recipient), [])
                    assert self._received(sender, recipient) == sent[: len(self._received(sender, recipient))]
                    self._check_states(sender, recipient)

    def _check_states(self, sender: int, recipient: int) -> None:
        """What is said to be delivered was stored by the recipient."""
        messages = self._people[sender].core.messages(ChatId(self._people[recipient].id), limit=100_000)
        mine = [each for each in messages if each.sender == self._people[sender].id]
        delivered = [each.text for each in mine if each.state is not MessageState.QUEUED]
        assert delivered == self._received(sender, recipient)[: len(delivered)]

    def _received(self, sender: int, recipient: int) -> list[str]:
        texts = self._people[recipient].texts(self._people[sender].id)
        return [text for author, text in texts if author == self._people[sender].id]

    def _take_batch(self, sender: int, recipient: int, batch: bytes, *, lose_receipt: bool) -> None:
        try:
            receipt = self._people[recipient].core.take_batch(self._people[sender].id, batch)
        except TooManyFailures:
            return
        if not lose_receipt:
            self._receipts.append((sender, recipient, receipt))

    def _draw_two(self, data: some.DataObject) -> tuple[int, int]:
        one = data.draw(some.sampled_from(range(len(self._people))))
        other = data.draw(some.sampled_from([each for each in range(len(self._people)) if each != one]))
        return one, other

    def _settle(self) -> None:
        """Once the network works, everything arrives: once, in order."""
        self._clock.now += REFUSAL_S
        for _ in range(2):  # repairs of one direction may end sessions of the other
            for one in self._people:
                for other in self._people:
                    if one is not other:
                        self._exchange_patiently(one, other)
        for (sender, recipient), texts in self._sent.items():
            assert self._received(sender, recipient) == texts
            assert self._people[sender].core.batch(self._people[recipient].id) is None

    def _exchange_patiently(self, one: Person, other: Person) -> None:
        """Carry everything over; where one refuses to read, because of what came before, wait as long as they say."""
        while True:
            try:
                exchange(one, other)
            except TooManyFailures as error:
                self._clock.now += error.wait_s
            else:
                return


CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def test_conversations_agree_with_the_model() -> None:
    """A short run: 600 steps."""
    _run(settings(max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=CHECKS))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_conversations_agree_with_the_model_for_ten_thousand_steps() -> None:
    """A long run: 10,000 steps."""
    _run(settings(max_examples=100, stateful_step_count=100, deadline=None, suppress_health_check=CHECKS))


def _run(how: settings) -> None:
    run_state_machine_as_test(Conversations, settings=how)
