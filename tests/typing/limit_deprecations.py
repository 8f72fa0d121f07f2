"""A call of what is deprecated is reported."""

from __future__ import annotations

from typing_extensions import deprecated


@deprecated("count by hand")
def count() -> int:
    return 1


count()  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
