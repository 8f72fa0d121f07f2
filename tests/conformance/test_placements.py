"""Every placement of this library, held to every behaviour."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex import UsageError
from ambidex.testing import (
    GROUPS,
    STRICT,
    CopiesEverything,
    InChild,
    InProcess,
    OverTLS,
    OverUnixSocket,
    Placement,
    Subject,
    behaviours,
    check_exceptions,
    hold,
)

if TYPE_CHECKING:
    from collections.abc import Generator

    from ambidex.testing import Behaviour

PLACEMENTS: dict[str, type[Placement]] = {
    "in process": InProcess,
    "in process, copied": CopiesEverything,
    "child": InChild,
    "Unix socket": OverUnixSocket,
    "TLS": OverTLS,
}
_AT_ONCE = 10  # more than the threads of any behaviour
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "placements.md"


@pytest.fixture(scope="module", params=PLACEMENTS)
def placement(request: pytest.FixtureRequest, kept: None) -> Generator[Placement, None, None]:
    """Give each placement, open for all tests."""
    with PLACEMENTS[request.param]() as made:
        yield made


@pytest.fixture(scope="module")
def root(placement: Placement) -> Subject:
    """Give the subject that is placed, and was called as often at a time as behaviours do.

    A client connects with its first call, and a loop keeps what its callers wait on for those that come after them.
    """
    placed = placement.place(Subject)
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        held = [threads.submit(placed.hold) for _ in range(_AT_ONCE)]
        placed.wait_for("holding", _AT_ONCE)
        placed.let_go()
        for each in held:
            assert each.result() == "let go"
    return placed


@pytest.mark.parametrize("behaviour", behaviours(), ids=str)
def test_behaviour(behaviour: Behaviour, placement: Placement, root: Subject) -> None:
    """It holds, or the placement says why it does not."""
    if behaviour.id in placement.exceptions:
        with pytest.raises(UsageError):  # else it is none, and the table is wrong
            hold(behaviour, root)
        return
    hold(behaviour, root)


def test_there_are_as_many_as_were_promised() -> None:
    """150 at least, in every group, each with a sentence of its own; the same for all, for they know no placement."""
    counts = Counter(each.group for each in behaviours())
    print(f"{sum(counts.values())} behaviours:", ", ".join(f"{group} {counts[group]}" for group in GROUPS))
    assert sum(counts.values()) >= 150
    assert set(counts) == set(GROUPS)
    assert all(each.says.endswith(".") for each in behaviours())


@pytest.mark.parametrize("made", PLACEMENTS.values())
def test_exceptions_are_those_of_the_page(made: type[Placement]) -> None:
    """Each stands in docs/reference/placements.md, with its reason; none is of a group that has none."""
    check_exceptions(made())
    page = PAGE.read_text(encoding="utf-8")
    for id_, reason in made.exceptions.items():
        assert id_.partition("/")[0] not in STRICT
        assert f"| `{made.__name__}` | `{id_}` | {reason} |" in page


def test_page_has_no_other_exceptions() -> None:
    """A row of the table is an exception of a placement."""
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    known = {(made.__name__, id_) for made in PLACEMENTS.values() for id_ in made.exceptions}
    assert {tuple(part.strip(" `") for part in row.split("|")[1:3]) for row in rows} == known
