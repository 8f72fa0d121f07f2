"""Hold a placement to every behaviour: `python -m ambidex.testing MODULE:PLACEMENT`."""

from __future__ import annotations

import argparse
import importlib
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from . import GROUPS, LIMIT_S, Placement, behaviours, hold_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from . import Outcome

__all__ = ("main",)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the behaviours, print each failure and how many there were; return 1 where one fails, 2 where none ran."""
    parser = argparse.ArgumentParser("python -m ambidex.testing", description=main.__doc__)
    parser.add_argument("placement", metavar="MODULE:PLACEMENT", help="a class that is made without arguments")
    parser.add_argument("--group", choices=GROUPS, default="", help="the behaviours of one group alone")
    parser.add_argument("--limit", type=float, default=LIMIT_S, help="seconds that one behaviour may take")
    options = parser.parse_args(arguments)
    sys.path.insert(0, str(Path.cwd()))
    module, _, name = options.placement.partition(":")
    try:
        placement = getattr(importlib.import_module(module), name)()
    except (ImportError, AttributeError, TypeError) as error:
        parser.exit(2, f"{options.placement} cannot be had: {error}\n")
    if not isinstance(placement, Placement):
        parser.exit(2, f"{options.placement} makes no ambidex.testing.Placement\n")
    with placement:
        outcomes = hold_all(placement, behaviours(options.group), options.limit, _tell)
    failed = [each for each in outcomes if each.error is not None]
    excepted = [each for each in outcomes if each.excepted is not None]
    for each in excepted:
        print(f"excepted: {each.behaviour}: {each.excepted}")
    held = len(outcomes) - len(failed) - len(excepted)
    print(f"{len(outcomes)} behaviours, {held} held, {len(failed)} failed, {len(excepted)} exceptions")
    return 1 if failed else 0


def _tell(outcome: Outcome) -> None:
    error = outcome.error
    if error is not None:
        print(f"failed: {outcome.behaviour}: {outcome.behaviour.says}")
        print("".join(traceback.format_exception(type(error), error, error.__traceback__)))


if __name__ == "__main__":
    sys.exit(main())
