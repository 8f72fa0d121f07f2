"""Users' subclasses of Observatory, blocking and async: what tests of overrides make objects of."""

from __future__ import annotations

import ambidex
from tests.bridge.callables import here
from tests.bridge.observatory import Observatory, Star


class Blocking(Observatory):
    """Overrides with blocking methods."""

    def __init__(self, place: str = "Paranal") -> None:
        self.threads: list[int] = []
        super().__init__(place)

    @ambidex.method
    def measure(self, star: Star) -> float:
        """Measure twice."""
        assert type(star) is Star
        self.threads.append(here())
        return super().measure(star) * 2

    @ambidex.method
    def find(self, name: str, near: list[Star]) -> Star:
        assert all(type(star) is Star for star in near)
        return super().find(name + "!", [])


class Quick(Observatory):
    """Overrides with a method that does not call again."""

    def __init__(self, place: str = "Paranal") -> None:
        self.threads: list[int] = []
        super().__init__(place)

    @ambidex.method
    def measure(self, star: Star) -> float:
        self.threads.append(here())
        return float(len(star.name))


class Awaited(Observatory):
    """Overrides with async methods."""

    def __init__(self, place: str = "Paranal") -> None:
        self.threads: list[int] = []
        super().__init__(place)

    @ambidex.async_method
    async def measure(self, star: Star) -> float:
        assert type(star) is Star
        self.threads.append(here())
        return await super().measure.aio(star) * 2

    @ambidex.async_method
    async def find(self, name: str, near: list[Star]) -> Star:
        assert all(type(star) is Star for star in near)
        return await super().find.aio(name + "!", [])


KINDS: list[type[Blocking | Awaited]] = [Blocking, Awaited]
