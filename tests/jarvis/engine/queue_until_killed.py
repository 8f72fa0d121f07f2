"""A program that queues messages, and says the id of each that was queued, until it is killed."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.jarvis.profiles import Clock, Person, pair

clock = Clock()
folder = Path(sys.argv[1])
alice, bob = Person(folder, "alice", clock), Person(folder, "bob", clock)
pair(alice, bob)
while True:
    print(alice.core.queue_text(bob.id, "hello").id, flush=True)
