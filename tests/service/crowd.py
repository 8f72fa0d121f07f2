"""Be many clients of a ledger: `python -m tests.service.crowd OPTIONS`, which is one JSON object.

Each client has a call that never ends, short calls one after the other, a stream and a subscription open, half of them
blocking and half awaited. What has become of each is told at the end. One that has lost its service does not ask again
by itself: it waits for the next event, as its subscription does for the next session.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import threading
import time
from typing import Any, cast

from ambidex import Event, EventsLost, ReconnectPolicy, RuntimeClosed, ServiceLost, connect
from tests.limits import HANG_S
from tests.service.ledger import Ledger

PARTS = ("call", "stream", "event")  # what each is to have had of a life of the service


def told(error: Exception) -> str:
    """Return what an error says of a call; what it should not be is named."""
    if isinstance(error, ServiceLost):
        return error.progress
    if isinstance(error, (ConnectionError, FileNotFoundError)):  # nobody serves there
        return "not_sent"
    if isinstance(error, RuntimeClosed):  # its client was closed before it was made
        return "not_sent"
    return "raised" if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"


class Member:
    """Be one of them, and keep what comes."""

    def __init__(self, name: str, crowd: Crowd) -> None:
        self.name = name
        self.crowd = crowd
        options: dict[str, Any] = crowd.options
        self.remote = connect(crowd.address, **options)
        self.ledger = self.remote.root(Ledger)
        self.outcomes: dict[str, str] = {}
        self.streams: list[tuple[int, str]] = []
        self.events: list[Any] = []
        self.is_over = False

    def entries(self) -> Any:
        """Yield the entries of its short calls, of which every seventh is refused."""
        for number in itertools.count():
            if self.is_over:
                return
            yield f"{self.name} {number}{' refused' if number % 7 == 6 else ''}"

    def take(self, event: Any) -> None:
        """Take an event, in short."""
        if isinstance(event, EventsLost):
            self.events.append([str(event.from_), str(event.to)])
            return
        assert isinstance(event, Event)
        self.events.append(str(event.cursor))
        value = cast("Any", event.value)  # pyright: ignore[reportUnknownMemberType]
        if value == "end":
            self.is_over = True
        else:
            self.crowd.note("event", self, value["life"])

    def counted(self, number: int, item: tuple[int, int]) -> int:
        """Take an item of a stream; return how many there were."""
        life, counted = item
        assert counted == number, f"{counted} came after {number} items"
        self.crowd.note("stream", self, life)
        return number + 1

    def result(self) -> dict[str, Any]:
        """Return all that it has to tell."""
        return {
            "name": self.name,
            "outcomes": self.outcomes,
            "streams": self.streams,
            "events": self.events,
            "connections": self.remote.health().connections,
        }


class Blocking(Member):
    """Be one that blocks, with a thread for each of its doings."""

    def __init__(self, name: str, crowd: Crowd) -> None:
        super().__init__(name, crowd)
        self.news = threading.Event()
        doings = (self.write, self.hold, self.stream)
        self.doing = [threading.Thread(target=each) for each in doings]
        self.following = threading.Thread(target=self.follow)
        for each in (*self.doing, self.following):
            each.start()

    def wait_for_news(self) -> None:
        self.news.clear()
        if not self.is_over:
            self.news.wait()

    def write(self) -> None:
        for entry in self.entries():
            try:
                life = self.ledger.write(entry)
                self.outcomes[entry] = "returned"
                self.crowd.note("call", self, life)
            except Exception as error:  # noqa: BLE001  it is what is looked for
                self.outcomes[entry] = told(error)
                if self.outcomes[entry] != "raised":
                    self.wait_for_news()

    def hold(self) -> None:
        for number in itertools.count():
            if self.is_over:
                return
            entry = f"{self.name} held {number}"
            try:
                self.ledger.hold(entry)
                self.outcomes[entry] = "returned"
            except Exception as error:  # noqa: BLE001  likewise
                self.outcomes[entry] = told(error)
                self.wait_for_news()

    def stream(self) -> None:
        while not self.is_over:
            number = 0
            try:
                steps = self.ledger.count()
                for item in steps:
                    number = self.counted(number, item)
                    if self.is_over:
                        steps.close()
                self.streams.append((number, "left" if self.is_over else "ended"))
            except Exception as error:  # noqa: BLE001  likewise
                self.streams.append((number, told(error)))
                self.wait_for_news()

    def follow(self) -> None:
        for event in self.remote.events("entries", after="beginning"):
            self.take(event)
            if self.is_over:
                break
            self.news.set()
        self.remote.close()
        self.news.set()

    def join(self) -> None:
        """Wait for its end."""
        for each in (self.following, *self.doing):
            each.join()


class Awaiting(Member):
    """Be one that awaits, with a task for each of its doings."""

    def __init__(self, name: str, crowd: Crowd) -> None:
        super().__init__(name, crowd)
        self.news = asyncio.Event()

    async def wait_for_news(self) -> None:
        self.news.clear()
        if not self.is_over:
            await self.news.wait()

    async def run(self) -> None:
        """Do everything."""
        await asyncio.gather(self.write(), self.hold(), self.stream(), self.follow())

    async def write(self) -> None:
        for entry in self.entries():
            try:
                life = await self.ledger.write.aio(entry)
                self.outcomes[entry] = "returned"
                self.crowd.note("call", self, life)
            except Exception as error:  # noqa: BLE001  it is what is looked for
                self.outcomes[entry] = told(error)
                if self.outcomes[entry] != "raised":
                    await self.wait_for_news()

    async def hold(self) -> None:
        for number in itertools.count():
            if self.is_over:
                return
            entry = f"{self.name} held {number}"
            try:
                await self.ledger.hold.aio(entry)
                self.outcomes[entry] = "returned"
            except Exception as error:  # noqa: BLE001  likewise
                self.outcomes[entry] = told(error)
                await self.wait_for_news()

    async def stream(self) -> None:
        while not self.is_over:
            number = 0
            try:
                steps = self.ledger.count.aio()
                async for item in steps:
                    number = self.counted(number, item)
                    if self.is_over:
                        await steps.aclose()
                self.streams.append((number, "left" if self.is_over else "ended"))
            except Exception as error:  # noqa: BLE001  likewise
                self.streams.append((number, told(error)))
                await self.wait_for_news()

    async def follow(self) -> None:
        async for event in self.remote.events("entries", after="beginning"):
            self.take(event)
            if self.is_over:
                break
            self.news.set()
        await self.remote.aclose()
        self.news.set()


class Crowd:
    """Be all of them, and know how far each has come."""

    def __init__(
        self,
        address: str,
        names: list[str],
        policy: dict[str, float],
        identity: str | None = None,
        **options: Any,
    ) -> None:
        self.address = address
        self.options = {"reconnect": ReconnectPolicy(**policy), **options}
        if identity is not None:
            from ambidex.service import Identity

            self.options["identity"] = Identity.load(identity)
        self._lives: dict[tuple[str, str], int] = {}
        self._changed = threading.Condition()
        self.members: list[Member] = []
        self._are_made = threading.Event()
        self._loop = threading.Thread(target=lambda: asyncio.run(self._run(names[::2])))
        self._loop.start()
        self._are_made.wait()
        self._blocking = [Blocking(name, self) for name in names[1::2]]
        self.members += self._blocking

    async def _run(self, names: list[str]) -> None:
        awaiting = [Awaiting(name, self) for name in names]
        self.members += awaiting
        self._are_made.set()
        await asyncio.gather(*(each.run() for each in awaiting))

    def note(self, part: str, member: Member, life: int) -> None:
        """Take note that a member has had a part of a life of the service."""
        if self._lives.get((part, member.name)) != life:
            with self._changed:
                self._lives[part, member.name] = life
                self._changed.notify_all()

    def wait_for(self, life: int) -> bool:
        """Wait until everyone has had all parts of a life; tell whether they have."""
        wanted = [(part, member.name) for member in self.members for part in PARTS]
        with self._changed:
            return self._changed.wait_for(lambda: all(self._lives.get(each) == life for each in wanted), HANG_S)

    def delays(self) -> list[float]:
        """Return how long each waits, or waited before its last attempt, until it tries again, once each does."""
        found: dict[str, float] = {}
        end = time.monotonic() + HANG_S
        while len(found) < len(self.members) and time.monotonic() < end:
            for member in self.members:
                health = member.remote.health()
                if member.name not in found and health.next_try_s:  # not 0: it is late, for how long is not known
                    found[member.name] = health.since_s + health.next_try_s
            time.sleep(0.01)  # the clients are threads of this process
        return [*found.values()]

    def join(self) -> list[dict[str, Any]]:
        """Wait for the end of everyone; return what they tell."""
        self._loop.join()
        for each in self._blocking:
            each.join()
        return [each.result() for each in self.members]


def main() -> None:
    """Do what the standard input says."""
    crowd = Crowd(**json.loads(sys.argv[1]))
    print("true", flush=True)
    for line in sys.stdin:
        command, *args = json.loads(line)
        does: dict[str, Any] = {"wait_for": crowd.wait_for, "delays": crowd.delays, "join": crowd.join}
        print(json.dumps(does[command](*args)), flush=True)


if __name__ == "__main__":
    main()
