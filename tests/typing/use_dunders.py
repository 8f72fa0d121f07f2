"""What a user of dunders.py infers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator

from dunders import Amount, Endpoint, Job, Lookup, Pages, Shelf
from typing_extensions import assert_type

job = Job(3)
assert_type(job.result(), int)
assert_type(job.result.with_options(timeout=1)(), int)
assert_type(job.result.submit().result(), int)
assert_type(Lookup().result(), str)
endpoint = Endpoint("x")
assert_type(endpoint("a", times=2), str)
endpoint(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
assert_type(endpoint.anything, Endpoint)
assert_type(endpoint.base, str)
assert_type(Pages()(1), "Generator[int, None, None]")
two = Amount(2)
assert_type(two + two, Amount)
assert_type(1 + two, Amount)
assert_type(-two, Amount)
assert_type(two < -two, bool)
assert_type(two @ 2, "list[Amount]")
assert_type(int(two), int)
assert_type(f"{two:3d}", str)
with Shelf() as shelf:
    assert_type(shelf, Shelf)
    shelf["a"] = two
    assert_type(shelf["a"], Amount)
    shelf["a"] = "b"  # type: ignore[assignment]  # pyright: ignore[reportArgumentType]


async def waiting() -> None:
    assert_type(await job, int)
    assert_type(await job.result.aio(), int)
    assert_type(await Lookup(), "Job | None")
    assert_type(await endpoint.__call__.aio("x"), str)
    assert_type(Pages().__call__.aio(1), "AsyncGenerator[int, None]")
