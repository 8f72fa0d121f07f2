"""Work on one loop awaits work on another one, from its first step on."""

from __future__ import annotations

from ambidex import Synchronizer
from tests.limits import HANG_S

ROUNDS = 600  # the end of the inner call has to come in the very pass in which the outer one waits for it


async def give(value: int) -> int:
    """Return the value."""
    return value


def test_end_that_comes_in_the_pass_of_the_first_step_is_heard_of() -> None:
    """With two loops that are new: what waits there is no task as yet where the first step was taken ahead of it."""
    for number in range(ROUNDS):
        outer, inner = Synchronizer(f"outer {number}"), Synchronizer(f"inner {number}")

        async def ask(value: int, inner: Synchronizer = inner) -> int:
            given: int = await inner.aio(give, value)
            return given

        assert [outer.submit(ask, value).result(HANG_S) for value in range(30)] == list(range(30))
        outer.close()
        inner.close()
