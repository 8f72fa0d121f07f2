"""The errors: one tree, caught by the builtin classes people know, telling their parts, surviving pickling."""

from __future__ import annotations

import asyncio
import concurrent.futures
import copy
import errno
import pickle

import pytest

from ambidex import errors
from ambidex.errors import (
    AddressInUse,
    AmbidexError,
    BlockingInAsyncWarning,
    DeadlineExceeded,
    DeadlockError,
    EventLogUnavailable,
    GenerationError,
    ImplementationUnavailable,
    InternalError,
    NoRunningLoop,
    PeerRefused,
    PoolFull,
    Problem,
    ProtocolError,
    RemoteError,
    RuntimeClosed,
    SecurityError,
    ServiceLost,
    UsageError,
    WorkerDied,
    WorkerNotStarted,
)

PROBLEMS = [Problem("_weather.py", 3, "no annotation", "add one"), Problem("_weather.py", 9, "a clash", "rename it")]
MADE: list[AmbidexError] = [
    AmbidexError("plain"),
    UsageError("wrong"),
    DeadlockError("would wait"),
    NoRunningLoop("no loop"),
    ImplementationUnavailable("_weather", "weather"),
    DeadlineExceeded("Station.current", 1.5),
    RuntimeClosed("closed"),
    ProtocolError("no frame"),
    RemoteError("shop.Refused", "closed today"),
    SecurityError("another key", ["ambidex-sha256:a"], "ambidex-sha256:b"),
    PoolFull("render", 4, 100),
    ServiceLost("unix:///run/user/1000/weather.sock", "WeatherClient.current", "unknown", "the connection is over"),
    WorkerDied(4121, -9, "Store.get", "started", ["out of memory"], "it was killed"),
    WorkerNotStarted("worker.py", "it ended with exit code 1", "ModuleNotFoundError"),
    AddressInUse("unix:///run/user/1000/weather.sock", 4121),
    PeerRefused(4121, 1001, 1000),
    EventLogUnavailable("events.db", "the disk is full"),
    InternalError("ours"),
    GenerationError(PROBLEMS),
]
CAUGHT_BY: list[tuple[type[AmbidexError], tuple[type[BaseException], ...]]] = [
    (UsageError, (AmbidexError,)),
    (DeadlockError, (UsageError, RuntimeError)),
    (GenerationError, (UsageError, ValueError)),
    (NoRunningLoop, (UsageError, RuntimeError)),
    (ImplementationUnavailable, (AmbidexError, ImportError)),
    (
        DeadlineExceeded,
        (AmbidexError, TimeoutError, asyncio.TimeoutError, concurrent.futures.TimeoutError, OSError),
    ),
    (RuntimeClosed, (AmbidexError, RuntimeError)),
    (ProtocolError, (AmbidexError,)),
    (SecurityError, (AmbidexError,)),
    (RemoteError, (AmbidexError,)),
    (PoolFull, (AmbidexError, RuntimeError)),
    (ServiceLost, (AmbidexError, RuntimeError)),
    (WorkerDied, (AmbidexError, RuntimeError)),
    (WorkerNotStarted, (AmbidexError, RuntimeError)),
    (AddressInUse, (AmbidexError, OSError)),
    (PeerRefused, (AmbidexError, PermissionError)),
    (EventLogUnavailable, (AmbidexError,)),
    (InternalError, (AmbidexError,)),
]


@pytest.mark.parametrize(("error", "kinds"), CAUGHT_BY, ids=lambda part: getattr(part, "__name__", None))
def test_error_is_caught_by_the_classes_of_its_fault(
    error: type[AmbidexError], kinds: tuple[type[BaseException], ...]
) -> None:
    """Each error is an AmbidexError and also the builtin class that code already catches."""
    assert issubclass(error, AmbidexError)
    assert [kind for kind in kinds if not issubclass(error, kind)] == []


def test_every_error_is_tested_here() -> None:
    """A class that is added to the tree is added to these tests."""
    public = {getattr(errors, name) for name in errors.__all__}
    assert public - {type(error) for error in MADE} == {BlockingInAsyncWarning, Problem}


