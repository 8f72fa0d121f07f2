"""To make an object by a deprecated constructor is reported."""

from __future__ import annotations

from typing_extensions import deprecated


class Tower:
    @deprecated("make a Station")
    def __init__(self) -> None:
        self.height = 5


Tower()  # pyright: ignore[reportDeprecated]
