"""Use two generated modules that know each other."""

from __future__ import annotations

import asyncio
import sys

from shop.models import Status, User
from shop.orders import Admin, Order, get_user

user = get_user("Alice")
assert isinstance(user, User)
assert user.name == "Alice"
order = user.order("book")
assert isinstance(order, Order)
assert order.user() is user
assert order.pay() is Status.PAID
admin = Admin("Root")
assert isinstance(admin, User)
assert [one.user() for one in admin.orders({"a": user, "b": admin})] == [user, admin]
assert "shop._orders" in sys.modules
assert isinstance(asyncio.run(user.order.aio("pen")), Order)
