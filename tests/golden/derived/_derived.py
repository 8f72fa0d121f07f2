"""Methods and functions that something makes of others: functools, and decorators of one's own."""

from __future__ import annotations

from functools import partialmethod, singledispatch, singledispatchmethod, wraps
from typing import TYPE_CHECKING, Any, AsyncIterator, Awaitable, Callable, Dict, List, Optional, TypeVar, Union

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    P = ParamSpec("P")

wrapper_module = Module("derived")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])


def retry(times: int) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R]]]:
    """Call again what fails."""

    def decorate(function: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        @wraps(function)
        async def calling(*args: P.args, **kwargs: P.kwargs) -> R:
            for _ in range(times - 1):
                try:
                    return await function(*args, **kwargs)
                except OSError:
                    continue
            return await function(*args, **kwargs)

        return calling

    return decorate


def cached(ttl: int) -> Callable[[F], F]:
    """Keep what was given; type checkers are told that nothing changes."""

    def decorate(function: Any) -> Any:
        kept: Dict[Any, Any] = {}

        @wraps(function)
        async def calling(*args: Any) -> Any:
            if args not in kept:
                kept[args] = await function(*args)
            return kept[args]

        return calling

    return decorate


def repeated(function: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[List[R]]]:
    """Give what two calls give; nothing of the function is copied."""

    async def calling(*args: P.args, **kwargs: P.kwargs) -> List[R]:
        return [await function(*args, **kwargs), await function(*args, **kwargs)]

    return calling


class InThread:
    """Make an async function of a plain one."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
        @wraps(function)
        async def calling(*args: P.args, **kwargs: P.kwargs) -> R:
            return function(*args, **kwargs)

        return calling


class Registry:
    """Has decorators of its own."""

    def __init__(self) -> None:
        self.names: List[str] = []

    def listed(self, name: str) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[Dict[str, R]]]]:
        def decorate(function: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[Dict[str, R]]]:
            @wraps(function)
            async def calling(*args: P.args, **kwargs: P.kwargs) -> Dict[str, R]:
                return {name: await function(*args, **kwargs)}

            return calling

        return decorate


registry = Registry()


@wrapper_module.wrap_class
class Answer:
    def __init__(self, text: str) -> None:
        self.text: str = text


@wrapper_module.wrap_class
class Client:
    async def request(
        self, verb: str, path: str, follow: bool = True, *, near: Optional[Answer] = None, retries: int = 3
    ) -> Answer:
        """Send a request."""
        return Answer(f"{verb} {path} {follow} {retries} {near.text if near else ''}")

    get = partialmethod(request, "GET")
    ping = partialmethod(request, "GET", "/", retries=0)
    slow = partialmethod(request, "GET", follow=False)

    async def lines(self, path: str, *parts: str) -> AsyncIterator[str]:
        for part in parts:
            yield f"{path}{part}"

    home = partialmethod(lines, "/home/")

    def joined(self, one: str, other: Answer) -> Answer:
        return Answer(one + other.text)

    marked = partialmethod(joined, "!")

    @classmethod
    async def opened(cls, host: str, port: int) -> Client:
        return cls()

    local = partialmethod(opened, "localhost")

    @staticmethod
    async def parsed(text: str, base: int) -> int:
        return int(text, base)

    hexadecimal = partialmethod(parsed, base=16)

    @singledispatchmethod
    async def shown(self, value: Union[Answer, int, List[Answer]], *, loud: bool = False) -> str:
        """Show something."""
        raise TypeError(value)

    @shown.register
    async def _(self, value: int, *, loud: bool = False) -> str:
        return f"the number {value}{'!' * loud}"

    @shown.register(list)
    async def _of_several(self, value: List[Answer], *, loud: bool = False) -> str:
        return " ".join([await self.shown(each, loud=loud) for each in value])

    @shown.register(Answer)
    async def _of_one(self, value: Answer, *, loud: bool = False) -> str:
        return f"the answer {value.text}{'!' * loud}"

    @singledispatchmethod
    def kept(self, value: Any) -> Dict[str, Any]:
        return {"any": value}

    @kept.register
    def _kept(self, value: Answer) -> Dict[str, Any]:
        return {"answer": value}

    @singledispatchmethod
    @classmethod
    async def of(cls, value: Union[int, str]) -> List[Client]:
        return [cls()]

    @of.register(int)
    @classmethod
    async def _of(cls, value: int) -> List[Client]:
        return [cls() for _ in range(value)]


@wrapper_module.wrap_function
@singledispatch
async def told(value: object) -> str:
    return "something"


@told.register
async def _(value: Answer) -> str:
    return f"an answer: {value.text}"


@wrapper_module.wrap_class
class Store:
    def __init__(self) -> None:
        self._calls = 0

    @retry(times=3)
    async def load(self, key: str, *, failures: int = 1) -> Answer:
        """Fail a few times."""
        self._calls += 1
        if self._calls <= failures:
            raise OSError(key)
        return Answer(f"{key} {self._calls}")

    @cached(ttl=60)
    async def number(self, key: str) -> int:
        self._calls += 1
        return self._calls

    @repeated
    @retry(2)
    async def twice(self, key: str) -> Answer:
        return Answer(key)

    @InThread("worker")
    def read(self, key: str) -> Answer:
        return Answer(key)


@wrapper_module.wrap_function
@registry.listed("answer")
@retry(times=2)
async def found(key: str) -> Answer:
    return Answer(key)
