"""The implementation behind the faces of tests/bridge/observatory.py: a class whose users override what it calls."""

from __future__ import annotations

import abc
import asyncio
import contextvars
import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

T = TypeVar("T")

SKY: contextvars.ContextVar[str] = contextvars.ContextVar("sky", default="unknown")


class Star:
    def __init__(self, name: str) -> None:
        self.name = name


class Observatory:
    limit = 2

    def __init__(self, place: str) -> None:
        self.place = place
        self.log: list[str] = [self.opened()]

    def opened(self) -> str:
        return f"{self.label()} of {self.place}"

    def label(self) -> str:
        return "observatory"

    @property
    def title(self) -> str:
        return "an observatory"

    def titled(self) -> str:
        return f"{self.title} at {self.place}"

    def __len__(self) -> int:
        return 1

    def length(self) -> int:
        return len(self)

    async def measure(self, star: Star) -> float:
        return float(len(star.name))

    async def find(self, name: str, near: list[Star]) -> Star:
        return near[0] if near else Star(name)

    async def night(self, names: list[str]) -> list[float]:
        """Call both overridable methods for each name."""
        stars = [await self.find(name, [Star(name)]) for name in names]
        assert all(type(star) is Star for star in stars)
        return [await self.measure(star) for star in stars]

    async def with_sky(self, sky: str) -> tuple[float, str]:
        """Set the variable, measure, and give what it is then."""
        SKY.set(sky)
        return await self.measure(Star(sky)), SKY.get()

    async def measured_or(self, log: list[str]) -> float:
        """Measure, and tell how that ended."""
        try:
            return await self.measure(Star("x"))
        except BaseException as error:
            log.append(type(error).__name__)
            raise

    async def all_at_once(self, times: int) -> list[float]:
        return await asyncio.gather(*[self.measure(Star("x" * number)) for number in range(times)])

    async def stars(self, limit: int = 2) -> AsyncGenerator[Star, None]:
        for number in range(limit):
            yield Star(str(number))

    async def seen(self, limit: int) -> list[str]:
        return [star.name async for star in self.stars(limit)]

    async def first_seen(self) -> str:
        """Leave the stream in its middle."""
        stars = self.stars(3)
        async for star in stars:
            await stars.aclose()
            self.log.append("left")
            return star.name
        return ""

    async def talk(self, start: str) -> AsyncGenerator[str, str]:
        heard = yield start
        yield heard

    async def conversation(self) -> list[str]:
        talk = self.talk("hello")
        said = [await talk.__anext__(), await talk.asend("you")]
        try:
            await talk.athrow(LookupError("enough"))
        except (LookupError, StopAsyncIteration) as error:
            said.append(type(error).__name__)
        return said

    @asynccontextmanager
    async def dome(self) -> AsyncGenerator[Star, None]:
        yield Star("polaris")

    async def through_the_dome(self, fails: bool = False) -> str:
        async with self.dome() as star:
            assert type(star) is Star
            if fails:
                raise LookupError("clouds")
            return star.name
        return "suppressed"

    async def itself(self) -> Observatory:
        return self

    async def twin(self) -> Observatory:
        """Make another of the same class."""
        return type(self)(f"{self.place} again")

    def later(self) -> None:
        """Measure when the call has ended."""
        self.task = asyncio.ensure_future(self.measure(Star("later")))

    async def finished(self) -> float:
        return await self.task

    @classmethod
    async def built(cls) -> str:
        return cls.name_of_class()

    @classmethod
    def name_of_class(cls) -> str:
        return cls.__name__

    async def where(self) -> int:
        return threading.get_ident()


class Handler(abc.ABC):
    """What is there to be extended: the implementation calls what it does not have."""

    @abc.abstractmethod
    async def handle(self, star: Star) -> str: ...

    async def handled(self, names: list[str]) -> list[str]:
        return [await self.handle(Star(name)) for name in names]


async def dispatch(handlers: list[Handler], name: str) -> list[str]:
    """Call what other calls have handed over."""
    return [await handler.handle(Star(name)) for handler in handlers]


class Keeper:
    """Keep handlers when nobody else does."""

    def __init__(self) -> None:
        self.handlers: list[Handler] = []

    async def add(self, handler: Handler) -> None:
        self.handlers.append(handler)

    async def publish(self, name: str) -> list[str]:
        return await dispatch(self.handlers, name)

    async def clear(self) -> None:
        self.handlers.clear()


class Meta(type):
    """A metaclass that notes its classes."""

    names: ClassVar[list[str]] = []

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> None:
        super().__init__(name, bases, namespace)
        Meta.names.append(name)


class Noted(metaclass=Meta):
    async def call(self) -> str:
        return "original"

    async def run(self) -> str:
        return await self.call()


class Registered:
    subclasses: ClassVar[list[str]] = []

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Registered.subclasses.append(cls.__name__)

    async def call(self) -> str:
        return "original"

    async def run(self) -> str:
        return await self.call()


class Demanding:
    def __init_subclass__(cls, *, key: str) -> None:
        super().__init_subclass__()

    async def call(self) -> str:
        return "original"

    async def run(self) -> str:
        return await self.call()


class Slotted:
    __slots__ = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value

    async def call(self) -> str:
        return str(self.value)

    async def run(self) -> str:
        return await self.call()


class Boxed(Generic[T]):
    def __init__(self, value: T) -> None:
        self.value = value

    async def call(self) -> str:
        return str(self.value)

    async def run(self) -> str:
        return await self.call()


@dataclass(frozen=True)
class Frozen:
    value: int
    parts: list[int] = field(default_factory=list)

    async def call(self) -> str:
        return str(self.value)

    async def run(self) -> str:
        return await self.call()


class Single:
    """Give the same object each time."""

    _known: ClassVar[Single | None] = None

    def __new__(cls) -> Single:  # noqa: PYI034  Self is not in 3.9's typing
        if cls._known is None:
            cls._known = super().__new__(cls)
        return cls._known

    async def call(self) -> str:
        return "original"

    async def run(self) -> str:
        return await self.call()


class Bare:
    """It has no constructor, so it takes no arguments."""

    async def call(self) -> str:
        return "original"

    async def run(self) -> str:
        return await self.call()


class Failing:
    def __init__(self, fails: bool) -> None:
        self.attempts = 1 if fails else 2
        if fails:
            raise ValueError("no")

    async def call(self) -> str:
        return str(self.attempts)

    async def run(self) -> str:
        return await self.call()


class Mirror:
    """Has a blocking face and an awaited one."""

    def __init__(self, size: float) -> None:
        self.size = size

    async def measure(self, star: Star) -> float:
        return self.size * len(star.name)

    async def stars(self, limit: int) -> AsyncGenerator[Star, None]:
        for number in range(limit):
            yield Star(str(number))

    @asynccontextmanager
    async def dome(self) -> AsyncGenerator[Star, None]:
        yield Star("polaris")

    def label(self) -> str:
        return "mirror"

    async def run(self) -> list[float | str]:
        async with self.dome() as star:
            assert type(star) is Star
            measured = await self.measure(star)
        return [measured, self.label(), *[star.name async for star in self.stars(2)]]

    async def itself(self) -> Mirror:
        return self


class Lens:
    """Its async face runs on its caller's loop."""

    def __init__(self) -> None:
        self.loops: list[object] = []

    async def measure(self, size: float) -> float:
        self.loops.append(asyncio.get_running_loop())
        return size

    async def run(self) -> float:
        self.loops.append(asyncio.get_running_loop())
        return await self.measure(1.0)

    async def with_other(self, other: Lens) -> float:
        return await other.measure(2.0)
