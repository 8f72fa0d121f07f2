"""A service and its clients on two hosts, between which nothing passes for a while: two network namespaces, and a link.

The link is taken down at the service's end. Nobody is told of that: connections stand as they were, and are silent.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

import pytest

from tests.limits import HANG_S
from tests.service.books import Books, check_calls, check_events, check_streams

if TYPE_CHECKING:
    from collections.abc import Generator

if sys.platform != "linux":
    pytest.skip("network namespaces are of Linux", allow_module_level=True)

CLIENTS = 8
HOSTS = ("192.0.2.1", "192.0.2.2")  # the service's and the clients': addresses for documentation, which are nowhere


def ip(*words: str) -> None:
    """Run a command of iproute2.

    Raises:
        CalledProcessError: it is refused.
    """
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


class Link:
    """Lead from one network namespace to another."""

    def __init__(self, names: tuple[str, str]) -> None:
        self.names = names

    @classmethod
    @contextlib.contextmanager
    def made(cls) -> Generator[Link, None, None]:
        """Make two namespaces and the link between them, and remove them in the end."""
        names = (f"ambidex-{os.getpid()}-a", f"ambidex-{os.getpid()}-b")
        with contextlib.ExitStack() as stack:
            for name in names:
                ip("netns", "add", name)
                stack.callback(ip, "netns", "delete", name)
            ip("link", "add", "end", "netns", names[0], "type", "veth", "peer", "name", "end", "netns", names[1])
            for name, host in zip(names, HOSTS):
                ip("-n", name, "address", "add", f"{host}/24", "dev", "end")
                ip("-n", name, "link", "set", "end", "up")
            yield cls(names)

    def at(self, end: int) -> list[str]:
        """Return the words that run a command at an end."""
        return ["ip", "netns", "exec", self.names[end]]

    def set(self, state: str) -> None:
        """Set it "down" or "up"."""
        ip("-n", self.names[0], "link", "set", "end", state)


@pytest.fixture
def link() -> Generator[Link, None, None]:
    """Give a link between two namespaces."""
    if shutil.which("ip") is None:
        pytest.skip("there is no `ip` here: install iproute2")
    with contextlib.ExitStack() as stack:
        try:
            made = stack.enter_context(Link.made())
        except subprocess.CalledProcessError as error:
            pytest.skip(f"network namespaces cannot be made here: {error.stderr.strip()}")
        yield made


def cut(link: Link, for_s: float, silence_s: float, heartbeat: float) -> str:
    """Cut the link for so long under clients, and check what comes of it; return what the service has logged."""
    with tempfile.TemporaryDirectory() as folder:
        books = Books(
            folder,
            f"tcp+tls://{HOSTS[0]}:7000",
            f"{folder}/events.db",
            CLIENTS,
            limits={"silence_s": silence_s},
            at_service=link.at(0),
            at_clients=link.at(1),
            heartbeat=heartbeat,
        )
        with contextlib.closing(books):
            books.start()
            books.invite({"first_delay_s": 0.5, "longest_delay_s": 2.0})
            books.wait_until_all_are_there()
            link.set("down")
            end = time.monotonic() + for_s
            # Each has found out, which ends its calls and streams, and waits for its next attempt
            assert [len(delays) for delays in books.ask_all("delays")] == [CLIENTS // 2] * 2
            if silence_s < for_s:
                wait_for_clients(books, 0)
            time.sleep(max(0.0, end - time.monotonic()))  # the time is what is tested
            link.set("up")
            books.live()
            books.wait_until_all_are_there()
            wait_for_clients(books, CLIENTS)
            told, last, log = books.end()
            check_calls(told, books.entries(), 1)
            check_streams(told, 1)
            check_events(told, 1, last)
            assert [each["connections"] for each in told] == [2] * CLIENTS
            return log


def wait_for_clients(books: Books, count: int) -> None:
    """Wait until the service has so many."""
    end = time.monotonic() + HANG_S
    while (found := books.service.ask("clients")) != count:
        assert time.monotonic() < end, f"it has {found} clients"
        time.sleep(0.02)


def test_cut_link_is_noticed_and_clients_come_back(link: Link) -> None:
    """Both sides find out by themselves within seconds; afterwards all events come that were published meanwhile."""
    log = cut(link, for_s=5, silence_s=2.0, heartbeat=0.3)
    assert log.count("has dropped a client: nothing has come from it for 2") == CLIENTS
    assert log.count("\n") == CLIENTS


@pytest.mark.slow
def test_link_that_is_cut_for_long_is_noticed_by_default(link: Link) -> None:
    """With the heartbeats that clients have where nobody has chosen any; the service drops who does not come back."""
    cut(link, for_s=30, silence_s=60.0, heartbeat=5.0)
