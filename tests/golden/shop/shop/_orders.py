"""The orders of a shop."""

from __future__ import annotations

from ambidex import Module

from ._models import Status, User

orders_module = Module("shop.orders")


@orders_module.wrap_class
class Order:
    def __init__(self, user: User, what: str) -> None:
        self._user = user
        self._what = what
        self._status = Status.OPEN

    async def user(self) -> User:
        return self._user

    async def pay(self) -> Status:
        self._status = Status.PAID
        return self._status


@orders_module.wrap_class
class Admin(User):
    """A user of another module's kind."""

    async def orders(self, users: dict[str, User]) -> list[Order]:
        return [Order(user, what) for what, user in users.items()]


@orders_module.wrap_function
async def get_user(name: str) -> User:
    return User(name)