@pytest.mark.parametrize("error", MADE, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_error_survives_pickling(error: AmbidexError, protocol: int) -> None:
    """Class, message and parts are the same on the other side."""
    for again in (pickle.loads(pickle.dumps(error, protocol)), copy.copy(error)):
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert again.args == error.args
        assert vars(again) == vars(error)


def test_deadline_exceeded_says_what_and_how_long() -> None:
    """The message names the call and the limit; the parts are attributes."""
    error = DeadlineExceeded("Station.current", 1.5)
    assert str(error) == "Station.current did not end within 1.5 s and was cancelled"
    assert (error.call, error.timeout_s) == ("Station.current", 1.5)


def test_implementation_unavailable_says_what_is_missing_and_why() -> None:
    """The message names both modules, and the cause where there is one."""
    error = ImplementationUnavailable("_weather", "weather")
    assert str(error).startswith("weather needs the module _weather, which could not be imported here; install")
    error.__cause__ = ModuleNotFoundError("No module named 'torch'")
    assert "(ModuleNotFoundError: No module named 'torch')" in str(error)
    assert (error.module, error.face) == ("_weather", "weather")


def test_generation_error_lists_its_problems_in_order() -> None:
    """One line for each problem, each with file, line, reason and remedy."""
    error = GenerationError(PROBLEMS)
    assert error.problems == tuple(PROBLEMS)
    assert str(error) == "_weather.py:3: no annotation: add one\n_weather.py:9: a clash: rename it"


def test_problem_is_a_value() -> None:
    """Problems compare and hash by their parts, and show them."""
    same = Problem("_weather.py", 3, "no annotation", "add one")
    assert same == PROBLEMS[0]
    assert same != PROBLEMS[1]
    assert same != "_weather.py:3"
    assert len({same, *PROBLEMS}) == 2
    assert repr(same) == "Problem('_weather.py', 3, 'no annotation', 'add one')"


def test_warning_is_a_runtime_warning() -> None:
    """Filters for RuntimeWarning cover it."""
    assert issubclass(BlockingInAsyncWarning, RuntimeWarning)


@pytest.mark.parametrize(
    ("status", "progress", "said"),
    [
        (-9, "started", "worker 4121 died (signal 9) during Store.get"),
        (3, "sent", "worker 4121 died (exit code 3) after Store.get was sent to it, and before that began"),
        (None, "not_sent", "worker 4121 died (its exit status is not known) before Store.get was sent to it"),
    ],
)
def test_worker_died_says_how_and_how_far_the_call_was(status: int | None, progress: str, said: str) -> None:
    """The message names the process, what ended it, the call, and whether it had begun."""
    assert str(WorkerDied(4121, status, "Store.get", progress)) == said
    assert str(WorkerDied(4121, status, "Store.get", progress, ["a", "b"])) == f"{said}; it wrote last:\n    a\n    b"
    assert str(WorkerDied(4121, status, "Store.get", progress, [], "it hung")) == f"{said}; it hung"


def test_worker_not_started_shows_what_it_has_written() -> None:
    """The message names the program, the reason, and the child's own words."""
    error = WorkerNotStarted("worker.py", "it ended with exit code 1", "No module named torch")
    assert str(error) == "the worker worker.py did not start: it ended with exit code 1\nNo module named torch"


def test_address_in_use_says_who_serves_it() -> None:
    """The message names the address, and the process where it is known; code that looks at errno finds it."""
    error = AddressInUse("unix:///run/weather.sock", 4121)
    assert str(error).startswith("unix:///run/weather.sock is already served by pid 4121: end that first")
    assert (error.errno, error.address, error.pid) == (errno.EADDRINUSE, "unix:///run/weather.sock", 4121)
    assert "served by another process" in str(AddressInUse("unix:///run/weather.sock", None))


def test_peer_refused_says_who_is_there_and_who_is_here() -> None:
    """The message names both users, and the process where it is known."""
    error = PeerRefused(4121, 1001, 1000)
    assert str(error).startswith(
        "pid 4121 at the other end of the socket runs as user 1001, and this process as user 1000"
    )
    assert (error.errno, error.pid, error.uid, error.own_uid) == (errno.EPERM, 4121, 1001, 1000)
    assert str(PeerRefused(None, 1001, 1000)).startswith("a process at the other end")


def test_security_error_names_the_keys_and_what_to_do() -> None:
    """Three keys that are accepted are shown, and how many more there are; where none was shown, nothing is advised."""
    error = SecurityError("the other side has another key", ["a", "b", "c", "d", "e"], "x")
    assert str(error) == (
        "the other side has another key; the key is x; accepted: a, b, c and 2 more; where you know that key to be the "
        "right one, accept it in pin= or allow="
    )
    assert str(SecurityError("no key was shown", ["a"])) == "no key was shown; accepted: a"
    assert str(SecurityError("refused", (), "x")) == "refused; the key is x"
