"""People for the tests: a core each, on a real store in a folder, with a clock that moves when it is told to."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import final

from jarvis.engine import Core, Profile
from jarvis.model import AccountId, ChatId, Trust
from jarvis.store import Store

STORE_KEY = bytes(range(32))


@final
class Clock:
    """Seconds since the epoch, as the test says."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@final
class Source:
    """Bytes that look random, and are the same in each run."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._count = 0

    def __call__(self, size: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(self._seed + self._count.to_bytes(8, "big")).digest(size)


@final
class Person:
    """Somebody with a profile, which can be closed as by a crash and opened again."""

    def __init__(self, folder: Path, name: str, clock: Clock, generation: int = 0) -> None:
        self.path = folder / f"{name}{generation}.db"
        self.name = name
        self._clock = clock
        self._source = Source(name + str(generation))
        self._store = Store(self.path, STORE_KEY)
        Profile.create(self._store, name, clock.now, self._source)
        self.core = Core(self._store, clock=clock, random=self._source)

    @property
    def id(self) -> AccountId:
        return self.core.profile.id

    def crash(self) -> None:
        """Lose what is in memory."""
        self._store.close()
        self._store = Store(self.path, STORE_KEY)
        self.core = Core(self._store, clock=self._clock, random=self._source)

    def close(self) -> None:
        self._store.close()

    def texts(self, other: AccountId) -> list[tuple[AccountId, str]]:
        return [(each.sender, each.text) for each in self.core.messages(ChatId(other), limit=100_000)]


def pair(one: Person, other: Person) -> None:
    """Have two people know each other, as after an invite."""
    for person, peer in ((one, other), (other, one)):
        person.core.add_contact(peer.id, peer.core.card(), trust=Trust.VERIFIED)


def exchange(sender: Person, recipient: Person) -> int:
    """Carry everything over that waits, one way; tell how many batches it took."""
    count = 0
    while (batch := sender.core.batch(recipient.id)) is not None:
        sender.core.take_receipt(recipient.id, recipient.core.take_batch(sender.id, batch))
        count += 1
        assert count < 100, "the batches have no end"
    return count
