"""What users extend in this process and in a child: an implementation that calls what they override, in each way."""

from __future__ import annotations

import abc
import asyncio
import copy
import gc
import os
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar

from ambidex import Module

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable

    from typing_extensions import Self

wrapper_module = Module("tests.workers.children.theatre", "theatre")


@wrapper_module.wrap_class
class Prop:
    """What is passed through."""

    def __init__(self, name: str) -> None:
        self.name = name

    name: str


@wrapper_module.wrap_class
class Troupe:
    """Makes objects of its own class before it is made itself."""

    def __init__(self, sizes: list[int]) -> None:
        self.parts: list[Troupe] = [type(self)(sizes[:number]) for number in range(len(sizes))]
        self.made = f"{self.called()} {len(sizes)}"

    def called(self) -> str:
        return "troupe"

    def all_made(self) -> list[str]:
        """Return what each was called as it was made, from the inside out."""
        return [made for part in self.parts for made in part.all_made()] + [self.made]


@wrapper_module.wrap_class
class Play:
    """What is extended."""

    acts: ClassVar[int] = 3

    def __init__(self, name: str) -> None:
        if not name:
            raise ValueError("a play has a name")
        self.name = name
        self.log: list[str] = [self.billed()]

    name: str

    @classmethod
    async def staged(cls, name: str) -> Self:
        await asyncio.sleep(0)
        return cls(name)

    def billed(self) -> str:
        return f"{self.label()}: {self.name}"

    def label(self) -> str:
        return "a play"

    @property
    def title(self) -> str:
        return self.name.title()

    def titled(self) -> str:
        return f"{self.title} in {self.acts} acts"

    def __len__(self) -> int:
        return 1

    def length(self) -> int:
        return len(self)

    async def line(self, prop: Prop, number: int = 0) -> str:
        return f"{prop.name} {number}"

    async def choose(self, name: str, among: list[Prop]) -> Prop:
        return among[0] if among else Prop(name)

    async def perform(self, *names: str) -> list[str]:
        """Call both overridable methods for each name."""
        props = [await self.choose(name, [Prop(name)]) for name in names]
        assert all(type(prop) is Prop for prop in props)
        return [await self.line(prop, number=1) for prop in props]

    async def at_once(self, times: int) -> list[str]:
        return await asyncio.gather(*[self.line(Prop("x"), number) for number in range(times)])

    async def tried(self) -> str:
        """Call a method, and note how that ended."""
        try:
            return await self.line(Prop("x"))
        except BaseException as error:
            self.log.append(type(error).__name__)
            raise

    def logged(self) -> list[str]:
        return list(self.log)

    async def scenes(self, limit: int = 2) -> AsyncGenerator[Prop, None]:
        for number in range(limit):
            yield Prop(str(number))

    async def seen(self, limit: int) -> list[str]:
        return [prop.name async for prop in self.scenes(limit)]

    async def first_seen(self) -> str:
        """Leave the stream in its middle."""
        scenes = self.scenes(3)
        async for prop in scenes:
            await scenes.aclose()
            return prop.name
        return ""

    async def shown(self, limit: int) -> AsyncGenerator[str, None]:
        """Call a method in each step."""
        for number in range(limit):
            yield await self.line(Prop("x"), number)

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
    async def curtain(self) -> AsyncGenerator[Prop, None]:
        yield Prop("velvet")

    async def behind_the_curtain(self, fails: bool = False) -> str:
        async with self.curtain() as prop:
            assert type(prop) is Prop
            if fails:
                raise LookupError("dark")
            return prop.name
        return "suppressed"

    async def cue(self, tell: Callable[[int], Awaitable[int]]) -> int:
        return await tell(1)

    async def cued(self) -> int:
        """Hand a callable to what may be overridden."""

        async def tell(number: int) -> int:
            return number + 1

        return await self.cue(tell)

    async def itself(self) -> Self:
        return self

    async def kind(self) -> type[Play]:
        """Give the class of this very object."""
        return type(self)

    async def again(self) -> Self:
        """Make another of the same class."""
        return type(self)(f"{self.name} again")

    async def copied(self) -> Self:
        return copy.copy(self)

    def begin(self) -> None:
        """Call a method when this call has ended."""
        self.task = asyncio.ensure_future(self.line(Prop("later")))

    async def finished(self) -> str:
        return await self.task

    async def where(self) -> int:
        return threading.get_ident()

    async def die(self) -> None:
        await self.line(Prop("last"))
        os._exit(3)


