"""List what the generator refuses of callables handed in or out, as `refusals.py` does."""

from __future__ import annotations

REFUSALS = {
    "plain_callable_with_something_asynchronous_in_a_result": (
        """
@m.wrap_function
async def first() -> Callable[[Station, AsyncIterable[int]], None]: ...
""",
        [
            (
                "_impl.py:17: the result of first: a Callable that is given to the user, and that nobody awaits, takes "
                "or gives something asynchronous beside objects with faces, which is not supported yet: offer a method"
            )
        ],
    ),
    "callable_that_a_callback_is_given": (
        """
from asyncio import Queue

@m.wrap_function
async def first(
    box: Callable[[Queue[AsyncIterator[int]]], Awaitable[int]],
    nested: Callable[[Callable[[str], AsyncIterator[int]]], Awaitable[int]],
) -> None: ...
""",
        [
            (
                "_impl.py:20: the parameter box of first: a callback is given something asynchronous "
                "where it cannot be reached: use a list, set, dict or tuple"
            ),
            (
                "_impl.py:21: the parameter nested of first: a Callable that gives an async iterator or context "
                "manager is given to the user, which is not supported yet: offer a method that does what it does"
            ),
        ],
    ),
    "streaming_callable_in_a_result": (
        """
@m.wrap_function
def first() -> List[Callable[[int], AsyncIterator[str]]]: ...
@m.wrap_function
def second() -> Callable[[int], AsyncContextManager[str]]: ...
""",
        [
            (
                "_impl.py:17: the result of first: a Callable that gives an async iterator or context manager is given "
                "to the user, which is not supported yet: offer a method that does what it does"
            ),
            (
                "_impl.py:19: the result of second: a Callable that gives an async iterator or context manager is "
                "given to the user, which is not supported yet: offer a method that does what it does"
            ),
        ],
    ),
    "asynchronous_inside_what_a_callable_gives": (
        """
from asyncio import Queue

@m.wrap_function
def first() -> List[Callable[[int], Awaitable[Queue[AsyncIterator[str]]]]]: ...
@m.wrap_function
async def second() -> AsyncIterator[Optional[AsyncGenerator[int, Callable[[int], Awaitable[int]]]]]: ...
""",
        [
            (
                "_impl.py:19: the result of first: a Callable that is given to the user gives something asynchronous "
                "where it cannot be reached: use a list, set, dict or tuple"
            ),
            (
                "_impl.py:21: the result of second: a callable that is sent into a stream is not supported yet: "
                "take it as a parameter"
            ),
        ],
    ),
    "callable_in_a_record_that_is_given_something_asynchronous": (
        """
@m.wrap_class
@dataclass
class Job:
    work: Callable[[List[AsyncIterator[int]]], Awaitable[str]]
""",
        [
            (
                "_impl.py:19: the field work of Job is a callable that is given something asynchronous, "
                "which is not supported yet: give it plain values"
            )
        ],
    ),
    "async_callable_in_a_hidden_record": (
        """
@dataclass
class Job:
    work: Callable[[int], Awaitable[str]]

@m.wrap_function
async def first() -> List[Job]: ...
""",
        [
            (
                "_impl.py:21: the result of first: Job carries an async callable in its field work and is not public: "
                "register Job with wrap_class, which gives its fields types"
            )
        ],
    ),
    "attribute_that_can_be_read_alone": (
        """
@m.wrap_class
class Hub:
    make: Callable[[], Awaitable[Callable[[int], Awaitable[None]]]]
""",
        [
            (
                "_impl.py:18: Hub.make, which can be written: an async callable that a callback returns is not "
                "supported yet: take it as a parameter"
            )
        ],
    ),
    "async_callable_that_a_callback_returns": (
        """
@m.wrap_function
async def first(make: Callable[[], Awaitable[Callable[[int], Awaitable[None]]]]) -> None: ...
""",
        [
            (
                "_impl.py:17: the parameter make of first: an async callable that a callback returns is not "
                "supported yet: take it as a parameter"
            )
        ],
    ),
    "async_iterable_of_faces_that_a_callback_returns": (
        """
@m.wrap_function
async def first(make: Callable[[], AsyncIterator[Station]]) -> None: ...
@m.wrap_function
async def second(make: Optional[Callable[[int], Awaitable[AsyncIterable[List[Station]]]]] = None) -> None: ...
@m.wrap_function
async def third(make: Callable[[], AsyncIterator[int]], given: Callable[[], AsyncIterator[Any]]) -> None: ...
""",
        [
            (
                f"_impl.py:{line}: the parameter make of {name}: an async iterable of objects with faces that a "
                "callback returns is not supported yet: take a list"
            )
            for line, name in ((17, "first"), (19, "second"))
        ],
    ),
    "callable_sent_into_a_stream": (
        """
@m.wrap_function
async def first() -> AsyncGenerator[int, Callable[[int], Awaitable[int]]]:
    yield 1
""",
        [
            (
                "_impl.py:17: the result of first: a callable that is sent into a stream is not supported yet: "
                "take it as a parameter"
            )
        ],
    ),
    "on_loop_without_an_awaited_callable": (
        """
from ambidex import ON_LOOP

@m.wrap_function
async def first(number: Annotated[int, ON_LOOP]) -> None: ...
@m.wrap_function
async def second(work: Annotated[Callable[[], int], ON_LOOP]) -> None: ...
""",
        [
            (
                "_impl.py:19: the parameter number of first: ON_LOOP marks something that is no Callable: "
                "write Annotated[Callable[..., X], ON_LOOP]"
            ),
            (
                "_impl.py:21: the parameter work of second: ON_LOOP marks a Callable that is not awaited: "
                "leave it out: it runs on the loop anyway"
            ),
        ],
    ),
    "async_iterable_that_is_not_the_only_choice_and_carries_a_face": (
        """
@m.wrap_function
async def first(stations: Union[str, AsyncIterable[Station]]) -> None: ...
""",
        [
            (
                "_impl.py:17: the parameter stations of first: Station inside AsyncIterable[...] is not supported yet: "
                "use a list, set, dict or tuple"
            )
        ],
    ),
    "callable_protocols_that_no_callable_says": (
        """
T = TypeVar("T")
class Handler(Protocol):
    def __call__(self, station: Station, *, again: T) -> T: ...
class Keyed(Protocol):
    async def __call__(self, station: Station, *, again: bool) -> None: ...
class Next(Protocol):
    async def __call__(self, text: str, following: Next) -> str: ...
@m.wrap_class
class Public(Protocol):
    async def __call__(self, station: Station) -> None: ...

@m.wrap_function
async def first(handler: Handler) -> None: ...
@m.wrap_function
async def second(following: Next) -> None: ...
@m.wrap_function
async def third(public: Public) -> None: ...
@m.wrap_function
async def fourth() -> Keyed: ...
""",
        [
            (
                "_impl.py:24: Public is a callable type that names a class with a face, and would show what is behind "
                "that: leave it out: what is annotated with it takes the Callable that it stands for"
            ),
            (
                "_impl.py:28: the parameter handler of first: Handler is a callable that names Station, and has "
                "overloads, type variables or Self, which is not supported yet: write Callable[[X, Y], Z], or one "
                "signature that names the classes"
            ),
            (
                "_impl.py:30: the parameter following of second: Next.__call__: the type Next is defined by itself, "
                "which is not supported yet: write it out to the depth you need"
            ),
            (
                "_impl.py:34: the result of fourth: Keyed, a callable with keywords or defaults, is given to the user, "
                "which is not supported yet: offer a method that does what it does, or write Callable[[X, Y], Z]"
            ),
        ],
    ),
}
