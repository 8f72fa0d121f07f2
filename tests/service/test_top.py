"""`ambidex top`: what it shows on a terminal and elsewhere, how it ends, and how it comes back to a service."""

from __future__ import annotations

import dataclasses
import fcntl
import json
import os
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex._command_line._figures import fitted, look, plain, shown, table
from ambidex.rpc.calling import Latencies, MethodStatistics
from ambidex.service import (
    CallerStatistics,
    Cursor,
    LoopStatistics,
    ProgramStatistics,
    ServiceStatistics,
    serve_statistics,
)
from tests.limits import HANG_S
from tests.programs import LIBRARY
from tests.workers.children.atlas import Town

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ambidex.service import Remote
    from tests.service.conftest import Server

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(LIBRARY), "TERM": "xterm"}
IN_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
_FRAME = re.compile(r"\x1b\[H(?:\x1b\[2J)?(.*?)\x1b\[J", re.DOTALL)


class Terminal:
    """A terminal of some size in which `ambidex top` runs."""

    def __init__(self, *words: str, columns: int = 80, lines: int = 24) -> None:
        self._keys, screen = os.openpty()
        self.resize(columns, lines)
        self.program = subprocess.Popen(
            [sys.executable, "-c", IN_TERMINAL, "-m", "ambidex", "top", "--interval", "0.1", *words],
            env=ENVIRONMENT,
            stdin=screen,
            stdout=screen,
            stderr=screen,
            start_new_session=True,
        )
        os.close(screen)
        self.shown = ""

    def resize(self, columns: int, lines: int) -> None:
        """Be of another size."""
        fcntl.ioctl(self._keys, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def wait_for(self, pattern: str) -> list[str]:
        """Read on until a whole screen matches, and return its lines; what was read up to there is forgotten."""
        while True:
            for frame in _FRAME.finditer(self.shown):
                text = frame[1].replace("\x1b[K", "")
                if re.search(pattern, text):
                    self.shown = self.shown[frame.end() :]
                    return text.split("\r\n")
            assert self._read(), f"it has ended, and shown:\n{self.shown}"

    def _read(self) -> bool:
        assert select.select([self._keys], [], [], HANG_S)[0], f"nothing came; till then:\n{self.shown}"
        try:
            data = os.read(self._keys, 65536)
        except OSError:  # as the end of a terminal is told
            return False
        self.shown += data.decode()
        return bool(data)

    def press_ctrl_c(self) -> int:
        """Do as the keyboard does, and return the exit code."""
        os.write(self._keys, b"\x03")
        return self.wait_for_end()

    def wait_for_end(self) -> int:
        """Read what it shows up to its end; return the exit code."""
        while self._read():
            pass
        return self.program.wait(HANG_S)

    def close(self) -> None:
        """Leave nothing behind."""
        self.program.kill()
        self.program.wait()
        os.close(self._keys)


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """Close the terminals that the test has put here."""
    opened: list[Terminal] = []
    yield opened
    for each in opened:
        each.close()


def run_top(*words: str) -> tuple[int, str, str]:
    """Run it to its end, with its output read by a program."""
    command = [sys.executable, "-m", "ambidex", "top", *words]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=HANG_S, check=False)
    return done.returncode, done.stdout, done.stderr


def test_terminal_shows_a_live_table_and_ctrl_c_ends_it(
    server: Server, remote: Remote, terminals: list[Terminal]
) -> None:
    """Figures follow the calls, the screen's size is kept to whenever it changes, and the exit code is 0."""
    terminals.append(terminal := Terminal(server.address, columns=120, lines=20))
    lines = terminal.wait_for("no call as yet")
    assert re.match(rf"{server.address}: serving for [0-9.]+ s, pid \d+; rates ", lines[0])
    town = remote.root(Town)
    for _ in range(3):
        town.roads()
    with pytest.raises(Exception, match="is lost"):
        town.lose()
    lines = terminal.wait_for(r"Town\.roads +3 [^§]*rates|rates[^§]*Town\.roads +3 ")
    assert any(line.startswith("clients 2 ") for line in lines)
    assert any(re.match(r"calls   4, .*; Lost 1$", line) for line in lines)
    terminal.resize(30, 5)
    lines = terminal.wait_for("more lines")
    assert len(lines) == 5
    assert max(map(len, lines)) == 30
    assert terminal.press_ctrl_c() == 0
    assert "Traceback" not in terminal.shown


