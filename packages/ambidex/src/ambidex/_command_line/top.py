"""Own `ambidex top`: look at a live service, or at a program that lets others look, again and again.

It is a client as any other one, by the same checks. Ctrl-C is how it ends, with 0.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING

from ..errors import AmbidexError, PeerRefused, SecurityError, UsageError
from ..service import connect
from ._figures import fitted, look, plain, shown, table
from .identity import loaded

if TYPE_CHECKING:
    import argparse

    from ..service import Remote, ServiceStatistics

__all__ = ("top",)

_ANSWER_S = 5.0  # arbitrary: what has not answered then is shown as out of reach
_SIZE = os.terminal_size((80, 24))  # of a terminal that does not say
_HOME, _REST_OF_LINE, _REST, _CLEAR = "\x1b[H", "\x1b[K", "\x1b[J", "\x1b[H\x1b[2J"


def top(options: argparse.Namespace) -> int:
    """Run the verb and return its exit code.

    Raises:
        UsageError: the address is none, keys are missing, or nothing there can be looked at.
    """
    try:
        identity = None if options.identity is None else loaded(options.identity)
    except OSError as error:
        raise UsageError(f"the identity in {options.identity} cannot be read: {error.strerror}") from error
    try:
        with connect(options.address, identity=identity, pin=options.pin, timeout=_ANSWER_S) as remote:
            first = _first(remote)
            if options.once:
                _print(first, is_json=options.json)
                return 0
            _watch(remote, first, options.interval, is_json=options.json)
    except KeyboardInterrupt:  # how one ends it
        pass
    return 0


def _first(remote: Remote) -> ServiceStatistics:
    try:
        return remote.service_statistics(timeout=_ANSWER_S)
    except (AmbidexError, OSError) as error:
        raise UsageError(f"{remote.address} cannot be looked at: {_said(error)}") from error


def _print(told: ServiceStatistics, *, is_json: bool) -> None:
    print(json.dumps(plain(told)) if is_json else "\n".join(table(look(told, None, 0.0))), flush=True)


def _watch(remote: Remote, told: ServiceStatistics, interval_s: float, *, is_json: bool) -> None:
    """Show what is told, until Ctrl-C; what is out of reach is asked for again.

    Raises:
        UsageError: it is refused, which it will be the next time, too.
    """
    before: ServiceStatistics | None = None
    begun = taken = time.monotonic()
    screen = _Screen()
    try:
        while True:
            if is_json:
                _print(told, is_json=True)
            else:
                screen.show(table(look(told, before, taken - begun)))
            before, begun = told, taken
            time.sleep(interval_s)
            told = _next(remote, interval_s, screen, is_json=is_json)
            taken = time.monotonic()
    finally:
        screen.leave()


def _next(remote: Remote, interval_s: float, screen: _Screen, *, is_json: bool) -> ServiceStatistics:
    lost = time.monotonic()
    while True:
        try:
            return remote.service_statistics(timeout=_ANSWER_S)
        except (SecurityError, PeerRefused, UsageError) as error:
            raise UsageError(f"{remote.address} cannot be looked at any more: {_said(error)}") from error
        except (AmbidexError, OSError) as error:
            if is_json:
                print(json.dumps({"address": remote.address, "error": _said(error)}), flush=True)
            else:
                since = f"{time.monotonic() - lost:.0f} s"
                screen.show([f"{remote.address}: out of reach for {since}, and is tried again", shown(_said(error))])
        time.sleep(interval_s)


def _said(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


class _Screen:
    """Show lines one after the other; on a terminal in one place, and no more than it has room for."""

    def __init__(self) -> None:
        self._is_terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        self._has_shown = False

    def show(self, lines: list[str]) -> None:
        """Show lines, in the place of the last ones."""
        if not self._is_terminal:
            sys.stdout.write("\n".join([*([""] if self._has_shown else []), *lines, ""]))
        else:
            width, height = os.get_terminal_size(sys.stdout.fileno())
            fitting = fitted(lines, width or _SIZE.columns, height or _SIZE.lines)
            begin = _HOME if self._has_shown else _CLEAR
            # Each line is cut off behind itself, and the last one has no end: nothing flickers, and nothing scrolls
            sys.stdout.write(begin + f"{_REST_OF_LINE}\n".join(fitting) + _REST_OF_LINE + _REST)
        sys.stdout.flush()
        self._has_shown = True

    def leave(self) -> None:
        """Leave what is shown last, for what follows."""
        if self._is_terminal and self._has_shown:
            sys.stdout.write("\n")
            sys.stdout.flush()
