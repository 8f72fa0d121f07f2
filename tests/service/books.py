"""A service that writes down what it runs, its clients, and what they are held against."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ambidex import Cursor
from tests.service.talking import Program
from tests.transport.streams import identities

if TYPE_CHECKING:
    from collections.abc import Sequence

CROWDS = 2  # processes of clients


class Books:
    """Run one service after the other at one address, and clients of it, in some processes.

    `address` is of a Unix socket or of TLS, `log` a file of events or "memory", and `limits` are those of the service.
    `at_service` and `at_clients` are the words of commands that run them; `options` are those of `connect`.
    """

    def __init__(
        self,
        folder: str,
        address: str,
        log: str,
        clients: int,
        limits: dict[str, float] | None = None,
        at_service: Sequence[str] = (),
        at_clients: Sequence[str] = (),
        **options: Any,
    ) -> None:
        self.clients = clients
        self.book = Path(folder, "book")
        self.address = address
        self._service_keys: dict[str, Any] = {}
        self._options = options
        if address.startswith("tcp+tls://"):
            make = type(identities()[0]).create
            service, client = (make(Path(folder, name)) for name in ("service", "client"))
            self._service_keys = {"identity": f"{folder}/service", "allow": [client.key]}
            self._options = {"identity": f"{folder}/client", "pin": service.key, **options}
        self._log = log
        self._limits = limits or {}
        self._at_service, self._at_clients = at_service, at_clients
        self.life = 0
        self.service: Program
        self.crowds: list[Program]
        self._stack = contextlib.ExitStack()

    def start(self) -> None:
        """Start the service."""
        self.life += 1
        self.service = self._stack.enter_context(
            Program(
                "tests.service.bookkeeping",
                self._at_service,
                address=self.address,
                book=str(self.book),
                log=self._log,
                life=self.life,
                limits=self._limits,
                **self._service_keys,
            )
        )
        self.address = self.service.answer()  # with the port that it has got, for the next one, too

    def invite(self, policy: dict[str, float]) -> None:
        """Start the clients, and wait until they are made."""
        names = [f"client {number}" for number in range(self.clients)]
        self.crowds = [
            self._stack.enter_context(
                Program(
                    "tests.service.crowd",
                    self._at_clients,
                    address=self.address,
                    names=names[number::CROWDS],
                    policy=policy,
                    **self._options,
                )
            )
            for number in range(CROWDS)
        ]
        assert [each.answer() for each in self.crowds] == [True] * CROWDS

    def ask_all(self, *command: object) -> list[Any]:
        """Give all processes of clients a command; return what they answer."""
        for each in self.crowds:
            each.tell(*command)
        return [each.answer() for each in self.crowds]

    def entries(self) -> list[str]:
        """Return what the service has written down: the calls that it has begun to run."""
        return self.book.read_text("utf-8").splitlines()

    def wait_until_all_are_there(self) -> None:
        """Wait until every client has had all parts of this life, and has the call open that does not return."""
        assert self.ask_all("wait_for", self.life) == [True] * CROWDS
        while sum(entry.startswith(f"hold {self.life} ") for entry in self.entries()) < self.clients:
            time.sleep(0.02)  # not at once again: the hundred have the same cores

    def live(self) -> None:
        """Have the service, as it is, say that a new life of it has begun."""
        self.life += 1
        self.service.ask("live", self.life)

    def end(self) -> tuple[list[dict[str, Any]], int, str]:
        """End everything; return what clients tell, the number of the last event, and what the service has logged."""
        last = self.service.ask("end")
        told = [each for crowd in self.ask_all("join") for each in crowd]
        assert [each.end() for each in self.crowds] == [""] * CROWDS
        return told, last, self.service.end()

    def close(self) -> None:
        """End everything."""
        self._stack.close()


def check_calls(told: list[dict[str, Any]], entries: list[str], losses: int) -> Counter[str]:
    """See that each call has one outcome, which is true."""
    written = Counter(entry.partition("client ")[2] for entry in entries)
    outcomes = {entry.partition("client ")[2]: outcome for each in told for entry, outcome in each["outcomes"].items()}
    assert len(outcomes) == sum(len(each["outcomes"]) for each in told)
    assert set(outcomes.values()) <= {"returned", "raised", "not_sent", "unknown"}, set(outcomes.values())
    for entry, outcome in outcomes.items():
        if outcome in {"returned", "raised"}:
            assert written[entry] == 1, f"{entry} has {outcome}, and was run {written[entry]} times"
            assert (outcome == "raised") is entry.endswith("refused")
        elif outcome == "not_sent":
            assert written[entry] == 0, f"{entry} was not sent, and was run {written[entry]} times"
        else:
            assert written[entry] <= 1, f"{entry} was run {written[entry]} times"
    assert set(written) <= set(outcomes)
    held = [outcome for entry, outcome in outcomes.items() if "held" in entry and written[entry]]
    assert len(held) >= len(told) * (losses + 1)
    assert set(held) == {"unknown"}
    return Counter(outcomes.values())


def check_streams(told: list[dict[str, Any]], losses: int) -> None:
    """See that streams have ended as their session did, and the last one as its client left it."""
    for each in told:
        ends = Counter(end for number, end in each["streams"] if number)
        assert ends["unknown"] >= losses
        assert set(ends) <= {"unknown", "left"}, each["streams"]
        assert {end for _, end in each["streams"]} <= {"unknown", "not_sent", "left"}, each["streams"]


def check_events(told: list[dict[str, Any]], lives: int, last: int) -> int:
    """See that no event is lost, or doubled, or out of order, between what was told as lost; return how many came."""
    count = 0
    for each in told:
        at: Cursor | None = None
        losses = 0
        for event in each["events"]:
            if isinstance(event, list):
                from_, to = map(Cursor.parse, cast("list[str]", event))
                assert at is not None
                assert from_ == at, f"lost after {from_}, and {at} had come"
                assert to.epoch != at.epoch
                at, losses = to, losses + 1
                continue
            cursor = Cursor.parse(event)
            assert cursor.number == (1 if at is None else at.number + 1), f"{cursor} came after {at}"
            assert at is None or cursor.epoch == at.epoch
            at, count = cursor, count + 1
        assert at is not None
        assert at.number == last
        assert losses in (0, lives - 1)
        each["losses"] = losses
    assert len({each["losses"] for each in told}) == 1
    return count
