"""Use records that carry faces: the implementation gets objects, the user gets faces, in both directions."""

from __future__ import annotations

import asyncio
import dataclasses

import records
from _records import Draft, Page, Planner, Wish
from records import Alarm, Leg, Node, Report, Station, Stop, either, page, ride, titles, turned

bergen, voss = Station("Bergen"), Station("Voss")

report = bergen.report()
assert type(report) is Report
assert report.station is bergen
assert report.others[0] is bergen
assert (report.title, report.size, report.where, Report.LIMIT) == ("calm", 4, "Bergen", 3)
assert report.is_about(bergen)
assert dataclasses.replace(report, station=voss).station is voss

pages = page([bergen, voss])
assert pages.items[1] is voss
assert pages.cursor == 2
found = titles(Page([report, Report("wind", voss, scale=3)]))
assert found["wind"] is voss
assert found["calm"] is bergen

leg = Leg(Stop(bergen), km=3)
plan: records.Plan = {"name": "north", "legs": [leg], "fallback": {"name": "none"}, "home": voss}
returned, legs = ride(plan)
assert returned["legs"][0].start.at is bergen  # pyright: ignore
assert returned["home"] is voss  # pyright: ignore
assert returned["fallback"] == {"name": "none"}  # pyright: ignore
assert type(legs[0]) is Leg
assert (legs[0].start.at, legs[0].end, legs[0].km) == (bergen, None, 3)

alarm = Alarm("storm", bergen, cause=voss, heard_by=(bergen, voss))
known = either(alarm)
assert isinstance(known, Alarm)
assert known.cause is voss
assert known.station is bergen
assert known.heard_by[1] is voss
assert known.is_known()

root = Node(bergen)
child = Node(voss, parent=root)
root.near.append(child)
again = turned(root)
assert again.station is bergen
assert again.near[0].station is voss
assert again.near[0].parent is again
empty = Node(None, [Node(None)])
assert turned(empty) is empty

for thing in (report, Stop(voss), voss, "word", None):
    same = either(thing)
    assert type(same) is type(thing)
assert either(voss) is voss

closure, notice = records.Closure("storm", bergen), records.Notice("rain")
closed, *plain = records.noticed(closure, notice)
assert isinstance(closed, records.Closure)
assert closed.closed is bergen
assert plain[0] == notice

planner = Planner("all", {bergen: [voss]}, [Planner("below", voss), Planner("plain", 1)])
planned, (wish, plain_wish) = records.planned(planner, Wish(bergen), Wish("word", 3))
assert planned.fields[bergen][0] is voss
assert planned.below[0].fields is voss
assert planned.below[1].fields == 1
assert (wish, plain_wish) == (Wish(bergen), Wish("word", 3))
plain_planner = Planner("plain", {"a": 1}, [Planner("below", "b")])
assert records.planned(plain_planner)[0] is plain_planner
circle = Planner("circle", voss)
circle.below.append(circle)
(around,) = records.planned(circle)[0].below
assert around.below[0] is around
assert around.fields is voss

draft = records.drafted(bergen, Draft(1, [bergen, voss]))
assert isinstance(draft, Draft)
assert draft.notes == [bergen, voss]
assert records.drafted(bergen, Draft(1, [])) == {"": bergen}
sighting, options = records.sighted(records.Sighting(bergen, [voss]), wishes={"a": Wish(voss)}, level=3)
assert sighting.at is bergen
assert sighting.remarks[0] is voss
assert options == {"wishes": {"a": Wish(voss)}, "level": 3}
remark = records.noted(records.Remark("rain", voss))
assert isinstance(remark, records.Remark)
assert remark.about is voss


async def waiting() -> None:
    (awaited, _) = await records.planned.aio(Planner("all", {bergen: [voss]}))
    assert awaited.fields[bergen][0] is voss
    (closed,) = await records.noticed.aio(closure)
    assert isinstance(closed, records.Closure)
    assert closed.closed is bergen
    report = await bergen.report.aio()
    assert report.station is bergen


asyncio.run(waiting())
