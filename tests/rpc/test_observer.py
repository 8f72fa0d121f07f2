"""An observer hears of each call and worker, and cannot break what it watches."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Optional, Union

import pytest

from ambidex.rpc._counters import Counters
from ambidex.rpc._statistics import OTHER

if TYPE_CHECKING:
    from ambidex.rpc._observer import Observer, Outcome

Heard = tuple[Union[str, int, float, None], ...]


class Witness:
    """Write down what it hears, and then raise what it is told to."""

    def __init__(self, raised: Optional[BaseException] = None) -> None:  # noqa: UP045  beside the other alias
        self.heard: list[Heard] = []
        self.raised = raised

    def call_started(self, method: str) -> None:
        self.note("call_started", method)

    def call_ended(self, method: str, seconds: float, outcome: Outcome, error: str | None) -> None:
        self.note("call_ended", method, seconds, outcome, error)

    def bytes_moved(self, method: str, sent: int, received: int) -> None:
        self.note("bytes_moved", method, sent, received)

    def worker_started(self, pid: int) -> None:
        self.note("worker_started", pid)

    def worker_ended(self, pid: int, status: int | None) -> None:
        self.note("worker_ended", pid, status)

    def note(self, *heard: str | float | None) -> None:
        self.heard.append(heard)
        if self.raised is not None:
            raise self.raised


def tell_all(counters: Counters) -> None:
    """Have an observer hear of everything once."""
    counters.worker_started(4121)
    counters.call_started("query")
    counters.bytes_moved("query", 10, 20)
    counters.call_failed("query", 0.5, KeyError("x"))
    counters.call_started("query")
    counters.call_returned("query", 0.25, 1, 2)
    counters.worker_ended(4121, -9)


EVERYTHING = [
    ("worker_started", 4121),
    ("call_started", "query"),
    ("bytes_moved", "query", 10, 20),
    ("call_ended", "query", 0.5, "failed", "KeyError"),
    ("call_started", "query"),
    ("bytes_moved", "query", 1, 2),
    ("call_ended", "query", 0.25, "returned", None),
    ("worker_ended", 4121, -9),
]


def test_observer_hears_of_everything_with_its_numbers(caplog: pytest.LogCaptureFixture) -> None:
    """Each of the five methods, in the order of what happens; nothing is logged."""
    witness = Witness()
    tell_all(Counters(witness))
    assert witness.heard == EVERYTHING
    assert caplog.records == []


def test_observer_hears_the_names_that_are_counted() -> None:
    """So an exporter has no more series than the statistics have methods and classes of errors."""
    witness = Witness()
    counters = Counters(witness, most_methods=1, most_errors=1)
    for number, error in enumerate((KeyError(), ValueError())):
        counters.call_started(f"method{number}")
        counters.call_failed(f"method{number}", 0.5, error)
    assert witness.heard == [
        ("call_started", "method0"),
        ("call_ended", "method0", 0.5, "failed", "KeyError"),
        ("call_started", OTHER),
        ("call_ended", OTHER, 0.5, "failed", OTHER),
    ]


def test_observer_that_raises_is_reported_once_and_goes_on_hearing(caplog: pytest.LogCaptureFixture) -> None:
    """The calls are counted as without it; the report has the class of the observer and what it raised."""
    witness = Witness(ValueError("no such series"))
    counters = Counters(witness)
    tell_all(counters)
    tell_all(counters)
    assert witness.heard == EVERYTHING * 2
    told = counters.statistics().total
    assert (told.errors, told.bytes_received, told.in_flight) == ({"KeyError": 2}, 44, 0)
    [record] = caplog.records
    assert (record.levelno, record.name) == (logging.ERROR, "ambidex.rpc._observer")
    assert "Witness" in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[1] is witness.raised


def test_observer_that_lacks_a_method_breaks_no_call(caplog: pytest.LogCaptureFixture) -> None:
    """A mistake of the program that a type checker sees, and that may be found at the thousandth call."""
    lacking: Observer = object()  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]  the mistake
    counters = Counters(lacking)
    tell_all(counters)
    assert counters.statistics().total.failed == 1
    assert len(caplog.records) == 1


@pytest.mark.parametrize("raised", [KeyboardInterrupt(), SystemExit(3)], ids=["interrupt", "exit"])
def test_what_ends_more_than_the_observer_passes(raised: BaseException) -> None:
    """Ctrl-C while an observer runs interrupts the program, as anywhere."""
    counters = Counters(Witness(raised))
    with pytest.raises(type(raised)):
        counters.call_started("query")


def test_observer_that_raises_in_many_threads_at_once_is_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever is first reports."""
    counters = Counters(Witness(ValueError("no such series")))
    begin = threading.Barrier(8)

    def work() -> None:
        begin.wait()
        tell_all(counters)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counters.statistics().total.calls == 16
    assert len(caplog.records) == 1