@wrapper_module.wrap_class
class Opera(Play):
    """A class that is handed over as itself."""

    def label(self) -> str:
        return "an opera"


class Hidden(Opera):
    """A class that no manifest names: the face of its nearest base stands for it."""


@wrapper_module.wrap_function
async def made(kind: type[Play], name: str) -> Play:
    """Make an object of a class that is handed over."""
    return kind(name)


@wrapper_module.wrap_function
async def kinds(*more: type[Play]) -> dict[str, type[Play]]:
    """Give classes in a container."""
    found: list[type[Play]] = [Play, Opera, Hidden, *more]
    return {kind.__name__: kind for kind in found}


@wrapper_module.wrap_function
async def chosen(choose: Callable[[list[type[Play]]], Awaitable[type[Play]]]) -> Play:
    """Let the user choose a class."""
    return (await choose([Play, Opera]))("chosen")


@wrapper_module.wrap_function
async def shown(kinds: AsyncIterable[type[Play]]) -> AsyncGenerator[type[Play], type[Play] | None]:
    """Give the classes of a stream, and those which are sent."""
    async for kind in kinds:
        sent = yield kind
        if sent is not None:
            yield sent


@wrapper_module.wrap_function
async def same(value: object) -> object:
    """Give what it is given, of whatever kind."""
    return value


@wrapper_module.wrap_class
class Role(abc.ABC):
    """What is there to be extended: the implementation calls what it does not have."""

    _tags: ClassVar[dict[str, type]] = {}

    def __init_subclass__(cls, *, tag: str = "", **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if tag:
            Role._tags[tag] = cls

    @abc.abstractmethod
    async def play(self, prop: Prop) -> str: ...

    async def played(self, *names: str) -> list[str]:
        return [await self.play(Prop(name)) for name in names]


@wrapper_module.wrap_class
class Company:
    """Keep roles when nobody else does."""

    def __init__(self) -> None:
        self._roles: list[Role] = []

    async def hire(self, role: Role) -> None:
        self._roles.append(role)

    async def play(self, name: str) -> list[str]:
        return [await role.play(Prop(name)) for role in self._roles]

    async def roles(self) -> list[Role]:
        return list(self._roles)

    async def dismiss(self) -> None:
        self._roles.clear()


@wrapper_module.wrap_function
async def all_play(roles: list[Role], name: str) -> list[str]:
    """Call what other calls have handed over."""
    return [await role.play(Prop(name)) for role in roles]


@wrapper_module.wrap_function
async def tags() -> dict[str, str]:
    """Tell which classes have a tag."""
    return {tag: cls.__name__ for tag, cls in Role._tags.items()}  # pyright: ignore[reportPrivateUsage]  its own module


@wrapper_module.wrap_function
async def count() -> tuple[int, int]:
    """Count the objects of the implementation that are alive where it is, and the classes made of its own."""
    gc.collect()
    found = gc.get_objects()
    made = [each for each in found if issubclass(type(each), type)]  # `isinstance` takes list[int] for one, before 3.11
    classes = [each for each in made if issubclass(each, (Play, Role, Company))]
    return sum(isinstance(each, (Play, Role, Company)) for each in found), len(classes) - 5


@wrapper_module.wrap_class
class Closed:
    """Refuse subclasses of its users, that is those made of it."""

    def __init_subclass__(cls) -> None:
        raise TypeError("nobody extends it")

    async def call(self) -> str:
        return "original"

    async def run(self) -> str:
        return await self.call()
