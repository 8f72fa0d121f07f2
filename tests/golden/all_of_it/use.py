"""Use what a module defines, registered by one line."""

from __future__ import annotations

import asyncio

import all_of_it

assert all_of_it.__all__ == ("Mode", "Row", "Shelf", "Store", "every", "open_store", "rows")
store = all_of_it.open_store(all_of_it.Mode.READ)
assert type(store) is all_of_it.Store
assert store.cursor().row() == all_of_it.Row(1)
assert store.shared() == 1
assert list(all_of_it.rows(store, 2)) == [all_of_it.Row(0), all_of_it.Row(1)]
assert len(asyncio.run(all_of_it.every.aio(store))) == 3
shelf = all_of_it.Shelf()
assert isinstance(shelf, all_of_it.Store)
assert not hasattr(shelf, "close")
assert not hasattr(all_of_it, "LIMIT")
assert not hasattr(all_of_it, "F")
