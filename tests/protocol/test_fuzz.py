"""The fuzz finds nothing in the protocol as it is, reaches all of it, and finds what is broken on purpose."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.protocol import Kind, Limits, Reader, Writer

from .fuzz import target
from .fuzz.__main__ import fuzz, main
from .fuzz.campaign import Campaign
from .fuzz.conversations import CONVERSATIONS, RECORDED, recorded
from .fuzz.target import Finding

if TYPE_CHECKING:
    from pathlib import Path

INPUTS = 2500  # two seconds of an idle machine
SLOW_S = 60.0


def campaign(seed: int, inputs: int) -> Campaign:
    """Return a fuzz that has looked at so many inputs."""
    made = Campaign(random.Random(seed))
    made.run(list(recorded().values()), lambda done: done >= inputs)
    return made


def test_recorded_conversations_are_what_is_written_today() -> None:
    """The wire has not changed by accident; `python -m tests.protocol.fuzz.conversations` writes them anew."""
    assert recorded() == {name: made() for name, made in CONVERSATIONS.items()}


def test_fuzz_finds_nothing_and_reaches_every_kind_of_frame() -> None:
    """With the same changes in each run; whole messages of every kind, and refusals, came out of them."""
    done = campaign(1, INPUTS)
    assert set(done.kinds) == {kind.name.lower() for kind in Kind}
    assert len(done.refusals) >= 8
    assert [line for line in done.reach.missing() if not line.startswith("_hello.py")] == []


@pytest.mark.slow
@pytest.mark.timeout(SLOW_S * 4)
def test_fuzz_of_a_minute_finds_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With other changes in each run; the seed is printed."""
    status = fuzz(SLOW_S, time.time_ns(), tmp_path / "found.bin")
    printed = capsys.readouterr().out
    print(printed)
    assert status == 0
    assert "lines never reached: none\nframes:" in printed
    assert "frames that never came: none" in printed


def test_replay_prints_each_message(capsys: pytest.CaptureFixture[str]) -> None:
    """A recorded conversation, message by message."""
    assert main([str(RECORDED / "buffers.bin")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["ping", "cancel", "result", "call", "item", "item"]
    assert lines[5].endswith("buffers of 3000, 200 bytes")


def test_input_that_shows_a_fault_is_kept_and_replayed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It shows the fault again as long as that is there."""
    found = tmp_path / "found.bin"
    with monkeypatch.context() as broken:
        broken.setattr("ambidex.protocol._reader.ProtocolError", KeyError)
        assert fuzz(60.0, 1, found) == 1
        assert main([str(found)]) == 1
    assert "FAULT: KeyError came out" in capsys.readouterr().out
    assert main([str(found)]) == 1
    assert "refused" in capsys.readouterr().out


def test_error_of_another_kind_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is not a `ProtocolError`."""
    monkeypatch.setattr("ambidex.protocol._reader.ProtocolError", LookupError)
    with pytest.raises(Finding, match="LookupError came out"):
        campaign(1, INPUTS)


def test_allocation_above_the_limits_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that takes longer messages than it was told to."""

    def of_other_limits(limits: Limits, *rest: Any) -> Reader:
        return Reader(Limits(message=2**29, buffered=2**30), *rest)

    monkeypatch.setattr(target, "Reader", of_other_limits)
    with pytest.raises(Finding, match="bytes were allocated, where the limits allow"):
        campaign(1, INPUTS)


def test_message_that_depends_on_the_reads_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that forgets the begin of a frame at the end of a read."""

    def forget(reader: Reader, begin: int, end: int) -> None:
        reader._begin = reader._end = 0  # pyright: ignore[reportPrivateUsage]  it is broken on purpose

    monkeypatch.setattr(Reader, "_keep", forget)
    with pytest.raises(Finding):
        campaign(1, INPUTS)


def test_message_that_a_writer_loses_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that forgets what waits behind a message with buffers."""

    def forget(writer: Writer, id_: int, behind: object) -> None:
        """Send none of it."""

    monkeypatch.setattr(Writer, "_release", forget)
    with pytest.raises(Finding, match="missing"):
        campaign(1, INPUTS)
