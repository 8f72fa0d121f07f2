"""Clients in the programs that people have: a plain thread, and an app on a loop of its own that draws a screen."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import Event, ReconnectPolicy, Remote, connect, get
from tests.limits import HANG_S
from tests.service.publishers import Daemon
from tests.workers.children.atlas import Town

if TYPE_CHECKING:
    from collections.abc import Generator

if sys.platform == "win32":
    pytest.skip("asyncio has no Unix sockets there", allow_module_level=True)

QUICK = ReconnectPolicy(first_delay_s=0.02, longest_delay_s=0.1)


@pytest.fixture
def daemon() -> Generator[Daemon, None, None]:
    """Give a daemon that runs."""
    with tempfile.TemporaryDirectory() as folder:  # a short path: that of a socket may not be long
        made = Daemon(folder, f"{folder}/events.db")
        made.start()
        try:
            yield made
        finally:
            made.kill()


def test_plain_thread_calls_and_is_called(daemon: Daemon) -> None:
    """A thread without a loop makes calls, and has a function called for each event, over a restart, too."""
    heard: list[Any] = []
    has_begun, has_all = threading.Event(), threading.Event()
    names: list[str] = []

    def tell(event: Event[Any]) -> None:
        heard.append(event.value)
        if event.value == 3:
            has_all.set()

    def run() -> None:
        with connect(daemon.address, reconnect=QUICK) as remote:
            town = remote.root(Town)
            names.append(town.name)
            subscriber = remote.subscribe("storms", tell, after="beginning")
            has_begun.set()
            if has_all.wait(HANG_S):
                names.append(town.mayor)
            subscriber.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert has_begun.wait(HANG_S)
    daemon.publish("storms", 1, 2)
    daemon.kill()
    daemon.start()
    daemon.publish("storms", 3)
    thread.join()
    assert heard == [1, 2, 3]
    assert names == ["Oslo", "nobody"]


def test_textual_app_shows_what_a_service_says(daemon: Daemon) -> None:
    """It follows events in a worker, and calls at the press of a key, on its own loop; a restart is not seen."""
    from textual.app import App, ComposeResult
    from textual.widgets import Label

    class Weather(App[None]):
        BINDINGS = [("n", "name", "Name")]  # noqa: RUF012  as Textual has it

        def __init__(self, remote: Remote) -> None:
            super().__init__()
            self.remote = remote
            self.is_changed = asyncio.Event()

        def compose(self) -> ComposeResult:
            yield Label("calm", id="storm")
            yield Label("", id="name")

        def on_mount(self) -> None:
            self.run_worker(self.follow())

        async def follow(self) -> None:
            async for event in self.remote.events("storms", after="beginning"):
                assert isinstance(event, Event)
                self.show("storm", event.value)

        async def action_name(self) -> None:
            self.show("name", await get(self.remote.root(Town), "name"))

        def show(self, name: str, text: str) -> None:
            self.query_one(f"#{name}", Label).update(text)
            self.is_changed.set()

        async def shown(self, text: str) -> None:
            """Wait until a label has this text."""
            while text not in [str(label.render()) for label in self.query(Label)]:
                self.is_changed.clear()
                await asyncio.wait_for(self.is_changed.wait(), HANG_S)

    async def main() -> None:
        async with connect(daemon.address, reconnect=QUICK) as remote:
            app = Weather(remote)
            async with app.run_test() as pilot:
                await app.shown("calm")
                daemon.publish("storms", "a storm")
                await app.shown("a storm")
                await pilot.press("n")
                await app.shown("Oslo")
                daemon.kill()
                daemon.start()
                daemon.publish("storms", "another storm")
                await app.shown("another storm")

    asyncio.run(main())
