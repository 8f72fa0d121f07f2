"""Own how behaviours are run: each on a thread of its own, for a limited time: one that hangs holds no other."""

from __future__ import annotations

import importlib
import sys
import threading
import traceback
from typing import TYPE_CHECKING, NamedTuple

from ..runtime import diagnose
from ._behaviours import check_exceptions, registered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ._behaviours import Behaviour
    from ._placement import Placement
    from ._scenery.subject import Subject

LIMIT_S = 30.0  # of one behaviour; arbitrary: each takes milliseconds where nobody else wants the machine


class Hung(AssertionError):
    """Report a behaviour that has not come to its end in time, and where it stands."""


class Outcome(NamedTuple):
    """Be what became of one behaviour; `error` is None where it holds, `excepted` the reason of an exception."""

    behaviour: Behaviour
    error: BaseException | None
    excepted: str | None = None


def behaviours(group: str = "") -> Sequence[Behaviour]:
    """Return all behaviours, or those of a group, in an order that does not change."""
    importlib.import_module(f"{__package__}._suite")  # which registers them
    return [each for each in registered() if group in ("", each.group)]


def hold(behaviour: Behaviour, root: Subject, limit_s: float = LIMIT_S) -> None:
    """Raise where a behaviour does not hold for what is placed.

    Raises:
        Hung: it has not ended within `limit_s` seconds; its thread is left where it is.
        Exception: what it has raised, as a rule an AssertionError.
    """
    raised: list[BaseException] = []

    def run() -> None:
        try:
            behaviour.run(root)
        except BaseException as error:  # noqa: BLE001  any: it is raised below, on the thread that asked
            raised.append(error)

    thread = threading.Thread(target=run, name=f"ambidex testing {behaviour.id}", daemon=True)
    thread.start()
    thread.join(limit_s)
    if thread.is_alive():
        frame = sys._current_frames().get(thread.ident or 0)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  there is no other way
        where = "".join(traceback.format_stack(frame)) if frame is not None else "nowhere"
        raise Hung(f"{behaviour} has not ended within {limit_s:g} s; it stands at:\n{where}\n{diagnose()}")
    if raised:
        raise raised[0]


def hold_all(
    placement: Placement,
    chosen: Iterable[Behaviour] | None = None,
    limit_s: float = LIMIT_S,
    told: Callable[[Outcome], object] = lambda _: None,
) -> list[Outcome]:
    """Hold a placement to all behaviours, or those that are chosen, and return what became of each.

    `told` is called with each outcome as it comes. The placement is left open.

    Raises:
        UsageError: it has exceptions that there may not be.
    """
    from ._scenery.subject import Subject

    every = behaviours() if chosen is None else list(chosen)
    check_exceptions(placement)
    root = placement.place(Subject)
    outcomes: list[Outcome] = []
    for each in every:
        excepted = placement.exceptions.get(each.id)
        error: BaseException | None = None
        if excepted is None:
            try:
                hold(each, root, limit_s)
            except BaseException as raised:
                if isinstance(raised, KeyboardInterrupt):
                    raise
                error = raised
        outcomes.append(Outcome(each, error, excepted))
        told(outcomes[-1])
    return outcomes
