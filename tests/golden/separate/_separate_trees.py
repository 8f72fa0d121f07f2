"""Trees."""

from __future__ import annotations


class Tree:
    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    @staticmethod
    def tallest(trees: list[Tree]) -> Tree:
        return trees[0]

    async def grown(self, metres: float) -> Tree:
        """Grow."""
        return self

    async def fell(self, saw): ...  # type: ignore[no-untyped-def]  # pyright: ignore
