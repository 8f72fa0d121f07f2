"""A property without a deleter cannot be deleted."""

from __future__ import annotations


class Station:
    @property
    def city(self) -> str:
        return "Oslo"


station = Station()
del station.city  # pyright: ignore[reportAttributeAccessIssue]
