"""List what the generator refuses of callables handed in or out, as `refusals.py` does."""

from __future__ import annotations

REFUSALS = {
    "callable_that_a_callback_is_given": (
        """
from asyncio import Queue

@m.wrap_function
async def first(
    box: Callable[[Queue[AsyncIterator[int]]], Awaitable[int]],
    nested: Callable[[Callable[[str], AsyncIterator[int]]], Awaitable[int]],
    inner: Callable[[Callable[[str], Queue[AsyncIterator[int]]]], Awaitable[int]],
) -> None: ...
""",
        [
            (
                "_impl.py:20: the parameter box of first: a callback is given something asynchronous "
                "where it cannot be reached: use a list, set, dict or tuple"
            ),
            (
                "_impl.py:22: the parameter inner of first: a Callable that is given to the user gives something "
                "asynchronous where it cannot be reached: use a list, set, dict or tuple"
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
@m.wrap_function
def third() -> Callable[[Station], Queue[AsyncIterator[str]]]: ...
""",
        [
            (
                "_impl.py:19: the result of first: a Callable that is given to the user gives something asynchronous "
                "where it cannot be reached: use a list, set, dict or tuple"
            ),
            (
                "_impl.py:21: the result of second: a callable that is sent into a stream is handed on as it is, "
                "and nobody translates its calls: take it as a parameter"
            ),
            (
                "_impl.py:23: the result of third: a Callable that is given to the user gives something asynchronous "
                "where it cannot be reached: use a list, set, dict or tuple"
            ),
        ],
    ),
    "callables_in_a_union_that_nothing_tells_apart": (
        """
Handler = Callable[[int], Awaitable[int]]

@m.wrap_function
def first() -> Union[Callable[[], int], Callable[[int], Union[int, Awaitable[int]]], None]: ...
@m.wrap_function
def second() -> List[Union[Callable[[Handler], Handler], Callable[[Optional[Callable[[int], int]]], int]]]: ...
@overload
def third(f: Handler) -> Handler: ...
@overload
def third() -> Callable[[Handler], Handler]: ...
@overload
def third(f: str) -> Callable[[Callable[[int], int]], Handler]: ...
def third(f: Any = None) -> Any: ...
m.wrap_function(third)
""",
        [
            (
                "_impl.py:19: the result of first: a Callable that is awaited at times stands in a union beside one "
                "that is not, and nothing tells which of them is given: let the first give an Awaitable alone, or give "
                "each by a function of its own"
            ),
            *(
                (
                    f"_impl.py:{line}: the result of {name}: Callables in a union take a callable each that is awaited "
                    "in one of them alone, and nothing tells which of them is given: give each by a function of its own"
                )
                for line, name in ((21, "second"), (28, "third"))
            ),
        ],
    ),
    "callable_in_a_record_that_is_given_something_asynchronous": (
        """
@m.wrap_class
@dataclass
class Job:
    work: Callable[[List[AsyncIterator[int]]], Awaitable[str]]
    sent: Callable[[List[AsyncGenerator[int, int]]], Awaitable[str]]
    nested: Callable[[Callable[[Awaitable[int]], Awaitable[str]]], None]
""",
        [
            (
                f"_impl.py:{line}: the field {name} of Job is a callable that is given {what}[...], of which "
                "users have no blocking form to give: give it an AsyncIterator, or plain values"
            )
            for line, name, what in ((20, "sent", "AsyncGenerator"), (21, "nested", "Awaitable"))
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
from ambidex import ON_LOOP

@m.wrap_class
class Hub:
    make: Annotated[Callable[[], int], ON_LOOP]
""",
        [
            (
                "_impl.py:20: Hub.make, which can be written: ON_LOOP marks a Callable that is not awaited: "
                "leave it out: it runs on the loop anyway"
            )
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
                "_impl.py:17: the result of first: a callable that is sent into a stream is handed on as it is, "
                "and nobody translates its calls: take it as a parameter"
            )
        ],
    ),
    "record_with_a_callable_sent_into_a_stream": (
        """
@m.wrap_class
@dataclass
class Job:
    work: Callable[[int], Awaitable[int]]
@m.wrap_function
async def first() -> AsyncGenerator[int, Job]:
    yield 1
@m.wrap_function
async def second() -> List[AsyncGenerator[int, Job]]: ...
""",
        [
            (
                "_impl.py:21: the result of first: Job holds a callable or a generator, which is handed on as it is "
                "when it is sent into a stream, and nobody translates what passes through it: take Job as a parameter"
            ),
            (
                "_impl.py:24: the result of second: Job holds a callable or a generator, which is handed on as it is "
                "when it is sent into a stream, and nobody translates what passes through it: take Job as a parameter"
            ),
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
    "on_loop_in_an_overload": (
        """
from ambidex import ON_LOOP

@overload
async def first(work: Annotated[Callable[[], int], ON_LOOP]) -> int: ...
@overload
async def first(work: str) -> str: ...
@m.wrap_function
async def first(work: Any) -> Any: ...
""",
        [
            (
                "_impl.py:19: the parameter work of first: ON_LOOP marks a Callable that is not awaited: "
                "leave it out: it runs on the loop anyway"
            ),
        ],
    ),
    "callable_protocols_that_no_callable_says": (
        """
T = TypeVar("T")
class Handler(Protocol):
    def __call__(self, station: Station, *, again: T) -> T: ...
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
""",
        [
            (
                "_impl.py:22: Public is a callable type that names a class with a face, and would show what is behind "
                "that: leave it out: what is annotated with it takes the Callable that it stands for"
            ),
            (
                "_impl.py:26: the parameter handler of first: Handler is a callable that names Station, and has "
                "overloads, type variables or Self, which no Callable can say: write Callable[[X, Y], Z], or one "
                "signature that names the classes"
            ),
            (
                "_impl.py:28: the parameter following of second: Next.__call__: the callable type Next takes or gives "
                "itself, which no Callable can say: write it out to the depth you need"
            ),
        ],
    ),
    "callable_that_takes_no_list": (
        """
@m.wrap_function
async def first(handler: Callable[int, str]) -> int: ...
""",
        [
            (
                "_impl.py:17: the parameter handler of first: <class 'int'> is not what a Callable takes: "
                "write Callable[[X, Y], Z]"
            )
        ],
    ),
}
