"""Use what is named like something else."""

from __future__ import annotations

import asyncio
import datetime as dt

import names

calendar = names.Calendar()
assert calendar.list() == [calendar]
assert calendar.dict(dt.datetime(2000, 1, 2)) == {"day": dt.date(2000, 1, 2)}
assert (calendar.method(), calendar.stream(), calendar.property, calendar.constructor) == (1, 2, 3, 4)
assert names.Calendar.classmethod() == 5
assert calendar.str() == "6"
assert calendar.date is None
calendar.date = dt.date(2000, 1, 2)
assert (names.stream(), names.Face(), names.implemented_elsewhere(9)) == (7, 8, 9)
assert names.datetime().day(dt.datetime(2000, 1, 2)) == dt.date(2000, 1, 2)
assert asyncio.run(names.stream.aio()) == 7
