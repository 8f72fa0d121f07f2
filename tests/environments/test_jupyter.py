"""Notebooks: a real kernel, its interrupt button, and its end."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests.environments.conftest import environment
from tests.service.publishers import Daemon

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from subprocess import Popen

    from jupyter_client.blocking.client import BlockingKernelClient
    from jupyter_client.manager import KernelManager

LIMIT_S = 50.0  # what takes longer hangs
IMPORTS = "import asyncio, threading; from tests.environments.station import *; from tests.environments import station"

pytestmark = [
    pytest.mark.timeout(180),  # a kernel starts in one or two seconds, and in ten on a busy machine
    pytest.mark.filterwarnings("ignore::DeprecationWarning:jupyter_client"),
]


@dataclass
class Cell:
    """What a cell showed."""

    out: str = ""
    err: str = ""
    value: str | None = None
    error: str | None = None
    traceback: list[str] = field(default_factory=list[str])


class Notebook:
    """Run cells in a kernel and collect what they show."""

    def __init__(self, manager: KernelManager) -> None:
        self.manager = manager
        self.client: BlockingKernelClient = manager.client()

    def connect(self) -> None:
        """Wait until the kernel answers, and what it publishes arrives."""
        self.client.start_channels()
        self.client.wait_for_ready(timeout=LIMIT_S)

    def connect_anew(self) -> None:
        """Connect to a kernel that was restarted.

        By a client of its own: `wait_for_ready` takes any message for the sign that the channel is connected, also one
        that the kernel before has left in it, and what the new one publishes before it is connected is lost.
        """
        self.client.stop_channels()
        self.client.context.destroy(linger=0)
        self.client = self.manager.client()
        self.connect()

    def start(self, code: str) -> str:
        """Send a cell and return its id."""
        identity: str = self.client.execute(code)
        return identity

    def messages(self) -> Iterator[dict[str, Any]]:
        """Yield what the kernel publishes."""
        deadline = time.monotonic() + LIMIT_S
        while (remaining := deadline - time.monotonic()) > 0:
            yield self.client.get_iopub_msg(timeout=remaining)

    def wait_for_output(self, text: str) -> None:
        """Wait until the kernel has printed `text`."""
        seen = ""
        for message in self.messages():
            if message["msg_type"] == "stream":
                seen += message["content"]["text"]
                if text in seen:
                    return
        pytest.fail(f"the kernel never printed {text!r}: {seen!r}")

    def finish(self, identity: str) -> Cell:
        """Wait for the end of a cell and return what it has shown."""
        cell = Cell()
        for message in self.messages():
            content, kind = message["content"], message["msg_type"]
            if kind == "stream":  # of any cell: threads of an earlier one print here too
                if content["name"] == "stdout":
                    cell.out += content["text"]
                else:
                    cell.err += content["text"]
            if message["parent_header"].get("msg_id") != identity:
                continue
            if kind == "execute_result":
                cell.value = content["data"]["text/plain"]
            elif kind == "error":
                cell.error, cell.traceback = content["ename"], content["traceback"]
            elif kind == "status" and content["execution_state"] == "idle":
                return cell
        pytest.fail("the cell never ended")

    def run(self, code: str) -> Cell:
        """Run a cell to its end."""
        return self.finish(self.start(code))


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    """Give the test a kernel of its own and end it afterwards."""
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")  # without it the import of older versions warns
    from jupyter_client.manager import KernelManager
    from jupyter_core.utils import ensure_event_loop

    manager = KernelManager()
    manager.start_kernel(env=environment(), cwd=str(tmp_path), extra_arguments=["--HistoryManager.enabled=False"])
    notebook = Notebook(manager)
    try:
        notebook.connect()
        yield notebook
    finally:
        notebook.client.stop_channels()
        if manager.is_alive():
            manager.shutdown_kernel(now=True)
        manager.cleanup_resources()
        contexts: list[Any] = [notebook.client, manager]
        for owner in contexts:
            owner.context.destroy(linger=0)
        loop = ensure_event_loop()  # jupyter_client's own, kept for the next call otherwise
        asyncio.set_event_loop(None)
        loop.close()


def test_cells_block_and_await_without_a_warning(notebook: Notebook) -> None:
    """At the top level of a cell both faces work, and blocking there holds nobody but its author."""
    assert notebook.run(IMPORTS) == Cell()
    assert notebook.run("assert asyncio.get_running_loop()\ndouble(21)") == Cell(value="42")
    assert notebook.run("await double.aio(21)") == Cell(value="42")
    assert notebook.run("s = Station('north')\nlist(s.readings(3)), s.measure(4), await s.measure.aio(5)") == Cell(
        value="([0, 1, 2], 8, 10)"
    )
    assert notebook.run("async with s.session() as name: print(name)\nwith s.session() as name: print(name)") == Cell(
        out="session of north\nsession of north\n"
    )
    assert notebook.run("[n async for n in s.readings.aio(3)]") == Cell(value="[0, 1, 2]")
    assert notebook.run("import ambidex\nambidex.run_async_task(asyncio.sleep(0, 'slept'))") == Cell(value="'slept'")


def test_coroutine_that_a_cell_runs_is_warned(notebook: Notebook) -> None:
    """A coroutine that blocks holds the kernel's loop for the other tasks of the notebook: it works and is told so."""
    notebook.run(IMPORTS)
    cell = notebook.run("async def mine():\n    return double(21)\n\nawait mine()")
    assert cell.value == "42"
    assert "BlockingInAsyncWarning: double blocks the event loop that is running here" in cell.err
    assert "return double(21)" in cell.err
    assert "await double.aio(...)" in cell.err


