"""What stands for typing's constructs while a generated module is imported: nothing newer than Python 3.9 runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Self


class _StandIn:
    """Stand for `Generic`, and for the type variables of generic faces: only type checkers see the real ones."""

    __slots__ = ()

    def __getitem__(self, _: Any) -> Self:
        return self

    def __mro_entries__(self, _: tuple[Any, ...]) -> tuple[type[Any], ...]:
        """Leave no base class behind."""
        return ()

    def __repr__(self) -> str:
        return "<a type variable of a generated module>"


stand_in: Any = _StandIn()
