"""Own `ambidex serve`: make an object, serve it until a signal asks for the end, and drain.

The first SIGTERM, SIGINT or SIGHUP drains; the next signal ends the process at once, as it does without a handler.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import signal
import sys
from typing import TYPE_CHECKING, Any

from ..errors import EventLogUnavailable, UsageError
from ..service import NO_SOCKETS, Publisher, Service, SQLiteLog, inherited_sockets
from ..transport.endpoints import notify
from ._target import made_of
from .call import read_arguments
from .identity import loaded

if TYPE_CHECKING:
    import argparse
    from collections.abc import Generator, Sequence

    from ..service import Listener

__all__ = ("serve",)

_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP")  # Windows has no SIGHUP
_ADDRESS = re.compile(r"[a-z][a-z+]*:/.*", re.DOTALL)


def serve(options: argparse.Namespace) -> int:
    """Run the verb and return its exit code, which is 0 after a drain.

    Raises:
        UsageError: the object cannot be made or served, or not there.
    """
    logging.basicConfig(level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    words: list[str] = list(options.words)
    address = words.pop(0) if words and _ADDRESS.fullmatch(words[0]) else None
    positional, named = read_arguments(words)
    place: str | Sequence[Listener] = inherited_sockets() or address or ()
    if address is not None and place is not address:
        logging.getLogger(__name__).info("the sockets that were inherited are served, and not %s", address)
    if not place:
        raise UsageError(NO_SOCKETS)
    try:
        identity = None if options.identity is None else loaded(options.identity)
    except OSError as error:
        raise UsageError(f"the identity in {options.identity} cannot be read: {error.strerror}") from error
    publisher = None if options.events is None else Publisher(SQLiteLog(options.events))
    if publisher is not None:
        named["publisher"] = publisher
    made = made_of(options.target, positional, named)
    service = Service(made, place, identity=identity, allow=options.allow, events=publisher)
    return asyncio.run(_serve(service, options.target, options.drain))


async def _serve(service: Service, target: str, drain_s: float) -> int:
    asked = asyncio.Event()
    with _hearing(asked):
        try:
            await service.start()
        except OSError as error:
            raise UsageError(f"{service.address} cannot be served: {error}") from error
        except EventLogUnavailable as error:
            raise UsageError(str(error)) from error
        try:
            print(f"serving {target} at {' and '.join(service.addresses)} (pid {os.getpid()})", flush=True)
            _tell(f"READY=1\nMAINPID={os.getpid()}")
            await asked.wait()
            _tell("STOPPING=1")
            await service.drain(drain_s)
        finally:
            await service.close()
    return 0


@contextlib.contextmanager
def _hearing(asked: asyncio.Event) -> Generator[None, None, None]:
    """Have the first signal that asks for the end set `asked`, and a second one end the process."""
    loop = asyncio.get_running_loop()

    def hear(signum: int, _: object) -> None:
        for each in before:  # the next one ends this process at once, whichever it is
            signal.signal(each, signal.SIG_DFL)
        logging.getLogger(__name__).info("draining, as %s asks", signal.Signals(signum).name)
        loop.call_soon_threadsafe(asked.set)

    numbers: list[signal.Signals] = [each for name in _SIGNALS if (each := getattr(signal, name, None)) is not None]
    before: dict[signal.Signals, Any] = {each: signal.getsignal(each) for each in numbers}
    for each in numbers:
        signal.signal(each, hear)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _tell(state: str) -> None:
    try:
        notify(state)
    except OSError as error:  # it serves nevertheless
        print(f"ambidex: the service manager cannot be told {state.split(maxsplit=1)[0]} ({error})", file=sys.stderr)
