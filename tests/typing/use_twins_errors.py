"""What a user of twins_errors.py infers."""

from __future__ import annotations

import twins_errors
from typing_extensions import assert_type

try:
    twins_errors.Station("Oslo").check()
except twins_errors.Failed as failed:
    assert_type(failed.station, twins_errors.Station)


async def waiting() -> None:
    try:
        await twins_errors.AsyncStation("Oslo").check()
    except twins_errors.AsyncFailed as failed:
        assert_type(failed.station, twins_errors.AsyncStation)