def test_service_that_is_restarted_is_found_again(server: Server, terminals: list[Terminal]) -> None:
    """Meanwhile it says that it is out of reach, and why; its new process is counted from the beginning."""
    terminals.append(terminal := Terminal(server.address))
    with server.connect() as remote:
        remote.root(Town).roads()
        terminal.wait_for(r"Town\.roads +1 ")
    server.kill()
    lines = terminal.wait_for("out of reach")
    assert lines[1].startswith("nobody serves ") or "the connection is over" in lines[1]
    server.start()
    terminal.wait_for("no call as yet")
    assert terminal.press_ctrl_c() == 0


@pytest.mark.parametrize("server", ["tls"], indirect=True)
def test_keys_are_those_of_any_client(server: Server, terminals: list[Terminal]) -> None:
    """With them it shows the service; another pin is one sentence and 2, whether at once or later."""
    from ambidex.service import Identity

    folder = Path(server.options["identity"]).parent
    ours = Identity.create(folder / "ours")
    server.options["allow"] = [ours.key]
    server.kill()
    server.start()
    words = [server.address, "--identity", str(folder / "ours"), "--pin"]
    code, out, _ = run_top(*words, server.keys["pin"], "--once")
    assert code == 0
    assert out.startswith(f"{server.address}: serving for ")
    code, out, said = run_top(*words, ours.key, "--once")
    assert (code, out) == (2, "")
    assert said.count("\n") == 1
    assert said.startswith(f"ambidex: {server.address} cannot be looked at: ")
    terminals.append(terminal := Terminal(*words, server.keys["pin"]))
    terminal.wait_for("no call as yet")
    server.options["allow"] = []
    server.options["allow"] = [Identity.create(folder / "others").key]
    server.kill()
    server.start()
    assert terminal.wait_for_end() == 2
    assert "cannot be looked at any more" in terminal.shown


def test_json_is_a_line_for_each_time(server: Server, remote: Remote) -> None:
    """With quantiles in the place of counts; and once, where it is asked for once."""
    remote.root(Town).roads()
    code, out, _ = run_top(server.address, "--json", "--once")
    assert code == 0
    (line,) = out.splitlines()
    told = json.loads(line)
    assert told["clients"] == 2
    roads = told["methods"]["Town.roads"]
    assert roads["calls"] == told["total"]["calls"] == 1
    assert 0 < roads["p50_s"] == roads["p95_s"]
    command = [sys.executable, "-m", "ambidex", "top", server.address, "--json", "--interval", "0.05"]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        before, after = (json.loads(program.stdout.readline()) for _ in range(2))
        assert after["since_s"] > before["since_s"]
        server.kill()
        while "error" not in (told := json.loads(program.stdout.readline())):
            pass
        assert told["address"] == server.address
        program.send_signal(signal.SIGINT)
        assert program.wait(HANG_S) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["unix:///nowhere/town.sock"], "unix:///nowhere/town.sock cannot be looked at: nobody serves "),
        (["nowhere"], "the address 'nowhere' is not understood"),
        (["tcp+tls://127.0.0.1:1"], "tcp+tls://127.0.0.1:1 wants identity="),
        (["unix:///x", "--pin", "x"], "unix:///x knows its clients by their user"),
        (["tcp+tls://127.0.0.1:1", "--identity", "/nowhere"], "the identity in /nowhere cannot be read"),
    ],
)
def test_what_cannot_be_looked_at_is_one_sentence(words: list[str], said: str) -> None:
    """And the exit code is 2."""
    code, out, err = run_top(*words)
    assert (code, out) == (2, "")
    assert err.startswith(f"ambidex: {said}")
    assert err.count("\n") == 1


def test_program_that_opted_in_is_shown_in_the_same_way() -> None:
    """Its loops, and its own clients."""
    with tempfile.TemporaryDirectory(prefix="ambidex-") as folder, serve_statistics(f"unix://{folder}/s") as served:
        code, out, err = run_top(served.address, "--once")
    assert (code, err) == (0, "")
    assert f", pid {os.getpid()}, lets others look for " in out
    assert re.search(r"^ambidex services +\d+ +\d+ +\d+", out, re.MULTILINE)


# -- what is shown, without a process


def _method(calls: int, bucket: int, **more: Any) -> MethodStatistics:
    return MethodStatistics(returned=calls, latencies=Latencies(((bucket, calls),)), **more)


