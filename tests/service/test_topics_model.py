"""Topics against a model: a list of all events there were, and where each subscriber stands in it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from ambidex.service._events import Cursor, EventsLost
from ambidex.service._memory_log import MemoryLog
from ambidex.service._topics import Topics
from tests.limits import HANG_S
from tests.service.stepped_log import FOREIGN, SteppedLog, settle

if TYPE_CHECKING:
    from ambidex.service._events import Delivery
    from ambidex.service._subscription import Subscription


class Follower:
    """A subscriber of the machine below, with what it is to be given next."""

    def __init__(
        self, subscription: Subscription, topic: str, at: int, lost_from: Cursor | None, forgiven: int = 0
    ) -> None:
        self.subscription = subscription
        self.topic = topic
        self.at = at
        self.lost_from = lost_from  # a place that the log does not know
        self.forgiven = forgiven  # events up to this number may be gone without a word
        self.taking: asyncio.Task[list[Delivery]] | None = None


class TopicsMachine(RuleBasedStateMachine):
    """Publishers and subscribers against a list of all events there were, the log's steps let go one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.log = SteppedLog(MemoryLog(most_events=6))
        self.topics = Topics(self.log, most_recent_events=3)
        self.loop.run_until_complete(self.topics.open())
        self.log.is_stepped = True
        self.followers: list[Follower] = []
        self.publishing: dict[bytes, asyncio.Task[Cursor]] = {}
        self.published = 0
        self.is_finished = False
        self.epoch = self.topics.last.epoch

    @rule(topic=st.sampled_from("ab"), count=st.integers(1, 3))
    def publish(self, topic: str, count: int) -> None:
        """Begin to publish."""
        for _ in range(count):
            self.published += 1
            value = b"%d" % self.published
            self.publishing[value] = self.loop.create_task(self.topics.publish(topic, value))
        self._settle()

    @precondition(lambda self: self.publishing)
    @rule(data=st.data())
    def cancel_publisher(self, data: st.DataObject) -> None:
        """Cancel one who publishes, before or after the log has begun."""
        self.publishing.pop(data.draw(st.sampled_from([*self.publishing]))).cancel()
        self._settle()

    @precondition(lambda self: self.log.appends)
    @rule(fails=st.integers(0, 4))
    def let_append(self, fails: int) -> None:
        """Have the log append, or fail now and then."""
        waiting = self.log.appends.pop()
        if fails:
            waiting.set_result(None)
        else:
            waiting.set_exception(OSError("the disk"))
        self._settle()

    @precondition(lambda self: self.log.reads)
    @rule(data=st.data())
    def let_read(self, data: st.DataObject) -> None:
        """Have the log do a step of a read."""
        self.log.reads.pop(data.draw(st.integers(0, len(self.log.reads) - 1))).set_result(None)
        self._settle()

    @precondition(lambda self: len(self.followers) < 5)
    @rule(
        topic=st.sampled_from("ab"), after=st.one_of(st.sampled_from(["beginning", "now", "foreign"]), st.integers(0))
    )
    def subscribe(self, topic: str, after: str | int) -> None:
        """Subscribe from anywhere."""
        last = self.topics.last.number
        if isinstance(after, int):
            number = after % (last + 3)
            cursor = Cursor(self.epoch, number)
            is_known = number <= last
            follower = Follower(
                self.topics.subscribe(topic, cursor),
                topic,
                min(number, last),
                None if is_known else cursor,
            )
        elif after == "foreign":
            follower = Follower(self.topics.subscribe(topic, FOREIGN), topic, 0, FOREIGN)
        elif after == "now":
            follower = Follower(self.topics.subscribe(topic), topic, last, None)
        else:
            follower = Follower(self.topics.subscribe(topic, "beginning"), topic, 0, None, last)
        self.followers.append(follower)

    @precondition(lambda self: self.followers)
    @rule(data=st.data(), most=st.integers(1, 4))
    def take(self, data: st.DataObject, most: int) -> None:
        """Begin to take, where nobody does."""
        follower = data.draw(st.sampled_from(self.followers))
        if follower.taking is None:
            follower.taking = self.loop.create_task(follower.subscription.take(most))
            self._settle()

    @precondition(lambda self: self.followers)
    @rule(data=st.data())
    def cancel_take(self, data: st.DataObject) -> None:
        """Cancel who takes."""
        follower = data.draw(st.sampled_from(self.followers))
        if follower.taking is not None:
            follower.taking.cancel()
            self._settle()

    @precondition(lambda self: self.followers)
    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        """End a subscription, while it takes or not."""
        follower = self.followers.pop(data.draw(st.integers(0, len(self.followers) - 1)))
        follower.subscription.close()
        if follower.taking is not None:
            self.log.is_stepped = False  # for it, and for whoever else reads
            for waiting in self.log.reads:
                waiting.set_result(None)
            self.loop.run_until_complete(asyncio.wait({follower.taking}, timeout=HANG_S))
            self.log.is_stepped = True
            if not follower.taking.cancelled():
                assert follower.taking.result() == []
        self._settle()

    def _settle(self) -> None:
        self.loop.run_until_complete(settle())
        for value, task in [*self.publishing.items()]:
            if task.done():
                del self.publishing[value]
                if task.exception() is None:
                    assert self.log.history[task.result().number - 1][1] == value
                else:
                    assert value not in [kept for _, kept in self.log.history]
        for follower in self.followers:
            if follower.taking is not None and follower.taking.done():
                taking, follower.taking = follower.taking, None
                if not taking.cancelled():
                    found = taking.result()
                    assert found or self.is_finished, "nothing was given, and the subscription has not ended"
                    self._check(follower, found)

    def _numbers(self, topic: str) -> list[int]:
        return [number for number, (name, _) in enumerate(self.log.history, 1) if name == topic]

    def _check(self, follower: Follower, found: list[Delivery]) -> None:
        kept_after = len(self.log.history) - 6
        numbers = self._numbers(follower.topic)
        for each in found:
            if isinstance(each, EventsLost):
                if follower.lost_from is not None:
                    assert each.from_ == follower.lost_from
                    after = follower.at
                else:  # where it was, or a later place up to which the topic had nothing that it was to be given
                    assert each.from_.epoch == self.epoch
                    after = each.from_.number
                    passed = [number for number in numbers if max(follower.at, follower.forgiven) < number <= after]
                    assert after >= follower.at, "a loss was told that begins before what it was given"
                    assert not passed, "a loss was told that begins after the first event it was to be given"
                gone = [number for number in numbers if after < number <= each.to.number]
                assert follower.lost_from is not None or gone, "a loss was told, and there was none"
                assert all(number <= kept_after for number in gone), "events were told as lost, and are kept"
                assert each.to.epoch == self.epoch
                assert each.to.number >= follower.at
                follower.at = each.to.number
                follower.lost_from = None
            else:
                assert follower.lost_from is None, "events came before the loss was told"
                due = [number for number in numbers if number > follower.at]
                kept = max(kept_after, 0)
                due = [
                    number for number in due if number > min(kept, follower.forgiven) or number == each.cursor.number
                ]
                assert each.cursor == Cursor(self.epoch, due[0]), f"{each} came, and event {due[0]} was next"
                assert (each.topic, each.value) == self.log.history[due[0] - 1]
                follower.at = due[0]
            follower.forgiven = 0

    def teardown(self) -> None:
        """Let everything go on; then every subscriber has come to the end."""
        try:
            self.log.is_stepped = False
            for waiting in (*self.log.appends, *self.log.reads):
                waiting.set_result(None)
            self.topics.finish()
            self.is_finished = True
            self._settle()
            for follower in self.followers:
                self.loop.run_until_complete(asyncio.wait_for(self._drain(follower), HANG_S))
            assert not self.publishing
            self.loop.run_until_complete(self.topics.close())
            assert self.topics.subscriptions == 0
        finally:
            self.loop.close()

    async def _drain(self, follower: Follower) -> None:
        if follower.taking is not None:
            self._check(follower, await follower.taking)
        while found := await follower.subscription.take():
            self._check(follower, found)
        assert follower.lost_from is None
        assert [
            number for number in self._numbers(follower.topic) if number > max(follower.at, follower.forgiven)
        ] == []


TestTopicsAgainstAModel = TopicsMachine.TestCase
TestTopicsAgainstAModel.settings = settings(max_examples=150, stateful_step_count=40)
