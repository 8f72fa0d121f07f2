"""List what the generator refuses of what a call gives and how it is delivered, as `refusals.py` does."""

from __future__ import annotations

REFUSALS = {
    "coroutine_that_returns_an_async_iterator": (
        """
@m.wrap_function
async def first() -> AsyncIterator[int]:
    return second()
""",
        ["_impl.py:17: first returns an async iterator after an await: yield the items, or write a plain `def`"],
    ),
    "coroutine_that_returns_a_context_manager": (
        """
@m.wrap_function
async def first() -> AsyncContextManager[int]: ...
""",
        [
            (
                "_impl.py:17: first returns a context manager after an await: "
                "write it with @asynccontextmanager, or as a plain `def`"
            )
        ],
    ),
    "awaitable_inside_a_result": (
        """
@m.wrap_function
def first() -> Optional[Awaitable[int]]: ...
@m.wrap_function
def second() -> Awaitable[Awaitable[int]]: ...
""",
        [
            (
                "_impl.py:17: the result of first: an awaitable cannot stand here yet: "
                "write an `async def` that awaits it"
            ),
            (
                "_impl.py:19: the result of second: an awaitable cannot stand here yet: "
                "write an `async def` that awaits it"
            ),
        ],
    ),
    "async_iterator_inside_a_result": (
        """
@m.wrap_function
async def first() -> List[AsyncIterator[int]]: ...
""",
        [
            (
                "_impl.py:17: the result of first: an async iterator cannot stand here yet: "
                "write an async generator that yields the items"
            )
        ],
    ),
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
