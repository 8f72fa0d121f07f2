"""List what drawn implementations have found and what is not repaired yet: the grammar keeps away from these.

Each is as small as it gets, and `test_known.py` shows that it still fails; one that is repaired goes, and so does what
the grammar does for it, which names it.
"""

from __future__ import annotations

from typing import NamedTuple


class Known(NamedTuple):
    """An implementation, a use of what is generated from it, and what goes wrong instead."""

    source: str
    use: str
    instead: str
    checker: str = ""


PROLOGUE = """
from __future__ import annotations
from typing import TYPE_CHECKING, Any, AsyncIterable, AsyncIterator, Generator, List, TypeVar
from ambidex import Module

m = Module("known")
"""

KNOWN = {
    # The items of a blocking iterable are handed over by a callable, whose awaitable results are awaited.
    "awaited_item_of_a_blocking_iterable": Known(
        """
async def _later() -> int:
    return 3

@m.wrap_class
class Job:
    def __await__(self) -> Generator[Any, None, int]:
        return _later().__await__()

@m.wrap_function
async def listed(jobs: AsyncIterable[Job]) -> List[Job]:
    return [job async for job in jobs]
""",
        "job = known.Job(); assert known.listed([job]) == [job]",
        "AssertionError",
    ),
    # The way into a stream, a context manager or a method takes its own first parameter by name, too.
    "keyword_called_self": Known(
        """
@m.wrap_function
async def tags(**given: int) -> AsyncIterator[str]:
    for name in given:
        yield name
""",
        "assert list(known.tags(self=1)) == ['self']",
        "TypeError: Stream.__call__() got multiple values for argument 'self'",
    ),
    # `Any` alone is translated; a container of nothing else is handed over as it is (record 4 of docs/design).
    "object_inside_a_container_of_any": Known(
        """
@m.wrap_class
class Station:
    pass

@m.wrap_function
async def listed() -> List[Any]:
    return [Station()]
""",
        "assert type(known.listed()[0]) is known.Station",
        "AssertionError",
    ),
    # The face of another generated module is known once something of that module has been used, not before.
    "object_of_a_class_of_another_module": Known(
        """
n = Module("known_more")

@m.wrap_class
class Base:
    pass

@n.wrap_class
class Derived(Base):
    pass

@m.wrap_function
async def made() -> Base:
    return Derived()
""",
        "import known_more; assert type(known.made()) is known_more.Derived",
        "AssertionError",
    ),
    # A stream asks an iterator for `aclose`, where `async for` never does.
    "iterator_with_dynamic_attributes": Known(
        """
@m.wrap_class
class Steps:
    def __aiter__(self) -> Steps:
        self.__dict__["left"] = 1
        return self

    async def __anext__(self) -> int:
        if not self.__dict__["left"]:
            raise StopAsyncIteration
        self.__dict__["left"] -= 1
        return 1

    def __getattr__(self, name: str) -> int:
        if name.startswith("_"):
            raise AttributeError(name)
        return 3
""",
        "assert list(known.Steps()) == [1]",
        "TypeError: 'int' object is not callable",
    ),
    # mypy alone: two type variables of one name in a descriptor are not the same to it.
    "generic_method_that_overrides": Known(
        """
T = TypeVar("T")

@m.wrap_class
class Base:
    async def same(self, value: T) -> T:
        return value

@m.wrap_class
class Derived(Base):
    async def same(self, value: T) -> T:
        return value
""",
        "assert known.Derived().same(3) == 3",
        'Signature of "same" incompatible with supertype "Base"  [override]',
        "mypy",
    ),
    # A descriptor has the class's own name for `Self`, and a list of one class is no list of another.
    "self_in_a_container_of_a_method_that_overrides": Known(
        """
if TYPE_CHECKING:
    from typing_extensions import Self

@m.wrap_class
class Base:
    async def all(self) -> List[Self]:
        return [self]

@m.wrap_class
class Derived(Base):
    async def all(self) -> List[Self]:
        return [self, self]
""",
        "assert len(known.Derived().all()) == 2",
        'Signature of "all" incompatible with supertype "Base"  [override]',
        "mypy",
    ),
}