def _service(**more: Any) -> ServiceStatistics:
    given: dict[str, Any] = {"state": "serving", "addresses": ("unix:///s",), "pid": 7, "since_s": 100.0, **more}
    return ServiceStatistics(**given)


def test_rates_and_latencies_are_those_since_the_last_time() -> None:
    """And those since the beginning the first time, or where another process answers."""
    old = _service(methods={"get": _method(100, 200)}, bytes_sent=1024)
    new = _service(since_s=102.0, methods={"get": _method(110, 300), "put": _method(1, 0)}, bytes_sent=5120)
    old_row = next(line for line in table(look(old, None, 0.0)) if line.startswith("get"))
    assert old_row.split()[1:3] == ["100", "1.0"]
    lines = table(look(new, old, 2.0))
    assert lines[0] == "unix:///s: serving for 1.7 min, pid 7; rates of the last 2.0 s"
    assert "bytes   out 5.0 KiB, 2.0 KiB/s; in 0 B, 0 B/s" in lines
    row = next(line for line in lines if line.startswith("get"))
    assert row.split()[1:3] == ["110", "5.0"]
    again = table(look(dataclasses.replace(new, pid=8), old, 2.0))
    assert again[0].endswith("pid 8; rates since then")
    assert table(look(dataclasses.replace(new, since_s=1.0), old, 2.0))[0].endswith("rates since then")
    idle = next(line for line in table(look(new, new, 1.0)) if line.startswith("get"))
    assert idle.split()[2:7] == ["0.0", "0", "0", "-", "-"]


def test_all_that_is_told_is_shown() -> None:
    """Drops and refusals by why, errors, cancelled and late calls, events; of a program its parts, one by one."""
    methods = {"get": MethodStatistics(3, 4, {"KeyError": 5}, 6, 7)}
    service = _service(
        methods=methods,
        dropped={"unsent": 2},
        turned_away={"clients": 1, "SecurityError": 3},
        strangers=4,
        subscriptions=9,
        last_event=Cursor("0" * 16, 1234),
    )
    text = "\n".join(table(look(service, None, 0.0)))
    for part in ("unsent 2", "SecurityError 3, clients 1", "unknown 4", "events  1,234, subscriptions 9"):
        assert part in text
    assert "open 3; KeyError 5, cancelled 6, too late 7" in text
    callers = tuple(CallerStatistics("worker", "w.py", "running", 0, methods) for _ in range(2))
    program = ProgramStatistics("shop.py", (LoopStatistics("town", 2, 1, 50),), callers, (service,))
    whole = _service(program=program)
    lines = table(look(whole, whole, 1.0))
    assert lines[0] == "shop.py, pid 7, lets others look for 1.7 min; rates of the last 1.0 s"
    assert [line.split()[:4] for line in lines if line.startswith("town")] == [["town", "2", "1", "50"]]
    rows = [line for line in lines if line.startswith("worker w.py (running)")]
    assert [row.split()[3:5] for row in rows] == [["25", "0.0"]] * 2
    assert plain(whole)["program"]["services"][0]["last_event"] == f"{'0' * 16}-1234"
    json.dumps(plain(whole))


def test_names_cannot_act_on_the_terminal() -> None:
    """What is no plain character of one column is escaped, so that a row is as long as it looks."""
    assert shown("Town.rünnen") == "Town.rünnen"
    assert shown("\x1b]0;x\x07") == r"\x1b]0;x\x07"
    evil = "\x1b[2Ja\nb\u202e\u5bff\u0301"
    service = _service(
        addresses=(evil,), methods={evil: MethodStatistics(errors={evil: 1})}, dropped={evil: 1}, turned_away={evil: 1}
    )
    program = ProgramStatistics(
        evil, (LoopStatistics(evil, 1, 1, 1),), (CallerStatistics("client", evil, evil, 1, {}),), (service,)
    )
    for told in (service, _service(program=program)):
        for line in table(look(told, None, 0.0)):
            assert line.isprintable()
            assert line.isascii()


def test_screen_has_no_more_lines_and_columns_than_there_are() -> None:
    """What does not fit is said, down to a screen of one line."""
    assert fitted(["abc", "d"], 3, 2) == ["abc", "d"]
    assert fitted(["abcd", "e", "f"], 3, 2) == ["ab…", "..…"]
    assert fitted(["a", "b", "c"], 80, 1) == ["... 3 more lines"]
