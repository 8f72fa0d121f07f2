"""What a user of all_of_it.py infers."""

from __future__ import annotations

from all_of_it import Mode, Row, Shelf, Store, every, open_store, rows
from typing_extensions import assert_type

assert_type(open_store(Mode.READ), Store)
assert_type(Shelf().cursor(), Store.Cursor)
assert_type(list(rows(Store())), "list[Row]")
assert_type(every(Store()), "list[Row]")
