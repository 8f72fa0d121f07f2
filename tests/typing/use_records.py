"""The types of records.py as a user sees them: the fields of its records are faces."""

from __future__ import annotations

import dataclasses
from typing import Any, Optional

import records
from _records import Page, Planner
from records import Alarm, Leg, Node, Report, Station, Stop
from typing_extensions import assert_type


async def waiting(station: Station) -> None:
    assert_type((await station.report.aio()).station, Station)


def blocking(station: Station, plan: records.Plan) -> None:
    report = station.report()
    assert_type(report, Report)
    assert_type(report.station, Station)
    assert_type(report.others, list[Station])
    assert_type(report.where, str)
    assert_type(report.is_about(station), bool)
    assert_type(Report.LIMIT, int)
    assert_type(Report("x", station, scale=2), Report)
    Report("x", station, scale="2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert_type(records.ride({"name": "x", "home": station}), "tuple[records.Plan, list[Leg]]")
    bare: records.Plan = {"name": "x"}
    records.ride(bare)
    records.ride({"home": station})  # type: ignore[typeddict-item]  # pyright: ignore[reportArgumentType]
    assert_type(dataclasses.replace(report, title="x"), Report)
    assert_type(Leg(Stop(station)).start.at, Station)
    assert_type(Leg(Stop(station), None, 3.0).km, float)
    assert_type(plan["name"], str)
    if "home" in plan:
        assert_type(plan["home"], Station)
    assert_type(Node(station).near, list[Node])
    assert_type(Node(None).station, Optional[Station])
    assert_type(records.page([station]), Page[Station])
    assert_type(records.page([station]).items, list[Station])
    assert_type(records.titles(Page([report])), dict[str, Station])
    alarm = Alarm("storm", station, cause=None)
    assert_type(alarm.cause, Optional[Station])
    assert_type(alarm.station, Station)
    as_report: Report = alarm
    _: Any = records.either(as_report)


def planning(planner: Planner) -> None:
    assert_type(records.planned(planner)[0], Planner)
