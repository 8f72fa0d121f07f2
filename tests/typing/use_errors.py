"""What a user of errors.py infers."""

from __future__ import annotations

import errors
from typing_extensions import assert_type

oslo = errors.Station("Oslo")
try:
    oslo.check("x")
except errors.FailedTwice as twice:
    assert_type(twice.second, errors.Station)
    assert_type(twice.station, errors.Station)
except errors.Failed as failed:
    assert_type(failed.station, errors.Station)
    assert_type(failed.near, "dict[str, list[errors.Station]]")
    assert_type(failed.where, str)
    assert_type(failed.itself, errors.Station)
except errors.Lost as lost:
    assert_type(lost.station, errors.Station)
    assert_type(lost.attempts, int)
assert_type(oslo.last(), "errors.Failed | None")
assert_type(oslo.tell(errors.Failed(oslo, [oslo])), str)
oslo.handed(lambda problem: assert_type(problem.station, errors.Station).check("x"))
errors.Failed(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
error: LookupError = errors.Lost(oslo)
assert_type(oslo.problems(), "list[errors.Station | BaseException]")
