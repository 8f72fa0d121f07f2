"""The daemon keeps its events in a log of ambidex, encrypted by the driver of its database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest
from sqlcipher3 import dbapi2  # pyright: ignore[reportMissingTypeStubs]

from ambidex import Cursor, EventLogUnavailable, SQLiteLog
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_log_of_another_driver_is_encrypted_and_refuses_another_key(tmp_path: Path) -> None:
    """What is kept is found again with the key alone, and stands in no file in clear; the driver's errors are ours."""
    planted = b"a sentence that nobody is to read"

    def keyed(key: str) -> Callable[..., Any]:
        def connect(path: Path, **options: Any) -> Any:
            database = cast("Any", dbapi2).connect(path, **options)
            database.execute(f"PRAGMA key = '{key}'")
            return database

        return connect

    async def main() -> None:
        path = tmp_path / "events.db"
        log = SQLiteLog(path, connect=keyed("right"))
        await log.open()
        (cursor,) = await log.append([("town", planted)])
        assert not any(planted in each.read_bytes() for each in list(tmp_path.iterdir()))  # noqa: ASYNC240  small ones
        with pytest.raises(EventLogUnavailable, match="it is open already"):
            await SQLiteLog(path, connect=keyed("right")).open()
        await log.close()
        with pytest.raises(EventLogUnavailable, match="encrypted with another key"):
            await SQLiteLog(path, connect=keyed("wrong")).open()
        with pytest.raises(EventLogUnavailable, match="encrypted with another key"):
            await SQLiteLog(path).open()
        again = SQLiteLog(path, connect=keyed("right"))
        assert await again.open() == cursor
        assert [
            event.value for event in (await again.read("town", Cursor(cursor.epoch, 0), cursor, 10, 1000)).events
        ] == [planted]
        await again.close()

    asyncio.run(asyncio.wait_for(main(), HANG_S))
