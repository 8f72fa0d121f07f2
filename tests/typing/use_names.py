"""What a user of names.py infers."""

from __future__ import annotations

import datetime as dt

import names
from typing_extensions import assert_type

calendar = names.Calendar()
assert_type(calendar.list(), "list[names.Calendar]")
assert_type(calendar.dict(dt.datetime(2000, 1, 2)), "dict[str, dt.date]")
assert_type(calendar.date, "dt.date | None")
assert_type(calendar.property, int)
assert_type(names.Calendar.classmethod(), int)
assert_type(calendar.str(), str)
assert_type(names.stream(), int)
assert_type(names.datetime().day(dt.datetime(2000, 1, 2)), dt.date)

parts = names.Parts(1, self_=2)
assert_type(parts.total(1, 2, 3, aio=4, submit=5), int)
assert_type(parts.get(1), int)
assert_type(parts.get("a"), str)
assert_type(names.Parts_get("a"), str)
assert_type(names.Parts.joined(implemented_elsewhere=1, cls=2), int)
assert_type(names.hidden(1), int)
