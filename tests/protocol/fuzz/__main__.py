"""Fuzz the protocol, or replay files: see the package's docstring."""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.protocol import Kind, Limits, Message

from .campaign import Campaign
from .conversations import recorded
from .target import Finding, check_cuts, check_memory, outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHOWN = 60  # bytes of a payload


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit status: 1 where a fault was found, or a conversation was refused."""
    parser = argparse.ArgumentParser(prog="python -m tests.protocol.fuzz", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="conversations to replay, in place of a fuzz")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long to fuzz (%(default)s)")
    parser.add_argument("--seed", type=int, help="of the changes; without one it is drawn, and printed")
    parser.add_argument(
        "--found", type=Path, default=Path("build/fuzz/found.bin"), help="where to keep a faulty input (%(default)s)"
    )
    options = parser.parse_args(arguments)
    if options.files:
        return max(replay(file) for file in options.files)
    return fuzz(options.seconds, random.randrange(2**32) if options.seed is None else options.seed, options.found)


def fuzz(seconds: float, seed: int, found: Path) -> int:
    """Fuzz for so long, print what was reached, and keep the input that shows a fault."""
    print(f"seed {seed}", flush=True)
    campaign = Campaign(random.Random(seed))
    started_s = time.monotonic()
    try:
        campaign.run(list(recorded().values()), lambda _: time.monotonic() - started_s >= seconds)
    except Finding as fault:
        found.parent.mkdir(parents=True, exist_ok=True)
        found.write_bytes(fault.data)
        print(f"FAULT: {fault}\nsee it again: python -m tests.protocol.fuzz {found}")
        return 1
    finally:
        print(campaign.summary(time.monotonic() - started_s))
    return 0


def replay(file: Path) -> int:
    """Print each message of a conversation, and how it ends."""
    data = file.read_bytes()
    print(f"{file}: {len(data)} bytes")
    try:
        found = outcome(data, lambda _: 1, Limits())
        for message in found.messages:
            print(f"  {_shown(message)}")
        if found.refusal:
            print(f"  refused: {found.refusal}")
        check_cuts(data, outcome(data, lambda most: most), lambda _: 1)
        check_memory(data)
    except Finding as fault:
        print(f"  FAULT: {fault}")
        return 1
    return 1 if found.refusal else 0


def _shown(message: Message) -> str:
    payload = bytes(message.payload)
    text = repr(payload[:_SHOWN])[1:] + ("..." if len(payload) > _SHOWN else "")
    buffers = f" buffers of {', '.join(str(len(each)) for each in message.buffers)} bytes" if message.buffers else ""
    flags = f" flags {message.flags}" if message.flags else ""
    return f"{Kind(message.kind).name.lower():<8} {message.id:<4} {len(payload):>6} bytes {text}{flags}{buffers}"


if __name__ == "__main__":
    sys.exit(main())
