"""Watch a folder while its files change, through both faces of watchfiles."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import watch_sync

FOLDER = Path.cwd().resolve() / "birds"
FOLDER.mkdir()


class OnlyText(watch_sync.DefaultFilter):
    """Let text files through."""

    def __call__(self, change: watch_sync.Change, path: str) -> bool:
        """Tell whether a file is one."""
        return path.endswith(".txt") and super().__call__(change, path)


def touch(name: str, text: str) -> None:
    """Write a file."""
    (FOLDER / name).write_text(text, encoding="utf-8")


def blocking() -> None:
    """See a file come and go; what the filter refuses is not told."""
    changes = watch_sync.awatch(
        FOLDER, watch_filter=OnlyText(), step=20, debounce=200, yield_on_timeout=True, rust_timeout=50
    )
    assert next(changes) == set()  # it watches by now
    touch("wren.txt", "5")
    touch("wren.bin", "5")
    seen: set[tuple[watch_sync.Change, str]] = set()
    for found in changes:
        seen |= found
        if seen:
            break
    assert seen == {(watch_sync.Change.added, str(FOLDER / "wren.txt"))}
    (FOLDER / "wren.txt").unlink()
    while (watch_sync.Change.deleted, str(FOLDER / "wren.txt")) not in seen:
        seen |= next(changes)
    changes.close()


async def waiting() -> None:
    """See a file that another thread writes."""
    seen: set[str] = set()
    ready = threading.Event()

    def write() -> None:
        assert ready.wait(60)
        touch("owl.txt", "1")

    writer = threading.Thread(target=write)
    writer.start()
    async for found in watch_sync.awatch.aio(FOLDER, step=20, debounce=200, yield_on_timeout=True, rust_timeout=50):
        ready.set()
        seen.update(Path(path).name for _, path in found)
        if "owl.txt" in seen:
            break
    writer.join()


blocking()
asyncio.run(waiting())
print("done")
