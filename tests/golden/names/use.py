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

parts = names.Parts(10, self_=20)
assert parts.total(1, 2, 3, aio=4, submit=5) == 45
assert parts.total(implemented_elsewhere=1, _source=2, self=3, aio=4, submit=5) == 45
assert (parts.get(1), parts.get("a"), names.Parts_get(timeout=1), names.Parts_get("a")) == (1, "a", 1, "a")
assert names.Parts.joined(implemented_elsewhere=1, cls=2) == 3
assert (names.hidden(1), names.hidden(1, None, _impl_2=5), names.own(_source_2=9)) == (2, 6, 9)
assert asyncio.run(parts.total.aio(1, 2, 3, aio=4, submit=5)) == 45
