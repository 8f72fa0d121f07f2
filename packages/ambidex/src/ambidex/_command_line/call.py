"""Own `ambidex call`: start a worker, call one of its functions, print what it gives.

Only what the function gives goes to standard output; what the worker writes itself goes to standard error.
"""

from __future__ import annotations

import dataclasses
import json
import pprint
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import UsageError, WorkerNotStarted
from ..workers.parent import OutputLine, ParentWorker
from ._parser import read_behind_target

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ..workers.parent import BlockingWorker

__all__ = ("call", "read_arguments")

_NAMED = re.compile(r"([^\W\d]\w*)=(.*)", re.DOTALL)


def call(options: argparse.Namespace) -> int:
    """Run the verb and return its exit code.

    Raises:
        UsageError: there is no such program, interpreter or function.
    """
    read_behind_target(options)
    worker = ParentWorker(options.target, python=options.python, output=_show, codec=options.codec)
    try:
        with worker.sync as started:
            if options.function is None:
                _list(started)
                return 0
            return _call(started, options)
    except WorkerNotStarted as error:
        print(f"ambidex: {error}", file=sys.stderr)
        return 1


def _show(line: OutputLine) -> None:
    sys.stderr.write(line.text + line.end)
    sys.stderr.flush()


def _list(worker: BlockingWorker) -> None:
    for function in worker.call.list_functions(signatures=True):
        print(function)


def _call(worker: BlockingWorker, options: argparse.Namespace) -> int:
    positional, named = read_arguments(options.arguments)
    calls = worker.call if options.timeout is None else worker.call.with_options(timeout=options.timeout)
    try:
        function = getattr(calls, options.function)
    except AttributeError as error:
        raise UsageError(str(error)) from error
    try:
        result: Any = function(*positional, **named)
        if not issubclass(type(result), Iterator):
            _print(result, is_json=options.json)
            return 0
        for item in result:
            _print(item, is_json=options.json)
    except _NoJson as error:
        print(
            f"ambidex: {options.function} gave what JSON has no form for ({error}): leave out --json", file=sys.stderr
        )
        return 1
    except BrokenPipeError as error:
        if _remote_traceback(error) is None:  # our own standard output's
            raise
        return _failed(error)
    except Exception as error:  # noqa: BLE001  whatever the function raises: it is shown
        return _failed(error)
    return 0


def read_arguments(words: Sequence[str]) -> tuple[list[Any], dict[str, Any]]:
    """Return the positional arguments that words are, and those by name, as in `name=Ann`.

    Raises:
        UsageError: a name comes twice, or a positional argument behind one with a name.
    """
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for word in words:
        match = _NAMED.fullmatch(word)
        if match is not None:
            name = match.group(1)
            if name in named:
                raise UsageError(f"the argument {name} is given twice")
            named[name] = _value(match.group(2))
        elif named:
            raise UsageError(f"{word!r} has no name and follows arguments that have one: put it before them")
        else:
            positional.append(_value(word))
    return positional, named


def _value(word: str) -> Any:
    """Return what a word is in JSON, and itself where it is no JSON."""
    try:
        return json.loads(word, parse_constant=_refuse)
    except ValueError:
        return word


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


class _NoJson(Exception):
    """Say what has no form in JSON."""


def _print(value: object, *, is_json: bool) -> None:
    if is_json:
        try:
            text = json.dumps(value, ensure_ascii=False, default=_plain)
        except (TypeError, ValueError) as error:
            raise _NoJson(error) from error
    elif value is None:
        return
    else:
        text = value if isinstance(value, str) else pprint.pformat(value, sort_dicts=False)
    print(text, flush=True)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    raise TypeError(f"an object of the class {type(value).__name__}")


def _failed(error: Exception) -> int:
    told = _remote_traceback(error) or f"ambidex: {type(error).__name__}: {error}"
    print(told, file=sys.stderr)
    return 1


def _remote_traceback(error: BaseException) -> str | None:
    """Return the traceback of the other process, which an error from there has as a note; None where it has none."""
    notes: list[str] = [note for note in getattr(error, "__notes__", ()) if note.startswith("Traceback of the other")]
    return "\n".join(notes) or None
