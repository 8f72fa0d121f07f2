"""Use special methods, blocking and async."""

from __future__ import annotations

import asyncio
import operator
from typing import Any

import dunders
from dunders import Amount, Endpoint, Job, Lookup, Pages, Shelf


def refused(act: Any, *args: Any) -> str:
    """Return the message of an AttributeError."""
    try:
        act(*args)
    except AttributeError as error:
        return str(error)
    raise AssertionError("there is such an attribute")


job = Job(3)
assert job.result() == 3
assert job.result() == 3
assert job.result.submit().result(10) == 3
assert job.result.with_options(timeout=10)() == 3
assert job.after(Job(1)) is job
assert job.result() == 4
try:
    Job(-1).result()
except ValueError as error:
    assert error.args == ("negative",)
else:
    raise AssertionError("the error of what is awaited is the call's")
assert dunders.made(lambda: job) is job, "an object that is asked for is not awaited"
assert dunders.told(lambda: job) == 4, "one that stands for a number is"
lookup = Lookup()
assert lookup.result() == "none yet"

endpoint = Endpoint("http")
assert endpoint("a") == "http/a"
assert endpoint("a", times=2) == "http/ahttp/a"
assert endpoint.__call__.with_options(timeout=10)("b") == "http/b"
assert type(endpoint.v1) is Endpoint
assert endpoint.v1.users("x") == "http/v1/users/x"
assert endpoint.base == "http", "what the class declares comes first"
assert refused(getattr, endpoint, "nowhere") == "there is no nowhere"
assert "annotate it in the body of the class" in refused(getattr, endpoint, "hidden")
assert "has no attribute '_calls'" in refused(getattr, endpoint, "_calls")
assert not hasattr(endpoint, "__fspath__")
assert list(Pages()(3)) == [0, 1, 2]

two, three = Amount(2), Amount(3)
assert (two + three).coins == 5
assert (two + 1).coins == 3
assert (1 + two).coins == 3
same = two
same += 2
assert same is two
assert two.coins == 4
assert (-two).coins == -4
assert three < two
assert two > three
assert two == Amount(4)
assert two != three
assert two
assert not Amount(0)
assert operator.index(two) == 4
assert "abcdef"[two] == "e"
assert int(two) == 4
assert float(two) == 4.0
assert f"{two}" == "4 coins"
assert f"{two:03d}" == "004 coins"
assert str(two) == "4"
assert two @ 2 == [two, two]

shelf = Shelf()
with shelf as entered:
    assert entered is shelf
    assert shelf.is_open
    shelf["a"] = two
    assert shelf["a"] is two
    del shelf["a"]
assert not shelf.is_open
try:
    print(shelf["a"])
except KeyError as error:
    assert error.args == ("a",)
else:
    raise AssertionError("it was deleted")


async def waiting() -> None:
    assert await Job(7) == 7
    assert await job == 4
    assert await job.result.aio() == 4
    assert await asyncio.wait_for(Job(8), 10) == 8
    found = await lookup
    assert type(found) is Job
    assert await found == 5
    assert await endpoint.__call__.aio("c") == "http/c"
    assert await endpoint.v2.__call__.aio("c", times=1) == "http/v2/c"
    assert [page async for page in Pages().__call__.aio(2)] == [0, 1]
    try:
        await Job(-1)
    except ValueError as error:
        assert error.args == ("negative",)
    else:
        raise AssertionError("the error of what is awaited is the caller's")


asyncio.run(waiting())
