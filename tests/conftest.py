"""Hold every test to the same rules: it leaks nothing, and where AMBIDEX_REQUIRE_ALL=1 it is not skipped.

Only the standard library and pytest are needed here, so that tests/smoke runs on an interpreter that has nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib.util
import itertools
import os
import shutil
import signal
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

REQUIRE_ALL = os.environ.get("AMBIDEX_REQUIRE_ALL") == "1"
LONG_WALK = 10_000  # objects, arbitrary: looking at so many takes a millisecond, and there is a walk after each test
LONG_TEST_S = 240  # a test that may take so long is one that does
THREAD_END_S = 10.0  # arbitrary: a thread that was told to end has this long
_reported: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()  # a leaked task fails one test, not all that follow

if importlib.util.find_spec("hypothesis") is not None:
    from hypothesis import settings

    # A slow machine is no failure; a failing example is printed so that it can be replayed anywhere.
    settings.register_profile("ambidex", deadline=None, print_blob=True)
    settings.load_profile("ambidex")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Accept pytest-timeout's setting where the plugin is absent."""
    if importlib.util.find_spec("pytest_timeout") is None:
        parser.addini("timeout", "the limit of one test in seconds; read by pytest-timeout")


def pytest_configure() -> None:
    """Ignore no signal that tests send to programs: children inherit that, and not a handler.

    A shell ignores SIGINT in what it starts in the background, and nohup SIGHUP.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _pass_over)


def _pass_over(signum: int, frame: object) -> None:
    _ = signum, frame


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the long tests begin first, one in each worker's share, so that none runs alone at the end."""
    limits = {item: next(item.iter_markers("timeout"), None) for item in items}
    long = [item for item in items if (mark := limits[item]) is not None and mark.args[0] >= LONG_TEST_S]
    are_long = set(long)
    others = iter([item for item in items if item not in are_long])
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    ordered: list[pytest.Item] = []
    for number in range(workers):  # with --dist worksteal a worker begins with a share of the whole list as it stands
        ordered += long[number::workers]
        ordered += itertools.islice(others, max(0, len(items) * (number + 1) // workers - len(ordered)))
    items[:] = [*ordered, *others]


def pytest_collection_finish() -> None:
    """Keep what pytest and the modules of the tests are made of out of the walks over all objects: they grow long."""
    gc.collect()
    gc.freeze()


def pytest_report_header() -> str:
    """Say which ambidex is under test."""
    spec = importlib.util.find_spec("ambidex")
    return f"ambidex: {spec.origin if spec is not None else 'not installed'}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failure where nothing may be skipped."""
    report = yield
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a skipped module into a failure where nothing may be skipped."""
    report = yield
    if REQUIRE_ALL and report.skipped:
        _refuse_skip(report)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr).removeprefix(
        "Skipped: "
    )
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid} was skipped, and AMBIDEX_REQUIRE_ALL=1 forbids it: {reason}"


class Once:
    """Fill folders that all workers of a run share: whoever is first does the work, the others wait for it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, name: str, fill: Callable[[Path], object]) -> Path:
        """Return the folder of that name; `fill` is called with it, empty, unless it was filled before."""
        folder = self._root / name
        with (self._root / f"{name}.lock").open("w") as lock:
            _lock(lock.fileno())  # till it is closed, which the end of a process does, too
            if not (self._root / f"{name}.filled").exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                (self._root / f"{name}.filled").touch()
        return folder


def _lock(descriptor: int) -> None:
    """Wait for the lock of a file; where the platform has none of this kind, workers do the work one by one."""
    try:
        import fcntl
    except ImportError:
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Give what is costly to make to all workers of a run, made once."""
    own = tmp_path_factory.getbasetemp()
    root = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "once"
    root.mkdir(exist_ok=True)
    return Once(root)


class Before:
    """Remember what there is, and find what has come since and is left: threads, tasks, descriptors, children."""

    def __init__(self) -> None:
        self._threads = set(threading.enumerate())
        self._descriptors = descriptors()
        self._children = children()
        self._kept = [runtime for runtime in _runtimes() if runtime.thread is not None] if _kept else []

    def check(self, who: str) -> None:
        """Fail where something is left. Runtimes live on by design, so those that have come are closed first."""
        for runtime in _runtimes():
            if runtime in self._kept:
                runtime.end_callback_threads()
            else:
                runtime.close()
        deadline = time.monotonic() + THREAD_END_S
        for thread in set(threading.enumerate()) - self._threads:
            with contextlib.suppress(RuntimeError):  # a thread that is not ours to join
                thread.join(max(0.0, deadline - time.monotonic()))
        if self._leaks():
            gc.collect()  # what only a reference cycle holds is not a leak
            leaks = self._leaks()
            _reported.update(_pending_tasks())
            if leaks:
                pytest.fail(f"the {who} leaks:\n  " + "\n  ".join(leaks), pytrace=False)

    def _leaks(self) -> list[str]:
        threads = [thread for thread in threading.enumerate() if thread not in self._threads]
        tasks = [] if _kept else [task for task in _pending_tasks() if task not in _reported]
        opened = [each for each in descriptors() - self._descriptors if not (_kept and "socket:" in each[1])]
        return [
            *(f"thread {thread.name!r} still runs" for thread in threads),
            *(f"task {task!r} is pending" for task in tasks),
            *(f"descriptor {fd} is open ({what})" for fd, what in opened),
            *(f"child process {pid} is left" for pid in sorted(children() - self._children)),
        ]


_kept: list[Before] = []  # by modules whose tests share what they use: one at most


@pytest.fixture(scope="module")
def kept() -> Iterator[None]:
    """Let a fixture of a module keep a worker for all tests of the module, whose own check leaves that alone.

    The tests name the fixture, so that it is there before their check begins.
    A worker opens connections as it is used, and has tasks: no test of such a module is asked for sockets and tasks,
    the module is, when the fixture has ended the worker.
    """
    before = Before()
    _kept.append(before)
    yield
    _kept.remove(before)
    before.check("module")


@pytest.fixture(autouse=True)
def leak_check() -> Iterator[None]:
    """Fail a test that leaves a thread, a pending task, an open descriptor or a child process behind."""
    before = Before()
    vars(sys).get("__ambidex_shared_1__", {"sites": {}})["sites"].clear()  # a line is warned about once a process
    yield
    before.check("test")
    if len(gc.get_objects()) > LONG_WALK:
        gc.collect()
        gc.freeze()  # what outlives a test, reports for one, stays to the end


def _runtimes() -> tuple[Any, ...]:  # of ambidex, which need not be there
    synchronizers = sys.modules.get("ambidex.runtime._synchronizer")
    return () if synchronizers is None else synchronizers.all_runtimes()


def _pending_tasks() -> list[asyncio.Task[Any]]:  # a task of any result
    """Return the tasks of every loop and thread that are not done.

    asyncio's own registry differs in each version from 3.12 on; the garbage collector's view is the same in all. That
    is every object of the process, so the walk is made only once in a test that leaks nothing.
    """
    return [thing for thing in gc.get_objects() if issubclass(type(thing), asyncio.Task) and not thing.done()]


def descriptors() -> set[tuple[int, str]]:
    """Return the open descriptors, each with what it refers to where the platform tells; empty where it has no list."""
    for folder in (Path("/proc/self/fd"), Path("/dev/fd")):
        if folder.is_dir():
            break
    else:
        return set()
    found: set[tuple[int, str]] = set()
    for name in os.listdir(folder):  # noqa: PTH208  iterdir would hold its own descriptor open meanwhile
        with contextlib.suppress(OSError):  # the one that listed the folder is gone by now
            os.fstat(int(name))
            try:
                what = os.readlink(folder / name)  # noqa: PTH115  "socket:[1]" is no path
            except OSError:
                what = "unknown"
            found.add((int(name), what))
    return found


def children() -> set[int]:
    """Return the process ids of our children, ended ones that nobody waited for included; empty outside Linux."""
    found: set[int] = set()
    for file in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread has ended
            found.update(int(pid) for pid in file.read_text().split())
    return found
