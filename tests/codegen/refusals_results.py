"""List what the generator refuses of what a call gives and how it is delivered, as `refusals.py` does."""

from __future__ import annotations

REFUSALS = {
    "blocking_context_manager": (
        """
@m.wrap_function
@contextmanager
def first() -> Iterator[int]:
    yield 1
""",
        ["_impl.py:18: first is a blocking context manager: write an `async def` under @asynccontextmanager"],
    ),
}
