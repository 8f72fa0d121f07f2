"""A placement that breaks a promise fails where it should, and nowhere that it does not touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ambidex import UsageError
from ambidex.testing import InProcess, Subject, behaviours, check_exceptions, hold
from tests.conformance import broken

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT_S = 1.5  # what hangs is one of the failures

# By the placement: behaviours that fail, and groups that hold.
BROKEN: Mapping[type[broken.Broken], tuple[tuple[str, ...], tuple[str, ...]]] = {
    broken.LosesTypes: (
        ("errors/own-class-and-parts/blocking", "errors/attributes-of-oserror/awaited", "errors/of-the-root/blocking"),
        ("backpressure",),
    ),
    broken.IgnoresDeadlines: (
        ("deadlines/expired-before-start/awaited", "deadlines/is-seen-by-the-work/blocking"),
        ("errors", "streams", "identity"),
    ),
    broken.NeverCancels: (
        ("cancellation/task-cancelled-cleans-up/awaited",),
        ("identity", "references"),
    ),
    broken.DoublesAnItem: (
        ("streams/items-come-in-order/blocking", "streams/items-come-in-order/awaited"),
        ("calls", "identity"),
    ),
    broken.LeaksReferences: (
        ("references/released-at-zero/blocking", "references/released-at-zero/awaited"),
        ("calls", "streams"),
    ),
    broken.GivesNewFaces: (
        ("identity/same-object-same-face/blocking", "identity/same-object-same-face/awaited"),
        ("errors", "backpressure"),
    ),
    broken.ReadsWithoutBound: (
        ("backpressure/producer-waits/blocking",),
        ("calls", "contexts"),
    ),
}


@pytest.mark.parametrize("made", BROKEN, ids=lambda made: made.__name__)
def test_broken_placement_fails_where_it_should(made: type[broken.Broken]) -> None:
    """What it breaks is found, and the groups that it does not touch hold."""
    fail, groups_that_hold = BROKEN[made]
    found: dict[str, BaseException] = {}
    with made() as placement:
        root = placement.place(Subject)
        for each in behaviours():
            if each.id in fail or each.group in groups_that_hold:
                try:
                    hold(each, root, LIMIT_S)
                except BaseException as error:  # noqa: BLE001  any: it is the outcome
                    found[each.id] = error
    failed = set(found)
    assert set(fail) <= failed
    assert {id_ for id_ in failed if id_.partition("/")[0] in groups_that_hold} <= set(fail)


@pytest.mark.parametrize("id_", ["calls/keywords/blocking", "streams/empty/awaited", "callbacks/nonsense/blocking"])
def test_exception_that_there_may_not_be_is_refused(id_: str) -> None:
    """Of a strict group, and of no behaviour at all."""

    class Excepting(InProcess):
        exceptions = {id_: "because"}  # noqa: RUF012  it is asked for as such

    with pytest.raises(UsageError, match=id_):
        check_exceptions(Excepting())
