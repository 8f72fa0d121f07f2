"""The things of a shop."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from ambidex import Module

if TYPE_CHECKING:
    from ._orders import Order

models_module = Module("shop.models")


@models_module.wrap_class
class Status(enum.Enum):
    OPEN = 1
    PAID = 2


@models_module.wrap_class
class User:
    """A customer."""

    def __init__(self, name: str) -> None:
        self.name_ = name

    @property
    def name(self) -> str:
        return self.name_

    async def order(self, what: str) -> Order:
        """Order something: a face of another generated module."""
        from ._orders import Order

        return Order(self, what)
