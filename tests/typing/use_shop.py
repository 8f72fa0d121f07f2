"""What a user of the shop package infers."""

from __future__ import annotations

from shop.models import Status, User
from shop.orders import Admin, Order, get_user
from typing_extensions import assert_type

assert_type(get_user("x"), User)
assert_type(get_user("x").order("y"), Order)
assert_type(get_user("x").order("y").user(), User)
assert_type(Order(User("x"), "y").pay(), Status)
assert_type(Admin("x").orders({}), "list[Order]")
assert_type(Admin("x").name, str)