def test_error_in_a_cell_shows_the_users_lines_alone(notebook: Notebook) -> None:
    """The traceback in the notebook names the cell and the implementation, not what lies between them."""
    notebook.run(IMPORTS)
    for code in ("fail('no such reading')", "await fail.aio('no such reading')"):
        cell = notebook.run(code)
        shown = "\n".join(cell.traceback)
        assert cell.error == "LookupError"
        assert "no such reading" in shown
        assert "_station.py" in shown
        assert "_channel.py" not in shown
        if sys.version_info >= (3, 11):  # before, hiding frames leaves those that hide them
            assert "ambidex/bridge" not in shown
            assert "ambidex/runtime" not in shown
        assert "During handling" not in shown


@pytest.mark.parametrize(
    ("call", "error"), [("hold({!r})", "KeyboardInterrupt"), ("await hold.aio({!r})", "CancelledError")]
)
def test_interrupt_button_cleans_up_and_the_next_cell_works(
    call: str, error: str, notebook: Notebook, tmp_path: Path
) -> None:
    """The interrupt ends a call once its clean-up has run; ipykernel itself cancels a cell that awaits."""
    cleaned_up = str(tmp_path / "cleaned up")
    notebook.run(IMPORTS)
    cell = notebook.start(
        f"import os\ntry:\n    {call.format(cleaned_up)}\nfinally:\n    print(os.path.exists({cleaned_up!r}))"
    )
    notebook.wait_for_output("holding")
    notebook.manager.interrupt_kernel()
    notebook.client.kernel_info()  # a cell that awaits hears of the interrupt when something wakes the kernel's loop
    ended = notebook.finish(cell)
    assert (ended.error, ended.out, ended.err) == (error, "True\n", "")
    assert "During handling" not in "\n".join(ended.traceback)
    assert notebook.run("double(1), await double.aio(2), where()[1]") == Cell(value="(2, 4, 'ambidex-station')")


def test_restart_ends_what_runs_and_the_new_kernel_works(notebook: Notebook, tmp_path: Path) -> None:
    """Restarting with work in flight cleans it up, ends the old process by itself, and starts anew."""
    cleaned_up = tmp_path / "cleaned up"
    notebook.run(IMPORTS)
    notebook.start(f"future = hold.submit({str(cleaned_up)!r})")
    notebook.wait_for_output("holding")
    old = notebook.run("where()[0]").value
    notebook.manager.restart_kernel()
    assert cleaned_up.exists()
    notebook.connect_anew()
    notebook.run(IMPORTS)
    assert notebook.run("double(21)") == Cell(value="42")
    assert notebook.run("where()[0]").value != old


def test_shutdown_ends_the_process_by_itself(notebook: Notebook, tmp_path: Path) -> None:
    """Shutting down with work in flight ends the kernel without a kill, once the clean-up has run."""
    cleaned_up = tmp_path / "cleaned up"
    notebook.run(IMPORTS)
    notebook.start(f"future = hold.submit({str(cleaned_up)!r})")
    notebook.wait_for_output("holding")
    provisioner: Any = notebook.manager.provisioner
    process: Popen[bytes] = provisioner.process
    notebook.client.shutdown()
    assert process.wait(LIMIT_S) == 0
    assert cleaned_up.exists()


def test_cells_use_a_service(notebook: Notebook, tmp_path: Path) -> None:
    """Of a daemon in another process: calls and events, awaited and not, and again after it was killed."""
    tmp_path.chmod(0o700)
    daemon = Daemon(str(tmp_path), "memory")
    daemon.start()
    try:
        notebook.run("import asyncio, ambidex; from tests.workers.children.atlas import Town")
        notebook.run(
            f"remote = ambidex.connect({daemon.address!r}); town = remote.root(Town); storms = remote.events('s')"
        )
        assert notebook.run("town.roads(), await town.roads.aio()") == Cell(value="([], [])")
        assert notebook.run("with storms: pass\nstorms = remote.events('s', after='beginning')") == Cell()
        daemon.publish("s", 1, 2)
        assert notebook.run("next(storms).value, (await storms.__anext__()).value") == Cell(value="(1, 2)")
        daemon.kill()
        assert notebook.run("town.roads()").error == "ConnectionRefusedError"
        daemon.start()
        assert notebook.run("town.roads(), await ambidex.get(town, 'name')") == Cell(value="([], 'Oslo')")
        assert notebook.run("remote.close()") == Cell()
    finally:
        daemon.kill()
